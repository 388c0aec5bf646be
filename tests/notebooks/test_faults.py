"""What a notebook or a kill can do to a run: it is named, nothing is left half-done, the next run is as before."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest

from entydig.running import forks
from entydig.running.execution import Result, Run, execute
from entydig.running.limits import MIB
from entydig.running.stops import ServerDied

Write = Callable[..., Path]

pytestmark = pytest.mark.skipif(not forks.available(), reason="nothing can be forked here")


@pytest.mark.parametrize(
    ("source", "limits", "told"),
    [
        ("while True:\n    pass", {"timeout": 1}, "CellTimeoutError: A cell timed out"),
        ("import re\nre.match(r'(a+)+b', 'a' * 60)", {"timeout": 1}, "CellTimeoutError"),  # holds the GIL
        (
            "import time\nwhile True:\n    time.sleep(0.1)",
            {"wall": 1},
            "TooLong: the run took longer than 1 s",
        ),
        ("held = bytearray(10**9)", {"memory": 300 * MIB}, "MemoryError: (the run may use 300 MiB)"),
        ("held = []\nwhile True:\n    held.append(bytearray(10**6))", {"memory": 300 * MIB}, "MemoryError"),
        ("import os\nos._exit(3)", {}, "ProcessDied: the notebook's process ended: exit code 3"),
        (
            "import ctypes\nctypes.string_at(0)",
            {},
            "ProcessDied: the notebook's process ended: killed by SIGSEGV",
        ),
        ("import os\nos.abort()", {}, "killed by SIGABRT"),
        ("import sys\nsys.exit()", {}, "SystemExit: the notebook ended itself"),
        ("import sys\nsys.exit(3)", {}, "SystemExit: 3"),
        ("print('x' * 10**8)", {}, "TooMuchOutput: the run's outputs are larger than 32 MiB"),
        ("!yes", {"output": MIB}, "TooMuchOutput: the run's outputs are larger than 1 MiB"),
        (
            "while True:\n    try:\n        print('x' * 1000)\n    except BaseException:\n        pass",
            {},
            "TooMuchOutput",
        ),
        ("import os\nos.close(1); os.close(2)\n1 / 0", {}, "ZeroDivisionError"),
    ],
)
def test_a_fault_is_named_with_its_cell(
    write: Write, tmp_path: Path, source: str, limits: dict[str, int], told: str
) -> None:
    name = write("a.ipynb", "before = 1", source, "after = 1")
    result = execute(Run(name, "da"), tmp_path, **limits)

    assert result.failure is not None
    assert (result.failure.cell, result.failure.cell_id) == (1, "c1")
    assert told in result.failure.error
    assert "entydig run a.ipynb -p lang=da" in str(result.failure.problem())
    counts = {cell.id: cell.execution_count for cell in notebook(result).cells if "execution_count" in cell}
    assert (counts["c0"], counts["c2"]) == (2, None)


def notebook(result: Result) -> nbformat.NotebookNode:
    return nbformat.reads(result.notebook.decode(), as_version=4)


def test_a_notebook_told_to_quit_runs_nothing_more(write: Write, tmp_path: Path) -> None:
    failure = execute(Run(write("a.ipynb", "quit()", "1"), "da"), tmp_path).failure

    assert failure is not None
    assert (failure.cell, failure.error) == (1, "ProcessDied: the notebook's process ended: exit code 0")


def test_what_a_cell_printed_and_where_it_hung_is_kept(write: Write, tmp_path: Path) -> None:
    result = execute(
        Run(write("a.ipynb", "print('so far')\nwhile True:\n    pass"), "da"), tmp_path, timeout=1
    )

    printed, interrupted = notebook(result).cells[-1].outputs
    assert printed.text == "so far\n"
    assert interrupted.ename == "KeyboardInterrupt"
    assert result.failure is not None
    assert "CellTimeoutError" in result.failure.error
    assert "while True" in result.failure.traceback


def test_a_process_started_by_a_notebook_does_not_outlive_it(write: Write, tmp_path: Path) -> None:
    source = "import subprocess\nstarted = subprocess.Popen(['sleep', '60'])\nprint(started.pid)"
    pid = int(notebook(execute(Run(write("a.ipynb", source), "da"), tmp_path)).cells[-1].outputs[0].text)
    time.sleep(0.2)

    state = Path(f"/proc/{pid}/stat")
    assert not state.is_file() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] in "ZX"


def test_memory_is_limited_for_one_run_only(write: Write, tmp_path: Path) -> None:
    name = write("a.ipynb", "import numpy as np\nlen(np.ones(50_000_000))")

    assert execute(Run(name, "da"), tmp_path, memory=100 * MIB).failure is not None
    assert execute(Run(name, "da"), tmp_path).failure is None


STEPS = "import time, os\ntime.sleep(0.03)\nprint('step', {n})\n{{'b', 'a'}}"


@pytest.mark.slow
@pytest.mark.parametrize("target", ["child", "server"])
def test_after_a_kill_at_any_moment_the_next_run_gives_the_same_bytes(
    write: Write, tmp_path: Path, target: str
) -> None:
    run = Run(write("a.ipynb", *(STEPS.format(n=n) for n in range(10))), "da")
    execute(run, tmp_path)
    whole = execute(run, tmp_path)
    moments = random.Random(7)
    for _ in range(10):
        moment = moments.uniform(0, 1.1 * whole.seconds)
        killer = threading.Timer(moment, kill, [forks.shared(), target])
        killer.start()
        with suppress(ServerDied):
            result = execute(run, tmp_path)
            assert result.failure is not None or result.notebook == whole.notebook
            assert result.failure is None or "killed by SIGKILL" in result.failure.error
        killer.join()

        assert execute(run, tmp_path).notebook == whole.notebook


def kill(server: forks.ForkServer, target: str) -> None:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(
        encoding="ascii"
    )
    pids = [server.process.pid] if target == "server" else [int(pid) for pid in children.split()]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
