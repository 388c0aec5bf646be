"""What can be read from a series of an indicator: level, limits and trend, or why there are none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from entydig.statistics.series import Chart, Point, process_charts
from entydig.statistics.slope import Slope, median_slope
from entydig.survey.disclosure import CELL

__all__ = ["IndicatorChart", "IndicatorPoint", "difference", "read_chart", "time_of"]


@dataclass(frozen=True, kw_only=True)
class IndicatorPoint:
    """One measurement.

    Parameters
    ----------
    period : str
        ``2012H1``, or ``2012``.
    definition : int
        Number of its definition.
    value : float
        NaN where it rests on fewer than five persons or cases.
    baseline : bool
        Whether it helped to fix the limits.
    rules : tuple of str
        Which rules of `entydig.statistics.series` it breaks after the baseline.
    """

    period: str
    definition: int
    value: float
    baseline: bool = False
    rules: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether the value may not be shown."""
        return math.isnan(self.value)

    @property
    def at(self) -> float:
        """The middle of its period in years."""
        return time_of(self.period)


@dataclass(frozen=True, kw_only=True)
class IndicatorChart:
    """A series and what its latest definition allows to be said.

    Parameters
    ----------
    points : tuple of IndicatorPoint
        All, in order of time.
    chart : Chart
        Of the points under the latest definition, where a value covers several periods of only those that
        share no data.
    slope : Slope
        Trend of the same points in units a year; NaN where the chart has a reason or a value is hidden.
    """

    points: tuple[IndicatorPoint, ...]
    chart: Chart
    slope: Slope

    @property
    def current(self) -> tuple[IndicatorPoint, ...]:
        """Points under the latest definition."""
        return tuple(each for each in self.points if each.definition == self.points[-1].definition)

    @property
    def signals(self) -> tuple[IndicatorPoint, ...]:
        """Points that break a rule."""
        return tuple(each for each in self.points if each.rules)

    @property
    def hidden(self) -> int:
        """How many values may not be shown."""
        return sum(each.hidden for each in self.points)


def read_chart(rows: pd.DataFrame, spans: int = 1) -> IndicatorChart:
    """Read a series.

    Parameters
    ----------
    rows : DataFrame
        Of one series, in order of time: `definition`, `period`, `value`, `count`. A value with a count under
        five is hidden and used for nothing.
    spans : int
        Periods a value covers. Where there are several, only every so-many-th point back from the latest is
        charted, since neighbours that share data differ too little by construction.

    Returns
    -------
    IndicatorChart
        Nothing is computed across a change of definition.
    """
    shown = rows["value"].where(rows["count"] >= CELL)
    points = tuple(
        IndicatorPoint(period=period, definition=definition, value=float(value))
        for period, definition, value in zip(rows["period"], rows["definition"], shown, strict=True)
    )
    grid, step = _grid([each for each in points if each.definition == points[-1].definition], spans)
    values = np.array([math.nan if each is None else each.value for each in grid], dtype=np.float64)
    (chart,) = process_charts(pd.Series(values))
    marked = {
        each.period: _marked(each, found)
        for each, found in zip(grid, chart.points, strict=True)
        if each is not None
    }
    years = np.arange(len(values), dtype=np.float64) * (step / 2)
    # Without its low values a series would seem to fall less than it does.
    censored = any(each is not None and each.hidden for each in grid)
    told = chart.reason is None and not censored
    slope = median_slope(years, values) if told else Slope(n=chart.n)
    found = tuple(marked.get(each.period, each) for each in points)
    return IndicatorChart(points=found, chart=chart, slope=slope)


def difference(own: pd.DataFrame, twin: pd.DataFrame) -> pd.DataFrame:
    """Return own minus twin for the periods both have, counted by the smaller of the two counts."""
    both = own.merge(twin, on=["period", "definition"], suffixes=("", "_twin"))
    return pd.DataFrame(
        {
            "period": both["period"],
            "definition": both["definition"],
            "value": both["value"] - both["value_twin"],
            "count": both[["count", "count_twin"]].min(axis=1),
        }
    )


def time_of(period: str) -> float:
    """Return the middle of a period in years.

    Examples
    --------
    >>> time_of("2012H1"), time_of("2012H2"), time_of("2012")
    (2012.25, 2012.75, 2012.5)
    """
    return int(period[:4]) + {"": 0.5, "H1": 0.25, "H2": 0.75}[period[4:]]


def _grid(points: Sequence[IndicatorPoint], spans: int) -> tuple[list[IndicatorPoint | None], int]:
    """Return the points back from the latest at even steps, None where there is none, and the half-years of a step."""
    halves = {_half(each.period): each for each in points}
    first, last = min(halves), max(halves)
    step = max(1, math.gcd(*(half - first for half in halves))) * spans
    return [halves.get(half) for half in range(last - (last - first) // step * step, last + 1, step)], step


def _half(period: str) -> int:
    return 2 * int(period[:4]) + (period[4:] == "H2")


def _marked(point: IndicatorPoint, found: Point) -> IndicatorPoint:
    return replace(point, baseline=found.baseline, rules=() if found.baseline else found.rules)
