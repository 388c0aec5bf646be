"""The case material of an evaluation: one coded project for each place, read together.

A folder holds the register (`cases.yml`), a project ``PLACE.qdpx`` for each registered place, where needed a
``PLACE.codes.yml`` that says what its codes mean, and where texts are shown in other languages
``translations.csv``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from entydig.cases.coding import read_corpus
from entydig.cases.corpus import Corpus, Segment, Source, joined
from entydig.cases.register import REGISTER, CaseRegister, read_register
from entydig.cases.scheme import CONVENTION, read_scheme
from entydig.errors import DataError, Problem, Problems

__all__ = ["PROJECTS", "TRANSLATIONS", "Material", "read_material", "read_translations"]

PROJECTS = "*.qdpx"
TRANSLATIONS = "translations.csv"


@dataclass(frozen=True)
class Material:
    """Register and coded texts.

    Attributes
    ----------
    register : CaseRegister
    corpus : Corpus
    translations : mapping
        Language to passage in the original to passage in that language.
    """

    register: CaseRegister
    corpus: Corpus
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def source(self) -> Literal["real", "synthetic"]:
        """Whether people said it or a model."""
        return "synthetic" if self.corpus.synthetic else "real"

    def words(self, segment: Segment, language: str) -> tuple[str, str]:
        """Give the words of a passage, and the language they are in: the original where no translation is known."""
        said = self.corpus.quotation(segment)
        if language == self.register.original:
            return said, language
        other = self.translations.get(language, {}).get(said)
        return (said, self.register.original) if other is None else (other, language)


def read_material(folder: Path, languages: tuple[str, ...], claims: Collection[str]) -> Material:
    """Read the case material of a folder.

    Parameters
    ----------
    folder : Path
    languages : tuple of str
        Of the publication.
    claims : collection of str
        Those there are.

    Returns
    -------
    Material
        Places in the order of the register. Levels have the names of the register.

    Raises
    ------
    DataError
        A file is missing or not sound, a text belongs to another place than its file, a level is unknown, or texts
        that people said stand beside texts that were made up.
    """
    register = read_register(folder / REGISTER, languages)
    problems = Problems()
    for place in register.places:
        if not (folder / f"{place}.qdpx").is_file():
            found = f"there is no {place}.qdpx"
            problems.add(
                str(folder),
                found,
                "a project for each registered place",
                f"add it, or take it out of {REGISTER}",
            )
    problems.raise_if_any()
    corpora = [_of_place(folder, place, register, claims) for place in register.places]
    synthetic = {source.synthetic for corpus in corpora for source in corpus.sources}
    if len(synthetic) > 1:
        made = [place for place, corpus in zip(register.places, corpora, strict=True) if corpus.synthetic]
        found = f"texts that were made up ({', '.join(made)}) stand beside texts that people said"
        raise DataError(
            Problem(str(folder), found, "one or the other", "mark or replace the places in question")
        )
    return Material(register, joined(corpora), read_translations(folder / TRANSLATIONS, register.original))


def read_translations(path: Path, original: str) -> dict[str, dict[str, str]]:
    """Read the passages in other languages; there are none where the file is not there.

    Parameters
    ----------
    path : Path
        CSV with a column for each language, the original among them.
    original : str

    Raises
    ------
    DataError
        The file cannot be read or has no column for the original.
    """
    if not path.is_file():
        return {}
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise DataError(Problem(str(path), f"cannot be read: {error}", "CSV in UTF-8")) from error
    if original not in table.columns:
        raise DataError(Problem(str(path), f"has no column {original!r}", "a column for each language"))
    others = [name for name in table.columns if name != original]
    return {name: dict(zip(table[original], table[name], strict=True)) for name in others}


def _of_place(folder: Path, place: str, register: CaseRegister, claims: Collection[str]) -> Corpus:
    path, said = folder / f"{place}.qdpx", folder / f"{place}.codes.yml"
    scheme = replace(read_scheme(said) if said.is_file() else CONVENTION, case=place)
    corpus = read_corpus(path, scheme, claims=claims)
    problems = Problems()
    sources = tuple(_placed(source, place, register, str(path), problems) for source in corpus.sources)
    problems.raise_if_any()
    return replace(corpus, sources=sources)


def _placed(source: Source, place: str, register: CaseRegister, where: str, problems: Problems) -> Source:
    """Put a text into the place of its file, which also stands for a name of the project's own."""
    at = f"{where}: source {source.id!r}"
    if source.case != place and source.case in register.places:
        problems.add(at, f"belongs to {source.case}", f"texts of {place}", "move the text or rename the file")
    level = register.level(source.level) if source.level else ""
    if level is None:
        known = ", ".join(register.levels)
        action = f"correct it, or say it in {place}.codes.yml"
        problems.add(at, f"its level is {source.level!r}", f"one of {known}", action)
    return replace(source, case=place, level=level or "")
