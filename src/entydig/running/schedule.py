"""Many runs at a time, stage by stage, with every failure named."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO

from entydig.errors import NotebookError, Problem, RunError
from entydig.running.execution import Failure, Result, Run, execute, run_path
from entydig.running.store import ContentKey
from entydig.survey.files import write_whole

__all__ = [
    "PlainProgress",
    "Progress",
    "execute_all",
    "execute_build",
    "local_executor",
    "raise_failures",
    "write_result",
]

Keys = Callable[[Run], ContentKey]


class Progress(Protocol):
    """Hears of each run as it ends."""

    def finished(self, result: Result, done: int, total: int) -> None:
        """Take note of one result."""


class PlainProgress:
    """Writes one line for each finished notebook, to stderr unless told otherwise."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr

    def finished(self, result: Result, done: int, total: int) -> None:
        """Write how far we are, what ended, how long it took and whether it failed."""
        width = len(str(total))
        ending = "  FAILED" if result.failure else ""
        self.stream.write(f"[{done:>{width}}/{total}] {result.seconds:6.1f} s  {result.run}{ending}\n")
        self.stream.flush()


def local_executor(workers: int = 2) -> ProcessPoolExecutor:
    """Give worker processes of this machine; started afresh, so that no thread or lock is inherited."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def execute_all(
    runs: Sequence[Run],
    root: Path,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    keys: Sequence[ContentKey | None] | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: int = 600,
) -> list[Result]:
    """Execute runs that do not depend on each other.

    Parameters
    ----------
    runs : sequence of Run
    root : Path
        The project.
    executor : Executor, optional
        Where to execute; two processes of this machine without it.  A given executor stays open.
    progress : Progress, optional
        Told of each result as it comes.
    keys : sequence, optional
        The content key of each run, in the order of `runs`.
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
    options = {"environment": environment, "timeout": timeout}
    batch = _Batch(runs, root, keys or [None] * len(runs), options, progress)
    with local_executor() if executor is None else nullcontext(executor) as pool:
        batch.run(pool)
    # A dying worker takes the whole pool with it; alone, each run shows whether it was the one.
    for index in sorted(batch.broken):
        with local_executor(1) as alone:
            batch.collect(batch.submit(alone, index), index, alone=True)
    return batch.results()


@dataclass
class _Batch:
    """The state of one `execute_all`."""

    runs: Sequence[Run]
    root: Path
    keys: Sequence[ContentKey | None]
    options: Mapping[str, Any]
    progress: Progress | None
    done: dict[int, Result] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)

    def run(self, pool: Executor) -> None:
        futures = {}
        for index in range(len(self.runs)):
            try:
                futures[self.submit(pool, index)] = index
            except BrokenProcessPool:
                self.broken.append(index)
        try:
            for future in as_completed(futures):
                self.collect(future, futures[future])
        except BaseException:  # such as Ctrl-C: begin nothing more
            for future in futures:
                future.cancel()
            raise

    def submit(self, pool: Executor, index: int) -> Future[Result]:
        return pool.submit(execute, self.runs[index], self.root, key=self.keys[index], **self.options)

    def collect(self, future: Future[Result], index: int, *, alone: bool = False) -> None:
        error = future.exception()
        if error is None:
            self._note(index, future.result())
        elif isinstance(error, BrokenProcessPool) and not alone:
            self.broken.append(index)
        elif isinstance(error, BrokenProcessPool):
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
        self.done[index] = result
        if self.progress:
            self.progress.finished(result, len(self.done), len(self.runs))


def execute_build(
    runs: Sequence[Run],
    root: Path,
    build: str,
    *,
    key: Keys | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    timeout: int = 600,
) -> list[Result]:
    """Execute all runs of a build, stage by stage, and write what came out.

    Parameters
    ----------
    runs : sequence of Run
    root : Path
        The project.
    build : str
        The build's name; the kernels read it as ``ENTYDIG_BUILD``.
    key : callable, optional
        Gives a run's content key; asked when the run's stage begins, so that it can see the records of the
        stage before.
    executor, progress, timeout
        As `execute_all`.

    Returns
    -------
    list of Result
        In the order of stages.

    Raises
    ------
    RunError
        Runs of a stage failed: all of them.  The next stage is not begun.
    NotebookError
        As `execute_all`.
    """
    done: list[Result] = []
    for stage in sorted({run.stage for run in runs}):
        chosen = [run for run in runs if run.stage == stage]
        results = execute_all(
            chosen,
            root,
            executor=executor,
            progress=progress,
            keys=[key(run) for run in chosen] if key else None,
            environment={"ENTYDIG_BUILD": build},
            timeout=timeout,
        )
        for result in results:
            write_result(result, root, build)
        raise_failures(results)
        done += results
    return done


def write_result(result: Result, root: Path, build: str) -> Path | None:
    """Write an executed notebook, whole or not at all.

    A failed one is called ``.failed.ipynb``; what an earlier run left under the other name is removed, so
    that nothing stale can be published.

    Returns
    -------
    Path or None
        None when the run ended before it had anything to write.
    """
    failed = result.failure is not None
    run_path(root, build, result.run, failed=not failed).unlink(missing_ok=True)
    file = run_path(root, build, result.run, failed=failed)
    if not result.notebook:
        file.unlink(missing_ok=True)
        return None
    return write_whole(file, result.notebook)


def raise_failures(results: Sequence[Result]) -> None:
    """Raise all failures as one error.

    Raises
    ------
    RunError
        When at least one run failed.
    """
    failures = [result.failure for result in results if result.failure]
    if failures:
        raise RunError(*(failure.problem() for failure in failures))


def _died(run: Run) -> Result:
    message = "the worker process died (killed, out of memory, or a crash in compiled code)"
    return Result(run, b"", 0.0, Failure(run, None, "", "", message, ""))
