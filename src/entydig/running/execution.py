"""One run executed: papermill, our engine, and what is made of the outcome."""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import nbformat

from entydig import __version__
from entydig.errors import NotebookError, Problem
from entydig.running import inline
from entydig.running.forks import ENVIRONMENT
from entydig.running.limits import Limits
from entydig.running.reads import declared
from entydig.running.runs import Failure, Result, Run, run_path
from entydig.running.store import ContentKey

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Failure", "Result", "Run", "execute", "run_path"]

ENGINE = "entydig"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
INJECTED = "injected-parameters"


def execute(
    run: Run,
    root: Path,
    *,
    key: ContentKey | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 600,
    wall: float | None = None,
    memory: int | None = None,
    output: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    backend: str | None = None,
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
    timeout : float
        Seconds a cell may take.
    wall : float, optional
        Seconds the whole run may take.
    memory : int, optional
        Bytes each process of the notebook may have for itself; half of the machine's without it.
    output : int, optional
        Bytes of outputs; those of `Limits` without it.
    progress : callable, optional
        Called in this thread with a cell's index and the number of cells, before the cell begins.
    backend : {"fork", "nbclient"}, optional
        The variable ``ENTYDIG_ENGINE`` without it, and a forked child without both; a stock kernel where
        nothing can be forked.

    Returns
    -------
    Result
        Bytes without times and paths of this machine.  A run that fails gives the notebook up to the failure.

    Raises
    ------
    NotebookError
        The notebook cannot be read, or has inline expressions in headings or captions.
    ServerDied
        The fork server ended; a `concurrent.futures.BrokenExecutor`, since the run may be tried again.
    """
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from entydig.running.stops import Stop

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the result tells of the failure
    source = _source(root, run)
    inline.check_cells(source.cells, run.notebook.as_posix())
    started = time.perf_counter()
    limits = Limits.of(cell=timeout, run=wall, memory=memory, output=output)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "run.ipynb"
        failure: Failure | None = None
        try:
            papermill.execute_notebook(
                str((root / run.notebook).resolve()),
                str(written),
                parameters=run.given,
                engine_name=ENGINE,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                progress_bar=False,
                run_language=run.language,
                environment={**ENVIRONMENT, "ENTYDIG_PROJECT": str(root.resolve()), **(environment or {})},
                # Not papermill's own `cwd`, which moves this whole process and every thread of it.
                folder=str((root / run.notebook).resolve().parent),
                rescue=str(written),
                limits=limits,
                progress=progress,
                backend=backend,
                watched=_watched(run, root, source),
            )
        except (PapermillExecutionError, Stop, DeadKernelError, CellTimeoutError, NoSuchKernel) as error:
            failure = _failure(run, root, written, error, limits)
        finally:
            _close_event_loop()
        content = _finished(run, written, key)
        failure = failure or _left_early(run, root, written)
    return Result(run, content, time.perf_counter() - started, failure)


def _watched(run: Run, root: Path, source: NotebookNode) -> dict[str, Any] | None:
    """Say what the child watches (`entydig.running.audit.watch`); nothing for a notebook without ``reads``."""
    reads = source.metadata.get("entydig", {}).get("reads")
    if reads is None:
        return None
    globs = declared(reads, str(run.parameters.get("data", "shipped")))
    own = [str(root / run.notebook)]
    return {"root": str(root), "declared": list(globs), "extra": own, "records": run.stage > 1}


def _close_event_loop() -> None:
    """Close the loop nbclient made for this thread, which it never does itself."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    if loop.is_running():
        return
    left = asyncio.all_tasks(loop)  # a cell that took too long leaves its listener behind
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


def _source(root: Path, run: Run) -> NotebookNode:
    try:
        return cast("NotebookNode", nbformat.read(root / run.notebook, as_version=4))
    except Exception as error:  # nbformat raises many kinds for a broken file
        raise NotebookError(
            Problem(run.notebook.as_posix(), f"cannot be read: {error}", "a notebook")
        ) from error


def _failure(run: Run, root: Path, output: Path, error: Exception, limits: Limits) -> Failure:
    """Find the failing cell; an error that is no cell's is told by its kind and message."""
    position, cell = _failed_cell(run, root, output)
    name, message = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    lines = getattr(error, "traceback", None) or _shown(cell)
    shown = "\n".join(lines) if isinstance(lines, list) else ""
    source = getattr(error, "expression", None) or (cell.source if cell else "")
    first_line = ANSI.sub("", str(message)).strip().partition("\n")[0]
    if name == "MemoryError":
        first_line = f"{first_line} ({limits.memory_text})".strip()
    return Failure(
        run,
        position,
        cell.get("id", "?") if cell else "",
        source,
        f"{name}: {first_line}",
        ANSI.sub("", shown),
    )


def _shown(cell: NotebookNode | None) -> list[str]:
    """Give the traceback that stands in the cell, such as where it was when its time was up."""
    errors = [each for each in cell.get("outputs", ()) if each.output_type == "error"] if cell else []
    return list(errors[-1].traceback) if errors else []


def _left_early(run: Run, root: Path, output: Path) -> Failure | None:
    """Tell of a cell that called `sys.exit`, which papermill takes for a good end: the rest was not run."""
    position, cell = _failed_cell(run, root, output)
    if cell is None:
        return None
    error = "SystemExit: the notebook ended itself, and the cells after it were not run"
    return Failure(run, position, cell.get("id", "?"), cell.source, error, "")


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
