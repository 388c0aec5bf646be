"""Many runs at a time, stage by stage, with every failure named."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError, Problem
from entydig.running.known import Known
from entydig.running.progress import PlainProgress, Progress
from entydig.running.results import raise_failures, write_result
from entydig.running.runs import Failure, Result, Run
from entydig.running.store import ContentKey

__all__ = [
    "PlainProgress",
    "Progress",
    "execute_all",
    "execute_build",
    "processes",
]


def processes(workers: int = 2) -> ProcessPoolExecutor:
    """Give processes of this machine for what is no notebook; started afresh, no thread or lock is inherited."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def execute_all(
    runs: Sequence[Run],
    root: Path,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    keys: Sequence[ContentKey | None] | None = None,
    expected: Sequence[float | None] | None = None,
    done: Callable[[Result], None] | None = None,
    kept: bool = True,
    environment: Mapping[str, str] | None = None,
    timeout: int = 600,
) -> list[Result]:
    """Execute runs that do not depend on each other, the longest first.

    Parameters
    ----------
    runs : sequence of Run
    root : Path
        The project.
    executor : Executor, optional
        Where to execute; workers of this machine without it.  A given executor stays open.
    workers : int, optional
        How many workers of this machine; as many as cores and memory allow without it.
    progress : Progress, optional
        Told of each run as it begins and ends.
    keys : sequence, optional
        The content key of each run, in the order of `runs`.
    expected : sequence, optional
        The seconds each run will take; one without comes first, since it may be the longest.
    done : callable, optional
        Takes each result as it comes, in this thread.
    kept : bool
        Whether the results given in the end have their notebooks; without, `done` alone has seen them, and
        many runs take no more memory than few.
    environment : mapping, optional
        Further variables for the kernels.
    timeout : int
        Seconds a cell may take.

    Returns
    -------
    list of Result
        In the order of `runs`; a failure is in its result and stops no other run.

    Raises
    ------
    NotebookError
        A notebook cannot be read or breaks the contract: all of them, after the other runs ended.
    """
    nothing = [None] * len(runs)
    options = {"environment": environment, "timeout": timeout}
    batch = _Batch(runs, root, keys or nothing, expected or nothing, options, progress, done, kept)
    with _pool(workers) if executor is None else nullcontext(executor) as pool:
        batch.run(pool)
    # A dying worker may take the whole pool with it; alone, each run shows whether it was the one.
    for index in sorted(batch.broken):
        with _pool(1) as alone:
            batch.collect(batch.submit(alone, index), index, alone=True)
    return batch.results()


@dataclass
class _Batch:
    """The state of one `execute_all`."""

    runs: Sequence[Run]
    root: Path
    keys: Sequence[ContentKey | None]
    expected: Sequence[float | None]
    options: Mapping[str, Any]
    progress: Progress | None
    sink: Callable[[Result], None] | None
    kept: bool = True
    done: dict[int, Result] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)

    def run(self, pool: Executor) -> None:
        futures = {}
        for index in sorted(range(len(self.runs)), key=self._length, reverse=True):
            try:
                futures[self.submit(pool, index)] = index
            except BrokenExecutor:
                self.broken.append(index)
        try:
            for future in as_completed(list(futures)):
                self.collect(future, futures.pop(future))
        except BaseException:  # such as Ctrl-C: begin nothing more
            for future in futures:
                future.cancel()
            raise

    def submit(self, pool: Executor, index: int) -> Future[Result]:
        run, options = self.runs[index], {"key": self.keys[index], **self.options}
        if self.progress and isinstance(pool, ThreadPoolExecutor):  # elsewhere nobody hears of cells
            return pool.submit(_told, run, self.root, options, self.progress, self.expected[index])
        return pool.submit(_execute, run, self.root, options)

    def collect(self, future: Future[Result], index: int, *, alone: bool = False) -> None:
        error = future.exception()
        if error is None:
            self._note(index, future.result())
        elif isinstance(error, BrokenExecutor) and not alone:
            self.broken.append(index)
        elif isinstance(error, BrokenExecutor):
            self._note(index, _died(self.runs[index]))
        elif isinstance(error, NotebookError):
            self.refused.extend(error.problems)
        else:
            self.crashes.append(error)

    def results(self) -> list[Result]:
        if self.crashes:
            raise self.crashes[0]
        if self.refused:
            raise NotebookError(*self.refused)
        return [self.done[index] for index in range(len(self.runs))]

    def _note(self, index: int, result: Result) -> None:
        self.done[index] = result if self.kept else replace(result, notebook=b"")
        if self.sink:
            self.sink(result)
        if self.progress:
            self.progress.finished(result, len(self.done), len(self.runs))

    def _length(self, index: int) -> float:
        seconds = self.expected[index]
        return math.inf if seconds is None else seconds


