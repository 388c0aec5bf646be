"""What the theme loads and a page does not use is left out; what it uses stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from entydig.publishing.lean import pruned, slim_folder

SHEET = (
    '@font-face{font-family:F;src:url(../vendor/fontawesome/webfonts/fa-solid-900.woff2) format("woff2"),'
    'url(../vendor/fontawesome/webfonts/fa-solid-900.ttf) format("truetype")}'
    '.fa-sun:before{content:"\\f185"}.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}'
    '.fa-lg{font-size:1.25em}:root{--icon:"\\f019"}'
)


def test_rules_of_icons_that_do_not_occur_go_and_all_others_stay() -> None:
    lean = pruned(SHEET, {"fa-navicon", "fa-lg"})
    assert "fa-sun" not in lean
    assert '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}' in lean
    assert ".fa-lg{font-size:1.25em}" in lean
    assert 'src:url(../vendor/fontawesome/webfonts/fa-solid-900.woff) format("woff")}' in lean
    assert "woff2" not in lean


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import pydata_sphinx_theme

    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    fonts = tmp_path / "_static" / "vendor" / "fontawesome" / "webfonts"
    styles, scripts = tmp_path / "_static" / "styles", tmp_path / "_static" / "scripts"
    for made in (fonts, styles, scripts):
        made.mkdir(parents=True)
    for font in (theme / "vendor" / "fontawesome" / "webfonts").iterdir():
        (fonts / font.name).write_bytes(font.read_bytes())
    (styles / "pydata-sphinx-theme.css").write_text(SHEET, encoding="utf-8")
    (scripts / "fontawesome.js").write_text("all icons", encoding="utf-8")
    head = '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n<script src="searchindex.js"></script>'
    for name in ("a.html", "search.html"):
        (tmp_path / name).write_text(f'{head}<i class="fa-solid fa-sun"></i>', encoding="utf-8")
    return tmp_path


def test_icons_are_drawn_by_a_font_cut_to_them(folder: Path) -> None:
    from fontTools.ttLib import TTFont

    slim_folder(folder)
    fonts = folder / "_static" / "vendor" / "fontawesome" / "webfonts"
    assert {font.suffix for font in fonts.iterdir()} == {".woff"}
    # fa-sun stands on the page, and f019 is drawn by a rule of its own; fa-bars is not used.
    assert set(TTFont(fonts / "fa-solid-900.woff").getBestCmap()) == {0xF185, 0xF019}
    assert not (folder / "_static" / "scripts" / "fontawesome.js").exists()


def test_the_search_words_are_loaded_by_the_search_page_alone(folder: Path) -> None:
    slim_folder(folder)
    page, search = ((folder / name).read_text(encoding="utf-8") for name in ("a.html", "search.html"))
    assert "<script" not in page
    assert "searchindex.js" in search
    assert "fontawesome" not in search


def test_a_folder_that_is_lean_stays_as_it_is(folder: Path) -> None:
    slim_folder(folder)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    slim_folder(folder)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
