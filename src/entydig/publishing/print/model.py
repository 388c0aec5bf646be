"""Pandoc's model of a document, as the JSON it reads: the elements that our pages are made of.

Every element is a mapping with ``t``, its type, and ``c``, its content; see pandoc-types, `Text.Pandoc.Definition`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

__all__ = [
    "Element",
    "attributes",
    "code_block",
    "div",
    "document",
    "element",
    "header",
    "image",
    "link",
    "nested",
    "paragraph",
    "raw",
    "shifted",
    "span",
    "table",
    "text_of",
    "unpaged",
    "words",
]

Element = dict[str, Any]
VERSION = [1, 23, 1]
BLANK = re.compile(r"[ \t\n]+")
BREAKS = frozenset(["Space", "SoftBreak", "LineBreak"])


def element(kind: str, content: Any = None) -> Element:
    """Make an element of any type."""
    return {"t": kind} if content is None else {"t": kind, "c": content}


def attributes(label: str = "", classes: Iterable[str] = (), **named: str) -> list[Any]:
    """Make the attributes of an element: identifier, classes, named values."""
    return [label, list(classes), [[name, value] for name, value in named.items()]]


def words(text: str) -> list[Element]:
    """Write plain text; no-break spaces stay in their words.

    Examples
    --------
    >>> words("to ord")
    [{'t': 'Str', 'c': 'to'}, {'t': 'Space'}, {'t': 'Str', 'c': 'ord'}]
    """
    made: list[Element] = []
    for number, part in enumerate(BLANK.split(text)):
        made += [element("Space")] if number else []
        made += [element("Str", part)] if part else []
    return made


def text_of(content: Any) -> str:
    """Give the text of elements, without markup."""
    if isinstance(content, list):
        return "".join(text_of(each) for each in content)
    if not isinstance(content, dict) or "t" not in content:
        return ""
    kind = content["t"]
    if kind in BREAKS:
        return " "
    if kind == "Str":
        return str(content["c"])
    if kind in ("Code", "CodeBlock", "Math"):
        return str(content["c"][1])
    return text_of(content.get("c"))


def nested(content: Any) -> Iterator[Element]:
    """Give every element in a content, outer before inner."""
    if isinstance(content, list):
        for each in content:
            yield from nested(each)
    elif isinstance(content, dict) and "t" in content:
        yield content
        yield from nested(content.get("c"))


def shifted(blocks: Sequence[Element], by: int) -> None:
    """Move all headings down by some levels, in place."""
    for each in nested(list(blocks)):
        if each["t"] == "Header":
            each["c"][0] += by


def unpaged(content: list[Any]) -> None:
    """Take the class ``page`` from links where a page number behind them would be in the way, in place."""
    for each in nested(content):
        if each["t"] == "Link" and "page" in each["c"][0][1]:
            each["c"][0][1].remove("page")


def paragraph(inlines: Sequence[Element], *, plain: bool = False) -> Element:
    """Make a paragraph; a plain one in a tight list or a cell."""
    return element("Plain" if plain else "Para", list(inlines))


def header(level: int, inlines: Sequence[Element], label: str = "", classes: Iterable[str] = ()) -> Element:
    """Make a heading."""
    return element("Header", [level, attributes(label, classes), list(inlines)])


def div(blocks: Sequence[Element], classes: Iterable[str] = (), label: str = "", **named: str) -> Element:
    """Make a block of blocks."""
    return element("Div", [attributes(label, classes, **named), list(blocks)])


def span(inlines: Sequence[Element], classes: Iterable[str] = (), label: str = "", **named: str) -> Element:
    """Make a stretch of text."""
    return element("Span", [attributes(label, classes, **named), list(inlines)])


def link(inlines: Sequence[Element], target: str, classes: Iterable[str] = ()) -> Element:
    """Make a link."""
    return element("Link", [attributes("", classes), list(inlines), [target, ""]])


def image(source: str, alt: str, classes: Iterable[str] = (), **named: str) -> Element:
    """Make a picture; its text alternative stands in the attribute ``alt`` too, where no writer drops it."""
    return element("Image", [attributes("", classes, alt=alt, **named), words(alt), [source, ""]])


def code_block(code: str, language: str = "") -> Element:
    """Make a block of code."""
    return element("CodeBlock", [attributes("", [language] if language else []), code])


def raw(target: str, code: str, *, inline: bool = False) -> Element:
    """Make something in one writer's own language."""
    return element("RawInline" if inline else "RawBlock", [target, code])


def table(
    head: Sequence[Sequence[Element]],
    rows: Sequence[Sequence[Sequence[Element]]],
    aligned: Sequence[str],
    classes: Iterable[str] = (),
) -> Element:
    """Make a table without a caption from cells that are blocks; `aligned` are ``left``, ``right``, ``center``."""
    kinds = {"left": "AlignLeft", "right": "AlignRight", "center": "AlignCenter"}
    columns = [[element(kinds.get(each, "AlignDefault")), element("ColWidthDefault")] for each in aligned]
    return element(
        "Table",
        [
            attributes("", classes),
            [None, []],
            columns,
            [attributes(), [_row(head)] if head else []],
            [[attributes(), 0, [], [_row(row) for row in rows]]],
            [attributes(), []],
        ],
    )


def _row(cells: Sequence[Sequence[Element]]) -> list[Any]:
    return [attributes(), [[attributes(), element("AlignDefault"), 1, 1, list(cell)] for cell in cells]]


def document(blocks: Sequence[Element], meta: Mapping[str, str] | None = None) -> Element:
    """Make a document that pandoc reads with ``-f json``."""
    about = {name: element("MetaString", value) for name, value in (meta or {}).items()}
    return {"pandoc-api-version": VERSION, "meta": about, "blocks": list(blocks)}
