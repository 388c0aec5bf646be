"""The rule of claim 4.4, that we report perceptions and no effects, holds for every page of the book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from entydig.claims.text_rule import hits, notebook_texts, read_words
from entydig.publishing.filter import filter_page

ROOT = Path(__file__).parents[2]
LANGUAGES = ("da", "en")


def texts() -> Iterator[tuple[str, str, str]]:
    """Give language, place and text of all prose."""
    for notebook in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for language, cell, source in notebook_texts(notebook):
            yield language, f"{notebook.relative_to(ROOT)}, {cell}", source
    for page in sorted((ROOT / "book").glob("*.md")):
        whole = page.read_text(encoding="utf-8")
        yield from ((each, page.name, filter_page(whole, each, page.name)) for each in LANGUAGES)


def test_no_sentence_of_the_book_says_that_the_programme_caused_something() -> None:
    words = read_words(ROOT / "data/causal-words.yml")

    found = [hit for language, where, source in texts() for hit in hits(source, words[language], where)]

    assert not found, "\n".join(f"{hit.where}: {hit.word}: {hit.sentence}" for hit in found)
