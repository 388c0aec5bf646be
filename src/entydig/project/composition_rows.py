"""Rows of who is there: everyone on the roster by class and level, small classes and levels merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, product

from entydig.errors import Problem, UsageError
from entydig.presentation.composition import CompositionRow
from entydig.project.evaluation import Evaluation
from entydig.survey.disclosure import CELL, published_cells
from entydig.survey.instrument import Item, Scale
from entydig.survey.measures import matching
from entydig.survey.sample import Columns
from entydig.wording import text

__all__ = ["class_levels", "composition_rows"]

Class = tuple[str, ...]
Counts = Mapping[str, Mapping[int, int]]


def class_levels(item: Item, language: str) -> dict[int, str]:
    """Number the classes of an item from 1 in their order, and give them in words."""
    return {code: wording[language] for code, wording in enumerate(item.classes.values(), start=1)}


def composition_rows(
    evaluation: Evaluation,
    language: str,
    item: str,
    by: str,
    *,
    groups: Sequence[str],
    waves: Sequence[int],
    together: Sequence[Class] = (),
    undivided: Sequence[str] = (),
) -> list[CompositionRow]:
    """Count everyone on the roster by a class item, and by a second one whose classes are ordered.

    Parameters
    ----------
    evaluation : Evaluation
    language : str
    item, by : str
        Class items: what the rows are, and how each divides.
    groups, waves : sequence
        Whom to count.
    together : sequence of tuple of str
        Classes of `item` that are one row.
    undivided : sequence of str
        Classes of `item` that are not divided by `by`.

    Returns
    -------
    list of CompositionRow
        By class, group and wave.  A class with 1 to 4 people anywhere is joined to its neighbour everywhere,
        since the whole roster is published and would give it back.  People whose class or level is not known
        are left out.  Without a roster each row says so.

    Raises
    ------
    UsageError
        An item has no classes, or a class is unknown.
    """
    survey, kind = evaluation.survey, evaluation.instrument.items[item]
    level = evaluation.instrument.items[by]
    _check(kind, level, [*chain(*together), *undivided])
    cells = list(product(groups, waves))
    counted = (
        {}
        if survey.roster is None
        else {cell: _counts(survey.asked_columns, kind, level, *cell) for cell in cells}
    )
    unknown = text("reason_no roster", language)
    rows: list[CompositionRow] = []
    for names in _large_enough(_joined(kind, together), list(counted.values())):
        for group, wave in cells:
            bare = CompositionRow(
                label=_named(kind, names, language),
                group=evaluation.instrument.groups[group].short[language],
                wave=str(wave),
            )
            divided = not set(names) & set(undivided)
            counts = counted.get((group, wave))
            rows.append(
                replace(bare, note=unknown)
                if counts is None
                else _filled(bare, counts, names, level, divided=divided)
            )
    return rows


def _filled(
    bare: CompositionRow, counts: Counts, names: Class, level: Item, *, divided: bool
) -> CompositionRow:
    codes = range(1, len(level.classes) + 1)
    of_level = {code: sum(counts[name][code] for name in names) for code in codes}
    scale = Scale(level.id, dict(zip(codes, level.classes.values(), strict=True)), (), (), (), ())
    cells = published_cells(of_level, scale) if divided else ()
    return replace(bare, pieces=cells, count=sum(of_level.values()))


def _counts(asked: Columns, kind: Item, level: Item, group: str, wave: int) -> Counts:
    mine = matching(asked, {"group": (group,), "wave": (wave,)})
    return {
        name: {
            code: int((mine & asked.having(kind.id, name) & asked.having(level.id, value)).sum())
            for code, value in enumerate(level.classes, start=1)
        }
        for name in kind.classes
    }


def _joined(kind: Item, together: Sequence[Class]) -> list[Class]:
    """Give the classes that are one row, each row where its first class stands."""
    rows = {name: names for names in together for name in names}
    return list(dict.fromkeys(rows.get(name, (name,)) for name in kind.classes))


def _large_enough(classes: list[Class], counted: Sequence[Counts]) -> list[Class]:
    """Join a row with 1 to 4 people in some cell to the row before it, or the first to the second."""

    def is_small(names: Class) -> bool:
        wholes = [sum(sum(counts[name].values()) for name in names) for counts in counted]
        return any(0 < whole < CELL for whole in wholes)

    while len(classes) > 1 and (small := [place for place, names in enumerate(classes) if is_small(names)]):
        first = max(small[0] - 1, 0)
        classes = [*classes[:first], classes[first] + classes[first + 1], *classes[first + 2 :]]
    return classes


def _named(kind: Item, names: Class, language: str) -> str:
    written = " + ".join(kind.classes[name][language] for name in names)
    return written[:1].upper() + written[1:]


def _check(kind: Item, level: Item, named: Sequence[str]) -> None:
    if without := [each.id for each in (kind, level) if not each.classes]:
        raise UsageError(Problem("composition", f"{', '.join(without)} has no classes", "items with classes"))
    if unknown := sorted(set(named) - set(kind.classes)):
        found = f"{', '.join(unknown)} is no class of {kind.id}"
        raise UsageError(Problem("composition", found, ", ".join(kind.classes)))
