"""Running text: markdown-it's tokens as pandoc's model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docutils.utils.smartquotes import educate_tokens

from entydig.publishing.print.markup import Markup
from entydig.publishing.print.model import Element, attributes, element, image, link, words
from entydig.publishing.print.roles import ROLES

if TYPE_CHECKING:
    from markdown_it.token import Token

    from entydig.publishing.print.shared import Place, Shared

__all__ = ["Inlines"]

ABROAD = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
WRAPPED = {"em": "Emph", "strong": "Strong", "s": "Strikeout"}
# What Sphinx does to quotation marks, dashes and dots, so that paper and site say the same.
SMART = "qDe"
LITERAL = ("code_inline", "myst_role", "math_inline", "math_inline_double", "html_inline")


class Inlines:
    """Writes the running text of one page.

    Parameters
    ----------
    shared : Shared
    picture : callable
        Takes address, text alternative and place of a picture; gives the name it is kept under.
    keep : callable
        Takes a drawing from the text itself; gives the name it is kept under.
    """

    def __init__(self, shared: Shared, picture: Callable[..., str], keep: Callable[[str], str]) -> None:
        self.shared, self.picture, self.keep = shared, picture, keep

    def write(self, tokens: Sequence[Token], place: Place, offset: int) -> list[Element]:
        """Write the children of one inline token.

        Parameters
        ----------
        tokens : sequence of Token
        place : Place
        offset : int
            Line of the text in what is being read.
        """
        reading = _Reading(self, place, offset)
        return reading.all(list(_smart(tokens, self.shared.language)))


class _Reading:
    """One run of text, with what is open in it."""

    def __init__(self, inlines: Inlines, place: Place, offset: int) -> None:
        self.inlines, self.place = inlines, place
        self.shared, self.line = inlines.shared, offset
        self.made: list[Element] = []
        self.outer: list[tuple[Token, list[Element]]] = []
        self.markup = Markup(inlines.keep, self._pointed)
        self.rules: Mapping[str, Callable[[Token], Sequence[Element]]] = {
            "text": lambda token: words(token.content),
            "softbreak": self._break,
            "hardbreak": lambda token: [element("LineBreak")],
            "code_inline": lambda token: [element("Code", [attributes(), token.content])],
            "math_inline": lambda token: [_math("InlineMath", token)],
            "math_inline_double": lambda token: [_math("DisplayMath", token)],
            "image": self._image,
            "myst_role": self._role,
            "html_inline": self._html,
        }

    @property
    def where(self) -> str:
        return self.place.line(self.line)

    def all(self, tokens: Sequence[Token]) -> list[Element]:
        for token in tokens:
            if token.nesting > 0:
                self.outer.append((token, self.made))
                self.made = []
            elif token.nesting < 0:
                begun, outer = self.outer.pop()
                outer.append(self._closed(begun, self.made))
                self.made = outer
            elif rule := self.rules.get(token.type):
                self.made += rule(token)
            else:
                self._refuse(f"text that paper cannot show: {token.type} {token.content!r}")
        if complaint := self.markup.end(self.made):
            self._refuse(complaint)
        return self.made

    def _refuse(self, found: str, expected: str = "", action: str = "") -> None:
        self.shared.problems.add(self.where, found, expected, action)

    def _break(self, token: Token) -> list[Element]:
        self.line += 1
        return [element("SoftBreak")]

    def _closed(self, begun: Token, inner: list[Element]) -> Element:
        kind = begun.type.removesuffix("_open")
        if kind == "link":
            return self._pointed(link(inner, ""), str(begun.attrs.get("href", "")))
        if kind not in WRAPPED:
            self._refuse(f"text that paper cannot show: {kind}")
        return element(WRAPPED.get(kind, "Emph"), inner)

    def _pointed(self, made: Element, address: str) -> Element:
        """Point a link to an address outside, a label, or a page of the book."""
        if ABROAD.match(address):
            made["c"][2] = [address, ""]
            return made
        if address.startswith("#"):
            return self.shared.refer(made, "label", address[1:], self.where)
        page = self.shared.page_named(self.place.page, address)
        _, _, part = address.partition("#")
        if page and part:
            return self.shared.refer(made, "label", part, self.where)
        made["c"][0] = attributes("", ["page"])
        return self.shared.refer(made, "page", page, self.where)

    def _image(self, token: Token) -> list[Element]:
        alt = token.content.strip()
        name = self.inlines.picture(str(token.attrs.get("src", "")), alt, self.where, self.place.page)
        return [image(name, alt)] if name else []

    def _role(self, token: Token) -> list[Element]:
        name = str(token.meta["name"])
        role = ROLES.get(name)
        if role is None:
            found, expected = f"the role {{{name}}}`{token.content}`", f"one of {', '.join(sorted(ROLES))}"
            self._refuse(found, expected, "write it otherwise, or teach it to entydig.publishing.print.roles")
            return []
        return [role(token.content, self.shared, self.where)]

    def _html(self, token: Token) -> list[Element]:
        if complaint := self.markup.read(token.content, self.made):
            self._refuse(complaint, "Markdown", "write it otherwise")
        return []


def _math(kind: str, token: Token) -> Element:
    return element("Math", [element(kind), token.content])


def _smart(tokens: Sequence[Token], language: str) -> Iterator[Token]:
    """Give the tokens with typographic quotation marks in their text."""
    tagged = [(_tag(token), _text(token)) for token in tokens]
    for token, said in zip(tokens, educate_tokens(tagged, SMART, language), strict=True):
        if token.type == "text" and said != token.content:
            token = token.copy()  # noqa: PLW2901 -- the parser's own tokens stay as they were
            token.content = said
        yield token


def _tag(token: Token) -> str:
    return "literal" if token.type in LITERAL else "plain"


def _text(token: Token) -> Any:
    return token.content if token.type in ("text", *LITERAL) else ("\n" if token.type == "softbreak" else "")
