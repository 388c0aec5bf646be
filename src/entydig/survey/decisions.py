"""Registered analysis decisions and the choice among them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from entydig.errors import Problem, Problems, UsageError
from entydig.survey.document import read_document, schema
from entydig.survey.instrument import Wording

__all__ = ["REGISTERED", "Choice", "Decision", "Decisions", "parse_choices", "read_decisions"]

REGISTERED = "registered"
UNWEIGHTED = "none"
Choice = str | float


@dataclass(frozen=True)
class Decision:
    """One choice of the analysis: its allowed values, the registered one first, and why.

    `margins` are the columns of the roster to which weights are raked; empty for other decisions.
    """

    name: str
    values: tuple[Choice, ...]
    reason: Wording
    margins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decisions:
    """The decisions of an evaluation with the value each one has in this analysis.

    Attributes
    ----------
    registered : Mapping[str, Decision]
    chosen : Mapping[str, str or float]
        Departures from the registered values only.
    """

    registered: Mapping[str, Decision]
    chosen: Mapping[str, Choice]

    def __getitem__(self, name: str) -> Choice:
        """Give the value in force."""
        return self.chosen.get(name, self.registered[name].values[0])

    @property
    def confidence(self) -> float:
        """Confidence of the published intervals."""
        return float(self["confidence"])

    @property
    def sesoi(self) -> float:
        """Smallest effect size of interest, as a difference of shares."""
        return float(self["sesoi"])

    @property
    def weighted(self) -> bool:
        """Whether answers are weighted for non-response."""
        return "weights" in self.registered and self["weights"] != UNWEIGHTED

    @property
    def margins(self) -> tuple[str, ...]:
        """Columns of the roster to which weights are raked."""
        return self.registered["weights"].margins if "weights" in self.registered else ()

    def choose(self, chosen: Mapping[str, object]) -> Decisions:
        """Give the decisions with other values.

        Parameters
        ----------
        chosen : Mapping
            Name to value; the word ``"registered"`` keeps the registered value.

        Raises
        ------
        UsageError
            Unknown names or values, all at once, with the nearest match.
        """
        problems = Problems(UsageError)
        departures = {name: self._checked(name, value, problems) for name, value in chosen.items()}
        problems.raise_if_any()
        kept = {name: value for name, value in departures.items() if value is not None}
        changed = {name: value for name, value in kept.items() if value != self.registered[name].values[0]}
        return Decisions(self.registered, MappingProxyType({**self.chosen, **changed}))

    def _checked(self, name: str, value: object, problems: Problems) -> Choice | None:
        if name not in self.registered:
            near = difflib.get_close_matches(name, self.registered, n=1)
            action = f"did you mean {near[0]}?" if near else ""
            problems.add(
                f"decision {name!r}", "is not registered", f"one of {', '.join(self.registered)}", action
            )
            return None
        if value == REGISTERED:
            return None
        allowed = self.registered[name].values
        match = next((entry for entry in allowed if entry == value or str(entry) == str(value)), None)
        if match is None and isinstance(value, str):
            match = next(
                (entry for entry in allowed if isinstance(entry, float) and _as_float(value) == entry), None
            )
        if match is None:
            written = ", ".join(map(str, allowed))
            problems.add(f"decision {name!r}", f"value {value!r} is not registered", f"one of {written}")
        return match


def read_decisions(path: Path) -> Decisions:
    """Read the registered decisions; nothing is chosen yet.

    Raises
    ------
    DataError
        The file breaks its schema.
    """
    content = read_document(path, schema("decisions"))["decisions"]
    registered = {
        name: Decision(
            name,
            tuple(entry["values"]),
            MappingProxyType(entry["reason"]),
            tuple(entry.get("margins", ())),
        )
        for name, entry in content.items()
    }
    return Decisions(MappingProxyType(registered), MappingProxyType({}))


def parse_choices(texts: tuple[str, ...]) -> dict[str, str]:
    """Split ``name=value`` texts of a command line.

    Raises
    ------
    UsageError
        A text without an equals sign.
    """
    for text in texts:
        if "=" not in text:
            raise UsageError(Problem(text, "has no equals sign", "name=value"))
    return dict(text.split("=", 1) for text in texts)


def _as_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
