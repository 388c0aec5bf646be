"""Runs: one notebook, one language, one set of parameters; executed one by one or many at a time."""

from __future__ import annotations

import logging
import re
import shlex
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import nbformat

from entydig import __version__
from entydig.errors import NotebookError, Problem
from entydig.running import inline
from entydig.running.store import ContentKey

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Failure", "Result", "Run", "execute", "run_path"]

ENGINE = "entydig"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
INJECTED = "injected-parameters"

# One thread, one hash seed, one backend: the same bytes on every machine (execution.md, pitfalls).
KERNEL_ENVIRONMENT: Mapping[str, str] = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


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
    """

    notebook: Path
    language: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    stage: int = 1

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
        return f"{self.notebook.as_posix()} [{self.language}]"


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
    """An executed notebook as bytes, the seconds it took, and what failed."""

    run: Run
    notebook: bytes
    seconds: float
    failure: Failure | None = None


def run_path(root: Path, build: str, run: Run, *, failed: bool = False) -> Path:
    """Tell where a run's notebook stands: ``_build/runs/<build>/<language>/<notebook>``."""
    file = root / "_build" / "runs" / build / run.language / run.notebook
    return file.with_suffix(".failed.ipynb") if failed else file


def execute(
    run: Run,
    root: Path,
    *,
    key: ContentKey | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: int = 600,
) -> Result:
    """Execute one notebook with papermill and our engine.

    Parameters
    ----------
    run : Run
        What to execute.  The file itself is not changed.
    root : Path
        The project; the kernel finds it as ``ENTYDIG_PROJECT``.
    key : ContentKey, optional
        Written into the metadata ``entydig.key``.
    environment : mapping, optional
        Further variables for the kernel.
    timeout : int
        Seconds a cell may take.

    Returns
    -------
    Result
        Bytes without times and paths of this machine.  A run that fails gives the notebook up to the failure.

    Raises
    ------
    NotebookError
        The notebook cannot be read, or has inline expressions in headings or captions.
    """
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from entydig.running.client import InlineError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the result tells of the failure
    inline.check_cells(_source(root, run).cells, run.notebook.as_posix())
    started = time.perf_counter()
    variables = {**KERNEL_ENVIRONMENT, "ENTYDIG_PROJECT": str(root.resolve()), **(environment or {})}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "run.ipynb"
        failure: Failure | None = None
        try:
            papermill.execute_notebook(
                str((root / run.notebook).resolve()),
                str(output),
                parameters=run.given,
                engine_name=ENGINE,
                request_save_on_cell_execute=False,
                progress_bar=False,
                execution_timeout=timeout,
                run_language=run.language,
                environment=variables,
                # Not papermill's own `cwd`, which moves this whole process and every thread of it.
                folder=str((root / run.notebook).resolve().parent),
                rescue=str(output),
            )
        except (
            PapermillExecutionError,
            InlineError,
            DeadKernelError,
            CellTimeoutError,
            NoSuchKernel,
        ) as error:
            failure = _failure(run, root, output, error)
        finally:
            _close_event_loop()
        content = _finished(run, output, key)
    return Result(run, content, time.perf_counter() - started, failure)


def _close_event_loop() -> None:
    """Close the loop nbclient made for this thread, which it never does itself."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()


def _source(root: Path, run: Run) -> NotebookNode:
    try:
        return cast("NotebookNode", nbformat.read(root / run.notebook, as_version=4))
    except Exception as error:  # nbformat raises many kinds for a broken file
        raise NotebookError(
            Problem(run.notebook.as_posix(), f"cannot be read: {error}", "a notebook")
        ) from error


def _failure(run: Run, root: Path, output: Path, error: Exception) -> Failure:
    """Find the failing cell; an error that is no cell's is told by its kind and message."""
    position, cell = _failed_cell(run, root, output)
    name, message = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    lines = getattr(error, "traceback", None)
    shown = "\n".join(lines) if isinstance(lines, list) else ""
    source = getattr(error, "expression", None) or (cell.source if cell else "")
    first_line = ANSI.sub("", str(message)).strip().partition("\n")[0]
    return Failure(
        run,
        position,
        cell.get("id", "?") if cell else "",
        source,
        f"{name}: {first_line}",
        ANSI.sub("", shown),
    )


def _failed_cell(run: Run, root: Path, output: Path) -> tuple[int | None, NotebookNode | None]:
    """Give the failing cell and its index in the source, which has no injected cell."""
    if not output.is_file():
        return None, None
    source_ids = [cell.get("id") for cell in _source(root, run).cells]
    for cell in nbformat.read(output, as_version=4).cells:
        if cell.metadata.get("papermill", {}).get("exception"):
            return (source_ids.index(cell.id) if cell.get("id") in source_ids else None), cell
    return None, None


def _finished(run: Run, output: Path, key: ContentKey | None) -> bytes:
    """Take out what differs from machine to machine and put in what the notebook rests on."""
    if not output.is_file():
        return b""
    notebook = nbformat.read(output, as_version=4)
    about = notebook.metadata.get("papermill", {})
    notebook.metadata["papermill"] = {
        "input_path": run.notebook.as_posix(),
        "parameters": run.given,
        "version": about.get("version"),
        "exception": about.get("exception"),
    }
    notebook.metadata["entydig"] = {
        **notebook.metadata.get("entydig", {}),
        "language": run.language,
        "package": __version__,
        **({"key": key.as_metadata()} if key else {}),
    }
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED  # papermill draws a new one for each run
    return (str(nbformat.writes(notebook)).rstrip("\n") + "\n").encode()


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else shlex.quote(str(value))


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.strip("\n").splitlines())
