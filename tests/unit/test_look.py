"""One look: the colours of the site are those of the figures, and can be read."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from entydig.presentation import style
from entydig.publishing.fonts import FACES, SYMBOLS

SITE = resources.files("entydig.publishing").joinpath("static", "entydig.css").read_text(encoding="utf-8")
ALONE = (
    resources.files("entydig.publishing")
    .joinpath("templates", "entydig-export.css")
    .read_text(encoding="utf-8")
)
LIGHT = {"paper": style.PAPER, "ink": style.INK, "quiet": style.QUIET, "rule": style.RULE}
# On the paper: text 7:1, what is quiet or is followed 4.5:1 (WCAG 2.2, 1.4.6 and 1.4.3).
LEAST = {"ink": 7.0, "quiet": 4.5, "link": 4.5, "group-1": 4.5, "group-2": 4.5}


def values(sheet: str, opening: str, prefix: str) -> dict[str, str]:
    """Read the colours among the custom properties of the first rule that begins so."""
    block = sheet[sheet.index(opening) :].partition("}")[0]
    return dict(re.findall(rf"--{prefix}([\w-]+): (#[0-9a-f]{{6}});", block))


def light() -> dict[str, str]:
    return values(SITE, ":root, html", "entydig-")


def dark() -> dict[str, str]:
    return values(SITE, 'html[data-theme="dark"] {', "entydig-")


def test_the_site_has_the_colours_of_the_figures() -> None:
    assert {name: light()[name] for name in LIGHT} == LIGHT
    assert [light()["group-1"], light()["group-2"]] == [each.colour for each in style.GROUPS[:2]]
    assert light()["link"] == style.GROUPS[0].colour


@pytest.mark.parametrize("colours", [light(), dark()], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
def test_what_is_read_stands_out_from_its_ground(colours: dict[str, str], ground: str) -> None:
    weak = {
        name: style.contrast(colours[name], colours[ground])
        for name, least in LEAST.items()
        if style.contrast(colours[name], colours[ground]) < least
    }
    assert weak == {}


def test_the_dark_site_has_every_colour_of_the_light_one() -> None:
    assert set(dark()) == set(light())


def test_pages_that_stand_alone_have_the_same_colours() -> None:
    bright = values(ALONE, ":root {", "")
    assert bright == {name: light()[name] for name in bright}
    dim = values(ALONE[ALONE.index("prefers-color-scheme") :], ":root {", "")
    assert dim == {name: dark()[name] for name in dim}
    assert set(dim) == set(bright) == {"paper", "ink", "quiet", "rule", "wash", "link"}


def test_no_colour_is_written_outside_the_custom_properties() -> None:
    rest = re.sub(r"--[\w-]+:[^;]*;", "", SITE)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)", rest)) <= {
        "#fff"
    }  # the paper under a figure in the dark


def test_every_font_of_the_site_is_one_that_is_made() -> None:
    named = set(re.findall(r'url\("fonts/([\w-]+)\.woff"\)', SITE))
    assert named == {*FACES, SYMBOLS}
