"""The blocks of a page: markdown-it's tokens as pandoc's model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.publishing.print.columns import LANDSCAPE, Layout, lay_out
from entydig.publishing.print.directives import DIRECTIVES, Given, read_given
from entydig.publishing.print.inlines import Inlines
from entydig.publishing.print.model import (
    Element,
    code_block,
    div,
    element,
    header,
    paragraph,
    table,
    text_of,
    unpaged,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

    from entydig.publishing.print.shared import Place, Shared

__all__ = ["EXTENSIONS", "Blocks"]

# What Jupyter Book reads when the book's configuration says nothing else.
EXTENSIONS = ("colon_fence", "dollarmath", "linkify", "substitution", "tasklist")
IGNORED = ("myst_line_comment", "myst_block_break", "front_matter", "footnote_anchor")


class Blocks:
    """Writes the blocks of pages.

    Parameters
    ----------
    shared : Shared
    folder : Path
        The staged book, where its pictures and the files it includes lie.
    extensions : sequence of str
        Of MyST, as the book's configuration has them.
    """

    def __init__(self, shared: Shared, folder: Path, extensions: Sequence[str] = EXTENSIONS) -> None:
        from markdown_it.renderer import RendererHTML
        from myst_parser.config.main import MdParserConfig
        from myst_parser.parsers.mdit import create_md_parser

        self.shared, self.folder = shared, folder
        config = MdParserConfig(enable_extensions=set(extensions), linkify_fuzzy_links=False)
        self.parser = create_md_parser(config, RendererHTML)
        self.inlines = Inlines(shared, self.picture, self.keep)
        self.labels: list[str] = []
        self.drawn = 0
        self.rules: Mapping[str, Callable[[_Node, Place], Sequence[Element]]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": lambda node, place: [element("BlockQuote", self._inside(node, place))],
            "table": self._table,
            "dl": self._definitions,
            "fence": self._fence,
            "colon_fence": self._fence,
            "code_block": lambda node, place: [code_block(node.token.content.rstrip("\n"))],
            "hr": lambda node, place: [element("HorizontalRule")],
            "math_block": self._math,
            "math_block_label": self._math,
            "amsmath": self._math,
            "html_block": self._html,
            "myst_target": self._target,
        }

    def write(self, source: str, place: Place) -> list[Element]:
        """Write a part of a page.

        Parameters
        ----------
        source : str
            MyST Markdown.
        place : Place
            Where it stands.

        Returns
        -------
        list of Element
            Whatever paper cannot show is noted in `Shared.problems` and left out.
        """
        return self._all(_tree(self.parser.parse(source)), place)

    def line(self, source: str, place: Place, offset: int = 0) -> list[Element]:
        """Write running text, such as a caption."""
        tokens = self.parser.parseInline(source)
        return self.inlines.write(tokens[0].children or [], place, offset) if tokens else []

    def finished(self) -> list[Element]:
        """Give anchors for labels with nothing behind them, at the end of a page."""
        return self._anchors()

    def picture(self, name: str, alt: str, where: str, here: str = "") -> str:
        """Keep a picture of the book; empty, and a problem noted, when it is missing or says nothing."""
        if not alt.strip():
            found, action = f"a figure without alt text: {name}", "say in words what it shows"
            self.shared.problems.add(where, found, "a text alternative", action)
            return ""
        file = self._file(name, here)
        if not file.is_file():
            self.shared.problems.add(where, f"no picture {name}", "a file beside the pages")
            return ""
        return self.shared.picture(
            file.relative_to(self.folder).as_posix().replace("/", "-"), file.read_bytes()
        )

    def keep(self, svg: str) -> str:
        """Keep a drawing that stands in the text."""
        self.drawn += 1
        return self.shared.picture(f"drawing-{self.drawn}.svg", svg.encode())

    def named(self, content: list[Element], label: str) -> list[Element]:
        """Note a label of something without a title."""
        return [div(content, label=label)] if label else content

    def laid_out(self, made: Element, name: str, where: str) -> Element:
        """Fit a table to the page; note a problem when it fits none."""
        head, rows = made["c"][3][1], made["c"][4][0][3]
        cells = [[cell[4] for cell in row[1]] for row in [*head, *rows]]
        unpaged(cells)
        laid = lay_out(cells[0] if head else [], cells[1:] if head else cells)
        if not isinstance(laid, Layout):
            found = (
                f"{name} is too wide for the page: its {len(cells[0])} columns need {laid / 72 * 25.4:.0f} mm"
            )
            action = "shorten its longest words, or split it"
            self.shared.problems.add(
                where, found, f"at most {LANDSCAPE / 72 * 25.4:.0f} mm, on a turned page", action
            )
            return made
        for column, width in zip(made["c"][2], laid.widths, strict=True):
            column[1] = element("ColWidth", width)
        made["c"][0][2] += [["size", f"{laid.size:g}"], ["lines", f"{laid.lines:.0f}"]]
        made["c"][0][1] += ["landscape"] if laid.landscape else []
        return made

    def _file(self, name: str, here: str) -> Path:
        base = self.folder if name.startswith("/") else (self.folder / here).parent
        return base / name.lstrip("/")

    def _all(self, nodes: Sequence[_Node], place: Place) -> list[Element]:
        made: list[Element] = []
        for node in nodes:
            rule = self.rules.get(node.kind)
            if rule is None:
                if node.kind not in IGNORED:
                    self.shared.problems.add(
                        place.line(node.line), f"something paper cannot show: {node.kind}", "plain Markdown"
                    )
                continue
            if node.kind not in ("myst_target", "heading") and not _is_labelled(node):
                made += self._anchors()
            made += rule(node, place)
        return made

    def _inside(self, node: _Node, place: Place) -> list[Element]:
        return self._all(node.children, place)

    def _text(self, node: _Node, place: Place) -> list[Element]:
        inline = next((each for each in node.children if each.kind == "inline"), None)
        if inline is None:
            return []
        return self.inlines.write(inline.token.children or [], place, inline.line)

    def _anchors(self) -> list[Element]:
        made = [div([], ["anchor"], label) for label in self.labels]
        self.labels.clear()
        return made

    def _target(self, node: _Node, place: Place) -> list[Element]:
        label = node.token.content.strip()
        self.shared.define(label, "", place.line(node.line))
        self.labels.append(label)
        return []

    def _heading(self, node: _Node, place: Place) -> list[Element]:
        level, inlines = int(node.token.tag[1:]), self._text(node, place)
        unpaged(inlines)
        label = self.labels.pop() if self.labels else ""
        for each in (*self.labels, label):
            if each:
                self.shared.titles[each] = text_of(inlines)
        return [*self._anchors(), header(level, inlines, label)]

    def _paragraph(self, node: _Node, place: Place) -> list[Element]:
        return [paragraph(self._text(node, place), plain=node.token.hidden)]

    def _list(self, node: _Node, place: Place) -> list[Element]:
        items = [self._inside(item, place) for item in node.children]
        if node.kind == "bullet_list":
            return [element("BulletList", items)]
        start = int(node.token.attrs.get("start", 1))
        return [element("OrderedList", [[start, element("Decimal"), element("Period")], items])]

    def _definitions(self, node: _Node, place: Place) -> list[Element]:
        items: list[Any] = []
        for child in node.children:
            if child.kind == "dt":
                items.append([self._text(child, place), []])
            else:
                items[-1][1].append(self._inside(child, place))
        return [element("DefinitionList", items)]

    def _table(self, node: _Node, place: Place) -> list[Element]:
        found = [row for part in node.children for row in part.children]
        cells = [[[paragraph(self._text(cell, place), plain=True)] for cell in row.children] for row in found]
        sides = [_side(cell.token) for cell in found[0].children]
        made = table(cells[0], cells[1:], sides)
        return [self.laid_out(made, "a table", place.line(node.line))]

    def _math(self, node: _Node, place: Place) -> list[Element]:
        return [paragraph([element("Math", [element("DisplayMath"), node.token.content.strip()])])]

    def _html(self, node: _Node, place: Place) -> list[Element]:
        if not node.token.content.lstrip().startswith("<!--"):
            found = f"a block of HTML: {node.token.content.strip().partition(chr(10))[0][:60]}"
            self.shared.problems.add(place.line(node.line), found, "Markdown", "write it otherwise")
        return []

    def _fence(self, node: _Node, place: Place) -> list[Element]:
        given = read_given(node.token.info, node.token.content, place, node.line)
        if given is None:
            return [code_block(node.token.content.rstrip("\n"), node.token.info.strip())]
        return self._directive(given)

    def _directive(self, given: Given) -> list[Element]:
        rule = DIRECTIVES.get(given.name)
        if rule is None:
            found, expected = f"the directive {{{given.name}}}", f"one of {', '.join(sorted(DIRECTIVES))}"
            action = "write it otherwise, or teach it to entydig.publishing.print.directives"
            self.shared.problems.add(given.where, found, expected, action)
            return []
        if given.label:
            self.shared.define(given.label, "", given.where)
        self.labels, before = [], self.labels
        if not given.label and before:
            given.label = before.pop()
        inner = rule(self, given)
        anchors = [div([], ["anchor"], label) for label in before]
        return [*anchors, *inner]


class _Node:
    """A token with what is inside it."""

    def __init__(self, token: Token, children: list[_Node]) -> None:
        self.token, self.children = token, children
        self.kind = token.type.removesuffix("_open")
        self.line = token.map[0] if token.map else 0


def _tree(tokens: Sequence[Token]) -> list[_Node]:
    top: list[_Node] = []
    open_: list[list[_Node]] = [top]
    for token in tokens:
        if token.nesting < 0:
            open_.pop()
            continue
        node = _Node(token, [])
        open_[-1].append(node)
        if token.nesting > 0:
            open_.append(node.children)
    return top


def _is_labelled(node: _Node) -> bool:
    """Say whether a block takes the label before it."""
    return node.kind in ("fence", "colon_fence") and node.token.info.lstrip().startswith("{")


def _side(token: Token) -> str:
    return str(token.attrs.get("style", "")).rpartition(":")[2].strip()
