"""`entydig export` as a person meets it: what it refuses, before anything runs and without writing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entydig.cli import main

ROOT = Path(__file__).parents[2]
NOTEBOOK = "notebooks/findings/3-value-gap.ipynb"
USAGE, WRONG_NOTEBOOK = 2, 4
PLAIN: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
PARAMETERS: dict[str, Any] = {"cell_type": "code", "id": "p", "outputs": [], "execution_count": None}
DANISH = {
    **PLAIN,
    "metadata": {
        "entydig": {"languages": ["da"]},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    },
    "cells": [{**PARAMETERS, "metadata": {"tags": ["parameters"]}, "source": 'lang: str = "da"'}],
}

Call = Callable[..., int]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a notebook of each fault."""
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "data" / "instrument.yml").write_text("", encoding="utf-8")
    (project / "_config.yml").write_bytes((ROOT / "_config.yml").read_bytes())
    for name, content in {"plain": PLAIN, "danish": DANISH, "old": {**PLAIN, "nbformat_minor": 2}}.items():
        (project / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    (project / "broken.ipynb").write_text('{"cells": [', encoding="utf-8")
    (tmp_path / "foreign.ipynb").write_text(json.dumps(DANISH), encoding="utf-8")
    return project


@pytest.fixture
def call(project: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call our command in the project; gives the exit code."""

    def called(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["entydig", "export", *words])
        monkeypatch.chdir(project)
        monkeypatch.setenv("ENTYDIG_PROJECT", str(project))
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return called


@pytest.mark.parametrize("form", ["html", "pdf", "script"])
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["../foreign.ipynb"], WRONG_NOTEBOOK, "is no notebook of the project"),
        (["nowhere.ipynb"], WRONG_NOTEBOOK, "is no notebook of the project"),
        (["broken.ipynb"], WRONG_NOTEBOOK, "a notebook of format 4.5"),
        (["old.ipynb"], WRONG_NOTEBOOK, "open and save it in JupyterLab"),
        (["plain.ipynb"], WRONG_NOTEBOOK, "has no parameter lang"),
        (["danish.ipynb", "-p", "lnag=en"], WRONG_NOTEBOOK, "lang"),
        (["danish.ipynb", "-p", "lang=en"], WRONG_NOTEBOOK, "is not written in the language en"),
        (["danish.ipynb", "-p", "lang=sv"], USAGE, "the book has no such language"),
        (["danish.ipynb", "-p", "lang"], USAGE, "lang"),
    ],
)
def test_a_wrong_call_is_told_and_writes_nothing(
    call: Call, project: Path, capsys: Any, form: str, words: list[str], code: int, said: str
) -> None:
    assert call(*words, "--to", form, "--output", "made") == code
    assert said in capsys.readouterr().err
    assert not (project / "made").exists()
    assert not (project / "_build").exists()


def test_a_form_that_is_not_known_is_told(call: Call, capsys: Any) -> None:
    assert call("danish.ipynb", "--to", "docx") == USAGE
    assert "'html', 'pdf', 'script'" in capsys.readouterr().err


def test_a_script_stands_among_the_exports_or_where_it_is_wanted(
    call: Call, project: Path, capsys: Any
) -> None:
    made = project / "_build" / "export" / "danish.da.py"
    assert call("danish.ipynb", "--to", "script") == 0
    assert capsys.readouterr().out == f"written: {made}\n"
    assert call("danish.ipynb", "--to", "script", "--output", "sub/my.py") == 0
    assert (project / "sub" / "my.py").read_bytes() == made.read_bytes()
