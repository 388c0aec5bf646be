"""Inline expressions in the prose of a notebook."""

from __future__ import annotations

from typing import Any

import pytest
from markdown_it import MarkdownIt

from entydig.errors import BookError, NotebookError
from entydig.running.inline import belongs, check_cells, escape, expressions, linked, substitute


def texts(source: str) -> list[str]:
    return [expression.text for expression in expressions(source)]


def stored(expression: str, text: str, **about: str) -> dict[str, Any]:
    metadata = {"entydig": {"kind": "value", **about}} if about else {}
    return {
        "expression": expression,
        "result": {"status": "ok", "data": {"text/plain": text}, "metadata": metadata},
    }


def plain(text: str, metadata: object) -> str:
    return text


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("It fell by {eval}`points(x)`.", ["points(x)"]),
        ("{eval}`a` and {eval}`b`, {eval}`a`", ["a", "b", "a"]),
        ("{eval}``d['`']``", ["d['`']"]),
        ("**{eval}`a`** and [{eval}`b`](x.md)", ["a", "b"]),
        ("| a | {eval}`b` |\n|---|---|\n| {eval}`c` | d |", ["b", "c"]),
        (":::{important}\n{eval}`a`\n:::", ["a"]),
        ("```{note}\n{eval}`a`\n```\n{eval}`b`", ["a", "b"]),
        ("````{note}\n```\n{eval}`a`\n```\n{eval}`b`\n````", ["b"]),
        ("{eval}`a\nb`", ["a\nb"]),
        ("{cite}`a` {eval}`b`", ["b"]),
    ],
)
def test_expressions_are_found_where_markdown_is_read(source: str, found: list[str]) -> None:
    assert texts(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "```\n{eval}`a`\n```",
        "```python\n{eval}`a`\n```",
        "~~~\n{eval}`a`\n~~~",
        "```{code-block} md\n{eval}`a`\n```",
        "`` {eval}`a` ``",
        "\\{eval}`a`",
        "% {eval}`a`",
        "{eval} `a`",
        "{eval}`a",
    ],
)
def test_code_and_comments_are_left_alone(source: str) -> None:
    assert texts(source) == []


def cell(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "x", "source": source, "metadata": {"tags": list(tags)}}


@pytest.mark.parametrize(
    "source",
    [
        "## It fell by {eval}`x`",
        "It fell by {eval}`x`\n======",
        ":::{admonition} It fell by {eval}`x`\ntext\n:::",
        "```{table} Shares {eval}`x`\n| a |\n|---|\n```",
        "A {eval}`x = 1` statement",
    ],
)
def test_what_cannot_be_published_is_refused_before_running(source: str) -> None:
    with pytest.raises(NotebookError, match="cell 0"):
        check_cells([cell(source)], "a.ipynb")


def test_a_heading_inside_code_is_no_heading() -> None:
    check_cells([cell("```\n# {eval}`x`\n```"), cell("{eval}`x`")], "a.ipynb")


@pytest.mark.parametrize(
    ("tags", "shown"), [((), True), (("lang-da",), True), (("lang-en",), False), (("answer",), True)]
)
def test_a_cell_belongs_to_its_language_or_to_all(tags: tuple[str, ...], shown: bool) -> None:
    assert belongs(cell("x", *tags), "da") is shown


@pytest.mark.parametrize(
    "text",
    ["a|b", "*a* _b_", "[x](y)", "<b>", "`c`", "$1$", "\\", "{eval}`x`", "# a", "1. b", "&amp;", "-5", "+5"],
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = MarkdownIt("commonmark").enable("table").render(escape(text))
    assert shown == f"<p>{MarkdownIt().utils.escapeHtml(text)}</p>\n"


def test_escaped_text_stays_in_its_table_cell() -> None:
    shown = MarkdownIt("commonmark").enable("table").render(f"| a | b |\n|---|---|\n| {escape('x|y')} | z |")
    assert "<td>x|y</td>" in shown


def test_results_take_the_place_of_their_expressions() -> None:
    source = "From {eval}`a` to {eval}`b`."
    assert substitute(source, [stored("a", "'4,2'"), stored("b", "17")], "here", plain) == "From 4,2 to 17."


def test_a_value_with_a_label_is_a_link_with_what_it_rests_on_as_title() -> None:
    about = {"label": "claim-3-1", "title": 'n = 40, "all"'}
    assert linked("−14,8", {"entydig": about}) == '[−14,8](#claim-3-1 "n = 40, \\"all\\"")'


def test_a_value_without_a_label_is_text() -> None:
    assert linked("a*b", {"entydig": {"label": None}}) == "a\\*b"


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [stored("b", "1")],
        [{"expression": "a", "result": {"status": "error", "ename": "NameError", "evalue": "a"}}],
        [{"expression": "a", "result": {"status": "ok", "data": {"text/html": "<b>"}, "metadata": {}}}],
    ],
)
def test_a_missing_foreign_or_failed_result_is_an_error_with_its_place(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(BookError, match="notebook, cell 3"):
        substitute("{eval}`a`", entries, "notebook, cell 3", plain)
