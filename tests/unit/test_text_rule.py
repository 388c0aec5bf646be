from __future__ import annotations

import json
from pathlib import Path

import pytest

from entydig.claims.text_rule import WordLists, hits, notebook_texts, read_words
from entydig.errors import DataError

WORDS = WordLists(programme=("effort", "plan"), cause=("improves", "leads to"), reported=("feel", "cannot"))


@pytest.mark.parametrize(
    "sentence",
    [
        "The effort improves safety.",
        "Over time the plan\nleads to jobs. It is late.".replace("\n", " "),
        "The social Effort IMPROVES everything",
    ],
)
def test_a_sentence_that_names_programme_and_cause_breaks_the_rule(sentence: str) -> None:
    assert [hit.where for hit in hits(sentence, WORDS, "c1")] == ["c1"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Members feel that the effort improves safety.",
        "We cannot say that the effort improves safety.",
        "Practice improves everyone.",  # names no programme
        "The effort is large. Practice improves everyone.",  # not in one sentence
        "They were asked whether *the effort improves safety*.",
        "They agreed with “the effort improves safety”.",
        "> The effort improves safety.",
        "The effort {eval}`improves(plan)` 3 points.",
        "The effort `improves`.",
        "See the effort [here](improves.md).",
        "The unplanned preimproves.",  # only the beginnings of words count
    ],
)
def test_reported_denied_quoted_or_unrelated_sentences_keep_it(sentence: str) -> None:
    assert hits(sentence, WORDS, "c1") == []


def test_a_hit_names_the_word_and_the_sentence() -> None:
    (hit,) = hits("Fine.  The plan   leads to jobs. Fine.", WORDS, "page, c7")

    assert (hit.where, hit.word, hit.sentence) == ("page, c7", "leads to", "The plan leads to jobs.")


def test_only_markdown_cells_of_one_language_are_read(tmp_path: Path) -> None:
    def cell(kind: str, name: str, *tags: str) -> dict[str, object]:
        return {
            "cell_type": kind,
            "id": name,
            "metadata": {"tags": list(tags)},
            "source": [f"text of {name}"],
        }

    notebook = tmp_path / "n.ipynb"
    cells = [cell("markdown", "a", "lang-en"), cell("code", "b", "lang-en"), cell("markdown", "c")]
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")

    assert list(notebook_texts(notebook)) == [("en", "a", "text of a")]


def test_a_list_that_is_missing_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text("en:\n  programme: [plan]\n  cause: [improves]\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"words\.yml.*'reported' is a required property"):
        read_words(file)
