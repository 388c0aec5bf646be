"""Published numbers as a file that a spreadsheet opens and pandas reads.

The file is written for the spreadsheets of its language: a language with decimal commas has semicolons between
its cells.  A cell that is a number has an ordinary minus and no marks between thousands, so that
``pandas.read_csv(file, sep=";", decimal=",")`` reads a Danish file and ``pandas.read_csv(file)`` an English one;
it has the digits that the page shows and no more.  A cell of text that a spreadsheet would take for a formula
begins with an apostrophe, which ``str.removeprefix("'")`` takes away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from babel import Locale

__all__ = ["sheet"]

# Excel takes a file for UTF-8 only with this in front; pandas knows it and leaves it out.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MINUS = "\N{MINUS SIGN}"


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str | int | None]], language: str) -> str:
    """Write a table as the content of a CSV file.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : iterable of sequences
        Cells as published; None becomes an empty cell.
    language : str
        Decides on the sign between cells.

    Returns
    -------
    str
        Begins with a byte order mark; lines end with a line feed.

    Examples
    --------
    >>> sheet(["a", "b"], [["−14,8", "=1+1"]], "da")[1:].splitlines()
    ['a;b', "-14,8;'=1+1"]
    """
    symbols = Locale.parse(language).number_symbols["latn"]
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";" if symbols["decimal"] == "," else ",", lineterminator="\n")
    whole = _number(symbols["group"], symbols["decimal"])
    for row in (columns, *rows):
        writer.writerow([_cell(cell, whole, symbols["group"]) for cell in row])
    return MARK + target.getvalue()


def _number(group: str, decimal: str) -> re.Pattern[str]:
    between, sign = re.escape(group), re.escape(decimal)
    return re.compile(rf"[+{MINUS}-]?(?:\d{{1,3}}(?:{between}\d{{3}})+|\d+)(?:{sign}\d+)?")


def _cell(cell: str | int | None, whole: re.Pattern[str], group: str) -> str:
    if cell is None:
        return ""
    written = str(cell)
    if whole.fullmatch(written):
        return written.replace(group, "").replace(MINUS, "-")
    return f"'{written}" if written.startswith(FORMULA) else written
