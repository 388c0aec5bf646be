"""Indicators: the series come out of their model, and what is too short, hidden or redefined is refused."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from entydig.errors import DataError
from entydig.presentation import figures
from entydig.presentation.control_parts import ControlPanel, ControlPart, ControlPoint
from entydig.presentation.sheet import Sheet
from entydig.project.indicator_charts import difference, read_chart
from entydig.project.indicator_files import IndicatorFiles, read_indicators, read_series
from entydig.project.indicator_series import draw_series
from entydig.project.indicators import Indicators
from entydig.statistics.slope import median_slope

FOLDER = Path(__file__).parents[2] / "data" / "monitoring"
TEXTS = {"title": "Area.", "caption": "Series.", "label": "fig-area", "language": "en"}
LINE = 1.0


@pytest.fixture(scope="module")
def files() -> IndicatorFiles:
    return read_series(FOLDER)


@pytest.fixture(scope="module", params=["da", "en"])
def shown(request: pytest.FixtureRequest, files: IndicatorFiles) -> Indicators:
    return Indicators(files, request.param)


@pytest.fixture
def joins(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, ...]]:
    """Return the lines that figures draw from now on between points."""
    drawn: list[tuple[float, ...]] = []
    draw = Sheet.line

    def noted(self: Sheet, xs: list[float], ys: list[float], **how: Any) -> None:
        drawn.extend([tuple(xs)] if how.get("width") == LINE else [])
        draw(self, xs, ys, **how)

    monkeypatch.setattr(Sheet, "line", noted)
    return drawn


def rows(values: list[float], *, start: int = 2010, count: int = 50, definition: int = 1) -> pd.DataFrame:
    periods = [f"{start + step // 2}H{step % 2 + 1}" for step in range(len(values))]
    return pd.DataFrame({"period": periods, "definition": definition, "value": values, "count": count})


def panel(*parts: list[tuple[float, float]], **more: Any) -> ControlPanel:
    named = tuple(
        ControlPart(
            name=f"definition {place}",
            points=tuple(ControlPoint(at=at, when=f"{at:g}", value=value) for at, value in part),
        )
        for place, part in enumerate(parts)
    )
    return ControlPanel(label="Felt", parts=named, decimals=1, reading=("read",), **more)


def test_the_shipped_series_are_remade_byte_for_byte(files: IndicatorFiles) -> None:
    made = draw_series(files.document).to_csv(index=False, lineterminator="\n").encode()

    assert made == (FOLDER / "series.csv").read_bytes()


def test_every_shipped_row_says_that_it_is_synthetic(files: IndicatorFiles) -> None:
    assert set(files.rows["data"]) == {"synthetic"}


def test_the_shipped_register_is_complete_and_its_sources_are_in_the_bibliography(
    files: IndicatorFiles,
) -> None:
    found = files.document["indicators"]
    bibliography = (FOLDER.parents[1] / "book" / "references.bib").read_text(encoding="utf-8")

    assert [each["id"] for each in found] == [f"M{number}" for number in range(1, 21)]
    for each in found:
        for words in (each["name"], each["unit"], each["definition"], each["caveat"]):
            assert set(words) == {"da", "en"}
    for key, source in files.document["sources"].items():
        assert f"{{{key}," in bibliography
        assert source["address"] in bibliography


def test_a_definition_begins_where_the_register_says_so(files: IndicatorFiles) -> None:
    for each in files.document["indicators"]:
        if "model" in each:
            starts = [stretch["from"] for stretch in each["model"]["stretches"]]
            assert starts[1:] == [year for year in each.get("breaks", ()) if year > starts[0]]


def test_origin_is_context_and_has_no_series(files: IndicatorFiles) -> None:
    (origin,) = [each for each in files.document["indicators"] if each["id"] == "M5"]

    assert origin["context_only"] is True
    assert "M5" not in set(files.rows["indicator"])


def test_without_spread_a_series_is_its_line_anew_in_each_stretch() -> None:
    stretches = [{"from": 2010, "level": 5, "drift": 1}, {"from": 2011, "level": 2, "drift": 0}]
    model = {
        "measured": {"from": 2010, "to": 2012, "every": "half-year"},
        "base": 40,
        "per": 100,
        "spread": 0,
        "stretches": stretches,
        "shifts": [{"from": 2012, "to": 2012, "by": 3, "twin": False}],
        "twin": 10,
    }

    made = draw_series({"seed": 1, "indicators": [{"id": "A", "decimals": 1, "model": model}, {"id": "B"}]})
    own, twin = (made[made["series"] == name] for name in ("own", "twin"))

    assert own["period"].tolist() == ["2010H1", "2010H2", "2011H1", "2011H2", "2012H1", "2012H2"]
    assert own["definition"].tolist() == [1, 1, 2, 2, 2, 2]
    # 5 and 6 of a hundred are 2 and 2 (2.4) of forty, 2 is 1 (0.8), 5 is 2.
    assert own["count"].tolist() == [2, 2, 1, 1, 2, 2]
    assert own["value"].tolist() == ["5.0", "5.0", "2.5", "2.5", "5.0", "5.0"]
    # 15, 16, 12 of a hundred are 6, 6 (6.4) and 5 (4.8) of forty; the shift is not the twin's.
    assert twin["count"].tolist() == [6, 6, 5, 5, 5, 5]


def test_two_points_have_no_trend_and_no_limits() -> None:
    made = read_chart(rows([50, 54]).assign(period=["2018", "2021"]))

    assert (made.chart.reason, made.chart.n, made.chart.needed) == ("too short", 2, 12)
    assert math.isnan(made.slope.value)
    assert made.signals == ()


def test_limits_rest_on_the_first_twelve_and_a_later_point_beyond_them_is_a_signal() -> None:
    # Moving ranges of the baseline are all 2, so limits are 6 -+ 3 x 2 / 1.1283792 = 6 -+ 5.3173615.
    made = read_chart(rows([5, 7] * 6 + [6, 11.4]))

    assert made.chart.lower == pytest.approx(0.6826385, abs=1e-6)
    assert made.chart.upper == pytest.approx(11.3173615, abs=1e-6)
    assert [(each.period, each.rules) for each in made.signals] == [("2016H2", ("beyond limits",))]


def test_nothing_is_computed_across_a_new_definition() -> None:
    before, after = rows([90.0] * 12), rows([5, 7] * 6, start=2016, definition=2)

    made = read_chart(pd.concat([before, after]))

    assert (made.chart.centre, made.chart.mean_range, made.chart.n) == (6.0, 2.0, 12)
    assert (len(made.points), len(made.current)) == (24, 12)


def test_of_values_that_share_data_only_those_that_do_not_overlap_count() -> None:
    made = read_chart(rows([float(value % 5) for value in range(30)]), spans=4)

    # Of 30 half-years back from the latest, every fourth: 30, 26, ..., 2.
    assert (made.chart.n, made.chart.reason) == (8, "too short")


def test_what_rests_on_fewer_than_five_is_hidden_and_used_for_nothing() -> None:
    values = [5, 7] * 6 + [6, 1000.0, 6]
    counts = [50] * 13 + [4, 5]

    made = read_chart(rows(values).assign(count=counts))

    assert [each.hidden for each in made.points] == [False] * 13 + [True, False]
    assert made.signals == ()
    assert made.chart.centre == 6.0
    assert made.chart.reason is None
    assert math.isnan(made.slope.value)


def test_a_difference_covers_shared_periods_and_is_hidden_with_either_side() -> None:
    own, twin = rows([5, 6, 7]), rows([1, 4], start=2010).assign(count=[50, 4])

    made = difference(own, twin)

    assert made["value"].tolist() == [4, 2]
    assert made["count"].tolist() == [50, 4]
    assert [each.hidden for each in read_chart(made).points] == [False, True]


def test_the_slope_is_the_median_of_all_pairs_and_knows_gaps() -> None:
    # Eleven points on a line of slope 2 and one far off: 55 of 66 pairs have slope 2.
    at = np.arange(13.0)
    values = 2 * at
    values[4], values[7] = math.nan, 500

    found = median_slope(at, values)

    assert (found.value, found.n) == (2.0, 12)
    assert found.low <= 2.0 <= found.high


def test_a_short_series_is_refused_in_words(shown: Indicators) -> None:
    (row,) = [row for row in shown.levels(label="tbl-a", caption="A.").data.rows if "M10 " in str(row[0])]

    assert row[4] == row[5]
    assert "2" in str(row[4])
    assert "12" in str(row[4])
    assert row[6] is None


def test_a_hidden_value_is_nowhere(shown: Indicators) -> None:
    texts = TEXTS | {"language": shown.language}
    figure = figures.control(shown.panels(["M16", "M19"]), **texts)
    value = figure.data.columns.index("Værdi" if shown.language == "da" else "Value")
    hidden = [row for row in figure.data.rows if row[value] in ("skjult", "hidden")]
    table = shown.levels(label="tbl-a", caption="A.")

    assert len(hidden) == shown.charts["M16"].hidden + shown.charts["M19"].hidden > 2
    assert all("50" not in str(row[3]) for row in table.data.rows if "M19 " in str(row[0]))


def test_what_both_areas_met_is_no_signal_in_their_difference(shown: Indicators) -> None:
    assert shown.charts["M7"].signals
    assert not shown.gaps["M7"].signals
    assert shown.charts["M8"].signals
    assert shown.gaps["M8"].signals


def test_lines_join_neither_two_distant_points_nor_two_definitions(
    joins: list[tuple[float, ...]], shown: Indicators
) -> None:
    figures.control(shown.panels(["M10", "M9", "M19"]), **TEXTS)
    assert joins == []

    figures.control([panel([(2010, 3), (2011, 4)], [(2012, 9), (2013, math.nan), (2014, 9)])], **TEXTS)
    assert len(joins) == 1


def test_the_figure_tells_limits_signals_and_refusals_and_equal_figures_are_equal(shown: Indicators) -> None:
    texts = TEXTS | {"language": shown.language}
    first, again = (figures.control(shown.panels(["M8", "M10"]), **texts) for _ in range(2))
    signals = [row for row in first.data.rows if row[-1]]

    assert first.svg == again.svg
    assert len(signals) == len(shown.charts["M8"].signals)
    assert len(first.data.rows) == len(shown.charts["M8"].points) + 2
    for line in (*shown.panels(["M8"])[0].reading, *shown.panels(["M10"])[0].reading):
        assert line in first.alt


def test_a_small_difference_is_drawn_small(monkeypatch: pytest.MonkeyPatch) -> None:
    heights: list[float] = []
    draw = Sheet.marker

    def noted(self: Sheet, x: float, y: float, *how: Any) -> None:
        heights.append(y)
        draw(self, x, y, *how)

    monkeypatch.setattr(Sheet, "marker", noted)
    figures.control([panel([(2018, 100.0), (2021, 101.0)], [(2022, 120.0)])], **TEXTS)
    figures.control([panel([(2018, 100.0), (2021, 101.0)])], **TEXTS)
    wide, alone = heights[:3], heights[3:]

    # A fifth of the largest value is the least height: 1 of 120 - 100 and its margins, or 1 of 20.2.
    assert abs(wide[1] - wide[0]) < abs(wide[2] - wide[0]) / 15
    assert abs(alone[1] - alone[0]) < abs(wide[2] - wide[0]) / 15


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ([], "each with points"),
        ([panel([])], "each with points"),
        ([panel([(2011, 3), (2010, 4)])], "in order of time"),
        ([panel([(2010, 3)], [(2010, 4)])], "in order of time"),
    ],
)
def test_a_figure_without_points_in_order_is_refused(panels: list[ControlPanel], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        figures.control(panels, **TEXTS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("synthetic,own,M1,1,2010H1", "real,own,M1,1,2010H1"), "data 'real'"),
        (lambda text: text.replace("own,M1,1,2010H1", "third,M1,1,2010H1"), "nothing here is ranked"),
        (lambda text: text.replace("own,M1,1,2010H1", "own,M99,1,2010H1"), "indicator 'M99'"),
        (lambda text: text.replace("own,M1,1,2010H1", "own,M5,1,2010H1"), "context only"),
        (lambda text: text.replace("own,M1,1,2010H1", "own,M1,1,2010H3"), "period '2010H3'"),
        (lambda text: text.replace("own,M1,1,2010H2", "own,M1,1,2010H1"), "in order of time"),
        (lambda text: text.replace("own,M1,1,2010H1", "own,M1,9,2010H1"), "in order of time"),
        (lambda text: text.replace(",count", ",people"), "has no column count"),
        (lambda text: text.replace("414\n", "\n", 1), "how many persons or cases"),
    ],
)
def test_a_wrong_file_is_refused_where_it_is_wrong(
    tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "monitoring"))
    text = (folder / "series.csv").read_text(encoding="utf-8")
    assert change(text) != text
    (folder / "series.csv").write_text(change(text), encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_series(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: M2\n", "id: M1\n", "M1 stands twice"),
        ("source: [blLists]", "source: [nobody]", "source 'nobody'"),
        ("kind: hard", "kind: firm", "firm"),
    ],
)
def test_a_wrong_register_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (FOLDER / "indicators.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "indicators.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_indicators(path)


def test_a_folder_without_series_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "indicators.yml", tmp_path)

    with pytest.raises(DataError, match="does not exist"):
        read_series(tmp_path)
