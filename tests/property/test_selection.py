from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entydig.survey.selection import inclusion, solved_weights

WEIGHTS = st.lists(st.floats(0.05, 20), min_size=3, max_size=6)
SHARE = st.floats(0, 1)


def test_inclusion_by_hand() -> None:
    # Two of A, B, C with weights 1, 1, 2.  C: first 1/2, or after A or B 2 x 1/4 x 2/3 = 1/3.
    # A: first 1/4, after B 1/4 x 1/3 = 1/12, after C 1/2 x 1/2 = 1/4.
    shares = inclusion(np.array([1.0, 1.0, 2.0]), {2: 1.0})

    assert shares == pytest.approx([7 / 12, 7 / 12, 5 / 6])


def test_one_pick_is_in_proportion_to_weights() -> None:
    assert inclusion(np.array([1.0, 3.0, 4.0]), {1: 1.0}) == pytest.approx([1 / 8, 3 / 8, 4 / 8])


@given(WEIGHTS, SHARE)
@settings(max_examples=40)
def test_shares_add_to_the_mean_number_of_picks(weights: list[float], three: float) -> None:
    shares = inclusion(np.array(weights), {2: 1 - three, 3: three})

    assert float(shares.sum()) == pytest.approx(2 + three)
    assert (shares > 0).all() and (shares <= 1 + 1e-12).all()


@given(WEIGHTS, SHARE)
@settings(max_examples=40)
def test_solved_weights_give_the_shares_back(weights: list[float], one: float) -> None:
    picks = {1: one, 2: 1 - one}
    shares = dict(zip("abcdef", inclusion(np.array(weights), picks).tolist(), strict=False))
    solved = np.exp(list(solved_weights(shares, picks).values()))

    assert inclusion(solved, picks) == pytest.approx(list(shares.values()), abs=1e-5)


@given(st.permutations(range(5)))
@settings(max_examples=20)
def test_the_order_of_options_makes_no_difference(order: list[int]) -> None:
    weights = np.array([0.5, 1.0, 2.0, 3.0, 5.0])

    assert inclusion(weights[order], {3: 1.0}) == pytest.approx(inclusion(weights, {3: 1.0})[order])
