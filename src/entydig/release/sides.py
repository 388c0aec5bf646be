"""One side of a comparison: the records of a build, and what it was made from."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from entydig.claims.ledger import VERSION, collect
from entydig.errors import DataError, Problem, Problems, UsageError
from entydig.publishing.folders import MAIN, build_folders
from entydig.publishing.provenance import Provenance, provenance
from entydig.survey.decisions import read_decisions
from entydig.survey.document import schema

__all__ = ["Side", "builds", "read_side"]

LEDGER = "ledger.json"
FAILED = ".failed.ipynb"
WANTED = "a build's name, the folder of its site or of its runs, or a ledger.json"


@dataclass(frozen=True)
class Side:
    """A build as its ledger tells it.

    Attributes
    ----------
    name : str
        As it was asked for.
    place : str
        Where the records were read.
    records : mapping
        By claim, in the order of the ledger.
    made_from : Provenance or None
        None beside a ledger that stands alone.
    """

    name: str
    place: str
    records: Mapping[str, Mapping[str, Any]]
    made_from: Provenance | None = None

    @property
    def source(self) -> str:
        """``"real"`` or ``"synthetic"``; empty where no claim is decided and nothing else tells."""
        kinds = sorted({str(record["data"]) for record in self.records.values()})
        return ", ".join(kinds) or (self.made_from.source if self.made_from else "")


def builds(root: Path) -> tuple[str, ...]:
    """Name the builds of a project that have a ledger or runs, the main one first."""
    made = root / "_build"
    ledgers = (
        ledger.parent.name.removeprefix("site").removeprefix("-") for ledger in made.glob(f"site*/{LEDGER}")
    )
    names = {name or MAIN for name in ledgers} | {
        folder.name for folder in made.glob("runs/*") if _executed(folder)
    }
    return tuple(sorted(names, key=lambda name: (name != MAIN, name)))


def read_side(root: Path, given: str) -> Side:
    """Read one side of a comparison.

    Parameters
    ----------
    root : Path
        The project, for builds by name.
    given : str
        A build's name, which gives its site's ledger, else its runs; else the folder of a site or of the runs
        of a build, or a ledger.

    Returns
    -------
    Side

    Raises
    ------
    UsageError
        There is no such build, folder or file.
    DataError
        What is there is no ledger, is one of another version, or has records that break their schema.
    """
    path = Path(given)
    if given in builds(root):
        site = build_folders(root, given)[1]
        return _of_folder(
            root, site if (site / LEDGER).is_file() else root / "_build" / "runs" / given, given
        )
    if path.is_dir():
        return _of_folder(root, path, given)
    if path.is_file():
        return _of_ledger(root, path, given)
    raise _unknown(root, given)


def _unknown(root: Path, given: str) -> UsageError:
    known = builds(root)
    near = difflib.get_close_matches(given, known, n=1)
    there = f"builds there are: {', '.join(known)}" if known else "there is no build yet: `entydig build`"
    action = f"did you mean {near[0]}? {there}" if near else there
    return UsageError(Problem(f"build {given!r}", "is no build, folder or file", WANTED, action))


def _of_folder(root: Path, folder: Path, name: str) -> Side:
    if (folder / LEDGER).is_file():
        return _of_ledger(root, folder / LEDGER, name)
    if files := _executed(folder):
        return _of_runs(root, folder, files, name)
    raise DataError(Problem(str(folder), f"has no {LEDGER} and no executed notebooks", WANTED))


def _of_ledger(root: Path, file: Path, name: str) -> Side:
    records = {record["claim"]: record for record in _records(file)}
    return Side(name, _place(root, file), records, Provenance.read(file.parent))


def _of_runs(root: Path, folder: Path, files: Sequence[Path], name: str) -> Side:
    """Take the records of one language, which are those of the others too."""
    first = files[0].relative_to(folder).parts[0]
    records = collect(file for file in files if file.relative_to(folder).parts[0] == first and _decides(file))
    decisions = read_decisions(root / "data" / "decisions.yml")
    made_from = provenance((file.read_bytes() for file in files), records, decisions, build=folder.name)
    return Side(name, _place(root, folder), {record["claim"]: record for record in records}, made_from)


def _place(root: Path, path: Path) -> str:
    """Name a place of the project without the folders of this machine."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _executed(folder: Path) -> list[Path]:
    """Find the executed notebooks of a build: ``<language>/<notebook>``."""
    found = folder.glob("*/**/*.ipynb")
    return sorted(file for file in found if not file.name.endswith(FAILED))


def _decides(file: Path) -> bool:
    """Say whether a notebook decides claims itself; those of a later stage show them again."""
    about = json.loads(file.read_text(encoding="utf-8"))["metadata"].get("entydig", {})
    return int(about.get("stage", 1)) == 1


def _records(file: Path) -> list[dict[str, Any]]:
    """Read the records of a ledger, each checked against its schema."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_constant=lambda _: None)
    except (OSError, ValueError) as error:
        raise DataError(Problem(str(file), f"cannot be read: {error}", f"a {LEDGER}")) from error
    version = content.get("schema") if isinstance(content, dict) else None
    if not isinstance(version, str) or not version.startswith(VERSION.partition("/")[0]):
        raise DataError(Problem(str(file), "is no ledger", f"a {LEDGER} as a build writes it"))
    if version != VERSION:
        found = f"is a ledger of another version: {version}"
        raise DataError(Problem(str(file), found, VERSION, "compare with the entydig that wrote it"))
    return _checked(content.get("records"), file)


def _checked(records: Any, file: Path) -> list[dict[str, Any]]:
    problems, rules = Problems(DataError), Draft202012Validator(schema("record"))
    seen: set[str] = set()
    for number, record in enumerate(records if isinstance(records, list) else [None]):
        where = f"{file}, record {number}"
        for fault in rules.iter_errors(record):
            place = ".".join(map(str, fault.path))
            problems.add(f"{where}{f' ({place})' if place else ''}", fault.message[:200])
        claim = str(record.get("claim")) if isinstance(record, dict) else ""
        if claim in seen:
            problems.add(where, f"claim {claim} a second time", "one record a claim")
        seen.add(claim)
    problems.raise_if_any()
    return list(records)
