"""Measurements of the runner by round: their ratios, and what was promised of them beforehand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from entydig.errors import DataError, Problem
from entydig.survey.place import find_root

__all__ = [
    "BATCH",
    "BENCHMARK",
    "COLLECTION",
    "COLUMNS",
    "GOALS",
    "HEAVY",
    "LIMIT",
    "REFERENCE",
    "Goal",
    "Measurements",
    "Ratio",
    "Side",
    "goal",
    "read_measurements",
]

BENCHMARK = Path("data", "benchmark.csv")
COLUMNS = (
    *("bed", "approach", "size", "unit", "round", "value"),
    *("rounds", "date", "cores", "machine", "packages"),
)

HEAVY, BATCH, COLLECTION = "heavy", "batch", "collection"
REFERENCE = "papermill-cli"
LIMIT = "limit"

Side = tuple[str, str] | tuple[str, str, int]


@dataclass(frozen=True)
class Ratio:
    """A ratio over the rounds in which both sides were measured.

    Attributes
    ----------
    value, low, high : float
        Median, smallest and largest; NaN when there was no such round.
    rounds : int
    """

    value: float
    low: float
    high: float
    rounds: int


@dataclass(frozen=True)
class Goal:
    """What was promised before measuring.

    Attributes
    ----------
    key : str
    over, under : tuple
        Bed, approach and, where there are several, size: the median ratio of the seconds of the first to those
        of the second is judged, each for one notebook or row.  Without `under` the seconds themselves.
    bound : float
    least : bool
        Whether `bound` is the smallest value allowed, not the largest.
    """

    key: str
    over: Side
    under: Side | None
    bound: float
    least: bool = True

    def kept(self, value: float) -> bool:
        """Say whether a value keeps it; NaN does not."""
        return value >= self.bound if self.least else value <= self.bound


GOALS = (
    Goal("cold", (HEAVY, REFERENCE), (HEAVY, "ours"), 4.5),
    Goal("pages", (HEAVY, "jupyter-book-force"), (HEAVY, "ours-pages"), 4.5),
    Goal("warm", (HEAVY, "ours-warm"), (HEAVY, LIMIT), 1.35, least=False),
    Goal("preload", (HEAVY, "ours"), (HEAVY, LIMIT), 1.6, least=False),
    Goal("nothing", (COLLECTION, "build-nothing"), None, 1.0, least=False),
    Goal("batch", (BATCH, REFERENCE), (BATCH, "ours", 100), 12.0),
    Goal("constant", (BATCH, "ours-warm", 500), (BATCH, "ours-warm", 20), 1.1, least=False),
)


class Measurements:
    """What `python -m bench runner` measured.

    Parameters
    ----------
    found : DataFrame
        Columns `COLUMNS`, a row for each measurement: what was run (`bed`), how (`approach`), of how many notebooks
        or rows (`size`), in which round, and its seconds or MiB (`value`). The last five columns say the same in
        every row.
    """

    def __init__(self, found: pd.DataFrame) -> None:
        self.found = found

    @property
    def rows(self) -> list[int]:
        """The sizes of the batch."""
        mine = (self.found["bed"] == BATCH) & (self.found["approach"] == "ours")
        return sorted(map(int, self.found.loc[mine, "size"].unique()))

    def size(self, bed: str) -> float:
        """Give the largest size of a bed; NaN when it was not measured."""
        return float(self.found.loc[self.found["bed"] == bed, "size"].max())

    def seconds(self, side: Side) -> pd.Series[float]:
        """Give the values of one side for one notebook or row, by round; of its only size without one."""
        bed, approach, *size = side
        mine = self.found[(self.found["bed"] == bed) & (self.found["approach"] == approach)]
        if size:
            mine = mine[mine["size"] == size[0]]
        return (mine["value"] / mine["size"]).set_axis(mine["round"])

    def ratio(self, over: Side, under: Side | None) -> Ratio:
        """Give the ratio of two sides, round by round; of the first to one without a second."""
        pairs = self.seconds(over) / (1.0 if under is None else self.seconds(under))
        known = pairs.dropna()
        if known.empty:
            return Ratio(math.nan, math.nan, math.nan, 0)
        return Ratio(float(known.median()), float(known.min()), float(known.max()), len(known))

    def measure(self, goal: Goal) -> Ratio:
        """Give what is judged of a goal."""
        return self.ratio(goal.over, goal.under)

    def about(self, column: str) -> str:
        """Give what stands in every row of a column."""
        return str(self.found[column].iloc[0])

    def missed(self) -> list[Goal]:
        """List the goals that were measured and are not kept."""
        found = [(each, self.measure(each).value) for each in GOALS]
        return [each for each, value in found if not math.isnan(value) and not each.kept(value)]


def goal(key: str) -> Goal:
    """Give a goal by its key."""
    return next(each for each in GOALS if each.key == key)


def read_measurements() -> Measurements:
    """Read the measurements of the project a notebook belongs to.

    Raises
    ------
    DataError
        There are none, a column is missing, or no round has both papermill and ours.
    """
    path = find_root() / BENCHMARK
    action = "python -m bench runner --to data/benchmark.csv"
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "a benchmark", action))
    found = pd.read_csv(path)
    if missing := [name for name in COLUMNS if name not in found.columns]:
        raise DataError(Problem(str(path), f"no column {', '.join(missing)}", ", ".join(COLUMNS), action))
    read = Measurements(found)
    if not read.ratio((HEAVY, REFERENCE), (HEAVY, "ours")).rounds:
        problem = f"no round of {HEAVY!r} with both {REFERENCE!r} and 'ours'"
        raise DataError(Problem(str(path), problem, "a whole benchmark", action))
    return read
