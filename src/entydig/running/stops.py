"""Why a run stopped other than by an error in a cell, each with the cell it was in."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from typing import Any

__all__ = ["InlineError", "ProcessDied", "ServerDied", "Stop", "TooLong", "TooMuchOutput", "Undeclared"]


class ServerDied(BrokenExecutor):
    """The fork server is gone or does not answer; the notebook that asked may be tried again."""


class Stop(Exception):  # noqa: N818 - each kind is shown by its name, as Python's errors are
    """A run stopped.

    Attributes
    ----------
    index : int
        Of the cell, counted in the notebook that ran.
    cell : str
        The cell's id.
    ename, evalue : str
        What happened, as a kernel tells errors.
    """

    def __init__(self, index: int, cell: str, evalue: str, *rest: Any) -> None:
        super().__init__(index, cell, evalue, *rest)
        self.index = index
        self.cell = cell
        self.evalue = evalue

    @property
    def ename(self) -> str:
        """The kind of the stop."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"cell {self.index} (id {self.cell}): {self.ename}: {self.evalue}"


class ProcessDied(Stop):
    """The notebook's process ended: a crash, an exit, or somebody's signal."""


class TooLong(Stop):
    """The run used up its time."""


class TooMuchOutput(Stop):
    """The run sent more output than it may."""


class Undeclared(Stop):
    """The notebook opened files of the project that it does not declare."""


class InlineError(Stop):
    """An inline expression failed: the expression, and what Python said."""

    def __init__(self, index: int, cell: str, expression: str, result: Mapping[str, Any]) -> None:
        super().__init__(index, cell, str(result.get("evalue", "")), expression, result)
        self.expression = expression
        self.kind = str(result.get("ename", ""))
        self.traceback = [str(line) for line in result.get("traceback", [])]

    def __reduce__(self) -> tuple[Any, ...]:
        index, cell, _, expression, result = self.args
        return InlineError, (index, cell, expression, result)

    @property
    def ename(self) -> str:
        """The kind of error Python raised."""
        return self.kind

    def __str__(self) -> str:
        return f"cell {self.index} (id {self.cell}): {{eval}}`{self.expression}`: {self.ename}: {self.evalue}"
