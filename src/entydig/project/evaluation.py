"""The files of one evaluation and the data it is run on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.claims.register import Register, read_register
from entydig.errors import DataError, Problem, UsageError
from entydig.survey.answers import Survey, read_survey
from entydig.survey.decisions import Decisions, read_decisions
from entydig.survey.instrument import Instrument, read_instrument
from entydig.survey.package import read_package, write_survey
from entydig.survey.place import INSTRUMENT

__all__ = ["PRIVATE", "SHIPPED", "Evaluation", "read_evaluation", "survey_folder"]

SHIPPED = "shipped"
PRIVATE = "private"
WORLD = "world:"


@dataclass(frozen=True)
class Evaluation:
    """Instrument, claims, decisions and survey of one evaluation.

    Attributes
    ----------
    root : Path
    instrument : Instrument
    register : Register
    decisions : Decisions
    survey : Survey
    world : str or None
        The synthetic truth the data were drawn from.
    """

    root: Path
    instrument: Instrument
    register: Register
    decisions: Decisions
    survey: Survey
    world: str | None


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
    )


def survey_folder(root: Path, data: str, instrument: Instrument) -> Path:
    """Tell which folder holds the answers; a world is drawn into the cache when it is not there yet.

    Raises
    ------
    UsageError
        An unknown world or a folder that does not exist.
    """
    if data == SHIPPED:
        return root / "data" / "survey"
    if data == PRIVATE:
        return root / "data" / "private" / "survey"
    if data.startswith(WORLD):
        return _world(root, data.removeprefix(WORLD), instrument)
    folder = Path(data) if Path(data).is_absolute() else root / data
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
    text = source.read_bytes() + (root / INSTRUMENT).read_bytes()
    folder = root / ".cache" / "worlds" / f"{name}-{hashlib.sha256(text).hexdigest()[:12]}"
    try:
        if not read_package(folder).changed():
            return folder
    except DataError:
        pass  # not drawn yet
    write_survey(simulate(worlds, name), folder, instrument)
    return folder
