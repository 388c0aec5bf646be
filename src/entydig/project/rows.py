"""Rows for figures, taken from the survey with disclosure applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from entydig.presentation.composition import CompositionRow
from entydig.presentation.rows import FlowRow, ForestRow, LikertRow
from entydig.presentation.shares import Segment, Share
from entydig.presentation.tasks import ChoiceRow
from entydig.project.choice_rows import choice_rows
from entydig.project.composition_rows import class_levels, composition_rows
from entydig.project.evaluation import Evaluation
from entydig.statistics.estimate import Estimate
from entydig.survey import measures
from entydig.survey.disclosure import BASE, CELL, published_cells, published_share
from entydig.survey.instrument import Item
from entydig.wording import text

__all__ = ["Rows"]


class Rows:
    """Makes figure rows in one language.

    Parameters
    ----------
    evaluation : Evaluation
    language : str
    """

    def __init__(self, evaluation: Evaluation, language: str) -> None:
        self.evaluation = evaluation
        self.language = language
        self.instrument = evaluation.instrument

    @property
    def groups(self) -> list[str]:
        """Names of all groups, in order."""
        return [group.short[self.language] for group in self.instrument.groups.values()]

    @property
    def waves(self) -> list[str]:
        """Names of all waves, in order."""
        return [str(wave) for wave in self.instrument.waves]

    def levels(self, scale: str) -> dict[int, str]:
        """Give a scale's levels in words."""
        return {
            code: wording[self.language] for code, wording in self.instrument.scales[scale].levels.items()
        }

    def classes(self, item: str) -> dict[int, str]:
        """Give the classes of an item in words, numbered in their order."""
        return class_levels(self.instrument.items[item], self.language)

    def composition(self, item: str, by: str, **keep: Any) -> list[CompositionRow]:
        """Count everyone on the roster by two class items; see `composition_rows`."""
        return composition_rows(self.evaluation, self.language, item, by, **keep)

    def choices(self, item: str, **keep: Any) -> list[ChoiceRow]:
        """Give who chose each option of a choose-several question; see `choice_rows`."""
        return choice_rows(self.evaluation, self.language, item, **keep)

    def likert(self, items: Sequence[str]) -> list[LikertRow]:
        """Give the answers to items, by item, group and wave, levels merged as disclosure asks."""
        return [
            self._likert(name, group, wave)
            for name in items
            for group in self.instrument.groups
            for wave in self.instrument.waves
            if self.instrument.items[name].is_asked(group, wave)
        ]

    def change(self, item: str, group: str, estimate: Estimate, waves: Sequence[int]) -> ForestRow:
        """Give one group's shares in the waves with their change."""
        shares = {str(wave): self.share(item, group, wave) for wave in waves}
        return ForestRow.change(
            label=self.instrument.items[item].short[self.language],
            wording=self.instrument.items[item].text[self.language],
            group=self.instrument.groups[group].short[self.language],
            shares=shares,
            estimate=estimate,
        )

    def gap(self, item: str, groups: Sequence[str], estimate: Estimate, wave: int) -> ForestRow:
        """Give the groups' shares in a wave with their gap."""
        shares = {
            self.instrument.groups[group].short[self.language]: self.share(item, group, wave)
            for group in groups
        }
        return ForestRow.gap(
            label=self.instrument.items[item].short[self.language],
            wording=self.instrument.items[item].text[self.language],
            wave=str(wave),
            shares=shares,
            estimate=estimate,
        )

    def share(self, item: str, group: str, wave: int) -> Share:
        """Give the positive share as it may be shown."""
        sample = measures.positives(
            self.evaluation.survey, self.evaluation.decisions, item, groups=(group,), waves=(wave,)
        )
        return self._shown(round(float(sample["value"].sum())), sample.n)

    def flow(self, items: Sequence[str], needed: int = 1) -> list[FlowRow]:
        """Count asked, answered and used (enough items with an opinion), by group and wave."""
        survey = self.evaluation.survey
        used = measures.index(survey, self.evaluation.decisions, items, needed)
        return [
            FlowRow(
                group=entry.short[self.language],
                wave=str(wave),
                asked=survey.asked(group, wave) or survey.answered(group, wave),
                answered=survey.answered(group, wave),
                used=int(((used["group"] == group) & (used["wave"] == wave)).sum()),
            )
            for group, entry in self.instrument.groups.items()
            for wave in self.instrument.waves
            if survey.answered(group, wave)
        ]

    def _likert(self, name: str, group: str, wave: int) -> LikertRow:
        item, entry = self.instrument.items[name], self.instrument.groups[group]
        survey = self.evaluation.survey
        if item.scale is None:
            raise ValueError(f"{name} has no scale")
        given = measures.codes(survey, name, group, wave)
        counts = {code: int((given == code).sum()) for code in item.scale.levels}
        n = sum(counts.values())
        cells = published_cells(counts, item.scale, entry.published_levels)
        unsure = int((given == self.instrument.dont_know).sum())
        positive = sum(counts[code] for code in item.scale.positive)
        return LikertRow(
            label=item.short[self.language],
            wording=item.text[self.language],
            group=entry.short[self.language],
            wave=str(wave),
            shares=tuple(Segment(cell.levels, Share(cell.count / n)) for cell in cells),
            positive=self._shown(positive, n),
            dont_know=self._unsure(unsure, len(given)),
            n=n if n >= BASE else None,
            N=self._asked(item, group, wave),
            note="" if cells else text("not_shown", self.language),
        )

    def _asked(self, item: Item, group: str, wave: int) -> int | None:
        """Count who was asked an item: of one asked on a condition, those on the roster who meet it."""
        survey = self.evaluation.survey
        asked = survey.asked(group, wave)
        if asked is None or item.only_if is None:
            return asked
        name, values = item.only_if
        if name not in survey.asked_columns:
            return None
        kept = {"group": (group,), "wave": (wave,), name: values}
        return int(measures.matching(survey.asked_columns, kept).sum())

    def _unsure(self, count: int, answered: int) -> Share | None:
        if answered < BASE:
            return None
        if count < CELL:
            return Share.few(self.language, CELL)
        return Share(count / answered)

    def _shown(self, positive: int, n: int) -> Share:
        return Share.of(published_share(positive, n))
