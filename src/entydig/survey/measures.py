"""From answer codes to what is analysed: positive answers, indices, differences, as tidy samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.instrument import Item
from entydig.survey.sample import Columns, Sample
from entydig.survey.weighting import margin_column, sheet_weights

__all__ = [
    "choices",
    "codes",
    "difference",
    "index",
    "levels",
    "matching",
    "opinions",
    "positives",
    "returned",
]

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def positives(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> Sample:
    """Give each person's answer to an item as 1 (positive) or 0.

    Parameters
    ----------
    survey : Survey
    decisions : Decisions
        ``positive_cut``, ``dont_know``, ``linked`` and ``unit`` apply.
    item : str
    groups, waves : sequence
        Which to keep; empty keeps all.
    where : Mapping, optional
        Class item to the values to keep.

    Returns
    -------
    Sample
        Columns value, respondent, wave, group, cluster, panel.  People who gave no opinion are left out, or
        count as not positive when ``dont_know`` is ``"counted"``; the unanswered are always left out.
    """
    keep = _kept(survey, decisions, groups, waves, where)
    return _sample(survey, keep, _positive(survey, decisions, survey.instrument.items[item]), decisions)


def index(
    survey: Survey,
    decisions: Decisions,
    items: Sequence[str],
    needed: int,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> Sample:
    """Give each person's mean of positive answers over items with an opinion.

    A person needs at least `needed` items with an opinion; others are left out.  Columns as in `positives`.
    """
    keep = _kept(survey, decisions, groups, waves, where)
    parts = np.array([_positive(survey, decisions, survey.instrument.items[name]) for name in items])
    known = ~np.isnan(parts)
    number = known.sum(axis=0)
    total = np.where(known, parts, 0.0).sum(axis=0)
    values = np.divide(total, number, out=np.full(len(total), np.nan), where=number >= max(needed, 1))
    return _sample(survey, keep, values, decisions)


def difference(
    survey: Survey,
    decisions: Decisions,
    first: str,
    second: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
) -> Sample:
    """Give each person's positive answer to one item minus that to another; both need an opinion."""
    items = survey.instrument.items
    values = _positive(survey, decisions, items[first]) - _positive(survey, decisions, items[second])
    return _sample(survey, _kept(survey, decisions, groups, waves, None), values, decisions)


def levels(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
) -> Sample:
    """Give each person's level on an ordinal item, as its code; people without an opinion are left out."""
    values = _level(survey, survey.instrument.items[item])
    return _sample(survey, _kept(survey, decisions, groups, waves, None), values, decisions)


def choices(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
) -> pd.DataFrame:
    """Give each person's choices in a choose-several question.

    Parameters
    ----------
    survey, decisions, groups, waves
        As in `positives`; of the decisions only ``linked`` applies.
    item : str

    Returns
    -------
    DataFrame
        A column of 0 and 1 for each option, named as the option, then respondent, wave, group, cluster,
        panel.  People who left the whole question empty are left out; who chose nothing is all 0.
    """
    entry = survey.instrument.items[item]
    chosen = np.column_stack([survey.columns[column] for column in entry.columns])
    keep = _kept(survey, decisions, groups, waves, None) & (chosen >= 0).all(axis=1)
    who = Sample(survey.columns, np.flatnonzero(keep), chosen[keep, 0]).frame().drop(columns="value")
    return pd.concat([pd.DataFrame(chosen[keep], columns=list(entry.options)), who], axis=1)


