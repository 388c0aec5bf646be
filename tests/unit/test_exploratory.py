"""Claims that were not registered: a box of their own, and nothing that a ledger could take."""

from __future__ import annotations

import math
from typing import Any

import pytest

from entydig.claims.exploratory import Exploration, explore
from entydig.claims.record import MIME
from entydig.errors import UsageError
from entydig.statistics.estimate import Estimate


def gap(value: float = 0.1, p: float = 0.02, n: int = 200, **changed: Any) -> Estimate:
    known: dict[str, Any] = {"unit": "points", "population": "process", "method": "cr2", "clusters": 20}
    known |= {"low": value - 0.1, "high": value + 0.1, "se": 0.05, "n": n, "p": p}
    return Estimate(value=value, **(known | changed))


def explored(*estimates: list[Estimate], language: str = "en", synthetic: bool = True) -> list[Exploration]:
    names = [str(number) for number in range(1, len(estimates) + 1)]
    claims = {name: f"Sentence {name}" for name in names}
    found = dict(zip(names, estimates, strict=True))
    return list(explore(claims, found, label="mine", language=language, synthetic=synthetic).values())


def test_a_box_has_estimate_family_and_no_verdict() -> None:
    (box,) = explored([gap()])

    assert repr(box).splitlines() == [
        "Exploratory claim 1. Sentence 1.",
        "◇ exploratory, no verdict",
        "+10 points (95% interval 0 to +20, n = 200, 20 clusters)",
        "One-sided p = 0.020; adjusted for the notebook's other exploratory claims (Benjamini-Hochberg) p = 0.020.",
        "Written when the answers were known: it is not registered and does not count in the ledger.",
        "The answers are synthetic.",
    ]


def test_no_form_of_the_box_is_a_record() -> None:
    (box,) = explored([gap()])
    forms, metadata = box._repr_mimebundle_()

    assert MIME not in forms
    assert metadata["entydig"] == {"kind": "record", "label": "exploratory-mine-1", "look": "exploratory"}
    assert 'id="exploratory-mine-1"' in forms["text/html"]


def test_the_claims_of_a_notebook_are_one_family() -> None:
    # Benjamini-Hochberg by hand: .01 * 3 / 1 = .03; .04 * 3 / 2 = .06; .05 * 3 / 3 = .05, which bounds the one before.
    boxes = explored([gap(p=0.04)], [gap(p=0.01)], [gap(p=0.05)])

    assert [box.p_adjusted for box in boxes] == pytest.approx([0.05, 0.03, 0.05])


def test_a_claim_needs_all_its_estimates() -> None:
    (box,) = explored([gap(p=0.01), gap(p=0.2)])

    assert box.p == 0.2


def test_what_is_not_shown_has_no_p_and_counts_for_nothing() -> None:
    missing = Estimate.missing("item not asked", unit="points", population="process", method="cr2")
    few, absent, whole = explored([gap(p=0.001, n=9)], [missing], [gap(p=0.04)])

    assert math.isnan(few.p) and math.isnan(absent.p_adjusted)
    assert whole.p_adjusted == pytest.approx(0.04)
    assert few.lines[0] == "not shown: too few answers"
    assert "0.001" not in repr(few)


def test_danish_and_real_answers() -> None:
    (box,) = explored([gap()], language="da", synthetic=False)

    assert box.word == "eksplorativ, ingen dom"
    assert "syntetiske" not in repr(box)


def test_markup_in_a_sentence_stays_text() -> None:
    found = explore({"1": "a|b *c* <d>."}, {"1": [gap()]}, label="mine", language="en", synthetic=True)
    forms, _ = found["1"]._repr_mimebundle_()

    assert r"a\|b \*c\* \<d>." in forms["text/markdown"]
    assert "&lt;d&gt;." in forms["text/html"]


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    estimates: dict[str, Any] = {"1": [], "2": [0.1], "9": [gap()]}
    with pytest.raises(UsageError) as told:
        explore({"1": " ", "2": "Two"}, estimates, label="My own", language="en", synthetic=True)

    assert [problem.found for problem in told.value.problems] == [
        "cannot stand in a link target",
        "has no sentence",
        "has no estimates",
        "float is no estimate",
        "has estimates and no sentence",
    ]
