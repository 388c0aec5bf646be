"""Messages between a notebook's process and its worker: lists of byte strings over a Unix socket.

The lists are the frames of Jupyter's own wire protocol as `jupyter_client.session.Session` writes and reads
them, so that what is said is the same as over zmq; only the carrier differs.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence

__all__ = ["FLUSHED", "KEY", "MESSAGE", "PART", "REPORT", "START", "Frames", "pack", "receive"]

# What the first frame of a list says about the rest.
START = b"start"  # to the child, once: what to become
MESSAGE = b"message"  # a message of the Jupyter protocol
PART = b"part"  # text that a later stream message or FLUSHED completes
FLUSHED = b"flushed"  # the stream named is complete so far
REPORT = b"report"  # from our own machinery: why the child stops, what it opened

KEY = b"wire"  # signs messages, for jupyter_client's peace; nobody else can write into the socket

COUNT = struct.Struct("<I")
LENGTH = struct.Struct("<Q")
CHUNK = 1 << 20


def pack(frames: Sequence[bytes | memoryview]) -> bytes:
    """Write a list of byte strings as one, to be read by `Frames`.

    Examples
    --------
    >>> reader = Frames()
    >>> reader.feed(pack([b"a", b""]) + pack([b"b"])[:5])
    >>> [list(frames) for frames in reader]
    [[b'a', b'']]
    """
    views = [memoryview(frame).cast("B") for frame in frames]
    lengths = b"".join(LENGTH.pack(len(view)) for view in views)
    return b"".join([COUNT.pack(len(views)), lengths, *views])


class Frames:
    """Puts together again what arrives in pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take in what was read."""
        self._held += piece

    def __iter__(self) -> Iterator[list[bytes]]:
        """Give each list that is complete, and forget it."""
        while True:
            found = self._first()
            if found is None:
                return
            yield found

    def _first(self) -> list[bytes] | None:
        if len(self._held) < COUNT.size:
            return None
        (count,) = COUNT.unpack_from(self._held)
        start = COUNT.size + count * LENGTH.size
        if len(self._held) < start:
            return None
        lengths = [LENGTH.unpack_from(self._held, COUNT.size + i * LENGTH.size)[0] for i in range(count)]
        if len(self._held) < start + sum(lengths):
            return None
        frames = []
        for length in lengths:
            frames.append(bytes(self._held[start : start + length]))
            start += length
        del self._held[:start]
        return frames


def receive(connection: socket.socket, reader: Frames) -> bool:
    """Feed what has arrived, without waiting; tell whether the other side is still there."""
    try:
        piece = connection.recv(CHUNK, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    reader.feed(piece)
    return bool(piece)
