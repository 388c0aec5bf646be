"""Which run comes first, what is shown meanwhile, and that two builds of one name do not meet."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.errors import RunError
from entydig.running.lock import build_lock
from entydig.running.progress import PlainProgress, TerminalProgress, progress_for, summary
from entydig.running.runs import Failure, Result, Run
from entydig.running.schedule import execute_all, execute_build


def run(name: str, language: str = "da", stage: int = 1) -> Run:
    return Run(Path(f"notebooks/{name}.ipynb"), language, {}, stage)


def failed(each: Run) -> Result:
    return Result(each, b"{}", 1.0, Failure(each, 0, "a", "1/0", "ZeroDivisionError", ""))


class Noting(Executor):
    """An executor that notes the order of what it is given, and succeeds at once."""

    def __init__(self) -> None:
        self.order: list[str] = []

    def submit(self, function: Any, /, *given: Any, **options: Any) -> Future[Any]:
        self.order.append(given[0].notebook.stem)
        future: Future[Any] = Future()
        future.set_result(Result(given[0], b"{}", 1.0))
        return future


def test_the_longest_comes_first_and_what_is_not_known_before_it(tmp_path: Path) -> None:
    pool, runs = Noting(), [run(name) for name in "abcd"]
    results = execute_all(runs, tmp_path, executor=pool, expected=[1.0, 9.0, None, 3.0])
    assert pool.order == ["c", "b", "d", "a"]
    assert [result.run.notebook.stem for result in results] == ["a", "b", "c", "d"]


def test_notebooks_need_not_be_kept_once_they_were_handed_on(tmp_path: Path) -> None:
    taken: list[bytes] = []
    runs = [run(name) for name in "ab"]
    results = execute_all(
        runs, tmp_path, executor=Noting(), done=lambda result: taken.append(result.notebook), kept=False
    )
    assert taken == [b"{}", b"{}"]
    assert [(result.run, result.notebook) for result in results] == [(each, b"") for each in runs]


def test_a_stage_begins_when_the_one_before_has_ended(tmp_path: Path) -> None:
    pool = Noting()
    execute_build([run("late", stage=2), run("a"), run("b")], tmp_path, "main", executor=pool)
    assert pool.order == ["a", "b", "late"]


class Heard:
    """Notes all that is told of progress."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def began(self, run: Run, expected: float | None) -> None:
        self.events.append(("began", expected))

    def cell(self, run: Run, number: int, total: int) -> None:
        self.events.append(("cell", number, total))

    def finished(self, result: Result, done: int, total: int) -> None:
        self.events.append(("finished", done, total))

    def ended(self, results: Any, seconds: float) -> None:
        self.events.append(("ended", len(results)))


def test_a_run_tells_of_its_beginning_each_cell_and_its_end(tmp_path: Path) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source, id=f"c{source}") for source in "12"]
    (tmp_path / "notebooks").mkdir()
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(made, tmp_path / "notebooks" / "a.ipynb")
    heard = Heard()
    with ThreadPoolExecutor(1) as pool:
        execute_build([run("a")], tmp_path, "main", executor=pool, progress=heard)
    assert heard.events[0] == ("began", None)
    numbers = [event[1] for event in heard.events if event[0] == "cell"]
    totals = {event[2] for event in heard.events if event[0] == "cell"}
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(totals) == 1
    assert numbers[-1] in totals
    assert heard.events[-2:] == [("finished", 1, 1), ("ended", 1)]


