"""Numbers and the machinery's own texts in each language.

The texts stand in catalogues, one YAML file per subject and language (``<subject>.<language>.yml``); a
language without a catalogue reads the English one.
"""

from __future__ import annotations

import datetime
import math
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from ruamel.yaml import YAML

__all__ = ["date", "interval", "languages", "listing", "number", "percent", "points", "text"]

FALLBACK = "en"
MISSING = "–"
MINUS = "\N{MINUS SIGN}"


def number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number as the language does.

    Parameters
    ----------
    value : float
        Any number; NaN gives a dash.
    language : str
        Such as ``"da"``.
    decimals : int
        Digits after the decimal sign, always shown.

    Returns
    -------
    str

    Examples
    --------
    >>> number(1234.5, "da", 1)
    '1.234,5'
    >>> number(-0.04, "en", 1)
    '0.0'
    """
    if math.isnan(value):
        return MISSING
    rounded = round(value, decimals) + 0.0  # turns -0.0 into 0.0
    return str(format_decimal(rounded, _pattern(decimals), locale=language)).replace("-", MINUS)


def percent(share: float, language: str, decimals: int = 0) -> str:
    r"""Write a share between 0 and 1 as a percentage; NaN gives a dash.

    Examples
    --------
    >>> percent(0.625, "en", 1)
    '62.5%'
    >>> percent(0.62, "da")
    '62\xa0%'
    """
    if math.isnan(share):
        return MISSING
    sign = "\N{NO-BREAK SPACE}%" if " " in _percent_pattern(language) else "%"
    return number(100 * share, language, decimals) + sign


def points(difference: float, language: str, decimals: int = 0, sign: bool = True) -> str:
    """Write a difference of shares in percentage points, without the unit.

    Parameters
    ----------
    difference : float
        Difference of two shares on the 0..1 scale; NaN gives a dash.
    language : str
        Such as ``"da"``.
    decimals : int
        Digits after the decimal sign.
    sign : bool
        Whether a rise carries a plus.

    Examples
    --------
    >>> points(-0.148, "da", 1)
    '−14,8'
    >>> points(0.05, "en")
    '+5'
    """
    written = number(100 * difference, language, decimals)
    rises = not math.isnan(difference) and round(100 * difference, decimals) > 0
    return f"+{written}" if sign and rises else written


def date(day: str, language: str) -> str:
    r"""Write a day given as ``YYYY-MM-DD`` as the language does.

    Examples
    --------
    >>> date("2026-11-24", "da")
    '24.\xa0november\xa02026'
    """
    written = str(format_date(datetime.date.fromisoformat(day), format="long", locale=language))
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def interval(low: str, high: str, language: str) -> str:
    """Write the two ends of an interval, already formatted, as a range in words.

    Examples
    --------
    >>> interval("−21", "−8", "en")
    '−21 to −8'
    """
    return text("interval", language, low=low, high=high)


def listing(words: list[str], language: str) -> str:
    """Write words as a list with the language's *and*.

    Examples
    --------
    >>> listing(["a", "b", "c"], "da")
    'a, b og c'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {text('and', language)} {words[-1]}"


def text(key: str, language: str, **values: Any) -> str:
    """Give one text of the machinery with its values filled in.

    Raises
    ------
    KeyError
        When no catalogue has the key.
    """
    return _catalogue(language)[key].format(**values)


def languages() -> tuple[str, ...]:
    """Give the languages that have catalogues of their own."""
    names = {name.split(".")[1] for name in _catalogue_files()}
    return tuple(sorted(names))


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


@cache
def _percent_pattern(language: str) -> str:
    return str(format_percent(0.5, locale=language)).replace("\N{NO-BREAK SPACE}", " ")


@cache
def _catalogue_files() -> tuple[str, ...]:
    folder = resources.files(__name__)
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yml")))


@cache
def _catalogue(language: str) -> dict[str, str]:
    known = language if language in languages() else FALLBACK
    entries: dict[str, str] = {}
    for name in _catalogue_files():
        if name.split(".")[1] == known:
            source = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
            entries |= dict(YAML(typ="safe", pure=True).load(source) or {})
    return entries
