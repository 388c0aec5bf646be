"""Rows of a choose-several question: who chose what, and the ranks each option can hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

from entydig.errors import Problem, UsageError
from entydig.presentation.shares import Share
from entydig.presentation.tasks import ChoiceRow
from entydig.project.evaluation import Evaluation
from entydig.statistics import ranks, tasks
from entydig.survey import measures
from entydig.survey.disclosure import BASE, CELL, published_share
from entydig.survey.instrument import Group, Item

__all__ = ["choice_rows"]

Cell = tuple[str, int]


def choice_rows(
    evaluation: Evaluation,
    language: str,
    item: str,
    *,
    groups: Sequence[str],
    waves: Sequence[int],
    sorted_by: Cell | None = None,
) -> list[ChoiceRow]:
    """Give the share of people who chose each option, and its ranks, by option, group and wave.

    Parameters
    ----------
    evaluation : Evaluation
        Of its decisions only ``linked`` and ``confidence`` apply.
    language : str
    item : str
        A choose-several item.
    groups, waves : sequence
        Whose choices.
    sorted_by : tuple of str and int, optional
        Group and wave whose shares sort the options, largest first; default: as in the questionnaire.

    Returns
    -------
    list of ChoiceRow
        All options, so that no leading ones stand alone.  Cells that were not asked are left out.  In a small
        group an option with under `CELL` people is not shown; elsewhere its share is bounded.

    Raises
    ------
    UsageError
        The item has no options, or `sorted_by` was not asked.
    """
    entry = evaluation.instrument.items[item]
    if not entry.options:
        raise UsageError(Problem("choices", f"{item} has no options", "a choose-several item"))
    cells = [cell for cell in product(groups, waves) if _is_asked(evaluation, entry, *cell)]
    shown = {cell: _of_cell(evaluation, language, entry, *cell) for cell in cells}
    options = list(entry.options)
    if sorted_by is not None:
        if sorted_by not in shown:
            expected = ", ".join(f"{group} {wave}" for group, wave in cells)
            raise UsageError(Problem("choices", f"{sorted_by} was not asked {item}", expected))
        options.sort(key=lambda option: _place(shown[sorted_by][option].share))
    return [shown[cell][option] for option in options for cell in cells]


def _place(share: Share) -> float:
    """Give what sorts the largest first, and what is not shown last, whatever it is."""
    return 1.0 if math.isnan(share.value) else -share.drawn


def _is_asked(evaluation: Evaluation, entry: Item, group: str, wave: int) -> bool:
    return entry.is_asked(group, wave) and set(entry.columns) <= set(evaluation.survey.answers)


def _of_cell(
    evaluation: Evaluation, language: str, entry: Item, group: str, wave: int
) -> dict[str, ChoiceRow]:
    decisions, options = evaluation.decisions, list(entry.options)
    chosen = measures.choices(evaluation.survey, decisions, entry.id, groups=(group,), waves=(wave,))
    asked: dict[str, Any] = {"most": entry.at_most, "confidence": decisions.confidence}
    sets = {each.option: each for each in ranks.rank_sets(chosen, options, **asked).sets}
    found = {each.option: each.share for each in tasks.shares(chosen, options, **asked)}
    named, n = evaluation.instrument.groups[group], len(chosen)
    rows = {}
    for option in options:
        share = _published(int(chosen[option].sum()), n, named, language)
        is_shown = share.bound != "suppressed"
        rows[option] = ChoiceRow(
            label=entry.options[option][language],
            group=named.short[language],
            wave=str(wave),
            share=share,
            estimate=found[option] if share.bound == "exact" else None,
            ranks=(sets[option].best, sets[option].worst) if is_shown else None,
            n=n if n >= BASE else None,
            N=evaluation.survey.asked(group, wave),
        )
    return rows


def _published(count: int, n: int, group: Group, language: str) -> Share:
    small = count < CELL and n >= BASE and group.published_levels != "all"
    return Share.few(language, CELL) if small else Share.of(published_share(count, n))
