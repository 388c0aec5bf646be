"""A comparison on the terminal: plain text in columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from entydig.release.report import Report, Section
from entydig.release.speaker import Block, Row

__all__ = ["plain"]

INDENT, GAP = "  ", "   "
# A cell that is longer goes on in the next line: a table should fit beside an editor.
WIDEST = (40, 30, 30, 10)
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
SPACES = {"\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"}

Cells = tuple[str, str, str, str]


def plain(told: Report) -> str:
    """Write a comparison for a terminal.

    Parameters
    ----------
    told : Report

    Returns
    -------
    str
        Lines with all columns aligned; signs that a terminal would obey, which a ledger may hold, are replaced.
    """
    headings = Row("", *told.names, told.difference)
    rows = [row for section in told.sections for block in section.blocks for row in block.rows]
    table = _Table([headings, *told.inputs, *rows])
    parts = [
        [told.title],
        [f"!! {warning}" for warning in told.warnings],
        list(told.sides),
        _inputs(told, table),
        [told.counts, told.legend],
        *(list(_section(section, table, headings)) for section in told.sections),
    ]
    return "\n\n".join("\n".join(map(_harmless, lines)) for lines in parts if lines)


class _Table:
    """Columns as wide as their widest cell, up to a limit."""

    def __init__(self, rows: Sequence[Row]) -> None:
        columns = zip(*map(_cells, rows), strict=True)
        self.widths = [min(max(map(len, column)), most) for column, most in zip(columns, WIDEST, strict=True)]

    def lines(self, row: Row) -> Iterator[str]:
        """Write a row; the difference stands to the right of its column."""
        wrapped = [
            textwrap.wrap(cell, width) or [""] for cell, width in zip(_cells(row), self.widths, strict=True)
        ]
        *plain_widths, last = self.widths
        for *cells, difference in zip_longest(*wrapped, fillvalue=""):
            written = [cell.ljust(width) for cell, width in zip(cells, plain_widths, strict=True)]
            yield (INDENT + GAP.join([*written, difference.rjust(last)])).rstrip()


def _cells(row: Row) -> Cells:
    return _harmless(row.label), _harmless(row.first), _harmless(row.second), row.difference


def _inputs(told: Report, table: _Table) -> list[str]:
    headed = [Row("", *told.names), *told.inputs] if told.inputs else []
    lines = [line for row in headed for line in table.lines(row)]
    return [told.inputs_title, *lines, *([told.alike] if told.alike else [])]


def _section(section: Section, table: _Table, headings: Row) -> Iterator[str]:
    yield f"{section.title} ({len(section.blocks)})"
    yield from table.lines(headings)
    for block in section.blocks:
        yield from _block(block, table, headings.second)


def _block(block: Block, table: _Table, second: str) -> Iterator[str]:
    yield f"{block.claim} {block.sentence}"
    if block.reworded:
        yield f"{INDENT}{second}: {block.reworded}"
    for row in block.rows:
        yield from table.lines(row)


def _harmless(line: str) -> str:
    """Replace what is not printed: a ledger's text could move the cursor or turn the reading direction."""
    return "".join(sign if sign.isprintable() or sign in SPACES else UNKNOWN for sign in line)