def test_the_summary_is_written_for_a_build_that_failed_too(tmp_path: Path) -> None:
    class Failing(Noting):
        def submit(self, function: Any, /, *given: Any, **options: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(failed(given[0]))
            return future

    stream = io.StringIO()
    with pytest.raises(RunError):
        execute_build([run("a")], tmp_path, "main", executor=Failing(), progress=PlainProgress(stream))
    assert "1 runs in 0.0 s: 0 executed, 0 stored, 1 failed" in stream.getvalue()


def test_plain_lines_say_nothing_of_what_was_stored() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.began(run("a"), 3.0)
    progress.cell(run("a"), 1, 9)
    progress.finished(Result(run("a"), b"", 0.0, stored=True), 1, 12)
    progress.finished(Result(run("b"), b"", 2.0), 2, 12)
    progress.finished(failed(run("c")), 3, 12)
    assert stream.getvalue().splitlines() == [
        "[ 2/12]    2.0 s  notebooks/b.ipynb [da]",
        "[ 3/12]    1.0 s  notebooks/c.ipynb [da]  FAILED",
    ]


def screen(written: str) -> list[str]:
    """Give what a terminal shows in the end: lines, with the cursor moved up and the rest deleted as asked."""
    lines: list[str] = []
    for up, text in re.findall(r"(?:\x1b\[(\d+)A\r\x1b\[J)?([^\x1b]*)", written):
        lines = lines[: len(lines) - int(up or 0)] + text.splitlines()
    return lines


def test_a_terminal_shows_a_line_for_each_running_notebook_and_in_the_end_only_those_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("entydig.running.progress.time.monotonic", lambda: now[0])
    stream = io.StringIO()
    progress = TerminalProgress(stream)
    progress.began(run("a"), 10.0)
    progress.began(run("b"), None)
    now[0] = 4.0
    progress.cell(run("a"), 5, 27)
    assert screen(stream.getvalue()) == [
        "  notebooks/a.ipynb [da]  cell 5 of 27  4 s  about 6 s left",
        "  notebooks/b.ipynb [da]  4 s",
    ]
    progress.finished(Result(run("b"), b"", 4.0), 1, 2)
    assert screen(stream.getvalue()) == [
        "[1/2]    4.0 s  notebooks/b.ipynb [da]",
        "  notebooks/a.ipynb [da]  cell 5 of 27  4 s  about 6 s left",
    ]
    progress.finished(Result(run("a"), b"", 9.0), 2, 2)
    progress.ended([], 9.0)
    assert screen(stream.getvalue())[:2] == [
        "[1/2]    4.0 s  notebooks/b.ipynb [da]",
        "[2/2]    9.0 s  notebooks/a.ipynb [da]",
    ]


def test_a_line_never_wraps_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()
    TerminalProgress(stream).began(run("a-very-long-name-of-a-notebook"), 10.0)
    assert max(map(len, stream.getvalue().splitlines())) < 20


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "redrawn"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"CI": "true"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
    ids=["terminal", "CI", "dumb", "file"],
)
def test_lines_are_redrawn_on_a_terminal_only(
    stream: Any, environment: dict[str, str], redrawn: bool
) -> None:
    assert isinstance(progress_for(stream, environment), TerminalProgress) == redrawn


def test_the_summary_counts_and_names_the_five_slowest() -> None:
    results = [Result(run(f"n{number}"), b"", float(number)) for number in range(7)]
    results += [Result(run("s"), b"", 99.0, stored=True), failed(run("bad"))]
    lines = summary(results, 12.34).splitlines()
    assert lines[0] == "9 runs in 12.3 s: 7 executed, 1 stored, 1 failed"
    assert [line.split()[2] for line in lines[1:]] == [
        f"notebooks/n{number}.ipynb" for number in (6, 5, 4, 3, 2)
    ]


posix = pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked there")


@posix
def test_a_second_build_of_a_name_waits_and_says_so_and_another_name_does_not(tmp_path: Path) -> None:
    said: list[str] = []
    entered = threading.Event()

    def second() -> None:
        with build_lock(tmp_path, "main", said.append):
            entered.set()

    with build_lock(tmp_path, "main", said.append), build_lock(tmp_path, "other", said.append):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.3)
    waiting.join(5)
    assert entered.is_set()
    assert said == ["waiting for another build of main to end"]


@posix
def test_a_folder_deleted_while_one_waits_is_locked_anew(tmp_path: Path) -> None:
    folder = tmp_path / "_build" / "runs" / "main"
    entered = threading.Event()

    def second() -> None:
        with build_lock(tmp_path, "main", lambda text: None):
            entered.set()

    with build_lock(tmp_path, "main"):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.2)
        shutil.rmtree(folder)
    waiting.join(5)
    assert entered.is_set()
    assert folder.is_dir()


HOLD = """
import sys, time
from pathlib import Path
from entydig.running.lock import build_lock
with build_lock(Path(sys.argv[1]), "main"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@posix
def test_a_lock_ends_with_the_process_that_held_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    said: list[str] = []
    with build_lock(tmp_path, "main", said.append):
        pass
    assert said == []


def test_a_place_that_cannot_be_made_is_a_message_with_code_5(tmp_path: Path) -> None:
    (tmp_path / "_build").write_bytes(b"a file")
    with pytest.raises(RunError, match="cannot be made") as caught, build_lock(tmp_path, "main"):
        pass
    assert caught.value.exit_code == 5
