"""What must hold of the estimators whatever the answers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from entydig.statistics import linear, superiority
from entydig.statistics.estimate import Estimate
from entydig.statistics.shares import roster_share, roster_share_combined, wilson

few = settings(derandomize=True, max_examples=20, deadline=None)

GROUPS, WAVES = ("a", "b"), (1, 2)
rows = st.tuples(
    st.integers(1, 5), st.sampled_from(GROUPS), st.sampled_from(WAVES), st.sampled_from("pqrstuvw")
)
frames = st.lists(rows, min_size=16, max_size=60).map(
    lambda lines: pd.DataFrame(lines, columns=["value", "group", "wave", "cluster"])
)


@st.composite
def counts(draw, largest=60):
    roster = draw(st.integers(1, largest))
    answers = draw(st.integers(1, roster))
    return draw(st.integers(0, answers)), answers, roster


def positives(frame):
    return frame.assign(value=(frame["value"] >= 4).astype(float))


def late(frame):
    return frame[frame["wave"] == 2]


ESTIMATES = {
    "linear change": lambda frame: linear.change(positives(frame), WAVES),
    "linear weighted change": lambda frame: linear.change(positives(frame), WAVES, weights={"a": 1, "b": 2}),
    "linear gap": lambda frame: linear.gap(positives(late(frame)), GROUPS),
    "linear gap change": lambda frame: linear.gap_change(positives(frame), GROUPS, WAVES),
    "linear mean": lambda frame: linear.mean(positives(frame), unit="share"),
    "superiority change": lambda frame: superiority.change(frame, WAVES),
    "superiority weighted change": lambda frame: superiority.change(frame, WAVES, weights={"a": 1, "b": 2}),
    "superiority gap": lambda frame: superiority.gap(late(frame), GROUPS),
    "superiority gap change": lambda frame: superiority.gap_change(frame, GROUPS, WAVES),
}
every_estimate = pytest.mark.parametrize("estimate", ESTIMATES.values(), ids=ESTIMATES.keys())


def numbers(found: Estimate) -> list[float]:
    df, clusters = found.df or math.nan, found.clusters or 0
    return [found.value, found.low, found.high, found.se, df, found.p, found.n, clusters]


def same(left: Estimate, right: Estimate) -> bool:
    close = np.allclose(numbers(left), numbers(right), rtol=1e-8, atol=1e-10, equal_nan=True)
    return close and (left.reason, left.warnings) == (right.reason, right.warnings)


@every_estimate
@few
@given(frame=frames, seed=st.integers(0, 999))
def test_row_order_and_cluster_names_do_not_matter(estimate, frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(cluster=shuffled["cluster"].map(dict(zip("pqrstuvw", "wa1zbmck", strict=True))))
    assert same(estimate(frame), estimate(renamed))


@every_estimate
@few
@given(frame=frames)
def test_interval_ends_are_in_order_around_the_value_and_agree_with_p(estimate, frame):
    found = estimate(frame)
    assume(found.reason is None and not math.isnan(found.se))
    assert found.low <= found.value <= found.high
    if abs(found.p - 0.025) > 1e-9 and found.low > -1:
        assert (found.p < 0.025) == (found.low > found.null)


def mirrored(left: Estimate, right: Estimate, centre: float) -> bool:
    """Whether both are each other's mirror image, with the same standard error and opposite tests."""
    ends = [left.value, left.low, left.high], [right.value, right.high, right.low]
    return (
        np.allclose(ends[0], 2 * centre - np.array(ends[1]), equal_nan=True)
        and np.isclose(left.se, right.se, equal_nan=True)
        and (math.isnan(left.se) or math.isclose(left.p, 1 - right.p, abs_tol=1e-10))
    )


@few
@given(frame=frames)
def test_swapping_groups_flips_the_gap(frame):
    swapped = frame.assign(group=frame["group"].map({"a": "b", "b": "a"}))
    centres = {"linear gap": 0, "linear gap change": 0, "superiority gap": 0.5, "superiority gap change": 0}
    for name, centre in centres.items():
        assert mirrored(ESTIMATES[name](frame), ESTIMATES[name](swapped), centre), name


