"""What places say: signs and words, passages that are quoted."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entydig.presentation.objects import escaped
from entydig.presentation.richtext import RichText
from entydig.wording import text

__all__ = ["SIGNS", "Notice", "Quotations", "Quoted", "linked", "place_cell"]

# Those that a verdict has too mean the same there.
SIGNS: Mapping[str, str] = {
    "confirms": "●",
    "contradicts": "✕",
    "extends": "◆",
    "divided": "◐",
    "silent": "○",
    "coders differ": "≠",
}


@dataclass(frozen=True)
class Quoted:
    """A passage and the line below it that says who speaks."""

    words: str
    line: str


@dataclass(frozen=True, repr=False)
class Quotations:
    """Passages, each set apart, with where they come from.

    Attributes
    ----------
    passages : sequence of Quoted
    title : str
        With one, they are folded under it.
    """

    passages: Sequence[Quoted]
    title: str = ""

    def __repr__(self) -> str:
        written = "\n\n".join(f"{each.words}\n    {each.line}" for each in self.passages)
        return f"{self.title}\n\n{written}" if self.title else written

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the passages in three forms."""
        # What stands between two quotations keeps them from becoming one.
        marked = "\n\n%\n\n".join(
            f"> {escaped(each.words)}\n>\n> *{escaped(each.line)}*" for each in self.passages
        )
        drawn = "".join(
            f"<blockquote><p>{html.escape(each.words)}</p><p><em>{html.escape(each.line)}</em></p></blockquote>"
            for each in self.passages
        )
        if self.title:
            marked = f":::{{dropdown}} {escaped(self.title)}\n{marked}\n:::"
            drawn = f"<details><summary>{html.escape(self.title)}</summary>{drawn}</details>"
        forms = {"text/html": drawn, "text/markdown": marked, "text/plain": repr(self)}
        return forms, {"entydig": {"kind": "quotations"}}


@dataclass(frozen=True, repr=False)
class Notice:
    """A sentence that stands where there is nothing to show."""

    words: str

    def __repr__(self) -> str:
        return self.words

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the sentence."""
        forms = {
            "text/html": f"<p>{html.escape(self.words)}</p>",
            "text/markdown": escaped(self.words),
            "text/plain": self.words,
        }
        return forms, {"entydig": {"kind": "quotations"}}


def place_cell(word: str, language: str, numbers: Sequence[int] = ()) -> str:
    """Write what a place says: sign, word, and the numbers of the passages quoted for it."""
    said = f"{SIGNS[word]}\N{NO-BREAK SPACE}{text(f'place_{word}', language)}"
    return f"{said} [{', '.join(map(str, numbers))}]" if numbers else said


def linked(written: str, target: str) -> RichText:
    """Write a link to another page of the book, as seen from the page of a notebook."""
    page = html.escape(target.removesuffix(".md").removesuffix(".ipynb") + ".html")
    return RichText(
        written,
        markdown=f"[{escaped(written)}]({target})",
        html=f'<a href="{page}">{html.escape(written)}</a>',
    )
