"""One effect small enough for a table cell, in the colour of the text around it."""

from __future__ import annotations

from html import escape

from entydig.presentation import intervals
from entydig.presentation.rows import Estimated
from entydig.presentation.sheet import Axis
from entydig.wording import text

__all__ = ["mini_effect"]


def mini_effect(
    estimate: Estimated | None,
    *,
    sesoi: float,
    language: str,
    name: str | None,
    reference: float = 0.0,
    span: float = 0.5,
    width: int = 160,
    height: int = 22,
) -> str:
    """Draw one estimate small enough for a table cell, on a scale common to all cells.

    Parameters
    ----------
    estimate : Estimated or None
        What is drawn; a missing one leaves only the band and the zero line.
    sesoi : float
        Half the width of the shaded band (0..1 scale).
    language : str
        Such as ``"da"``.
    name : str or None
        What is estimated, for those who hear the page; None where the estimate is written beside it.
    reference : float
        Value that stands at zero: the threshold of a level claim, 0 for differences.
    span : float
        The scale runs from minus to plus this; an end of the interval outside it becomes an arrow.
    width, height : int
        Size in CSS pixels.

    Returns
    -------
    str
        An inline ``<svg>`` in the colour of the text around it, without ids or styles; with a ``<title>``, or
        hidden from those who hear the page when it has no name.

    Raises
    ------
    ValueError
        When the name is an empty text or the scale has no width.
    """
    if (name is not None and not name.strip()) or span <= 0:
        raise ValueError("a small effect needs a name and a scale wider than zero")
    axis, middle = Axis(3.0, width - 3.0, -span, span), height / 2
    found = intervals.known(estimate)
    parts = [
        (
            f'<rect x="{axis.at(-sesoi):.1f}" y="1" width="{axis.length(min(sesoi, span)) * 2:.1f}" '
            f'height="{height - 2}" fill="currentColor" fill-opacity="0.1"/>'
        ),
        _stroke(axis.at(0.0), 1, axis.at(0.0), height - 1, 1, opacity=0.55),
    ]
    if found:
        parts += _small(axis, middle, intervals.ends(found, reference))
    shape = f'class="entydig-effect" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    if name is None:
        return f'<svg {shape} aria-hidden="true">{"".join(parts)}</svg>'
    said = escape(_said(found, name, language))
    return f'<svg {shape} role="img" aria-label="{said}"><title>{said}</title>{"".join(parts)}</svg>'


def _said(found: Estimated | None, name: str, language: str) -> str:
    estimate = intervals.written(found, language) if found else text("not_shown", language)
    return text("alt_mini", language, name=name, estimate=estimate)


def _small(axis: Axis, y: float, ends: tuple[float, float, float]) -> list[str]:
    low, value, high = ends
    parts = [_stroke(axis.at(low), y, axis.at(high), y, 2)]
    for end, outside, inward in ((low, low < axis.low, 4.0), (high, high > axis.high, -4.0)):
        if outside:
            x = axis.at(end)
            parts.append(
                f'<path d="M{x + inward:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}L{x + inward:.1f} {y + 4:.1f}" '
                'fill="none" stroke="currentColor" stroke-width="2"/>'
            )
    if axis.low <= value <= axis.high:
        parts.append(f'<circle cx="{axis.at(value):.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>')
    return parts


def _stroke(x1: float, y1: float, x2: float, y2: float, width: int, opacity: float = 1.0) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
        f'stroke-width="{width}" stroke-opacity="{opacity:g}"/>'
    )
