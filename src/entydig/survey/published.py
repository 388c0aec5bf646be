"""Published surveys: tables of counts with what their package says of them, and the figures others have given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from entydig.errors import DataError, Problem, UsageError

__all__ = ["COUNT", "Published", "design", "read_published"]

FIGURES = "validation"
COUNT = "Freq"


class Published:
    """The published surveys of a folder. Read it with `read_published`.

    Parameters
    ----------
    folder : Path
    resources : Mapping
        Name to what the package says of a file: the surveys and `validation`, the figures.
    """

    def __init__(self, folder: Path, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self.folder = folder
        self.resources = MappingProxyType(dict(resources))

    @property
    def surveys(self) -> tuple[str, ...]:
        """Names of the surveys."""
        return tuple(name for name in self.resources if name != FIGURES)

    def told(self, survey: str, what: str) -> Mapping[str, str]:
        """Give a survey's `title`, `short` title or `source` by language.

        Raises
        ------
        UsageError
            There is no such survey.
        """
        texts: Mapping[str, str] = self._survey(survey)["entydig"][what]
        return texts

    def counts(self, survey: str) -> pd.DataFrame:
        """Give a survey as it was published: a row for each combination of answers.

        Returns
        -------
        DataFrame
            `Freq` people; levels as ordered categories, lowest first.

        Raises
        ------
        UsageError
            There is no such survey.
        """
        resource = self._survey(survey)
        frame = pd.read_csv(self.folder / resource["path"], keep_default_na=False)
        for field in resource["schema"]["fields"]:
            if levels := field["constraints"].get("enum"):
                frame[field["name"]] = pd.Categorical(frame[field["name"]], levels, ordered=True)
        return frame

    def people(self, survey: str) -> pd.DataFrame:
        """Give a survey with a row for each person; otherwise as `counts`."""
        counts = self.counts(survey)
        repeated = counts.loc[counts.index.repeat(counts[COUNT])]
        return repeated.drop(columns=COUNT).reset_index(drop=True)

    def answers(
        self, survey: str, item: str, *, positive: Sequence[str] = (), **columns: str
    ) -> pd.DataFrame:
        """Give one item in the form the estimators take.

        Parameters
        ----------
        survey, item : str
        positive : sequence of str
            Levels that count as 1, all others as 0; without any, the value is the level's code from 0 up.
        **columns
            Which column is the `group`, `wave` or `cluster`.

        Returns
        -------
        DataFrame
            A row per person: `value` and the columns asked for.
        """
        people = self.people(survey)
        value = people[item].isin(list(positive)) if positive else people[item].cat.codes
        taken = {name: people[column].astype(object) for name, column in columns.items()}
        return pd.DataFrame({"value": value.astype(float), **taken})

    def figures(self, kind: str, surveys: Sequence[str]) -> pd.DataFrame:
        """Give what others have computed.

        Parameters
        ----------
        kind : str
            ``"published"`` (printed elsewhere) or ``"r"`` (computed by us in R).
        surveys : sequence of str

        Returns
        -------
        DataFrame
            `survey`, `quantity`, `value`, `digits` (decimals shown), `source` (key of the bibliography),
            `place`, and a name of the quantity in each language.

        Raises
        ------
        UsageError
            One of the surveys has none.
        """
        every = pd.read_csv(self.folder / self.resources[FIGURES]["path"], keep_default_na=False)
        found = every[(every["kind"] == kind) & every["survey"].isin(list(surveys))]
        if without := sorted(set(surveys) - set(found["survey"])):
            raise UsageError(Problem(f"figures {kind!r}", f"there are none of {', '.join(without)}"))
        return found.drop(columns="kind").reset_index(drop=True)

    def _survey(self, name: str) -> Mapping[str, Any]:
        if name not in self.surveys:
            raise UsageError(Problem(f"survey {name!r}", "is not there", ", ".join(self.surveys)))
        return self.resources[name]


def read_published(folder: Path) -> Published:
    """Read a folder of published surveys.

    Raises
    ------
    DataError
        There is no package, it is not marked as public, or a file is not what it says.
    """
    path = folder / "datapackage.json"
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "the description of public data"))
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    if descriptor.get("entydig", {}).get("data") != "public":
        raise DataError(Problem(str(path), "is not marked as public", '"data": "public"'))
    entries = {entry["name"]: entry for entry in descriptor["resources"]}
    changed = [
        Problem(str(folder / entry["path"]), "is not the file the package describes", entry["hash"])
        for entry in entries.values()
        if _digest(folder / entry["path"]) != entry["hash"]
    ]
    if changed:
        raise DataError(*changed)
    return Published(folder, entries)


def design(frame: pd.DataFrame, *terms: str) -> pd.DataFrame:
    """Return treatment-coded columns of factors and of products of factors.

    Parameters
    ----------
    frame : DataFrame
        Factors as categories; the first level is the reference.
    *terms
        ``"A"`` or a product ``"A:B"``.

    Returns
    -------
    DataFrame
        0/1 columns named ``"A level"`` and ``"A level:B level"``.

    Examples
    --------
    >>> frame = pd.DataFrame({"A": pd.Categorical(["x", "y", "y"]), "B": pd.Categorical(["u", "u", "v"])})
    >>> design(frame, "A", "A:B").to_dict("list")
    {'A y': [0.0, 1.0, 1.0], 'A y:B v': [0.0, 0.0, 1.0]}
    """
    found: dict[str, pd.Series[float]] = {}
    for term in terms:
        first, *others = term.split(":")
        columns = _dummies(frame[first])
        for factor in others:
            columns = {
                f"{before}:{name}": kept * column
                for before, kept in columns.items()
                for name, column in _dummies(frame[factor]).items()
            }
        found |= columns
    return pd.DataFrame(found, index=frame.index)


def _dummies(factor: pd.Series[Any]) -> dict[str, pd.Series[float]]:
    levels = factor.cat.categories[1:]
    return {f"{factor.name} {level}": (factor == level).astype(float) for level in levels}


def _digest(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else "missing"
