"""The files of one evaluation and the data it is run on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from entydig.cases.corpus import Corpus
from entydig.cases.material import PROJECTS, Material, read_material
from entydig.cases.register import REGISTER
from entydig.cases.register import read_register as read_case_register
from entydig.cases.writer import Claims
from entydig.claims.register import Register, read_register
from entydig.errors import DataError, Problem, UsageError
from entydig.survey.answers import Survey, read_survey
from entydig.survey.decisions import Decisions, read_decisions
from entydig.survey.files import write_whole
from entydig.survey.folders import CASES, PRIVATE, SHIPPED, WORLD
from entydig.survey.folders import cases_folder as cases_of
from entydig.survey.folders import survey_folder as survey_of
from entydig.survey.instrument import Instrument, read_instrument
from entydig.survey.package import read_package, write_survey
from entydig.survey.place import INSTRUMENT

__all__ = [
    "PRIVATE",
    "SHIPPED",
    "Evaluation",
    "cases_folder",
    "claims_by_finding",
    "draw_cases",
    "read_evaluation",
    "survey_folder",
]


@dataclass(frozen=True)
class Evaluation:
    """Instrument, claims, decisions, survey and case material of one evaluation.

    Attributes
    ----------
    root : Path
    instrument : Instrument
    register : Register
    decisions : Decisions
    survey : Survey
    world : str or None
        The synthetic truth the data were drawn from.
    data : str
        What was asked for: ``"shipped"``, ``"private"``, ``"world:NAME"`` or a folder.
    """

    root: Path
    instrument: Instrument
    register: Register
    decisions: Decisions
    survey: Survey
    world: str | None
    data: str = SHIPPED

    @cached_property
    def material(self) -> Material | None:
        """The coded texts of the cases that go with the answers; None where there are none.

        Raises
        ------
        DataError
            They cannot be used (`entydig.cases.material.read_material`), or texts that were made up would stand beside
            answers that people gave, or the reverse.
        """
        folder = cases_folder(self.root, self.data)
        if folder is None:
            return None
        material = read_material(folder, self.instrument.languages, self.register.claims)
        if material.source != self.survey.source:
            found = f"{material.source} texts beside {self.survey.source} answers"
            action = "replace or remove one of them; see the page on data"
            raise DataError(Problem(str(folder), found, "both real or both synthetic", action))
        return material


def read_evaluation(root: Path, data: str = SHIPPED, choices: Mapping[str, Any] | None = None) -> Evaluation:
    """Read an evaluation with one data set and one set of decisions.

    Parameters
    ----------
    root : Path
    data : str
        ``"shipped"``, ``"private"``, ``"world:NAME"`` or a folder.
    choices : Mapping, optional
        Decisions by name; ``"registered"`` keeps the registered value.

    Raises
    ------
    UserError
        A file or value cannot be used; see the readers.
    """
    instrument = read_instrument(root / INSTRUMENT)
    folder = survey_folder(root, data, instrument)
    package = read_package(folder)
    return Evaluation(
        root=root,
        instrument=instrument,
        register=read_register(root / "data" / "claims.yml", instrument),
        decisions=read_decisions(root / "data" / "decisions.yml").choose(choices or {}),
        survey=read_survey(folder, instrument, package.data),
        world=package.world,
        data=data,
    )


def survey_folder(root: Path, data: str, instrument: Instrument) -> Path:
    """Tell which folder holds the answers; a world is drawn into the cache when it is not there yet.

    Raises
    ------
    UsageError
        An unknown world or a folder that does not exist.
    """
    if data.startswith(WORLD):
        return _world(root, data.removeprefix(WORLD), instrument)
    folder = root / (survey_of(data) or "")
    if data in (SHIPPED, PRIVATE):
        return folder
    if not folder.is_dir():
        expected = f"{SHIPPED}, {PRIVATE}, {WORLD}NAME or a folder"
        raise UsageError(Problem(f"data {data!r}", "is no folder", expected))
    return folder


def _world(root: Path, name: str, instrument: Instrument) -> Path:
    from entydig.survey.generator import simulate
    from entydig.survey.worlds import read_worlds

    source = root / "data" / "worlds.yml"
    worlds = read_worlds(source, instrument)
    if name not in worlds.processes:
        raise UsageError(
            Problem(f"data '{WORLD}{name}'", "is no world", f"one of {', '.join(worlds.processes)}")
        )
    folder = _cached(root, name, [source, root / INSTRUMENT])
    try:
        if not read_package(folder).changed():
            return folder
    except DataError:
        pass  # not drawn yet
    write_survey(simulate(worlds, name), folder, instrument)
    return folder


def cases_folder(root: Path, data: str) -> Path | None:
    """Tell which folder holds the case material; that of a world is drawn into the cache when it is not there yet.

    Returns
    -------
    Path or None
        None where there is none.

    Raises
    ------
    UserError
        The model of a world's cases cannot be used.
    """
    named = cases_of(data)
    if named is None:
        return _world_cases(root, data.removeprefix(WORLD))
    return root / named if any((root / named).glob(PROJECTS)) else None


def claims_by_finding(register: Register, language: str) -> Claims:
    """Give what interviews are about: the claims by finding, worded in the language of the texts."""
    return Claims(
        {
            finding: {claim.id: claim.text[language] for claim in register.of_finding(finding)}
            for finding in register.findings
        }
    )


def draw_cases(root: Path, world: str, turned: Sequence[str] = ()) -> tuple[dict[str, Corpus], pd.DataFrame]:
    """Draw the case material of a world (`entydig.cases.generator.simulate_cases`)."""
    from entydig.cases.generator import simulate_cases

    instrument = read_instrument(root / INSTRUMENT)
    register = read_register(root / "data" / "claims.yml", instrument)
    original = read_case_register(root / CASES / REGISTER, instrument.languages).original
    claims = claims_by_finding(register, original)
    return simulate_cases(root / CASES, world, claims, instrument.languages, turned=turned)


def _world_cases(root: Path, name: str) -> Path | None:
    from entydig.cases.generator import MADE_FROM, write_cases

    made_from = [root / CASES / file for file in MADE_FROM]
    if not all(file.is_file() for file in made_from):
        return None
    folder = _cached(root, name, [*made_from, root / "data" / "claims.yml"]) / CASES.name
    if (folder / REGISTER).is_file():
        return folder
    write_cases(folder, *draw_cases(root, name))
    # Last, since it tells that the rest is there.
    write_whole(folder / REGISTER, made_from[0].read_bytes())
    return folder


def _cached(root: Path, world: str, made_from: Sequence[Path]) -> Path:
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in made_from)).hexdigest()
    return root / ".cache" / "worlds" / f"{world}-{digest[:12]}"
