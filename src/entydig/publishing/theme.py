"""What the theme says in English and what its pages get wrong, put right in the finished HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from ruamel.yaml import YAML

from entydig.wording import text

__all__ = ["polish", "polish_folder", "theme_texts"]

ATTRIBUTES = r"(?:title|aria-label|placeholder|data-bs-title)"
START = 'class="sidebar-primary-items__start sidebar-primary__section"'
TOGGLE = '<span class="toctree-toggle"'
SUMMARY = re.compile(r'(<summary\b[^>]*?)\s+aria-label="[^"]*"([^>]*>)(.*?)</summary>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
ENTRY = re.compile(r'("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*")(?=,?$)', re.MULTILINE)
# These have their texts inside.
SCRIPTS = ("copybutton.js", "togglebutton.js")
# Sphinx's own translations, some of them empty.
CATALOGUE = "translations.js"


def theme_texts(language: str) -> dict[str, str]:
    """Give the theme's English texts with their replacements; empty for a language without a table."""
    file = resources.files("entydig.publishing").joinpath(f"theme.{language}.yml")
    if not file.is_file():
        return {}
    content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in content.items()}


def polish(page: str, texts: Mapping[str, str], navigation_label: str, toggle_label: str = "") -> str:
    """Replace the theme's texts where they fill an element or an attribute, and mend what WCAG asks for.

    Parameters
    ----------
    page : str
        A finished HTML page.
    texts : mapping
        From what the theme says to what it should say.
    navigation_label : str
        Names the landmark around logo and search.
    toggle_label : str
        Names the buttons that fold a page's subpages in the sidebar, which are pictures alone.

    Returns
    -------
    str

    Examples
    --------
    >>> polish('<a title="Search">Search</a>', {"Search": "Søg"}, "Start")
    '<a title="Søg">Søg</a>'
    """
    if texts:
        words = "|".join(re.escape(each) for each in sorted(texts, key=len, reverse=True))
        for pattern in (rf"(>\s*)({words})(\s*<)", rf'(\s{ATTRIBUTES}=")({words})(")'):
            page = re.sub(pattern, lambda found: found[1] + texts[found[2]] + found[3], page)
    page = page.replace('role="doc-biblioentry"', 'role="listitem"')
    page = page.replace(START, f'{START} role="navigation" aria-label="{navigation_label}"', 1)
    # A name that differs from the word on the button makes it unusable by voice (WCAG 2.5.3).
    page = page.replace(f"<summary>{TOGGLE}", f'<summary aria-label="{toggle_label}">{TOGGLE}')
    page = SUMMARY.sub(lambda found: _named_by_its_text(found) or found[0], page)
    return re.sub(r'(<button class="[^"]*search-button-field[^>]*?)\s+aria-label="[^"]*"', r"\1", page)


def _named_by_its_text(summary: re.Match[str]) -> str | None:
    """Drop the name of a summary that has a text to be named by."""
    before, after, content = summary.groups()
    return f"{before}{after}{content}</summary>" if TAG.sub("", content).strip() else None


def polish_folder(folder: Path, language: str) -> None:
    """Polish every page of a finished site, and the texts inside the scripts of its buttons."""
    texts = theme_texts(language)
    labels = [text(key, language) for key in ("navigation_label", "toggle_label")]
    for file in sorted(folder.rglob("*.html")):
        _rewrite(file, lambda page: polish(page, texts, *labels))
    quoted = {
        f"{mark}{said}{mark}": f"{mark}{wanted}{mark}" for said, wanted in texts.items() for mark in "'\""
    }
    for file in (folder / "_static" / name for name in SCRIPTS):
        if file.is_file():
            _rewrite(file, lambda script: _replaced(script, quoted))
    if (folder / "_static" / CATALOGUE).is_file():
        _rewrite(folder / "_static" / CATALOGUE, lambda script: _translated(script, texts))


def _replaced(script: str, texts: Mapping[str, str]) -> str:
    for said, wanted in texts.items():
        script = script.replace(said, wanted)
    return script


def _translated(script: str, texts: Mapping[str, str]) -> str:
    """Give the texts of a catalogue in our words where we have some."""
    return ENTRY.sub(
        lambda found: f"{found[1]}: {json.dumps(texts.get(json.loads(found[1])) or json.loads(found[2]))}",
        script,
    )


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    before = file.read_text(encoding="utf-8")
    after = change(before)
    if after != before:
        file.write_text(after, encoding="utf-8")
