"""`entydig batch` as a person meets it: what it refuses, its exit codes, and a kill in the middle."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from entydig.running.objects import Store

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from entydig.cli import main; main()"]
NOTEBOOK = "notebooks/methods/rows.ipynb"
USAGE, DATA, WRONG_NOTEBOOK, FAILED = 2, 3, 4, 5


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with one notebook that takes a language, answers and a number."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("private"))
    shutil.copy(ROOT / "_config.yml", tmp_path)
    parameters = (
        'lang: str = "da"  # language\ndata: str = "shipped"  # answers\nrounds: int = 1  # how often'
    )
    cells = [
        nbformat.v4.new_markdown_cell("(rows)=\n# Rows"),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "import time\ntime.sleep(0.3)\nassert rounds != 3\nprint(lang, data, rounds)"
        ),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    file = tmp_path / NOTEBOOK
    file.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)
    return tmp_path


def over(project: Path, *lines: str) -> str:
    (project / "table.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return "table.csv"


def entydig(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=project, capture_output=True, text=True, check=False, timeout=120
    )


def results(project: Path) -> list[dict[str, str]]:
    with (project / "_build" / "batch" / "rows" / "results.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("lines", "words", "code", "told"),
    [
        (("rounds", "x"), (), WRONG_NOTEBOOK, "table.csv, line 2 (column rounds): parameter rounds is 'x'"),
        (("roundz", "1"), (), WRONG_NOTEBOOK, "did you mean rounds?"),
        (("rounds",), (), DATA, "no rows"),
        (("rounds", "1"), ("--lang", "fr"), USAGE, "one of da, en"),
        (("rounds", "1"), ("-p", "rounds=2"), WRONG_NOTEBOOK, "also given by an option"),
        (
            ("data", "shipped", "world:nowhere"),
            (),
            USAGE,
            "table.csv, line 3: data 'world:nowhere': is no world",
        ),
        (("rounds", "1"), ("--scheduler", "tcp://a:1", "--workers", "2"), USAGE, "--scheduler without it"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_runs(
    project: Path, lines: tuple[str, ...], words: tuple[str, ...], code: int, told: str
) -> None:
    done = entydig(project, "batch", NOTEBOOK, "--over", over(project, *lines), *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "_build").exists()


def test_real_and_synthetic_answers_never_stand_in_one_batch(project: Path) -> None:
    private = project / "data" / "private" / "survey"
    private.mkdir(parents=True)
    text = (project / "data" / "survey" / "datapackage.json").read_text(encoding="utf-8")
    (private / "datapackage.json").write_text(text.replace('"synthetic"', '"real"'), encoding="utf-8")
    done = entydig(project, "batch", NOTEBOOK, "--over", over(project, "data", "shipped", "private"))
    assert done.returncode == USAGE
    assert "synthetic answers (shipped) and real answers (private) in one batch" in done.stderr


@pytest.mark.slow
def test_a_failed_row_gives_code_5_and_the_next_call_does_only_it(project: Path) -> None:
    table = over(project, "rounds", "2", "3", "4")
    first = entydig(project, "batch", NOTEBOOK, "--over", table, "-p", "lang=en")
    assert first.returncode == FAILED
    assert "table.csv, line 3: row 2 (rounds=3): AssertionError:" in first.stderr
    assert f"entydig run {NOTEBOOK} -p lang=en -p rounds=3" in first.stderr
    assert [row["status"] for row in results(project)] == ["done", "failed", "done"]
    assert not (project / "_build" / "runs").exists()  # a batch has a folder of its own
    again = entydig(project, "batch", NOTEBOOK, "--over", table, "-p", "lang=en", "--why")
    assert again.returncode == FAILED
    assert [line.partition(": ")[2][:6] for line in again.stdout.splitlines()] == [
        "stored",
        "runs, ",
        "stored",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a process group is killed")
def test_a_killed_batch_goes_on_where_it_was(project: Path) -> None:
    table = over(project, "rounds", *map(str, range(10, 22)))
    store = Store.of(project).folder
    running = subprocess.Popen(
        [*COMMAND, "batch", NOTEBOOK, "--over", table],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while sum(1 for _ in store.glob("*/*")) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    folder = project / "_build" / "batch" / "rows"
    assert not (folder / "index.html").exists()
    done = entydig(project, "batch", NOTEBOOK, "--over", table, "--why")
    assert done.returncode == 0, done.stderr
    assert 3 <= done.stdout.count(": stored") < 12
    assert [int(row["rounds"]) for row in results(project)] == list(range(10, 22))
    assert len(list(folder.glob("*.html"))) == 13
    assert not list(folder.glob(".*"))
