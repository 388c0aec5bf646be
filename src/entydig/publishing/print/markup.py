"""HTML inside Markdown: what our tables write, as pandoc's model; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from entydig.publishing.print.model import Element, element, image, link, span

__all__ = ["Markup", "picture_size"]

SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)(?:pt|px)?"[^>]*?\bheight="([\d.]+)(?:pt|px)?"', re.DOTALL)
BOX = re.compile(r'<svg\b[^>]*?\bviewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', re.DOTALL)
WRAPPED = {
    "sub": "Subscript",
    "sup": "Superscript",
    "em": "Emph",
    "i": "Emph",
    "strong": "Strong",
    "b": "Strong",
}
SPANS = ("span", "small", "abbr", "kbd")
Keep = Callable[[str], str]
Refer = Callable[[Element, str], Element]
INK = "#1b1f24"  # what a drawing in the colour of its text is printed in


def picture_size(picture: bytes) -> tuple[float, float]:
    """Give width and height of a drawing in its own units; zeros when it says neither, or is none."""
    svg = picture[:4000].decode("utf-8", "replace")
    found = SIZE.search(svg) or BOX.search(svg)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


@dataclass
class _Open:
    """An element that was begun: its tag, attributes, and what stands before it."""

    tag: str
    named: dict[str, str]
    before: list[Element] = field(default_factory=list)


class Markup:
    """Reads the HTML of one run of text, tag by tag.

    Parameters
    ----------
    keep : callable
        Takes a drawing, gives the name it is kept under.
    refer : callable
        Takes a link and its address, and points it somewhere.
    """

    def __init__(self, keep: Keep, refer: Refer) -> None:
        self.keep, self.refer = keep, refer
        self.open: list[_Open] = []
        self.drawing = ""

    def read(self, written: str, made: list[Element]) -> str:
        """Take one piece of HTML; gives a complaint, or nothing.

        What was made so far stands in `made`, which is changed.
        """
        if self.drawing or written.startswith("<svg"):
            return self._draw(written, made)
        if written.startswith("<!--"):
            return ""
        tag, named = _tag(written)
        if written.startswith("</"):
            return self._close(tag, made)
        if tag == "br":
            made.append(element("LineBreak"))
        elif tag in (*SPANS, *WRAPPED, "a", "code"):
            self.open.append(_Open(tag, named, made[:]))
            made.clear()
        else:
            return f"the HTML element <{tag}>"
        return ""

    def end(self, made: list[Element]) -> str:
        """Finish the run of text; gives a complaint about what was not closed, or nothing."""
        if not self.open and not self.drawing:
            return ""
        return f"an HTML element that is not closed: <{self.open[-1].tag if self.open else 'svg'}>"

    def _draw(self, written: str, made: list[Element]) -> str:
        self.drawing += written
        if written.endswith("</svg>"):
            svg = self.drawing.replace("currentColor", INK)
            if "xmlns=" not in svg:
                svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            width, _ = picture_size(svg.encode())
            hidden = 'aria-hidden="true"' in svg
            self.drawing = ""
            if not hidden:
                return "a drawing that is not marked aria-hidden and has no text alternative"
            made.append(image(self.keep(svg), "", ["decorative"], size=f"{width * 0.55:.1f}"))
        return ""

    def _close(self, tag: str, made: list[Element]) -> str:
        if not self.open or self.open[-1].tag != tag:
            return f"an HTML element that was not opened: </{tag}>"
        begun = self.open.pop()
        inner, made[:] = made[:], begun.before
        if tag == "a":
            made.append(self.refer(link(inner, ""), begun.named.get("href", "")))
        elif tag in WRAPPED:
            made.append(element(WRAPPED[tag], inner))
        else:
            classes = [*begun.named.get("class", "").split(), *([] if tag == "span" else [tag])]
            named = {"lang": begun.named["lang"]} if "lang" in begun.named else {}
            made.append(span(inner, classes, **named))
        return ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tag, self.named = "", dict[str, str]()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tag, self.named = tag, {name: value or "" for name, value in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.tag = tag


def _tag(written: str) -> tuple[str, dict[str, str]]:
    reader = _Reader()
    reader.feed(written)
    return reader.tag, reader.named
