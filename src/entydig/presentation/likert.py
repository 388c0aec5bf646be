"""Diverging stacked bars: how an ordered question was answered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from entydig.presentation.compose import composed
from entydig.presentation.likert_bars import Bars
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import LikertRow, base
from entydig.presentation.who import Cast
from entydig.wording import text

__all__ = ["answers_data", "likert"]

# Several levels, each rounded to whole percent, may miss the whole by this much.
ROUNDING = 0.035


def likert(
    rows: Sequence[LikertRow],
    *,
    levels: Mapping[int, str],
    title: str,
    label: str,
    caption: str,
    language: str,
    neutral: Sequence[int] = (),
    groups: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
    order: str = "",
    footer: str | None = None,
) -> Figure:
    """Draw how items were answered: diverging stacked bars by item, then group, then wave.

    Parameters
    ----------
    rows : sequence of LikertRow
        In the order to be drawn; rows of one item stand together.
    levels : mapping
        Code to wording, lowest level first.
    title : str
        The message.
    label, caption, language : str
        As in `Figure`; language such as ``"da"``.
    neutral : sequence of int
        Codes on which the bars are centred; default the middle level, or the middle of an even scale.
    groups, waves : sequence of str, optional
        All names of the evaluation in order, so that looks stay the same across figures; default: as they
        appear.
    order : str
        The rule by which the items are sorted, as a sentence.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Shares drawn and listed in whole percent. Rows without shares show their note.

    Raises
    ------
    ValueError
        When there are no rows, the segments of a row do not cover the scale in order or do not add up to the
        whole, a name is unknown, or a text is empty.
    """
    if not rows:
        raise ValueError("a figure of answers needs at least one row")
    for row in rows:
        _check(row, list(levels))
    cast = Cast.of(groups, waves, [row.group for row in rows], [row.wave for row in rows])
    bars = Bars.of(rows, levels, neutral, cast, language)
    return composed(
        bars.paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(rows, levels, title, language),
        data=answers_data(rows, levels, language),
        notes=_notes(rows, order, language),
        footer=footer,
    )


def _check(row: LikertRow, codes: list[int]) -> None:
    covered = [code for segment in row.shares for code in segment.levels]
    where = f"{row.label}, {row.group} {row.wave}"
    if covered and covered != codes:
        raise ValueError(f"{where}: the segments cover {covered}, the scale is {codes}")
    whole = sum(segment.share.drawn for segment in row.shares)
    exact = all(segment.share.bound == "exact" for segment in row.shares)
    if covered and (math.isnan(whole) or (exact and abs(whole - 1.0) > ROUNDING)):
        raise ValueError(f"{where}: the segments add up to {whole:.2f} instead of 1")


def _notes(rows: Sequence[LikertRow], order: str, language: str) -> list[str]:
    segments = [segment for row in rows for segment in row.shares]
    keys = ["axis_likert", "base_n" if all(row.N is None for row in rows) else "base_n_and_N"]
    keys += ["base_dont_know"] * any(row.dont_know for row in rows)
    keys += ["note_merged"] * any(len(segment.levels) > 1 for segment in segments)
    keys += ["note_bounded"] * any(segment.share.bound != "exact" for segment in segments)
    return [*(text(key, language) for key in keys), *([order] if order else [])]


def _alt(rows: Sequence[LikertRow], levels: Mapping[int, str], title: str, language: str) -> str:
    sentences = [text("alt_likert", language, title=title.rstrip("."))]
    for item, of_item in groupby(rows, key=lambda row: row.label):
        said = [f"{row.group} {row.wave}: {_said(row, levels, language)}" for row in of_item]
        sentences.append(f"{item}: {'; '.join(said)}.")
    return " ".join(sentences)


def _said(row: LikertRow, levels: Mapping[int, str], language: str) -> str:
    if not row.shares and not row.positive:
        return row.note or text("not_shown", language)
    parts = [f"{_name(part.levels, levels)} {part.share.written(language)}" for part in row.shares]
    if row.positive:
        parts = [text("positive_share", language, share=row.positive.written(language))]
    if row.dont_know:
        parts.append(f"{text('dont_know', language).lower()} {row.dont_know.written(language)}")
    n = base(row.n, None, language)
    return ", ".join(parts) + (f" (n = {n})" if n else "")


def _name(codes: Sequence[int], levels: Mapping[int, str]) -> str:
    return " + ".join(levels[code] for code in codes)


def answers_data(rows: Sequence[LikertRow], levels: Mapping[int, str], language: str) -> Data:
    """Set out how items were answered, as the figure's data; a row of it stands for a row given."""
    places = {code: place for place, code in enumerate(levels)}
    found = {segment.levels for row in rows for segment in row.shares}
    covers = sorted(found, key=lambda codes: (len(codes), [places[code] for code in codes]))
    first = [text(key, language) for key in ("item", "wording", "group", "wave")]
    last = [text(key, language) for key in ("positive", "dont_know", "n", "N")]
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        shares = {segment.levels: segment.share.cell(language) for segment in row.shares}
        ends = [share.cell(language) if share else None for share in (row.positive, row.dont_know)]
        names = (row.label, row.wording, row.group, row.wave)
        cells.append((*names, *(shares.get(codes) for codes in covers), *ends, row.n, row.N))
    columns = (*first, *(_name(codes, levels) for codes in covers), *last)
    return Data(columns, tuple(cells)).without_empty()
