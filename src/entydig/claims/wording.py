"""Estimates and verdicts in words, as every page shows them.

Whole percent and whole points, bounded where they must be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from entydig.claims.decision import Verdict
from entydig.claims.register import Part
from entydig.claims.symbols import SYMBOLS
from entydig.statistics.estimate import Estimate
from entydig.survey.disclosure import BASE, published_share
from entydig.survey.instrument import Instrument
from entydig.wording import number, percent, points, text

__all__ = [
    "SYMBOLS",
    "bound",
    "choice_text",
    "ends_text",
    "estimate_text",
    "has_interval",
    "interval_text",
    "p_text",
    "part_text",
    "shown_roster",
    "value_text",
    "verdict_text",
]

SMALLEST_P = 0.001


def bound(estimate: Estimate) -> tuple[str, float]:
    """Tell how a share may be shown, and its value.

    How is ``"exact"``, ``"at_least"``, ``"at_most"`` or ``"suppressed"``.
    """
    if estimate.unit != "share":
        return ("exact", estimate.value) if estimate.n >= BASE else ("suppressed", math.nan)
    shown = published_share(round(estimate.value * estimate.n), estimate.n)
    return shown.bound, (estimate.value if shown.bound == "exact" else shown.value)


def has_interval(estimate: Estimate) -> bool:
    """Tell whether an interval may be shown and means anything: a census has none."""
    return not math.isnan(estimate.value) and estimate.method != "census" and bound(estimate)[0] == "exact"


def shown_roster(estimate: Estimate) -> int | None:
    """Give the roster a share speaks for, to the nearest ten unless it is a census.

    A roster's opinion base is its size less the expected share without an opinion: exact, it would give their
    number back where they are few.
    """
    if estimate.N is None or estimate.method == "census":
        return estimate.N
    return max(estimate.n, round(estimate.N, -1))


def value_text(estimate: Estimate, language: str) -> str:
    """Write the estimate alone."""
    if math.isnan(estimate.value):
        return text("not_shown_reason", language, reason=text(f"reason_{estimate.reason}", language))
    kind, value = bound(estimate)
    if kind == "suppressed":
        return text("not_shown_reason", language, reason=text("reason_too few answers", language))
    if estimate.unit == "points":
        return points(value, language)
    written = percent(value, language)
    return written if kind == "exact" else text(kind, language, value=written)


def interval_text(estimate: Estimate, language: str) -> str:
    """Write the interval with its confidence; empty for a census and where the estimate itself is bounded."""
    if not has_interval(estimate):
        return ""
    write = points if estimate.unit == "points" else percent
    return text(
        "interval_text",
        language,
        confidence=percent(estimate.confidence, language),
        low=write(estimate.low, language),
        high=write(estimate.high, language),
    )


def ends_text(estimate: Estimate, language: str) -> str:
    """Write the ends of the interval alone, for a column whose heading names the confidence."""
    if not has_interval(estimate):
        return ""
    write = points if estimate.unit == "points" else percent
    return text(
        "between_ends", language, low=write(estimate.low, language), high=write(estimate.high, language)
    )


def part_text(part: Part, instrument: Instrument, language: str) -> str:
    """Write what a part of a claim is about: items, groups, classes kept, waves.

    A minus stands between what is subtracted, a plus between what is taken together.
    """
    classes = [_classes(name, values, instrument, language) for name, values in part.where.items()]
    if part.by:
        sides = [
            _classes(part.by.item, side, instrument, language) for side in (part.by.first, part.by.second)
        ]
        classes.append(" − ".join(sides))
    items = ("−" if part.estimand == "order" else "+").join(part.items)
    joined = " + " if part.together else " − "
    groups = joined.join(instrument.groups[group].short[language] for group in part.groups)
    return ", ".join([items, groups, *classes, "–".join(map(str, part.waves))])


def _classes(name: str, values: Iterable[str], instrument: Instrument, language: str) -> str:
    return " / ".join(instrument.items[name].classes[value][language] for value in values)


def choice_text(name: str, value: str | float, language: str) -> str:
    """Write a decision with one of its values; any unit but the person is the cluster."""
    if name == "confidence":
        shown = percent(float(value), language)
    elif name == "sesoi":
        shown = text("choice_sesoi", language, points=points(float(value), language, sign=False))
    else:
        shown = text(
            f"choice_{name}_{'cluster' if name == 'unit' and value != 'person' else value}", language
        )
    return f"{text(f'decision_{name}', language)}: {shown}"


def estimate_text(estimate: Estimate, language: str) -> str:
    """Write estimate, interval, base and clusters in one line."""
    if math.isnan(estimate.value) or bound(estimate)[0] == "suppressed":
        return value_text(estimate, language)
    if not has_interval(estimate):
        return f"{value_text(estimate, language)} (n = {estimate.n})"
    N = shown_roster(estimate)
    roster = text("of_roster", language, N=number(N, language)) if N else ""
    clusters = text("in_clusters", language, clusters=estimate.clusters) if estimate.clusters else ""
    return text(
        f"estimate_{estimate.unit}",
        language,
        value=value_text(estimate, language),
        n=number(estimate.n, language),
        interval=interval_text(estimate, language),
        roster=roster,
        clusters=clusters,
    )


def p_text(p: float, language: str) -> str:
    """Write a p value with three digits and its sign of comparison; NaN gives a dash."""
    if math.isnan(p):
        return number(p, language)
    return (
        text("p_small", language) if p < SMALLEST_P else text("p_value", language, p=number(p, language, 3))
    )


def verdict_text(verdict: Verdict, source: str, language: str) -> str:
    """Write the verdict's word; on synthetic data it always says so."""
    return text(f"{source}_{verdict.word.replace(' ', '_')}", language)
