"""What must hold of bounds and tipping points whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entydig.statistics import bounds, tipping
from entydig.statistics.shares import roster_share


@st.composite
def counts(draw):
    roster = draw(st.integers(1, 40))
    answers = draw(st.integers(1, roster))
    return draw(st.integers(0, answers)), answers, roster


thresholds = st.floats(0, 1)


@given(counts=counts())
def test_share_holds_every_share_the_roster_can_have_and_no_other(counts):
    positive, answers, roster = counts
    found = bounds.share(*counts)
    inside = [found.includes(each / roster) for each in range(roster + 1)]
    assert inside == [positive <= each <= positive + roster - answers for each in range(roster + 1)]


@given(counts=counts())
def test_exact_intervals_lie_in_the_bounds(counts):
    found, interval = bounds.share(*counts), roster_share(*counts)
    assert found.low <= interval.low <= interval.high <= found.high


@given(counts=counts())
def test_more_answers_never_widen_the_bounds(counts):
    positive, answers, roster = counts
    assume(answers < roster)
    found = bounds.share(*counts)
    for more in (0, 1):
        fewer = bounds.share(positive + more, answers + 1, roster)
        assert found.low <= fewer.low <= fewer.high <= found.high


@given(first=counts(), second=counts())
def test_swapping_waves_or_groups_mirrors_bounds(first, second):
    for contrast in (bounds.change, bounds.gap):
        left, right = contrast(first, second), contrast(second, first)
        assert (left.low, left.high) == pytest.approx((-right.high, -right.low))


@given(earlier=counts(), later=counts())
def test_change_is_later_minus_earlier_and_as_wide_as_both_shares(earlier, later):
    found, gap = bounds.change(earlier, later), bounds.gap(later, earlier)
    assert found == gap
    silent = sum((roster - answers) / roster for _, answers, roster in (earlier, later))
    assert found.high - found.low == pytest.approx(silent)
    assert found.includes(later[0] / later[1] - earlier[0] / earlier[1])


@given(levels=st.lists(st.integers(0, 8), min_size=1, max_size=5), silent=st.integers(0, 12))
def test_median_of_the_answers_lies_in_the_bounds(levels, silent):
    given_ = dict(enumerate(levels, start=1))
    answers = sum(levels)
    assume(answers)
    found = bounds.median(given_, answers + silent)
    assert found.low <= np.median(np.repeat(list(given_), levels)) <= found.high


@given(counts=counts(), threshold=thresholds)
def test_a_share_is_at_its_threshold_at_the_tipping_point(counts, threshold):
    positive, answers, roster = counts
    found = tipping.share(counts, threshold)
    reached = bounds.share(*counts).includes(threshold)
    assume(answers < roster)
    assume(
        min(abs(threshold - each) for each in (positive / roster, (positive + roster - answers) / roster))
        > 1e-9
    )
    assert (found.reason is None) == reached
    if found.reason is None:
        people = positive + (roster - answers) * found.silent[0]
        assert people / roster == pytest.approx(threshold)
        assert found.difference == pytest.approx(found.silent[0] - positive / answers)


@given(earlier=counts(), later=counts(), silent=st.sampled_from(["earlier", "later", "both"]))
def test_a_change_is_at_its_threshold_at_the_tipping_point(earlier, later, silent):
    found = tipping.change(earlier, later, silent=silent, threshold=0.1)
    assume(found.reason is None)

    def share(counts, differs):
        positive, answers, roster = counts
        among_silent = positive / answers + (found.difference if differs else 0)
        return (positive + (roster - answers) * among_silent) / roster

    after = share(later, silent != "earlier") - share(earlier, silent != "later")
    assert after == pytest.approx(0.1)
    possible = bounds.change(earlier, later)
    assert possible.low - 1e-9 <= 0.1 <= possible.high + 1e-9


@given(first=counts(), second=counts())
def test_swapping_groups_keeps_the_tipping_point(first, second):
    left, right = tipping.gap(first, second, silent="first"), tipping.gap(second, first, silent="second")
    assert left.reason == right.reason
    assert left.difference == pytest.approx(right.difference, nan_ok=True)
    assert left.silent == pytest.approx(right.silent)


@given(counts=counts(), threshold=thresholds)
def test_turning_the_question_round_mirrors_the_tipping_point(counts, threshold):
    positive, answers, roster = counts
    left, right = (
        tipping.share(counts, threshold),
        tipping.share((answers - positive, answers, roster), 1 - threshold),
    )
    assume(left.reason is None and right.reason is None)
    assert left.difference == pytest.approx(-right.difference, abs=1e-9)
