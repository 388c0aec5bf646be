"""Indicators as a notebook shows them: what each is, and what its series allows to be said."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from entydig.presentation.control_parts import ControlPanel, ControlPart, ControlPoint
from entydig.presentation.objects import Table
from entydig.presentation.richtext import RichText
from entydig.presentation.tables import table
from entydig.project.indicator_charts import IndicatorChart, IndicatorPoint, difference, read_chart
from entydig.project.indicator_files import IndicatorFiles, read_series
from entydig.survey.disclosure import CELL
from entydig.survey.place import find_root
from entydig.wording import listing, number, text

__all__ = ["Indicators", "open_indicators"]


class Indicators:
    """The indicators of a folder and their series, in one language; open them with `open_indicators`.

    Parameters
    ----------
    files : IndicatorFiles
    language : str
    """

    def __init__(self, files: IndicatorFiles, language: str) -> None:
        self.files = files
        self.language = language
        self.registered = {each["id"]: each for each in files.document["indicators"]}
        own = {name: files.series(name, "own") for name in self.registered}
        twin = {name: files.series(name, "twin") for name in self.registered}
        self.charts = {name: self._read(name, rows) for name, rows in own.items() if len(rows)}
        self.gaps = {
            name: self._read(name, difference(own[name], rows)) for name, rows in twin.items() if len(rows)
        }
        self.twins = {name: self._read(name, rows) for name, rows in twin.items() if len(rows)}

    def _read(self, name: str, rows: pd.DataFrame) -> IndicatorChart:
        return read_chart(rows, self.registered[name].get("spans", 1))

    @property
    def count(self) -> str:
        """How many indicators there are."""
        return self._number(len(self.registered))

    def measured(self, kind: str = "") -> str:
        """Write how many indicators have a series: all, or the ``hard`` or ``soft`` ones."""
        return self._number(len(self._of_kind(kind)))

    def limited(self, kind: str = "") -> str:
        """Write how many series allow limits: of all, or of the ``hard`` or ``soft`` ones."""
        return self._number(sum(chart.chart.reason is None for chart in self._of_kind(kind)))

    def points(self, name: str) -> str:
        """Write how many points of a series its limits can rest on."""
        return self._number(self.charts[name].chart.n)

    def needed(self, name: str) -> str:
        """Write how many points limits need."""
        return self._number(self.charts[name].chart.needed)

    def hidden(self, name: str) -> str:
        """Write how many values of a series may not be shown."""
        return self._number(self.charts[name].hidden)

    def signals(self, name: str, *, gap: bool = False) -> str:
        """Write how many signals a series has, or its difference from its twin."""
        return self._number(len((self.gaps if gap else self.charts)[name].signals))

    def panels(self, names: Sequence[str], *, gap: bool = False) -> list[ControlPanel]:
        """Give series for the figure, or (`gap`) their differences from their twins.

        Raises
        ------
        KeyError
            One of them has no series.
        """
        return [self._panel(name, (self.gaps if gap else self.charts)[name], gap) for name in names]

    def register(self, *, label: str, caption: str) -> Table:
        """Set out the indicators: kind and unit, definition and when it changed, source, caveat."""
        rows = [
            (
                self._name(name),
                f"{self._said('context' if each.get('context_only') else each['kind'])}, {each['unit'][self.language]}",
                self._definition(each),
                " ".join(each.get("source", ())),
                each["caveat"][self.language],
            )
            for name, each in self.registered.items()
        ]
        columns = ("name", "kind_and_unit", "definition", "source", "caveat")
        return self._table(rows, columns, label, caption)

    def levels(self, *, label: str, caption: str) -> Table:
        """Set out the latest value of each series, its trend in a year and limits, or why there are none."""
        rows = []
        for name, chart in self.charts.items():
            start = (self._name(name), self._said(self.registered[name]["kind"]))
            latest = chart.points[-1]
            found = (self._trend(name, chart), self._limits(name, chart), self._signals(chart))
            rows.append((*start, self._when(latest.period), self._value(name, latest), *found))
        columns = ("name", "kind", "latest", "value", "trend", "limits", "signals")
        return self._table(rows, columns, label, caption)

    def twins_table(self, *, label: str, caption: str) -> Table:
        """Set out each series that has a twin beside it, with the limits of their difference."""
        rows = []
        for name, gap in self.gaps.items():
            own, twin = self.charts[name], self.twins[name]
            values = [self._value(name, chart.points[-1]) for chart in (own, twin, gap)]
            start = (self._name(name), self._when(gap.points[-1].period), *values)
            rows.append((*start, self._limits(name, gap), self._signals(own), self._signals(gap)))
        columns = ("name", "latest", "value", "twin", "gap", "gap_limits", "signals", "gap_signals")
        return self._table(rows, columns, label, caption)

    def _of_kind(self, kind: str) -> list[IndicatorChart]:
        return [chart for name, chart in self.charts.items() if kind in ("", self.registered[name]["kind"])]

    def _panel(self, name: str, chart: IndicatorChart, gap: bool) -> ControlPanel:
        each, found = self.registered[name], chart.chart
        unit = each.get("difference", each["unit"]) if gap else each["unit"]
        words = {"name": self._name(name), "unit": unit[self.language], "kind": self._said(each["kind"])}
        fixed = [point.at for point in chart.current if point.baseline]
        return ControlPanel(
            label=self._said("label_gap" if gap else "label", **words),
            parts=tuple(self._parts(name, chart)),
            decimals=each["decimals"],
            reading=tuple(self._reading(name, chart)),
            centre=found.centre,
            lower=found.lower,
            upper=found.upper,
            until=max(fixed) if found.reason is None else math.nan,
        )

    def _parts(self, name: str, chart: IndicatorChart) -> Iterator[ControlPart]:
        breaks = self.registered[name].get("breaks", ())
        for place in dict.fromkeys(point.definition for point in chart.points):
            mine = [point for point in chart.points if point.definition == place]
            named = self._said("from", year=mine[0].period[:4]) if breaks else ""
            yield ControlPart(name=named, points=tuple(self._point(point) for point in mine))

    def _point(self, point: IndicatorPoint) -> ControlPoint:
        said = ", ".join(self._said(rule.replace(" ", "_")) for rule in point.rules)
        return ControlPoint(at=point.at, when=self._when(point.period), value=point.value, signal=said)

    def _reading(self, name: str, chart: IndicatorChart) -> Iterator[str]:
        yield self._said("side_latest", value=self._value(name, chart.points[-1]))
        if chart.chart.reason is not None:
            yield self._said("side_refused", refused=self._refused(name, chart))
            return
        yield self._said("side_limits", limits=self._limits(name, chart))
        yield self._said("side_trend", trend=self._trend(name, chart))
        yield self._said("side_signals", n=self._number(len(chart.signals)))

    def _value(self, name: str, point: IndicatorPoint) -> str:
        if point.hidden:
            return self._said("hidden", fewest=self._number(CELL))
        return number(point.value, self.language, self.registered[name]["decimals"])

    def _trend(self, name: str, chart: IndicatorChart) -> str:
        if chart.chart.reason is not None:
            return self._refused(name, chart)
        decimals = self.registered[name]["decimals"] + 1
        if math.isnan(chart.slope.value):
            return self._said("refused_hidden")
        found = {"value": chart.slope.value, "low": chart.slope.low, "high": chart.slope.high}
        return self._said(
            "slope", **{key: number(end, self.language, decimals) for key, end in found.items()}
        )

    def _limits(self, name: str, chart: IndicatorChart) -> str:
        if chart.chart.reason is not None:
            return self._refused(name, chart)
        decimals, found = self.registered[name]["decimals"], chart.chart
        ends = {"level": found.centre, "low": found.lower, "high": found.upper}
        written = {key: number(end, self.language, decimals) for key, end in ends.items()}
        moved = "unstable baseline" in found.warnings
        return self._said("limits_moving" if moved else "limits_found", **written)

    def _signals(self, chart: IndicatorChart) -> str | None:
        if chart.chart.reason is not None:
            return None
        return ", ".join(self._when(point.period) for point in chart.signals) or self._said("none")

    def _refused(self, name: str, chart: IndicatorChart) -> str:
        reason = str(chart.chart.reason)
        if reason == "too short" and "spans" in self.registered[name]:
            reason = "overlap"
        numbers = {"n": self._number(chart.chart.n), "needed": self._number(chart.chart.needed)}
        return self._said(f"refused_{reason.replace(' ', '_')}", **numbers)

    def _definition(self, each: Mapping[str, Any]) -> str:
        said: str = each["definition"][self.language]
        years = listing([str(year) for year in each.get("breaks", ())], self.language)
        return self._said("changed", definition=said, years=years) if years else said

    def _name(self, name: str) -> str:
        return f"{name} {self.registered[name]['name'][self.language]}"

    def _when(self, period: str) -> str:
        year, _, half = period.partition("H")
        return self._said("half", half=half, year=year) if half else year

    def _number(self, count: int) -> str:
        return number(count, self.language)

    def _said(self, key: str, **values: str) -> str:
        return text(f"indicators_{key}", self.language, **values)

    def _sources(self, keys: str) -> str:
        if not keys:
            return self._said("ours")
        named: list[Mapping[str, str]] = [self.files.document["sources"][key] for key in keys.split()]
        return RichText(
            "; ".join(each["name"] for each in named),
            markdown="; ".join(f"[{each['name']}](<{each['address']}>)" for each in named),
            html="; ".join(
                f'<a href="{html.escape(each["address"])}">{html.escape(each["name"])}</a>' for each in named
            ),
        )

    def _table(
        self, rows: Sequence[tuple[Any, ...]], columns: Sequence[str], label: str, caption: str
    ) -> Table:
        return table(
            pd.DataFrame(rows, columns=list(columns)),
            caption=caption,
            label=label,
            language=self.language,
            headings={name: self._said(name) for name in columns},
            formats={"source": self._sources} if "source" in columns else {},
        )


def open_indicators(lang: str, folder: str) -> Indicators:
    """Open the indicators and series of a folder of the project a notebook belongs to.

    Raises
    ------
    DataError
        As `entydig.project.indicator_files.read_series`.
    """
    return Indicators(read_series(find_root() / folder), lang)
