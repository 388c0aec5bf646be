"""What must hold of CR1 and of resampled tests whatever the answers."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entydig.statistics import bootstrap, linear, permutation, wild

few = settings(max_examples=20)

GROUPS, WAVES = ("a", "b"), (1, 2)
rows = st.tuples(
    st.integers(1, 5), st.sampled_from(GROUPS), st.sampled_from(WAVES), st.sampled_from("pqrstuvw")
)
frames = st.lists(rows, min_size=16, max_size=60).map(
    lambda lines: pd.DataFrame(lines, columns=["value", "group", "wave", "cluster"])
)
# A value, its cluster, and whether each cluster has the label.
labelled = st.tuples(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 7)), min_size=8, max_size=40),
    st.lists(st.booleans(), min_size=8, max_size=8),
).map(
    lambda drawn: pd.DataFrame(
        {
            "value": [value for value, _ in drawn[0]],
            "cluster": [f"c{cluster}" for _, cluster in drawn[0]],
            "group": ["a" if drawn[1][cluster] else "b" for _, cluster in drawn[0]],
        }
    )
)


def rng():
    return np.random.default_rng(1)


def positives(frame):
    return frame.assign(value=(frame["value"] >= 4).astype(float))


def late(frame):
    return frame[frame["wave"] == 2]


def cr1(frame):
    return linear.gap_change(positives(frame), GROUPS, WAVES, variance="cr1")


def cr1s(frame):
    return linear.change(positives(frame), WAVES, variance="cr1s")


WILD = {
    "change": lambda frame, **options: wild.change(frame, WAVES, rng=rng(), **options),
    "weighted change": lambda frame, **options: wild.change(
        frame, WAVES, weights={"a": 1, "b": 2}, rng=rng(), **options
    ),
    "gap": lambda frame, **options: wild.gap(late(frame), GROUPS, rng=rng(), **options),
    "gap change": lambda frame, **options: wild.gap_change(frame, GROUPS, WAVES, rng=rng(), **options),
    "mean": lambda frame, **options: wild.mean(frame, rng=rng(), **options),
}
every_wild = pytest.mark.parametrize("test", WILD.values(), ids=WILD.keys())


def wild_numbers(found):
    estimate = found.estimate
    return [
        estimate.value,
        estimate.low,
        estimate.high,
        estimate.se,
        estimate.p,
        found.statistic,
        found.p_two_sided,
    ]


def tails(found):
    return [found.p, found.p_two_sided, *(tail for each in found.items for tail in (each.value, each.p))]


@every_wild
@few
@given(frame=frames, seed=st.integers(0, 999))
def test_row_order_and_cluster_names_do_not_matter_to_enumerated_signs(test, frame, seed):
    frame = positives(frame)
    renamed = frame.sample(frac=1, random_state=seed).replace(
        {"cluster": dict(zip("pqrstuvw", "wa1zbmck", strict=True))}
    )
    assert wild_numbers(test(frame)) == pytest.approx(wild_numbers(test(renamed)), abs=1e-9, nan_ok=True)


@few
@given(frame=frames, seed=st.integers(0, 999))
def test_row_order_and_cluster_names_do_not_matter_to_exchanges(frame, seed):
    renamed = frame.sample(frac=1, random_state=seed).replace(
        {"cluster": dict(zip("pqrstuvw", "wa1zbmck", strict=True))}
    )
    for per in ("person", "cluster"):
        found, other = (permutation.change(each, WAVES, rng=rng(), per=per) for each in (frame, renamed))
        assert tails(found) == pytest.approx(tails(other), nan_ok=True)


@every_wild
@few
@given(frame=frames)
def test_interval_holds_the_value_and_agrees_with_p(test, frame):
    found = test(positives(frame)).estimate
    assume(found.reason is None and not math.isnan(found.se))
    assert found.low <= found.value <= found.high
    if found.low > found.null + 1e-9:
        assert found.p <= 0.025
    if found.p <= 0.025:
        # Where p is not monotone in the null, a value beyond one that is rejected may be kept.
        assert found.low > found.null or test(positives(frame), null=found.low - 1e-6).estimate.p <= 0.025


@every_wild
@few
@given(frame=frames)
def test_observed_signs_and_their_mirror_image_always_count(test, frame):
    found = test(positives(frame))
    assume(found.draws)
    assert found.estimate.p >= 1 / found.draws
    assert found.p_two_sided >= 2 / found.draws


@few
@given(frame=frames)
def test_swapping_waves_mirrors_the_wild_test(frame):
    frame = positives(frame)
    swapped = frame.assign(wave=3 - frame["wave"])
    for name in ("change", "weighted change", "gap change"):
        found, other = WILD[name](frame), WILD[name](swapped, alternative="less")
        ours, theirs = found.estimate, other.estimate
        assert [ours.value, ours.low, ours.high] == pytest.approx(
            [-theirs.value, -theirs.high, -theirs.low], abs=1e-9, nan_ok=True
        )
        assert [ours.p, found.p_two_sided] == pytest.approx([theirs.p, other.p_two_sided], nan_ok=True)


@few
@given(frame=frames)
def test_swapping_waves_mirrors_the_swap_test(frame):
    found = permutation.change(frame, WAVES, rng=rng())
    other = permutation.change(frame, WAVES[::-1], rng=rng(), alternative="less")
    assert found.items[0].value == pytest.approx(-other.items[0].value, nan_ok=True)
    assert (found.p, found.p_two_sided) == pytest.approx((other.p, other.p_two_sided), nan_ok=True)


@few
@given(frame=labelled)
def test_swapping_labels_mirrors_the_label_test(frame):
    found = permutation.gap(frame, GROUPS, rng=rng())
    other = permutation.gap(frame, GROUPS[::-1], rng=rng(), alternative="less")
    assert (found.p, found.p_two_sided) == pytest.approx((other.p, other.p_two_sided), nan_ok=True)


@few
@given(frame=labelled)
def test_adjusted_p_is_never_below_its_own_nor_above_one(frame):
    frame = frame.assign(positive=frame["value"] >= 4, odd=(frame["value"] % 2).where(frame["value"] > 1))
    found = permutation.gap(
        frame.astype({"positive": float}), GROUPS, items=["value", "positive", "odd"], rng=rng()
    )
    tested = [each for each in found.items if each.reason is None]
    assert all(each.p <= each.adjusted + 1e-12 <= 1 + 1e-9 for each in tested)
    assert all(each.p_two_sided <= each.adjusted_two_sided + 1e-12 for each in tested)


@pytest.mark.parametrize("labelled_clusters", [1, 2, 3])
def test_label_test_keeps_its_error_over_all_assignments(labelled_clusters):
    # The observed labels are one of the assignments, each as likely: P(p <= level) <= level, exactly.
    sizes, values = [5, 1, 3, 2, 7, 1, 4], np.random.default_rng(4).integers(1, 6, 23)
    cluster = np.repeat(np.arange(7), sizes)
    found = []
    for chosen in combinations(range(7), labelled_clusters):
        group = np.where(np.isin(cluster, chosen), "a", "b")
        frame = pd.DataFrame({"value": values, "group": group, "cluster": cluster.astype(str)})
        test = permutation.gap(frame, GROUPS, rng=rng())
        found.append((test.p, test.p_two_sided))
    for level in (0.05, 0.1, 0.25, 0.5):
        assert ((np.array(found) <= level + 1e-12).mean(axis=0) <= level + 1e-12).all()


@few
@given(frame=frames)
def test_one_answer_a_cluster_is_the_independent_case(frame):
    frame = positives(frame)
    alone = frame.assign(cluster=[f"p{row}" for row in range(len(frame))])
    for variance in ("cr1", "cr1s"):
        ours, theirs = (
            linear.change(each, WAVES, variance=variance) for each in (alone, frame.drop(columns="cluster"))
        )
        assert (ours.se, ours.df or 0, ours.p) == pytest.approx(
            (theirs.se, theirs.df or 0, theirs.p), nan_ok=True
        )


@pytest.mark.parametrize("estimate", [cr1, cr1s])
@few
@given(frame=frames)
def test_copied_clusters_shrink_cr1_by_its_factor(estimate, frame):
    once = estimate(frame)
    assume(once.reason is None and not math.isnan(once.se))
    twice = estimate(pd.concat([frame, frame.assign(cluster=frame["cluster"] + "2")]))
    # Influence halves and clusters double, 2 / 4; G / (G - 1) becomes 2G / (2G - 1); CR1S: (n - 1) / (n - 2) too.
    units, n = once.clusters, once.n
    factor = (units - 1) / (2 * units - 1)
    if estimate is cr1s:
        factor *= (2 * n - 1) / (2 * n - 2) * (n - 2) / (n - 1)
    assert twice.value == pytest.approx(once.value)
    assert twice.se**2 == pytest.approx(once.se**2 * factor)


@few
@given(frame=frames)
def test_bootstrap_lies_inside_what_is_possible_and_mirrors(frame):
    found = bootstrap.change(frame, WAVES, positive=(4, 5), draws=400, rng=rng())
    other = bootstrap.change(frame, WAVES[::-1], positive=(4, 5), draws=400, rng=rng(), alternative="less")
    assume(found.points.reason is None)
    for ours, theirs, centre in (
        (found.points, other.points, 0.0),
        (found.probability, other.probability, 1.0),
    ):
        assert ours.low <= ours.high
        assert [ours.value, ours.low, ours.high] == pytest.approx(
            [centre - theirs.value, centre - theirs.high, centre - theirs.low], abs=1e-9
        )
        assert ours.p == theirs.p
    assert found.points.low >= -1 and found.points.high <= 1
    assert found.probability.low >= 0 and found.probability.high <= 1


@few
@given(frame=frames)
def test_bootstrap_of_two_levels_is_half_the_points_away_from_a_half(frame):
    found = bootstrap.change(positives(frame), WAVES, draws=400, rng=rng())
    assume(found.points.reason is None and not math.isnan(found.points.se))
    ends = np.array([found.points.value, found.points.low, found.points.high])
    assert (found.probability.value, found.probability.low, found.probability.high) == pytest.approx(
        0.5 + ends / 2
    )
    assert found.probability.p == found.points.p
