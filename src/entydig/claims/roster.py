"""Readings of the roster: what everyone asked would answer, and what the roster itself says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from entydig.claims.register import Part
from entydig.statistics import linear, shares, weighted
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.measures import matching
from entydig.survey.weighting import margin_column

__all__ = ["census", "roster_level", "roster_weights"]

Kept = Mapping[str, Sequence[str]]


def roster_level(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str],
    wave: int,
    against: float = 0.5,
    direction: Alternative = "greater",
    where: Kept | None = None,
) -> Estimate:
    """Give the share of positive answers that the whole roster would have given.

    One group is tested exactly (hypergeometric); several are weighted by their rosters (logit interval with
    finite population correction); without a roster the Wilson interval stands in for both.  The base of a
    roster reading is the part of the roster that holds an opinion: the roster times one minus the share of
    no-opinion answers.  Where answers are weighted for non-response, see `entydig.statistics.weighted.share`.
    """
    settings: dict[str, Any] = {"null": against, "alternative": direction, "confidence": decisions.confidence}
    if decisions.weighted:
        sheets = measures.returned(survey, decisions, item, groups=groups, wave=wave, where=where)
        return weighted.share(sheets, [[margin_column(name)] for name in decisions.margins], **settings)
    samples = [
        measures.positives(survey, decisions, item, groups=(group,), waves=(wave,), where=where)
        for group in groups
    ]
    if decisions["unit"] != "person":
        return linear.mean(pd.concat([own.frame() for own in samples]), unit="share", **settings)
    strata = [
        (int(own["value"].sum()), own.n, _base(survey, decisions, item, group, wave, where, own.n))
        for group, own in zip(groups, samples, strict=True)
    ]
    if survey.roster is None or decisions["linked"] == "linked":
        positive, answers, _ = (sum(column) for column in zip(*strata, strict=True))
        return shares.wilson(positive, answers, **settings)
    if len(strata) == 1:
        return shares.roster_share(*strata[0], **settings)
    return shares.roster_share_combined(strata, **settings)


def roster_weights(survey: Survey, groups: Sequence[str], wave: int) -> dict[str, float]:
    """Weight groups by how many people each has on the wave's roster, or by answers where there is none."""
    counts = {group: float(survey.asked(group, wave) or survey.answered(group, wave)) for group in groups}
    return {group: count / sum(counts.values()) for group, count in counts.items()}


def census(survey: Survey, part: Part, confidence: float) -> Estimate:
    """Count a fact of the roster: a share of people, or of clusters, without interval or test.

    Of people, those whose class is not known are left out; a cluster counts whether or not it is.

    Raises
    ------
    ValueError
        There is no roster.
    """
    columns = survey.asked_columns
    mine = matching(columns, {"group": part.groups, "wave": part.waves, **part.where})
    found = [mine & matching(columns, people) for people in part.having]
    if part.per == "cluster":
        having = [set(columns["cluster"][each]) for each in found]
        n, count = len(set(columns["cluster"][mine])), len(set.intersection(*having))
    else:
        known = [pd.notna(columns[name]) for people in part.having for name in people]
        n, count = int(np.logical_and.reduce([mine, *known]).sum()), int(found[0].sum())
    asked = Asked(unit="share", population="roster", method="census", n=n, N=n)
    asked |= {"null": part.against, "alternative": part.direction, "confidence": confidence}
    if n == 0:
        return Estimate.missing("no answers", **asked)
    share = count / n
    return Estimate(value=share, low=share, high=share, se=0.0, p=math.nan, **asked)


def _base(
    survey: Survey, decisions: Decisions, item: str, group: str, wave: int, where: Kept | None, answers: int
) -> int:
    if survey.roster is None:
        return answers
    kept = {"group": (group,), "wave": (wave,), **(where or {})}
    asked = int(matching(survey.asked_columns, kept).sum())
    if decisions["dont_know"] == "counted":
        return max(asked, answers)
    if item not in survey.answers:
        return shares.opinion_base(asked, answers, 0)
    given = survey.columns[item][matching(survey.columns, kept)]
    return shares.opinion_base(asked, answers, int(np.isin(given, list(survey.instrument.no_opinion)).sum()))
