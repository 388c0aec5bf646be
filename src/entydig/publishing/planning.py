"""The runs of a build: which notebooks, languages and parameters, and what each depends on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError, Problem, Problems, UsageError
from entydig.publishing.configuration import documents, editions, read_yaml
from entydig.publishing.contents import contents
from entydig.running import parameters as typed
from entydig.running.notebook import about, published, read_source, speaks
from entydig.running.reads import SHIPPED
from entydig.running.runs import Run
from entydig.running.store import ContentKey, content_key

__all__ = ["Planned", "key_of", "languages_of", "plan", "planned"]


@dataclass(frozen=True)
class Planned:
    """A run, the globs its notebook declares, and the answers it is on."""

    run: Run
    reads: tuple[str, ...]
    data: str


def plan(
    root: Path,
    *,
    data: str = SHIPPED,
    choices: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    languages: tuple[str, ...] = (),
) -> list[Run]:
    """List the runs of a build.

    Parameters
    ----------
    root : Path
    data : str
        As in `entydig.project.read_evaluation`.
    choices : Mapping, optional
        Decisions; at least one notebook must take each.
    given : Mapping, optional
        Further parameters as text; likewise.
    languages : tuple of str
        Empty: all of the book.

    Raises
    ------
    UserError
        A notebook breaks the contract, a parameter fits no notebook, or the book has no such language.
    """
    return [
        each.run for each in planned(root, data, choices or {}, given or {}, languages_of(root, languages))
    ]


def planned(
    root: Path,
    data: str,
    choices: Mapping[str, Any],
    given: Mapping[str, str],
    languages: tuple[str, ...],
) -> list[Planned]:
    """List the runs of a build with what each reads; parameters, languages and errors as `plan`."""
    texts = {"data": data, **{name: str(value) for name, value in choices.items()}, **given}
    pages = {page: published(root, page) for page in _notebooks(root, data)}
    declared = {notebook: typed.inspect(root / notebook) for notebook, _ in pages.values()}
    _check_reach(declared.values(), {**choices, **given})
    found = []
    for page, (notebook, fixed) in pages.items():
        interface = declared[notebook]
        defaults = {each.name: each.default for each in interface}
        mine = {name: value for name, value in texts.items() if name in defaults}
        mine |= {name: str(value) for name, value in fixed.items()}
        values = typed.from_text(interface, mine, notebook.as_posix())
        source = read_source(root / notebook, notebook.as_posix())
        says = about(source)
        stage, reads = says.get("stage", 1), tuple(says.get("reads", ()))
        answers = str(values.get("data", defaults.get("data", SHIPPED)))
        spoken = [each for each in languages if speaks(source, each)]
        own = None if page == notebook else page
        found += [Planned(Run(notebook, each, values, stage, own), reads, answers) for each in spoken]
    return found


def key_of(root: Path, runs: Sequence[Planned], package: str) -> Callable[[Run, str | None], ContentKey]:
    """Give the function that computes the content key of a planned run, given the digest of the records it reads."""
    known = {each.run.command: each for each in runs}

    def key(run: Run, records: str | None) -> ContentKey:
        each = known[run.command]
        return content_key(
            root,
            run.notebook,
            run.language,
            run.parameters,
            reads=each.reads,
            package=package,
            records=records,
            data=each.data,
        )

    return key


def languages_of(root: Path, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Give the languages wanted, in the order of the book; all of it when none is named.

    Raises
    ------
    UsageError
        The book has no such language.
    """
    known = tuple(edition.language for edition in editions(read_yaml(root / "_config.yml")))
    problems = Problems(UsageError)
    for language in wanted:
        if language not in known:
            problems.add(
                f"language {language!r}", "the book has no such language", f"one of {', '.join(known)}"
            )
    problems.raise_if_any()
    return tuple(language for language in known if language in wanted) or known


def _notebooks(root: Path, data: str) -> list[Path]:
    named = [Path(f"{name}.ipynb") for name in documents(contents(root, data))]
    found = [path for path in named if (root / path).is_file()]
    missing = [path for path in named if path.parts[0] == "notebooks" and path not in found]
    if missing:
        raise NotebookError(
            *(Problem("_toc.yml", f"no notebook {path.as_posix()}", "a file") for path in missing)
        )
    return found


def _check_reach(declared: Iterable[Sequence[typed.Parameter]], given: Mapping[str, str]) -> None:
    known = {each.name for interface in declared for each in interface}
    problems = Problems(UsageError)
    for name in sorted(set(given) - known):
        near = difflib.get_close_matches(name, known, n=1)
        action = f"did you mean {near[0]}?" if near else ""
        problems.add(
            f"parameter {name!r}", "no notebook has it", f"one of {', '.join(sorted(known))}", action
        )
    problems.raise_if_any()
