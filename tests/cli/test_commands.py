"""The command line as a person meets it: help, exit codes, and messages that name everything at once."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.claims.ledger import collect
from entydig.cli import commands, main

ROOT = Path(__file__).parents[2]
NOTEBOOK = "notebooks/findings/3-value-gap.ipynb"
USAGE, DATA, WRONG_NOTEBOOK = 2, 3, 4

Call = Callable[..., int]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call our command in the repository; gives the exit code."""

    def called(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["entydig", *words])
        monkeypatch.chdir(ROOT)
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return called


def everything(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_verb_has_help_with_an_example(call: Call, capsys: Any, name: str) -> None:
    assert call(name, "--help") == 0
    said = capsys.readouterr().out
    assert f"Example: entydig {name}" in said
    assert commands.commands[name].help.partition("\n")[0] in " ".join(said.split())


def test_help_lists_every_verb_with_what_it_does(call: Call, capsys: Any) -> None:
    assert call("--help") == 0
    said = capsys.readouterr().out
    assert [name for name in commands.commands if f"\n  {name} " not in said] == []


def test_run_lists_a_notebooks_parameters(call: Call, capsys: Any) -> None:
    assert call("run", NOTEBOOK, "--help") == 0
    assert "dont_know" in capsys.readouterr().out


def test_check_counts_what_it_saw(call: Call, capsys: Any) -> None:
    assert call("check") == 0
    assert "25 claims" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), USAGE, "Usage:"),
        (("nonsense",), USAGE, "No such command"),
        (("check", "--project", "nowhere"), USAGE, "does not exist"),
        (("check", "--data", "nowhere"), USAGE, "nowhere"),
        (("build", "--decide", "dont_knw=counted"), USAGE, "did you mean dont_know?"),
        (("build", "--decide", "dont_know=perhaps"), USAGE, "excluded, counted"),
        (("build", "-p", "colour=red"), USAGE, "no notebook has it"),
        (("build", "--data", "world:nowhere"), USAGE, "is no world"),
        (("build", "--lang", "fr"), USAGE, "one of da, en"),
        (("run",), USAGE, "Missing argument 'NOTEBOOK'"),
        (("run", NOTEBOOK, "-p", "lan=en"), WRONG_NOTEBOOK, "did you mean lang?"),
        (("run", "notebooks/nothing.ipynb"), WRONG_NOTEBOOK, "no notebook of the project"),
        (("simulate", "announced"), USAGE, "Missing option '--to'"),
    ],
)
def test_wrong_use_names_what_to_do_before_anything_runs(
    call: Call, capsys: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    assert call(*words) == code
    printed = capsys.readouterr()
    assert said in printed.err + printed.out
    assert "Traceback" not in printed.err
    assert "/1]" not in printed.err  # no notebook was run


def test_an_unknown_world_is_refused_and_nothing_is_written(call: Call, capsys: Any, tmp_path: Path) -> None:
    assert call("simulate", "nowhere", "--to", str(tmp_path / "made")) == DATA
    assert "one of announced, null" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# Which of the shipped rows, the column, what is put there, and what the message must say of it.
FAULTS = [
    ("board 2018", 0, {"B1": "7"}, "(column B1): unknown: '7'"),
    ("board 2018", 1, {"E5": "3"}, "(column E5): does not fit\n    expected: no answer"),
    ("board 2018", 2, {"H6a": "4"}, "(column H6a): does not fit\n    expected: no answer"),
    ("board 2018", 3, {"wave": "2019"}, "(column wave): unknown: '2019'"),
    ("board 2020", 0, {"respondent": "r9999"}, "expected: someone on the roster of that wave"),
    ("board 2020", 1, {"group": "chair"}, "(column group): unknown: 'chair'"),
    ("board 2020", 2, {"A3": "long"}, "(column A3): unknown: 'long'"),
    ("board 2020", 3, {"B2": "-1"}, "(column B2): does not fit\n    expected: an answer"),
    (
        "board 2020",
        4,
        dict.fromkeys(["C1_implementation", "C1_strategy", "C1_coherence", "C1_finance"], "1"),
        "(column C1): does not fit\n    expected: at most 3 options chosen",
    ),
]
TWICE = "(respondent): the same respondent twice in one wave"


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Copy the shipped answers with ten faults."""
    shipped = ROOT / "data" / "survey"
    with (shipped / "answers.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for people, place, change, _ in FAULTS:
        [row for row in rows if f"{row['group']} {row['wave']}" == people][place].update(change)
    rows.append(dict(rows[-1]))
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    shutil.copy(shipped / "roster.csv", tmp_path)
    (tmp_path / "datapackage.json").write_text(
        '{"entydig": {"data": "synthetic"}, "resources": []}', encoding="utf-8"
    )
    return tmp_path


@pytest.mark.parametrize("verb", ["check", "build"])
def test_ten_planted_faults_are_named_in_one_message_with_code_3_and_nothing_written(
    call: Call, capsys: Any, planted: Path, verb: str
) -> None:
    before = everything(planted)
    name = [] if verb == "check" else ["--name", "planted"]
    assert call(verb, "--data", str(planted), *name) == DATA
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("problems found") == 1
    assert [fault for *_, fault in FAULTS if fault not in said.err] == []
    assert TWICE in said.err
    assert everything(planted) == before
    assert not (ROOT / "_build" / "runs" / "planted").exists()
    assert not (ROOT / "_build" / "site-planted").exists()


MADE = (
    *("_build/runs/main/da/a.ipynb", "_build/book/da/a.ipynb", "_build/site/index.html", "_build/site.json"),
    *("_build/runs/other/da/a.ipynb", "_build/book-other/a.ipynb", "_build/site-other/index.html"),
    *("_build/site-other.json", "_build/batch/other/index.html", "_build/batch/more/index.html"),
    *(".cache/store/00/a", ".cache/history.json", ".cache/worlds/null/a", ".cache/kept/a"),
    *(".cache/diagnosis/a", "data/instrument.yml"),
)


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """Return a project in which everything was made that can be."""
    for name in MADE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_clean_deletes_all_that_was_made_and_says_what_it_keeps(call: Call, capsys: Any, used: Path) -> None:
    assert call("clean", "--project", str(used)) == 0
    assert sorted(everything(used)) == [".cache/diagnosis/a", "data/instrument.yml"]
    assert f"kept: {used / '.cache/diagnosis'} (--diagnosis deletes it)" in capsys.readouterr().out
    assert call("clean", "--diagnosis", "--project", str(used)) == 0
    assert sorted(everything(used)) == ["data/instrument.yml"]


def test_clean_with_a_name_deletes_that_build_and_batch_alone(call: Call, capsys: Any, used: Path) -> None:
    assert call("clean", "--name", "other", "--project", str(used)) == 0
    assert sorted(everything(used)) == sorted(name for name in MADE if "other" not in name)
    assert "kept" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", ".", "..", "../..", "a/b", "-x"])
def test_clean_refuses_what_is_no_name(call: Call, used: Path, name: str) -> None:
    assert call("clean", f"--name={name}", "--project", str(used)) == USAGE
    assert sorted(everything(used)) == sorted(MADE)


def test_the_package_can_be_called_as_a_module() -> None:
    command = [sys.executable, "-m", "entydig.cli"]
    done = subprocess.run([*command, "clean", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Example: entydig clean --name counted" in done.stdout
    assert subprocess.run([*command, "nonsense"], capture_output=True, check=False).returncode == USAGE


@pytest.mark.slow
def test_stock_papermill_gives_the_records_of_our_engine(tmp_path: Path) -> None:
    # As the README says it: papermill's own command, no engine of ours, the notebook's folder as the place.
    project = tmp_path / "project"
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, project / folder)
    folder, out = str(Path(NOTEBOOK).parent), str(tmp_path / "out.ipynb")
    stock = ["-m", "papermill", "--no-progress-bar", NOTEBOOK, out, "-p", "lang", "en", "--cwd", folder]
    ours = ["-c", "from entydig.cli import main; main()", "run", NOTEBOOK, "-p", "lang=en"]
    for command in (stock, ours):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=project,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    executed = project / "_build" / "runs" / "main" / "en" / NOTEBOOK
    records = collect([tmp_path / "out.ipynb"])
    assert [record["claim"] for record in records] == ["3.1", "3.2", "3.3", "3.4"]
    assert records == collect([executed])
    tables = [shown(tmp_path / "out.ipynb"), shown(executed)]
    assert tables[0] == tables[1]


def shown(notebook: Path) -> list[str]:
    """Everything the cells show, as plain text."""
    cells = nbformat.read(notebook, as_version=4).cells
    outputs = [each for cell in cells if cell.cell_type == "code" for each in cell.outputs]
    return ["".join(each.data["text/plain"]) for each in outputs if "data" in each]
