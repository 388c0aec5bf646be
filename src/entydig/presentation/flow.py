"""Flow: how many were asked, answered, and are used."""

from __future__ import annotations

from collections.abc import Sequence

from entydig.presentation.compose import composed
from entydig.presentation.objects import Data, Figure
from entydig.presentation.rows import FlowRow
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of
from entydig.presentation.style import BAND, HATCH, PAPER, QUIET, wave_fill
from entydig.presentation.who import Cast, Names, named_rows
from entydig.wording import number, percent, text

__all__ = ["flow"]

ROW = 19.0
GAP = 12.0
HEIGHTS = (14.0, 10.0, 6.0)
STEPS = ("asked", "answered", "used")


def flow(
    rows: Sequence[FlowRow],
    *,
    title: str,
    label: str,
    caption: str,
    language: str,
    groups: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
    footer: str | None = None,
) -> Figure:
    """Draw how many were asked, answered and are used: nested bars to scale by group and wave.

    Parameters
    ----------
    rows : sequence of FlowRow
        In the order to be drawn; rows of one group stand together.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    groups, waves : sequence of str, optional
        All names of the evaluation in order, so that looks stay the same across figures; default: as they
        appear.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Counts of people, with percentages of those asked.

    Raises
    ------
    ValueError
        When there are no rows, nobody was asked, a name is unknown, or a text is empty.
    """
    if not any(row.asked for row in rows):
        raise ValueError("a flow needs at least one row in which somebody was asked")
    cast = Cast.of(groups, waves, [row.group for row in rows], [row.wave for row in rows])

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, cast, language)

    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(rows, title, language),
        data=_data(rows, language),
        notes=[text("note_flow", language)],
        footer=footer,
    )


def _paint(sheet: Sheet, y: float, rows: Sequence[FlowRow], cast: Cast, language: str) -> float:
    columns, names = _columns(rows, language), Names.of(rows)
    axis = Axis(names.right + GAP, columns[0] - GAP, 0.0, float(max(row.asked for row in rows)))

    def row_at(row: FlowRow, at: float) -> float:
        _bars(sheet, at, row, axis, cast.look(row.group).colour)
        for right, content in zip(_rights(columns), _counts(row, language), strict=True):
            sheet.write(right, at, content, align="right")
        return at

    return named_rows(
        sheet, _headings(sheet, y, columns, language), rows, cast, names, height=ROW, paint=row_at
    )


def _columns(rows: Sequence[FlowRow], language: str) -> tuple[float, ...]:
    """Left ends of the three columns of numbers."""
    counts = [_counts(row, language) for row in rows]
    widths = [
        max(width_of(text(step, language)) + 14.0, *(width_of(count[place]) for count in counts))
        for place, step in enumerate(STEPS)
    ]
    return tuple(WIDTH - sum(widths[place:]) - GAP * (len(STEPS) - 1 - place) for place in range(len(STEPS)))


def _rights(columns: Sequence[float]) -> tuple[float, ...]:
    return (*(left - GAP for left in columns[1:]), WIDTH)


def _headings(sheet: Sheet, y: float, columns: Sequence[float], language: str) -> float:
    for right, step, height in zip(_rights(columns), STEPS, HEIGHTS, strict=True):
        name = text(step, language)
        left = right - width_of(name) - 13.0
        fill, edge = {"asked": (PAPER, HATCH), "answered": (HATCH, PAPER), "used": (QUIET, PAPER)}[step]
        sheet.bar(left, y + 6.0 - height / 2, 9.0, height, fill, edge=edge)
        sheet.write(right, y + 6.0, name, colour=QUIET, align="right")
    return y + LINE + 8.0


def _bars(sheet: Sheet, y: float, row: FlowRow, axis: Axis, colour: str) -> None:
    looks = zip(
        (row.asked, row.answered, row.used), HEIGHTS, (BAND, wave_fill(1, 4, colour), colour), strict=True
    )
    for count, height, fill in looks:
        edge = HATCH if fill == BAND else "none"
        sheet.bar(axis.left, y - height / 2, axis.length(count), height, fill, edge=edge)


def _counts(row: FlowRow, language: str) -> tuple[str, str, str]:
    answered, used = _shares(row, language)
    return (
        number(row.asked, language),
        f"{number(row.answered, language)} ({answered})",
        f"{number(row.used, language)} ({used})",
    )


def _shares(row: FlowRow, language: str) -> tuple[str, str]:
    base = row.asked or float("nan")
    return percent(row.answered / base, language), percent(row.used / base, language)


def _alt(rows: Sequence[FlowRow], title: str, language: str) -> str:
    said = [text("alt_flow", language, title=title.rstrip("."))]
    for row in rows:
        answered, used = _shares(row, language)
        counts = {step: number(getattr(row, step), language) for step in STEPS}
        shares = {"answered_share": answered, "used_share": used}
        said.append(text("said_flow", language, group=row.group, wave=row.wave, **counts, **shares))
    return " ".join(said)


def _data(rows: Sequence[FlowRow], language: str) -> Data:
    columns = tuple(text(key, language) for key in ("group", "wave", *STEPS))
    return Data(columns, tuple((row.group, row.wave, row.asked, row.answered, row.used) for row in rows))
