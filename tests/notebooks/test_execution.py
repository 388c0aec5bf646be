"""Notebooks executed with papermill and our engine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_core.utils import ensure_event_loop

from entydig.errors import NotebookError, RunError
from entydig.running.execution import Result, Run, execute, run_path
from entydig.running.schedule import PlainProgress, execute_all, execute_build
from entydig.running.store import ContentKey

PARAMETERS = 'lang: str = "da"  # language\nrounds: int = 3  # how often\n'


def code(source: str, *tags: str) -> Any:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})


def prose(source: str, *tags: str) -> Any:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def write(root: Path, name: str, *cells: Any) -> Path:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(
        cells=[code(PARAMETERS, "parameters"), *cells], metadata={"kernelspec": kernel}
    )
    for index, cell in enumerate(made.cells):
        cell["id"] = f"c{index}"
    file = root / "notebooks" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, file)
    return file.relative_to(root)


def read(result: Result) -> Any:
    return nbformat.reads(result.notebook.decode(), as_version=4)


def by_papermill(notebook: Path, parameters: dict[str, str], **options: str) -> Any:
    try:
        return papermill.execute_notebook(str(notebook), None, parameters, progress_bar=False, **options)
    finally:
        ensure_event_loop().close()  # nbclient leaves it open


def texts(cell: Any) -> list[str]:
    return [entry["result"]["data"]["text/plain"] for entry in cell.metadata["user_expressions"]]


def test_parameters_arrive_and_prose_is_evaluated_where_it_stands(tmp_path: Path) -> None:
    name = write(
        tmp_path,
        "a.ipynb",
        code("x = rounds"),
        prose("{eval}`x`, {eval}`lang`"),
        code("x = 99"),
        prose("{eval}`x`"),
    )
    result = execute(Run(name, "en", {"rounds": 5}), tmp_path)
    executed = read(result)
    assert result.failure is None
    assert texts(executed.cells[3]) == ["5", "'en'"]
    assert texts(executed.cells[5]) == ["99"]


def test_cells_of_another_language_are_not_evaluated(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", prose("{eval}`nowhere`", "lang-en"), prose("{eval}`rounds`", "lang-da"))
    executed = read(execute(Run(name, "da"), tmp_path))
    assert "user_expressions" not in executed.cells[2].metadata
    assert texts(executed.cells[3]) == ["3"]


def test_code_cells_come_out_as_with_the_stock_engine(tmp_path: Path) -> None:
    cells = [code("print(1)"), prose("{eval}`rounds`"), code("import sys\nprint(2, file=sys.stderr)\nrounds")]
    name = write(tmp_path, "a.ipynb", *cells)
    ours = read(execute(Run(name, "da"), tmp_path))
    stock = by_papermill(tmp_path / name, {"lang": "da"})
    for mine, other in zip(ours.cells, stock.cells, strict=True):
        if mine.cell_type == "code":
            assert (mine.source, mine.execution_count, mine.outputs) == (
                other.source,
                other.execution_count,
                other.outputs,
            )


def test_the_kernel_stands_in_the_notebooks_folder_and_knows_the_project(tmp_path: Path) -> None:
    source = (
        "import os\nprint(os.getcwd(), *(os.environ[k] for k in ('ENTYDIG_PROJECT', 'PYTHONHASHSEED', 'A')))"
    )
    executed = read(
        execute(Run(write(tmp_path, "a.ipynb", code(source)), "da"), tmp_path, environment={"A": "b"})
    )
    assert executed.cells[2].outputs[0].text.split() == [str(tmp_path / "notebooks"), str(tmp_path), "0", "b"]


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", code("print({'b', 'a', 'c'})"), prose("{eval}`rounds`"))
    first, second = (execute(Run(name, "da"), tmp_path, key=ContentKey({"a": "b"})) for _ in range(2))
    assert first.notebook == second.notebook
    assert str(tmp_path).encode() not in first.notebook


def test_the_key_the_language_and_the_package_stand_in_the_metadata(tmp_path: Path) -> None:
    key = ContentKey({"data/a.csv": "1", "notebook": "2"})
    about = read(execute(Run(write(tmp_path, "a.ipynb"), "en"), tmp_path, key=key)).metadata.entydig
    assert about["language"] == "en"
    assert about["key"] == {"digest": key.digest, "data": key.data, "parts": dict(key.parts)}


def test_a_failing_cell_is_named_with_source_traceback_and_command(tmp_path: Path) -> None:
    name = write(tmp_path, "a b.ipynb", code("x = 1"), code("1 / 0"), code("never = 1"))
    result = execute(Run(name, "da", {"rounds": 4}), tmp_path)
    failure = result.failure
    assert failure is not None
    assert (failure.cell, failure.cell_id, failure.source) == (2, "c2", "1 / 0")
    assert failure.error == "ZeroDivisionError: division by zero"
    assert "\x1b" not in failure.traceback
    assert "1 / 0" in failure.traceback
    assert "entydig run 'notebooks/a b.ipynb' -p lang=da -p rounds=4" in str(failure.problem())


def test_a_failing_expression_is_named_and_the_notebook_is_still_given(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", code("x = 1"), prose("{eval}`x` {eval}`y`"), code("x = 2"))
    result = execute(Run(name, "da"), tmp_path)
    assert result.failure is not None
    assert (result.failure.cell, result.failure.source) == (2, "y")
    assert result.failure.error == "NameError: name 'y' is not defined"
    executed = {cell["id"]: cell for cell in read(result).cells}
    assert texts_or_errors(executed["c2"]) == ["1", "NameError"]
    assert executed["c3"].execution_count is None


def texts_or_errors(cell: Any) -> list[str]:
    results = [entry["result"] for entry in cell.metadata["user_expressions"]]
    return [each["data"]["text/plain"] if each["status"] == "ok" else each["ename"] for each in results]


def test_a_warning_from_an_expression_is_a_failure(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", code("import warnings"), prose("{eval}`warnings.warn('odd')`"))
    failure = execute(Run(name, "da"), tmp_path).failure
    assert failure is not None
    assert "odd" in failure.error


def test_a_dead_process_and_a_slow_cell_are_failures_of_their_cell(tmp_path: Path) -> None:
    killed = write(tmp_path, "a.ipynb", code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    slow = write(tmp_path, "b.ipynb", code("import time\ntime.sleep(30)"))
    died, late = (
        execute(Run(killed, "da"), tmp_path).failure,
        execute(Run(slow, "da"), tmp_path, timeout=1).failure,
    )
    assert died is not None
    assert (died.cell, died.error) == (1, "ProcessDied: the notebook's process ended: killed by SIGKILL")
    assert late is not None
    assert late.cell == 1
    assert "CellTimeoutError" in late.error


def test_an_expression_in_a_heading_stops_the_notebook_before_its_first_cell(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", code("open('ran', 'w')"), prose("# {eval}`1`"))
    with pytest.raises(NotebookError, match="heading"):
        execute(Run(name, "da"), tmp_path)
    assert not (tmp_path / "notebooks" / "ran").exists()


def test_results_come_in_the_order_of_the_runs_and_a_failure_stops_no_other(tmp_path: Path) -> None:
    bad, good = write(tmp_path, "bad.ipynb", code("1/0")), write(tmp_path, "good.ipynb", code("1"))
    stream = io.StringIO()
    with ThreadPoolExecutor(1) as pool:
        runs = [Run(bad, "da"), Run(good, "da"), Run(good, "en")]
        results = execute_all(runs, tmp_path, executor=pool, progress=PlainProgress(stream))
    assert [result.run for result in results] == runs
    assert [result.failure is None for result in results] == [False, True, True]
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("notebooks/bad.ipynb [da]  FAILED")


def test_a_dying_worker_is_reported_for_its_notebook_and_the_others_are_done(tmp_path: Path) -> None:
    # The parent is the fork server or, in stock, the worker.
    lethal = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(9)"
    runs = [
        Run(write(tmp_path, "a.ipynb", code(lethal)), "da"),
        Run(write(tmp_path, "b.ipynb", code("1")), "da"),
    ]
    with ProcessPoolExecutor(1, mp_context=__import__("multiprocessing").get_context("spawn")) as pool:
        died, done = execute_all(runs, tmp_path, executor=pool)
    assert died.failure is not None
    assert "worker process died" in died.failure.error
    assert done.failure is None


def test_a_build_writes_whole_notebooks_and_stops_before_the_next_stage(tmp_path: Path) -> None:
    bad, good = Run(write(tmp_path, "bad.ipynb", code("1/0")), "da"), Run(write(tmp_path, "good.ipynb"), "en")
    later = Run(write(tmp_path, "later.ipynb", code("import os\nos.environ['ENTYDIG_BUILD']")), "da", stage=2)
    stale = run_path(tmp_path, "main", bad)
    stale.parent.mkdir(parents=True)
    stale.write_text("{}", encoding="utf-8")
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(RunError, match=r"notebooks/bad\.ipynb"):
            execute_build([later, bad, good], tmp_path, "main", executor=pool)
        (done,) = execute_build([later], tmp_path, "main", executor=pool)
    files = sorted(
        file.relative_to(tmp_path).as_posix() for file in (tmp_path / "_build").rglob("*") if file.is_file()
    )
    assert files == [
        "_build/runs/main/da/notebooks/bad.failed.ipynb",
        "_build/runs/main/da/notebooks/later.ipynb",
        "_build/runs/main/en/notebooks/good.ipynb",
    ]
    assert read(done).cells[-1].outputs[0].data["text/plain"] == "'main'"


@pytest.mark.parametrize(
    "first", ["papermill", "entydig.running.papermill_engine", "entydig.running.execution"]
)
def test_the_engine_is_found_whatever_is_imported_first(first: str) -> None:
    found = "from papermill.engines import papermill_engines as e\nprint(e.get_engine('entydig').__name__)"
    source = f"import {first}\n{found}"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "Engine"


def test_stock_papermill_with_our_engine_finds_the_language_itself(tmp_path: Path) -> None:
    name = write(tmp_path, "a.ipynb", prose("{eval}`1`", "lang-en"), prose("{eval}`2`", "lang-da"))
    made = by_papermill(tmp_path / name, {}, engine_name="entydig")
    assert json.loads(json.dumps(made.cells[-1].metadata["user_expressions"]))[0]["result"]["data"] == {
        "text/plain": "2"
    }
    assert "user_expressions" not in made.cells[-2].metadata