def returned(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str],
    wave: int,
    where: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Give every sheet returned in a wave, for a share weighted to the roster.

    Returns
    -------
    DataFrame
        Columns value (1, 0, or missing where there is no opinion or `where` asks for others), group, weight,
        and those of the margins.
    """
    columns = survey.columns
    keep = _kept(survey, decisions, groups, (wave,), None)
    value = _positive(survey, decisions, survey.instrument.items[item])
    value = np.where(matching(columns, dict(where or {})), value, np.nan)
    names = [margin_column(name) for name in decisions.margins]
    found = {"value": value, "group": columns["group"], "weight": sheet_weights(survey, decisions)}
    return pd.DataFrame({**found, **{name: columns[name] for name in names}})[keep].reset_index(drop=True)


def matching(columns: Columns, kept: Mapping[str, Sequence[Any]]) -> Booleans:
    """Tell which rows have, in every column named, one of the values to keep; an empty sequence keeps all."""
    match = np.ones(len(columns.table), dtype=bool)
    for name, values in kept.items():
        if values:
            masks = [columns.having(name, value) for value in values]
            match &= masks[0] if len(masks) == 1 else np.logical_or.reduce(masks)
    return match


def codes(survey: Survey, item: str, group: str, wave: int) -> pd.Series:
    """Give all codes a group gave to an item in a wave, no-opinion codes included, unanswered left out."""
    mine = matching(survey.columns, {"group": (group,), "wave": (wave,)})
    given = survey.answers.loc[mine, item].dropna().astype(int)
    return given[given != survey.instrument.not_asked]


def opinions(survey: Survey, item: str, group: str, wave: int) -> tuple[int, int]:
    """Count the answers with an opinion, and those that say don't know or not relevant."""
    given = codes(survey, item, group, wave)
    without = int(given.isin(survey.instrument.no_opinion).sum())
    return len(given) - without, without


def _kept(
    survey: Survey,
    decisions: Decisions,
    groups: Sequence[str],
    waves: Sequence[int],
    where: Mapping[str, Sequence[str]] | None,
) -> Booleans:
    keep = matching(survey.columns, {"group": groups, "wave": waves, **(where or {})})
    return keep & _is_linked(survey.answers) if decisions["linked"] == "linked" else keep


def _is_linked(sheets: pd.DataFrame) -> Booleans:
    """Tell who is known to have answered in more than one wave."""
    if "panel" not in sheets:
        return np.zeros(len(sheets), dtype=bool)
    waves = sheets.groupby("panel")["wave"].transform("nunique")
    return ((waves > 1) & sheets["panel"].notna()).to_numpy(dtype=bool)


def _level(survey: Survey, item: Item) -> Floats:
    """Give each sheet's level; NaN where there is none."""
    if item.scale is None:
        raise ValueError(f"{item.id} has no scale")
    if item.id not in survey.answers:
        return np.full(len(survey.answers), np.nan)
    given = survey.columns[item.id]
    return np.where(np.isin(given, list(item.scale.levels)), given, np.nan)


def _positive(survey: Survey, decisions: Decisions, item: Item) -> Floats:
    """Give 1 or 0 for each sheet with an opinion on the item; NaN for the others."""
    made = survey.columns
    name = f"positive {item.id} {decisions['positive_cut']} {decisions['dont_know']}"
    if name not in made:
        made[name] = _judged(survey, decisions, item)
    return made[name]


def _judged(survey: Survey, decisions: Decisions, item: Item) -> Floats:
    level = _level(survey, item)
    if item.scale is None:
        raise ValueError(f"{item.id} has no scale")
    strict = decisions["positive_cut"] == "top1"
    positive = np.isin(level, list(item.scale.strict if strict else item.scale.positive))
    value = np.where(np.isnan(level), np.nan, positive.astype(float))
    if decisions["dont_know"] == "counted" and item.id in survey.answers:
        value[np.isin(survey.columns[item.id], list(survey.instrument.no_opinion))] = 0.0
    if strict:
        groups = [name for name, group in survey.instrument.groups.items() if group.strict_cut]
        value[~matching(survey.columns, {"group": groups or ["-"]})] = np.nan
    return value


def _sample(survey: Survey, keep: Booleans, values: Floats, decisions: Decisions) -> Sample:
    kept = np.flatnonzero(keep & ~np.isnan(values))
    replaced = {"weight": sheet_weights(survey, decisions)[kept]} if decisions.weighted else {}
    sample = Sample(survey.columns, kept, values[kept], replaced)
    if decisions["unit"] == "person" or "cluster" not in sample:
        return sample
    means = sample.frame().groupby(["cluster", "group", "wave"], as_index=False, sort=True)[["value"]].mean()
    columns = Columns(means)
    return Sample(columns, np.arange(len(means)), columns["value"])
