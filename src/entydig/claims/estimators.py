"""One estimator for each type of estimand, from the registered fields of a claim's part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, NotRequired, TypedDict

import numpy as np
import pandas as pd

from entydig.claims.register import Part
from entydig.claims.roster import census, roster_level, roster_weights
from entydig.statistics import linear, ranks, superiority, weighted
from entydig.statistics.cells import Answers
from entydig.statistics.estimate import Alternative, Estimate, Unit
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.sample import Sample

__all__ = ["Base", "PartEvidence", "equivalence", "part_evidence", "split"]

Contrast = Callable[..., Estimate]
SIDES = ("first", "second")


class _Test(TypedDict):
    null: NotRequired[float]
    alternative: Alternative
    confidence: float


@dataclass(frozen=True)
class Base:
    """The smallest group that an estimate needs: its answers, and its clusters (None without clusters).

    Groups that are combined into one share or change count as one group.
    """

    answers: int
    clusters: int | None


@dataclass(frozen=True)
class PartEvidence:
    """What the answers say about one part of a claim.

    Attributes
    ----------
    part : Part
    estimate : Estimate
    beside : Estimate or None
        The probability of superiority, where there is one.
    base : Base or None
        None where the estimate is missing, and for a census.
    reversed : bool
        Of a rank set: some option outside is chosen by more people, beyond chance.
    """

    part: Part
    estimate: Estimate
    beside: Estimate | None = None
    base: Base | None = None
    reversed: bool = False

    @property
    def p(self) -> float:
        """One-sided p at the level of all other tests: of an equivalence at twice the level, half of it."""
        return self.estimate.p / 2 if self.part.estimand == "equivalence" else self.estimate.p


def part_evidence(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    """Compute the estimate of a part.

    Parameters
    ----------
    part : Part
    survey : Survey
    decisions : Decisions

    Returns
    -------
    PartEvidence
        Missing, with the reason ``"item not asked"``, ``"no roster"``, ``"strict cut not published"`` (of a
        small group) or ``"no weights for this choice"`` (of clusters, of linked people, of a rank set), where
        the survey lacks what it needs or the decisions refuse it.
    """
    if reason := _lacking(part, survey) or _refused(part, survey, decisions):
        unit: Unit = "share" if part.estimand in ("level", "census") else "points"
        missing = Estimate.missing(reason, unit=unit, population="process", method=part.estimand)
        return PartEvidence(part, missing)
    return _OF_ESTIMAND[part.estimand](part, survey, decisions)


def equivalence(contrast: Contrast, *, margin: float, confidence: float, one_sided: bool = False) -> Estimate:
    """Test that a difference lies inside a margin: two one-sided tests, or one of them (non-inferiority).

    Parameters
    ----------
    contrast : callable
        Gives the estimate for the arguments `null`, `alternative` and `confidence`.
    margin : float
        Largest difference that counts as none, above 0.
    confidence : float
        Of the other published intervals.  Each side is tested at what is left of 1, so the interval has the
        confidence ``2 * confidence - 1``: 90 % where others have 95 %.
    one_sided : bool
        Only that the difference is not below ``-margin``.

    Returns
    -------
    Estimate
        That of the side with the larger p, whose bound is `null`.

    References
    ----------
    Schuirmann (1987), doi:10.1007/BF01068419.
    """
    # Rounded, since 2 * .95 - 1 is not .9 in binary.
    wider = round(2 * confidence - 1, 6)
    above = contrast(null=-margin, alternative="greater", confidence=wider)
    if one_sided:
        return above
    below = contrast(null=margin, alternative="less", confidence=wider)
    return above if not above.p < below.p else below


def split(survey: Survey, decisions: Decisions, part: Part) -> Sample:
    """Take the positive answers to an association's item, with `first` or `second` as their group."""
    if part.by is None:
        raise ValueError(f"{part.key} has no `by`")
    kept: dict[str, Any] = {"groups": part.groups, "waves": part.waves}
    samples = [
        measures.positives(
            survey, decisions, part.items[0], **kept, where={**part.where, part.by.item: values}
        )
        for values in (part.by.first, part.by.second)
    ]
    return Sample.joined(dict(zip(SIDES, samples, strict=True)))


def _points(decisions: Decisions) -> ModuleType:
    """Give the module that estimates differences in points."""
    return weighted if decisions.weighted else linear


