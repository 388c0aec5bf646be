"""All findings at a glance, from the records of stage 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from entydig.claims.wording import SYMBOLS
from entydig.presentation.objects import Table
from entydig.presentation.rows import EffectRow
from entydig.presentation.tables import table
from entydig.project.study import Study
from entydig.wording import number, percent, points, text

__all__ = ["RecordedEstimate", "effect_rows", "overview"]


@dataclass(frozen=True)
class RecordedEstimate:
    """An estimate as its record published it; what a figure needs of one."""

    value: float
    low: float
    high: float
    confidence: float
    n: int
    unit: str


def overview(study: Study, *, label: str, caption: str) -> Table:
    """Set out the findings: sentence, verdicts of its claims, key estimate, base.

    A finding without records says that it is not built yet.
    """
    records = study.records()
    language = study.language
    rows = []
    for finding in study.register.findings.values():
        mine = [records[claim.id] for claim in study.register.of_finding(finding.id) if claim.id in records]
        said = ", ".join(f"{record['claim']} {SYMBOLS[record['verdict']['word']]}" for record in mine)
        key = _key(mine[0]) if mine else None
        rows.append(
            (
                f"{finding.id}. {finding.sentence[language]}",
                said or text("not_yet", language),
                _written(key, language) if key else "–",
                number(key.n, language) if key else "–",
            )
        )
    frame = pd.DataFrame(rows, columns=["finding", "verdict", "estimate", "n"])
    headings = {
        "finding": text("finding_heading", language),
        "verdict": text("claims_and_verdicts", language),
        "estimate": text("key_estimate", language),
        "n": "n",
    }
    return table(frame, caption=caption, label=label, language=language, headings=headings)


def effect_rows(study: Study) -> list[EffectRow]:
    """Give the key estimate of each finding for the figure of effects."""
    records = study.records()
    rows = []
    for finding in study.register.findings.values():
        mine = [records[claim.id] for claim in study.register.of_finding(finding.id) if claim.id in records]
        part = mine[0]["parts"][0] if mine else None
        level = bool(part and part["estimand"] == "level")
        rows.append(
            EffectRow(
                label=f"{finding.id}. {finding.sentence[study.language]}",
                estimate=_key(mine[0]) if mine else None,
                reference=float(part["against"]) if part and level else 0.0,
                verdict=f"{SYMBOLS[mine[0]['verdict']['word']]} {mine[0]['words'][study.language]}"
                if mine
                else "",
                note="" if mine else text("not_yet", study.language),
            )
        )
    return rows


def _key(record: Mapping[str, Any]) -> RecordedEstimate:
    estimate = record["parts"][0]["estimate"]
    ends = {
        name: math.nan if estimate[name] is None else float(estimate[name])
        for name in ("value", "low", "high")
    }
    return RecordedEstimate(**ends, confidence=estimate["confidence"], n=estimate["n"], unit=estimate["unit"])


def _written(estimate: RecordedEstimate, language: str) -> str:
    write = points if estimate.unit == "points" else percent
    value = write(estimate.value, language)
    if math.isnan(estimate.low):
        return value
    ends = {"low": write(estimate.low, language), "high": write(estimate.high, language)}
    return f"{value} ({text('interval', language, **ends)})"
