"""How far a build is: a line for each running notebook on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from entydig.running.runs import Result, Run

__all__ = ["PlainProgress", "Progress", "TerminalProgress", "progress_for", "summary"]

REDRAWN_EVERY = 0.1  # seconds
SLOWEST = 5


class Progress(Protocol):
    """Hears of each run as it begins, goes on and ends; from any thread."""

    def began(self, run: Run, expected: float | None) -> None:
        """Take note that a run begins, and of the seconds it took the last time."""

    def cell(self, run: Run, number: int, total: int) -> None:
        """Take note that a run is at cell `number`, from 1, of `total`."""

    def finished(self, result: Result, done: int, total: int) -> None:
        """Take note of one result, executed or stored."""

    def ended(self, results: Sequence[Result], seconds: float) -> None:
        """Take note that nothing more will be run."""


class PlainProgress:
    """Writes one line for each notebook that was executed, to stderr unless told otherwise."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr

    def began(self, run: Run, expected: float | None) -> None:
        """Write nothing."""

    def cell(self, run: Run, number: int, total: int) -> None:
        """Write nothing."""

    def finished(self, result: Result, done: int, total: int) -> None:
        """Write how far we are, what ended, how long it took and whether it failed."""
        if not result.stored:
            self.stream.write(_line(result, done, total))
            self.stream.flush()

    def ended(self, results: Sequence[Result], seconds: float) -> None:
        """Write the summary."""
        self.stream.write(f"{summary(results, seconds)}\n")
        self.stream.flush()


@dataclass
class _Running:
    run: Run
    began: float
    expected: float | None
    number: int = 0
    total: int = 0


@dataclass
class TerminalProgress:
    """Keeps a line for each running notebook below the lines of those that ended, redrawn in place."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    running: dict[str, _Running] = field(default_factory=dict)
    shown: int = 0
    drawn: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def began(self, run: Run, expected: float | None) -> None:
        """Show the run."""
        with self.lock:
            self.running[run.command] = _Running(run, time.monotonic(), expected)
            self._draw()

    def cell(self, run: Run, number: int, total: int) -> None:
        """Show the cell, and how long it will still take."""
        with self.lock:
            state = self.running.get(run.command)
            if state:
                state.number, state.total = number, total
            if state and time.monotonic() - self.drawn >= REDRAWN_EVERY:
                self._draw()

    def finished(self, result: Result, done: int, total: int) -> None:
        """Put the run's last line above those that go on."""
        with self.lock:
            self.running.pop(result.run.command, None)
            self._draw("" if result.stored else _line(result, done, total))

    def ended(self, results: Sequence[Result], seconds: float) -> None:
        """Take away the lines of what was running, and write the summary."""
        with self.lock:
            self.running.clear()
            self._draw(f"{summary(results, seconds)}\n")

    def _draw(self, above: str = "") -> None:
        width = shutil.get_terminal_size().columns - 1
        now = self.drawn = time.monotonic()
        lines = [_state(state, now)[:width] for state in self.running.values()]
        back = f"\x1b[{self.shown}A\r\x1b[J" if self.shown else ""
        self.stream.write(back + above + "".join(f"{line}\n" for line in lines))
        self.stream.flush()
        self.shown = len(lines)


def progress_for(stream: TextIO | None = None, environment: Mapping[str, str] | None = None) -> Progress:
    """Give lines redrawn in place on a terminal, plain lines elsewhere and in continuous integration."""
    chosen = stream or sys.stderr
    known = os.environ if environment is None else environment
    plain = known.get("CI", "").lower() not in {"", "0", "false"} or known.get("TERM") == "dumb"
    return PlainProgress(chosen) if plain or not chosen.isatty() else TerminalProgress(chosen)


def summary(results: Sequence[Result], seconds: float) -> str:
    """Say how many runs were executed, stored and failed, how long all took, and which took longest.

    Parameters
    ----------
    results : sequence of Result
    seconds : float
        Of the whole, as a clock on the wall has it.
    """
    executed = [result for result in results if not result.stored]
    failed = sum(result.failure is not None for result in executed)
    first = (
        f"{len(results)} runs in {seconds:.1f} s: {len(executed) - failed} executed, "
        f"{len(results) - len(executed)} stored, {failed} failed"
    )
    slowest = sorted(executed, key=lambda result: -result.seconds)[:SLOWEST]
    return "\n".join([first, *(f"  {result.seconds:6.1f} s  {result.run}" for result in slowest)])


def _line(result: Result, done: int, total: int) -> str:
    ending = "  FAILED" if result.failure else ""
    return f"[{done:>{len(str(total))}}/{total}] {result.seconds:6.1f} s  {result.run}{ending}\n"


def _state(state: _Running, now: float) -> str:
    elapsed = now - state.began
    parts = [f"  {state.run}"]
    if state.total:
        parts.append(f"cell {state.number} of {state.total}")
    parts.append(f"{elapsed:.0f} s")
    if state.expected:
        parts.append(f"about {max(state.expected - elapsed, 0):.0f} s left")
    return "  ".join(parts)
