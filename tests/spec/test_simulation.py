"""What many draws say about an estimator: worked by hand, and a normal mean whose coverage is known."""

import math

import numpy as np
import pytest

from entydig.statistics.simulation import performance, rate


def test_each_figure_follows_its_formula():
    value = np.array([1.0, 2.0, 3.0, np.nan])
    found = performance(
        value, value - 1.5, value + 0.5, np.array([1.0, 2.0, np.nan, np.nan]), np.array([2.0, 2.0, 2.0, 2.0])
    )

    assert (found.draws, found.missing, found.truth) == (3, 1, 2.0)
    # Errors -1, 0, 1: mean 0, sd 1, Monte Carlo error of the mean 1 / sqrt 3.
    assert (found.bias, found.sd) == (0.0, 1.0)
    assert found.bias_error == pytest.approx(1 / math.sqrt(3))
    # Intervals [-.5, 1.5], [.5, 2.5], [1.5, 3.5]: two of three hold 2.
    assert found.coverage.value == pytest.approx(2 / 3)
    assert found.coverage.error == pytest.approx(math.sqrt(2 / 27))
    assert found.half_width == 1.0
    assert found.se == pytest.approx(math.sqrt(2.5))  # of 1 and 2, the missing one left out


def test_no_estimate_in_any_draw_is_told():
    nothing = np.full(3, np.nan)
    found = performance(nothing, nothing, nothing, nothing, nothing)

    assert (found.draws, found.missing, found.coverage.draws) == (0, 3, 0)
    assert all(map(math.isnan, (found.bias, found.coverage.value, found.half_width)))


def test_an_estimate_without_a_truth_is_refused():
    one = np.array([0.5])
    with pytest.raises(ValueError, match="cannot be judged"):
        performance(one, one, one, one, np.array([np.nan]))


def test_a_rate_of_nothing_is_missing():
    assert math.isnan(rate(np.array([], dtype=bool)).value)


def test_a_normal_mean_with_known_variance_covers_as_promised():
    # n = 4, sd 2: standard error 1 and 95 % interval value +- 1.96, whatever the draws.
    draws = np.random.default_rng(3).normal(10, 2, size=(4000, 4)).mean(axis=1)
    found = performance(draws, draws - 1.959964, draws + 1.959964, np.ones(4000), np.full(4000, 10.0))

    assert abs(found.coverage.value - 0.95) < 4 * found.coverage.error
    assert abs(found.bias) < 4 * found.bias_error
    assert found.sd == pytest.approx(1, abs=4 / math.sqrt(2 * 4000))
