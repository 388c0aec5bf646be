"""Citations and sources speak the language of the book."""

from __future__ import annotations

import pytest
from pybtex.database import parse_string
from pybtex.plugin import find_plugin
from sphinxcontrib.bibtex.plugin import find_plugin as find_referencing

from entydig.publishing.references import register_styles

BOOK = (
    "@book{a, author = {Ask, Ada and Bo, Ib}, title = {Tal}, publisher = {Os}, year = {1994}, edition = {2}}"
)


@pytest.mark.parametrize(("language", "listed"), [("da", "Ada Ask og Ib Bo."), ("en", "Ada Ask and Ib Bo.")])
def test_two_authors_are_joined_by_the_languages_own_word(language: str, listed: str) -> None:
    name = register_styles(language)
    style = find_plugin("pybtex.style.formatting", name)()
    (entry,) = style.format_bibliography(parse_string(BOOK, "bibtex"))
    assert entry.text.render_as("text").startswith(listed)
    cited = find_referencing("sphinxcontrib.bibtex.style.referencing", name)()
    assert cited.person.sep2 == cited.person.last_sep == f" {listed.split()[2]} "


def test_styles_can_be_registered_again() -> None:
    assert register_styles("da") == register_styles("da")


@pytest.mark.parametrize(
    ("language", "edition"), [("da", "Os, 2. udgave, 1994."), ("en", "Os, edition 2, 1994.")]
)
def test_an_edition_is_numbered_in_the_words_of_the_language(language: str, edition: str) -> None:
    style = find_plugin("pybtex.style.formatting", register_styles(language))()
    (entry,) = style.format_bibliography(parse_string(BOOK, "bibtex"))
    assert entry.text.render_as("text").endswith(edition)
