"""The register of the cases: the places, the levels that speak, the kinds of text, the emergent codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from entydig.errors import Problems
from entydig.survey.document import read_document

__all__ = ["REGISTER", "CaseRegister", "Described", "read_register", "schema"]

REGISTER = "cases.yml"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Described:
    """Something with a name and a text about it, each by language."""

    name: Texts
    about: Texts


@dataclass(frozen=True)
class CaseRegister:
    """What is fixed of the cases before anything is read.

    Attributes
    ----------
    original : str
        The language of the texts.
    seed : int
        Of the order in which passages are quoted.
    notice : mapping
        First line of every text that was made up, by language.
    places, levels, codes : mapping of str to Described
        Places with their context, levels with who was asked, emergent codes with their definition.
    kinds : mapping
        Interview, observation, document: each with its name by language.
    """

    original: str
    seed: int
    notice: Texts
    places: Mapping[str, Described]
    levels: Mapping[str, Described]
    codes: Mapping[str, Described]
    kinds: Mapping[str, Texts]

    def level(self, said: str) -> str | None:
        """Give the level that is meant by an id or by a name in any language, whatever its case."""
        wanted = said.strip().casefold()
        for key, level in self.levels.items():
            if wanted in {key.casefold(), *(name.casefold() for name in level.name.values())}:
                return key
        return None

    def code_name(self, name: str, language: str) -> str:
        """Give an emergent code in another language; one that is not registered keeps its own name."""
        for code in self.codes.values():
            if code.name[self.original] == name:
                return code.name[language]
        return name


def read_register(path: Path, languages: tuple[str, ...]) -> CaseRegister:
    """Read the register of the cases.

    Parameters
    ----------
    path : Path
    languages : tuple of str
        Every text has to be there in each of them.

    Raises
    ------
    DataError
        The file is missing or breaks its schema, a text lacks a language, two levels share a name.
    """
    content = read_document(path, schema("register"))
    problems = Problems()
    _check_languages(content, languages, str(path), problems)
    names = [name.casefold() for level in content["levels"].values() for name in set(level["name"].values())]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add(f"{path}: levels", f"{name!r} names two levels", "a name of its own for each")
    if content["original"] not in languages:
        problems.add(f"{path}: original", f"{content['original']!r}", f"one of {', '.join(languages)}")
    problems.raise_if_any()
    return CaseRegister(
        original=content["original"],
        seed=content["seed"],
        notice=content["notice"],
        places=_described(content["places"], "context"),
        levels=_described(content["levels"], "who"),
        codes=_described(content["codes"], "definition"),
        kinds=content["kinds"],
    )


def schema(name: str) -> dict[str, Any]:
    """Read one of the JSON Schemas of this layer by name."""
    file = resources.files("entydig.cases").joinpath("schemas", f"{name}.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _described(entries: Mapping[str, Any], about: str) -> dict[str, Described]:
    return {key: Described(entry["name"], entry[about]) for key, entry in entries.items()}


def _check_languages(content: Any, languages: tuple[str, ...], where: str, problems: Problems) -> None:
    """Note every group of texts (keys are languages, values texts) that lacks one."""
    if not isinstance(content, Mapping):
        return
    if content and set(content) & set(languages) and all(isinstance(each, str) for each in content.values()):
        if missing := [language for language in languages if language not in content]:
            problems.add(where, f"has no text in {', '.join(missing)}", ", ".join(languages))
        return
    for key, each in content.items():
        _check_languages(each, languages, f"{where}: {key}", problems)
