"""Reading a survey: answers, roster and the package that describes them, checked at the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from entydig.errors import DataError, Problem, Problems
from entydig.survey.checks import check_answers, check_roster
from entydig.survey.instrument import Instrument, Item
from entydig.survey.sample import Columns

__all__ = ["KEYS", "Survey", "Table", "read_survey", "read_table", "survey_from_tables"]

KEYS = ("respondent", "wave", "group")
ROSTER_KEYS = (*KEYS, "cluster", "unit", "panel")


@dataclass(frozen=True)
class Table:
    """A delimited file as text, before anything is believed of it.

    Attributes
    ----------
    path : Path
    rows : DataFrame
        All columns as text, empty cells as ``""``, index = line of the file.
    """

    path: Path
    rows: pd.DataFrame


@dataclass(frozen=True)
class Survey:
    """Checked answers with what the roster knows of each respondent.

    Attributes
    ----------
    instrument : Instrument
    answers : DataFrame
        One row per answer sheet: respondent, wave (int), group, cluster, unit, panel, roster classes, one
        column an item (ordinal and choose-several items as Int16 codes, missing where unanswered; classes as
        text).
    roster : DataFrame or None
        One row per person asked and wave; None when nobody knows who was asked.
    source : str
        ``"synthetic"`` or ``"real"``.
    """

    instrument: Instrument
    answers: pd.DataFrame
    roster: pd.DataFrame | None
    source: str

    @cached_property
    def columns(self) -> Columns:
        """The answers' columns as arrays."""
        return Columns(self.answers)

    @cached_property
    def asked_columns(self) -> Columns:
        """The roster's columns as arrays.

        Raises
        ------
        ValueError
            There is no roster.
        """
        if self.roster is None:
            raise ValueError("there is no roster")
        return Columns(self.roster)

    @property
    def has_clusters(self) -> bool:
        """Whether every answer sheet says which cluster it belongs to."""
        return "cluster" in self.answers and bool(self.answers["cluster"].notna().all())

    def asked(self, group: str, wave: int) -> int | None:
        """Count the people on the roster; None without a roster."""
        if self.roster is None:
            return None
        columns = self.asked_columns
        return int(((columns["group"] == group) & (columns["wave"] == wave)).sum())

    def answered(self, group: str, wave: int) -> int:
        """Count the answer sheets."""
        return int(((self.columns["group"] == group) & (self.columns["wave"] == wave)).sum())


def read_survey(folder: Path, instrument: Instrument, source: str) -> Survey:
    """Read ``answers.csv`` and, where there is one, ``roster.csv`` of a folder.

    Parameters
    ----------
    folder : Path
    instrument : Instrument
    source : str
        ``"synthetic"`` or ``"real"``.

    Raises
    ------
    DataError
        All problems of all files at once.
    """
    answers = read_table(folder / "answers.csv")
    roster = read_table(folder / "roster.csv") if (folder / "roster.csv").is_file() else None
    return survey_from_tables(instrument, answers, roster, source)


def survey_from_tables(instrument: Instrument, answers: Table, roster: Table | None, source: str) -> Survey:
    """Check tables and turn them into a survey.

    Raises
    ------
    DataError
        All problems of both tables at once.
    """
    problems = Problems()
    if roster is not None:
        check_roster(instrument, roster.path, roster.rows, problems)
    check_answers(instrument, answers.path, answers.rows, None if roster is None else roster.rows, problems)
    problems.raise_if_any()
    asked = None if roster is None else _typed(instrument, roster.rows)
    sheets = _expanded(_typed(instrument, answers.rows))
    if asked is not None:
        known = [column for column in asked if column not in (*KEYS, *sheets.columns)]
        sheets = sheets.merge(asked[["respondent", "wave", *known]], on=["respondent", "wave"], how="left")
    return Survey(instrument, sheets, asked, source)


def read_table(path: Path) -> Table:
    """Read a comma-separated UTF-8 file as text.

    Raises
    ------
    DataError
        The file is missing, not UTF-8, empty, has ragged rows, NUL bytes or a column name twice.
    """
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "a comma-separated file in UTF-8"))
    raw = path.read_bytes()
    if b"\0" in raw:
        raise DataError(Problem(str(path), "holds NUL bytes", "text in UTF-8", "export the file again"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            Problem(f"{path}, line {line}", "is not UTF-8", "UTF-8", "save it as UTF-8")
        ) from error
    return Table(path, _parsed(path, text))


def _parsed(path: Path, text: str) -> pd.DataFrame:
    import csv
    import io

    lines = list(csv.reader(io.StringIO(text), strict=True))
    if not lines:
        raise DataError(Problem(str(path), "the file is empty", "a header and one row per answer sheet"))
    header, body = lines[0], lines[1:]
    problems = Problems()
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.add(
            f"{path}, line 1", f"column {name!r} stands {header.count(name)} times", "each column once"
        )
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            problems.add(
                f"{path}, line {number}", f"{len(row)} cells", f"{len(header)} cells, as in the header"
            )
    problems.raise_if_any()
    return pd.DataFrame(body, columns=header, index=range(2, len(body) + 2), dtype=str)


def _typed(instrument: Instrument, rows: pd.DataFrame) -> pd.DataFrame:
    typed = rows.reset_index(drop=True).replace("", pd.NA)
    typed["wave"] = typed["wave"].astype(int)
    for column in _numeric_columns(instrument.items.values()):
        if column in typed:
            typed[column] = pd.to_numeric(typed[column]).astype("Int16")
    if "count" in typed:
        typed["count"] = typed["count"].astype(int)
    return typed


def _numeric_columns(items: Iterable[Item]) -> list[str]:
    return [column for item in items if item.scale or item.options for column in item.columns]


def _expanded(sheets: pd.DataFrame) -> pd.DataFrame:
    """Write out a table of counts as one row per answer sheet."""
    if "count" not in sheets:
        return sheets
    repeated = sheets.loc[sheets.index.repeat(sheets["count"])].drop(columns="count").reset_index(drop=True)
    repeated.insert(0, "respondent", [f"r{number:05d}" for number in range(1, len(repeated) + 1)])
    return repeated
