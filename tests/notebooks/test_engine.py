"""The fork server and the children it forks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.running import forks
from entydig.running.execution import Result, Run, execute
from entydig.running.limits import cores
from entydig.running.stops import ServerDied
from entydig.running.workers import default_workers, local_executor

Write = Callable[..., Path]

pytestmark = pytest.mark.skipif(not forks.available(), reason="nothing can be forked here")

KERNEL = "type(get_ipython().kernel).__module__"


def outputs(result: Result) -> list[Any]:
    assert result.failure is None, result.failure
    made = nbformat.reads(result.notebook.decode(), as_version=4)
    return [cell.outputs for cell in made.cells if cell.cell_type == "code"]


def last(result: Result) -> str:
    return str(outputs(result)[-1][-1].data["text/plain"])


@pytest.mark.parametrize(
    ("backend", "module"), [("fork", "'entydig.running.child'"), ("nbclient", "'ipykernel.ipkernel'")]
)
def test_the_engine_is_chosen_by_argument(write: Write, tmp_path: Path, backend: str, module: str) -> None:
    assert last(execute(Run(write("a.ipynb", KERNEL), "da"), tmp_path, backend=backend)) == module


def test_the_engine_is_chosen_by_variable(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTYDIG_ENGINE", "nbclient")

    assert last(execute(Run(write("a.ipynb", KERNEL), "da"), tmp_path)) == "'ipykernel.ipkernel'"


def test_papermills_command_line_runs_the_engine(write: Write, tmp_path: Path) -> None:
    name = write("a.ipynb", KERNEL)
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "entydig",
        "--no-progress-bar",
        str(name),
        "b.ipynb",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    made = nbformat.read(tmp_path / "b.ipynb", as_version=4)
    assert made.cells[0].outputs[0].data["text/plain"] == "'entydig.running.child'"


LEAVES = """
import builtins, os, random, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd
plt.rcParams["figure.dpi"] = 7
pd.set_option("display.max_rows", 3)
warnings.filterwarnings("error", module="left")
np.random.seed(1)
random.seed(1)
os.environ["LEFT"] = sys.modules["left"] = builtins.left = "left"
os.chdir("/")
held = open("/dev/null")
np.left = 1
get_ipython().display_formatter.formatters["text/plain"].for_type(int, lambda n, p, c: p.text("left"))
%store held_text
"""
FINDS = """
import builtins, os, random, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd
[plt.rcParams["figure.dpi"] == plt.rcParamsDefault["figure.dpi"], pd.get_option("display.max_rows") == 60,
 "left" not in str(warnings.filters), "LEFT" not in os.environ, "left" not in sys.modules,
 not hasattr(builtins, "left"), os.getcwd() != "/", not hasattr(np, "left"), "held" not in globals(), repr(1) == "1"]
