"""What one run may use: time, memory, output."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = ["MIB", "Limits", "cores", "free_memory", "machine_memory"]

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    Attributes
    ----------
    cell, run : float or None
        Seconds for a cell and for the whole run.
    memory : int or None
        Bytes each process of the notebook may have for itself beyond what it starts with (RLIMIT_DATA); past it
        Python raises MemoryError in the cell.  Not kept by a stock kernel.
    output : int
        Bytes of outputs in all; past them the run ends.
    """

    cell: float | None = 600
    run: float | None = None
    memory: int | None = None
    output: int = 32 * MIB

    @classmethod
    def of(cls, **given: Any) -> Limits:
        """Give limits with our own where None is given; memory: half of the machine's."""
        chosen = {name: value for name, value in given.items() if value is not None}
        return replace(cls(memory=machine_memory() // 2), **chosen)

    @property
    def memory_text(self) -> str:
        """Say what memory there was."""
        return "no limit" if self.memory is None else f"the run may use {self.memory / MIB:,.0f} MiB"

    @property
    def output_text(self) -> str:
        """Say that there was too much output."""
        return f"the run's outputs are larger than {self.output / MIB:g} MiB"

    @property
    def run_text(self) -> str:
        """Say that it took too long."""
        return f"the run took longer than {self.run or 0:g} s"


def machine_memory() -> int:
    """Give the bytes of memory this process may use: the machine's, or less in a container."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    except (OSError, ValueError):  # no such file, or "max"
        return whole


def free_memory() -> int:
    """Give the bytes that can be had without swapping; all of the machine's where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return machine_memory()
    return min(free, machine_memory())


def cores() -> int:
    """Give the cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
