"""The one filter: from an executed notebook, or a page in all languages, to the page of one language."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from entydig.errors import BookError, Problem
from entydig.publishing.outputs import cells_of, container
from entydig.running import inline
from entydig.wording import text

__all__ = ["filter_notebook", "filter_page", "named"]

REMOVED = frozenset(["injected-parameters", "remove-cell", "papermill-error-cell-tag"])
# Cells with one of these decide for themselves how their code is shown.
DECIDED = frozenset(["show-input", "hide-input", "remove-input", "hide-cell"])
BREAK = re.compile(r"^\+\+\+[ \t]*(?P<metadata>\{.*\})?[ \t]*$")
FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
HEADING = re.compile(r"^ {0,3}#{1,6}\s", re.MULTILINE)
NAMED = re.compile(r"^(?: {0,3}#{1,6}\s.*|\(.*\)=)$", re.MULTILINE)
DIGITS = 12  # of a digest that is shown


def filter_notebook(notebook: NotebookNode, language: str, where: str) -> NotebookNode:
    """Give the page of one language.

    Parameters
    ----------
    notebook : NotebookNode
        Executed in that language; it is not changed.
    language : str
        Cells tagged ``lang-`` with another one are left out.
    where : str
        The notebook's name, for messages.

    Returns
    -------
    NotebookNode
        ``{name}`` in headings and labels is the parameter of that name.
        Without injected parameters and cells tagged ``remove-cell``; the answer stands behind the title;
        inline values are text; figures, tables and records are laid out; code is folded unless tagged
        ``show-input``; the last cell tells what the page rests on.

    Raises
    ------
    BookError
        An inline expression was not evaluated or failed, a cell failed or wrote to stderr, or the notebook
        was executed in another language: all problems of the notebook at once.
    """
    _check_language(notebook, language, where)
    page = copy.deepcopy(notebook)
    given = page.metadata.get("papermill", {}).get("parameters", {})
    for cell in (each for each in page.cells if each.cell_type == "markdown"):
        cell.source = named(cell.source, given)
    problems: list[Problem] = []
    kept = [cell for cell in page.cells if inline.belongs(cell, language) and not REMOVED & set(_tags(cell))]
    cells: list[NotebookNode] = []
    for cell in _answer_first(kept):
        try:
            cells += _laid_out(cell, f"{where} [{language}], cell {cell.get('id', '?')}")
        except BookError as error:
            problems += error.problems
    if problems:
        raise BookError(*problems)
    page.cells = [*cells, _provenance(page.metadata, language)]
    return page


def filter_page(source: str, language: str, where: str) -> str:
    """Give one language of a Markdown page.

    Parameters
    ----------
    source : str
        MyST Markdown.  A line ``+++ {"tags": ["lang-da"]}`` begins a block of one language, ``+++`` alone one
        of all.
    language : str
    where : str
        The page's name, for messages.

    Returns
    -------
    str
        Without the lines that begin blocks.

    Raises
    ------
    BookError
        A block's metadata is not JSON, or the page has inline expressions (a page with results is a
        notebook).
    """
    kept: list[str] = []
    shown, fence = True, ""
    for number, line in enumerate(source.splitlines(), start=1):
        begins = None if fence else BREAK.match(line)
        fence = _fence_after(line, fence)
        if begins:
            shown = _shown(begins["metadata"], language, f"{where}:{number}")
            kept += [""] if kept and kept[-1].strip() else []
        elif shown:
            kept.append(line)
    page = "\n".join(kept).rstrip("\n") + "\n"
    if inline.expressions(page):
        found = f"an inline expression: {{eval}}`{inline.expressions(page)[0].text}`"
        raise BookError(Problem(where, found, "a page without results", "make it a notebook"))
    return page


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return tuple(cell["metadata"].get("tags", []))


def _check_language(notebook: NotebookNode, language: str, where: str) -> None:
    executed = notebook.metadata.get("entydig", {}).get("language", language)
    if executed != language:
        raise BookError(
            Problem(where, f"executed in the language {executed}", language, "run it in each language")
        )


def _answer_first(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    answers = [cell for cell in cells if "answer" in _tags(cell)]
    others = [cell for cell in cells if "answer" not in _tags(cell)]
    title = next((index for index, cell in enumerate(others) if cell.cell_type == "markdown"), -1)
    return [*others[: title + 1], *answers, *others[title + 1 :]]


def _laid_out(cell: NotebookNode, where: str) -> Iterable[NotebookNode]:
    if cell.cell_type == "code":
        if not DECIDED & set(_tags(cell)):
            cell.metadata["tags"] = [*_tags(cell), "hide-input"]
        return cells_of(cell, where)
    stored = cell.metadata.pop(inline.METADATA, [])
    if cell.cell_type == "markdown":
        cell.source = inline.substitute(cell.source, stored, where, inline.linked)
        if "answer" in _tags(cell) and not HEADING.search(cell.source):
            cell.source = container("answer", cell.source)
    return [cell]


def named(source: str, given: Mapping[str, Any]) -> str:
    """Write parameters into headings and labels of Markdown, where they stand as ``{name}``."""
    return NAMED.sub(partial(_filled, given), source)


def _filled(given: Mapping[str, Any], line: re.Match[str]) -> str:
    """Write parameters into a heading, and in lower case into a label: one notebook may give several pages."""
    written = line[0]
    for name, value in given.items():
        written = written.replace(
            f"{{{name}}}", str(value).lower() if written.startswith("(") else str(value)
        )
    return written


def _provenance(metadata: Mapping[str, Any], language: str) -> NotebookNode:
    about = metadata.get("entydig", {})
    parameters = metadata.get("papermill", {}).get("parameters", {})
    line = text(
        "provenance",
        language,
        data=f"`{about.get('key', {}).get('data', '–')[:DIGITS]}`",
        package=f"entydig {about.get('package', '–')}",
        parameters=", ".join(
            f"`{name}={json.dumps(value, ensure_ascii=False)}`" for name, value in parameters.items()
        )
        or "–",
    )
    return cast(NotebookNode, new_markdown_cell(container("provenance", line), id="provenance"))


def _shown(metadata: str | None, language: str, where: str) -> bool:
    if metadata is None:
        return True
    try:
        return inline.belongs({"metadata": json.loads(metadata)}, language)
    except ValueError as error:
        raise BookError(
            Problem(where, f"the block's metadata is not JSON: {error}", '+++ {"tags": ["lang-da"]}')
        ) from error


def _fence_after(line: str, fence: str) -> str:
    """Give the code fence that is open behind a line."""
    found = FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) and line.strip() == found[1] else fence