def execute_build(
    runs: Sequence[Run],
    root: Path,
    build: str,
    *,
    known: Known | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    timeout: int = 600,
) -> list[Result]:
    """Execute the runs of a build that have to be, stage by stage, and write what came out of all.

    Parameters
    ----------
    runs : sequence of Run
    root : Path
        The project.
    build : str
        The build's name; the kernels read it as ``ENTYDIG_BUILD``.
    known : Known, optional
        Stored results; every run is executed without it.  A result is stored as soon as it is there, so that
        a build that is broken off goes on where it was.
    executor, workers, progress, timeout
        As `execute_all`.

    Returns
    -------
    list of Result
        In the order of stages.

    Raises
    ------
    RunError
        Runs of a stage failed: all of them.  The next stage is not begun.  Or nothing can be written.
    NotebookError
        As `execute_all`.
    """
    building = _Building(root, build, known, progress and _Counted(progress, len(runs)), timeout)
    began, done = time.perf_counter(), list[Result]()
    try:
        with ExitStack() as stack:
            for stage in sorted({run.stage for run in runs}):
                chosen, before = [run for run in runs if run.stage == stage], [each.run for each in done]
                results, missing = building.recall(chosen, before)
                if missing and executor is None:
                    executor = stack.enter_context(_pool(workers))
                results += building.execute(missing, executor) if missing else []
                done += _in_order(results, chosen)
                if any(result.failure for result in results):
                    break
    finally:
        if known:
            known.close()
    if progress:
        progress.ended(done, time.perf_counter() - began)
    raise_failures(done)
    return done


@dataclass(frozen=True)
class _Building:
    """What all stages of one `execute_build` share."""

    root: Path
    build: str
    known: Known | None
    progress: Progress | None
    timeout: int

    def recall(self, runs: Sequence[Run], before: Sequence[Run]) -> tuple[list[Result], list[Run]]:
        """Give the stored results, written in their place, and the runs that have none."""
        if self.known is None:
            return [], list(runs)
        found, missing = [], []
        for run in runs:
            result = self.known.recall(run, self.known.before(run.language, before))
            if result is None:
                missing.append(run)
                continue
            write_result(result, self.root, self.build)
            found.append(result)
            if self.progress:
                self.progress.finished(result, 0, 0)
        return found, missing

    def execute(self, runs: Sequence[Run], executor: Executor | None) -> list[Result]:
        known = self.known
        return execute_all(
            runs,
            self.root,
            executor=executor,
            progress=self.progress,
            keys=[known.keys[run.command] for run in runs] if known else None,
            expected=[known.history.expected(run) for run in runs] if known else None,
            done=self._done,
            environment={"ENTYDIG_BUILD": self.build},
            timeout=self.timeout,
        )

    def _done(self, result: Result) -> None:
        if self.known:
            self.known.learn(result)
        write_result(result, self.root, self.build)


@dataclass
class _Counted:
    """Passes on what it hears, counted over all stages."""

    inner: Progress
    total: int
    done: int = 0

    def began(self, run: Run, expected: float | None) -> None:
        self.inner.began(run, expected)

    def cell(self, run: Run, number: int, total: int) -> None:
        self.inner.cell(run, number, total)

    def finished(self, result: Result, done: int, total: int) -> None:
        self.done += 1
        self.inner.finished(result, self.done, self.total)

    def ended(self, results: Sequence[Result], seconds: float) -> None:
        self.inner.ended(results, seconds)


def _execute(run: Run, root: Path, options: Mapping[str, Any]) -> Result:
    """Execute in the worker; Jupyter is imported there alone."""
    from entydig.running.execution import execute

    return execute(run, root, **options)


def _told(
    run: Run, root: Path, options: Mapping[str, Any], progress: Progress, expected: float | None
) -> Result:
    progress.began(run, expected)
    return _execute(
        run, root, {**options, "progress": lambda cell, cells: progress.cell(run, cell + 1, cells)}
    )


def _pool(workers: int | None) -> Executor:
    from entydig.running.workers import local_executor

    return local_executor(workers)


def _in_order(results: Sequence[Result], runs: Sequence[Run]) -> list[Result]:
    place = {run.command: number for number, run in enumerate(runs)}
    return sorted(results, key=lambda result: place[result.run.command])


def _died(run: Run) -> Result:
    message = "the worker process died (killed, out of memory, or a crash in compiled code)"
    return Result(run, b"", 0.0, Failure(run, None, "", "", message, ""))
