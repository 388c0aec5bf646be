"""The outgoing side of a notebook's process: its messages, and what it and its programs print.

Stock kernels send what was printed when 0.2 s have passed, so that it depends on the clock how a cell's text is cut
into outputs.  Here text goes out where a kernel flushes anyway - before a display, a result or an error, at the end
of a cell, when the notebook flushes - and long or old text ahead of that as parts, which the worker puts together.
"""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import select
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ipykernel.iostream import OutStream
from jupyter_client.session import DELIM

from entydig.running.wire import FLUSHED, MESSAGE, PART, REPORT, pack

__all__ = ["Channel", "Stream", "watch_streams"]

REPLY = b'_reply"'  # ends the type of a message that answers
LONG = 1 << 16  # characters that go out at once
OLD = 0.2  # seconds after which text goes out; as ipykernel's own streams


class Channel:
    """Stands in for a zmq socket: sends each message whole, and stops the process that says too much.

    Parameters
    ----------
    wire : socket.socket
        To the worker.
    limit : int
        Bytes that may be sent in all.
    """

    def __init__(self, wire: socket.socket, limit: int) -> None:
        self.wire = wire
        self.left = limit
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.local = threading.local()
        self.replies = 0

    @property
    def context(self) -> Any:
        """The zmq context that `IOPubThread` asks its socket for."""
        import zmq

        return zmq.Context.instance()

    def send_multipart(self, frames: list[Any], *_: Any, **__: Any) -> None:
        """Send the frames of one message; a process forked by the notebook has nothing to say here."""
        if os.getpid() != self.pid:
            return
        self.spend(sum(len(memoryview(frame).cast("B")) for frame in frames))
        self.replies += REPLY in bytes(frames[frames.index(DELIM) + 2])
        self.send(getattr(self.local, "kind", MESSAGE), *frames)

    def answered(self) -> bool:
        """Tell whether the last request has its reply, and begin with the next."""
        replies, self.replies = self.replies, 0
        return replies > 0

    @contextmanager
    def parts(self) -> Iterator[None]:
        """Mark what this thread sends as parts."""
        self.local.kind = PART
        try:
            yield
        finally:
            self.local.kind = MESSAGE

    def send(self, *frames: Any) -> None:
        """Send frames as they are."""
        packed = pack(frames)
        with self.lock:
            self.wire.sendall(packed)

    def spend(self, size: int) -> None:
        """Count what is said; past the limit the process ends, so that no ``except`` keeps it going."""
        self.left -= size
        if self.left < 0:
            self.report(kind="output")
            os._exit(70)

    def report(self, **content: Any) -> None:
        """Tell the worker something that is no message of Jupyter's."""
        self.send(REPORT, json.dumps(content).encode())


class Stream(OutStream):
    """`sys.stdout` or `sys.stderr` of a notebook, with what its programs write to the same descriptor."""

    def __init__(self, session: Any, thread: Any, name: str, **options: Any) -> None:
        super().__init__(session, thread, name, watchfd=False, isatty=False)  # type: ignore[no-untyped-call]
        self.channel: Channel = thread.socket
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.since: float | None = None
        self.length = 0
        self.sent_part = False
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.descriptor = {"stdout": 1, "stderr": 2}[name]
        # Where the process's own output went: what ipykernel gives as `fileno`, and where it logs.
        self._original_stdstream_copy = os.dup(self.descriptor)
        self.reading, writing = os.pipe()
        os.dup2(writing, self.descriptor)
        os.close(writing)

    def write(self, text: str) -> int:
        """Take text in; behind it comes what programs write later, before it what they wrote earlier."""
        if os.getpid() != self.pid and isinstance(text, str):
            # A forked process has no thread that sends; its text takes the way of a program's.
            return os.write(self.descriptor, text.encode("utf-8", "replace"))
        with self.lock:
            self.drain()
            return self._take(text)

    def flush(self) -> None:
        """Complete the output so far."""
        if os.getpid() != self.pid:
            return
        with self.lock:
            self.drain()
            super().flush()  # type: ignore[no-untyped-call]
            if self.sent_part:
                self.channel.send(FLUSHED, self.name.encode())
            self.since, self.length, self.sent_part = None, 0, False

    def drain(self) -> None:
        """Take in what waits in the pipe."""
        size = self.waiting()
        if size:
            self._take(self.decoder.decode(os.read(self.reading, size)))

    def waiting(self) -> int:
        """Count the bytes in the pipe."""
        (size,) = struct.unpack("i", fcntl.ioctl(self.reading, termios.FIONREAD, b"\0\0\0\0"))
        return int(size)

    def send_old(self) -> None:
        """Send a part when the text has waited long enough."""
        with self.lock:
            self.drain()
            if self.since is not None and time.monotonic() - self.since >= OLD:
                self._send_part()

    def _take(self, text: str) -> int:
        taken = super().write(text)
        self.length += len(text)
        self.since = self.since or time.monotonic()
        if self.length >= LONG:
            self._send_part()
        return taken or 0

    def _send_part(self) -> None:
        with self.channel.parts():
            super().flush()  # type: ignore[no-untyped-call]
        self.since, self.length, self.sent_part = None, 0, True


def watch_streams(streams: Sequence[Stream]) -> None:
    """Keep the pipes of the streams empty and their text moving, in a thread of its own."""
    threading.Thread(target=_watch, args=(streams,), name="streams", daemon=True).start()


def _watch(streams: Sequence[Stream]) -> None:
    while True:
        ready, _, _ = select.select([each.reading for each in streams], [], [], OLD)
        if ready and not any(each.waiting() for each in streams):
            time.sleep(OLD)  # read meanwhile, or closed by the notebook
        for each in streams:
            each.send_old()
