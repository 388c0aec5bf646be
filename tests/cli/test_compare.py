"""`entydig compare` as a person meets it: names, folders and ledgers, in the project's language or another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entydig.claims.ledger import VERSION
from entydig.cli import main
from entydig.publishing.fonts import web_fonts

ROOT = Path(__file__).parents[2]
USAGE, DATA, BOOK = 2, 3, 6
CONFIG = """title: Prøve
entydig:
  languages:
    da: {foot: Ikke udgivet af nogen}
    en: {title: Trial, foot: Published by nobody}
"""

Call = Callable[..., int]


def record(word: str, value: float, decisions: dict[str, str]) -> dict[str, Any]:
    verdict = {"word": word, "reason": "", "p": 0.01, "p_adjusted": 0.02, "only_adjustment": False}
    estimate = {
        "value": value,
        "bound": "exact",
        "low": None,
        "high": None,
        "confidence": 0.95,
        "n": 90,
        "N": None,
    }
    about = {"clusters": None, "unit": "points", "population": "process", "method": "cr2", "reason": None}
    part = {"key": "gap A1 first-second 2020", "estimand": "gap", "direction": "greater", "against": 0.0}
    return {
        "schema": "entydig.record/1",
        "claim": "1.1",
        "finding": "1",
        "label": "claim-1-1",
        "notebook": "findings/1",
        "data": "synthetic",
        "built_in": True,
        "text": {"da": "Den første ser mere", "en": "The first see more"},
        "registered": {"date": "2026-11-24", "sha256": "a" * 64},
        "family": "confirmatory",
        "decisions": decisions,
        "verdict": {**verdict, "detectable": None},
        "words": {"da": "dom", "en": "verdict"},
        "parts": [{**part, "estimate": {**estimate, **about}, "superiority": None}],
        "conditions": [],
    }


def write(folder: Path, content: Any) -> None:
    folder.mkdir(parents=True)
    (folder / "ledger.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return web_fonts(tmp_path_factory.mktemp("fonts") / "fonts")


@pytest.fixture
def project(tmp_path: Path, fonts: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(fonts, root / "_build" / "fonts")
    (root / "data").mkdir(parents=True)
    (root / "data" / "instrument.yml").write_text("", encoding="utf-8")
    (root / "_config.yml").write_text(CONFIG, encoding="utf-8")
    first, second = record("undecided", 0.16, {}), record("supported", 0.12, {"dont_know": "counted"})
    write(root / "_build" / "site", {"schema": VERSION, "records": [first]})
    write(root / "_build" / "site-counted", {"schema": VERSION, "records": [second]})
    write(root / "_build" / "site-old", {"schema": "entydig.ledger/0", "records": []})
    return root


@pytest.fixture
def call(project: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls `entydig compare` in the project and gives the exit code."""

    def called(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["entydig", "compare", *words])
        monkeypatch.chdir(project)
        monkeypatch.delenv("ENTYDIG_PROJECT", raising=False)
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return called


def test_two_builds_are_compared_in_the_projects_first_language(call: Call, capsys: Any) -> None:
    assert call("main", "counted") == 0
    said = capsys.readouterr().out
    assert "Dommen er en anden (1)" in said
    assert "valget dont_know" in said
    (line,) = [line for line in said.splitlines() if line.startswith("  afstand A1")]
    assert line.split()[-1] == "\N{MINUS SIGN}4"


def test_that_nothing_differs_is_no_other_exit_code(call: Call, capsys: Any) -> None:
    assert call("main", "main", "--lang", "en") == 0
    assert "No input differs" in capsys.readouterr().out


def test_a_site_and_a_ledger_are_sides_too(call: Call, capsys: Any, project: Path) -> None:
    assert call("main", "counted", "--lang", "en") == 0
    by_name = capsys.readouterr().out
    shutil.move(project / "_build" / "site-counted", project / "elsewhere")
    for given in ("elsewhere", "elsewhere/ledger.json"):
        assert call("main", given, "--lang", "en") == 0
        said = capsys.readouterr().out
        assert "Another verdict (1)" in said
        assert said.count("\N{MINUS SIGN}4") == by_name.count("\N{MINUS SIGN}4") == 1


def test_page_and_data_are_written_where_they_are_wanted(call: Call, capsys: Any, project: Path) -> None:
    assert call("main", "counted", "--html", "out/page.html", "--json", "out/data.json") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["written: out/page.html", "written: out/data.json"]
    page = (project / "out" / "page.html").read_text(encoding="utf-8")
    assert '<html lang="da">' in page
    assert "Ikke udgivet af nogen" in page
    (claim,) = json.loads((project / "out" / "data.json").read_text(encoding="utf-8"))["claims"]
    assert (claim["change"], claim["parts"][0]["difference"]) == ("verdict", -0.04)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("main",), USAGE, "Missing argument 'SECOND'"),
        (("main", "countd"), USAGE, "did you mean counted? builds there are: main, counted, old"),
        (("main", "nothing.json"), USAGE, "is no build, folder or file"),
        (("main", "counted", "--lang", "fr"), USAGE, "one of da, en"),
        (("main", "old"), DATA, "is a ledger of another version: entydig.ledger/0"),
        (("main", "data"), DATA, "has no ledger.json"),
        (("main", "_config.yml"), DATA, "cannot be read"),
        (("main", "counted", "--html", "_config.yml/page.html"), BOOK, "cannot be written"),
    ],
)
def test_wrong_use_is_told_without_a_traceback(
    call: Call, capsys: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    assert call(*words) == code
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_a_pipe_that_knows_no_sign_for_a_verdict_gets_a_question_mark(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "entydig.cli", "compare", "main", "counted"],
        cwd=project,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "? genfundet i syntetiske data" in done.stdout.decode("cp1252")


TOC = """format: jb-book
root: book/about
chapters:
- file: notebooks/findings/1-opinion
"""


@pytest.mark.slow
@pytest.mark.xdist_group("builds")
def test_two_real_builds_tell_the_decision_they_differ_in_and_what_they_share(tmp_path: Path) -> None:
    root = tmp_path / "project"
    ignored = shutil.ignore_patterns("_build", ".cache")
    shutil.copytree(ROOT / "examples" / "joint-sports", root, ignore=ignored)
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    strict = ("--decide", "positive_cut=top1", "--name", "strict")
    for words in (
        ("build", "--no-print"),
        ("build", "--no-print", *strict),
        ("compare", "main", "strict", "--json", "compared.json"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "entydig.cli", *words],
            cwd=root,
            env={**os.environ, "ENTYDIG_PROJECT": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    found = json.loads((root / "compared.json").read_text(encoding="utf-8"))
    assert [side["source"] for side in found["sides"]] == ["real", "real"]
    assert found["inputs"] == [
        {"kind": "decision", "name": "positive_cut", "first": "registered", "second": "top1"}
    ]
    assert {claim["change"] for claim in found["claims"]} <= {"verdict", "numbers", "none"}
    assert any(part["difference"] for claim in found["claims"] for part in claim["parts"])
