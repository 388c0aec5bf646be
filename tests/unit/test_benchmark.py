"""The benchmark's measurements: ratios round by round, goals, and what the page says of them."""

import math

import pandas as pd
import pytest

from entydig.errors import DataError
from entydig.presentation.ratios import RatioRow, ratios
from entydig.project.benchmark import Benchmark, read_benchmark
from entydig.project.measurements import BENCHMARK, COLUMNS, GOALS, Goal, Measurements, goal

ABOUT = {"rounds": 3, "date": "2026-11-24", "cores": 2, "machine": "a machine", "packages": "a 1, b 2"}
TEXTS = {"title": "Quick.", "caption": "Ratios.", "label": "fig-ratios", "language": "en"}


def measurements(*rows):
    frame = pd.DataFrame(rows, columns=["bed", "approach", "size", "round", "value"])
    return Measurements(frame.assign(unit="s", **ABOUT)[list(COLUMNS)])


HEAVY = measurements(
    *(("heavy", "papermill-cli", 2, number, value) for number, value in enumerate((8.0, 12.0, 10.0), 1)),
    *(("heavy", "ours", 2, number, value) for number, value in enumerate((2.0, 2.0, 5.0), 1)),
    *(("heavy", "limit", 2, number, 1.0) for number in (1, 2, 3)),
    ("heavy", "jupyter-book-cold", 2, 2, 6.0),
)


def test_a_ratio_is_taken_round_by_round_and_its_median_given():
    found = HEAVY.ratio(("heavy", "papermill-cli"), ("heavy", "ours"))

    # 8/2, 12/2, 10/5; the ratio of the medians would be 5
    assert (found.value, found.low, found.high, found.rounds) == (4.0, 2.0, 6.0, 3)


def test_only_rounds_with_both_sides_count():
    found = HEAVY.ratio(("heavy", "papermill-cli"), ("heavy", "jupyter-book-cold"))

    assert (found.value, found.rounds) == (2.0, 1)


def test_what_was_not_measured_has_no_ratio_and_misses_no_goal():
    found = HEAVY.ratio(("batch", "papermill-cli"), ("batch", "ours", 100))

    assert math.isnan(found.value)
    assert found.rounds == 0
    assert "batch" not in [each.key for each in HEAVY.missed()]


def test_rows_of_unlike_batches_are_compared_one_for_one():
    found = measurements(("batch", "papermill-cli", 6, 1, 12.0), ("batch", "ours", 100, 1, 10.0))

    assert found.ratio(("batch", "papermill-cli"), ("batch", "ours", 100)).value == pytest.approx(20.0)
    assert found.rows == [100]


@pytest.mark.parametrize(
    ("value", "least", "kept"),
    [(4.5, True, True), (4.4, True, False), (4.5, False, True), (4.6, False, False), (math.nan, True, False)],
)
def test_a_bound_itself_keeps_a_goal(value, least, kept):
    assert Goal("any", ("a", "b"), None, 4.5, least).kept(value) is kept


def test_a_missed_goal_is_named_in_the_language():
    # 4.0 times papermill, 2 times the limit: both missed
    assert [each.key for each in HEAVY.missed()] == ["cold", "preload"]
    assert Benchmark(HEAVY, "da").missed.startswith("Intet gemt: gange så hurtig")
    assert Benchmark(measurements(("heavy", "ours", 2, 1, 1.0)), "en").missed == "none"


def test_the_tables_hold_what_was_measured():
    benchmark = Benchmark(HEAVY, "en")
    speeds = benchmark.speed_table("heavy", label="tbl-a", caption="A.").data
    goals = benchmark.goal_table(label="tbl-b", caption="B.").data

    assert speeds.rows[-1] == ("ours, nothing stored", "4.0", "2.0 to 6.0", "2.00", "3")
    assert goals.rows[0][1:] == ("at least 4.5", "4.0", "no")
    assert goals.rows[5][2:] == ("–", None)


def test_the_figure_leaves_out_the_reference_and_what_is_missing():
    assert [row.value for row in Benchmark(HEAVY, "en").speeds()] == [2.0, 4.0]


def test_a_bed_that_was_not_measured_is_said_so():
    benchmark = Benchmark(HEAVY, "en")

    assert benchmark.speed_table("collection", label="tbl-a", caption="A.").data.rows[0][0] == "not measured"
    assert benchmark.batch_table(label="tbl-b", caption="B.").data.rows[0][0] == "not measured"
    assert benchmark.memory("ours") == "–"


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "does not exist"), ("bed,approach\n", "no column size"), (",".join(COLUMNS) + "\n", "no round")],
)
def test_a_file_that_is_no_benchmark_is_refused(content, said, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "instrument.yml").touch()
    if content:
        (tmp_path / BENCHMARK).write_text(content, encoding="utf-8")
    monkeypatch.setenv("ENTYDIG_PROJECT", str(tmp_path))

    with pytest.raises(DataError, match=said):
        read_benchmark("en")


def test_values_are_written_as_the_language_does():
    benchmark = Benchmark(HEAVY, "da")

    assert (benchmark.reached("cold"), benchmark.wanted("warm"), benchmark.wanted("batch")) == (
        "4,0",
        "1,35",
        "12",
    )
    assert benchmark.date == "24.\N{NO-BREAK SPACE}november\N{NO-BREAK SPACE}2026"


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_goal_has_words_in_each_language(language):
    benchmark = Benchmark(HEAVY, language)

    assert len(benchmark.goal_table(label="tbl-a", caption="A.").data.rows) == len(GOALS)
    assert goal("cold").bound == 4.5


def test_the_committed_file_has_the_columns_the_page_reads(root):
    found = pd.read_csv(root / BENCHMARK)

    assert tuple(found.columns) == COLUMNS
    assert (found["value"] > 0).all()
    assert (found["round"] <= found["rounds"]).all()


def test_the_figure_of_ratios_says_each():
    row = RatioRow(label="ours", value=5.2, low=4.9, high=6.0)
    figure = ratios([row, RatioRow(label="other", value=0.5, low=0.4, high=120.0)], **TEXTS)

    assert "ours: 5.2." in figure.alt
    assert figure.data.rows == (("ours", "5.2", "4.9 to 6.0"), ("other", "0.50", "0.40 to 120"))


@pytest.mark.parametrize(
    "rows",
    [[], [RatioRow(label="a", value=0.0, low=0.0, high=1.0)], [RatioRow(label="a", value=2, low=3, high=4)]],
)
def test_rows_without_a_ratio_are_refused(rows):
    with pytest.raises(ValueError, match="needs rows"):
        ratios(rows, **TEXTS)