@few
@given(frame=frames)
def test_swapping_waves_flips_the_change(frame):
    swapped = frame.assign(wave=3 - frame["wave"])
    centres = {"linear change": 0, "linear weighted change": 0, "linear gap change": 0,
               "superiority change": 0.5, "superiority weighted change": 0.5,
                "superiority gap change": 0}  # fmt: skip
    for name, centre in centres.items():
        assert mirrored(ESTIMATES[name](frame), ESTIMATES[name](swapped), centre), name


@few
@given(frame=frames)
def test_turning_the_scale_round_complements_superiority(frame):
    turned = frame.assign(value=6 - frame["value"])
    assert mirrored(superiority.change(frame, WAVES), superiority.change(turned, WAVES), 0.5)


@few
@given(frame=frames)
def test_superiority_needs_only_the_order_of_levels(frame):
    stretched = frame.assign(value=np.exp(frame["value"].astype(float)))
    assert same(superiority.change(frame, WAVES), superiority.change(stretched, WAVES))


@few
@given(frame=frames)
def test_superiority_of_two_levels_is_half_the_points_away_from_a_half(frame):
    binary = positives(frame)
    points, probability = linear.change(binary, WAVES), superiority.change(binary, WAVES)
    assume(points.reason is None)
    assert probability.value == pytest.approx(0.5 + points.value / 2)


@few
@given(frame=frames)
def test_gap_change_in_points_is_the_difference_of_changes(frame):
    binary = positives(frame)
    found = linear.gap_change(binary, GROUPS, WAVES)
    assume(found.reason is None)
    changes = [linear.change(binary[binary["group"] == group], WAVES).value for group in GROUPS]
    assert found.value == pytest.approx(changes[0] - changes[1])


@few
@given(frame=frames)
def test_doubled_clusters_halve_the_variance_of_superiority_up_to_its_factor(frame):
    once = superiority.change(frame, WAVES)
    assume(once.reason is None and not math.isnan(once.se))
    twice = superiority.change(pd.concat([frame, frame.assign(cluster=frame["cluster"] + "2")]), WAVES)
    units = once.clusters
    # Influence per answer halves, clusters double: 2 x 1/4; the factor G / (G - 1) goes to 2G / (2G - 1).
    assert twice.value == pytest.approx(once.value)
    assert twice.se**2 == pytest.approx(once.se**2 / 2 * 2 * (units - 1) / (2 * units - 1))


@few
@given(values=st.lists(st.booleans(), min_size=6, max_size=30), copies=st.integers(2, 4))
def test_copied_even_clusters_shrink_the_variance_of_a_mean_as_they_should(values, copies):
    pairs = pd.DataFrame({"value": np.repeat(np.array(values, dtype=float), 2)})
    pairs["cluster"] = [f"c{row // 2}" for row in range(len(pairs))]
    once = linear.mean(pairs, unit="share")
    assume(not math.isnan(once.se))
    copied = pd.concat([pairs.assign(cluster=pairs["cluster"] + str(copy)) for copy in range(copies)])
    # Even clusters: CR2 is the variance of cluster means over G, with G - 1 below: SS / (G (G - 1)).
    units, found = len(values), linear.mean(copied, unit="share")
    assert found.se**2 == pytest.approx(once.se**2 * (units - 1) / (copies * units - 1))
    assert (once.df, found.df) == pytest.approx((units - 1, copies * units - 1))


@every_estimate
@few
@given(frame=frames)
def test_one_person_a_cluster_is_the_independent_case(estimate, frame):
    alone = estimate(frame.assign(cluster=[f"p{row}" for row in range(len(frame))]))
    independent = estimate(frame.drop(columns="cluster"))
    assert independent.clusters is None
    if independent.reason is None:
        assert numbers(alone)[:-1] == pytest.approx(numbers(independent)[:-1], nan_ok=True)


@few
@given(frame=frames)
def test_jackknife_over_clusters_agrees_roughly_with_superiority(frame):
    many = pd.concat([frame.assign(cluster=frame["cluster"] + str(copy)) for copy in range(5)])
    found = superiority.change(many, WAVES)
    assume(found.reason is None and not math.isnan(found.se))
    names = many["cluster"].unique()
    left_out = np.array([superiority.change(many[many["cluster"] != name], WAVES).value for name in names])
    jackknife = math.sqrt((left_out.size - 1) * left_out.var())
    assert jackknife == pytest.approx(found.se, rel=0.1)


