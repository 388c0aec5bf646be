"""Tipping points of claims: worked by hand on a few people, and counted again from the shipped files."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from entydig.claims.register import Claim, Condition, Part, Register
from entydig.claims.silent import Silent, silent
from entydig.errors import UsageError
from entydig.project import Evaluation, read_evaluation
from entydig.project.silent import tipping_table
from entydig.survey.answers import Survey
from entydig.survey.decisions import read_decisions
from entydig.survey.instrument import read_instrument

ROOT = Path(__file__).parents[2]
DECISIONS = read_decisions(ROOT / "data" / "decisions.yml")
INSTRUMENT = read_instrument(ROOT / "data" / "instrument.yml")
BOTH = ("board", "manager")


def claim(*parts: Part, conditions: tuple[Condition, ...] = ()) -> Claim:
    return Claim("1.1", {}, "ours", "confirmatory", "survey", False, "findings/1", {}, parts, conditions)


def part(kind: str, *items: str, **fields: Any) -> Part:
    usual: dict[str, Any] = {"needed": None, "groups": ("board",), "together": False, "waves": (2020,)}
    usual |= {"where": {}, "direction": "greater", "against": 0.0}
    return Part(kind, items, **(usual | fields))


def survey(*cells: tuple[str, int, int, dict[str, list[int]]]) -> Survey:
    """Make a survey of cells: group, wave, people asked, and the codes of those who answered."""
    asked, sheets = [], []
    for group, wave, number, answers in cells:
        who = pd.DataFrame({"respondent": [f"{group}{wave}-{index:03d}" for index in range(number)]})
        who = who.assign(wave=wave, group=group, cluster=[f"c{index % 12:02d}" for index in range(number)])
        asked.append(who)
        sheets.append(who.head(len(next(iter(answers.values())))).assign(**answers))
    return Survey(
        INSTRUMENT, pd.concat(sheets, ignore_index=True), pd.concat(asked, ignore_index=True), "synthetic"
    )


def codes(positive: int, negative: int, unsure: int = 0) -> list[int]:
    return [5] * positive + [1] * negative + [8] * unsure


def found(entry: Claim, answers: Survey, **chosen: Any) -> list[Silent]:
    register = Register("2026-01-01", "0" * 64, 30, 10, {}, {"1.1": entry})
    return silent(register, ["1.1"], answers, DECISIONS.choose(chosen))


def test_a_share_tips_where_the_roster_is_at_the_threshold() -> None:
    # Of 110 asked 70 answered, 10 of them without an opinion: 100 may hold one. 42 of 60 are positive; half of 100
    # is 50, so 8 of the 40 silent (20 %), 50 points less than the 70 % found.
    (row,) = found(
        claim(part("level", "D1", against=0.5)), survey(("board", 2020, 110, {"D1": codes(42, 18, 10)}))
    )

    assert row.estimate.value == pytest.approx(0.7)
    assert row.response == pytest.approx((0.6,))
    assert (row.share, row.difference) == (pytest.approx(0.2), pytest.approx(-0.5))


def test_those_without_an_opinion_are_answers_where_they_count_as_not_positive() -> None:
    # 42 of 70 are positive; 55 of 110 are half, so 13 of the 40 silent.
    (row,) = found(
        claim(part("level", "D1", against=0.5)),
        survey(("board", 2020, 110, {"D1": codes(42, 18, 10)})),
        dont_know="counted",
    )

    assert row.response == pytest.approx((70 / 110,))
    assert row.share == pytest.approx(13 / 40)


def test_a_change_tips_on_the_side_that_takes_least() -> None:
    # From 50 % (80 of 100 answered) to 60 % (60 of 100). Later: 10 points / .4 = 25 points less among the silent.
    # Earlier: 10 points / .2 = 50 points more.
    answers = survey(("board", 2018, 100, {"D1": codes(40, 40)}), ("board", 2020, 100, {"D1": codes(36, 24)}))
    (row,) = found(claim(part("change", "D1", waves=(2018, 2020))), answers)

    assert row.sides[row.place].wave == 2020
    assert (row.difference, row.share) == (pytest.approx(-0.25), pytest.approx(0.35))
    assert row.response == pytest.approx((0.8, 0.6))


def test_a_size_condition_moves_the_threshold() -> None:
    # The change of 10 points is at its limit of 5 when the later silent are 5 / .4 = 12.5 points less positive.
    answers = survey(("board", 2018, 100, {"D1": codes(40, 40)}), ("board", 2020, 100, {"D1": codes(36, 24)}))
    sized = claim(
        part("change", "D1", waves=(2018, 2020)), conditions=(Condition("estimate_at_least", (), 0, 0.05),)
    )

    assert found(sized, answers)[0].difference == pytest.approx(-0.125)


def test_a_gap_names_the_group_whose_silent_tip_it() -> None:
    # 60 % of 60 in 100 and 50 % of 40 in 50: the first group's silent would be 25 points less positive, the
    # second's 10 / .2 = 50 points more.
    answers = survey(
        ("board", 2020, 100, {"D1": codes(36, 24)}), ("manager", 2020, 50, {"D1": codes(20, 20)})
    )
    (row,) = found(claim(part("gap", "D1", groups=BOTH)), answers)

    assert row.sides[row.place].groups == ("board",)
    assert row.difference == pytest.approx(-0.25)


def test_a_margin_is_the_threshold_of_an_equivalence() -> None:
    # The gap of 10 points reaches 20 when the first group's silent are 25 points more positive.
    answers = survey(
        ("board", 2020, 100, {"D1": codes(36, 24)}), ("manager", 2020, 50, {"D1": codes(20, 20)})
    )
    (row,) = found(claim(part("equivalence", "D1", groups=BOTH, margin=0.2)), answers)

    assert row.difference == pytest.approx(0.25)


def test_a_change_of_a_gap_tips_in_one_group_and_wave() -> None:
    # First group 50 to 60 %, second 50 to 50 %: the gap grew by 10 points. Silent: .2, .4, .2, .2, so the first
    # group's later ones take least, 25 points.
    answers = survey(
        ("board", 2018, 100, {"D1": codes(40, 40)}),
        ("board", 2020, 100, {"D1": codes(36, 24)}),
        ("manager", 2018, 50, {"D1": codes(20, 20)}),
        ("manager", 2020, 50, {"D1": codes(20, 20)}),
    )
    (row,) = found(claim(part("gap_change", "D1", groups=BOTH, waves=(2018, 2020))), answers)

    assert (row.sides[row.place].groups, row.sides[row.place].wave) == (("board",), 2020)
    assert row.difference == pytest.approx(-0.25)


def test_an_order_tips_when_the_silent_make_up_for_the_difference() -> None:
    # 30 of 60 agree with the first, 18 with the second: 20 points. 60 of 100 answered, so the 40 silent would hold
    # the opposite difference of 30 points: 50 less than the 20 found.
    answers = survey(("board", 2020, 100, {"G1b": codes(30, 30), "G1": codes(18, 42)}))
    (row,) = found(claim(part("order", "G1b", "G1")), answers)

    assert row.estimate.value == pytest.approx(0.2)
    assert (row.share, row.difference) == (pytest.approx(-0.3), pytest.approx(-0.5))


def test_groups_together_tip_at_the_share_that_is_estimated() -> None:
    # 70 % of 60 in 150 and 50 % of 30 in 50, by roster .75 * .7 + .25 * .5 = 65 %; 110 of 200 are silent:
    # .15 / .55 points less.
    answers = survey(
        ("board", 2020, 150, {"D1": codes(42, 18)}), ("manager", 2020, 50, {"D1": codes(15, 15)})
    )
    (row,) = found(claim(part("level", "D1", groups=BOTH, together=True, against=0.5)), answers)

    assert row.estimate.value == pytest.approx(0.65)
    assert row.difference == pytest.approx(-0.15 / 0.55)


def test_an_index_needs_its_opinions_to_count_among_the_silent() -> None:
    # Three opinions of five are needed: with three don't knows nobody can have them, with two one can.
    fives, unsure = [5] * 30, [8] * 10
    items = {
        "D1": fives + [1] * 30 + unsure,
        "D2": fives + [1] * 30 + unsure,
        "D3": [5] * 60 + [8] * 5 + [5] * 5,
    }
    items |= {"D4": [5] * 70, "D5": [1] * 70}
    row = found(
        claim(part("change", "D1", "D2", "D3", "D4", "D5", needed=3, waves=(2018, 2020))),
        survey(("board", 2018, 100, items), ("board", 2020, 100, items)),
    )[0]

    # 65 of 95: five of those who returned lack three opinions.
    assert row.response == pytest.approx((65 / 95, 65 / 95))


def test_what_no_answers_reach_stands_after_what_some_do() -> None:
    # Half of 200 is less than the 160 who agree with D1; of D2 it takes 5 of 30 silent.
    answers = survey(("board", 2020, 200, {"D1": codes(160, 10), "D2": codes(70, 50, 50)}))
    rows = found(claim(part("level", "D1", against=0.5), part("level", "D2", against=0.5)), answers)

    assert [row.part.items[0] for row in rows] == ["D2", "D1"]
    assert rows[0].share == pytest.approx(5 / 30)
    assert rows[1].reason == "out of reach"
    assert math.isnan(rows[1].difference)


def test_a_share_that_is_only_bounded_gives_no_tipping_point() -> None:
    (row,) = found(
        claim(part("level", "D1", against=0.5)), survey(("board", 2020, 100, {"D1": codes(57, 3)}))
    )

    assert (row.reason, math.isnan(row.difference)) == ("not shown", True)


def test_the_strict_cut_of_a_small_group_is_refused() -> None:
    (row,) = found(
        claim(part("level", "D1", groups=("manager",), against=0.5)),
        survey(("manager", 2020, 60, {"D1": codes(30, 10)})),
        positive_cut="top1",
    )

    assert row.reason == "strict cut not published"


def test_weights_unit_and_links_are_left_aside() -> None:
    entry = claim(part("level", "D1", against=0.5))
    answers = survey(("board", 2020, 110, {"D1": codes(42, 18, 10)}))

    assert found(entry, answers) == found(entry, answers, unit="board", linked="linked")


def test_without_a_roster_nothing_is_known_of_the_silent() -> None:
    answers = replace(survey(("board", 2020, 110, {"D1": codes(42, 18)})), roster=None)
    (row,) = found(claim(part("level", "D1", against=0.5)), answers)

    assert row.reason == "no roster"


def test_unknown_claims_are_named() -> None:
    with pytest.raises(UsageError, match=r"claims 9\.9 are not registered"):
        silent(
            Register("2026-01-01", "0" * 64, 30, 10, {}, {}),
            ["9.9"],
            survey(("board", 2020, 9, {"D1": [5]})),
            DECISIONS,
        )


# As a notebook shows them.


@pytest.fixture(scope="module")
def shipped() -> Evaluation:
    return read_evaluation(ROOT)


def test_every_survey_claim_of_the_evaluation_has_its_rows(shipped: Evaluation) -> None:
    claims = list(shipped.register.claims)
    data = tipping_table(shipped, claims, "da", label="tbl-tipping", caption="Vippepunkter.").data

    expected = [
        name
        for name, entry in shipped.register.claims.items()
        for each in entry.parts
        if each.estimand not in ("census", "rank_set")
    ]
    assert sorted(row[0] for row in data.rows) == sorted(expected)


def test_the_table_writes_whole_percent_and_points(shipped: Evaluation) -> None:
    data = tipping_table(shipped, ["3.1", "3.4"], "en", label="tbl-tipping", caption="Tipping points.").data
    by_part = {row[1].split(",")[0]: dict(zip(data.columns, row, strict=True)) for row in data.rows}

    assert set(by_part) == {"D5", "E1+E2+E3+E4", "E5"}
    assert by_part["E5"]["Found"].endswith("%")
    assert by_part["D5"]["Answered"].count("%") == 2
