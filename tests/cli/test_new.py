"""`entydig new finding`: a notebook of one's own from each finding, and its page in the book."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from entydig.claims.ledger import records_of
from entydig.errors import UsageError
from entydig.publishing.configuration import book_toc, documents, editions, read_yaml
from entydig.publishing.scaffold import new_finding
from entydig.publishing.staging import page_source, read_page
from entydig.running.execution import execute
from entydig.running.runs import Run, run_path

ROOT = Path(__file__).parents[2]
PARTS = ("data", "notebooks", "book", "_config.yml", "_toc.yml", "requirements.lock")
COMMAND = [sys.executable, "-c", "from entydig.cli import main; main()"]
USAGE = 2
CAPTION = "Egne fund"


def copied(root: Path, target: Path, parts: tuple[str, ...] = PARTS) -> Path:
    """Copy what a project needs, without anybody's own notebooks."""
    left_out = shutil.ignore_patterns("private", "own", "_build", ".cache")
    target.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if (root / part).is_dir():
            shutil.copytree(root / part, target / part, ignore=left_out)
        elif (root / part).is_file():
            shutil.copy(root / part, target)
    toc = (target / "_toc.yml").read_text(encoding="utf-8")
    toc = re.sub(r"^ +- file: notebooks/own/.*\n", "", toc, flags=re.MULTILINE)
    toc = re.sub(rf"^- caption: {CAPTION}\n  chapters:\n", "", toc, flags=re.MULTILINE)
    (target / "_toc.yml").write_text(toc, encoding="utf-8")
    config = (target / "_config.yml").read_text(encoding="utf-8")
    config = re.sub(rf"^ +{CAPTION}: .*\n", "", config, flags=re.MULTILINE)
    (target / "_config.yml").write_text(config, encoding="utf-8")
    return target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copied(ROOT, tmp_path / "project")


def entydig(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=root, capture_output=True, text=True, check=False, timeout=300
    )


def added(before: str, after: str) -> list[str]:
    """Give the lines that are new; all others stand as they stood."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:] for line in lines if line.startswith("+ ")]


def test_notebook_and_page_are_there_and_nothing_else_changed(project: Path) -> None:
    toc, config = ((project / name).read_text(encoding="utf-8") for name in ("_toc.yml", "_config.yml"))

    written = new_finding(project, "mine", origin="3", language="da")

    assert written == project / "notebooks" / "own" / "mine.ipynb"
    assert not any(cell.get("outputs") for cell in nbformat.read(written, as_version=4).cells)
    assert added(toc, (project / "_toc.yml").read_text(encoding="utf-8")) == [
        "- caption: Egne fund",
        "  chapters:",
        "  - file: notebooks/own/mine",
    ]
    assert added(config, (project / "_config.yml").read_text(encoding="utf-8")) == [
        "        Egne fund: Own findings"
    ]


def test_a_second_one_stands_beside_the_first(project: Path) -> None:
    new_finding(project, "mine", origin="3", language="da")
    new_finding(project, "other", origin="6", language="en")
    toc = read_yaml(project / "_toc.yml")

    own = [part for part in toc["parts"] if part["caption"] == "Egne fund"]
    assert [each["file"] for part in own for each in part["chapters"]] == [
        "notebooks/own/mine",
        "notebooks/own/other",
    ]
    english = book_toc(toc, editions(read_yaml(project / "_config.yml"))[1])
    assert "Own findings" in [part["caption"] for part in english["parts"]]


def test_a_book_without_parts_gets_a_chapter(tmp_path: Path) -> None:
    parts = ("data", "notebooks", "_config.yml", "_toc.yml")
    root = copied(ROOT / "examples" / "joint-sports", tmp_path / "project", parts)

    new_finding(root, "mine", origin="1", language="en")

    assert documents(read_yaml(root / "_toc.yml"))[-1] == "notebooks/own/mine"


def test_all_that_cannot_be_used_is_told_at_once_and_nothing_is_written(project: Path) -> None:
    done = entydig(project, "new", "finding", "My finding", "--from", "8", "--lang", "fr")

    assert done.returncode == USAGE
    for told in ("name 'My finding'", "--from 8: is no finding", "--lang fr", "one of da, en"):
        assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "notebooks" / "own").exists()


def test_a_name_is_given_once(project: Path) -> None:
    new_finding(project, "mine", origin="3", language="da").write_text("changed", encoding="utf-8")
    with pytest.raises(UsageError, match="is taken"):
        new_finding(project, "mine", origin="6", language="da")
    assert (project / "notebooks" / "own" / "mine.ipynb").read_text(encoding="utf-8") == "changed"


def test_the_other_languages_page_says_where_it_is(project: Path) -> None:
    new_finding(project, "mine", origin="3", language="da")
    source = page_source(project, project / "_build" / "runs" / "main" / "en", "notebooks/own/mine")

    assert "in Danish only" in read_page(source, "en", "mine")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 8))
def test_each_finding_gives_a_notebook_that_runs_at_once_and_no_record(project: Path, number: int) -> None:
    language, name = ("da", "en")[number % 2], f"from-{number}"
    notebook = new_finding(project, name, origin=str(number), language=language).relative_to(project)

    result = execute(Run(notebook, language), project)

    assert result.failure is None, result.failure
    executed = run_path(project, "main", result.run)
    executed.parent.mkdir(parents=True)
    executed.write_bytes(result.notebook)
    assert records_of(executed) == []
    assert f"exploratory-{name}-1" in read_page(executed, language, name)
