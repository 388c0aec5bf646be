"""What the theme loads on every page and a page does not use, left out: icons, search, cards, copy buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["pruned", "setup_lean", "slim_folder"]

# Files whose name has the first are of use where the page has the second.
NEEDED = {
    "sphinx-design": 'class="sd-',
    "design-tabs": 'class="sd-',
    "copybutton": "highlight",
    "clipboard": "highlight",
    "mystnb": 'class="cell',
}
# The theme's own layout writes these, so that no hook reaches them. The search words go to the search page, which
# loads what it needs itself.
ICON_SCRIPT = re.compile(
    r"\s*<!-- So that users can add custom icons -->|\s*<script defer src=\"[^\"]*fontawesome\.js[^\"]*\"></script>"
)
SEARCH_SCRIPT = re.compile(
    r"\s*<script src=\"[^\"]*(?:searchtools|language_data|searchindex)\.js[^\"]*\"></script>"
)
SEARCH = "search.html"
SHEET = Path("_static") / "styles" / "pydata-sphinx-theme.css"
SCRIPTS = Path("_static") / "scripts"
FONTS = Path("_static") / "vendor" / "fontawesome" / "webfonts"
DRAWN = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\[0-9a-f]+"\}')
ICON = re.compile(r"\bfa-[a-z0-9-]+")
SIGN = re.compile(r'"\\([0-9a-f]{4,5})"')
SOURCES = re.compile(r'url\(([^)]*/fa-[\w-]+)\.woff2\) format\("woff2"\),url\([^)]*\) format\("truetype"\)')


def setup_lean(app: Sphinx) -> None:
    """Register what leaves out the unused."""
    app.connect("html-page-context", _needed, priority=910)
    app.connect("build-finished", _finish, priority=890)


# Each of these hears an event; see "Event callbacks" in Sphinx's documentation for what it is given.
def _needed(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    unneeded = [name for name, sign in NEEDED.items() if sign not in body]
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        context[kind] = [
            each
            for each in files
            if not any(name in str(getattr(each, "filename", each)) for name in unneeded)
        ]


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        slim_folder(Path(app.outdir))


def slim_folder(folder: Path) -> None:
    """Take the unused out of a finished site: icons are drawn by a font of those that occur, search has one page.

    Parameters
    ----------
    folder : Path
        One language of the site.
    """
    used: set[str] = set()
    for file in sorted(folder.rglob("*.html")):
        page = file.read_text(encoding="utf-8")
        lean = ICON_SCRIPT.sub("", page)
        lean = lean if file == folder / SEARCH else SEARCH_SCRIPT.sub("", lean)
        if lean != page:
            file.write_text(lean, encoding="utf-8")
        used |= set(ICON.findall(lean))
    for script in (folder / SCRIPTS).glob("*sphinx*.js"):
        used |= set(ICON.findall(script.read_text(encoding="utf-8")))
    _slim_icons(folder, used)


def pruned(sheet: str, used: Iterable[str]) -> str:
    r"""Give a style sheet without the icons that do not occur, its font in the format that is made here.

    Examples
    --------
    >>> pruned('.fa-a:before,.fa-b:before{content:"\\f001"}.fa-c:before{content:"\\f002"}', ["fa-b"])
    '.fa-a:before,.fa-b:before{content:"\\f001"}'
    """
    kept = set(used)

    def written(rule: re.Match[str]) -> str:
        names = {name.removesuffix(":before").removeprefix(".") for name in rule[1].split(",")}
        return rule[0] if names & kept else ""

    return SOURCES.sub(r'url(\1.woff) format("woff")', DRAWN.sub(written, sheet))


def _slim_icons(folder: Path, used: set[str]) -> None:
    """Draw the icons by fonts cut to them, not by the script that knows every icon there is."""
    sheet, fonts = folder / SHEET, sorted((folder / FONTS).glob("fa-*.ttf"))
    if not sheet.is_file() or not fonts:
        return
    sheet.write_text(pruned(sheet.read_text(encoding="utf-8"), used), encoding="utf-8")
    sheets = (file.read_text(encoding="utf-8") for file in (folder / "_static").rglob("*.css"))
    signs = sorted({int(sign, 16) for content in sheets for sign in SIGN.findall(content)})
    for font in fonts:
        _cut(font, font.with_suffix(".woff"), signs)
        for old in (font, font.with_suffix(".woff2")):
            old.unlink(missing_ok=True)
    for file in (folder / SCRIPTS).glob("fontawesome.js*"):
        file.unlink()


def _cut(source: Path, target: Path, signs: list[int]) -> None:
    from fontTools import subset

    options = subset.Options(flavor="woff", notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    with subset.load_font(str(source), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)
