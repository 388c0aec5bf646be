"""The command line: exit codes and messages, without running a notebook."""

import sys
from pathlib import Path

import pytest

from entydig.cli import commands, main

ROOT = Path(__file__).parents[2]


def call(monkeypatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["entydig", *words])
    monkeypatch.chdir(ROOT)
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_check_counts_what_it_saw(monkeypatch, capsys):
    assert call(monkeypatch, "check") == 0
    assert "25 claims" in capsys.readouterr().out


def test_faulty_answers_end_with_code_3_and_write_nothing(monkeypatch, capsys, tmp_path):
    (tmp_path / "answers.csv").write_text("respondent,wave,group,B1\nr1,2018,board,7\n", encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(
        '{"entydig": {"data": "real"}, "resources": []}', encoding="utf-8"
    )
    before = sorted(tmp_path.iterdir())

    assert call(monkeypatch, "check", "--data", str(tmp_path)) == 3
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("build", "--decide", "dont_knw=counted"), 2, "did you mean dont_know?"),
        (("build", "-p", "colour=red"), 2, "no notebook has it"),
        (("build", "--data", "world:nowhere"), 2, "is no world"),
        (("run", "notebooks/findings/3-value-gap.ipynb", "-p", "lan=en"), 4, "did you mean lang?"),
        (("run", "notebooks/nothing.ipynb"), 4, "no notebook of the project"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_wrong_use_names_what_to_do(monkeypatch, capsys, words, code, said):
    assert call(monkeypatch, *words) == code
    assert said in capsys.readouterr().err


def test_run_lists_a_notebooks_parameters(monkeypatch, capsys):
    assert call(monkeypatch, "run", "notebooks/findings/3-value-gap.ipynb", "--help") == 0
    assert "dont_know" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(set(commands.commands) - {"run"}))
def test_every_verb_shows_an_example(monkeypatch, capsys, name):
    assert call(monkeypatch, name, "--help") == 0
    assert "Example: entydig" in capsys.readouterr().out
