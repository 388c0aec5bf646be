"""A notebook's process: a forked child that becomes an IPython kernel without sockets of its own.

Kernel, shell, display hook, publisher and streams are ipykernel's, so that what a cell gives is what it gives in
stock; only what carries the messages is ours.  Nothing of the user's own IPython settings is read: a result must
not depend on them.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from logging import ERROR
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import numpy as np
import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets import Type

from entydig.running.audit import watch
from entydig.running.limits import MIB
from entydig.running.streams import Channel, Stream, watch_streams
from entydig.running.wire import KEY, START, Frames, receive

__all__ = ["run"]

RESERVE = 128 * MIB  # to tell of a MemoryError, which takes memory itself
HISTORY = ":memory:"  # as nbclient starts a kernel


def run(wire: socket.socket, folder: Path) -> NoReturn:
    """Become what the worker's first message says and run its requests until it hangs up.

    Parameters
    ----------
    wire : socket.socket
        To the worker.
    folder : Path
        For IPython's own files; need not exist.
    """
    start, reader = _first(wire)
    become(start)
    channel = Channel(wire, start["output"])
    with _ipython_folder(folder):
        app = App.instance(session=Session(key=KEY), channel=channel, log_level=ERROR)
        app.initialize()  # type: ignore[no-untyped-call]
    app.kernel.shell.set_custom_exc((MemoryError,), _show_with_reserve)
    if start["watched"]:
        app.kernel.watch = watch(**_paths(start["watched"]))
    watch_streams(cast("Sequence[Stream]", (sys.stdout, sys.stderr)))
    asyncio.run(_serve(wire, reader, app.kernel))
    os._exit(0)


def become(start: dict[str, Any]) -> None:
    """Take over environment, folder and limits, and what a fresh process would have fresh."""
    os.environ.clear()
    os.environ.update(start["environment"])
    time.tzset()
    os.chdir(start["folder"])
    sys.argv = [str(importlib.import_module("ipykernel_launcher").__file__)]  # without its connection file
    np.random.seed()  # noqa: NPY002 - a fork has its parent's state; a fresh process draws its own
    _choose_backend()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if start["memory"]:
        limit = _data_size() + start["memory"]
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit + RESERVE))


class Kernel(IPythonKernel):
    """ipykernel's kernel; it answers one request at a time, so there is nothing to abort after an error."""

    shell_stream = AnyTrait()
    debugger_class = Type("entydig.running.child.NoDebugger")
    watch = AnyTrait()
    # Whether an await may be interrupted is asked of the thread that runs it.
    shell_channel_thread = AnyTrait(SimpleNamespace(parent_thread=threading.main_thread()))
    _supports_kernel_subshells = False
    _execute_sleep = 0.0  # seconds a stock kernel gives zmq to deliver

    def post_handler_hook(self) -> None:
        """Tell what the cell read without declaring it, before the worker hears that the cell is done."""
        super().post_handler_hook()  # type: ignore[no-untyped-call]
        if self.watch and self.watch.undeclared:
            self.shell_stream.report(kind="undeclared", files=self.watch.undeclared)

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing waits in a queue, as in ipykernel's own in-process kernel."""


class NoDebugger:
    """Takes the debugger's place: nobody attaches to these kernels."""

    def __init__(self, *_: Any) -> None:
        pass


class App(IPKernelApp):
    """ipykernel's application, without connection file, sockets, heartbeat and the user's settings."""

    channel = AnyTrait()
    kernel_class = Type(Kernel)
    outstream_class = "entydig.running.streams.Stream"

    def parse_command_line(self, argv: Any = None) -> None:
        """Take the one setting that nbclient gives a kernel; there is no command line."""
        self.config.HistoryManager.hist_file = HISTORY

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read no settings."""

    def init_connection_file(self) -> None:
        """Write none."""

    def write_connection_file(self, **_: Any) -> None:
        """Write none."""

    def log_connection_info(self) -> None:
        """There is none."""

    def init_heartbeat(self) -> None:
        """Beat none: the worker sees the process itself."""

    def init_sockets(self) -> None:
        """Let all messages go to the wire; the thread is never started, so that each goes at once."""
        self.iopub_thread = IOPubThread(self.channel, session=self.session)  # type: ignore[no-untyped-call]
        self.iopub_socket = self.channel

    def init_kernel(self) -> None:
        """Make the kernel."""
        self.kernel = Kernel.instance(
            parent=self,
            session=self.session,
            shell_stream=self.channel,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


async def _serve(wire: socket.socket, reader: Frames, kernel: Any) -> None:
    """Answer requests one by one in one context, as a kernel does, until the worker hangs up."""
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(wire, arrived.set)
    while True:
        for _, *frames in reader:
            if kernel.shell.exit_now and _is_execution(frames):
                return  # told to end by the cell before; until here a kernel still answers
            parts = [zmq.Frame(frame) for frame in frames]
            await loop.create_task(kernel.dispatch_shell(parts), context=context)
            if kernel.shell_stream.answered():
                continue
            os._exit(70)  # an error of the kernel's own, which it has logged
        arrived.clear()
        await arrived.wait()
        if not receive(wire, reader):
            os._exit(0)  # nobody is left who could wait for the cell's own tasks


def _is_execution(frames: Sequence[bytes]) -> bool:
    header = json.loads(frames[2])
    return bool(header["msg_type"] == "execute_request")


@contextmanager
def _ipython_folder(folder: Path) -> Iterator[None]:
    """Keep IPython's profile and ``%store`` away from the user's and from other notebooks'."""
    folder.mkdir()
    kept = os.environ.get("IPYTHONDIR")
    os.environ["IPYTHONDIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["IPYTHONDIR"]
        if kept is not None:
            os.environ["IPYTHONDIR"] = kept


def _show_with_reserve(shell: Any, kind: Any, error: Any, trace: Any, tb_offset: int | None = None) -> None:
    """Show a MemoryError as IPython does, with the memory kept back for it."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)


def _first(wire: socket.socket) -> tuple[dict[str, Any], Frames]:
    reader = Frames()
    while True:
        piece = wire.recv(1 << 16)
        if not piece:
            os._exit(0)
        reader.feed(piece)
        for kind, content in reader:
            if kind != START:
                raise ValueError(f"the first message is {kind!r}")
            return json.loads(content), reader


def _paths(watched: dict[str, Any]) -> dict[str, Any]:
    return {**watched, "root": Path(watched["root"]), "extra": [Path(path) for path in watched["extra"]]}


def _choose_backend() -> None:
    """Do what matplotlib did at its import, which another environment had."""
    import matplotlib

    backend = os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
    matplotlib.rcParams["backend"] = backend


def _data_size() -> int:
    """Give the bytes of private writable memory that RLIMIT_DATA counts."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    lines = (line.split() for line in status.splitlines())
    return next(int(words[1]) * 1024 for words in lines if words[0] == "VmData:")
