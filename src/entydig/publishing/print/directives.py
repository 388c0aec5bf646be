"""The directives a page may use, as pandoc's model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from entydig.publishing.glossary import GLOSSARY, in_order, read_glossary
from entydig.publishing.print.markup import picture_size
from entydig.publishing.print.model import (
    Element,
    attributes,
    code_block,
    div,
    element,
    image,
    paragraph,
    span,
    table,
    words,
)
from entydig.publishing.print.shared import Place, Shared
from entydig.wording import text

__all__ = ["DIRECTIVES", "Given", "Writer", "captioned_figure", "read_given"]

TALL = 1.35  # as typst/elements.typ has it: a higher drawing stands on a page of its own
INFO = re.compile(r"^\{(?P<name>[^}]+)\}\s*(?P<title>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):[ \t]*(?P<value>.*)$")
ADMONITIONS = (
    "note",
    "tip",
    "important",
    "warning",
    "hint",
    "caution",
    "seealso",
    "attention",
    "danger",
    "error",
)


@dataclass
class Given:
    """A directive as a page has it: name, title, options, body, and where."""

    name: str
    title: str
    options: Mapping[str, str]
    body: str
    place: Place
    line: int
    inner: int
    label: str = ""
    where: str = field(init=False)

    def __post_init__(self) -> None:
        self.where = self.place.line(self.line)
        self.label = self.label or self.options.get("name", "") or self.options.get("label", "")

    @property
    def inside(self) -> Place:
        """Where the body begins."""
        return self.place.inside(self.inner)


class Writer(Protocol):
    """What writes the pages: a directive needs it for what is inside."""

    shared: Shared
    folder: Path

    def write(self, source: str, place: Place) -> list[Element]:
        """Write a part of a page."""

    def line(self, source: str, place: Place, offset: int = 0) -> list[Element]:
        """Write running text."""

    def picture(self, name: str, alt: str, where: str, here: str = "") -> str:
        """Keep a picture of the book."""

    def named(self, content: list[Element], label: str) -> list[Element]:
        """Give a label to something without a title."""

    def laid_out(self, made: Element, name: str, where: str) -> Element:
        """Fit a table to the page."""


Directive = Callable[[Writer, Given], list[Element]]


def read_given(info: str, content: str, place: Place, line: int) -> Given | None:
    """Read a fence as a directive; None for code."""
    found = INFO.match(info.strip())
    if found is None:
        return None
    options: dict[str, str] = {}
    lines = content.splitlines()
    while lines and (option := OPTION.match(lines[0])):
        options[option["name"]] = option["value"].strip()
        lines.pop(0)
    body = "\n".join(lines)
    return Given(found["name"], found["title"].strip(), options, body, place, line, line + 1 + len(options))


def captioned_figure(
    blocks: Writer, source: str, alt: str, caption: Sequence[Element], label: str
) -> list[Element]:
    """Make a figure of a picture that is kept; numbered when it has a caption, as on the site."""
    shown = paragraph([image(source, alt)], plain=True)
    if not caption:
        return blocks.named([shown], label)
    number = blocks.shared.number("figure", label, caption)
    width, height = picture_size(blocks.shared.pictures[source])
    tall = {"tall": "yes"} if height > TALL * width else {}
    about = attributes(label, [], number=str(number), **tall)
    return [element("Figure", [about, [None, [paragraph(caption, plain=True)]], [shown]])]


def _figure(blocks: Writer, given: Given) -> list[Element]:
    alt = given.options.get("alt", "")
    name = blocks.picture(given.title, alt, given.where, given.place.page)
    caption = blocks.write(given.body, given.inside)
    if not name:
        return []
    first = caption[0]["c"] if caption and caption[0]["t"] == "Para" else []
    return [*captioned_figure(blocks, name, alt, first, given.label), *caption[1:]]


def _table(blocks: Writer, given: Given) -> list[Element]:
    made = blocks.write(given.body, given.inside)
    return _captioned(blocks, given, made)


def _captioned(blocks: Writer, given: Given, made: list[Element]) -> list[Element]:
    """Give a table its caption, number, label and look."""
    found = next((each for each in made if each["t"] == "Table"), None)
    if found is None:
        blocks.shared.problems.add(given.where, "a {table} without a table", "a table of Markdown")
        return made
    found["c"][0][0] = given.label
    found["c"][0][1] += given.options.get("class", "").split()
    if given.title:
        caption = blocks.line(given.title, given.place, given.line)
        number = blocks.shared.number("table", given.label, caption)
        found["c"][1] = [None, [paragraph(caption, plain=True)]]
        found["c"][0][2] += [["number", str(number)]]
    return made


def _list_table(blocks: Writer, given: Given) -> list[Element]:
    items = blocks.write(given.body, given.inside)
    rows = [_row(item) for item in items[0]["c"]] if items and items[0]["t"] == "BulletList" else []
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        found = "a {list-table} whose rows are not lists of one length"
        blocks.shared.problems.add(given.where, found, "* - first cell\n  - second cell")
        return []
    heads = int(given.options.get("header-rows", 0))
    made = table(rows[0] if heads else [], rows[1:] if heads else rows, ["left"] * len(rows[0]))
    return _captioned(blocks, given, [blocks.laid_out(made, "a table", given.where)])


def _row(item: Sequence[Element]) -> list[list[Element]]:
    return list(item[0]["c"]) if item and item[0]["t"] == "BulletList" else []


def _container(blocks: Writer, given: Given) -> list[Element]:
    return [div(blocks.write(given.body, given.inside), given.title.split(), given.label)]


def _admonition(blocks: Writer, given: Given) -> list[Element]:
    """Write a box; what is folded on the site stands open on paper."""
    custom = given.name in ("admonition", "dropdown")
    classes = ["admonition", *given.options.get("class", "").split()]
    title, body = given.title, given.body
    if not custom:  # such a box has a title of its own, and what stands beside its name is text
        title, body = (
            text(f"print_{_named(given.name)}", blocks.shared.language),
            f"{given.title}\n{body}".strip(),
        )
        classes.append(given.name)
    heading = paragraph(blocks.line(title, given.place, given.line))
    inner = blocks.write(body, given.inside)
    return [div([div([heading], ["title"]), *inner], classes, given.label)]


def _named(name: str) -> str:
    known = {"attention": "important", "danger": "warning", "error": "warning", "hint": "tip"}
    return known.get(name, name)


def _aside(blocks: Writer, given: Given) -> list[Element]:
    title = (
        [div([paragraph(blocks.line(given.title, given.place, given.line))], ["title"])]
        if given.title
        else []
    )
    return [div([*title, *blocks.write(given.body, given.inside)], ["aside"], given.label)]


def _through(blocks: Writer, given: Given) -> list[Element]:
    """Write what is inside; the frame is for a screen."""
    return blocks.named(blocks.write(given.body, given.inside), given.label)


def _titled(blocks: Writer, given: Given) -> list[Element]:
    """Write a card or tab: its title in bold, and what is inside."""
    title = [paragraph([element("Strong", blocks.line(given.title, given.place, given.line))])]
    return blocks.named(
        [*(title if given.title else []), *blocks.write(given.body, given.inside)], given.label
    )


def _code(blocks: Writer, given: Given) -> list[Element]:
    return blocks.named([code_block(given.body.strip("\n"), given.title)], given.label)


def _math(blocks: Writer, given: Given) -> list[Element]:
    formula = "\n".join(part for part in (given.title, given.body.strip()) if part)
    return blocks.named([paragraph([element("Math", [element("DisplayMath"), formula])])], given.label)


def _quotation(blocks: Writer, given: Given) -> list[Element]:
    return [element("BlockQuote", blocks.write(given.body, given.inside))]


def _include(blocks: Writer, given: Given) -> list[Element]:
    file = blocks.folder / given.place.page
    file = (file.parent / given.title).resolve()
    if not file.is_file() and (blocks.folder / file.name).is_file():
        file = blocks.folder / file.name
    if not file.is_file():
        blocks.shared.problems.add(given.where, f"no file {given.title} to include", "a file of the book")
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    first = int(given.options.get("start-line", 0))
    last = int(given.options["end-line"]) if "end-line" in given.options else None
    kept = lines[first:last]
    place = Place(given.place.page, file.name, range(first + 1, first + 1 + max(len(kept), 1)))
    return blocks.write("\n".join(kept), place)


def _bibliography(blocks: Writer, given: Given) -> list[Element]:
    return [div([], ["bibliography"], "refs")]


def _glossary(blocks: Writer, given: Given) -> list[Element]:
    """Write all entries in the order of the language, each with its words in the others."""
    language, path = blocks.shared.language, blocks.folder / GLOSSARY
    items: list[Any] = []
    for entry in in_order(read_glossary(path, [language]), language):
        here = entry.words[language]
        blocks.shared.titles[entry.anchor] = here.term
        term = [span(words(here.term), label=entry.anchor)]
        for other, there in entry.words.items():
            if other != language:
                term += [element("Space"), span(words(there.term), ["elsewhere"], lang=other)]
        cited = f" {{cite:p}}`{entry.source}`" if entry.source else ""
        place = Place(given.place.page, f"{GLOSSARY.as_posix()}, {entry.id}")
        items.append([term, [[paragraph(blocks.line(f"{here.definition}{cited}", place))]]])
    return [div([element("DefinitionList", items)], ["glossary"])]


def _nothing(blocks: Writer, given: Given) -> list[Element]:
    """Leave out what only leads around the site."""
    return []


def _rubric(blocks: Writer, given: Given) -> list[Element]:
    title = blocks.line(given.title, given.place, given.line)
    return blocks.named([paragraph([element("Strong", title)])], given.label)


DIRECTIVES: Mapping[str, Directive] = MappingProxyType(
    {
        "container": _container,
        **dict.fromkeys(("figure", "image"), _figure),
        "table": _table,
        "list-table": _list_table,
        **dict.fromkeys(("admonition", "dropdown", *ADMONITIONS), _admonition),
        **dict.fromkeys(("margin", "sidebar"), _aside),
        **dict.fromkeys(("grid", "tab-set", "card-carousel", "div"), _through),
        **dict.fromkeys(("grid-item", "grid-item-card", "card", "tab-item"), _titled),
        **dict.fromkeys(("code", "code-block", "sourcecode"), _code),
        "math": _math,
        **dict.fromkeys(("epigraph", "pull-quote", "highlights"), _quotation),
        "include": _include,
        "bibliography": _bibliography,
        "entydig-glossary": _glossary,
        **dict.fromkeys(("tableofcontents", "toctree", "contents"), _nothing),
        "rubric": _rubric,
    }
)
