"""Every question as the pages publish it, to be looked up one at a time: nothing that no page has shown."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError, Problem
from entydig.presentation.explorer import explorer_form, explorer_table
from entydig.presentation.explorer_rows import AnswersEntry, ChangeEntry
from entydig.presentation.forest import differences_data
from entydig.presentation.ledger import Form
from entydig.presentation.likert import answers_data
from entydig.presentation.objects import Cell, Data, Table
from entydig.presentation.rows import ForestRow
from entydig.project.records import stage_one_notebooks
from entydig.project.study import Study
from entydig.survey.instrument import Item
from entydig.wording import number, text

__all__ = ["Explorer", "Shown", "read_explorer", "shown_in"]

Published = Mapping[str, Cell]
# Item, wording, group, wave; and the waves that a change lies between.
Key = tuple[tuple[Cell, ...], frozenset[str]]
NAMES = ("item", "wording", "group", "wave")
# Under what name a difference is compared, whatever the heading its figure gave it.
QUANTITY = "quantity"


@dataclass(frozen=True)
class Shown:
    """A row of the data of a published figure.

    Parameters
    ----------
    label : str
        Of the figure.
    cells : Mapping
        Heading to cell, without the empty ones.
    """

    label: str
    cells: Published


class Explorer:
    """All questions with an ordered answer that the pages of a build show.

    Parameters
    ----------
    study : Study
    shown : sequence of Shown
        What those pages publish.
    """

    def __init__(self, study: Study, shown: Sequence[Shown]) -> None:
        self.study = study
        self.shown = shown

    @cached_property
    def answers(self) -> tuple[AnswersEntry, ...]:
        """The answers to each question by group and wave, where a page shows just these.

        Raises
        ------
        NotebookError
            A page shows other numbers of the same question, group and wave.
        """
        rows, found = self.study.rows, []
        for item in self.study.instrument.items.values():
            cells = self._asked(item)
            if item.scale is None or not any(self._key(item, *cell) in self._known for cell in cells):
                continue
            levels = rows.levels(item.scale.name)
            for (group, wave), row in zip(cells, rows.likert([item.id]), strict=True):
                data = answers_data([row], levels, self.study.language)
                if label := self._published(self._key(item, group, wave), data):
                    found.append(AnswersEntry(item.id, group, str(wave), row, levels, label))
        return tuple(found)

    @cached_property
    def changes(self) -> tuple[ChangeEntry, ...]:
        """The changes between two waves of those answers, where a page shows just these.

        Raises
        ------
        NotebookError
            A page shows other numbers of the same change.
        """
        found = []
        for name, group in dict.fromkeys((each.item, each.group) for each in self.answers):
            item = self.study.instrument.items[name]
            asked = [wave for who, wave in self._asked(item) if who == group]
            for waves in combinations(asked, 2):
                key = self._key(item, group, *waves)
                if key not in self._known:
                    continue
                row = self._change(name, group, waves)
                data = differences_data([row], QUANTITY, self.study.language)
                if label := self._published(key, data):
                    found.append(ChangeEntry(name, group, tuple(map(str, waves)), row, label))
        return tuple(found)

    @property
    def items(self) -> str:
        """Write how many questions can be looked up."""
        return number(len({each.item for each in self.answers}), self.study.language)

    @property
    def changed(self) -> str:
        """Write for how many of them a change can be looked up."""
        return number(len({each.item for each in self.changes}), self.study.language)

    def table(self, *, label: str, caption: str) -> Table:
        """Set out everything that can be looked up; see `entydig.presentation.explorer.explorer_table`."""
        language = self.study.language
        return explorer_table(self.answers, self.changes, label=label, caption=caption, language=language)

    def form(self, label: str) -> Form:
        """Give the form that looks up in the table of that label, for a browser that runs our script."""
        groups = self.study.instrument.groups
        return explorer_form(
            self.answers,
            self.changes,
            table=label,
            groups={name: group.short[self.study.language] for name, group in groups.items()},
            waves=self.study.rows.waves,
            sesoi=self.study.sesoi,
            footer=self.study.footer,
            language=self.study.language,
        )

    @cached_property
    def _known(self) -> Mapping[Key, Sequence[Shown]]:
        """What is published, by what it is about."""
        names = [text(name, self.study.language) for name in NAMES]
        waves, known = set(self.study.rows.waves), defaultdict(list)
        for each in self.shown:
            about = tuple(each.cells.get(name) for name in names)
            known[about, frozenset(waves & each.cells.keys())].append(each)
        return known

    def _key(self, item: Item, group: str, *waves: int) -> Key:
        """Give what a row is about: answers of one wave are named by it, a change has a column for each of two."""
        language, one = self.study.language, len(waves) == 1
        name = self.study.instrument.groups[group].short[language]
        about = (item.short[language], item.text[language], name, str(waves[0]) if one else None)
        return about, frozenset() if one else frozenset(map(str, waves))

    def _asked(self, item: Item) -> list[tuple[str, int]]:
        instrument = self.study.instrument
        cells = product(instrument.groups, instrument.waves)
        return [(group, wave) for group, wave in cells if item.is_asked(group, wave)]

    def _change(self, item: str, group: str, waves: tuple[int, ...]) -> ForestRow:
        given = self.study.positives(item, groups=[group])
        found = self.study.linear.change(given, waves, confidence=self.study.confidence)
        return self.study.rows.change(item, group, found, waves)

    def _published(self, key: Key, data: Data) -> str | None:
        """Give the figure that shows exactly this row; None where no figure shows the like."""
        mine = next(_rows(data.columns, data.rows))
        alike = self._known.get(key, ())
        same = next((each.label for each in alike if each.cells == mine), None)
        if alike and same is None:
            raise NotebookError(
                Problem(
                    f"explorer: {', '.join(str(name) for name in key[0] if name)}",
                    f"the numbers are not those of {alike[0].label}",
                    "only what the pages of this build publish",
                    "build the whole book with the same data and decisions",
                )
            )
        return same


def read_explorer(study: Study) -> Explorer:
    """Read what stage 1 of this build shows.

    Raises
    ------
    NotebookError
        Nothing was executed yet.
    """
    notebooks = stage_one_notebooks(study.evaluation.root, study.language)
    return Explorer(study, [each for path in notebooks for each in shown_in(path, study.language)])


def shown_in(notebook: Path, language: str) -> list[Shown]:
    """Read the rows behind the figures of an executed notebook.

    Parameters
    ----------
    notebook : Path
    language : str
        The one it was run in.

    Returns
    -------
    list of Shown
        Of a figure of differences, the heading of the difference is replaced by one that is always the same.
    """
    content = json.loads(notebook.read_text(encoding="utf-8"))
    found = []
    for about in _abouts(content["cells"]):
        if about.get("kind") == "figure" and about.get("data"):
            columns = _headings(about["data"]["columns"], language)
            found += [Shown(about["label"], cells) for cells in _rows(columns, about["data"]["rows"])]
    return found


def _abouts(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            yield output.get("metadata", {}).get("entydig", {})


def _headings(columns: Sequence[str], language: str) -> list[str]:
    """Name the column before that of the lower limits: the difference they belong to."""
    low = text("low", language)
    place = columns.index(low) - 1 if low in columns else None
    return [QUANTITY if number == place else name for number, name in enumerate(columns)]


def _rows(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Published]:
    for row in rows:
        yield {name: cell for name, cell in zip(columns, row, strict=True) if cell is not None and cell != ""}
