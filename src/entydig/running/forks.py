"""The worker's side of the fork server: start it, ask it for children, see how they end."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.running.stops import ServerDied
from entydig.running.wire import START, pack

__all__ = ["ENVIRONMENT", "Child", "ForkServer", "available", "close_shared", "closed", "shared"]

# One thread, one hash seed, one backend: the same bytes on every machine (execution.md, pitfalls).
ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
)
# Only the server's: arrow's allocator starts a thread, which a fork would not copy.
UNTHREADED = {"JE_ARROW_MALLOC_CONF": "background_thread:false", "ARROW_DEFAULT_MEMORY_POOL": "system"}

PACKAGE = Path(__file__).parents[1]

PATIENCE = 60.0  # seconds until a server must have imported everything and forked
GRACE = 2.0  # seconds for a child or server told to end


def available() -> bool:
    """Tell whether notebooks can be forked here: Linux only, where threads and parents can be watched."""
    return sys.platform == "linux" and hasattr(os, "fork")


class Child:
    """A forked process and the two sockets that lead to it.

    Attributes
    ----------
    wire : socket.socket
        Its messages.
    pid : int
    """

    def __init__(self, wire: socket.socket, status: socket.socket, pid: int) -> None:
        self.wire = wire
        self.status = status
        self.pid = pid
        self.code: int | None = None
        self.lost = False  # its server is gone, and with it the child

    def start(self, **content: Any) -> None:
        """Tell it what to become (`entydig.running.child.become`)."""
        self.wire.sendall(pack([START, json.dumps(content).encode()]))

    def running(self) -> bool:
        """Tell whether it has not ended yet, as far as its server has said."""
        return self.ended(0.0) is None and not self.lost

    def ended(self, patience: float = GRACE) -> int | None:
        """Give its exit code, negative for a signal; None when it runs on or its server is gone as well."""
        if self.code is None and not self.lost:
            self.status.settimeout(patience)
            with suppress(BlockingIOError, TimeoutError):
                told = json.loads(self.status.recv(256) or b"{}")
                self.code, self.lost = told.get("ended"), not told
        return self.code

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to it and to what it started."""
        if self.running():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def close(self) -> None:
        """End it, without waiting for it, and forget it."""
        self.kill()
        self.wire.close()
        self.status.close()


class ForkServer:
    """One server process; started at once, ready when it answers.

    Threads may share one; a process forked from this one may not.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = os.getpid()
        self.closed = False
        self.source = source_stamp()
        self.control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "entydig.running.fork_server",
                    str(other.fileno()),
                ],
                pass_fds=(other.fileno(),),
                env={**os.environ, **ENVIRONMENT, **UNTHREADED},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a terminal's Ctrl-C is for us, who then close the server
            )

    def fork(self, patience: float = PATIENCE) -> Child:
        """Ask for a child.

        Raises
        ------
        ServerDied
            The server is gone or did not answer in time.
        """
        wire, theirs = socket.socketpair()
        status, reports = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs, reports, self.lock:
                socket.send_fds(self.control, [b"fork"], [theirs.fileno(), reports.fileno()])
            status.settimeout(patience)
            answer = json.loads(status.recv(256) or b"{}")
        except OSError:
            answer = {}
        if "pid" not in answer:
            wire.close()
            status.close()
            raise ServerDied(f"{self.how_it_ended()}; ENTYDIG_ENGINE=nbclient runs notebooks without it")
        return Child(wire, status, answer["pid"])

    def alive(self) -> bool:
        """Tell whether it can be asked by this process."""
        return not self.closed and self.owner == os.getpid() and self.process.poll() is None

    def how_it_ended(self) -> str:
        """Say what is known of its end."""
        with suppress(subprocess.TimeoutExpired):
            return f"the fork server ended ({exit_text(self.process.wait(GRACE))})"
        return "the fork server does not answer"

    def close(self) -> None:
        """End it and all its children."""
        self.closed = True
        self.control.close()  # the server ends by this, its children by its death
        if self.owner != os.getpid():
            return
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:  # still importing, or stopped
            self.process.kill()
            self.process.wait()


def exit_text(code: int) -> str:
    """Write an exit code or signal.

    Examples
    --------
    >>> exit_text(-9), exit_text(3)
    ('killed by SIGKILL', 'exit code 3')
    """
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def source_stamp() -> tuple[int, int]:
    """Tell one state of the package's source from another: what a server imported does not change with it."""
    times = [file.stat().st_mtime_ns for file in PACKAGE.rglob("*.py")]
    return len(times), max(times)


_shared: list[ForkServer] = []
_guard = threading.Lock()
_held_closed = threading.Event()


def shared() -> ForkServer:
    """Give this process's server; start one when there is none, it died, or the package has changed since.

    Raises
    ------
    ServerDied
        While `closed` holds.
    """
    with _guard:
        if _held_closed.is_set():
            raise ServerDied("the fork server was closed")
        if not _shared or not _shared[-1].alive():
            _close_all()
            _shared.append(ForkServer())
        elif _shared[-1].source != source_stamp():
            _shared.append(ForkServer())  # the other one still has notebooks to finish
        return _shared[-1]


def close_shared() -> None:
    """End this process's server, if there is one, with the notebooks that run."""
    with _guard:
        _close_all()


@contextmanager
def closed() -> Iterator[None]:
    """End this process's server and start no other meanwhile, so that runs in other threads end."""
    _held_closed.set()
    close_shared()
    try:
        yield
    finally:
        _held_closed.clear()


def _close_all() -> None:
    while _shared:
        _shared.pop().close()


atexit.register(close_shared)
