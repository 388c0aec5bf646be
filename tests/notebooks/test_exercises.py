"""Each finding's exercise has a solution that can be computed, the same in both languages."""

from __future__ import annotations

import ast
import json
import math
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from entydig.running import inline
from entydig.running.execution import execute
from entydig.running.notebook import read_source
from entydig.running.runs import Run

ROOT = Path(__file__).parents[2]
FINDINGS = sorted(path.relative_to(ROOT) for path in (ROOT / "notebooks" / "findings").glob("*.ipynb"))
LANGUAGES = ("da", "en")
EXERCISE = re.compile(r"^\(finding-\d+-exercise\)=$", re.MULTILINE)
SOLUTION = re.compile(r":::+\{admonition\} \w+\n:class: dropdown\n(?P<text>.*?)\n:::+\s*$", re.DOTALL)
SPAN = re.compile(r"(?<![}`])`([^`\n]+)`(?!`)")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def solution(notebook: Path, language: str) -> str:
    cells = [cell for cell in read_source(ROOT / notebook)["cells"] if inline.belongs(cell, language)]
    (exercise,) = (cell["source"] for cell in cells if EXERCISE.search(cell["source"]))
    found = SOLUTION.search(exercise)
    assert found, f"{notebook} [{language}]: the exercise has no folded solution"
    return found["text"]


def code(text: str) -> list[str]:
    """Give what a reader can type as it stands and that computes something."""
    return [*BLOCK.findall(text), *filter(is_call, SPAN.findall(text))]


def is_call(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except SyntaxError:
        return False


def computed(text: str) -> list[str]:
    """Give the estimates that the solution's inline expressions show."""
    calls = [ast.parse(each.text, mode="eval").body for each in inline.expressions(text)]
    return [ast.unparse(call.args[0]) for call in calls if isinstance(call, ast.Call) and call.args]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("private"))
    shutil.copytree(ROOT / "notebooks" / "findings", tmp_path / "notebooks" / "findings")
    return tmp_path


def values(project: Path, notebook: Path, expressions: list[str]) -> list[float]:
    """Run a notebook with the expressions behind its last cell, and give their estimates."""
    content = nbformat.read(project / notebook, as_version=4)
    listed = ", ".join(f"({each}).value" for each in expressions)
    last = nbformat.v4.new_code_cell(f"import json\nprint(json.dumps([{listed}]))", id="solutions")
    content.cells.append(last)
    nbformat.write(content, project / notebook)
    result = execute(Run(notebook, "da"), project)
    assert result.failure is None, result.failure
    cells = nbformat.reads(result.notebook.decode(), as_version=4).cells
    return [float(value) for value in json.loads(cells[-1].outputs[0].text)]


@pytest.mark.parametrize("notebook", FINDINGS, ids=lambda path: path.stem)
def test_the_solution_is_the_same_in_both_languages(notebook: Path) -> None:
    danish, english = (solution(notebook, language) for language in LANGUAGES)

    assert code(danish) == code(english)
    assert computed(danish) == computed(english)


@pytest.mark.slow
@pytest.mark.parametrize("notebook", FINDINGS, ids=lambda path: path.stem)
def test_the_solution_can_be_typed_and_gives_the_estimate_that_is_shown(
    project: Path, notebook: Path
) -> None:
    text = solution(notebook, "da")
    typed, told = code(text), computed(text)
    assert told, f"{notebook}: the solution shows no computed number"

    found = values(project, notebook, [*typed, *told])

    assert all(map(math.isfinite, found))
    assert found[: len(typed)] == pytest.approx([found[len(typed)]] * len(typed))
