"""Recommendations: read with all that is wrong, weighed by their claims, shown with what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from entydig.claims.joint_display import strength
from entydig.claims.recommendations import Recommendation, read_recommendations
from entydig.claims.register import read_register
from entydig.errors import DataError
from entydig.project.recommendations import Recommendations
from entydig.survey.instrument import read_instrument

ROOT = Path(__file__).parents[2]
LONGEST = 35
GOOD = """\
recommendations:
- id: "1"
  finding: "1"
  explicit: true
  claims: ["1.1"]
  text: {da: Hold fast, en: Keep it}
  why: {da: Fordi, en: Since}
"""
BAD = """\
recommendations:
- id: "1"
  finding: "9"
  explicit: true
  claims: ["1.1", "1.8", "2.7"]
  text: {da: Hold fast}
  why: {da: Fordi, en: Since}
- id: "1"
  finding: "1"
  explicit: false
  claims: ["1.1"]
  text: {da: Hold fast, en: Keep it}
  why: {en: Since}
"""
SYNTHETIC = {"supported": "recovered", "not supported": "not recovered", "undecided": "undecided"}


def register() -> Any:
    texts = {"1.1": "It is so", "1.2": "It is [also] so"}
    claims = {claim: SimpleNamespace(text={"en": said}) for claim, said in texts.items()}
    return SimpleNamespace(findings={"1": None}, claims=claims)


def read(folder: Path, content: str) -> tuple[Recommendation, ...]:
    path = folder / "recommendations.yml"
    path.write_text(content, encoding="utf-8")
    return read_recommendations(path, register(), ("da", "en"))


def study(*, synthetic: bool = True, cases: Mapping[str, tuple[str, str]] | None = None) -> Any:
    """Stand for a study: of each claim what the places say, as a word and written; no material without."""
    said = cases or {}
    places = SimpleNamespace(
        there=cases is not None, word=lambda claim: said[claim][0], heard=lambda claim: said[claim][1]
    )
    return SimpleNamespace(language="en", register=register(), is_synthetic=synthetic, cases=places)


def record(word: str) -> dict[str, Any]:
    return {"verdict": {"word": word}, "words": {"en": f"{SYNTHETIC[word]} in synthetic data"}}


def recommendation(number: str, claims: Sequence[str], *, explicit: bool = False) -> Recommendation:
    texts = {"text": {"en": "Keep *it*."}, "why": {"en": "It is the reason."}}
    return Recommendation(id=number, finding="1", explicit=explicit, claims=tuple(claims), **texts)


def test_a_recommendation_is_read_with_its_claims_and_texts(tmp_path: Path) -> None:
    (found,) = read(tmp_path, GOOD)

    assert (found.id, found.finding, found.explicit, found.claims) == ("1", "1", True, ("1.1",))
    assert found.text == {"da": "Hold fast", "en": "Keep it"}


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, BAD)

    assert [problem.found for problem in caught.value.problems] == [
        "stands twice",
        "finding '9' is not registered",
        "claims not registered: 1.8, 2.7",
        "has no text in en",
        "has no text in da",
    ]
    assert caught.value.problems[3].where.endswith("recommendations.yml: recommendation 1, text")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('claims: ["1.1"]', "claims: []", r"line 5 .*claims"),
        ("explicit: true", "explicit: perhaps", r"line 4 .*explicit"),
        ("why: {da: Fordi, en: Since}", "why: {}", r"line 7 .*why"),
        ('  finding: "1"\n', "", r"'finding' is a required property"),
        ("explicit: true", "explicit: true\n  owner: me", r"'owner' was unexpected"),
    ],
)
def test_a_file_that_breaks_its_schema_is_refused_with_the_line(
    tmp_path: Path, old: str, new: str, found: str
) -> None:
    with pytest.raises(DataError, match=found):
        read(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("verdicts", "cases", "word"),
    [
        # carried: all that can be tested, one at least, and no place against
        ("s s", "", "carried"),
        ("s t", "", "carried"),
        ("s s", "s u", "carried"),
        ("s", "t", "carried"),
        # open: nothing for, nothing failed; no matter what the places say
        ("", "", "open"),
        ("t t", "", "open"),
        ("u t", "", "open"),
        ("u", "n", "open"),
        # not carried: nothing for, something failed
        ("n", "", "not carried"),
        ("n u t", "s", "not carried"),
        # weakened: something for, but a claim or the places against
        ("s n", "", "weakened"),
        ("s u n", "", "weakened"),
        ("s s", "u n", "weakened"),
        ("s u", "n", "weakened"),
        # partly carried: the rest
        ("s u", "", "partly carried"),
        ("s u t", "s", "partly carried"),
    ],
)
def test_the_strength_follows_the_rule(verdicts: str, cases: str, word: str) -> None:
    full = {"s": "supported", "n": "not supported", "u": "undecided", "t": "not testable"}

    found = strength([full[each] for each in verdicts.split()], [full[each] for each in cases.split()])

    assert found == word


def test_a_recommendation_shows_strength_origin_reason_and_what_it_rests_on() -> None:
    cases = {"1.1": ("supported", "for"), "1.2": ("undecided", "divided in X")}
    records = {"1.1": record("supported"), "1.2": record("undecided")}
    found = Recommendations(study(cases=cases), records, [recommendation("1", ["1.1", "1.2"])])

    data, about = found.shown._repr_mimebundle_()

    first = "- [1.1 It is so](../../claims/1.1.md): ●\N{NO-BREAK SPACE}recovered in synthetic data; the places: for"
    second = (
        r"- [1.2 It is \[also\] so](../../claims/1.2.md): ◐"
        "\N{NO-BREAK SPACE}undecided in synthetic data; the places: divided in X"
    )
    assert data["text/markdown"].split("\n\n") == [
        r"**1. Keep \*it\*.**",
        "partly carried in synthetic data · our reading",
        f"{first}\n{second}",
        "It is the reason.",
    ]
    assert '<li><a href="../../claims/1.2.html">1.2 It is [also] so</a>: ◐' in data["text/html"]
    assert "<strong>1. Keep *it*.</strong>" in data["text/html"]
    assert repr(found.shown) == data["text/plain"]
    assert about == {"entydig": {"kind": "quotations"}}


def test_without_case_material_the_places_are_not_mentioned_and_count_for_nothing() -> None:
    found = Recommendations(
        study(synthetic=False),
        {"1.1": record("supported")},
        [recommendation("1", ["1.1", "1.2"], explicit=True)],
    )

    shown = found.shown.recommendations[0]

    # A claim that is not decided yet does not count either.
    assert shown.strength == "carried · named in the announcement"
    assert [each.said for each in shown.support] == [
        "●\N{NO-BREAK SPACE}recovered in synthetic data",
        "not yet built",
    ]


def test_the_prose_counts_and_names_them() -> None:
    cases = {"1.1": ("not supported", "contradicted in X"), "1.2": ("undecided", "divided in X")}
    records = {"1.1": record("supported"), "1.2": record("supported")}
    listed = [
        recommendation("1", ["1.1"]),
        recommendation("2", ["1.2"], explicit=True),
        recommendation("3", ["1.1", "1.2"]),
    ]
    found = Recommendations(study(cases=cases), records, listed)

    assert (found.total, found.explicit) == ("3", "1")
    assert found.summary == "carried (1) and weakened (2) in synthetic data"
    assert found.named("weakened", "not carried") == "1 and 3"
    assert found.named("open") == "none"


def test_the_shipped_recommendations_answer_one_finding_each_in_a_sentence_of_its_length() -> None:
    instrument = read_instrument(ROOT / "data/instrument.yml")
    claims = read_register(ROOT / "data/claims.yml", instrument)

    found = read_recommendations(ROOT / "data/recommendations.yml", claims, instrument.languages)

    assert [each.finding for each in found] == list(claims.findings)
    assert all(claims.claims[claim].finding == each.finding for each in found for claim in each.claims)
    assert [each.id for each in found if each.explicit] == ["3", "5", "6", "7"]
    texts = [text for each in found for text in each.text.values()]
    assert all(text.count(".") == 1 and text.endswith(".") for text in texts)
    assert max(len(text.split()) for text in texts) <= LONGEST
