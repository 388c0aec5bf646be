"""The process that imports once and forks a clean child for each notebook.

Started as ``python -m entydig.running.fork_server FD`` with one end of a socket pair as FD.  A request is one
packet with two sockets: the child's wire, and where to report its process id and later its end.  The server has
one thread, never computes, and ends when the other end of FD closes: so it cannot outlive its worker, even one
that is killed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

__all__ = ["main"]

FDS = 2
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Import, then serve until the worker is gone."""
    from entydig.running.preload import preload

    sys.path[:1] = []  # "-m" puts this process's folder first; a notebook's is another
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's; it tells us by closing
    preload()
    with tempfile.TemporaryDirectory(prefix="entydig-") as folder:
        Server(control, Path(folder)).run()


class Server:
    """Forks on request and tells how each child ended."""

    def __init__(self, control: socket.socket, folder: Path) -> None:
        self.control = control
        self.folder = folder
        self.children: dict[int, socket.socket] = {}
        self.woken, self.waker = socket.socketpair()
        self.waker.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.selector.register(self.woken, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the other end of the control socket closes."""
        while self.heard():
            self.bury()
        signal.set_wakeup_fd(-1)

    def heard(self) -> bool:
        """Wait for a request or a child's end; False when there is nobody left to ask."""
        going = True
        for key, _ in self.selector.select():
            if key.fileobj is self.woken:
                self.woken.recv(4096)
            else:
                going = self.answer()
        return going

    def answer(self) -> bool:
        """Fork one child as asked; False when there is nobody left to ask."""
        request, descriptors, _, _ = socket.recv_fds(self.control, 16, FDS)
        if not request:
            return False
        wire, status = (socket.socket(fileno=fd) for fd in descriptors)
        try:
            pid = self.fork(wire)
        except OSError:  # no room for another process: the worker sees both sockets close
            status.close()
            return True
        finally:
            wire.close()
        self.children[pid] = status
        report(status, {"pid": pid})
        return True

    def fork(self, wire: socket.socket) -> int:
        """Give the child's process id; the child itself does not come back."""
        from entydig.running.preload import threads

        if threads() != 1:
            raise RuntimeError(f"{threads()} threads in the fork server: a fork would copy only one")
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self.become_child(wire, server)
        return pid

    def become_child(self, wire: socket.socket, server: int) -> NoReturn:
        """Leave everything of the server behind and run the notebook."""
        try:
            die_with_parent(server)
            gc.enable()
            os.setsid()  # so that it can be killed with all it started
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.selector.close()
            for each in (self.control, self.woken, self.waker, *self.children.values()):
                each.close()
            from entydig.running.child import run

            run(wire, self.folder / str(os.getpid()))
        finally:
            traceback.print_exc()  # it comes back by an error alone
            os._exit(70)

    def bury(self) -> None:
        """Collect ended children and report how they ended."""
        for pid, outcome in ended():
            shutil.rmtree(self.folder / str(pid), ignore_errors=True)
            status = self.children.pop(pid, None)
            if status:
                report(status, {"ended": os.waitstatus_to_exitcode(outcome)})
                status.close()


def ended() -> Iterator[tuple[int, int]]:
    """Give process id and wait status of each child that ended since the last call."""
    while True:
        try:
            pid, outcome = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, outcome


def report(status: socket.socket, content: dict[str, int]) -> None:
    """Say something to the worker, who may have lost interest."""
    with suppress(OSError):
        status.send(json.dumps(content).encode(), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent dies; Linux only, like the server itself."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(70)


if __name__ == "__main__":
    main()
