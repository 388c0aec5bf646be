"""Which files of the project a notebook really reads: those it did not declare would make a stored result stale."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entydig.running.reads import ALWAYS

__all__ = ["Watch", "watch"]

# What the machinery reads for itself, and what a key has by other parts.
MACHINERY = (".venv", ".cache", ".git", ".jupyter", ".ipython")
MADE = "_build"
ANYWHERE = (
    f"{os.sep}__pycache__{os.sep}",
    f"{os.sep}.ipynb_checkpoints{os.sep}",
    f"{os.sep}site-packages{os.sep}",
)
READING = frozenset(["open", "sqlite3.connect"])


@dataclass
class Watch:
    """What was read since the watch began.

    Attributes
    ----------
    undeclared : list of str
        Files of the project that were opened to be read and that nothing declared, relative to it with ``/``,
        in the order of their first reading.
    """

    undeclared: list[str] = field(default_factory=list)


def watch(root: Path, declared: Sequence[str], *, extra: Sequence[Path] = (), records: bool = True) -> Watch:
    """Note from now on every undeclared file under a project that this process opens to read.

    There is no way back: Python's audit hooks stay for as long as the process lives.  It belongs in the child
    that runs one notebook, before the first cell.

    Parameters
    ----------
    root : Path
        The project.
    declared : sequence of str
        Globs relative to the project, as `entydig.running.reads.declared` gives them; `ALWAYS` is added.
    extra : sequence of Path
        Further files and folders that may be read, such as the notebook itself.
    records : bool
        Whether ``_build`` may be read: a notebook of stage 2 finds the records there, which its key has.

    Returns
    -------
    Watch

    Notes
    -----
    Seen is what Python opens (``open``, ``os.open``, ``Path.read_text``, `pandas.read_csv`, databases of
    ``sqlite3``).  Not seen is what compiled code or another program opens by itself, for instance
    `pandas.read_parquet` of a path, and that a folder was listed.  A file that this process wrote before it
    reads it is its own.
    """
    seen = _Seen(root, declared, extra, records)
    sys.addaudithook(seen.hear)
    return seen.watch


class _Seen:
    """Hears of every file opened; most are told apart by the start of their path."""

    def __init__(self, root: Path, declared: Sequence[str], extra: Sequence[Path], records: bool) -> None:
        self.watch = Watch()
        self.roots = tuple(dict.fromkeys(f"{each}{os.sep}" for each in (root.absolute(), root.resolve())))
        self.allowed = {str(file) for base in self.roots for file in _files(Path(base), (*ALWAYS, *declared))}
        folders = [base + name for base in self.roots for name in (*MACHINERY, *([MADE] if records else []))]
        package = Path(__file__).resolve().parents[1]
        places = [
            *folders,
            str(package),
            *(str(form) for path in extra for form in (path.absolute(), path.resolve())),
        ]
        self.allowed.update(places)
        self.folders = tuple(f"{place}{os.sep}" for place in places)
        self.settled: set[str] = set()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in READING or not isinstance(arguments[0], str | bytes | os.PathLike):
            return  # or a handle that is open already
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100 - follows no link and opens nothing
        if not path.startswith(self.roots) or path in self.settled:
            return
        reading = event != "open" or _reads(*arguments[1:3])
        if reading and not os.path.isfile(path):  # noqa: PTH113 - asked of every file, so quick
            return
        self.settled.add(path)
        if reading and not self._may(path):
            base = next(each for each in self.roots if path.startswith(each))
            self.watch.undeclared.append(path.removeprefix(base).replace(os.sep, "/"))

    def _may(self, path: str) -> bool:
        return path in self.allowed or path.startswith(self.folders) or any(part in path for part in ANYWHERE)


def _files(root: Path, patterns: Sequence[str]) -> list[Path]:
    return [file for pattern in patterns if not os.path.isabs(pattern) for file in root.glob(pattern)]  # noqa: PTH117


def _reads(mode: str | None, flags: int | None) -> bool:
    if isinstance(mode, str):
        return "r" in mode or ("a" in mode and "+" in mode)
    return (flags or 0) & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY
