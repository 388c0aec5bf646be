"""What the pages of a book have in common: labels and their numbers, references, pictures, what is wrong."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from entydig.errors import BookError, Problems
from entydig.publishing.print.model import Element, attributes, text_of, words
from entydig.wording import text

__all__ = ["Place", "Shared"]

PAGES = (".md", ".ipynb")


@dataclass(frozen=True)
class Place:
    """Where something stands: the page's name for messages, and the first line of what is being read."""

    page: str
    where: str
    lines: Sequence[int] = ()

    def line(self, offset: int) -> str:
        """Name a line, counted from 0 in the source that is being read."""
        if not self.lines:
            return self.where
        number = self.lines[min(offset, len(self.lines) - 1)]
        return f"{self.where}, line {number}"

    def inside(self, offset: int) -> Place:
        """Give the place of a part that begins some lines further down."""
        return Place(self.page, self.where, self.lines[offset:] or self.lines[-1:])


@dataclass
class Shared:
    """Gathers what pages define, and settles what they refer to once all are read.

    Parameters
    ----------
    language : str
    sources : frozenset of str
        Keys of the bibliography.
    alone : bool
        There is one page of many: references to what it lacks are left as text.
    """

    language: str
    sources: frozenset[str] = frozenset()
    alone: bool = False
    problems: Problems = field(default_factory=lambda: Problems(BookError))
    titles: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _pending: list[tuple[Element, str, str, str]] = field(default_factory=list)

    def number(self, kind: str, label: str, caption: Sequence[Element]) -> int:
        """Give the next number of a figure or table; it runs through the whole book, as on the site."""
        number = self._counts.get(kind, 0) + 1
        self._counts[kind] = number
        if label:
            self.numbers[label] = (kind, number)
            self.captions[label] = text_of(list(caption))
        return number

    def define(self, label: str, title: str, where: str) -> None:
        """Note a label, and what a reference to it says."""
        if label in self.titles:
            self.problems.add(where, f"the label {label} stands twice", "one place for each label")
        self.titles[label] = title

    def refer(self, made: Element, kind: str, target: str, where: str) -> Element:
        """Note a link to settle later: kind ``label``, ``page``, ``ref`` or ``numref``."""
        self._pending.append((made, kind, target, where))
        return made

    def picture(self, name: str, content: bytes) -> str:
        """Keep a picture; gives the name under which documents find it."""
        self.pictures[name] = content
        return name

    def settle(self) -> None:
        """Point every reference to its label, with the text it shows.

        Raises
        ------
        BookError
            All problems of all pages, references to what is nowhere among them.
        """
        for made, kind, target, where in self._pending:
            label = self.pages.get(target, "") if kind == "page" else target
            known = label in self.titles or label in self.numbers
            if (kind == "page" and not label) or (self.alone and not known):
                # A file beside the pages, which no paper has; or what stands elsewhere.
                said = made["c"][1] or words(target)
                made["t"], made["c"] = "Span", [attributes(), said]
            elif not known:
                self.problems.add(where, f"a reference to {target}, which is nowhere", "a label of the book")
            else:
                made["c"][2] = [f"#{label}", ""]
                self._say(made, kind, label, where)
        self._pending.clear()
        self.problems.raise_if_any()

    def _say(self, made: Element, kind: str, label: str, where: str) -> None:
        said = text_of(made["c"][1])
        if kind == "numref":
            if label not in self.numbers:
                self.problems.add(where, f"{{numref}} to {label}", "a figure or table with a caption")
                return
            of, number = self.numbers[label]
            form = said or text(f"{of}_number", self.language)
            form = form.replace("{number}", str(number)).replace("{name}", self.captions[label])
            made["c"][1] = words(form.replace("%s", str(number)).replace(" ", "\N{NO-BREAK SPACE}", 1))
        elif not said:
            made["c"][1] = words(self.titles.get(label) or self.captions.get(label, label))

    @staticmethod
    def page_named(here: str, address: str) -> str:
        """Give the name of the page that a relative address on another one means; empty when it is no page.

        Examples
        --------
        >>> Shared.page_named("book/design", "../notebooks/a.ipynb#part")
        'notebooks/a'
        """
        path = unquote(address.partition("#")[0])
        name = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
        return next((name.removesuffix(end) for end in PAGES if name.endswith(end)), "")
