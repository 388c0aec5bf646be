"""The benchmark of the runner, as a notebook shows it: ratios to papermill's command line and the goals."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from entydig.presentation.objects import Table
from entydig.presentation.ratios import RatioRow
from entydig.presentation.tables import table
from entydig.project.measurements import (
    BATCH,
    COLLECTION,
    GOALS,
    HEAVY,
    LIMIT,
    REFERENCE,
    Measurements,
    Ratio,
    Side,
    goal,
    read_measurements,
)
from entydig.wording import date, interval, number, text

__all__ = ["APPROACHES", "Benchmark", "read_benchmark"]

# In the order of the page; the limit is what the others are held against.
APPROACHES = {
    HEAVY: (
        *("papermill-cli", "papermill-pool"),
        *("jupyter-book-force", "jupyter-book-cold", "jupyter-book-warm"),
        *("ours", "ours-warm", "ours-pages", "ours-notebook", "ours-data", "ours-nothing"),
        "ours-no-bytecode",
    ),
    COLLECTION: ("papermill-cli", "ours", "build", "build-finding", "build-nothing"),
}

# These execute everything and nothing else, which is what the limit is of.
LIMITED = ("papermill-cli", "papermill-pool", "ours", "ours-warm", "ours-no-bytecode")


class Benchmark:
    """What `python -m bench runner` measured, in one language.

    Parameters
    ----------
    found : Measurements
    language : str
    """

    def __init__(self, found: Measurements, language: str) -> None:
        self.found = found
        self.language = language

    @property
    def rounds(self) -> str:
        """How many rounds were asked for."""
        return number(int(self.found.about("rounds")), self.language)

    @property
    def date(self) -> str:
        """The day it was measured."""
        return date(self.found.about("date"), self.language)

    @property
    def machine(self) -> str:
        """Processor, memory, system and Python."""
        return self.found.about("machine")

    @property
    def cores(self) -> str:
        """The cores that were used."""
        return number(int(self.found.about("cores")), self.language)

    @property
    def packages(self) -> str:
        """The versions of what was measured."""
        return self.found.about("packages")

    @property
    def notebooks(self) -> str:
        """How many heavy notebooks the bed has."""
        return number(self.found.size(HEAVY), self.language)

    def times(self, over: Side, under: Side) -> str:
        """Write how many times one side's seconds are another's."""
        return self._written(self.found.ratio(over, under).value)

    def wanted(self, key: str) -> str:
        """Write the bound of a goal."""
        bound = goal(key).bound
        decimals = len(f"{bound:g}".partition(".")[2])
        return number(bound, self.language, decimals)

    def reached(self, key: str) -> str:
        """Write what was measured of a goal."""
        return self._written(self.found.measure(goal(key)).value)

    @property
    def missed(self) -> str:
        """Name the goals that were measured and missed."""
        names = [text(f"benchmark_goal_{each.key}", self.language) for each in self.found.missed()]
        return "; ".join(names) or text("benchmark_none", self.language)

    def memory(self, approach: str) -> str:
        """Write the memory a notebook has for itself, in MiB."""
        return number(self.found.ratio(("memory", approach), None).value, self.language)

    def speeds(self, bed: str = HEAVY) -> list[RatioRow]:
        """Give how many times as fast as papermill's command line each approach is, for the figure."""
        return [
            RatioRow(label=self._named(bed, name), value=found.value, low=found.low, high=found.high)
            for name in APPROACHES[bed]
            if name != REFERENCE and (found := self.found.ratio((bed, REFERENCE), (bed, name))).rounds
        ]

    def speed_table(self, bed: str, *, label: str, caption: str) -> Table:
        """Set out each approach: how many times as fast as papermill's command line, and beside the limit."""
        rows: list[tuple[str, float, str | None, float, int | None]] = []
        for name in APPROACHES[bed]:
            speed = self.found.ratio((bed, REFERENCE), (bed, name))
            above = self.found.ratio((bed, name), (bed, LIMIT)).value if name in LIMITED else math.nan
            if speed.rounds:
                rows.append((self._named(bed, name), speed.value, self._range(speed), above, speed.rounds))
        rows = rows or [(text("benchmark_unmeasured", self.language), math.nan, None, math.nan, None)]
        frame = pd.DataFrame(rows, columns=["approach", "speed", "range", "limit", "rounds"])
        if frame["limit"].isna().all():
            frame = frame.drop(columns="limit")
        return self._table(frame, label, caption, {"speed": 1, "limit": 2}, numeric=("range",))

    def batch_table(self, *, label: str, caption: str) -> Table:
        """Set out the batch by its size: times as fast as papermill's command line, and cost of a row."""
        first = min(self.found.rows, default=0)
        rows: list[tuple[int | str, float, float, float, int | None]] = [
            (
                size,
                self.found.ratio((BATCH, REFERENCE), (BATCH, "ours", size)).value,
                self.found.ratio((BATCH, "ours", size), (BATCH, "ours", first)).value,
                self.found.ratio((BATCH, "ours-warm", size), (BATCH, "ours-warm", first)).value,
                self.found.ratio((BATCH, "ours", size), None).rounds,
            )
            for size in self.found.rows
        ]
        rows = rows or [(text("benchmark_unmeasured", self.language), math.nan, math.nan, math.nan, None)]
        frame = pd.DataFrame(rows, columns=["size", "speed", "cost", "marginal", "rounds"])
        return self._table(frame, label, caption, {"speed": 1, "cost": 2, "marginal": 2})

    def goal_table(self, *, label: str, caption: str) -> Table:
        """Set out each goal, what was measured, and whether it is kept; a dash where it was not measured."""
        rows = []
        for each in GOALS:
            found = self.found.measure(each).value
            name = text(f"benchmark_goal_{each.key}", self.language)
            sign = text("benchmark_least" if each.least else "benchmark_most", self.language)
            kept = None if math.isnan(found) else text("yes" if each.kept(found) else "no", self.language)
            rows.append((name, f"{sign} {self.wanted(each.key)}", self._written(found), kept))
        frame = pd.DataFrame(rows, columns=["goal", "bound", "found", "kept"])
        return self._table(frame, label, caption, {}, numeric=("bound", "found"))

    def _table(
        self,
        frame: pd.DataFrame,
        label: str,
        caption: str,
        decimals: dict[str, int],
        numeric: tuple[str, ...] = (),
    ) -> Table:
        def form(places: int) -> Callable[[float], str]:
            return lambda value: number(value, self.language, places)

        return table(
            frame,
            caption=caption,
            label=label,
            language=self.language,
            headings={str(name): text(f"benchmark_{name}", self.language) for name in frame.columns},
            formats={name: form(places) for name, places in decimals.items() if name in frame.columns},
            numeric=numeric,
        )

    def _written(self, value: float) -> str:
        return number(value, self.language, _decimals(value))

    def _range(self, found: Ratio) -> str:
        low, high = (number(end, self.language, 1) for end in (found.low, found.high))
        return interval(low, high, self.language)

    def _named(self, bed: str, approach: str) -> str:
        return text(f"benchmark_{bed}_{approach}", self.language)


def _decimals(value: float) -> int:
    """Two decimals where a hundredth counts."""
    return 2 if value < 3 else 1


def read_benchmark(lang: str) -> Benchmark:
    """Read the measurements of the project a notebook belongs to.

    Raises
    ------
    DataError
        As `read_measurements`.
    """
    return Benchmark(read_measurements(), lang)
