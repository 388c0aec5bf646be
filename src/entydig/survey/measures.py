"""From answer codes to what is analysed: positive answers, indices, differences, as tidy samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.instrument import Item

__all__ = ["codes", "difference", "index", "levels", "opinions", "positives"]

CARRIED = ("respondent", "wave", "group", "cluster", "panel")


def positives(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
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
    DataFrame
        Columns value, respondent, wave, group, cluster, panel.  People who gave no opinion are left out, or
        count as not positive when ``dont_know`` is ``"counted"``; the unanswered are always left out.
    """
    sheets = _selected(survey, decisions, groups, waves, where)
    values = _positive(survey, decisions, survey.instrument.items[item], sheets)
    return _sample(sheets, values, decisions)


def index(
    survey: Survey,
    decisions: Decisions,
    items: Sequence[str],
    needed: int,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Give each person's mean of positive answers over items with an opinion.

    A person needs at least `needed` items with an opinion; others are left out.  Columns as in `positives`.
    """
    sheets = _selected(survey, decisions, groups, waves, where)
    parts = pd.DataFrame(
        {name: _positive(survey, decisions, survey.instrument.items[name], sheets) for name in items}
    )
    values = parts.mean(axis=1).where(parts.notna().sum(axis=1) >= needed)
    return _sample(sheets, values, decisions)


def difference(
    survey: Survey,
    decisions: Decisions,
    first: str,
    second: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
) -> pd.DataFrame:
    """Give each person's positive answer to one item minus that to another; both need an opinion."""
    sheets = _selected(survey, decisions, groups, waves, None)
    items = survey.instrument.items
    values = _positive(survey, decisions, items[first], sheets) - _positive(
        survey, decisions, items[second], sheets
    )
    return _sample(sheets, values, decisions)


def levels(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str] = (),
    waves: Sequence[int] = (),
) -> pd.DataFrame:
    """Give each person's level on an ordinal item, as its code; people without an opinion are left out."""
    sheets = _selected(survey, decisions, groups, waves, None)
    return _sample(sheets, _level(survey.instrument.items[item], sheets), decisions)


def codes(survey: Survey, item: str, group: str, wave: int) -> pd.Series:
    """Give all codes a group gave to an item in a wave, no-opinion codes included, unanswered left out."""
    sheets = survey.answers
    mine = sheets.loc[(sheets["group"] == group) & (sheets["wave"] == wave), item].dropna().astype(int)
    return mine[mine != survey.instrument.not_asked]


def opinions(survey: Survey, item: str, group: str, wave: int) -> tuple[int, int]:
    """Count the answers with an opinion, and those that say don't know or not relevant."""
    given = codes(survey, item, group, wave)
    without = int(given.isin(survey.instrument.no_opinion).sum())
    return len(given) - without, without


def _selected(
    survey: Survey,
    decisions: Decisions,
    groups: Sequence[str],
    waves: Sequence[int],
    where: Mapping[str, Sequence[str]] | None,
) -> pd.DataFrame:
    sheets = survey.answers
    keep = pd.Series(True, index=sheets.index)
    if groups:
        keep &= sheets["group"].isin(list(groups))
    if waves:
        keep &= sheets["wave"].isin(list(waves))
    for name, values in (where or {}).items():
        keep &= sheets[name].isin(list(values))
    if decisions["linked"] == "linked":
        keep &= _is_linked(sheets)
    return sheets[keep]


def _is_linked(sheets: pd.DataFrame) -> pd.Series:
    """Tell who is known to have answered in more than one wave."""
    if "panel" not in sheets:
        return pd.Series(False, index=sheets.index)
    waves = sheets.groupby("panel")["wave"].transform("nunique")
    return (waves > 1) & sheets["panel"].notna()


def _level(item: Item, sheets: pd.DataFrame) -> pd.Series:
    if item.scale is None:
        raise ValueError(f"{item.id} has no scale")
    if item.id not in sheets:
        return pd.Series(np.nan, index=sheets.index)
    given = sheets[item.id].astype("Float64")
    return given.where(given.isin(list(item.scale.levels))).astype(float)


def _positive(survey: Survey, decisions: Decisions, item: Item, sheets: pd.DataFrame) -> pd.Series:
    level = _level(item, sheets)
    if item.scale is None:
        raise ValueError(f"{item.id} has no scale")
    strict = decisions["positive_cut"] == "top1"
    value = (
        level.isin(list(item.scale.strict if strict else item.scale.positive))
        .astype(float)
        .where(level.notna())
    )
    if decisions["dont_know"] == "counted" and item.id in sheets:
        value = value.mask(
            sheets[item.id].isin(list(survey.instrument.no_opinion)).fillna(False).astype(bool), 0.0
        )
    if strict:
        open_groups = [name for name, group in survey.instrument.groups.items() if group.strict_cut]
        value = value.where(sheets["group"].isin(open_groups))
    return value


def _sample(sheets: pd.DataFrame, values: pd.Series, decisions: Decisions) -> pd.DataFrame:
    carried = [column for column in CARRIED if column in sheets]
    sample = sheets[carried].assign(value=values).dropna(subset=["value"]).reset_index(drop=True)
    if decisions["unit"] == "cluster" and "cluster" in sample:
        return sample.groupby(["cluster", "group", "wave"], as_index=False, sort=True)[["value"]].mean()
    return sample
