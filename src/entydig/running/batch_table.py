"""The table of a batch: one set of parameters a row, all of it checked before anything runs."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from entydig.errors import DataError, NotebookError, Problem, Problems
from entydig.running.parameters import Parameter, Value, from_text

__all__ = ["Row", "read_table"]

FORM = "a header of parameter names and one row for each run, separated by commas, in UTF-8"


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    number : int
        From 1, the header not counted.
    line : int
        Where it begins in the file, from 1.
    values : mapping
        Parameter to checked value, in the order of the columns.
    """

    number: int
    line: int
    values: Mapping[str, Value]


def read_table(
    file: Path, parameters: Sequence[Parameter], taken: Mapping[str, str] | None = None
) -> list[Row]:
    """Read the rows of a batch.

    Parameters
    ----------
    file : Path
        A CSV file in UTF-8, with or without a byte order mark.  Blank lines do not count.
    parameters : sequence of Parameter
        What the notebook declares.
    taken : mapping, optional
        Parameters that are given for all rows, and the option that gives them; no column may have their names.

    Returns
    -------
    list of Row
        At least one; no two alike.

    Raises
    ------
    DataError
        The file is missing, is not UTF-8 or CSV, or has no header or no rows.
    NotebookError
        A column names no parameter or one twice, a row has too many or too few cells, a value is empty or of
        another type, a row stands twice: all problems at once.
    """
    lines = _lines(file)
    (_, header), rows = lines[0], lines[1:]
    problems = Problems(NotebookError)
    known = {each.name: each for each in parameters}
    _check_header(file, header, known, taken or {}, problems)
    found = [
        Row(number, line, _values(file, line, header, cells, known, problems))
        for number, (line, cells) in enumerate(rows, start=1)
    ]
    _check_repeated(file, found, len(header), problems)
    problems.raise_if_any()
    return found


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    """Give header and rows, each with the line it begins in."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(Problem(str(file), f"cannot be read: {error.strerror or error}", FORM)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(Problem(f"{file}, line {line}", "is not UTF-8", FORM, "save it as UTF-8")) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, begins = [], 1
    try:
        for cells in reader:
            if any(cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DataError(Problem(f"{file}, line {begins}", f"cannot be read: {error}", FORM)) from error
    if not found:
        raise DataError(Problem(str(file), "is empty", FORM))
    if len(found) == 1:
        raise DataError(Problem(str(file), "has a header but no rows", FORM))
    return found


def _check_header(
    file: Path,
    header: Sequence[str],
    known: Mapping[str, Parameter],
    taken: Mapping[str, str],
    problems: Problems,
) -> None:
    for place, name in enumerate(header, start=1):
        where = f"{file}, line 1 (column {place})"
        if name in header[: place - 1]:
            problems.add(where, f"parameter {name} a second time", "each parameter once")
        elif name in taken:
            problems.add(where, f"parameter {name} is also given by {taken[name]}", "one of the two")
        elif name not in known:
            near = difflib.get_close_matches(name.strip(), known, n=1)
            action = f"did you mean {near[0]}?" if near else ""
            action = "separate by commas" if ";" in name else action
            expected = f"one of {', '.join(known)}" if known else "no parameters: the notebook declares none"
            problems.add(where, f"unknown parameter {name!r}", expected, action)


def _values(
    file: Path,
    line: int,
    header: Sequence[str],
    cells: Sequence[str],
    known: Mapping[str, Parameter],
    problems: Problems,
) -> dict[str, Value]:
    if len(cells) != len(header):
        problems.add(f"{file}, line {line}", f"{len(cells)} cells", f"{len(header)}, as in the header")
        return {}
    values: dict[str, Value] = {}
    for name, text in zip(header, cells, strict=True):
        where = f"{file}, line {line} (column {name})"
        if not text:
            problems.add(where, "is empty", "a value in every row", "leave the column out for the default")
        elif name in known:
            try:
                values |= from_text([known[name]], {name: text}, where)
            except NotebookError as error:
                problems.found += error.problems
    return values


def _check_repeated(file: Path, rows: Sequence[Row], columns: int, problems: Problems) -> None:
    first: dict[tuple[tuple[str, Value], ...], int] = {}
    for row in rows:
        values = tuple(row.values.items())
        if len(values) < columns:  # told already
            continue
        if values in first:
            problems.add(f"{file}, line {row.line}", f"the same as line {first[values]}", "each row once")
        else:
            first[values] = row.line
