"""A finding's notebook as the beginning of somebody's own: one language, other labels, claims not registered.

What only registered claims have (records, other decisions, cases) is left out, and with it each statement, figure,
line of prose and section that would need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from entydig.errors import NotebookError, Problem
from entydig.publishing.fork_code import Cell, Code
from entydig.running import inline
from entydig.running.notebook import about
from entydig.wording import text

__all__ = ["fork"]

EXERCISE, CLAIMS = "-exercise", "-claims"
LABEL = re.compile(r"^\((?P<label>[\w-]+)\)=$", re.MULTILINE)
SHOWN = re.compile(r"""label=["'](?P<label>[\w-]+)["']""")
LANGUAGE = re.compile(r"""^(lang: str = )["'][^"']*["']""", re.MULTILINE)


def fork(
    source: Mapping[str, Any],
    *,
    name: str,
    language: str,
    finding: str,
    claims: Mapping[str, str],
    where: str,
) -> dict[str, Any]:
    """Give the notebook of one's own that begins as a copy of a finding's.

    Parameters
    ----------
    source : mapping
        The finding's notebook, as `entydig.running.notebook.read_source` gives it.
    name : str
        Of the new notebook: lower-case letters, digits, hyphens.
    language : str
        The one that is kept; it becomes the default of the parameter ``lang``.
    finding : str
        The finding's id, which its labels carry: ``finding-3-question``, ``fig-3-changes``.
    claims : Mapping[str, str]
        The registered claims, id to sentence; the first that the notebook decides is kept as an exploratory
        one, a pattern for others.
    where : str
        The finding's notebook, for messages.

    Returns
    -------
    dict
        A notebook that runs as it is; its metadata say that it is written in one language.

    Raises
    ------
    NotebookError
        The notebook does not begin with a title, a cell is no Python, or the claims are not decided as
        ``decided = study.decide({"3.1": [...], ...})``.
    """
    cells = [_plain(cell) for cell in source["cells"] if inline.belongs(cell, language)]
    if not cells or not _heading(cells[0]):
        raise NotebookError(
            Problem(where, "does not begin with a title", "a Markdown cell with label and title")
        )
    answers = [cell for cell in cells if "answer" in _tags(cell)]
    code = Code(claims, name, where)
    sections = [_forked(each, code) for each in _sections([cell for cell in cells if cell not in answers])]
    lost = _labels(cells) - _labels([cell for section in sections for cell in section])
    told = [_told(section, code, lost) for section in sections]
    made = [cell for section in told if _says_something(section) for cell in section]
    made += [cell for cell in _told(answers, code, lost) if cell["source"].strip()]
    label = next(iter(LABEL.findall(cells[0]["source"])), f"finding-{finding}")
    first = _first(name, language, finding, label)
    rest = [_renamed(cell, finding, name, language) for cell in made if cell["id"] != cells[0]["id"]]
    says = {**about(source), "languages": [language]}
    return {**source, "cells": [*first, *rest], "metadata": {**source["metadata"], "entydig": says}}


def _plain(cell: Mapping[str, Any]) -> Cell:
    """Copy a cell without the tags that tell languages apart."""
    tags = [tag for tag in _tags(cell) if not tag.startswith("lang-")]
    metadata = {key: value for key, value in cell["metadata"].items() if key != "tags"}
    return {**cell, "metadata": {**metadata, "tags": tags} if tags else metadata}


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return tuple(cell["metadata"].get("tags", ()))


def _sections(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Cut a notebook where a cell begins with a heading."""
    section: list[Cell] = []
    for cell in cells:
        if section and _heading(cell):
            yield section
            section = []
        section.append(cell)
    yield section


def _heading(cell: Cell) -> bool:
    return not _is_code(cell) and LABEL.sub("", cell["source"]).lstrip().startswith("#")


def _is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def _forked(section: Sequence[Cell], code: Code) -> list[Cell]:
    """Give a section with the code that can stay; nothing of one that loses all its code, nor of an exercise."""
    made = [new for cell in section for new in (code.cells(cell) if _is_code(cell) else [cell])]
    label = next(iter(LABEL.findall(section[0]["source"])), "")
    emptied = any(map(_is_code, section)) and not any(map(_is_code, made))
    if label.endswith(EXERCISE) or emptied:
        return []
    return [_bare(made[0]), *filter(_is_code, made)] if label.endswith(CLAIMS) else made


def _bare(cell: Cell) -> Cell:
    """Give a cell's heading without the prose, which speaks of what was registered."""
    lines = cell["source"].splitlines()
    last = next(number for number, line in enumerate(lines) if line.startswith("#"))
    return {**cell, "source": "\n".join(lines[: last + 1])}


def _labels(cells: Sequence[Cell]) -> set[str]:
    return {label for cell in cells for form in (LABEL, SHOWN) for label in form.findall(cell["source"])}


def _told(section: Sequence[Cell], code: Code, lost: set[str]) -> list[Cell]:
    """Give a section without the lines of prose that need what is gone; a line holds one sentence."""
    gone = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, lost))})(?![\w-])") if lost else None
    return [cell if _is_code(cell) else _without(cell, code, gone) for cell in section]


def _without(cell: Cell, code: Code, gone: re.Pattern[str] | None) -> Cell:
    lines = [
        line for line in cell["source"].splitlines() if code.knows(line) and not (gone and gone.search(line))
    ]
    return {**cell, "source": code.named("\n".join(lines).strip("\n"))}


def _says_something(section: Sequence[Cell]) -> bool:
    """Tell whether more than a heading is left."""
    return len(section) > 1 or bool(section and "\n" in LABEL.sub("", section[0]["source"]).strip())


def _renamed(cell: Cell, finding: str, name: str, language: str) -> Cell:
    """Give what is labelled after the finding the own name, and the parameter its language."""
    source = re.sub(rf"\bfinding-{finding}(?!\w)", f"own-{name}", cell["source"])
    source = re.sub(rf"\b(fig|tbl)-{finding}(?!\w)", rf"\1-{name}", source)
    if "parameters" in _tags(cell):
        source = LANGUAGE.sub(rf'\1"{language}"', source)
    return {**cell, "source": source}


def _first(name: str, language: str, finding: str, label: str) -> list[Cell]:
    """Give the title, and what the notebook is."""
    title = f"(own-{name})=\n# {text('own_title', language, name=name)}"
    lines = [
        text("own_begun", language, finding=finding, label=label),
        text("own_exploratory", language),
        text("own_change", language),
    ]
    sources = [title, "\n".join([":::{tip}", *lines, ":::"])]
    return [
        {"cell_type": "markdown", "id": f"own-{number}", "metadata": {}, "source": source}
        for number, source in enumerate(sources)
    ]
