"""The processes that are measured: their commands, their environment, their time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from entydig.running.forks import ENVIRONMENT

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

Command = Sequence[str | Path]


def environment(**more: str) -> dict[str, str]:
    """Give the variables of every process measured: one BLAS thread, one hash seed, compiled modules kept."""
    ours = {name: value for name, value in ENVIRONMENT.items() if name != "MPLBACKEND"}
    dropped = {"PYTHONDONTWRITEBYTECODE", "MPLBACKEND"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith("ENTYDIG_")
    }
    return {**kept, **ours, "PYTHONPATH": str(ROOT), **more}


def without_bytecode(nowhere: Path) -> dict[str, str]:
    """Give variables under which no compiled module is found, in a folder that does not exist, or written."""
    return {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(nowhere)}


def timed(*commands: Command, **more: str) -> float:
    """Run commands one after another and return the seconds of all; one that fails ends the benchmark."""
    began = time.perf_counter()
    for command in commands:
        call(command, **more)
    return time.perf_counter() - began


def call(command: Command, **more: str) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def papermill(notebook: Path, target: Path, **parameters: object) -> list[str | Path]:
    """Give papermill's command for one notebook."""
    given = [str(word) for name, value in parameters.items() for word in ("-p", name, value)]
    quiet = ["--no-progress-bar", "--log-level", "ERROR"]
    return [BIN / "papermill", notebook, target, "--cwd", notebook.parent, *quiet, *given]


def ours(what: str, root: Path, *rows: int) -> list[str | Path]:
    """Give the command of our runner as a process (`bench.ours`)."""
    return [sys.executable, "-m", "bench.ours", what, root, *map(str, rows)]


def book(root: Path, *options: str) -> list[str | Path]:
    """Give the command that builds a Jupyter Book."""
    return [BIN / "jupyter-book", "build", "--quiet", *options, root]


def told(command: Command, **expected: int) -> dict[str, Any]:
    """Run `bench.ours` and return what it tells; anything else than expected ends the benchmark."""
    found = dict(json.loads(call(command).splitlines()[-1]))
    wrong = {name: found[name] for name, value in expected.items() if found[name] != value}
    if wrong:
        raise RuntimeError(f"{' '.join(map(str, command))}: expected {expected}, found {wrong}")
    return found


def seconds(command: Command, **expected: int) -> float:
    """Return the seconds of `bench.ours`, start and end of the process included."""
    began = time.perf_counter()
    told(command, **expected)
    return time.perf_counter() - began
