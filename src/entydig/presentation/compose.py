"""Puts a painted body between its title and its foot and makes the display object."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib import rc_context

from entydig.presentation import svg
from entydig.presentation.objects import Data, Figure
from entydig.presentation.sheet import WIDTH, Sheet
from entydig.presentation.style import QUIET, settings

__all__ = ["composed"]

TITLE = 12.0
PADDING = 4.0

Painter = Callable[[Sheet, float], float]


def composed(
    paint: Painter,
    *,
    title: str,
    label: str,
    caption: str,
    alt: str,
    data: Data,
    notes: Sequence[str] = (),
    footer: str | None = None,
) -> Figure:
    """Make a figure.

    Parameters
    ----------
    paint : callable
        Draws the body on a sheet below a y and gives the y below it.
    title, label, caption, alt, data
        As in `entydig.presentation.objects.Figure`.
    notes : sequence of str
        Sentences under the body, in quiet text.
    footer : str or None
        Last line inside the picture, under a rule.

    Raises
    ------
    ValueError
        When a text is empty or the label is malformed.
    """
    # Checked before drawing, since an empty title would still cost the drawing's time.
    Figure(label=label, title=title, caption=caption, alt=alt, svg="-", data=data)
    with rc_context(settings(label)):
        sheet = Sheet()
        bottom = paint(
            sheet, sheet.paragraph(0.0, PADDING, title, WIDTH, size=TITLE, weight=600) + 2 * PADDING
        )
        bottom = _foot(sheet, bottom, notes, footer)
        picture = svg.written(sheet.close(bottom), label=label, title=title, alt=alt, hovers=sheet.hovers)
    return Figure(label=label, title=title, caption=caption, alt=alt, svg=picture, data=data)


def _foot(sheet: Sheet, y: float, notes: Sequence[str], footer: str | None) -> float:
    if notes:
        y = sheet.paragraph(0.0, y + PADDING, " ".join(notes), WIDTH, colour=QUIET)
    if footer:
        sheet.line([0.0, WIDTH], [y + 1.5 * PADDING] * 2)
        y = sheet.paragraph(0.0, y + 2 * PADDING, footer, WIDTH, colour=QUIET)
    return y + PADDING
