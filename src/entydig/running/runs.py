"""What is run and what comes out: one notebook, one language, one set of parameters.

Nothing of Jupyter is imported here, so that a build can be planned without it.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entydig.errors import Problem

__all__ = ["Failure", "Result", "Run", "run_path"]


@dataclass(frozen=True)
class Run:
    """One notebook to execute.

    Attributes
    ----------
    notebook : Path
        Relative to the project.
    language : str
        Handed over as the parameter ``lang``.
    parameters : mapping
        Checked values (`entydig.running.parameters.check`), without ``lang``.
    stage : int
        1, or 2 for a notebook that reads the records of stage 1.
    page : Path, optional
        Where it is published, when one notebook gives several pages; the notebook itself without it.
    """

    notebook: Path
    language: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    stage: int = 1
    page: Path | None = None

    @property
    def given(self) -> dict[str, Any]:
        """All parameters as papermill gets them."""
        return {"lang": self.language, **self.parameters}

    @property
    def command(self) -> str:
        """The one command that repeats this run."""
        words = [f"-p {name}={_typed(value)}" for name, value in self.given.items()]
        return " ".join(["entydig run", shlex.quote(self.notebook.as_posix()), *words])

    def __str__(self) -> str:
        return f"{(self.page or self.notebook).as_posix()} [{self.language}]"


@dataclass(frozen=True)
class Failure:
    """What went wrong in a run, and how to repeat it.

    Attributes
    ----------
    run : Run
    cell : int or None
        Index of the cell in the notebook's source; None when no cell is to blame.
    cell_id, source : str
        The cell's id, and its code or the inline expression.
    error : str
        Kind and message of the error in one line.
    traceback : str
        Without colours; may be empty.
    """

    run: Run
    cell: int | None
    cell_id: str
    source: str
    error: str
    traceback: str

    def problem(self) -> Problem:
        """Give it as one entry of a `RunError`."""
        where = str(self.run) if self.cell is None else f"{self.run}, cell {self.cell} (id {self.cell_id})"
        parts = [self.error, _indented(self.source), _indented(self.traceback)]
        found = "\n".join(part for part in parts if part)
        return Problem(where, found, action=f"repeat just this run: {self.run.command}")


@dataclass(frozen=True)
class Result:
    """An executed notebook as bytes, the seconds it took, and what failed; `stored` when nothing was run."""

    run: Run
    notebook: bytes
    seconds: float
    failure: Failure | None = None
    stored: bool = False


def run_path(root: Path, build: str, run: Run, *, failed: bool = False) -> Path:
    """Tell where a run's notebook stands: ``_build/runs/<build>/<language>/<page or notebook>``."""
    file = root / "_build" / "runs" / build / run.language / (run.page or run.notebook)
    return file.with_suffix(".failed.ipynb") if failed else file


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else shlex.quote(str(value))


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.strip("\n").splitlines())
