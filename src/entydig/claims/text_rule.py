"""Claims about our own text: that nothing in it says that the evaluated programme caused what people report.

A sentence breaks the rule when it names the programme and a word of cause, and neither reports what somebody
perceives nor denies the cause. The words are the evaluation's own, in a YAML file. What stands in quotation marks,
in italics (an item's or answer's wording), in code or in an inline expression is not ours and does not count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.survey.document import read_document, schema

__all__ = ["Hit", "WordLists", "hits", "notebook_texts", "read_words"]

NOT_OURS = re.compile(
    r"```.*?```|`[^`]*`|\{[\w:]+\}`[^`]*`|»[^«]*«|“[^”]*”|„[^“]*“|\"[^\"\n]*\"|\*[^*\n]+\*|\]\([^)]*\)|^>.*$",
    re.DOTALL | re.MULTILINE,
)
SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n")
LANGUAGE_TAG = "lang-"


@dataclass(frozen=True)
class WordLists:
    """Beginnings of words, or phrases, of one language, in lower case.

    Attributes
    ----------
    programme : tuple of str
        What is evaluated.
    cause : tuple of str
        Words that say that something brings something about.
    reported : tuple of str
        Words that mark a sentence as somebody's perception, or that deny the cause.
    """

    programme: tuple[str, ...]
    cause: tuple[str, ...]
    reported: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A sentence that breaks the rule: where it stands, its word of cause, and itself."""

    where: str
    word: str
    sentence: str


def read_words(path: Path) -> Mapping[str, WordLists]:
    """Read the word lists, language to lists.

    Raises
    ------
    DataError
        The file is missing or breaks its schema.
    """
    content = read_document(path, schema("causal_words"))
    return {language: WordLists(**_lowered(lists)) for language, lists in content.items()}


def hits(text: str, words: WordLists, where: str) -> list[Hit]:
    """Find the sentences of a text that break the rule, in their order.

    Parameters
    ----------
    text : str
        Markdown.
    words : WordLists
        Of the text's language.
    where : str
        For the reader, such as the name of a cell.
    """
    found = []
    for sentence in SENTENCE.split(NOT_OURS.sub(" ", text)):
        cause = _first(words.cause, sentence)
        if cause and _first(words.programme, sentence) and not _first(words.reported, sentence):
            found.append(Hit(where, cause, " ".join(sentence.split())))
    return found


def notebook_texts(notebook: Path) -> Iterator[tuple[str, str, str]]:
    """Give language, cell id and text of each Markdown cell of a notebook that belongs to one language."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        tags: Sequence[str] = cell["metadata"].get("tags", ())
        languages = [tag.removeprefix(LANGUAGE_TAG) for tag in tags if tag.startswith(LANGUAGE_TAG)]
        if cell["cell_type"] == "markdown" and languages:
            yield languages[0], str(cell.get("id", "?")), "".join(cell["source"])


def _first(beginnings: Iterable[str], sentence: str) -> str | None:
    lowered = sentence.lower()
    return next((each for each in beginnings if re.search(rf"(?<!\w){re.escape(each)}", lowered)), None)


def _lowered(lists: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(word.lower() for word in words) for name, words in lists.items()}
