"""What must hold of the jackknife, the roster reading, comparisons inside clusters and shares by cluster."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from entydig.statistics import superiority, within
from entydig.statistics.clustered_share import clustered_share
from entydig.statistics.estimate import Estimate
from entydig.statistics.shares import item_shares

few = settings(max_examples=25)

GROUPS, WAVES = ("a", "b"), (1, 2)
CELLS = [(group, wave) for group in GROUPS for wave in WAVES]
rows = st.tuples(
    st.integers(1, 5), st.sampled_from(GROUPS), st.sampled_from(WAVES), st.sampled_from("pqrstuvw")
)
frames = st.lists(rows, min_size=16, max_size=60).map(
    lambda lines: pd.DataFrame(lines, columns=["value", "group", "wave", "cluster"])
)
ROSTERS = dict.fromkeys(CELLS, 80)


def late(frame):
    return frame[frame["wave"] == 2]


def positives(frame):
    return frame.assign(value=(frame["value"] >= 4).astype(float))


def change(frame, **options):
    return superiority.change(frame, WAVES, **options)


def weighted_change(frame, **options):
    return superiority.change(frame, WAVES, weights={"a": 1, "b": 2}, **options)


def gap(frame, **options):
    return superiority.gap(late(frame), GROUPS, **options)


def gap_change(frame, **options):
    return superiority.gap_change(frame, GROUPS, WAVES, **options)


CONTRASTS = [change, weighted_change, gap, gap_change]
READINGS = {"jackknife": {"variance": "jackknife"}, "roster": {"rosters": ROSTERS}}

every_contrast = pytest.mark.parametrize("contrast", CONTRASTS)
every_reading = pytest.mark.parametrize("options", READINGS.values(), ids=READINGS.keys())
every_variance = pytest.mark.parametrize("variance", ["linearised", "jackknife"])


def numbers(found: Estimate) -> list[float]:
    return [
        found.value,
        found.low,
        found.high,
        found.se,
        found.df or math.nan,
        found.p,
        found.n,
        found.N or 0,
    ]


def same(left: Estimate, right: Estimate) -> bool:
    close = np.allclose(numbers(left), numbers(right), rtol=1e-8, atol=1e-10, equal_nan=True)
    return close and (left.reason, left.warnings) == (right.reason, right.warnings)


def mirrored(left: Estimate, right: Estimate, centre: float) -> bool:
    ends = [left.value, left.low, left.high], [right.value, right.high, right.low]
    return (
        np.allclose(ends[0], 2 * centre - np.array(ends[1]), equal_nan=True)
        and np.isclose(left.se, right.se, equal_nan=True)
        and (math.isnan(left.se) or math.isclose(left.p, 1 - right.p, abs_tol=1e-10))
    )


def renamed(frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed)
    return shuffled.assign(cluster=shuffled["cluster"].map(dict(zip("pqrstuvw", "wa1zbmck", strict=True))))


@every_contrast
@every_reading
@few
@given(frame=frames, seed=st.integers(0, 999))
def test_row_order_and_cluster_names_do_not_matter(contrast, options, frame, seed):
    assert same(contrast(frame, **options), contrast(renamed(frame, seed), **options))


@every_contrast
@every_reading
@few
@given(frame=frames)
def test_every_reading_has_the_same_value(contrast, options, frame):
    found, plain = contrast(frame, **options), contrast(frame)
    assume(found.reason is None and plain.reason is None)
    assert found.value == pytest.approx(plain.value)


@every_contrast
@few
@given(frame=frames)
def test_jackknife_is_each_cluster_left_out_in_turn(contrast, frame):
    many = pd.concat([frame, frame.assign(cluster=frame["cluster"] + "2", value=6 - frame["value"])])
    many = pd.concat([many, many.assign(cluster=many["cluster"] + "3")])
    used = late(many) if contrast is gap else many
    found = contrast(many, variance="jackknife")
    assume(found.reason is None and not math.isnan(found.se))
    left_out = np.array([contrast(many[many["cluster"] != name]).value for name in used["cluster"].unique()])
    assert found.se == pytest.approx(math.sqrt((left_out.size - 1) * left_out.var()))


@every_reading
@few
@given(frame=frames)
def test_swapping_sides_flips_the_contrast(options, frame):
    groups = frame.assign(group=frame["group"].map({"a": "b", "b": "a"}))
    waves = frame.assign(wave=3 - frame["wave"])
    assert mirrored(gap(frame, **options), gap(groups, **options), 0.5)
    assert mirrored(gap_change(frame, **options), gap_change(groups, **options), 0)
    assert mirrored(change(frame, **options), change(waves, **options), 0.5)
    assert mirrored(gap_change(frame, **options), gap_change(waves, **options), 0)


@every_contrast
@few
@given(frame=frames)
def test_one_person_a_cluster_is_the_independent_case(contrast, frame):
    alone = frame.assign(cluster=[f"p{row}" for row in range(len(frame))])
    independent = contrast(frame.drop(columns="cluster"), variance="jackknife")
    found = contrast(alone, variance="jackknife")
    assert independent.clusters is None
    assert numbers(found) == pytest.approx(numbers(independent), nan_ok=True)


@every_contrast
@few
@given(frame=frames)
def test_roster_reading_does_not_know_clusters(contrast, frame):
    assert contrast(frame, rosters=ROSTERS) == contrast(frame.drop(columns="cluster"), rosters=ROSTERS)


@every_contrast
@few
@given(frame=frames)
def test_larger_rosters_leave_more_to_chance_and_whole_ones_nothing(contrast, frame):
    sizes = frame.groupby(["group", "wave"]).size().to_dict()
    found = [contrast(frame, rosters=dict.fromkeys(CELLS, N)) for N in (70, 200, 10**7)]
    assume(found[0].reason is None and not math.isnan(found[0].se))
    assert found[0].se < found[1].se < found[2].se
    whole = contrast(frame, rosters=sizes)
    assert (whole.low, whole.high, whole.se) == (whole.value, whole.value, 0.0)


@few
@given(frame=frames)
def test_an_endless_roster_of_one_group_is_two_independent_samples(frame):
    people = frame.drop(columns=["cluster", "group"])
    found = change(people, rosters={(None, wave): 10**12 for wave in WAVES})
    assume(found.reason is None and not math.isnan(found.se))
    earlier, later = (people.loc[people["wave"] == wave, "value"].to_numpy() for wave in WAVES)
    pairs = (later[:, None] > earlier) + (later[:, None] == earlier) / 2
    # Brunner and Munzel's variance: that of each side's placements over its size.
    variance = pairs.mean(axis=1).var(ddof=1) / later.size + pairs.mean(axis=0).var(ddof=1) / earlier.size
    assert found.se**2 == pytest.approx(variance)


# --- inside clusters


def test_van_elteren_of_one_cluster_is_mann_whitney():
    generator = np.random.default_rng(7)
    for _ in range(20):
        sizes = generator.integers(1, 12, size=2)
        first, second = (generator.integers(1, 6, size=size) for size in sizes)
        frame = pd.DataFrame(
            {"value": [*first, *second], "group": np.repeat(["a", "b"], sizes), "cluster": "g"}
        )
        found = within.van_elteren(frame, GROUPS)
        if found.reason is None:
            scipy = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
            assert found.p == pytest.approx(scipy.pvalue, abs=1e-12)


@every_variance
@few
@given(frame=frames, seed=st.integers(0, 999))
def test_within_ignores_row_order_and_cluster_names(variance, frame, seed):
    other = renamed(late(frame), seed)
    assert same(
        within.gap(late(frame), GROUPS, variance=variance), within.gap(other, GROUPS, variance=variance)
    )
    tests = within.van_elteren(late(frame), GROUPS), within.van_elteren(other, GROUPS)
    assert tests[0].p == pytest.approx(tests[1].p, nan_ok=True)


@every_variance
@few
@given(frame=frames)
def test_within_swapping_groups_flips_the_gap(variance, frame):
    one, back = (
        within.gap(frame.drop(columns="wave"), each, variance=variance) for each in (GROUPS, GROUPS[::-1])
    )
    assert mirrored(one, back, 0.5)
    tests = [within.van_elteren(frame.drop(columns="wave"), each) for each in (GROUPS, GROUPS[::-1])]
    assert tests[0].statistic == pytest.approx(-tests[1].statistic, nan_ok=True)


@few
@given(frame=frames, shifts=st.lists(st.integers(-9, 9), min_size=8, max_size=8))
def test_within_what_differs_between_clusters_plays_no_part(frame, shifts):
    moved = frame["value"] + frame["cluster"].map(dict(zip("pqrstuvw", shifts, strict=True)))
    shifted = frame.assign(value=moved).drop(columns="wave")
    assert same(within.gap(frame.drop(columns="wave"), GROUPS), within.gap(shifted, GROUPS))
    tests = within.van_elteren(frame.drop(columns="wave"), GROUPS), within.van_elteren(shifted, GROUPS)
    assert tests[0].p == pytest.approx(tests[1].p, nan_ok=True)


@few
@given(frame=frames)
def test_within_clusters_of_one_group_change_nothing_but_the_count(frame):
    people = frame.drop(columns="wave")
    lonely = pd.DataFrame({"value": [1, 5], "group": ["a", "b"], "cluster": ["lone1", "lone2"]})
    before, after = (within.van_elteren(each, GROUPS) for each in (people, pd.concat([people, lonely])))
    assume(before.reason is None)
    assert (after.statistic, after.n, after.clusters) == (before.statistic, before.n, before.clusters)
    assert (after.clusters_left_out, after.answers_left_out) == (
        before.clusters_left_out + 2,
        before.answers_left_out + 2,
    )


@few
@given(frame=frames)
def test_within_doubled_clusters_halve_the_variance_up_to_its_factor(frame):
    people = frame.drop(columns="wave")
    once = within.gap(people, GROUPS)
    assume(once.reason is None and not math.isnan(once.se))
    twice = within.gap(pd.concat([people, people.assign(cluster=people["cluster"] + "2")]), GROUPS)
    units = once.clusters
    assert twice.value == pytest.approx(once.value)
    assert twice.se**2 == pytest.approx(once.se**2 * (units - 1) / (2 * units - 1))


@few
@given(frame=frames)
def test_within_the_statistic_is_the_distance_of_the_gap_from_a_half_in_its_own_errors(frame):
    people = frame.drop(columns="wave")
    test, found = within.van_elteren(people, GROUPS), within.gap(people, GROUPS)
    assume(test.reason is None and found.reason is None)
    assert np.sign(round(test.statistic, 12)) == np.sign(round(found.value - 0.5, 12))


# --- shares by cluster


@few
@given(frame=frames, seed=st.integers(0, 999), scale=st.floats(0.01, 1000))
def test_share_ignores_row_order_cluster_names_and_the_scale_of_weights(frame, seed, scale):
    given_, other = positives(frame), renamed(positives(frame), seed)
    weights = 1 + frame["value"].to_numpy() / 3
    moved = pd.Series(weights, frame.index).loc[other.index] * scale
    assert same(clustered_share(given_, weights=weights), clustered_share(other, weights=moved))


@few
@given(frame=frames)
def test_share_of_the_others_is_the_mirror_image(frame):
    others = positives(frame).assign(value=1 - positives(frame)["value"])
    left, right = clustered_share(positives(frame)), clustered_share(others, alternative="less")
    assert (left.value, left.low, left.high) == pytest.approx(
        (1 - right.value, 1 - right.high, 1 - right.low), nan_ok=True
    )
    assert left.p == pytest.approx(right.p, nan_ok=True)


@few
@given(frame=frames, null=st.floats(0.05, 0.95), confidence=st.sampled_from([0.8, 0.95]))
def test_share_interval_and_test_agree(frame, null, confidence):
    found = clustered_share(positives(frame), null=null, confidence=confidence)
    assume(found.reason is None and found.warnings != ("all alike",))
    assert 0 <= found.low <= found.value <= found.high <= 1
    level = (1 - confidence) / 2
    assume(abs(found.p - level) > 1e-9)
    assert (found.p < level) == (found.low > null)


@few
@given(frame=frames)
def test_share_one_person_a_cluster_is_the_independent_case(frame):
    alone = positives(frame).assign(cluster=[f"p{row}" for row in range(len(frame))])
    independent = clustered_share(alone.drop(columns="cluster"))
    assert numbers(clustered_share(alone)) == pytest.approx(numbers(independent), nan_ok=True)


@few
@given(frame=frames)
def test_share_doubled_clusters_halve_the_variance_up_to_its_factor(frame):
    once = clustered_share(positives(frame))
    assume(once.reason is None and once.se > 0)
    doubled = pd.concat([frame, frame.assign(cluster=frame["cluster"] + "2")])
    twice, units = clustered_share(positives(doubled)), once.clusters
    assert twice.se**2 == pytest.approx(once.se**2 * (units - 1) / (2 * units - 1))


@few
@given(frame=frames, share=st.floats(0.1, 1.0))
def test_share_of_some_of_all_clusters_is_surer_by_the_root_of_what_is_unseen(frame, share):
    once = clustered_share(positives(frame))
    assume(once.reason is None and once.se > 0)
    total = round(once.clusters / share) + 1
    found = clustered_share(positives(frame), all_clusters=total)
    assert found.se == pytest.approx(once.se * math.sqrt(1 - once.clusters / total))


@few
@given(
    values=st.lists(st.sampled_from([1, 2, 3, -1, None]), max_size=40),
    silent=st.integers(0, 20),
    by=st.sampled_from(["people", "roster", "cluster"]),
)
def test_item_shares_of_levels_add_to_one_and_keep_their_bases(values, silent, by):
    reading = {
        "people": {},
        "roster": {"roster": len(values) + silent},
        "cluster": {"clusters": [position % 5 for position in range(len(values))]},
    }[by]
    found = item_shares(values, [1, 2, 3], positive=[2, 3], no_opinion=[-1], **reading)
    table = found.table().set_index("part")
    assert table.loc["level", "n"].sum() + table.loc["no opinion", "n"] + found.blank == len(values)
    assume(found.positive.reason is None)
    shares = [each.value for each in found.levels.values()]
    assert sum(shares) == pytest.approx(1)
    assert found.positive.value == pytest.approx(shares[1] + shares[2])
    assert found.positive.n <= found.no_opinion.n <= found.positive_of_returned.n == found.returned