def _level(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    estimate = roster_level(
        survey,
        decisions,
        part.items[0],
        groups=part.groups,
        wave=part.waves[0],
        against=part.against,
        direction=part.direction,
        where=part.where,
    )
    sample = measures.positives(
        survey, decisions, part.items[0], groups=part.groups, waves=part.waves, where=part.where
    )
    return PartEvidence(part, estimate, base=_smallest(sample, _needed(part), part.waves))


def _contrast(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    settings: _Test = {"alternative": part.direction, "confidence": decisions.confidence}
    sample, arguments = _sample(part, survey, decisions), _arguments(part, survey)
    estimate = getattr(_points(decisions), part.estimand)(sample, **arguments, **settings)
    beside = getattr(superiority, part.estimand)(sample, **arguments, **settings)
    return PartEvidence(part, estimate, beside, _smallest(sample, _needed(part), part.waves))


def _order(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    sample = measures.difference(survey, decisions, *part.items, groups=part.groups, waves=part.waves)
    estimate = _points(decisions).mean(sample, alternative=part.direction, confidence=decisions.confidence)
    return PartEvidence(part, estimate, base=_smallest(sample, _needed(part), part.waves))


def _association(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    sample = split(survey, decisions, part)
    settings: _Test = {"alternative": part.direction, "confidence": decisions.confidence}
    return PartEvidence(
        part,
        _points(decisions).gap(sample, SIDES, **settings),
        superiority.gap(sample, SIDES, **settings),
        _smallest(sample, [(side,) for side in SIDES], part.waves),
    )


def _equivalence(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    sample = _sample(part, survey, decisions)
    between = {"waves": part.waves} if len(part.waves) > 1 else {"groups": part.groups}
    estimator: Contrast = getattr(_points(decisions), "change" if len(part.waves) > 1 else "gap")

    def contrast(**settings: Any) -> Estimate:
        return estimator(sample, **between, **settings)

    estimate = equivalence(
        contrast, margin=part.margin, confidence=decisions.confidence, one_sided=part.one_sided
    )
    return PartEvidence(part, estimate, base=_smallest(sample, _needed(part), part.waves))


def _rank_set(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    chosen = measures.choices(survey, decisions, part.items[0], groups=part.groups, waves=part.waves)
    options = list(survey.instrument.items[part.items[0]].options)
    found = ranks.chosen_by_more(chosen, options, part.over, confidence=decisions.confidence)
    estimate = replace(found.difference, p=found.p, method=found.method)
    # Holm's first step over all pairs: whoever looks for any reversed pair has looked at all of them.
    reverse = len(found.pairs) * min(pair.p_reverse for pair in found.pairs)
    base = _smallest(chosen, _needed(part), part.waves)
    return PartEvidence(part, estimate, base=base, reversed=reverse <= (1 - decisions.confidence) / 2)


def _census(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    return PartEvidence(part, census(survey, part, decisions.confidence))


_OF_ESTIMAND = {
    "level": _level,
    "change": _contrast,
    "gap": _contrast,
    "gap_change": _contrast,
    "order": _order,
    "association": _association,
    "equivalence": _equivalence,
    "rank_set": _rank_set,
    "census": _census,
}


def _arguments(part: Part, survey: Survey) -> dict[str, Any]:
    if part.estimand == "gap":
        return {"groups": part.groups}
    if part.estimand == "gap_change":
        return {"groups": part.groups, "waves": part.waves}
    weights = roster_weights(survey, part.groups, part.waves[-1]) if part.together else None
    return {"waves": part.waves, "weights": weights}


def _sample(part: Part, survey: Survey, decisions: Decisions) -> Sample:
    kept: dict[str, Any] = {"groups": part.groups, "waves": part.waves, "where": part.where}
    if part.needed is not None:
        return measures.index(survey, decisions, part.items, part.needed, **kept)
    return measures.positives(survey, decisions, part.items[0], **kept)


def _needed(part: Part) -> list[tuple[str, ...]]:
    return [part.groups] if part.together else [(group,) for group in part.groups]


def _smallest(sample: Answers, needed: Sequence[Sequence[str]], waves: Sequence[int]) -> Base:
    """Find the smallest needed group in any wave; one without an answer counts as 0."""
    group, wave = np.asarray(sample["group"], dtype=object), np.asarray(sample["wave"])
    named = [np.logical_or.reduce([group == name for name in names]) for names in needed]
    cells = [mine & (wave == year) for mine in named for year in waves]
    answers = min(int(cell.sum()) for cell in cells)
    if "cluster" not in sample or pd.isna(sample["cluster"]).any():
        return Base(answers, None)
    cluster = np.asarray(sample["cluster"], dtype=object)
    return Base(answers, min(len(set(cluster[cell])) for cell in cells))


def _lacking(part: Part, survey: Survey) -> str | None:
    if part.estimand == "census":
        return _lacking_of_roster(part, survey)
    for name in part.items:
        item = survey.instrument.items[name]
        asked = all(item.is_asked(group, wave) for group in part.groups for wave in part.waves)
        if not asked or any(column not in survey.answers for column in item.columns):
            return "item not asked"
    classes = [*part.where, *([part.by.item] if part.by else [])]
    return "item not asked" if any(name not in survey.answers for name in classes) else None


def _refused(part: Part, survey: Survey, decisions: Decisions) -> str | None:
    """Give the reason why the decisions allow no estimate, if they do not."""
    if part.estimand == "census":
        return None
    groups = (survey.instrument.groups[group] for group in part.groups)
    if (
        decisions["positive_cut"] == "top1"
        and part.estimand != "rank_set"
        and not all(group.strict_cut for group in groups)
    ):
        return "strict cut not published"
    if not decisions.weighted:
        return None
    if survey.roster is None:
        return "no roster"
    plain = decisions["unit"] == "person" and decisions["linked"] != "linked" and part.estimand != "rank_set"
    return None if plain else "no weights for this choice"


def _lacking_of_roster(part: Part, survey: Survey) -> str | None:
    if survey.roster is None:
        return "no roster"
    needed = {*part.where, *(name for people in part.having for name in people)}
    if part.per == "cluster":
        needed |= {"cluster"}
    return None if needed <= set(survey.roster.columns) else "item not asked"
