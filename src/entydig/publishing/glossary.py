"""The glossary of an evaluation: its entries, their order in a language, and where a text uses them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from entydig.errors import BookError, Problem, Problems
from entydig.survey.document import line_of
from entydig.wording import text

__all__ = ["GLOSSARY", "Entry", "Finder", "Words", "in_order", "read_glossary"]

GLOSSARY = Path("book", "glossary.yml")
SCHEMA = ("schemas", "glossary.json")


@dataclass(frozen=True)
class Words:
    """What an entry is called in one language, and what it means."""

    term: str
    also: tuple[str, ...]
    definition: str

    @property
    def forms(self) -> tuple[str, ...]:
        """Everything that stands for the entry in a text."""
        return (self.term, *self.also)


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes
    ----------
    id : str
        Its anchor is ``term-<id>``.
    words : mapping
        By language.
    source : str
        Keys of the bibliography, separated by commas; empty for our own definition.
    """

    id: str
    words: Mapping[str, Words]
    source: str = ""

    @property
    def anchor(self) -> str:
        """Where it stands on the page of the glossary."""
        return f"term-{self.id}"


def read_glossary(path: Path, languages: Sequence[str]) -> tuple[Entry, ...]:
    """Read a glossary.

    Parameters
    ----------
    path : Path
        A YAML list of entries.
    languages : sequence of str
        Every entry has to be there in each.

    Returns
    -------
    tuple of Entry
        As in the file; empty when there is no such file.

    Raises
    ------
    BookError
        The file is not YAML, breaks its schema, lacks a language, or gives one id or one form of a word to
        two entries: all places at once, each with its line.
    """
    if not path.is_file():
        return ()
    try:
        content = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise BookError(
            Problem(str(path), f"cannot be read as YAML: {error}", "a list of entries")
        ) from error
    problems = Problems(BookError)
    for broken in Draft202012Validator(_schema()).iter_errors(content):
        place = ".".join(str(key) for key in broken.absolute_path) or "the whole file"
        expected = str(broken.schema.get("description", "")) if isinstance(broken.schema, dict) else ""
        where = f"{path}, line {line_of(content, broken.absolute_path)} ({place})"
        problems.add(where, broken.message, expected)
    problems.raise_if_any()
    entries = tuple(_entry(given) for given in content)
    _check(path, content, entries, languages)
    return entries


def in_order(entries: Iterable[Entry], language: str) -> list[Entry]:
    """Give the entries in the alphabetical order of a language, word by word.

    Letters the language's alphabet lacks count as their base letter (é as e); upper and lower case are alike.
    """
    alphabet = {letter: number for number, letter in enumerate(text("alphabet", language), start=1)}

    def place(entry: Entry) -> tuple[list[int], str]:
        term = entry.words[language].term
        return [alphabet.get(letter, 0) for letter in _letters(term.lower(), alphabet)], term

    return sorted(entries, key=place)


class Finder:
    """Finds the words of a glossary in running text.

    Parameters
    ----------
    entries : iterable of Entry
    language : str
        An entry without it is never found.
    """

    def __init__(self, entries: Iterable[Entry], language: str) -> None:
        chosen = [(entry, entry.words[language]) for entry in entries if language in entry.words]
        self._entries = {_key(form): entry for entry, words in chosen for form in words.forms}
        longest_first = sorted(self._entries, key=lambda form: (-len(form), form))
        forms = "|".join(_pattern(form) for form in longest_first)
        self._pattern = re.compile(rf"(?<![\w-])(?:{forms})(?!\w|-\w)") if forms else None

    def find(self, running: str) -> Iterator[tuple[int, int, Entry]]:
        """Give each place where an entry is named: begin, end, entry; the longest form wins.

        Examples
        --------
        >>> wave = Entry("wave", {"en": Words("wave", ("waves",), "One round of a survey.")})
        >>> [(begin, end) for begin, end, _ in Finder([wave], "en").find("Waves: wave-wise, in a waveform")]
        [(0, 5)]
        """
        for match in self._pattern.finditer(running) if self._pattern else ():
            yield match.start(), match.end(), self._entries[_key(match[0])]


def _schema() -> dict[str, Any]:
    file = resources.files("entydig.publishing").joinpath(*SCHEMA)
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _entry(given: Mapping[str, Any]) -> Entry:
    words = {
        str(language): Words(
            _one_line(each["term"]),
            tuple(_one_line(form) for form in each.get("also") or ()),
            _one_line(each["definition"]),
        )
        for language, each in given.items()
        if language not in ("id", "source")
    }
    return Entry(str(given["id"]), MappingProxyType(words), str(given.get("source", "")))


def _check(path: Path, content: Any, entries: Sequence[Entry], languages: Sequence[str]) -> None:
    problems = Problems(BookError)
    taken: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        line = line_of(content, [number, "id"])
        if missing := [language for language in languages if language not in entry.words]:
            found = f"the entry {entry.id} has no {', '.join(missing)}"
            problems.add(f"{path}, line {line}", found, "every language of the book")
        for kind, name in _names(entry):
            first = taken.setdefault((kind, name), number)
            if first != number:
                found = f"{kind} {name!r} is taken by the entry of line {line_of(content, [first, 'id'])}"
                problems.add(f"{path}, line {line}", found, "one entry for each")
    problems.raise_if_any()


def _names(entry: Entry) -> Iterator[tuple[str, str]]:
    """Give what no second entry may have: id, and the forms of each language."""
    yield "id", entry.id
    for language, words in entry.words.items():
        for form in dict.fromkeys(map(_key, words.forms)):
            yield f"the form [{language}]", form


def _one_line(given: str) -> str:
    return " ".join(str(given).split())


def _key(form: str) -> str:
    """Make forms equal that differ in their first letter's case or their white space alone."""
    joined = _one_line(form)
    return joined[:1].lower() + joined[1:]


def _pattern(form: str) -> str:
    first, rest = form[:1], r"\s+".join(re.escape(word) for word in form[1:].split(" "))
    return f"[{re.escape(first)}{re.escape(first.upper())}]{rest}"


def _letters(term: str, alphabet: Mapping[str, int]) -> Iterator[str]:
    for letter in term:
        yield letter if letter in alphabet else unicodedata.normalize("NFD", letter)[:1]
