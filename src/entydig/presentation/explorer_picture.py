"""What a script needs to draw one question: lengths in whole percent, colours, and every word already written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from entydig.presentation import intervals
from entydig.presentation.explorer_rows import AnswersEntry, ChangeEntry
from entydig.presentation.forest_rows import count, written
from entydig.presentation.likert_bars import Scale
from entydig.presentation.rows import base
from entydig.presentation.shares import Segment, Share
from entydig.presentation.style import BAND, HATCH, INK, PAPER, QUIET, RULE, SESOI, mixed, readable_on
from entydig.presentation.who import Cast
from entydig.wording import percent, points, text

__all__ = ["picture"]

COLOURS = {
    "ink": INK,
    "quiet": QUIET,
    "rule": RULE,
    "paper": PAPER,
    "band": BAND,
    "hatch": HATCH,
    "sesoi": SESOI,
}
# The words of its levels, and of all levels of its scale.
Piece = tuple[tuple[str, ...], tuple[str, ...]]
STEP = 25  # percent between two rules of the bars
TENTH = 10  # points between two rules of the changes, or a multiple of it
MOST_RULES = 8


def picture(
    answers: Sequence[AnswersEntry],
    changes: Sequence[ChangeEntry],
    *,
    groups: Sequence[str],
    waves: Sequence[str],
    sesoi: float,
    language: str,
) -> dict[str, Any]:
    """Give what can be drawn, as JSON types.

    Parameters
    ----------
    answers, changes : sequence
        What is published.
    groups, waves : sequence of str
        All names of the evaluation in order: they give the looks.
    sesoi : float
        Smallest difference that matters (0..1 scale).
    language : str

    Returns
    -------
    dict
        Shares as whole percent, differences as whole points: nothing finer than the pages say.
    """
    cast = Cast(tuple(groups), tuple(waves))
    pieces = _pieces(answers)
    return {
        "colours": COLOURS,
        "words": _words(answers, changes, sesoi, language),
        "ticks": {str(tick): percent(tick / 100, language) for tick in range(0, 101, STEP)},
        "groups": {each.group: each.row.group for each in answers},
        "looks": _looks(answers, cast),
        "pieces": list(pieces.values()),
        "items": _items(answers),
        "rows": [_answers(each, list(pieces), language) for each in answers],
        "axis": _axis(changes, sesoi, language),
        "changes": [_change(each, language) for each in changes],
    }


def _words(
    answers: Sequence[AnswersEntry], changes: Sequence[ChangeEntry], sesoi: float, language: str
) -> dict[str, Any]:
    whole = all(each.row.N is None for each in answers)
    confidence = intervals.confidences([each.row.estimate for each in changes], language)
    band = points(sesoi, language, sign=False)
    keys = ("dont_know", "explorer_no_change", "explorer_choose_all", "note_merged", "base_dont_know")
    return {
        **{key: text(key, language) for key in keys},
        "base": text("n" if whole else "n_of_N", language),
        "status": text("explorer_status", language, item="{item}", group="{group}", wave="{wave}"),
        "axis_note": f"{text('axis_likert', language)} {text('base_n' if whole else 'base_n_and_N', language)}",
        "change_note": (
            f"{text('note_interval', language, interval=confidence)} "
            f"{text('note_sesoi', language, sesoi=band)}"
        ),
    }


def _items(answers: Sequence[AnswersEntry]) -> dict[str, Any]:
    """Give each question with its scale, and how far its bars reach to either side."""
    found: dict[str, Any] = {}
    for each in answers:
        scale = _scale(each.levels)
        left = _left(scale, each.row.shares)
        whole = sum(_drawn(segment.share) for segment in each.row.shares)
        about = found.setdefault(
            each.item,
            {
                "name": f"{each.item} {each.row.label}",
                "wording": each.row.wording,
                "legend": [{"fill": scale.colours[code], "name": name} for code, name in each.levels.items()],
                "left": 0,
                "right": 0,
                "unsure": 0,
            },
        )
        about["left"] = max(about["left"], left)
        about["right"] = max(about["right"], whole - left)
        about["unsure"] = max(about["unsure"], _drawn(each.row.dont_know))
    return found


def _answers(entry: AnswersEntry, pieces: Sequence[Piece], language: str) -> dict[str, Any]:
    """Give a row: of each piece of its bar which it is, its length, and how that is written in and beside it."""
    row, unsure = entry.row, entry.row.dont_know
    segments = [
        (
            pieces.index(_piece(entry, segment)),
            _drawn(segment.share),
            segment.share.short(language),
            segment.share.written(language),
        )
        for segment in row.shares
    ]
    return {
        "item": entry.item,
        "group": entry.group,
        "wave": entry.wave,
        "left": _left(_scale(entry.levels), row.shares),
        "segments": segments,
        "unsure": {"share": _drawn(unsure), "said": unsure.written(language)} if unsure else None,
        "base": base(row.n, row.N, language),
        "note": "" if row.shares else entry.said(language),
    }


def _pieces(answers: Sequence[AnswersEntry]) -> dict[Piece, dict[str, Any]]:
    """Give every kind of piece there is; one that holds several levels with the colours of all."""
    found: dict[Piece, dict[str, Any]] = {}
    for entry in answers:
        scale = _scale(entry.levels)
        for segment in entry.row.shares:
            colours = [scale.colours[code] for code in segment.levels]
            fill = mixed(colours)
            found[_piece(entry, segment)] = {
                "name": " + ".join(_piece(entry, segment)[0]),
                "fill": fill,
                "ink": readable_on(fill),
                "parts": colours if len(colours) > 1 else [],
            }
    return found


def _piece(entry: AnswersEntry, segment: Segment) -> Piece:
    """Tell a piece from others: its levels in words, and the scale they belong to."""
    return tuple(entry.levels[code] for code in segment.levels), tuple(entry.levels.values())


def _looks(answers: Sequence[AnswersEntry], cast: Cast) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for each in answers:
        look = cast.look(each.row.group)
        about = {
            "shape": look.marker,
            "colour": look.colour,
            "fill": cast.fill(each.row.group, each.row.wave),
        }
        found.setdefault(each.group, {})[each.wave] = about
    return found


def _change(entry: ChangeEntry, language: str) -> dict[str, Any]:
    row, estimate = entry.row, intervals.known(entry.row.estimate)
    said, n = written(row, language), base(count(row), None, language)
    ends = [_whole(end) for end in intervals.ends(estimate)] if estimate else None
    between = "–".join(entry.waves)
    about = text("explorer_between", language, waves=between)
    return {
        "item": entry.item,
        "group": entry.group,
        "waves": list(entry.waves),
        "heading": text("in_points", language, quantity=about),
        "between": between,
        "ends": ends,
        "written": said,
        "said": f"{row.group}, {about}: {said}" + (f", n = {n}" if n else ""),
    }


def _axis(changes: Sequence[ChangeEntry], sesoi: float, language: str) -> dict[str, Any]:
    """Give one scale for all changes, so that they compare from question to question."""
    known = [found for each in changes if (found := intervals.known(each.row.estimate))]
    low, high = (_whole(end) for end in intervals.span_of(map(intervals.ends, known), sesoi))
    step = TENTH * math.ceil((high - low) / TENTH / MOST_RULES)
    ticks = range(math.ceil(low / step) * step, high + 1, step)
    return {
        "low": low,
        "high": high,
        "sesoi": _whole(sesoi),
        "ticks": {str(tick): points(tick / 100, language) for tick in ticks},
    }


def _scale(levels: Mapping[int, str]) -> Scale:
    return Scale.of(levels, ())


def _left(scale: Scale, shares: Sequence[Segment]) -> float:
    """Give a bar's length left of the centre in percent, which the whole percents of its pieces make."""
    return round(100 * scale.left_of_centre(shares), 1)


def _drawn(share: Share | None) -> int:
    """Give a share in whole percent; nothing where nothing may be drawn."""
    return 0 if share is None or math.isnan(share.value) else round(100 * share.value)


def _whole(share: float) -> int:
    return round(100 * share)
