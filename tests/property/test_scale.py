"""What must hold of a scale's reliability and of item functioning whatever the answers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entydig.statistics.invariance import item_functioning
from entydig.statistics.scale import reliability

few = settings(derandomize=True, max_examples=20, deadline=None)

ITEMS = ["a", "b", "c"]
levels = st.sampled_from([1.0, 2.0, 3.0, 4.0, math.nan])
forms = st.lists(st.tuples(levels, levels, levels, st.sampled_from([1, 2])), min_size=12, max_size=60).map(
    lambda rows: pd.DataFrame(rows, columns=[*ITEMS, "wave"])
)


def numbers(found):
    items = [number for item in found.items for number in (item.rest_correlation, item.alpha_without)]
    return [found.value, found.low, found.high, found.n, found.dropped, *items]


@few
@given(frame=forms, seed=st.integers(0, 999))
def test_row_order_does_not_matter(frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed)
    assert numbers(reliability(frame[ITEMS])) == pytest.approx(
        numbers(reliability(shuffled[ITEMS])), nan_ok=True
    )
    for one, other in zip(item_functioning(frame, ITEMS), item_functioning(shuffled, ITEMS), strict=True):
        assert one.reason == other.reason
        assert one.p_adjusted == pytest.approx(other.p_adjusted, nan_ok=True, abs=1e-9)


@few
@given(frame=forms, scale=st.sampled_from([-2.0, 0.5]), shift=st.integers(-3, 3))
def test_the_unit_of_the_levels_does_not_matter_to_alpha(frame, scale, shift):
    moved = reliability(scale * frame[ITEMS] + shift)
    assert numbers(moved) == pytest.approx(numbers(reliability(frame[ITEMS])), nan_ok=True)


@few
@given(frame=forms)
def test_alpha_without_an_item_is_alpha_of_the_others(frame):
    complete = frame[ITEMS].dropna()
    found = reliability(complete)
    assume(found.reason is None)
    for item in found.items:
        others = reliability(complete.drop(columns=item.item))
        assert item.alpha_without == pytest.approx(others.value, nan_ok=True)


@few
@given(frame=forms)
def test_everyone_twice_leaves_alpha_and_narrows_the_interval(frame):
    once, twice = reliability(frame[ITEMS]), reliability(pd.concat([frame[ITEMS]] * 2))
    assume(once.reason is None and math.isfinite(once.low))
    assert twice.value == pytest.approx(once.value)
    assert once.low < twice.low <= twice.value <= twice.high < once.high


@few
@given(frame=forms)
def test_swapping_waves_flips_the_shift(frame):
    swapped = frame.assign(wave=3 - frame["wave"])
    for one, other in zip(item_functioning(frame, ITEMS), item_functioning(swapped, ITEMS), strict=True):
        assert one.reason == other.reason
        if one.reason is None:
            assert one.shift == pytest.approx([-each for each in other.shift], abs=1e-6)
            assert one.total.statistic == pytest.approx(other.total.statistic, abs=1e-6)


@few
@given(frame=forms)
def test_everyone_twice_doubles_the_statistics(frame):
    for one, two in zip(
        item_functioning(frame, ITEMS), item_functioning(pd.concat([frame] * 2), ITEMS), strict=True
    ):
        if one.reason is None:
            assert two.total.statistic == pytest.approx(2 * one.total.statistic, abs=1e-6)
            assert two.nagelkerke_change == pytest.approx(one.nagelkerke_change, abs=1e-8)


@few
@given(frame=forms)
def test_parts_of_a_test_add_up_and_pseudo_r2_never_falls(frame):
    for found in item_functioning(frame, ITEMS):
        if found.reason is None:
            parts = found.uniform.statistic + found.nonuniform.statistic
            assert found.total.statistic == pytest.approx(parts, abs=1e-6)
            assert found.mcfadden_change >= -1e-9 and found.nagelkerke_change >= -1e-9
            assert found.total.p <= found.p_adjusted + 1e-12


def test_items_that_work_alike_keep_the_error_rate():
    rng = np.random.default_rng(9)
    hits = []
    for _ in range(100):
        trait = rng.normal(size=200)
        frame = pd.DataFrame({name: (trait + rng.normal(size=200)).round().clip(-2, 2) for name in ITEMS})
        frame["wave"] = np.repeat([1, 2], 100)
        hits.append(item_functioning(frame, ITEMS)[0].total.p < 0.05)
    # 5 expected of 100; 12 or more would have probability .004.
    assert sum(hits) <= 12
