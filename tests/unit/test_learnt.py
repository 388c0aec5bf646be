"""What survey and places say together, as the prose says it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from entydig.project.learnt import Learnt

# What places X, Y and Z say: two that confirm and none against is support, two against and none for is its opposite.
SAID = {
    "1.1": ("confirms", "confirms", "divided"),
    "1.2": ("contradicts", "contradicts", "divided"),
    "1.3": ("silent", "silent", "divided"),
    "1.4": ("confirms", "confirms", "divided"),
}
VERDICTS = {
    "1.1": "supported",
    "1.2": "supported",
    "1.3": "undecided",
    "1.4": "undecided",
    "2.1": "supported",
}
WORDS = {"supported": "recovered in synthetic data", "undecided": "undecided in synthetic data"}
ESTIMATE = {"bound": "exact", "confidence": 0.95, "n": 1200, "reason": ""}


def record(claim: str, **estimate: Any) -> dict[str, Any]:
    word = VERDICTS[claim]
    parts = [{"estimate": {**ESTIMATE, **estimate}}] if estimate else []
    label = f"claim-{claim.replace('.', '-')}"
    return {"verdict": {"word": word}, "words": {"en": WORDS[word]}, "label": label, "parts": parts}


RECORDS = {
    "1.1": record("1.1", value=0.68, low=0.61, high=0.75, unit="share"),
    "1.2": record("1.2", value=0.16, low=0.01, high=0.3, unit="points"),
    "1.3": record("1.3", value=0.85, low=None, high=None, unit="share"),
    "1.4": record("1.4"),
    "2.1": record("2.1", value=None, low=None, high=None, unit="share", reason="too few answers"),
}


def learnt(*, there: bool = True) -> Learnt:
    """Give what four claims of a finding and one of another come to, with or without case material."""
    evidence = {"1.4": "cases"}
    claims = {
        claim: SimpleNamespace(finding=claim[0], evidence=evidence.get(claim, "survey"), parts=kept["parts"])
        for claim, kept in RECORDS.items()
    }
    cases = SimpleNamespace(
        there=there,
        places=("X", "Y", "Z") if there else (),
        claims=tuple(SAID),
        quoted=lambda claim, place: (),
        heard=lambda claim: "divided in X" if claim == "1.2" else "confirmed in X",
        verdict=lambda claim, place: SimpleNamespace(word=SAID[claim]["XYZ".index(place)]),
    )
    study: Any = SimpleNamespace(
        language="en",
        cases=cases,
        register=SimpleNamespace(claims=claims),
        survey=SimpleNamespace(source="synthetic"),
        records=lambda: RECORDS,
    )
    return Learnt(study)


def test_a_verdict_is_linked_to_its_box() -> None:
    word = learnt().word("1.1")

    assert (str(word), word.label) == ("recovered in synthetic data", "claim-1-1")
    assert learnt().word("9.9") == "not yet built"


def test_an_estimate_is_written_as_its_record_published_it() -> None:
    found = learnt()

    assert found.estimate("1.1") == "68% (95% interval 61% to 75%, n = 1,200)"
    assert found.estimate("1.2") == "+16 percentage points (95% interval +1 to +30, n = 1,200)"
    assert found.estimate("1.3") == "85% (n = 1,200)"
    assert found.estimate("2.1") == "not shown: too few answers"
    assert found.estimate("1.1").label == "claim-1-1"


def test_claims_with_the_same_answer_of_the_places_stand_together() -> None:
    assert learnt().places("1") == "1.1, 1.3 and 1.4: confirmed in X; 1.2: divided in X."


def test_the_meeting_is_told_by_kind() -> None:
    assert learnt().met("1") == (
        "Same answer: 1.1; opposite answers: 1.2; cases are silent: 1.3; rests on cases: 1.4."
    )


def test_verdicts_of_the_survey_and_meetings_are_counted() -> None:
    found = learnt()

    assert found.asked == "4"
    assert found.verdicts == "3 recovered in synthetic data and 1 undecided in synthetic data"
    assert found.meetings == (
        "Held against the places, the claims divide as follows: "
        "same answer (1), opposite answers (1), cases are silent (1) and rests on cases (1)."
    )


def test_without_case_material_the_prose_says_so() -> None:
    found = learnt(there=False)

    assert found.places("1") == found.meetings == "There is no case material in this edition."
    assert found.met("1") == "So there is nothing to hold the answers against."
