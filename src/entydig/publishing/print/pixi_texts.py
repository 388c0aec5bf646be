"""The evaluation's own words in the short edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.errors import BookError, Problems
from entydig.publishing.configuration import read_yaml

__all__ = ["TEXTS", "Drawing", "PixiTexts", "Section", "read_pixi_texts"]

TEXTS = Path("book", "print", "pixi.yml")
KNOWN = frozenset(
    [
        *("cover", "short", "about_title", "about", "drawing", "findings", "places", "recommendations"),
        *("recommendations_lead", "sure", "colophon"),
    ]
)
LISTS = ("about", "colophon")
OF_DRAWING = ("file", "alt", "caption")
OF_SECTION = ("title", "text")


@dataclass(frozen=True)
class Section:
    """A titled paragraph."""

    title: str
    text: str


@dataclass(frozen=True)
class Drawing:
    """A drawing of the evaluation: a file, what it shows in words, and how to read it."""

    file: Path
    alt: str
    caption: str


@dataclass(frozen=True)
class PixiTexts:
    """Words of one language; what an evaluation does not say is empty.

    Attributes
    ----------
    cover : str
        A line above the title.
    short : str
        Title in the running foot; the book's own without it.
    about_title : str
    about : sequence of str
        What was evaluated, in paragraphs.  Without it there is no such page.
    drawing : Drawing or None
        Stands on that page.
    findings, places, recommendations : str
        Headings.
    recommendations_lead : str
    sure : sequence of Section
        What is to be known of the findings beside what every evaluation says.
    colophon : sequence of str
    """

    cover: str = ""
    short: str = ""
    about_title: str = ""
    about: Sequence[str] = ()
    drawing: Drawing | None = None
    findings: str = ""
    places: str = ""
    recommendations: str = ""
    recommendations_lead: str = ""
    sure: Sequence[Section] = ()
    colophon: Sequence[str] = ()


def read_pixi_texts(root: Path, language: str) -> PixiTexts:
    """Read the words of a language from ``book/print/pixi.yml``; an evaluation may have none.

    Raises
    ------
    BookError
        An entry is unknown, of another kind than expected or empty, a drawing lacks its alternative text, or its file
        is not there: all of these at once.
    """
    file = root / TEXTS
    if not file.is_file():
        return PixiTexts()
    given = read_yaml(file).get(language) or {}
    where, problems = f"{TEXTS.as_posix()}, {language}", Problems(BookError)
    if not isinstance(given, dict):
        problems.add(where, "is not a mapping", "entries with texts")
        problems.raise_if_any()
    if unknown := sorted(set(given) - KNOWN):
        problems.add(where, f"unknown {', '.join(unknown)}", ", ".join(sorted(KNOWN)))
    for name, value in given.items():
        if name in LISTS and not _all_texts(value):
            problems.add(f"{where}, {name}", "is not a list of texts", "paragraphs")
        elif name in KNOWN - {*LISTS, "drawing", "sure"} and not _said(value):
            problems.add(f"{where}, {name}", "is not a text", "one line")
    drawing = _drawing(root, given.get("drawing"), where, problems)
    sections = _sections(given.get("sure") or (), where, problems)
    problems.raise_if_any()
    plain = {name: value for name, value in given.items() if name not in {"drawing", "sure"}}
    return PixiTexts(**plain, drawing=drawing, sure=sections)


def _drawing(root: Path, given: Any, where: str, problems: Problems) -> Drawing | None:
    if given is None:
        return None
    at = f"{where}, drawing"
    if not _complete(given, OF_DRAWING, at, problems):
        return None
    if not (root / given["file"]).is_file():
        problems.add(at, f"there is no file {given['file']}", "a drawing in SVG")
    return Drawing(root / given["file"], given["alt"], given["caption"])


def _sections(given: Any, where: str, problems: Problems) -> tuple[Section, ...]:
    if not isinstance(given, list | tuple):
        problems.add(f"{where}, sure", "is not a list", "sections with title and text")
        return ()
    return tuple(
        Section(each["title"], each["text"])
        for number, each in enumerate(given, start=1)
        if _complete(each, OF_SECTION, f"{where}, sure, section {number}", problems)
    )


def _complete(given: Any, names: Sequence[str], where: str, problems: Problems) -> bool:
    found: Mapping[str, Any] = given if isinstance(given, dict) else {}
    missing = [name for name in names if not _said(found.get(name))]
    if missing:
        problems.add(where, f"has no {', '.join(missing)}", f"{', '.join(names)}, each a text")
    return not missing


def _said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_said, value))
