"""The files of indicators: what each is, and what was measured, read and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from entydig.errors import DataError, Problem
from entydig.project.indicator_series import COLUMNS
from entydig.survey.document import read_document

__all__ = ["IndicatorFiles", "read_indicators", "read_series"]

PERIOD = re.compile(r"\d{4}(H[12])?")
SERIES = ("own", "twin")
RULES: dict[str, tuple[str, str]] = {
    "definition": (r"[1-9]\d*", "a number from 1"),
    "period": (PERIOD.pattern, "a half-year such as 2012H1, or a year"),
    "value": (r"-?\d+(\.\d+)?", "a number"),
    "count": (r"\d+", "how many persons or cases are behind the value"),
}
INDICATORS, MEASURED = "indicators.yml", "series.csv"


@dataclass(frozen=True, kw_only=True)
class IndicatorFiles:
    """What a folder says of its indicators.

    Parameters
    ----------
    document : Mapping
        `indicators.yml`.
    rows : DataFrame
        `series.csv`; columns as in `draw_series`, `value` a float, `definition` and `count` whole numbers.
    """

    document: Mapping[str, Any]
    rows: pd.DataFrame

    def series(self, indicator: str, series: str) -> pd.DataFrame:
        """Return the rows of an indicator's ``own`` series or of its ``twin``; none where it has none."""
        return self.rows[(self.rows["indicator"] == indicator) & (self.rows["series"] == series)]


def read_indicators(path: Path) -> dict[str, Any]:
    """Read the register of indicators.

    Raises
    ------
    DataError
        The file is missing or breaks its schema, an id stands twice, a source is not described.
    """
    file = resources.files("entydig.project").joinpath("schemas", "indicators.json")
    content = read_document(path, json.loads(file.read_text(encoding="utf-8")))
    known = content.get("sources", {})
    ids = [each["id"] for each in content["indicators"]]
    problems = [Problem(str(path), f"{name} stands twice") for name in ids[1:] if ids.count(name) > 1]
    problems += [
        Problem(f"{path}, {each['id']}", f"source {source!r}", f"one of {', '.join(known)}")
        for each in content["indicators"]
        for source in each.get("source", ())
        if source not in known
    ]
    if problems:
        raise DataError(*problems)
    return content


def read_series(folder: Path) -> IndicatorFiles:
    """Read a folder's `indicators.yml` and `series.csv`.

    Raises
    ------
    DataError
        A file or column is missing; a cell is not what its column holds; a row is of an unknown indicator, of
        one that is context only, or of anything but the series itself and one twin; periods are not in
        order; a row does not say, as the register does, whether it is synthetic. All at once.
    """
    document, path = read_indicators(folder / INDICATORS), folder / MEASURED
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist"))
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    if lacking := [name for name in COLUMNS if name not in rows.columns]:
        raise DataError(Problem(str(path), f"has no column {', '.join(lacking)}", ", ".join(COLUMNS)))
    problems = list(_problems(path, document, rows)) or list(_disorder(path, rows))
    if problems:
        raise DataError(*problems)
    return IndicatorFiles(
        document=document, rows=rows.astype({"value": float, "definition": int, "count": int})
    )


def _problems(path: Path, document: Mapping[str, Any], rows: pd.DataFrame) -> Iterator[Problem]:
    known = {each["id"]: each for each in document["indicators"]}
    for place, row in enumerate(rows.to_dict("records"), start=2):
        where = f"{path}, line {place}"
        for column, (pattern, expected) in RULES.items():
            if not re.fullmatch(pattern, row[column]):
                yield Problem(where, f"{column} {row[column]!r}", expected)
        if row["data"] != document["data"]:
            yield Problem(where, f"data {row['data']!r}", f"{document['data']!r}, as in {INDICATORS}")
        if row["series"] not in SERIES:
            yield Problem(where, f"series {row['series']!r}", "own, or its one twin: nothing here is ranked")
        if row["indicator"] not in known:
            yield Problem(where, f"indicator {row['indicator']!r}", f"one of {', '.join(known)}")
        elif known[row["indicator"]].get("context_only"):
            yield Problem(where, f"{row['indicator']} is measured", "no row: it is context only")


def _disorder(path: Path, rows: pd.DataFrame) -> Iterator[Problem]:
    for (series, name), own in rows.groupby(["series", "indicator"], sort=False):
        steps = pairwise(zip(own["period"], own["definition"].astype(int), strict=True))
        for (before, old), (after, new) in steps:
            if not (before < after and old <= new):
                found = f"{name} ({series}): {after} after {before}"
                yield Problem(str(path), found, "periods and definitions in order of time")
