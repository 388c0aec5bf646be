"""What must hold of process charts and breaks whatever the series."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entydig.statistics.interruption import known_break
from entydig.statistics.series import process_charts

few = settings(derandomize=True, max_examples=30, deadline=None)

values = st.integers(-50, 50).map(float)
lists = st.lists(st.one_of(values, values, values, st.just(math.nan)), min_size=16, max_size=60)
whole = st.lists(values, min_size=20, max_size=60)


def chart(numbers):
    return process_charts(pd.Series(numbers))[0]


@few
@given(numbers=lists, scale=st.sampled_from([-3.0, 0.5, 100.0]), shift=st.integers(-20, 20))
def test_the_unit_of_a_series_does_not_matter(numbers, scale, shift):
    before, after = chart(numbers), chart([scale * number + shift for number in numbers])
    assert after.reason == before.reason
    assert after.centre == pytest.approx(scale * before.centre + shift, nan_ok=True)
    assert after.upper - after.lower == pytest.approx(abs(scale) * (before.upper - before.lower), nan_ok=True)
    assert [point.rules for point in after.points] == [point.rules for point in before.points]


@few
@given(numbers=lists, later=lists)
def test_what_comes_later_never_changes_what_was_said(numbers, later):
    before, after = chart(numbers), chart([*numbers, *later])
    if before.reason is None:
        assert (after.centre, after.lower, after.upper) == (before.centre, before.lower, before.upper)
        assert str(after.points[: len(numbers)]) == str(before.points)


@few
@given(numbers=whole, other=whole)
def test_charts_of_two_definitions_are_those_of_two_series(numbers, other):
    both = process_charts(pd.Series([*numbers, *other]), breaks=[len(numbers)])
    alone = [
        chart(numbers),
        process_charts(pd.Series(other, index=range(len(numbers), len(numbers) + len(other))))[0],
    ]
    assert str(both) == str(tuple(alone))


@few
@given(numbers=lists)
def test_limits_enclose_the_centre_evenly(numbers):
    found = chart(numbers)
    if found.reason is None:
        assert found.lower < found.centre < found.upper
        assert found.upper - found.centre == pytest.approx(found.centre - found.lower)


@few
@given(numbers=whole, slope=st.integers(-3, 3), jump=st.integers(-30, 30))
def test_an_added_jump_and_trend_is_found_in_full(numbers, slope, jump):
    at = len(numbers) // 2
    time = np.arange(len(numbers)) - at
    moved = np.array(numbers) + np.where(time >= 0, jump + slope * time, 0)
    before, after = known_break(pd.Series(numbers), at, lag=2), known_break(pd.Series(moved), at, lag=2)
    assert after.level.value - before.level.value == pytest.approx(jump, abs=1e-8)
    assert after.slope.value - before.slope.value == pytest.approx(slope, abs=1e-8)
    assert after.level.se == pytest.approx(before.level.se, nan_ok=True)


@few
@given(numbers=whole)
def test_turning_the_scale_round_flips_the_signs(numbers):
    at = len(numbers) // 2
    one, other = (known_break(pd.Series(sign * np.array(numbers)), at) for sign in (1, -1))
    for name in ("level", "slope", "slope_before"):
        left, right = getattr(one, name), getattr(other, name)
        assert (left.value, left.low, left.high) == pytest.approx((-right.value, -right.high, -right.low))
        assert (left.se, left.p) == pytest.approx((right.se, right.p), nan_ok=True)


@few
@given(numbers=whole, missing=st.integers(1, 5))
def test_missing_periods_at_the_ends_change_nothing(numbers, missing):
    at = len(numbers) // 2
    gap = [math.nan] * missing
    padded = pd.Series([*gap, *numbers, *gap], index=range(-missing, len(numbers) + missing))
    one, other = known_break(pd.Series(numbers), at, lag=3), known_break(padded, at, lag=3)
    assert (one.level.value, one.level.se) == pytest.approx((other.level.value, other.level.se), nan_ok=True)
    assert (one.df, one.n_before, one.n_after) == (other.df, other.n_before, other.n_after)
