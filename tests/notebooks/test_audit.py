"""What a notebook reads without declaring it is noticed; what the machinery reads for itself is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# An audit hook stays for as long as its process lives: each test has a process of its own.
BEGIN = """
import json, os, sys
from pathlib import Path
from entydig.running.audit import watch
root = Path(sys.argv[1])
seen = watch(root, ["data/survey/*.csv"], extra=[root / "notebooks" / "a.ipynb"])
"""
END = "\nprint(json.dumps(seen.undeclared))"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in (
        *("data/instrument.yml", "data/survey/answers.csv", "data/survey/datapackage.json", "data/other.csv"),
        *("data/private/survey/answers.csv", "notebooks/a.ipynb", "notebooks/b.ipynb", "_toc.yml"),
        *(".cache/worlds/null/answers.csv", "_build/runs/main/da/a.ipynb", ".venv/lib/x.py"),
        *("notebooks/__pycache__/x.pyc", ".git/config"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x\n1\n")
    return root


def undeclared(project: Path, source: str, begin: str = BEGIN, root: Path | None = None) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", begin + source + END, str(root or project)],
        cwd=project / "notebooks",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "source",
    [
        'open("../data/other.csv")',
        'open(str(root / "data/other.csv"), "rb")',
        'open(b"../data/other.csv", "r+")',
        'Path("../data/other.csv").read_text()',
        'os.open("../data/other.csv", os.O_RDONLY)',
        'import io; io.FileIO(root / "data" / "other.csv")',
        'import csv; list(csv.reader(open("../notebooks/../data/other.csv")))',
        'import sqlite3; sqlite3.connect("../data/other.csv")',
        'import pandas; pandas.read_csv("../data/other.csv")',
        'open("../data/other.csv"); open(root / "data/other.csv")',
        'os.chdir(".."); open("data/other.csv")',
    ],
)
def test_an_undeclared_file_is_named_once_however_it_is_opened(project: Path, source: str) -> None:
    assert undeclared(project, source) == ["data/other.csv"]


@pytest.mark.parametrize(
    "name",
    [
        *("data/survey/answers.csv", "data/instrument.yml", "data/survey/datapackage.json"),
        *("notebooks/a.ipynb", ".cache/worlds/null/answers.csv", "_build/runs/main/da/a.ipynb"),
        *(".venv/lib/x.py", "notebooks/__pycache__/x.pyc", ".git/config"),
    ],
)
def test_declared_files_and_those_of_the_machinery_may_be_read(project: Path, name: str) -> None:
    assert undeclared(project, f'open(root / "{name}").close()') == []


def test_files_are_named_in_the_order_they_are_read(project: Path) -> None:
    source = (
        'for name in ("_toc.yml", "notebooks/b.ipynb", "data/private/survey/answers.csv"): open(root / name)'
    )
    assert undeclared(project, source) == ["_toc.yml", "notebooks/b.ipynb", "data/private/survey/answers.csv"]


def test_what_lies_outside_or_is_not_there_or_is_written_first_does_not_count(project: Path) -> None:
    source = """
open(sys.executable, "rb").close()
for mode in ("r", "rb"):
    try:
        open("nothing.csv", mode)
    except FileNotFoundError:
        pass
with open("made.csv", "w") as stream:
    stream.write("x")
open("made.csv").read()
print(sys.stdin.fileno(), open(1, "w", closefd=False).name)
"""
    assert undeclared(project, source) == []


def test_a_notebook_of_stage_1_may_not_read_what_others_made(project: Path) -> None:
    begin = BEGIN.replace("extra=", "records=False, extra=")
    source = 'open(root / "_build/runs/main/da/a.ipynb")'
    assert undeclared(project, source, begin) == ["_build/runs/main/da/a.ipynb"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_project_behind_a_link_is_the_same_project(project: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(project)
    source = 'open(root / "data/survey/answers.csv"); open(root.resolve() / "data/other.csv")'
    assert undeclared(project, source, root=link) == ["data/other.csv"]


def test_the_package_inside_the_project_may_be_read(root: Path) -> None:
    source = 'open(root / "src/entydig/errors.py"); open(root / "README.md")'
    assert undeclared(root, source) == ["README.md"]


def test_a_file_opened_a_thousand_times_costs_little(project: Path) -> None:
    source = """
import time
began = time.perf_counter()
for _ in range(1000):
    open("../data/survey/answers.csv").close()
assert time.perf_counter() - began < 1
"""
    assert undeclared(project, source) == []
