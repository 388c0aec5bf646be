"""The verdict rules of the cases, one line of the table each: worked by hand from the rule in words."""

from __future__ import annotations

import math

import pytest

from entydig.cases.corpus import Code, Corpus, Segment, Source, joined
from entydig.cases.verdicts import Unit, claim_word, coder_word, place_verdict, standing

# Levels a, b, c, d with their interviews; "e" behind a stance means that an emergent code goes with it.
PLACES = [
    # silent: too few interviews, or too few levels
    ("", "silent"),
    ("a: +  b: +", "silent"),
    ("a: + + + +", "silent"),
    ("a: + +  b: +", "confirms"),
    # divided: two whole levels against each other, before anything else is asked
    ("a: + +  b: - -", "divided"),
    ("a: + + +  b: - -  c: + + + +", "divided"),
    ("a: +e +e  b: - -  c: +-e", "divided"),
    # one interview is no whole level here, but still keeps a place from confirming
    ("a: + +  b: -", "divided"),
    ("a: + + + +  b: -  c: +", "divided"),
    # confirms: twice the -, half of all, no level wholly -
    ("a: + +  b: + -  c: + +-", "confirms"),
    ("a: + -  b: + -  c: + +", "confirms"),
    ("a: + -  b: + -  c: +", "divided"),
    ("a: + +-  b: + +-", "confirms"),
    ("a: + +-  b: + +- +-", "divided"),
    ("a: + + + +  b: + + -", "confirms"),
    # contradicts: the mirror image
    ("a: - -  b: - +  c: - +-", "contradicts"),
    ("a: - -  b: +", "divided"),
    ("a: - +-  b: - +-", "contradicts"),
    ("a: - +-  b: - +- +-", "divided"),
    # extends: neither leads, and two are for or conditional with something new
    ("a: +-e +-  b: +-e +", "extends"),
    ("a: +-e +-  b: +- +", "divided"),
    ("a: +e -  b: +e -", "extends"),
    ("a: + -e  b: +- +- -e", "divided"),
    ("a: + -e  b: +- -e", "contradicts"),
    ("a: + +-e  b: - +-e", "extends"),
    # where one side leads, something new does not matter
    ("a: +e +e  b: + +-", "confirms"),
    # conditional throughout is neither for nor against
    ("a: +- +-  b: +- +-", "divided"),
]


def read(line: str) -> list[Unit]:
    found: list[Unit] = []
    level = ""
    for word in line.split():
        if word.endswith(":"):
            level = word[:-1]
        else:
            found.append(Unit(f"i{len(found)}", level, word.removesuffix("e"), word.endswith("e")))
    return found


@pytest.mark.parametrize(("line", "word"), PLACES)
def test_one_coder_decides_one_claim_in_one_place(line: str, word: str) -> None:
    assert coder_word(read(line)) == word


@pytest.mark.parametrize(("line", "word"), [each for each in PLACES if "e" not in each[0]])
def test_for_and_against_are_treated_alike(line: str, word: str) -> None:
    swapped = line.replace("+-", "?").translate(str.maketrans("+-", "-+")).replace("?", "+-")
    mirror = {"confirms": "contradicts", "contradicts": "confirms"}

    assert coder_word(read(swapped)) == mirror.get(word, word)


@pytest.mark.parametrize(
    ("words", "word"),
    [
        ("confirms, confirms, confirms", "supported"),
        ("confirms, confirms, divided", "supported"),
        ("confirms, confirms, silent", "supported"),
        ("confirms, confirms, coders differ", "supported"),
        ("confirms, confirms, contradicts", "undecided"),
        ("contradicts, contradicts, extends", "not supported"),
        ("contradicts, contradicts, confirms", "undecided"),
        ("silent, silent, confirms", "not testable"),
        ("silent, silent, silent", "not testable"),
        ("silent, confirms, divided", "undecided"),
        ("extends, extends, extends", "undecided"),
        ("coders differ, coders differ, coders differ", "undecided"),
        ("confirms", "undecided"),
        ("", "not testable"),
    ],
)
def test_places_decide_a_claim(words: str, word: str) -> None:
    assert claim_word(words.split(", ") if words else []) == word


@pytest.mark.parametrize(
    ("alpha", "prevalence", "word"),
    [
        (0.80, 0.05, "firm"),
        (0.79, 0.50, "tentative"),
        (0.667, 0.50, "tentative"),
        (0.66, 0.50, "weak"),
        (0.95, 0.04, "weak"),
        (math.nan, 0.50, "weak"),
    ],
)
def test_agreement_and_prevalence_say_how_far_a_code_can_be_leant_on(
    alpha: float, prevalence: float, word: str
) -> None:
    assert standing(alpha, prevalence) == word


# Interview, its level, and the stances of its passages as Kim and Bo coded them.
INTERVIEWS = [
    ("1", "a", "+ + -", "+"),  # for both: two of three are more than half
    ("2", "a", "+", "+ +-"),  # Bo: one of two is no majority, so conditional
    ("3", "b", "+", "+"),
    ("4", "b", "+-", ""),  # Bo passed it over
]


def corpus(lines: list[tuple[str, str, str, str]]) -> Corpus:
    sources = [Source(name, "North", "interview", level, "x" * 20) for name, level, _, _ in lines]
    sources.append(Source("meeting", "North", "observation", "a", "x" * 20))
    sources.append(Source("elsewhere", "South", "interview", "a", "x" * 20))
    segments = [
        Segment(name, place, place + 1, coder, "3.1", stance)
        for name, _, *coded in [*lines, ("meeting", "a", "-", "-"), ("elsewhere", "a", "-", "-")]
        for coder, stances in zip(("Kim", "Bo"), coded, strict=True)
        for place, stance in enumerate(stances.split())
    ]
    return Corpus(tuple(sources), (Code("1", "trust", "emergent"),), ("Kim", "Bo"), tuple(segments))


def test_the_unit_is_the_interview_with_its_majority_stance() -> None:
    found = place_verdict(corpus(INTERVIEWS), "North", "3.1")

    assert [unit.stance for unit in found.units["Kim"]] == ["+", "+", "+", "+-"]
    assert [unit.stance for unit in found.units["Bo"]] == ["+", "+-", "+"]
    assert found.word == "confirms"


def test_a_word_is_shown_only_where_the_coders_find_the_same() -> None:
    against = [(*line[:3], "- -") for line in INTERVIEWS]
    found = place_verdict(corpus(against), "North", "3.1")

    assert found.by_coder == {"Kim": "confirms", "Bo": "contradicts"}
    assert found.word == "coders differ"


def test_each_place_has_its_own_coders() -> None:
    source = Source("south", "West", "interview", "a", "x")
    other = Corpus((source,), (), ("Pat",), (Segment("south", 0, 1, "Pat", "3.1", "-"),))
    both = joined([corpus(INTERVIEWS), other])

    assert both.cases == ("North", "South", "West")
    assert place_verdict(both, "North", "3.1").by_coder == {"Kim": "confirms", "Bo": "confirms"}
    assert place_verdict(both, "West", "3.1").by_coder == {"Pat": "silent"}


def test_a_weak_code_counts_as_silent() -> None:
    assert place_verdict(corpus(INTERVIEWS), "North", "3.1", weak=True).word == "silent"


def test_a_place_that_says_nothing_is_silent() -> None:
    assert place_verdict(corpus(INTERVIEWS), "North", "9.9").word == "silent"
