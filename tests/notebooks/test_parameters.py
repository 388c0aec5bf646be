"""The parameters cell as a typed interface."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from entydig.errors import NotebookError
from entydig.running.parameters import Parameter, check, from_text, help_text, inspect

DECLARED = (
    Parameter("lang", "str", "da", "language"),
    Parameter("rounds", "int", 3),
    Parameter("share", "float", 0.5),
    Parameter("fast", "bool", True),
)


def notebook(folder: Path, source: str) -> Path:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    file = folder / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), file)
    return file


def test_a_parameters_cell_is_read_with_type_default_and_help(tmp_path: Path) -> None:
    source = 'lang: str = "da"  # language\nrounds: int = 3\nshare: float = 0.5\nfast: bool = True\n'
    assert inspect(notebook(tmp_path, source)) == DECLARED


def test_a_line_without_a_type_and_a_wrong_default_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(NotebookError) as caught:
        inspect(notebook(tmp_path, 'share = 0.5\nrounds: int = "three"\n'))
    assert len(caught.value.problems) == 2


def test_a_missing_notebook_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="does not exist"):
        inspect(tmp_path / "none.ipynb")


def test_an_unknown_name_is_refused_with_the_nearest_match_and_all_names() -> None:
    with pytest.raises(NotebookError) as caught:
        check(DECLARED, {"round": 4}, "a.ipynb")
    message = str(caught.value)
    assert "did you mean rounds?" in message
    assert "one of lang, rounds, share, fast" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rounds", 3.0),
        ("rounds", True),
        ("rounds", "3"),
        ("share", "0.5"),
        ("fast", 1),
        ("fast", "true"),
        ("lang", None),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(NotebookError, match=f"parameter {name} is"):
        check(DECLARED, {name: value}, "a.ipynb")


def test_a_whole_number_is_accepted_as_a_decimal_one() -> None:
    checked = check(DECLARED, {"share": 1}, "a.ipynb")
    assert checked == {"share": 1.0}
    assert isinstance(checked["share"], float)


def test_text_is_converted_by_the_declared_type() -> None:
    given = {"lang": "en", "rounds": "25", "share": "0.25", "fast": "false"}
    assert from_text(DECLARED, given, "a.ipynb") == {"lang": "en", "rounds": 25, "share": 0.25, "fast": False}


@pytest.mark.parametrize(
    ("name", "text"), [("fast", "yes"), ("fast", "1"), ("rounds", "2.5"), ("share", "half")]
)
def test_text_that_does_not_read_as_the_type_is_refused(name: str, text: str) -> None:
    with pytest.raises(NotebookError, match=f"parameter {name} is '{text}'"):
        from_text(DECLARED, {name: text}, "a.ipynb")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(NotebookError) as caught:
        from_text(DECLARED, {"fast": "yes", "rounds": "x", "unknown": "1"}, "a.ipynb")
    assert len(caught.value.problems) == 3


def test_the_help_lists_each_parameter_once(tmp_path: Path) -> None:
    text = help_text(
        notebook(tmp_path, 'lang: str = "da"  # language\nfast: bool = True\n'), "notebooks/a.ipynb"
    )
    assert text.splitlines() == [
        "Parameters of notebooks/a.ipynb:",
        "  lang: str = 'da'   language",
        "  fast: bool = true",
    ]
