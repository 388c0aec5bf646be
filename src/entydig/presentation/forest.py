"""Forest: shares joined over time or across groups, and their difference with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.forest_rows import Forest, count, written
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import ForestRow, Mark, base
from entydig.presentation.sheet import Sheet
from entydig.presentation.who import Cast
from entydig.wording import points, text

__all__ = ["differences_data", "forest"]


def forest(
    rows: Sequence[ForestRow],
    *,
    sesoi: float,
    quantity: str,
    title: str,
    label: str,
    caption: str,
    language: str,
    groups: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
    order: str = "",
    span: tuple[float, float] | None = None,
    footer: str | None = None,
) -> Figure:
    """Draw one row an item: shares as markers, their difference with its interval beside.

    Parameters
    ----------
    rows : sequence of ForestRow
        In the order to be drawn; rows of one item stand together.
    sesoi : float
        Smallest effect of interest (0..1 scale); the band from minus to plus it is shaded.
    quantity : str
        What the difference is, as a heading, such as the two waves it lies between.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    groups, waves : sequence of str, optional
        All names of the evaluation in order, so that looks stay the same across figures; default: as they
        appear.
    order : str
        The rule by which the items are sorted, as a sentence.
    span : tuple of float, optional
        Ends of the scale of differences (0..1 scale); default: whole ten points around everything drawn.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Everything drawn and listed in whole percent or points. A missing estimate shows the row's note.

    Raises
    ------
    ValueError
        When there are no rows, a name is unknown, a given scale would cut something off, or a text is empty.
    """
    if not rows:
        raise ValueError("a forest needs at least one row")
    marks = [mark for row in rows for mark in row.marks]
    shown_groups = tuple(
        dict.fromkeys([*(mark.group for mark in marks), *(row.group for row in rows if row.group)])
    )
    shown_waves = tuple(dict.fromkeys(mark.wave for mark in marks))
    cast = Cast.of(groups, waves, shown_groups, shown_waves)
    body = Forest.of(rows, cast, sesoi, quantity, span, language)

    def paint(sheet: Sheet, y: float) -> float:
        return body.paint(sheet, cast.legend(sheet, y, shown_groups, shown_waves) + 2.0)

    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(rows, title, language),
        data=differences_data(rows, quantity, language),
        notes=_notes(rows, sesoi, order, language),
        footer=footer,
    )


def _notes(rows: Sequence[ForestRow], sesoi: float, order: str, language: str) -> list[str]:
    confidence = intervals.confidences([row.estimate for row in rows], language)
    notes = [text("note_interval", language, interval=confidence)]
    notes.append(text("note_sesoi", language, sesoi=points(sesoi, language, sign=False)))
    if any(mark.share.bound != "exact" for row in rows for mark in row.marks):
        notes.append(text("note_bounded_marks", language))
    return [*notes, order] if order else notes


def _alt(rows: Sequence[ForestRow], title: str, language: str) -> str:
    confidence = intervals.confidences([row.estimate for row in rows], language)
    said = [text("alt_forest", language, title=title.rstrip("."), interval=confidence)]
    for item, of_item in groupby(rows, key=lambda row: row.label):
        said.append(f"{item}: {'; '.join(_said(row, language) for row in of_item)}.")
    return " ".join(said)


def _said(row: ForestRow, language: str) -> str:
    shares = [f"{_name(row, mark)} {mark.share.written(language)}" for mark in row.marks]
    difference = written(row, language)
    if intervals.known(row.estimate):
        difference = text("difference_is", language, difference=difference)
    n = base(count(row), None, language)
    return f"{row.group} {', '.join([*shares, difference, *([f'n = {n}'] if n else [])])}".strip()


def _name(row: ForestRow, mark: Mark) -> str:
    return mark.wave if row.group else f"{mark.group} {mark.wave}"


def differences_data(rows: Sequence[ForestRow], quantity: str, language: str) -> Data:
    """Set out shares with their difference, as the figure's data; a row of it stands for a row given."""
    names = list(dict.fromkeys(_name(row, mark) for row in rows for mark in row.marks))
    first = [text(key, language) for key in ("item", "wording", "group")]
    last = [quantity, *(text(key, language) for key in ("low", "high", "n", "N"))]
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        shares = {_name(row, mark): mark.share.cell(language) for mark in row.marks}
        found = intervals.cells(row.estimate, row.note)
        ours = (row.label, row.wording, row.group)
        cells.append((*ours, *(shares.get(name) for name in names), *found, count(row), row.N))
    return Data((*first, *names, *last), tuple(cells)).without_empty()
