"""One notebook as a file to pass on: a page that stands alone, a PDF, or its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.errors import NotebookError, Problem
from entydig.publishing.configuration import Edition, editions, read_yaml
from entydig.publishing.folders import MAIN
from entydig.publishing.planning import languages_of
from entydig.running.notebook import about, page_in, published, read_source, speaks
from entydig.running.parameters import from_text, inspect
from entydig.running.reads import SHIPPED
from entydig.survey.files import write_whole
from entydig.wording import text

if TYPE_CHECKING:
    from entydig.running.progress import Progress

__all__ = ["FOLDER", "FORMS", "export"]

# What `--to` takes, with the ending of the file.
FORMS = {"html": ".html", "pdf": ".pdf", "script": ".py"}
FOLDER = Path("_build", "export")
# Of the runs made here: a variant must not take the place of the run a build publishes.
OWN = "export"


@dataclass(frozen=True)
class _Wanted:
    """A notebook of the project, the language, and the parameters it is to have."""

    root: Path
    page: Path
    source: Mapping[str, Any]
    values: Mapping[str, Any]
    language: str

    @classmethod
    def of(cls, root: Path, notebook: Path, texts: Mapping[str, str]) -> _Wanted:
        page = page_in(root, notebook)
        inside, fixed = published(root, page)
        declared = inspect(root / inside)
        given = {**texts, **{name: str(value) for name, value in fixed.items()}}
        values = from_text(declared, given, inside.as_posix())
        defaults = {each.name: each.default for each in declared}
        source = read_source(root / inside, inside.as_posix())
        return cls(root, page, source, values, _language(root, inside, source, {**defaults, **values}))

    @property
    def where(self) -> str:
        return self.page.as_posix()

    @property
    def changed(self) -> dict[str, Any]:
        return {**self.values, "lang": self.language}


def export(
    root: Path,
    notebook: Path,
    form: str,
    texts: Mapping[str, str],
    *,
    build: str = MAIN,
    output: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write one notebook in a form that can be passed on.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        Inside the project; relative to the working directory or to the project.
    form : str
        ``"html"`` and ``"pdf"`` are made from the executed notebook, which is run unless its result is stored;
        ``"script"`` is its code.
    texts : Mapping[str, str]
        Parameters as typed.
    build : str
        Whose records a notebook of the second stage shows.
    output : Path, optional
        The file; ``_build/export/NAME.LANGUAGE.ENDING`` without it, with the language's word for synthetic in it
        where the answers are that.
    progress : Progress, optional

    Returns
    -------
    Path
        The file, which appears whole or not at all.

    Raises
    ------
    NotebookError
        The notebook is none of the project, is broken, or does not take a parameter.
    RunError
        The run failed.
    BookError
        It shows what cannot be passed on: something loaded from elsewhere, a picture without alt text.
    """
    wanted = _Wanted.of(root, notebook, texts)
    if form == "script":
        from entydig.publishing.script import script

        made = script(wanted.source, wanted.language, wanted.changed, wanted.where)
        return write_whole(output or _target(wanted, form), made)
    executed = _executed(wanted, texts, build, progress)
    frame = _frame(wanted, executed)
    content = _page(wanted, executed, frame) if form == "html" else _pdf(wanted, executed, frame)
    return write_whole(output or _target(wanted, form, synthetic=bool(frame.banner)), content)


def _language(root: Path, notebook: Path, source: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    if "lang" not in values:
        found, action = "has no parameter lang", 'a line lang: str = "da" in a cell tagged parameters'
        raise NotebookError(Problem(notebook.as_posix(), found, "a notebook of the project", action))
    (language,) = languages_of(root, (str(values["lang"]),))
    if not speaks(source, language):
        written = ", ".join(about(source)["languages"])
        found = f"is not written in the language {language}"
        raise NotebookError(Problem(notebook.as_posix(), found, written, f"-p lang={written}"))
    return language


def _target(wanted: _Wanted, form: str, *, synthetic: bool = False) -> Path:
    word = f"-{text('export_synthetic', wanted.language)}" if synthetic else ""
    return wanted.root / FOLDER / f"{wanted.page.stem}{word}.{wanted.language}{FORMS[form]}"


def _executed(wanted: _Wanted, texts: Mapping[str, str], build: str, progress: Progress | None) -> Path:
    from entydig.running.once import run_once

    stage = about(wanted.source).get("stage", 1)
    return run_once(wanted.root, wanted.page, texts, build=build if stage > 1 else OWN, progress=progress)


@dataclass(frozen=True)
class _Frame:
    """What stands around the notebook: the edition's words, a banner only where the answers are synthetic."""

    edition: Edition
    note: str
    version: str

    @property
    def banner(self) -> str:
        return self.edition.banner


def _frame(wanted: _Wanted, executed: Path) -> _Frame:
    from entydig.project import read_evaluation
    from entydig.publishing.departures import edition_note
    from entydig.publishing.provenance import provenance
    from entydig.publishing.staging import public_pages

    evaluation = read_evaluation(wanted.root, str(wanted.values.get("data", SHIPPED)))
    public = public_pages(executed.parent, [executed.stem])
    synthetic = evaluation.survey.source == "synthetic" and not public
    known = {each.language: each for each in editions(read_yaml(wanted.root / "_config.yml"))}
    edition = known[wanted.language]
    made = provenance(
        [executed.read_bytes()],
        (),
        evaluation.decisions,
        build=MAIN,
        world=evaluation.world,
        pages=published(wanted.root, wanted.page)[1],
    )
    departs = bool(edition_note(made, wanted.language))
    note = edition_note(replace(made, build=wanted.page.stem), wanted.language) if departs else ""
    return _Frame(edition if synthetic else replace(edition, banner=""), note, made.version)


def _page(wanted: _Wanted, executed: Path, frame: _Frame) -> bytes:
    from entydig.publishing.export import StandalonePages

    pages = StandalonePages(wanted.root)
    return pages.page(
        executed.read_bytes(), wanted.language, wanted.where, edition=frame.edition, note=frame.note
    )


def _pdf(wanted: _Wanted, executed: Path, frame: _Frame) -> bytes:
    import nbformat

    from entydig.publishing.filter import filter_notebook
    from entydig.publishing.print.single import notebook_pdf

    filtered = filter_notebook(nbformat.read(executed, as_version=4), wanted.language, wanted.where)
    config = read_yaml(wanted.root / "_config.yml")
    return notebook_pdf(wanted.root, filtered, wanted.where, config, frame.edition, note=frame.note)