@few
@given(counts=counts())
def test_share_intervals_are_in_order_and_in_range(counts):
    positive, answers, _ = counts
    for found in (roster_share(*counts), roster_share_combined([counts]), wilson(positive, answers)):
        if found.reason is None:
            assert 0 <= found.low <= found.value <= found.high <= 1


@few
@given(counts=counts())
def test_roster_intervals_end_at_what_the_answers_allow(counts):
    positive, answers, roster = counts
    found = roster_share(*counts)
    assert positive / roster <= found.low
    assert found.high <= (roster - (answers - positive)) / roster


@few
@given(counts=counts(), null=st.floats(0, 1), confidence=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_roster_test_and_interval_agree(counts, null, confidence):
    roster = counts[2]
    greater = roster_share(*counts, null=null, confidence=confidence)
    less = roster_share(*counts, null=null, alternative="less", confidence=confidence)
    level = (1 - confidence) / 2
    assert (greater.p <= level) == (round(greater.low * roster) > math.floor(null * roster + 1e-9))
    assert (less.p <= level) == (round(less.high * roster) < math.ceil(null * roster - 1e-9))


@few
@given(counts=counts())
def test_turning_the_question_round_mirrors_the_share(counts):
    positive, answers, roster = counts
    left = roster_share(*counts, null=0.5)
    right = roster_share(answers - positive, answers, roster, null=0.5, alternative="less")
    assert (left.low, left.high) == pytest.approx((1 - right.high, 1 - right.low))
    assert left.p == pytest.approx(right.p)


@pytest.mark.parametrize("roster", [1, 2, 5, 9, 14])
@pytest.mark.parametrize("null", [0.25, 0.5, 2 / 3])
@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_roster_test_keeps_its_error_for_every_small_roster(roster, null, alternative):
    for answers in range(1, roster + 1):
        found = [
            roster_share(x, answers, roster, null=null, alternative=alternative) for x in range(answers + 1)
        ]
        p = np.array([each.p for each in found])
        for truth in range(roster + 1):
            is_null = (truth / roster - null) * (1 if alternative == "greater" else -1) <= 1e-9
            chances = stats.hypergeom.pmf(np.arange(answers + 1), roster, truth, answers)
            for level in (0.025, 0.05, 0.2):
                assert not is_null or chances[p <= level].sum() <= level + 1e-12


@pytest.mark.parametrize("roster", [3, 7, 12])
def test_roster_interval_covers_every_truth(roster):
    for answers in range(1, roster + 1):
        found = [roster_share(x, answers, roster) for x in range(answers + 1)]
        for truth in range(roster + 1):
            covered = [each.low - 1e-12 <= truth / roster <= each.high + 1e-12 for each in found]
            chances = stats.hypergeom.pmf(np.arange(answers + 1), roster, truth, answers)
            assert chances[covered].sum() >= 0.95


@few
@given(
    small=st.tuples(st.integers(1, 5), st.integers(0, 4)),
    large=st.tuples(st.integers(1, 6), st.integers(0, 4)),
)
def test_answers_all_alike_keep_the_exact_error_however_the_rosters_are_split(small, large):
    rosters = [answers + silent for answers, silent in (small, large)]
    answers = [small[0], large[0]]
    assume(
        all(n > 1 or n == N for n, N in zip(answers, rosters, strict=True)) and sum(rosters) > sum(answers)
    )
    strata = [(n, n, N) for n, N in zip(answers, rosters, strict=True)]
    found = roster_share_combined(strata, null=0.6)
    allowed = math.floor(0.6 * sum(rosters) + 1e-9)
    chance = max(
        stats.hypergeom.pmf(answers[0], rosters[0], first, answers[0])
        * stats.hypergeom.pmf(answers[1], rosters[1], allowed - first, answers[1])
        for first in range(max(0, allowed - rosters[1]), min(allowed, rosters[0]) + 1)
    )
    assert found.p == pytest.approx(chance, abs=1e-12)
