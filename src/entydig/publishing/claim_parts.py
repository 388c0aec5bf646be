"""What a claim's page says of its estimates and of its registration, in MyST."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from entydig.claims.ledger import Entry
from entydig.claims.published import ends_text, method_text, p_text, value_text
from entydig.claims.register import Claim
from entydig.claims.rules import condition_rule, items_of, part_rule
from entydig.claims.wording import part_text
from entydig.presentation.objects import Table, escaped
from entydig.presentation.tables import table
from entydig.project.study import Study
from entydig.survey.instrument import Item
from entydig.wording import date, listing, number, percent, points, text

__all__ = ["bullets", "estimates", "registration"]

COLUMNS = ("about", "estimand", "estimate", "interval", "n", "N", "clusters", "method", "superiority")
NUMERIC = ("estimate", "interval", "n", "N", "clusters", "superiority")


def estimates(claim: Claim, entry: Entry, study: Study) -> Iterator[str]:
    """Give the table of the claim's parts, and in lines what else led to the verdict.

    The table has no caption, so that the numbers of the book's tables do not hang on the number of claims.
    """
    language, record = study.language, entry.record
    if not record["parts"]:
        yield text("page_no_parts", language)
        return
    yield _parts(claim, record["parts"], study).markdown
    verdict = record["verdict"]
    said = [_condition(each, language) for each in record["conditions"]]
    if verdict["p"] is not None:
        shown = {name: _p(verdict[key], language) for name, key in (("p", "p"), ("adjusted", "p_adjusted"))}
        said.append(text("p_line", language, family=text(f"family_{claim.family}", language), **shown))
    if entry.p_collection is not None:
        said.append(text("page_collection", language, p=_p(entry.p_collection, language)))
    if verdict["word"] == "undecided" and verdict["detectable"] is not None:
        smallest = points(verdict["detectable"], language, sign=False)
        said.append(text("detectable", language, points=smallest))
    if any(part["superiority"] is not None for part in record["parts"]):
        said.append(text("page_superiority_note", language))
    yield bullets(said)


def registration(claim: Claim, rule: str, study: Study) -> Iterator[str]:
    """Give what was registered, in lines, and the wording of its questions.

    Parameters
    ----------
    claim : Claim
    rule : str
        The rule that the register gives in words; empty for a claim that its parts describe.
    study : Study
    """
    language, register = study.language, study.register
    said = [
        text("page_origin", language, origin=text(f"origin_{claim.origin}", language)),
        text("page_rests", language, evidence=text(f"evidence_{claim.evidence}", language)),
        text("page_family", language, family=text(f"family_{claim.family}", language)),
        *_rules(claim, rule, study),
        text("page_fails", language, fails_if=_inside(claim.fails_if[language])),
        text("page_date", language, date=date(register.registered, language), digest=register.digest),
    ]
    yield bullets(said)
    if items := items_of(claim, study.instrument):
        yield text("page_items", language)
        yield bullets(
            text("page_item", language, id=item.id, wording=escaped(item.text[language])) for item in items
        )
        yield from _positive(items, language)


def bullets(lines: Iterable[str]) -> str:
    """Write lines as a list; nothing for none."""
    return "\n".join(f"- {line}" for line in lines)


def _rules(claim: Claim, rule: str, study: Study) -> Iterator[str]:
    language = study.language
    if rule:
        yield text("page_rule", language, rule=_inside(rule))
    for part in claim.parts:
        yield text("page_part", language, part=escaped(part_rule(part, study.instrument, language)))
    for condition in claim.conditions:
        yield text("page_condition", language, condition=escaped(condition_rule(condition, language)))
    if claim.parts:
        tested = any(part.estimand != "census" for part in claim.parts)
        confidence = float(study.decisions.registered["confidence"].values[0])
        alpha = number((1 - confidence) / 2, language, 3)
        yield text("page_test" if tested else "page_count", language, alpha=alpha)


def _parts(claim: Claim, parts: Iterable[Mapping[str, Any]], study: Study) -> Table:
    language = study.language
    confidence = percent(study.confidence, language)
    rows = [
        (
            part_text(registered, study.instrument, language),
            _estimand(registered.estimand, part["estimate"]["unit"], language),
            value_text(part["estimate"], language),
            ends_text(part["estimate"], language, study.confidence) or None,
            *(_base(part["estimate"][name], language) for name in ("n", "N", "clusters")),
            method_text(part["estimate"], language),
            None if part["superiority"] is None else number(part["superiority"], language, 2),
        )
        for registered, part in zip(claim.parts, parts, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).dropna(axis="columns", how="all")
    return table(
        frame,
        caption=text("page_estimates_caption", language),
        label=f"tbl-{claim.label}",
        language=language,
        headings={name: text(f"page_{name}", language, confidence=confidence) for name in frame.columns},
        numeric=NUMERIC,
    )


def _positive(items: Sequence[Item], language: str) -> Iterator[str]:
    """Give, for each scale, which answers count as positive to which items."""
    scales = {item.scale.name: item.scale for item in items if item.scale is not None}
    for name, scale in scales.items():
        asked = [item.id for item in items if item.scale is not None and item.scale.name == name]
        levels = [escaped(scale.levels[code][language]) for code in scale.positive]
        said = {"items": listing(asked, language), "levels": listing(levels, language)}
        yield text("page_positive", language, **said)


def _base(count: int | None, language: str) -> str | None:
    return None if count is None else number(count, language)


def _estimand(key: str, unit: str, language: str) -> str:
    """Write what is estimated; a share carries its unit itself."""
    said = text(key, language)
    return text("page_in_points", language, estimand=said) if unit == "points" else said


def _condition(condition: Mapping[str, Any], language: str) -> str:
    return text(
        f"condition_{condition['kind']}",
        language,
        items=listing(condition["items"], language),
        count=condition["count"],
        size=points(condition["size"], language, sign=False),
        answer=text("answer_yes" if condition["holds"] else "answer_no", language),
    )


def _p(p: float | None, language: str) -> str:
    return escaped(p_text(p, language))


def _inside(sentence: str) -> str:
    """Write a sentence of the register as part of another."""
    return escaped(sentence[:1].lower() + sentence[1:])
