"""One notebook for many sets of parameters: a page for each row of a table, an index, the results as a table."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from entydig.errors import Problem, UsageError
from entydig.running.batch_output import Output, Pages
from entydig.running.batch_plan import Plan, plan_batch
from entydig.running.known import Known
from entydig.running.lock import folder_lock
from entydig.running.progress import Progress
from entydig.running.runs import Result, Run
from entydig.running.schedule import execute_all

__all__ = ["Batch", "batch"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Explain = Callable[[str], None]


@dataclass(frozen=True)
class Batch:
    """What a batch made: its folder, and how many runs it has."""

    folder: Path
    runs: int


def batch(
    root: Path,
    notebook: Path,
    table: Path,
    *,
    pages: Pages,
    name: str | None = None,
    texts: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    scheduler: str | None = None,
    workers: int | None = None,
    fresh: bool = False,
    explain: Explain | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Run a notebook once for each row of a table, unless its result is stored.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        Inside the project, of stage 1; relative to the working directory or to the project.
    table : Path
        As `entydig.running.batch_table.read_table`.
    pages : Pages
        Makes the HTML.
    name : str, optional
        The folder under ``_build/batch``; the notebook's name without it.
    texts : mapping, optional
        Parameters of all rows, as typed.
    languages : sequence of str
        Each row is run in each; without any, in the table's column ``lang`` or the notebook's own language.
    scheduler : str, optional
        Address of a `dask.distributed` scheduler; workers of this machine without it.
    workers : int, optional
        How many of this machine.
    fresh : bool
        Run everything, whatever is stored.
    explain : callable, optional
        Takes a line for each run: stored, or why it is run.
    progress : Progress, optional

    Returns
    -------
    Batch
        The folder has for each run ``<number>-<values>.ipynb`` and ``.html``, and ``results.csv`` and
        ``index.html``, which are written last: without them the batch is not finished.  A result is stored as
        soon as it is there, so that a batch that was broken off goes on where it was.

    Raises
    ------
    UserError
        The table, a parameter, the notebook or the scheduler cannot be used; nothing was run then.
    RunError
        Runs failed: all of them, after everything else was done and written.  Or nothing can be written.
    """
    began = time.perf_counter()
    if scheduler and workers:
        raise UsageError(Problem("--workers", "counts workers of this machine", "--scheduler without it"))
    plan = plan_batch(root, notebook, table, dict(texts or {}), languages)
    folder = root / "_build" / "batch" / _name(name or plan.notebook.stem)
    known = Known.of(root, plan.key(), fresh=fresh, explain=explain)
    output = Output(folder, plan.notebook, table, plan.entries, pages)
    if progress:
        progress = _Rows(progress, {entry.run.command: entry.label for entry in plan.entries})
    results: list[Result] = []

    def done(result: Result) -> None:
        results.append(Result(result.run, b"", result.seconds, result.failure, result.stored))
        if not result.stored:
            known.learn(result)
        output.take(result)

    with folder_lock(folder, f"batch {folder.name}"):
        output.begin()
        try:
            missing = _recalled(plan, known, done)
            _execute(plan, missing, known, done, scheduler, workers, progress)
        finally:
            known.close()
            if progress:
                progress.ended(results, time.perf_counter() - began)
        output.finish()
    return Batch(folder, len(plan.entries))


def _recalled(plan: Plan, known: Known, done: Callable[[Result], None]) -> list[Run]:
    """Hand on the stored results, and give the runs that have none."""
    missing, explain = [], known.explain
    for entry in plan.entries:
        known.explain = partial(_explained, explain, entry.label) if explain else None
        result = known.recall(entry.run)
        if result is None:
            missing.append(entry.run)
        else:
            done(result)
    return missing


def _explained(explain: Explain, label: str, line: str) -> None:
    explain(f"{label}: {line.partition(': ')[2]}")


@dataclass(frozen=True)
class _Rows:
    """Passes on what it hears of runs, each named by its row: they are all of one notebook."""

    inner: Progress
    labels: Mapping[str, str]

    def began(self, run: Run, expected: float | None) -> None:
        self.inner.began(self._named(run), expected)

    def cell(self, run: Run, number: int, total: int) -> None:
        self.inner.cell(self._named(run), number, total)

    def finished(self, result: Result, done: int, total: int) -> None:
        self.inner.finished(replace(result, run=self._named(result.run)), done, total)

    def ended(self, results: Sequence[Result], seconds: float) -> None:
        named = [replace(result, run=self._named(result.run)) for result in results]
        self.inner.ended(named, seconds)

    def _named(self, run: Run) -> Run:
        label = self.labels[run.command]
        return _Named(run.notebook, run.language, run.parameters, run.stage, run.page, label)


@dataclass(frozen=True)
class _Named(Run):
    """A run that is shown by another name."""

    label: str = ""

    def __str__(self) -> str:
        return self.label


def _execute(
    plan: Plan,
    runs: Sequence[Run],
    known: Known,
    done: Callable[[Result], None],
    scheduler: str | None,
    workers: int | None,
    progress: Progress | None,
) -> None:
    if not runs:
        return
    with ExitStack() as stack:
        executor = None
        if scheduler:
            from entydig.running.cluster import connected

            executor = stack.enter_context(connected(scheduler, plan.root, plan.files(runs)))
        execute_all(
            runs,
            plan.root,
            executor=executor,
            workers=workers,
            progress=progress,
            keys=[known.keys[run.command] for run in runs],
            expected=[known.history.expected(run) for run in runs],
            done=done,
            kept=False,
        )


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise UsageError(Problem(f"--name {name!r}", "is no name of a folder", "letters, digits, . _ -"))
    return name
