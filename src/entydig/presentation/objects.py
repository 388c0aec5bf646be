"""What a notebook shows: a picture or table together with its caption, alt text, data and label."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from entydig.presentation.richtext import RichText

__all__ = ["Cell", "Data", "Figure", "Table", "Value", "escaped"]

Cell = str | int | None
Bundle = tuple[dict[str, Any], dict[str, Any]]
MISSING = "\N{EN DASH}"
# Each starts markup in CommonMark, MyST or pandoc; a backslash before it is harmless in all three.
MARKUP = re.compile(r"([\\`*_{}\[\]<>|$~^@&#])")


@dataclass(frozen=True)
class Data:
    """The published numbers behind a figure or table.

    Parameters
    ----------
    columns : tuple of str
        Headings in the run's language, all different.
    rows : tuple of tuples
        Cells as published: text, whole numbers, or None where there is nothing.

    Raises
    ------
    ValueError
        When there is no column, headings repeat, or a row has another length.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns or len(set(self.columns)) != len(self.columns):
            raise ValueError(f"a table needs headings that differ, found {list(self.columns)}")
        wrong = [number for number, row in enumerate(self.rows) if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(
                f"row {wrong[0]} has {len(self.rows[wrong[0]])} cells for {len(self.columns)} columns"
            )

    def without_empty(self) -> Data:
        """Give it without columns that hold nothing at all."""
        kept = [
            place
            for place in range(len(self.columns))
            if any(row[place] not in (None, "") for row in self.rows)
        ]
        return Data(
            tuple(self.columns[place] for place in kept),
            tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    def as_record(self) -> dict[str, Any]:
        """Give it as JSON types."""
        return {"columns": list(self.columns), "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True, kw_only=True, repr=False)
class Figure:
    """A drawn figure.

    Parameters
    ----------
    label : str
        Link target, ``fig-`` and lower-case letters, digits, hyphens; the same in all languages.
    title : str
        The message, as it stands in the picture.
    caption : str
        What is shown, of whom, how to read it.
    alt : str
        The main numbers in words, in the run's language.
    svg : str
        The picture.
    data : Data
        What was drawn.

    Raises
    ------
    ValueError
        When a text is empty or the label is not of that form.
    """

    label: str
    title: str
    caption: str
    alt: str
    svg: str
    data: Data

    def __post_init__(self) -> None:
        _check_label(self.label, "fig-")
        _check_texts(title=self.title, caption=self.caption, alt=self.alt, svg=self.svg)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        """Give IPython the picture, with the rest as metadata."""
        about = {
            "kind": "figure",
            "label": self.label,
            "caption": self.caption,
            "alt": self.alt,
            "data": self.data.as_record(),
        }
        return {"image/svg+xml": self.svg, "text/plain": self.alt}, {"entydig": about}


@dataclass(frozen=True, kw_only=True, repr=False)
class Table:
    """A table, as HTML, Markdown and plain text.

    Parameters
    ----------
    label : str
        Link target, ``tbl-`` and lower-case letters, digits, hyphens; the same in all languages.
    caption : str
        What is shown, of whom, how to read it.
    data : Data
        The cells as published.
    numeric : frozenset of str
        Columns set to the right.
    row_headings : int
        How many leading columns name the row (0 or more).
    look : str
        Class of the table on a page, for a kind of table with a layout of its own; none if empty.

    Raises
    ------
    ValueError
        When a text is empty or the label is not of that form.
    """

    label: str
    caption: str
    data: Data
    numeric: frozenset[str] = frozenset()
    row_headings: int = 1
    look: str = ""

    def __post_init__(self) -> None:
        _check_label(self.label, "tbl-")
        _check_texts(caption=self.caption)

    def __repr__(self) -> str:
        return self.plain

    @property
    def html(self) -> str:
        """The table as HTML: caption, scoped headings, everything escaped, no styling of its own."""
        headings = "".join(self._html_cell("th", name, name, ' scope="col"') for name in self.data.columns)
        rows = "".join(f"<tr>{self._html_row(row)}</tr>\n" for row in self.data.rows)
        kind = f"entydig-table {self.look}".strip()
        return (
            f'<table class="{kind}">\n<caption>{html.escape(self.caption)}</caption>\n'
            f"<thead>\n<tr>{headings}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table>"
        )

    @property
    def markdown(self) -> str:
        """The table as a Markdown pipe table, without its caption."""
        rules = ["---:" if name in self.numeric else "---" for name in self.data.columns]
        lines = [[_markdown(name) for name in self.data.columns], rules]
        lines += [[_markdown(cell) for cell in row] for row in self.data.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    @property
    def plain(self) -> str:
        """The table in aligned columns under its caption."""
        lines = [list(self.data.columns), *([_text(cell) for cell in row] for row in self.data.rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.data.columns))]
        written = ["  ".join(self._aligned(line, widths)).rstrip() for line in lines]
        return "\n".join([self.caption, "", *written])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        """Give IPython the three forms, with caption and data as metadata."""
        about = {"kind": "table", "label": self.label, "caption": self.caption, "data": self.data.as_record()}
        about |= {"look": self.look} if self.look else {}
        forms = {"text/html": self.html, "text/markdown": self.markdown, "text/plain": self.plain}
        return forms, {"entydig": about}

    def _html_row(self, row: Sequence[Cell]) -> str:
        cells = []
        for place, (name, cell) in enumerate(zip(self.data.columns, row, strict=True)):
            heads = place < self.row_headings
            cells.append(
                self._html_cell("th" if heads else "td", name, cell, ' scope="row"' if heads else "")
            )
        return "".join(cells)

    def _html_cell(self, tag: str, column: str, cell: Cell, scope: str) -> str:
        kind = ' class="numeric"' if column in self.numeric else ""
        content = cell.html if isinstance(cell, RichText) else html.escape(_text(cell))
        return f"<{tag}{scope}{kind}>{content}</{tag}>"

    def _aligned(self, line: list[str], widths: list[int]) -> list[str]:
        named = zip(self.data.columns, line, widths, strict=True)
        return [
            cell.rjust(width) if name in self.numeric else cell.ljust(width) for name, cell, width in named
        ]


class Value(str):
    """A number as the prose shows it: a text that knows which claim it belongs to.

    Parameters
    ----------
    written : str
        The text, already in the run's language.
    claim, label : str or None
        Id and link target of the claim.
    title : str or None
        Estimate, interval and n as one line; kept as `summary`, since every text has a method `title`.
    """

    __slots__ = ("claim", "label", "summary")

    claim: str | None
    label: str | None
    summary: str | None

    def __new__(
        cls, written: str, *, claim: str | None = None, label: str | None = None, title: str | None = None
    ) -> Value:
        """Make the text and keep what it belongs to."""
        value = super().__new__(cls, written)
        value.claim, value.label, value.summary = claim, label, title
        return value

    def __repr__(self) -> str:
        # IPython's own printer of texts outranks the bundle below and takes this: it must carry no quotes.
        return str(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        """Give IPython the text without quotes."""
        about = {"kind": "value", "claim": self.claim, "label": self.label, "title": self.summary}
        return {"text/plain": str(self)}, {"entydig": about}


def escaped(content: str) -> str:
    r"""Write plain text as Markdown for a table's cell, in one line.

    Examples
    --------
    >>> escaped("a|b")
    'a\\|b'
    """
    # Not `split()`, which would take the no-break spaces along.
    return MARKUP.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", content).strip(" "))


def _check_label(label: str, prefix: str) -> None:
    if not re.fullmatch(rf"{prefix}[a-z0-9]+(-[a-z0-9]+)*", label):
        raise ValueError(f"a label is {prefix!r} and lower-case letters, digits, hyphens, found {label!r}")


def _check_texts(**texts: str) -> None:
    empty = [name for name, content in texts.items() if not content.strip()]
    if empty:
        raise ValueError(f"must not be empty: {', '.join(empty)}")


def _text(cell: Cell) -> str:
    return MISSING if cell is None else str(cell)


def _markdown(cell: Cell) -> str:
    return cell.markdown if isinstance(cell, RichText) else escaped(_text(cell))
