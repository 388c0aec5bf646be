"""Disclosure: worked by hand from the rule (cells of 0 or at least 5, bounds in steps of 5 points)."""

import math

import pytest

from entydig.survey.disclosure import Cell, published_cells, published_share
from entydig.survey.instrument import Scale

FIVE = Scale("five", {code: {} for code in range(1, 6)}, (4, 5), (5,), (3,), ((1, 2), (4, 5), (2, 3), (3, 4)))


@pytest.mark.parametrize(
    ("positive", "n", "bound", "value"),
    [
        (30, 60, "exact", 0.5),
        (58, 63, "exact", 58 / 63),
        (59, 63, "at_least", 0.90),  # (63 - 4) / 63 = 0.937, rounded down to 0.90
        (63, 63, "at_least", 0.90),
        (4, 63, "at_most", 0.10),  # 4 / 63 = 0.063, rounded up to 0.10
        (0, 63, "at_most", 0.10),
    ],
)
def test_a_share_is_exact_or_a_bound_that_depends_on_the_base_only(positive, n, bound, value):
    shown = published_share(positive, n)

    assert (shown.bound, shown.value) == (bound, pytest.approx(value))


def test_a_base_under_ten_is_suppressed():
    shown = published_share(5, 9)

    assert shown.bound == "suppressed"
    assert math.isnan(shown.value)


def test_small_levels_are_merged_with_their_neighbour():
    assert published_cells({1: 2, 2: 8, 3: 10, 4: 20, 5: 20}, FIVE) == (
        Cell((1, 2), 10), Cell((3,), 10), Cell((4,), 20), Cell((5,), 20),
    )  # fmt: skip


def test_an_empty_level_may_stand():
    assert published_cells({1: 0, 2: 8, 3: 10, 4: 20, 5: 20}, FIVE)[0] == Cell((1,), 0)


def test_three_levels_become_two_when_one_is_small():
    assert published_cells({1: 1, 2: 2, 3: 10, 4: 20, 5: 20}, FIVE, "three") == (
        Cell((1, 2, 3), 13),
        Cell((4, 5), 40),
    )


def test_nothing_is_shown_when_positive_itself_is_small():
    assert published_cells({1: 10, 2: 20, 3: 10, 4: 2, 5: 1}, FIVE, "three") == ()


@pytest.mark.parametrize("counts", [(1, 1, 1, 1, 30), (4, 4, 4, 4, 4), (0, 1, 0, 1, 20), (9, 0, 1, 0, 9)])
def test_no_shown_cell_is_small(counts):
    cells = published_cells(dict(enumerate(counts, start=1)), FIVE)

    assert all(cell.count == 0 or cell.count >= 5 for cell in cells)
