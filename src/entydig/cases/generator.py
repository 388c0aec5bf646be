"""Synthetic case material: interviews put together from passages by a stated model, notes, and the coders' readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from entydig.cases.coding import corpus_bytes
from entydig.cases.corpus import Corpus, Stance
from entydig.cases.material import TRANSLATIONS
from entydig.cases.model import MODEL, ORDER, CaseModel, read_model
from entydig.cases.passages import PASSAGES, Passage, read_passages
from entydig.cases.register import REGISTER, CaseRegister, read_register, schema
from entydig.cases.writer import Claims, Writer
from entydig.errors import Problem, Problems, UsageError
from entydig.exchange.refi_codebook import codebook_bytes
from entydig.exchange.refi_project import CodeEntry
from entydig.survey.document import read_document
from entydig.survey.files import write_whole

__all__ = ["MADE_FROM", "Claims", "simulate_cases", "write_cases"]

FRAMES = "frames.yml"
CODEBOOK = "codes.qdc"
MADE_FROM = (REGISTER, MODEL, PASSAGES, FRAMES)


def simulate_cases(
    folder: Path,
    world: str,
    claims: Claims,
    languages: tuple[str, ...],
    *,
    turned: Sequence[str] = (),
) -> tuple[dict[str, Corpus], pd.DataFrame]:
    """Draw the case material of a world.

    Parameters
    ----------
    folder : Path
        With `cases.yml`, `synthetic.yml`, `passages.csv` and `frames.yml`.
    world : str
    claims : Claims
        Those the model has stances for are spoken of.
    languages : tuple of str
        The passages are there in each.
    turned : sequence of str
        Places in which for and against are exchanged.

    Returns
    -------
    corpora : dict
        Place to its coded texts.
    translations : DataFrame
        A row for each passage, a column for each language.

    Raises
    ------
    UserError
        A file is not sound, or there is no such world or place.
    """
    register = read_register(folder / REGISTER, languages)
    model = read_model(folder / MODEL, world, register, claims.wording)
    passages = read_passages(folder / PASSAGES, register, languages, claims.wording)
    frames = read_document(folder / FRAMES, schema("frames"))
    _check(register, model, passages, frames, claims, turned, folder)
    writer = Writer(register, model, passages, frames, claims)
    return {place: writer.corpus(place, place in turned) for place in register.places}, writer.translations()


def write_cases(
    folder: Path, corpora: Mapping[str, Corpus], translations: pd.DataFrame, *, names: str = "{place}"
) -> list[Path]:
    """Write a project for each place, the code book they share, and the passages in other languages.

    Parameters
    ----------
    folder : Path
    corpora, translations
        As `simulate_cases` gives them.
    names : str
        Of the projects.

    Returns
    -------
    list of Path
        The same material gives the same bytes.
    """
    codes = dict.fromkeys(code for corpus in corpora.values() for code in corpus.codes)
    book = [
        CodeEntry(each.guid, each.name, each.description, each.parent, each.kind != "other") for each in codes
    ]
    files = {
        f"{place}.qdpx": corpus_bytes(corpus, names.format(place=place)) for place, corpus in corpora.items()
    }
    files[CODEBOOK] = codebook_bytes(book, "entydig")
    files[TRANSLATIONS] = translations.to_csv(index=False, lineterminator="\n").encode()
    return [write_whole(folder / name, content) for name, content in files.items()]


def _check(
    register: CaseRegister,
    model: CaseModel,
    passages: Mapping[tuple[str, Stance, str], tuple[Passage, ...]],
    frames: Mapping[str, Any],
    claims: Claims,
    turned: Sequence[str],
    folder: Path,
) -> None:
    if unknown := [place for place in turned if place not in register.places]:
        known = ", ".join(register.places)
        raise UsageError(Problem(f"place {', '.join(unknown)}", "is not registered", f"one of {known}"))
    problems = Problems()
    spoken_of = (
        (claim, stance, level) for claim in model.stances for stance in ORDER for level in register.levels
    )
    for missing in (" ".join(each) for each in spoken_of if each not in passages):
        problems.add(str(folder / PASSAGES), f"no passage for {missing}", "one or more")
    interview = frames["interview"]
    spoken = [finding for finding, listed in claims.findings.items() if set(listed) & set(model.stances)]
    needed = [
        *(("interview.opening", level, interview["opening"]) for level in register.levels),
        *(("interview.asides", level, interview["asides"]) for level in register.levels),
        *(("interview.questions", finding, interview["questions"]) for finding in spoken),
        *((part, place, frames[part]) for part in ("observation", "documents") for place in register.places),
    ]
    for part, key, held in needed:
        if key not in held:
            problems.add(f"{folder / FRAMES}: {part}", f"has no {key!r}", "an entry for each")
    problems.raise_if_any()
