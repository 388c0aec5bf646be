"""Survey tables on disk as a Frictionless Data Package: what columns may hold, origin and hashes of files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from entydig.errors import DataError, Problem
from entydig.survey.generator import Simulated
from entydig.survey.instrument import Instrument, Item

__all__ = ["DESCRIPTOR", "Package", "Resource", "read_package", "write_survey", "write_tables"]

DESCRIPTOR = "datapackage.json"
CC0 = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}
TITLES = {
    "roster": "Everyone asked, one row for each person and wave",
    "answers": "Answers of those who responded",
    "truth": "What everyone asked would answer; known for synthetic data only",
}


@dataclass(frozen=True)
class Resource:
    """One file of a package, with its size in bytes and its hash as written."""

    name: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Package:
    """A data package.

    Attributes
    ----------
    folder : Path
    data : str
        ``"synthetic"`` or ``"real"``.
    world : str or None
    seed : int or None
    resources : Mapping[str, Resource]
    """

    folder: Path
    data: str
    world: str | None
    seed: int | None
    resources: Mapping[str, Resource]

    def changed(self) -> tuple[str, ...]:
        """Name the files that are missing or no longer what the package says."""
        return tuple(name for name, resource in self.resources.items() if not _unchanged(resource))


def write_survey(simulated: Simulated, folder: Path, instrument: Instrument) -> Path:
    """Write one draw of a world: ``roster.csv``, ``answers.csv``, ``truth.csv`` and ``datapackage.json``.

    Returns
    -------
    Path
        The descriptor.
    """
    frames = {"roster": simulated.roster, "answers": simulated.answers, "truth": simulated.truth}
    origin: dict[str, str | int] = {
        "data": "synthetic",
        "world": simulated.world,
        "seed": simulated.seed,
    }
    return write_tables(frames, folder, instrument, origin, licence=CC0)


def write_tables(
    frames: Mapping[str, pd.DataFrame],
    folder: Path,
    instrument: Instrument,
    origin: Mapping[str, str | int],
    *,
    licence: Mapping[str, str] | None = None,
) -> Path:
    """Write survey tables and their descriptor.

    Everything is written beside its place first and moved there last, so that a stop leaves no half file.

    Parameters
    ----------
    frames : Mapping[str, DataFrame]
        ``"roster"``, ``"answers"`` and possibly ``"truth"``; columns as in
        `entydig.survey.generator.Simulated`.
    folder : Path
        Made if it does not exist.
    instrument : Instrument
    origin : Mapping
        ``data`` (``"synthetic"`` or ``"real"``) and, for synthetic data, ``world`` and ``seed``.
    licence : Mapping, optional
        Name, path and title.

    Returns
    -------
    Path
        The descriptor.
    """
    files = {f"{name}.csv": _csv(frame).encode() for name, frame in frames.items()}
    synthetic = origin["data"] == "synthetic"
    descriptor: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "survey",
        "title": "Synthetic survey answers, drawn from a stated model" if synthetic else "Survey answers",
        "entydig": dict(origin),
        **({"licenses": [dict(licence)]} if licence else {}),
        "resources": [
            _resource(name, files[f"{name}.csv"], _schema(name, frames, instrument)) for name in frames
        ],
    }
    files[DESCRIPTOR] = (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
    _write_all(folder, files)
    return folder / DESCRIPTOR


def read_package(folder: Path) -> Package:
    """Read a package's descriptor.

    Raises
    ------
    DataError
        The descriptor is missing, is no JSON, or lacks what this program writes into it.
    """
    path = folder / DESCRIPTOR
    action = "import or simulate the data anew"
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "the description of the data", action))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        origin = content["entydig"]
        data = {"synthetic": "synthetic", "real": "real"}[origin["data"]]
        resources = {entry["name"]: _read_resource(folder, entry) for entry in content["resources"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        expected = "a descriptor as this program writes it"
        raise DataError(Problem(str(path), f"cannot be used: {error!r}", expected, action)) from error
    return Package(folder, data, origin.get("world"), origin.get("seed"), MappingProxyType(resources))


def _csv(frame: pd.DataFrame) -> str:
    buffer = StringIO()
    frame.to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue()


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = {name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for name, content in files.items():
            beside[name].write_bytes(content)
        for name, path in beside.items():
            path.replace(folder / name)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)


def _read_resource(folder: Path, entry: Mapping[str, Any]) -> Resource:
    digest = entry["hash"].removeprefix("sha256:")
    return Resource(entry["name"], folder / entry["path"], entry["bytes"], digest)


def _unchanged(resource: Resource) -> bool:
    if not resource.path.is_file() or resource.path.stat().st_size != resource.bytes:
        return False
    return hashlib.sha256(resource.path.read_bytes()).hexdigest() == resource.sha256


def _resource(name: str, content: bytes, rules: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": TITLES.get(name, name),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": dict(rules),
    }


def _schema(name: str, frames: Mapping[str, pd.DataFrame], instrument: Instrument) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "fields": [_field(str(column), instrument) for column in frames[name].columns],
        "missingValues": [""],
        "primaryKey": ["respondent", "wave"],
    }
    if name != "roster" and "roster" in frames:
        known = {"resource": "roster", "fields": ["respondent", "wave"]}
        rules["foreignKeys"] = [{"fields": ["respondent", "wave"], "reference": known}]
    return rules


def _field(column: str, instrument: Instrument) -> dict[str, Any]:
    keys: dict[str, dict[str, Any]] = {
        "respondent": {"type": "string", "constraints": {"required": True}},
        "wave": {"type": "integer", "constraints": {"required": True, "enum": sorted(instrument.waves)}},
        "group": {"type": "string", "constraints": {"required": True, "enum": list(instrument.groups)}},
    }
    if column in keys:
        return {"name": column, **keys[column]}
    for item in instrument.items.values():
        if column in item.columns:
            title = item.text[instrument.languages[0]]
            return {"name": column, "title": title, **_allowed(item, instrument)}
    return {"name": column, "type": "string"}


def _allowed(item: Item, instrument: Instrument) -> dict[str, Any]:
    if item.classes:
        return {"type": "string", "constraints": {"enum": list(item.classes)}}
    if item.scale:
        codes = [instrument.not_asked, *item.scale.levels, instrument.dont_know, instrument.not_relevant]
        return {"type": "integer", "constraints": {"enum": codes}}
    if item.options:
        return {"type": "integer", "constraints": {"enum": [instrument.not_asked, 0, 1]}}
    return {"type": "string"}
