"""The files of official lists over time, read as they stand and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from entydig.errors import DataError, Problem

__all__ = ["LISTED", "UNKNOWN", "ListingFiles", "read_listings"]

LISTED = "listed"
UNKNOWN = "unknown"
SOURCED = ["source", "address"]
COLUMNS = {
    "categories": ["category"],
    "sources": ["source", "name", "address"],
    "counts": ["category", "rules", "listed", "count", *SOURCED],
    "thresholds": ["start", "end", "category", "rule", "sign", "value", "unit", *SOURCED],
    "membership": ["year", "area", "status", *SOURCED],
    "moves": ["year", "move", "area", *SOURCED],
}
SAID_IN_WORDS = ("categories", "thresholds")


@dataclass(frozen=True, kw_only=True)
class ListingFiles:
    """Everything as text; what is not known is the word ``unknown``, an empty cell is nothing.

    Parameters
    ----------
    categories, sources, counts, thresholds, membership, moves : DataFrame
        As the files of these names.
    """

    categories: pd.DataFrame
    sources: pd.DataFrame
    counts: pd.DataFrame
    thresholds: pd.DataFrame
    membership: pd.DataFrame
    moves: pd.DataFrame

    def total(self, year: int) -> int:
        """Give the published count of a year's list; the category is the first one, of which names are known.

        Raises
        ------
        KeyError
            There is no count for the year.
        """
        first = self.categories["category"].iloc[0]
        rows = self.counts[(self.counts["category"] == first) & (self.counts["listed"] == str(year))]
        if rows.empty:
            raise KeyError(f"no count for {year}")
        return int(rows["count"].iloc[0])

    def moved(self, year: int, move: str) -> list[str]:
        """Give the names that ``left`` or ``entered`` a year's list; a name that is not known is ``unknown``."""
        rows = self.moves[(self.moves["year"] == str(year)) & (self.moves["move"] == move)]
        return rows["area"].tolist()


def read_listings(folder: Path, language: str) -> ListingFiles:
    """Read and check the files.

    Parameters
    ----------
    folder : Path
    language : str
        A column of `categories` and `thresholds`.

    Raises
    ------
    DataError
        A file or column is missing, a count is neither whole nor unknown, or a row that says something names
        no source: all problems at once.
    """
    missing = [
        Problem(str(folder / f"{name}.csv"), "the file does not exist")
        for name in COLUMNS
        if not (folder / f"{name}.csv").is_file()
    ]
    if missing:
        raise DataError(*missing)
    frames = {name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in COLUMNS}
    problems = [
        problem
        for name, frame in frames.items()
        for problem in _problems(folder / f"{name}.csv", name, frame, language)
    ]
    if problems:
        raise DataError(*problems)
    return ListingFiles(**frames)


def _problems(path: Path, name: str, frame: pd.DataFrame, language: str) -> Iterator[Problem]:
    needed = [*COLUMNS[name], *([language] if name in SAID_IN_WORDS else [])]
    lacking = [column for column in needed if column not in frame.columns]
    if lacking:
        yield Problem(str(path), f"has no column {', '.join(lacking)}", ", ".join(needed))
        return
    for place, row in enumerate(frame.to_dict("records"), start=2):
        yield from _row_problems(f"{path}, line {place}", row)


def _row_problems(where: str, row: Mapping[Any, str]) -> Iterator[Problem]:
    count = row.get("count", "0")
    if not (count.isdecimal() or count == UNKNOWN):
        yield Problem(where, f"count {count!r}", f"a whole number or {UNKNOWN!r}")
    if "source" not in row:
        return
    nothing_said = count == UNKNOWN and row["source"] == row["address"] == UNKNOWN
    keys, addresses = row["source"].split(), row["address"].split()
    if not nothing_said and (not keys or len(keys) != len(addresses) or UNKNOWN in keys):
        yield Problem(where, f"source {row['source']!r}", "one key or more, each with its address")
