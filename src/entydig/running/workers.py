"""Workers of this machine: threads that share one fork server, each with one notebook at a time.

A thread only talks to its notebook's process, so the notebooks themselves run side by side.  A worker elsewhere
(dask, a pool of processes) calls `entydig.running.execution.execute` like a thread here: it gets a fork server of
its own with its first notebook, and closes it when it ends.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from types import TracebackType

from entydig.running.forks import available, close_shared, closed, shared
from entydig.running.limits import MIB, cores, free_memory

__all__ = ["LocalExecutor", "default_workers", "local_executor"]

# A notebook of the collection has 114 MiB for itself at its largest, beside what it shares with the fork server
# (docs/decisions/0019-limits.md); a stock kernel shares nothing.
FORKED = 256 * MIB
STOCK = 512 * MIB


class LocalExecutor(ThreadPoolExecutor):
    """A `concurrent.futures.Executor` for runs; one at a time in a process.

    The fork server starts at once, so that it imports while the caller still plans.  Leaving the context by an
    error or Ctrl-C ends what runs and begins nothing more.
    """

    def __init__(self, workers: int) -> None:
        super().__init__(workers, thread_name_prefix="entydig")
        if available():
            shared()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with closed() if kind is not None else nullcontext():
            self.shutdown(wait=True, cancel_futures=kind is not None)
        close_shared()


def local_executor(workers: int | None = None) -> LocalExecutor:
    """Give workers of this machine.

    Parameters
    ----------
    workers : int, optional
        How many; `default_workers` without it.

    Returns
    -------
    LocalExecutor
        To be used in a ``with`` statement.
    """
    return LocalExecutor(workers or default_workers())


def default_workers() -> int:
    """Give as many workers as there are cores, and fewer where the free memory does not suffice; at least one."""
    footprint = FORKED if available() else STOCK
    return max(1, min(cores(), free_memory() // footprint))
