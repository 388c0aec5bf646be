"""The collection itself: the notebooks of this repository in a copy of it."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat

from bench.commands import BIN, Command, call, ours, papermill, timed
from bench.place import Place, empty

STAGES = ("methods", "findings", "cases", "monitoring", "synthesis")  # the records before what reads them
LANGUAGES = ("da", "en")


def notebooks(place: Place) -> list[Path]:
    """The notebooks of this project's book, those that read records last."""
    found = [
        file for stage in STAGES for file in sorted((place.project / "notebooks" / stage).glob("*.ipynb"))
    ]
    pages = (place.project / "_toc.yml").read_text(encoding="utf-8")
    return [file for file in found if file.relative_to(place.project).with_suffix("").as_posix() in pages]


def by_papermill(place: Place) -> float:
    """Papermill's command line for the collection; the records some notebooks read are made beforehand."""
    call(ours("collection", place.project))
    target = place.made("collection")
    commands = [
        papermill(file, target / f"{file.stem}.{lang}.ipynb", lang=lang)
        for lang in LANGUAGES
        for file in notebooks(place)
    ]
    return timed(*commands, ENTYDIG_PROJECT=str(place.project), ENTYDIG_BUILD="main")


def cold(place: Place) -> float:
    """Ours for the collection with an empty store."""
    empty(place.project)
    return timed(ours("collection", place.project))


def build_cold(place: Place) -> float:
    """`entydig build` of everything, the site in all languages included."""
    empty(place.project)
    return timed(_build(place))


def build_changed(place: Place) -> float:
    """`entydig build` after a change of one finding."""
    timed(_build(place))
    finding = next(file for file in notebooks(place) if file.parent.name == "findings")
    notebook = nbformat.read(finding, as_version=4)
    code = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "code")
    code.source = f"{code.source.partition(chr(10) + '# changed')[0]}\n# changed {time.time_ns()}"
    nbformat.write(notebook, finding)
    return timed(_build(place))


def build_unchanged(place: Place) -> float:
    """`entydig build` when nothing changed."""
    timed(_build(place))
    return timed(_build(place))


def _build(place: Place) -> Command:
    return [BIN / "entydig", "build", "--project", place.project, "--no-examples"]
