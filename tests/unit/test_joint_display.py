"""Where survey and cases meet, and how well a recommendation is carried: the rules in words, line by line."""

from __future__ import annotations

import pytest

from entydig.cases.verdicts import PlaceWord
from entydig.claims.joint_display import meeting, strength

CONFIRM: list[PlaceWord] = ["confirms"] * 3
CONTRADICT: list[PlaceWord] = ["contradicts"] * 3
SILENT: list[PlaceWord] = ["silent"] * 3


@pytest.mark.parametrize(
    ("survey", "places", "met"),
    [
        ("supported", CONFIRM, "confirmation"),
        ("not supported", CONTRADICT, "confirmation"),
        ("supported", CONTRADICT, "discordance"),
        ("not supported", CONFIRM, "discordance"),
        ("undecided", CONFIRM, "expansion"),
        ("not testable", CONTRADICT, "expansion"),
        ("supported", ["extends", "extends", "divided"], "expansion"),
        ("supported", ["extends", "divided", "divided"], "undecided"),
        ("supported", ["divided", "divided", "coders differ"], "undecided"),
        ("undecided", ["confirms", "contradicts", "divided"], "undecided"),
        ("supported", SILENT, "silence"),
        ("undecided", [], "silence"),
        (None, CONFIRM, "cases alone"),
        (None, SILENT, "cases alone"),
    ],
)
def test_survey_and_places_meet_by_the_rule(survey: str | None, places: list[PlaceWord], met: str) -> None:
    assert meeting(survey, places) == met


@pytest.mark.parametrize(
    ("verdicts", "cases", "word"),
    [
        (["supported", "supported"], ["supported", "undecided"], "carried"),
        (["supported", "not testable"], [], "carried"),
        (["supported", "undecided"], [], "partly carried"),
        (["supported", "not supported"], [], "weakened"),
        (["supported", "supported"], ["not supported"], "weakened"),
        (["supported", "undecided"], ["not supported"], "weakened"),
        (["undecided", "not supported"], ["supported"], "not carried"),
        (["undecided", "not testable"], ["supported"], "open"),
        ([], [], "open"),
    ],
)
def test_a_recommendation_is_as_strong_as_its_claims(
    verdicts: list[str], cases: list[str], word: str
) -> None:
    assert strength(verdicts, cases) == word