"""


def test_nothing_of_one_notebook_is_found_in_the_next(write: Write, tmp_path: Path) -> None:
    execute(Run(write("a.ipynb", LEAVES.replace("%store held_text", "")), "da"), tmp_path)

    assert "False" not in last(execute(Run(write("b.ipynb", FINDS), "da"), tmp_path))


CYCLE = """
import gc, weakref
class Node: pass
node = Node()
node.itself, seen = node, weakref.ref(node)
del node
held = [[number] for number in range(200_000)]
[gc.isenabled(), seen() is None, not gc.garbage, not gc.get_debug()]
"""


def test_a_notebooks_garbage_is_collected_without_its_asking(write: Write, tmp_path: Path) -> None:
    # The server imports with the collector off, and freezes what is there.
    assert "False" not in last(execute(Run(write("a.ipynb", CYCLE), "da"), tmp_path, backend="fork"))


def test_each_notebook_draws_its_own_random_numbers(write: Write, tmp_path: Path) -> None:
    name = write("a.ipynb", "import random, numpy as np\n(np.random.rand(), random.random())")
    drawn = [last(execute(Run(name, "da"), tmp_path)) for _ in range(2)]

    assert drawn[0] != drawn[1]


def test_a_child_has_no_files_of_the_server_and_no_history_on_disk(write: Write, tmp_path: Path) -> None:
    source = (
        "import os\n"
        "[path for path in (os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')"
        " if os.path.exists(f'/proc/self/fd/{fd}')) if 'sqlite' in path or path.startswith('/work')]"
    )
    assert last(execute(Run(write("a.ipynb", source), "da"), tmp_path)) == "[]"


def test_text_of_a_program_stands_where_it_was_written(write: Write, tmp_path: Path) -> None:
    # In stock it comes when ipykernel's thread has its turn.
    source = "import os\nfor i in range(20):\n    print('a', i)\n    os.system(f'echo b {i}')"
    (text,) = (output.text for output in outputs(execute(Run(write("a.ipynb", source), "da"), tmp_path))[1])

    assert text == "".join(f"a {i}\nb {i}\n" for i in range(20))


def test_long_text_is_one_output_whatever_the_clock_does(write: Write, tmp_path: Path) -> None:
    source = "import time\nfor i in range(5):\n    print('x' * 50_000)\n    time.sleep(0.15)"
    _, found = outputs(execute(Run(write("a.ipynb", source), "da"), tmp_path))

    assert [(output.name, len(output.text)) for output in found] == [("stdout", 5 * 50_001)]


def test_progress_is_told_before_each_cell(write: Write, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    execute(Run(write("a.ipynb", "1", "2"), "da"), tmp_path, progress=lambda *at: told.append(at))

    assert told == [(0, 3), (1, 3), (2, 3)]  # the injected parameters first


def test_an_undeclared_file_of_the_project_fails_the_run(write: Write, tmp_path: Path) -> None:
    for name in ("told.csv", "untold.csv"):
        (tmp_path / name).write_text("a\n1\n", encoding="utf-8")
    sources = ["import pandas as pd\nlen(pd.read_csv('told.csv'))", "len(pd.read_csv('untold.csv'))", "1"]
    failure = execute(Run(write("a.ipynb", *sources, reads=["told.csv"], stage=1), "da"), tmp_path).failure

    assert failure is not None
    assert (failure.cell, failure.error) == (1, "Undeclared: opened without declaring: untold.csv")


@pytest.fixture
def server() -> Iterator[forks.ForkServer]:
    made = forks.ForkServer()
    yield made
    made.close()


def test_the_server_forks_from_one_thread_and_ends_with_its_worker(server: forks.ForkServer) -> None:
    child = server.fork()
    tasks = list(Path(f"/proc/{server.process.pid}/task").iterdir())
    server.control.close()

    assert len(tasks) == 1
    assert server.process.wait(10) == 0
    assert gone(child.pid)
    child.close()


def test_children_end_with_a_server_that_is_killed(server: forks.ForkServer) -> None:
    child = server.fork()
    server.process.kill()

    assert gone(child.pid)
    with pytest.raises(ServerDied, match="SIGKILL"):
        server.fork()
    child.close()


def test_a_stopped_server_is_told_from_a_slow_one(server: forks.ForkServer) -> None:
    server.fork().close()
    os.kill(server.process.pid, signal.SIGSTOP)

    with pytest.raises(ServerDied, match="does not answer"):
        server.fork(patience=0.2)


def test_workers_share_one_server_and_run_side_by_side(write: Write, tmp_path: Path) -> None:
    source = "import os, time\nbegun = time.time()\ntime.sleep(0.5)\n(os.getppid(), begun, time.time())"
    run = Run(write("a.ipynb", source), "da")
    with local_executor(2) as pool:
        found = [
            json.loads(last(each.result())[1:-1].join("[]"))
            for each in [pool.submit(execute, run, tmp_path) for _ in "ab"]
        ]
    (one, begun, ended), (other, later, _) = sorted(found, key=lambda each: each[1])

    assert one == other
    assert begun <= later < ended


def test_there_are_no_more_workers_than_cores() -> None:
    assert 1 <= default_workers() <= cores()


INTERRUPTED = """
import sys
from pathlib import Path
from entydig.running.execution import Run, execute
from entydig.running.workers import local_executor
root = Path(sys.argv[1])
with local_executor(2) as pool:
    runs = [pool.submit(execute, Run(Path("a.ipynb"), "da"), root) for _ in range(4)]
    [run.result() for run in runs]
"""


def test_ctrl_c_leaves_nothing_behind(write: Write, tmp_path: Path) -> None:
    write("a.ipynb", "import os, pathlib, time\npathlib.Path(f'{os.getpid()}.pid').touch()\ntime.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)], stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        pids = wait_for(lambda: list(tmp_path.glob("*.pid")), 2)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=20)

    assert b"KeyboardInterrupt" in told
    assert all(gone(int(file.stem)) for file in pids)
    assert len(list(tmp_path.glob("*.pid"))) == 2


def wait_for(look: Callable[[], list[Path]], count: int) -> list[Path]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = look()
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {count}: {look()}")


def gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False
