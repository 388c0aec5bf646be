"""The register of recommendations: what is recommended, why, and which claims it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from entydig.claims.register import Register
from entydig.errors import Problems
from entydig.survey.document import read_document
from entydig.survey.instrument import Wording

__all__ = ["Recommendation", "read_recommendations"]


@dataclass(frozen=True)
class Recommendation:
    """One recommendation.

    Attributes
    ----------
    id : str
    finding : str
        The finding it answers.
    text, why : mapping of str
        The recommendation and its reason, by language.
    explicit : bool
        Whether the source itself asks for it; else it is a reading of the finding.
    claims : tuple of str
        Those without which it would lose its reason.
    """

    id: str
    finding: str
    text: Wording
    why: Wording
    explicit: bool
    claims: tuple[str, ...]


def read_recommendations(
    path: Path, register: Register, languages: Sequence[str]
) -> tuple[Recommendation, ...]:
    """Read the recommendations, in the order of the file.

    Parameters
    ----------
    path : Path
    register : Register
        Knows the findings and the claims.
    languages : sequence of str
        Every text has to be there in each of them.

    Raises
    ------
    DataError
        The file is missing or breaks its schema; an id stands twice, a finding or a claim is not registered, a text lacks
        a language: all of these at once.
    """
    entries: list[dict[str, Any]] = read_document(path, _schema())["recommendations"]
    problems = Problems()
    ids = [entry["id"] for entry in entries]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        problems.add(f"{path}: recommendation {name}", "stands twice", "an id of its own for each")
    for entry in entries:
        _check(entry, f"{path}: recommendation {entry['id']}", register, languages, problems)
    problems.raise_if_any()
    return tuple(Recommendation(**{**entry, "claims": tuple(entry["claims"])}) for entry in entries)


def _schema() -> dict[str, Any]:
    file = resources.files("entydig.claims").joinpath("schemas", "recommendations.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _check(
    entry: Mapping[str, Any], where: str, register: Register, languages: Sequence[str], problems: Problems
) -> None:
    if entry["finding"] not in register.findings:
        known = ", ".join(register.findings)
        problems.add(where, f"finding {entry['finding']!r} is not registered", f"one of {known}")
    if unknown := [claim for claim in entry["claims"] if claim not in register.claims]:
        known = ", ".join(register.claims)
        problems.add(where, f"claims not registered: {', '.join(unknown)}", f"some of {known}")
    for name in ("text", "why"):
        if missing := [language for language in languages if language not in entry[name]]:
            problems.add(f"{where}, {name}", f"has no text in {', '.join(missing)}", ", ".join(languages))
