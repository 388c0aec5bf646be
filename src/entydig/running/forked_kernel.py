"""A forked child in the place of a kernel: the manager and the client that nbclient asks for.

nbclient does all else as in stock: it turns messages into outputs, keeps time, and knows errors.
"""

from __future__ import annotations

import asyncio
import json
import queue
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from jupyter_client.session import Session

from entydig.running.forks import Child, ForkServer, exit_text, shared
from entydig.running.limits import Limits
from entydig.running.wire import FLUSHED, KEY, MESSAGE, PART, REPORT, Frames, pack, receive

__all__ = ["ForkedClient", "ForkedManager"]


class ForkedManager:
    """Starts, kills and forgets one child.

    Parameters
    ----------
    limits : Limits
    watched : mapping, optional
        Arguments of `entydig.running.audit.watch`, for a notebook that declares what it reads.
    """

    def __init__(self, limits: Limits, watched: Mapping[str, Any] | None = None) -> None:
        self.limits = limits
        self.watched = watched
        self.server: ForkServer | None = None
        self.child: Child | None = None
        self.connection: ForkedClient | None = None

    @property
    def has_kernel(self) -> bool:
        """Tell whether one was started."""
        return self.child is not None

    def start_kernel(self, *, env: Mapping[str, str], cwd: str, **_: Any) -> None:
        """Fork a child and tell it what to become."""
        self.server = shared()
        self.child = self.server.fork()
        self.child.start(
            environment=dict(env),
            folder=cwd,
            memory=self.limits.memory,
            output=self.limits.output,
            watched=self.watched,
        )

    def client(self) -> ForkedClient:
        """Give the one client."""
        assert self.child is not None
        self.connection = ForkedClient(self.child)
        return self.connection

    def is_alive(self) -> bool:
        """Tell whether the child runs."""
        return self.child is not None and self.child.running()

    def interrupt_kernel(self) -> None:
        """Raise KeyboardInterrupt in the running cell."""
        if self.child:
            self.child.kill(signal.SIGINT)

    def shutdown_kernel(self, *, now: bool = False) -> None:
        """Nothing: the child ends when its wire is closed."""

    def cleanup_resources(self) -> None:
        """End the child."""
        if self.connection:
            self.connection.stop_channels()
        if self.child:
            self.child.close()

    def how_it_ended(self) -> tuple[str, bool]:
        """Say how the child ended, and whether its server is to blame."""
        assert self.child is not None
        assert self.server is not None
        code = self.child.ended()
        if code is None and (self.child.lost or not self.server.alive()):
            return self.server.how_it_ended(), True
        return ("it no longer answers" if code is None else exit_text(code)), False


class ForkedClient:
    """What nbclient uses of a kernel client, over the child's wire."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.session = Session(key=KEY)
        self.allow_stdin = False
        self.shell_channel = _Channel(self)
        self.iopub_channel = _Channel(self)
        self.reports: list[dict[str, Any]] = []
        self.hung_up = False
        self._reader = Frames()
        self._parts: dict[str, dict[str, Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start_channels(self) -> None:
        """Nothing: they are there from the start."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Listen from now on."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.child.wire, self._arrived)

    def stop_channels(self) -> None:
        """Listen no more."""
        if self._loop and not self.hung_up and self.child.wire.fileno() >= 0:
            self._loop.remove_reader(self.child.wire)

    def is_alive(self) -> bool:
        """Tell whether the child can still say something."""
        return not self.hung_up

    def execute(self, code: str, silent: bool = False, store_history: bool = True, **options: Any) -> str:
        """Ask for a cell's execution."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": self.allow_stdin,
            "stop_on_error": True,
            **options,
        }
        return self.send(self.session.msg("execute_request", content))

    def kernel_info(self) -> str:
        """Ask what the kernel is."""
        return self.send(self.session.msg("kernel_info_request"))

    def send(self, message: dict[str, Any]) -> str:
        """Send a message; one to a child that is gone will see no reply."""
        try:
            self.child.wire.sendall(pack([MESSAGE, *self.session.serialize(message)]))
        except OSError:
            self._hang_up()
        return str(message["header"]["msg_id"])

    async def get_iopub_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Give the next message about what happens in the child."""
        return await self.iopub_channel.get_msg(timeout)

    async def rest(self, patience: float) -> list[dict[str, Any]]:
        """Wait for the reply to an interrupted request; give what nobody has heard, parts as they are."""
        with suppress(queue.Empty):
            await self.shell_channel.get_msg(patience)
        for name in list(self._parts):
            self._complete(name)
        return list(self.iopub_channel.rest())

    def _arrived(self) -> None:
        there = receive(self.child.wire, self._reader)
        for kind, *frames in self._reader:
            self._take(kind, frames)
        if not there:
            self._hang_up()

    def _hang_up(self) -> None:
        if not self.hung_up:
            self.stop_channels()
            self.hung_up = True
            for name in list(self._parts):
                self._complete(name)

    def _take(self, kind: bytes, frames: list[bytes]) -> None:
        if kind == FLUSHED:
            self._complete(frames[0].decode())
        elif kind == REPORT:
            self.reports.append(json.loads(frames[0]))
        else:
            _, parts = self.session.feed_identities(frames)
            message = self.session.deserialize(parts)
            if kind == PART:
                self._hold(message)
            else:
                self._deliver(message)

    def _hold(self, message: dict[str, Any]) -> None:
        name = message["content"]["name"]
        held = self._parts.get(name)
        if held and held["parent_header"].get("msg_id") == message["parent_header"].get("msg_id"):
            held["texts"].append(message["content"]["text"])
        else:
            self._complete(name)
            self._parts[name] = {**message, "texts": [message["content"]["text"]]}

    def _complete(self, name: str) -> None:
        held = self._parts.pop(name, None)
        if held:
            held["content"]["text"] = "".join(held.pop("texts"))
            self.iopub_channel.put(held)

    def _deliver(self, message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] in self._parts:
            self._hold(message)  # FLUSHED follows
        elif message["msg_type"].endswith("_reply"):
            self.shell_channel.put(message)
        else:
            self.iopub_channel.put(message)


class _Channel:
    """A queue of messages with the two calls nbclient makes."""

    def __init__(self, client: ForkedClient) -> None:
        self.client = client
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, message: dict[str, Any]) -> None:
        self._queue.put_nowait(message)

    def send(self, message: dict[str, Any]) -> None:
        self.client.send(message)

    def rest(self) -> Iterator[dict[str, Any]]:
        while not self._queue.empty():
            yield self._queue.get_nowait()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            raise queue.Empty from None
