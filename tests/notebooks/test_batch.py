"""One notebook over a table: the table's checks, the folder it leaves, and a cluster that loses a worker."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.errors import DataError, NotebookError, RunError, UsageError, UserError
from entydig.publishing.export import StandalonePages
from entydig.running.batch import Batch, batch
from entydig.running.batch_table import read_table
from entydig.running.objects import Store
from entydig.running.parameters import Parameter
from entydig.running.runs import Run

PARAMETERS = (
    Parameter("lang", "str", "da"),
    Parameter("rounds", "int", 3),
    Parameter("share", "float", 0.5),
    Parameter("strict", "bool", True),
)
CELL = "\n".join(f"{each.name}: {each.type} = {each.default!r}  # help" for each in PARAMETERS)
RECORD = "application/vnd.entydig.record+json"
DECIDES = f"""
from IPython.display import display
record = {{"claim": "10.1", "data": "synthetic", "words": {{"da": "uafgjort", "en": "undecided"}}, "rounds": rounds}}
about = {{"kind": "record", "label": "claim-10-1"}}
display({{"{RECORD}": record, "text/markdown": "**Claim.**"}}, raw=True, metadata={{"entydig": about}})
"""

Call = Callable[..., Batch]


def table(folder: Path, *lines: str, name: str = "table.csv") -> Path:
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a notebook with the parameters above into a project."""

    def written(*sources: str, **about: Any) -> Path:
        cells = [
            nbformat.v4.new_markdown_cell("(page)=\n# A page & more"),
            nbformat.v4.new_code_cell(CELL, metadata={"tags": ["parameters"]}),
            *(nbformat.v4.new_code_cell(source) for source in sources),
        ]
        for number, cell in enumerate(cells):
            cell["id"] = f"c{number}"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        metadata = {"kernelspec": kernel, "entydig": {"stage": 1, **about}}
        file = tmp_path / "notebooks" / "rows.ipynb"
        file.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), file)
        return file.relative_to(tmp_path)

    return written


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Return a function that runs a batch of the project."""

    def called(notebook: Path, over: Path, **options: Any) -> Batch:
        return batch(tmp_path, notebook, over, pages=StandalonePages(tmp_path), **options)

    return called


def results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def printed(file: Path) -> str:
    cells = nbformat.read(file, as_version=4).cells
    return "".join(output.text for cell in cells for output in cell.get("outputs", ()) if "text" in output)


def test_every_fault_of_the_table_is_named_at_once_with_line_and_column(tmp_path: Path) -> None:
    over = table(
        tmp_path,
        "lang,rouns,share,strict",
        "da,1,0.5,true",
        'en,1,"0,5",yes',
        "da,1",
        "da,1,,false",
        "da,1,0.50,TRUE",
    )
    with pytest.raises(NotebookError) as told:
        read_table(over, PARAMETERS)
    assert [(each.where.partition(", ")[2], each.found) for each in told.value.problems] == [
        ("line 1 (column 2)", "unknown parameter 'rouns'"),
        ("line 3 (column share)", "parameter share is '0,5' (str)"),
        ("line 3 (column strict)", "parameter strict is 'yes' (str)"),
        ("line 4", "2 cells"),
        ("line 5 (column share)", "is empty"),
    ]
    assert "did you mean rounds?" in str(told.value)


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        (b"", DataError, "is empty"),
        (b"rounds\n\n", DataError, "no rows"),
        (b"lang\nda\nh\xf8j\n", DataError, "line 3: is not UTF-8"),
        (b'lang\n"da\n', DataError, "line 2: cannot be read"),
        (b"lang;rounds\nda;3\n", NotebookError, "separate by commas"),
        (b"lang,lang\nda,en\n", NotebookError, "a second time"),
        (b"rounds,share\n7,0.5\n1,1\n07,0.50\n", NotebookError, "line 4: the same as line 2"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    tmp_path: Path, content: bytes, error: type[UserError], told: str
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    with pytest.raises(error, match=re.escape(told)):
        read_table(file, PARAMETERS)


def test_values_have_the_types_the_notebook_declares_and_lines_count_as_in_an_editor(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(
        '\ufefflang,rounds,share,strict\r\n"d\r\na",1,1,true\r\n\r\nen,2,0.25,FALSE\r\n'.encode()
    )
    first, second = read_table(file, PARAMETERS)
    assert (first.number, first.line, dict(first.values)) == (
        1,
        2,
        {"lang": "d\r\na", "rounds": 1, "share": 1.0, "strict": True},
    )
    assert (second.number, second.line, second.values["strict"]) == (2, 5, False)


def test_what_an_option_gives_is_no_column(tmp_path: Path, notebook: Callable[..., Path], call: Call) -> None:
    over = table(tmp_path, "rounds", "1")
    with pytest.raises(NotebookError, match="also given by an option"):
        call(notebook("1"), over, texts={"rounds": "2"})
    with pytest.raises(NotebookError, match="also given by --lang"):
        call(notebook("1"), table(tmp_path, "lang", "da"), languages=["en"])
    with pytest.raises(UsageError, match="name of a folder"):
        call(notebook("1"), over, name="../out")
    with pytest.raises(NotebookError, match="stage 1"):
        call(notebook("1", stage=2), over)
    assert not (tmp_path / "_build").exists()


def test_each_row_has_a_notebook_a_page_and_a_line_in_results_and_index(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    over = table(tmp_path, "rounds,share", "2,0.5", "12,1")
    made = call(notebook(DECIDES, "print(lang, rounds, share, strict)"), over, texts={"strict": "false"})
    assert sorted(file.name for file in made.folder.iterdir()) == [
        *(f"{stem}{ending}" for stem in ("001-2-0.5", "002-12-1.0") for ending in (".html", ".ipynb")),
        "index.html",
        "results.csv",
    ]
    assert printed(made.folder / "001-2-0.5.ipynb") == "da 2 0.5 False\n"
    first, second = results(made.folder)
    assert (first["row"], first["rounds"], first["share"], first["status"]) == ("1", "2", "0.5", "done")
    assert (second["claim 10.1"], json.loads(second["records"])[0]["rounds"]) == ("uafgjort", 12)
    for row in (first, second):
        written = (made.folder / row["file"]).with_suffix(".ipynb").read_bytes()
        assert row["sha256"] == hashlib.sha256(written).hexdigest()
    index = (made.folder / "index.html").read_text(encoding="utf-8")
    assert [index.count(f'<a href="{row["file"]}">') for row in (first, second)] == [1, 1]
    page = (made.folder / "001-2-0.5.html").read_text(encoding="utf-8")
    assert "<title>A page &amp; more</title>" in page
    assert '<div class="record" id="claim-10-1">' in page


def test_each_language_wanted_is_a_run_of_each_row(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    made = call(notebook("print(lang, rounds)"), table(tmp_path, "rounds", "1", "2"), languages=["da", "en"])
    assert made.runs == 4
    assert [(row["row"], row["lang"], row["file"]) for row in results(made.folder)] == [
        ("1", "da", "001-da-1.html"),
        ("1", "en", "001-en-1.html"),
        ("2", "da", "002-da-2.html"),
        ("2", "en", "002-en-2.html"),
    ]
    assert printed(made.folder / "002-en-2.ipynb") == "en 2\n"


def test_a_failed_row_stops_nothing_and_is_named_with_the_command_that_repeats_it(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    source = "assert rounds != 2, 'no\\nmore'\nprint(rounds)"
    with pytest.raises(RunError) as told:
        call(notebook(source), table(tmp_path, "rounds", "1", "2", "3"))
    (problem,) = told.value.problems
    assert "line 3: row 2 (rounds=2)" in problem.where
    assert problem.found == "AssertionError: no more"
    assert "entydig run notebooks/rows.ipynb -p lang=da -p rounds=2" in problem.action
    folder = tmp_path / "_build" / "batch" / "rows"
    assert [(row["status"], row["error"], row["file"]) for row in results(folder)] == [
        ("done", "", "001-1.html"),
        ("failed", "AssertionError: no more", "002-2.failed.ipynb"),
        ("done", "", "003-3.html"),
    ]
    # Put right, only it is run, and what it left is gone.
    said: list[str] = []
    call(notebook("print(rounds)"), table(tmp_path, "rounds", "1", "2", "3"), explain=said.append)
    assert not list(folder.glob("*.failed.ipynb"))


def test_a_page_that_cannot_be_published_is_a_failed_row_with_its_notebook(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    source = (
        "from IPython.display import HTML, display\n"
        "display(HTML(f'<img src=\"https://example.org/{rounds}.png\">' if rounds == 2 else '<a href=\"https://example.org\">x</a>'))"
    )
    with pytest.raises(RunError, match=r"would load https://example\.org/2\.png"):
        call(notebook(source), table(tmp_path, "rounds", "1", "2"))
    good, bad = results(tmp_path / "_build" / "batch" / "rows")
    assert (good["status"], bad["status"], bad["file"]) == ("done", "failed", "002-2.ipynb")


def test_only_what_is_missing_is_run_and_the_folder_is_that_of_the_table(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    path = notebook("print(rounds)")
    first = call(path, table(tmp_path, "rounds", "1", "2"))
    before = {row["rounds"]: row["sha256"] for row in results(first.folder)}
    page = (first.folder / "002-2.html").stat().st_mtime_ns
    (first.folder / "001-1.html").write_bytes((first.folder / "001-1.html").read_bytes()[:5000])
    said: list[str] = []
    call(path, table(tmp_path, "rounds", "1", "2", "3"), explain=said.append)
    assert said == [
        "row 1 (rounds=1): stored",
        "row 2 (rounds=2): stored",
        "row 3 (rounds=3): runs, because it never ran",
    ]
    assert before.items() <= {row["rounds"]: row["sha256"] for row in results(first.folder)}.items()
    assert (first.folder / "002-2.html").stat().st_mtime_ns == page  # not made again
    assert (first.folder / "001-1.html").read_bytes().rstrip().endswith(b"</html>")
    call(path, table(tmp_path, "rounds", "3"))
    assert sorted(file.name for file in first.folder.glob("0*")) == ["001-3.html", "001-3.ipynb"]


def test_a_run_of_the_batch_is_the_run_of_the_same_parameters(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    from entydig.running.once import run_once

    path = notebook("print(rounds)")
    said: list[str] = []
    once = run_once(tmp_path, path, {"lang": "en", "rounds": "4"}, build="main")
    made = call(path, table(tmp_path, "rounds,lang", "4,en"), explain=said.append)
    assert said == ["row 1 (rounds=4, lang=en): stored"]
    assert (made.folder / "001-4-en.ipynb").read_bytes() == once.read_bytes()


class Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]


def test_a_page_holds_all_it_shows_and_names_nobody_else(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    drawn = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])\nplt.show()"
    made = call(notebook(drawn, "print('<b> & \\x1b[31mred\\x1b[0m')"), table(tmp_path, "rounds", "1"))
    page = (made.folder / "001-1.html").read_text(encoding="utf-8")
    attributes = Attributes()
    attributes.feed(page)
    assert [each for each in attributes.found if "//" in each[2] and not each[2].startswith("data:")] == []
    assert not re.search(r"https?://", page)
    assert {tag for tag, *_ in attributes.found} & {"script", "link", "iframe"} == set()
    assert ("meta", "name", "robots") in attributes.found
    assert "&lt;b&gt; &amp; " in page


# ------------------------------------------------------------------------------------------------ a cluster

SCHEDULER = ["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"]
WORKER = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
READS = "from pathlib import Path\nprint(Path('../data/numbers.csv').read_text().strip(), rounds)"


def started(module: str, *words: str, folder: Path, log: str) -> subprocess.Popen[bytes]:
    with (folder / log).open("wb") as stream:
        environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false"}
        code = f"from {module} import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, *words], cwd=folder, env=environment, stdout=stream, stderr=stream
        )


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers over loopback, in folders far from any project."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    running = [started(*SCHEDULER, "--scheduler-file", str(file), folder=folder, log="scheduler.log")]
    try:
        until = time.monotonic() + 60
        while not file.is_file() or not file.read_text(encoding="utf-8").strip():
            assert time.monotonic() < until, (folder / "scheduler.log").read_text(encoding="utf-8")
            time.sleep(0.1)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        workers = [
            started(*WORKER, address, "--local-directory", str(folder), folder=folder, log=f"{number}.log")
            for number in range(2)
        ]
        running += workers
        yield address, workers
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers fork")
def test_a_worker_killed_midway_loses_no_row_and_doubles_none(
    tmp_path: Path,
    notebook: Callable[..., Path],
    call: Call,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    rows, finished = 16, []
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").write_text("42\n", encoding="utf-8")
    path = notebook("import time\ntime.sleep(0.4)", READS, reads=["data/numbers.csv"])
    over = table(tmp_path, "rounds", *map(str, range(rows)))

    class Killing:
        """Kills the first worker when a few rows are done, while it is at another one."""

        def began(self, run: Run, expected: float | None) -> None: ...
        def cell(self, run: Run, number: int, total: int) -> None: ...
        def ended(self, results: Any, seconds: float) -> None: ...

        def finished(self, result: Any, done: int, total: int) -> None:
            finished.append(str(result.run))
            if done == 4:
                workers[0].kill()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        made = call(path, over, scheduler=address, progress=Killing())
    assert workers[0].wait(10) == -signal.SIGKILL
    assert sorted(finished) == sorted(set(finished))
    written = results(made.folder)
    assert [int(row["rounds"]) for row in written] == list(range(rows))
    assert {row["status"] for row in written} == {"done"}
    assert len({row["sha256"] for row in written}) == rows
    for row in written:
        file = (made.folder / row["file"]).with_suffix(".ipynb")
        assert printed(file) == f"42 {row['rounds']}\n"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == row["sha256"]
    # What the workers made is what this machine makes, and nothing of it is run again.
    said: list[str] = []
    call(path, over, explain=said.append)
    assert {line.partition(": ")[2] for line in said} == {"stored"}
    (own,) = results(call(path, table(tmp_path, "rounds", "15"), fresh=True, name="own").folder)
    assert own["sha256"] == written[15]["sha256"]


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_told(
    tmp_path: Path, notebook: Callable[..., Path], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from entydig.running import cluster as module

    monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(UsageError, match="does not answer"):
        call(notebook("1"), table(tmp_path, "rounds", "1"), scheduler="tcp://127.0.0.1:9")


def test_a_run_whose_worker_always_dies_is_a_failed_row(tmp_path: Path) -> None:
    from distributed import KilledWorker

    from entydig.running.cluster import ClusterExecutor

    class Deadly(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            def dies() -> None:
                raise KilledWorker("task", None, 3)

            return super().submit(dies)

    with Deadly(1) as pool:
        executor = ClusterExecutor(pool, tmp_path, "project")
        result = executor.submit(print, Run(Path("a.ipynb"), "da"), tmp_path, {}).result(10)
    assert "died each time" in result.failure.error


def test_the_store_serves_a_batch_that_was_broken_off(
    tmp_path: Path, notebook: Callable[..., Path], call: Call
) -> None:
    path, over = notebook("print(rounds)"), table(tmp_path, "rounds", "1", "2", "3")

    class Stopping(StandalonePages):
        def page(self, notebook: bytes, language: str, where: str) -> bytes:
            if (tmp_path / "_build" / "batch" / "rows" / "stop").exists():
                raise KeyboardInterrupt
            (tmp_path / "_build" / "batch" / "rows" / "stop").touch()
            return super().page(notebook, language, where)

    with pytest.raises(KeyboardInterrupt):
        batch(tmp_path, path, over, pages=Stopping(tmp_path), workers=1)
    folder = tmp_path / "_build" / "batch" / "rows"
    assert not (folder / "index.html").exists()
    assert not (folder / "results.csv").exists()
    kept = sum(1 for entry in Store.of(tmp_path).folder.rglob("*") if entry.is_file())
    assert kept >= 1
    said: list[str] = []
    call(path, over, explain=said.append)
    assert sum(line.endswith(": stored") for line in said) == kept
    assert [row["status"] for row in results(folder)] == ["done"] * 3
