"""The table of all findings, as data, Markdown and HTML."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from entydig.presentation import RichText, Table, findings

FINDINGS = {
    "1": SimpleNamespace(id="1", sentence={"da": "Det *faldt*", "en": "It *fell*"}),
    "2": SimpleNamespace(id="2", sentence={"da": "Det er delt", "en": "It is divided"}),
}
REGISTER = SimpleNamespace(
    findings=FINDINGS,
    of_finding=lambda finding: [SimpleNamespace(id=f"{finding}.{number}") for number in (1, 2)],
)


def estimate(**changed: Any) -> dict[str, Any]:
    usual = {"value": -0.15, "low": -0.26, "high": -0.03, "confidence": 0.95, "n": 1220, "unit": "points"}
    return {"bound": "exact", **usual, **changed}


def record(claim: str, word: str, *estimates: dict[str, Any], against: float = 0.0) -> dict[str, Any]:
    return {
        "claim": claim,
        "label": f"claim-{claim.replace('.', '-')}",
        "notebook": "findings/1-fall",
        "verdict": {"word": word},
        "words": {"da": f"{word} på dansk", "en": f"{word} in English"},
        "parts": [{"against": against, "estimate": each} for each in estimates],
    }


RECORDS = {"1.1": record("1.1", "undecided"), "1.2": record("1.2", "supported", estimate())}


def table(records: dict[str, Any] | None = None, **changed: Any) -> Table:
    usual = {"sesoi": 0.1, "pages": "../{notebook}.ipynb", "label": "tbl-all", "language": "da"}
    register: Any = REGISTER
    return findings(register, RECORDS if records is None else records, caption="C.", **(usual | changed))


def test_a_row_has_sentence_verdicts_key_effect_and_base() -> None:
    assert table().data.rows == (
        ("1. Det *faldt*", "1.1\xa0◐, 1.2\xa0●", "−15 (−26 til −3)", "1.220"),
        ("2. Det er delt", "endnu ikke bygget", "–", None),
    )


def test_the_sentence_leads_to_its_page_and_a_verdict_to_its_record() -> None:
    first, second = table().markdown.splitlines()[2:]
    assert first.startswith(r"| [1. Det \*faldt\*](../findings/1-fall.ipynb) |")
    assert '[1.2\xa0●](#claim-1-2 "supported på dansk")' in first
    assert "](" not in second
    assert '<a href="../findings/1-fall.ipynb">1. Det *faldt*</a>' in table().html


def test_the_effect_is_drawn_beside_its_text_and_not_read_aloud_twice() -> None:
    first, second = table().markdown.splitlines()[2:]
    assert first.count("<svg") == second.count("<svg") == 1
    assert first.count('aria-hidden="true"') == 1
    assert "<circle" in first
    assert "<circle" not in second


def test_the_caption_says_how_to_read_the_drawing() -> None:
    assert "95\xa0%-interval" in table().caption
    assert "10 procentpoint" in table().caption


def test_a_level_stands_at_its_distance_from_the_threshold() -> None:
    share = estimate(value=0.75, low=0.75, high=0.75, unit="share")
    line = table({"1.1": record("1.1", "supported", share, against=0.5)}).markdown.splitlines()[2]
    # The scale runs from -.5 to .5 over 3..157, so +.25 stands at 3 + .75 * 154.
    assert '<circle cx="118.5"' in line
    assert "75\xa0% (75 til 75)" in line


def test_a_bounded_share_is_written_as_a_bound_and_not_drawn() -> None:
    share = estimate(value=0.85, low=None, high=None, unit="share", bound="at_least")
    line = table({"1.1": record("1.1", "supported", share, against=0.5)}).markdown.splitlines()[2]
    assert "mindst 85\xa0%" in line
    assert "<circle" not in line


def test_a_suppressed_estimate_says_so() -> None:
    hidden = estimate(value=None, low=None, high=None, bound="suppressed")
    assert table({"1.1": record("1.1", "not testable", hidden)}).data.rows[0][2] == "vises ikke"


def test_claims_without_estimates_leave_the_effect_open() -> None:
    assert table({"1.1": record("1.1", "supported")}).data.rows[0][1:] == ("1.1\xa0●", "–", None)


def test_a_cell_of_several_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="one line"):
        RichText("a", markdown="a\nb", html="a")
