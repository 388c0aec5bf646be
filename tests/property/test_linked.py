"""What must hold of estimates and tests of the same people, whatever they answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable

from entydig.statistics import linear, linked, overlap, square, turnover
from entydig.statistics.estimate import Estimate

few = settings(derandomize=True, max_examples=20, deadline=None)

WAVES = (1, 2)
# A person: cluster, answer in each wave (None: silent), and whether the key is known.
people = st.lists(
    st.tuples(
        st.sampled_from("pqrstu"),
        st.one_of(st.none(), st.integers(1, 4)),
        st.one_of(st.none(), st.integers(1, 4)),
        st.booleans(),
    ),
    min_size=10,
    max_size=40,
)
tables = st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=4, max_size=4).map(
    pd.DataFrame
)


@st.composite
def frames(draw):
    rows = [
        (level, wave, f"person {number}" if known else None, cluster)
        for number, (cluster, *levels, known) in enumerate(draw(people))
        for wave, level in zip(WAVES, levels, strict=True)
        if level is not None
    ]
    return pd.DataFrame(rows, columns=["value", "wave", "panel", "cluster"])


def positives(frame):
    return frame.assign(value=(frame["value"] >= 3).astype(float))


def both_of(frame):
    return linked.pairs(frame, WAVES)


def part(name):
    return lambda frame: getattr(turnover.decomposition(positives(frame), WAVES), name)


ESTIMATES = {
    "difference": lambda frame: linked.difference(both_of(positives(frame)), "later", "earlier"),
    "net change": lambda frame: linked.net_change(both_of(frame), "later", "earlier"),
    "overlap": lambda frame: overlap.change(positives(frame), WAVES),
    "overlap, equal": lambda frame: overlap.change(positives(frame), WAVES, equal_variances=True),
    "total": part("total"),
    "within": part("within"),
    "turnover": part("turnover"),
}
every_estimate = pytest.mark.parametrize("estimate", ESTIMATES.values(), ids=ESTIMATES.keys())


def numbers(found: Estimate) -> list[float]:
    return [found.value, found.low, found.high, found.se, found.df or math.nan, found.p, found.n]


def same(left: Estimate, right: Estimate) -> bool:
    close = np.allclose(numbers(left), numbers(right), rtol=1e-8, atol=1e-10, equal_nan=True)
    return close and (left.reason, left.warnings) == (right.reason, right.warnings)


@every_estimate
@few
@given(frame=frames(), seed=st.integers(0, 999))
def test_row_order_and_names_of_people_and_clusters_do_not_matter(estimate, frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(cluster=shuffled["cluster"] + "!", panel="!" + shuffled["panel"])
    assert same(estimate(frame), estimate(renamed))


@every_estimate
@few
@given(frame=frames())
def test_swapping_waves_flips_the_sign(estimate, frame):
    there, back = estimate(frame), estimate(frame.assign(wave=3 - frame["wave"]))
    assert there.reason == back.reason
    ends = [there.value, there.low, there.high, there.se], [-back.value, -back.high, -back.low, back.se]
    assert np.allclose(*ends, equal_nan=True)
    assert math.isnan(there.se) or there.p == pytest.approx(1 - back.p, abs=1e-10)


@every_estimate
@few
@given(frame=frames())
def test_interval_ends_are_in_order_around_the_value_and_agree_with_p(estimate, frame):
    found = estimate(frame)
    assume(found.reason is None and not math.isnan(found.se))
    assert -1 <= found.low <= found.value <= found.high <= 1
    if abs(found.p - 0.025) > 1e-9 and found.low > -1:
        assert (found.p < 0.025) == (found.low > found.null)


@few
@given(frame=frames())
def test_within_and_turnover_add_up_to_the_total(frame):
    found = turnover.decomposition(positives(frame), WAVES)
    assume(found.within.reason is None)
    assert found.within.value + found.turnover.value == pytest.approx(found.total.value, abs=1e-12)
    assert found.total.value == pytest.approx(linear.change(positives(frame), WAVES).value)


@few
@given(frame=frames())
def test_jackknife_from_sums_is_the_jackknife_of_frames_without_a_cluster(frame):
    whole = turnover.decomposition(positives(frame), WAVES)
    assume(whole.within.reason is None)
    clusters = frame["cluster"].unique()
    left_out = [
        turnover.decomposition(positives(frame[frame["cluster"] != each]), WAVES) for each in clusters
    ]
    # A frame of what is left may have too few clusters for an interval; its value is then not told.
    assume(all(each.within.reason is None for each in left_out))
    for name in ("total", "within", "turnover"):
        values = np.array([getattr(each, name).value for each in left_out])
        expected = math.sqrt((len(values) - 1) * values.var())
        found = getattr(whole, name).se
        assert (math.isnan(found) and expected < 1e-10) or found == pytest.approx(expected)


def copied(frame, copies):
    named = [
        frame.assign(cluster=frame["cluster"] + f"#{copy}", panel=frame["panel"] + f"#{copy}")
        for copy in range(copies)
    ]
    return pd.concat(named)


@pytest.mark.parametrize("name", ["total", "within", "turnover"])
@few
@given(frame=frames())
def test_twice_the_clusters_halve_the_variance_of_the_jackknife(name, frame):
    once, twice = (part(name)(copied(frame, copies)) for copies in (20, 40))
    assume(once.reason is None and not math.isnan(once.se))
    assert twice.value == pytest.approx(once.value)
    # (G - 1) / (2 G - 1) of it for a mean, with G the clusters before; ratios of sums come near.
    assert twice.se**2 / once.se**2 == pytest.approx((once.clusters - 1) / (twice.clusters - 1), rel=0.03)


@every_estimate
@few
@given(frame=frames())
def test_one_person_a_cluster_is_the_independent_case(estimate, frame):
    unknown = pd.Series([f"row {row}" for row in range(len(frame))], index=frame.index)
    alone = estimate(frame.assign(cluster=frame["panel"].fillna(unknown)))
    independent = estimate(frame.drop(columns="cluster"))
    assert independent.clusters is None
    if independent.reason is None:
        assert numbers(alone) == pytest.approx(numbers(independent), nan_ok=True)


@few
@given(frame=frames())
def test_net_change_of_two_levels_is_the_change_in_points(frame):
    both = both_of(positives(frame))
    assert same(linked.difference(both, "later", "earlier"), linked.net_change(both, "later", "earlier"))


@few
@given(frame=frames())
def test_net_change_needs_only_the_order_of_levels(frame):
    stretched = frame.assign(value=np.exp(frame["value"].astype(float)))
    assert same(ESTIMATES["net change"](frame), ESTIMATES["net change"](stretched))


@few
@given(frame=frames())
def test_nobody_known_makes_the_overlap_test_that_of_welch(frame):
    answers = positives(frame).assign(panel=None)
    found = overlap.change(answers, WAVES)
    assume(found.reason is None and not math.isnan(found.se))
    earlier, later = (answers.loc[answers["wave"] == wave, "value"] for wave in WAVES)
    expected = stats.ttest_ind(later, earlier, equal_var=False, alternative="greater")
    assert (found.p, found.df) == pytest.approx((expected.pvalue, expected.df))


@few
@given(up=st.integers(0, 60), down=st.integers(0, 60))
def test_sides_of_the_exact_test_mirror_each_other(up, down):
    for mid_p in (False, True):
        greater, less, two = (
            float(linked.exact_p(up, down, alternative=side, mid_p=mid_p))
            for side in ("greater", "less", "two-sided")
        )
        assert float(linked.exact_p(down, up, alternative="less", mid_p=mid_p)) == pytest.approx(greater)
        assert two <= min(1, 2 * min(greater, less)) + 1e-12
        assert float(linked.exact_p(down, up, mid_p=mid_p)) == pytest.approx(two)


@pytest.mark.parametrize("differing", [1, 4, 7, 12])
@pytest.mark.parametrize("side", ["greater", "less", "two-sided"])
def test_the_exact_test_keeps_its_error(differing, side):
    up = np.arange(differing + 1)
    p = linked.exact_p(up, differing - up, alternative=side)
    chances = stats.binom.pmf(up, differing, 0.5)
    for level in (0.025, 0.05, 0.2):
        assert chances[p <= level].sum() <= level + 1e-12


@few
@given(counts=tables, order=st.permutations(range(4)))
def test_square_tests_do_not_care_for_order_nor_for_which_occasion_is_first(counts, order):
    for test in (square.stuart_maxwell, square.bhapkar, square.bowker):
        found = test(counts)
        for other in (test(counts.iloc[list(order), list(order)]), test(counts.T)):
            assert (found.df, found.reason, found.moved) == (other.df, other.reason, other.moved)
            assert (found.statistic, found.p) == pytest.approx((other.statistic, other.p), nan_ok=True)


@few
@given(counts=tables)
def test_square_tests_do_not_care_for_levels_nobody_used(counts):
    wider = counts.reindex(index=range(6), columns=range(6), fill_value=0)
    for test in (square.stuart_maxwell, square.bhapkar, square.bowker):
        found, other = test(counts), test(wider)
        numbers_of = [(each.statistic, each.df, each.p, each.n, each.moved) for each in (found, other)]
        assert numbers_of[0] == pytest.approx(numbers_of[1], nan_ok=True)
        assert set(other.dropped) >= {4, 5} and "empty levels" in other.warnings


@few
@given(counts=tables)
def test_bhapkar_as_statsmodels_where_no_level_is_apart(counts):
    found = square.bhapkar(counts)
    assume(found.reason is None and found.df == 3)
    library = SquareTable(counts.to_numpy(dtype=float), shift_zeros=False)
    assert found.statistic == pytest.approx(library.homogeneity("bhapkar").statistic)
    assert found.statistic >= square.stuart_maxwell(counts).statistic


@few
@given(counts=tables)
def test_two_separate_tables_add_up(counts):
    apart = counts.reindex(index=range(8), columns=range(8), fill_value=0)
    apart.iloc[4:, 4:] = counts.to_numpy()
    one, two = square.stuart_maxwell(counts), square.stuart_maxwell(apart)
    assume(one.reason is None)
    assert (two.statistic, two.df) == (pytest.approx(2 * one.statistic), 2 * one.df)
