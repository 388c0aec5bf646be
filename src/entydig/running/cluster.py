"""Workers elsewhere: runs handed to a `dask.distributed` scheduler, with the files they read.

Each worker gets the notebook and the data files it declares when it joins, in a folder of its own, and starts a
fork server with its first run.  So nothing of the project has to stand on the workers' disks; the same package,
Python and libraries do, which is checked, since results are stored under them.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker

from entydig.errors import Problem, RunError, UsageError
from entydig.running.objects import write_object
from entydig.running.runs import Failure, Result, Run
from entydig.running.store import machine, package_digest

__all__ = ["ClusterExecutor", "connected"]

PACKAGE = Path(__file__).parents[1]
PATIENCE = 30  # seconds until scheduler and first worker must have answered
# A run whose worker or fork server died begins again; what a notebook does wrong is no error here.
RETRIES = 2
AGAIN = "start the same again: what is done is stored"


@contextmanager
def connected(address: str, root: Path, files: Mapping[str, bytes]) -> Iterator[ClusterExecutor]:
    """Give the workers of a scheduler; leaving the context begins no further run.

    Parameters
    ----------
    address : str
        Such as ``tcp://host:8786``.
    root : Path
        The project here; a run is given the worker's own folder in its place.
    files : mapping
        What the runs read: path in the project to content.

    Raises
    ------
    UsageError
        No scheduler answers at the address, or it has no workers.
    RunError
        A worker cannot take the project, or is of another package, Python or library versions.
    """
    with _client(address) as client:
        project = _Project(f"entydig-{uuid.uuid4().hex}", dict(files), _code())
        try:
            client.register_plugin(project, name=project.name)
        except ImportError as error:
            found = f"its workers lack a package: {error}"
            raise RunError(Problem(address, found, "the environment of this project")) from error
        pool = client.get_executor(pure=False, retries=RETRIES)
        try:
            yield ClusterExecutor(pool, root, project.name)
        finally:
            with suppress(OSError, TimeoutError):  # the scheduler may be gone
                pool.shutdown(wait=False)
                client.unregister_worker_plugin(project.name)


class ClusterExecutor(Executor):
    """A `concurrent.futures.Executor` whose calls run in a worker's copy of the project.

    Its calls are those of `entydig.running.schedule`: the run, the project, options.  A run whose worker dies
    again and again is a failed `Result`, so that nothing is tried on this machine instead.
    """

    def __init__(self, pool: Executor, root: Path, project: str) -> None:
        self.pool = pool
        self.root = root
        self.project = project

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand one call over."""
        run, root, *others = args
        if root != self.root:
            raise ValueError(f"the workers have {self.root}, not {root}")
        outer: Future[Any] = Future()
        inner = self.pool.submit(_there, self.project, fn, run, *others, **kwargs)
        inner.add_done_callback(partial(_pass_on, outer, run))
        return outer


@dataclass
class _Project(WorkerPlugin):
    """The files of a batch, on each worker that there is and each that comes."""

    name: str
    files: Mapping[str, bytes]
    code: Mapping[str, str]

    def setup(self, worker: Worker) -> None:
        own = _code()
        differ = [part for part, digest in self.code.items() if own[part] != digest]
        if differ:
            found = f"another {', '.join(differ)} than here"
            expected = "the same image or environment on every machine"
            raise RunError(Problem(f"worker {worker.address}", found, expected))
        for name, content in self.files.items():
            write_object(_folder(worker, self.name) / name, content, durable=False)

    def teardown(self, worker: Worker) -> None:
        shutil.rmtree(_folder(worker, self.name), ignore_errors=True)


@cache
def _code() -> dict[str, str]:
    return {"package": package_digest(PACKAGE), **machine()}


def _folder(worker: Worker, project: str) -> Path:
    return Path(worker.local_directory) / project


def _there(project: str, fn: Callable[..., Any], run: Run, *others: Any, **kwargs: Any) -> Any:
    """Do the call on the worker."""
    return fn(run, _folder(get_worker(), project), *others, **kwargs)


def _pass_on(outer: Future[Any], run: Run, inner: Future[Any]) -> None:
    if not outer.set_running_or_notify_cancel():
        return
    if inner.cancelled():
        problem = Problem(str(run), "the scheduler is gone or has cancelled it", action=AGAIN)
        outer.set_exception(RunError(problem))
        return
    error = inner.exception()
    if isinstance(error, KilledWorker | BrokenExecutor):
        message = "the worker process or its fork server died each time the run was tried"
        outer.set_result(Result(run, b"", 0.0, Failure(run, None, "", "", message, "")))
    elif error is not None:
        outer.set_exception(error)
    else:
        outer.set_result(inner.result())


@contextmanager
def _client(address: str) -> Iterator[Any]:
    where = f"scheduler {address}"
    connect: Any = Client  # typed only in part
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        found = f"does not answer: {str(error).partition(chr(10))[0]}"
        expected = "an address such as tcp://host:8786 where `dask scheduler` runs"
        raise UsageError(Problem(where, found, expected)) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            problem = Problem(
                where, f"had no worker for {PATIENCE} s", "at least one", f"dask worker {address}"
            )
            raise UsageError(problem) from error
        yield client
