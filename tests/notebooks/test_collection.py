"""What every notebook of the collection keeps; somebody's own, in `notebooks/own`, keep what a run needs."""

import json
import re
from pathlib import Path

import pytest

from entydig.running.notebook import published
from entydig.running.parameters import inspect

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path
    for folder in (ROOT / "notebooks", ROOT / "examples")
    for path in folder.rglob("*.ipynb")
    if not {"_build", "own"} & set(path.parts)
)
# A page that is another notebook with parameters holds nothing of its own.
STUBS = [path for path in NOTEBOOKS if published(ROOT, path.relative_to(ROOT))[1]]
OWN = sorted((ROOT / "notebooks" / "own").rglob("*.ipynb"))
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:%|procentpoint|points|percent)", re.IGNORECASE)


@pytest.fixture(
    params=[path for path in NOTEBOOKS if path not in STUBS],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def notebook(request):
    return request.param, json.loads(request.param.read_text(encoding="utf-8"))


def texts(content, language):
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "markdown"]
    return [
        "".join(cell["source"]) for cell in cells if f"lang-{language}" in cell["metadata"].get("tags", ())
    ]


def test_holds_no_outputs(notebook):
    _, content = notebook

    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in content["cells"])


def test_declares_stage_and_files(notebook):
    _, content = notebook

    assert content["metadata"]["entydig"]["stage"] in (1, 2)
    assert content["metadata"]["entydig"]["reads"]


def test_has_typed_parameters_with_help(notebook):
    path, _ = notebook

    parameters = inspect(path)

    assert "lang" in [each.name for each in parameters]
    assert all(each.help for each in parameters)


def test_shows_short_cells_without_function_definitions(notebook):
    _, content = notebook
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]

    assert all(len(cell["source"]) <= 12 for cell in code)
    assert not any(re.search(r"^\s*(def|class) ", "".join(cell["source"]), re.MULTILINE) for cell in code)


def test_languages_have_the_same_headings_and_expressions(notebook):
    path, content = notebook
    if path.is_relative_to(ROOT / "examples"):
        return
    da, en = texts(content, "da"), texts(content, "en")

    assert len(da) == len(en)
    for one, other in zip(da, en, strict=True):
        assert re.findall(r"^\((.+)\)=$", one, re.MULTILINE) == re.findall(
            r"^\((.+)\)=$", other, re.MULTILINE
        )
        assert sorted(re.findall(r"\{eval\}`([^`]+)`", one)) == sorted(
            re.findall(r"\{eval\}`([^`]+)`", other)
        )


def test_types_no_result_into_the_narrative(notebook):
    _, content = notebook
    markdown = ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "markdown"]

    assert not [found for text in markdown for found in NUMBER.findall(text)]


def test_a_page_that_is_another_notebook_gives_it_parameters_it_has():
    assert STUBS
    for path in STUBS:
        notebook, given = published(ROOT, path.relative_to(ROOT))
        assert set(given) <= {each.name for each in inspect(ROOT / notebook)}


def test_ones_own_notebooks_can_be_run():
    for path in OWN:
        about = json.loads(path.read_text(encoding="utf-8"))["metadata"]["entydig"]
        assert about["stage"] == 1
        assert about["reads"]
        assert "lang" in [each.name for each in inspect(path)]
