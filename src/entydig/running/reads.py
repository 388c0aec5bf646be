"""The data files a run reads: what its notebook declares, for the answers it is run on."""

from __future__ import annotations

from collections.abc import Sequence
from glob import escape
from pathlib import Path

from entydig.errors import NotebookError, Problem
from entydig.survey.folders import CASES, PRIVATE, SHIPPED, SURVEY, cases_folder, survey_folder

__all__ = ["ALWAYS", "PRIVATE", "SHIPPED", "declared", "files"]

# Every notebook depends on these, whether it declares them or not: opening the project reads them.
ALWAYS = (
    "data/instrument.yml",
    "data/claims.yml",
    "data/decisions.yml",
    "data/survey/datapackage.json",
)

WORLDS = "data/worlds.yml"
# What the cases of a world are drawn from.
CASE_MODEL = ("data/cases/*.yml", "data/cases/passages.csv")


def declared(reads: Sequence[str], data: str = SHIPPED) -> tuple[str, ...]:
    """Give the globs of a run: those of its notebook, moved to the answers it is run on, and `ALWAYS`.

    Parameters
    ----------
    reads : sequence of str
        The notebook's ``entydig.reads``.
    data : str
        The run's parameter ``data``: ``"shipped"``, ``"private"``, ``"world:NAME"`` or a folder.  With another
        than the shipped answers all of that folder counts in place of ``data/survey``, and the case material that
        goes with them in place of ``data/cases``; a world is drawn from ``data/worlds.yml`` and the model of the
        cases, which count for it.

    Returns
    -------
    tuple of str
        Relative to the project; a folder that is given by its whole path stays so.

    Examples
    --------
    >>> declared(["data/survey/*.csv", "data/worlds.yml"], "private")[-2:]
    ('data/worlds.yml', 'data/private/survey/*')
    """
    patterns = (*ALWAYS, *reads)
    if data == SHIPPED:
        return tuple(dict.fromkeys(patterns))
    moved = [
        (SURVEY, _inside(survey_folder(data)) or (WORLDS,)),
        (CASES, _inside(cases_folder(data)) or CASE_MODEL),
    ]
    kept = [each for each in patterns if not any(_under(each, shipped) for shipped, _ in moved)]
    # Answers always count; the cases only for a notebook that reads them.
    found = [
        each
        for shipped, other in moved
        if shipped == SURVEY or any(_under(pattern, shipped) for pattern in patterns)
        for each in other
    ]
    return tuple(dict.fromkeys([*kept, *found]))


def files(root: Path, notebook: Path, reads: Sequence[str], data: str = SHIPPED) -> dict[str, Path]:
    """Find the files that a run's globs match.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        For messages.
    reads, data
        As `declared`.

    Returns
    -------
    dict
        Each file by its path in the project with ``/``; outside of it by ``outside/`` and the last two names.

    Raises
    ------
    NotebookError
        A glob that the notebook declares matches no file: all of them.
    """
    found: dict[str, Path] = {}
    problems = []
    for pattern in declared(reads, data):
        matched = {_label(file, root): file for file in _matching(root, pattern) if file.is_file()}
        # Answers that are missing are told of by their reader, which knows what each file is for.
        if not matched and pattern in reads:
            problem = f"metadata entydig.reads: {pattern!r} matches no file"
            problems.append(Problem(notebook.as_posix(), problem, "a glob relative to the project"))
        found |= matched
    if problems:
        raise NotebookError(*problems)
    return dict(sorted(found.items()))


def _inside(folder: Path | None) -> tuple[str, ...]:
    return () if folder is None else (f"{escape(folder.as_posix())}/*",)


def _under(pattern: str, folder: Path) -> bool:
    return pattern.startswith(f"{folder.as_posix()}/")


def _matching(root: Path, pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_absolute() or ".." in path.parts:
        return sorted((root / path.parent).glob(path.name))
    return sorted(root.glob(pattern))


def _label(file: Path, root: Path) -> str:
    # No path of this machine: keys are published.
    inside = file.is_relative_to(root) and ".." not in file.parts
    return file.relative_to(root).as_posix() if inside else f"outside/{file.parent.name}/{file.name}"
