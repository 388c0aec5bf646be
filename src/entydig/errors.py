"""Errors a person can act on, each with its exit code.

A `UserError` prints without a traceback; anything else is a bug of ours and shows one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = [
    "BookError",
    "DataError",
    "DisclosureError",
    "NotebookError",
    "Problem",
    "Problems",
    "ReproductionError",
    "RunError",
    "UsageError",
    "UserError",
]

SHOWN_AT_MOST = 50


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands, what was found, what was expected, what to do."""

    where: str
    found: str
    expected: str = ""
    action: str = ""

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.found}"]
        if self.expected:
            parts.append(f"expected: {self.expected}")
        if self.action:
            parts.append(f"to do: {self.action}")
        return "\n    ".join(parts)


class UserError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    *problems
        All that is wrong, so that one reading is enough.

    Attributes
    ----------
    exit_code : int
        What the command line returns.
    """

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        shown = [f"  - {problem}" for problem in self.problems[:SHOWN_AT_MOST]]
        rest = len(self.problems) - SHOWN_AT_MOST
        if rest > 0:
            shown.append(f"  ... and {rest} more")
        count = len(self.problems)
        return "\n".join([f"{count} problem{'s' if count != 1 else ''} found", *shown])


class UsageError(UserError):
    """The command was called wrongly."""

    exit_code = 2


class DataError(UserError):
    """A data file cannot be used."""

    exit_code = 3


class NotebookError(UserError):
    """A notebook or one of its parameters is not what the contract asks for."""

    exit_code = 4


class RunError(UserError):
    """A notebook failed while it ran."""

    exit_code = 5


class BookError(UserError):
    """The site could not be built."""

    exit_code = 6


class DisclosureError(UserError):
    """Publishing this could tell something about a person."""

    exit_code = 7


class ReproductionError(UserError):
    """A published number or file does not come out again."""

    exit_code = 8


@dataclass
class Problems:
    """Collects the problems of one file, so that they are reported together."""

    kind: type[UserError] = DataError
    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, found: str, expected: str = "", action: str = "") -> None:
        """Note one problem."""
        self.found.append(Problem(where, found, expected, action))

    def raise_if_any(self) -> None:
        """Raise all of them as one error.

        Raises
        ------
        UserError
            Of the kind given, when at least one problem was noted.
        """
        if self.found:
            raise self.kind(*self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)
