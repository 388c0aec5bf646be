"""What a result depends on."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from entydig.errors import NotebookError
from entydig.running.notebook import parameters_cell, read_source
from entydig.running.parameters import inspect
from entydig.running.store import ContentKey, content_key, machine, package_digest

ROOT = Path(__file__).parents[2]
COLLECTION = sorted(
    path
    for folder in (ROOT / "notebooks", ROOT / "examples")
    for path in folder.rglob("*.ipynb")
    if "_build" not in path.parts
)
NOTEBOOK = Path("notebooks/a.ipynb")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, text in {
        "data/instrument.yml": "a: 1\n",
        "data/claims.yml": "b: 1\n",
        "data/decisions.yml": "c: 1\n",
        "data/survey/answers.csv": "x\n1\n",
        "data/other.csv": "y\n1\n",
        "requirements.lock": "numpy==2\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    (root / "notebooks").mkdir()
    write(root, nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1", id="a")]))
    return root


def write(root: Path, content: Any) -> None:
    nbformat.write(content, root / NOTEBOOK)


def key(root: Path, language: str = "da", **options: Any) -> ContentKey:
    given = {"parameters": {"rounds": 3}, "reads": ["data/survey/*.csv"], "package": "p" * 64, **options}
    return content_key(root, NOTEBOOK, language, given.pop("parameters"), **given)


def test_the_parts_are_named(project: Path) -> None:
    assert list(key(project).parts) == [
        "data/claims.yml",
        "data/decisions.yml",
        "data/instrument.yml",
        "data/survey/answers.csv",
        "language",
        "lock",
        "notebook",
        "package",
        "packages",
        "parameters",
        "python",
    ]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"language": "en"}, "language"),
        ({"parameters": {"rounds": 4}}, "parameters"),
        ({"package": "q" * 64}, "package"),
        ({"records": "r" * 64}, "records"),
    ],
)
def test_a_difference_is_named_by_its_part(project: Path, options: dict[str, Any], part: str) -> None:
    assert key(project).differs(key(project, **options)) == (part,)


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("data/survey/answers.csv", ("data/survey/answers.csv",)),
        ("data/claims.yml", ("data/claims.yml",)),
        ("requirements.lock", ("lock",)),
        ("data/other.csv", ()),
    ],
)
def test_a_changed_file_counts_when_it_is_declared_or_always_read(
    project: Path, file: str, parts: tuple[str, ...]
) -> None:
    before = key(project)
    (project / file).write_bytes(b"changed\n")
    assert before.differs(key(project)) == parts


def test_a_new_file_under_a_declared_glob_is_a_difference(project: Path) -> None:
    before = key(project)
    (project / "data/survey/roster.csv").write_bytes(b"z\n")
    assert before.differs(key(project)) == ("data/survey/roster.csv",)


def test_outputs_counts_and_line_ends_do_not_count(project: Path) -> None:
    before = key(project)
    output = nbformat.v4.new_output("stream", name="stdout", text="1")
    ran = nbformat.v4.new_code_cell("x = 1", id="a", outputs=[output], execution_count=7)
    write(project, nbformat.v4.new_notebook(cells=[ran], metadata={"language_info": {"name": "python"}}))
    (project / "data/claims.yml").write_bytes(b"b: 1\r\n")
    assert before == key(project)


def test_the_same_project_elsewhere_has_the_same_key(project: Path, tmp_path: Path) -> None:
    before = key(project)
    project.rename(tmp_path / "elsewhere")
    assert key(tmp_path / "elsewhere").digest == before.digest


def test_changed_code_and_changed_tags_count(project: Path) -> None:
    before = key(project)
    write(
        project,
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("x = 1", id="a", metadata={"tags": ["t"]})]
        ),
    )
    assert before.differs(key(project)) == ("notebook",)


def test_a_glob_without_a_file_is_refused(project: Path) -> None:
    with pytest.raises(NotebookError, match="matches no file"):
        key(project, reads=["data/none/*.csv"])


def test_a_key_survives_the_way_to_another_process(project: Path) -> None:
    assert pickle.loads(pickle.dumps(key(project))) == key(project)


def test_caches_do_not_count_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    before = package_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"\0")
    assert package_digest(tmp_path) == before
    (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
    assert package_digest(tmp_path) != before


def test_another_python_or_package_is_another_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(project)
    changed = {**machine(), "python": "q" * 64}
    monkeypatch.setattr("entydig.running.store.machine", lambda: changed)
    assert before.differs(key(project)) == ("python",)
    changed["packages"] = "q" * 64
    assert before.differs(key(project)) == ("packages", "python")


def test_other_answers_are_another_key(project: Path) -> None:
    (project / "data/private/survey").mkdir(parents=True)
    (project / "data/private/survey/answers.csv").write_bytes(b"x\n2\n")
    private = key(project, data="private")
    assert key(project).differs(private) == ("data/private/survey/answers.csv", "data/survey/answers.csv")
    (project / "data/private/survey/answers.csv").write_bytes(b"x\n3\n")
    assert private.differs(key(project, data="private")) == ("data/private/survey/answers.csv",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "cannot be read"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"source": ""}]}', "cannot be read"),
        ('{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}', "format 4.4"),
        ('{"nbformat": 5, "nbformat_minor": 9, "metadata": {}, "cells": []}', "format 5.9"),
    ],
    ids=["not JSON", "a list", "no cells", "no metadata", "too old", "too new"],
)
def test_what_is_no_notebook_is_refused(project: Path, content: str, message: str) -> None:
    (project / NOTEBOOK).write_text(content, encoding="utf-8")
    with pytest.raises(NotebookError, match=message):
        key(project)


@pytest.mark.parametrize("path", COLLECTION, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_parameters_are_read_without_papermill_as_papermill_reads_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger("papermill").setLevel(logging.ERROR)
    theirs = papermill.inspect_notebook(str(path))
    monkeypatch.setattr(papermill, "inspect_notebook", None)
    ours = inspect(path)
    assert [each.name for each in ours] == list(theirs)
    for each in ours:
        their = theirs[each.name]
        assert (each.type, each.help) == (their["inferred_type_name"], their["help"])
        assert str(each.default) == their["default"].strip("\"'")


@pytest.mark.parametrize(
    "source",
    [
        "rounds: int = 3",
        "# first\n\nrounds: int = 3  # how often\n",
        'a: str = "x"   #no space\nb: bool = True # two # marks',
        "rounds = 3",
        'rounds : "int" = 3',
        "rounds: int = 3  # type: int",
        'a: str = "x#y"',
        'a: str = "x=y"  # help',
        "a: int = 3  # x=4",
        "rows: list = [\n  1,  # one\n  2,\n]",
        "a: int = 3\na: int = 4",
        "import os\na: int = 3",
        "a: int = 3; b: int = 4",
    ],
)
def test_a_cell_of_any_form_is_read_as_papermill_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    file = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), file)
    ours = outcome(file)
    monkeypatch.setattr("entydig.running.parameters._strict", lambda source: None)
    assert ours == outcome(file)


def outcome(file: Path) -> object:
    try:
        return inspect(file)
    except NotebookError as error:
        return str(error)


def test_the_parameters_cell_is_the_first_with_the_tag(project: Path) -> None:
    cells = [nbformat.v4.new_code_cell(text, id=text, metadata={"tags": ["parameters"]}) for text in "ab"]
    write(project, nbformat.v4.new_notebook(cells=cells))
    found = parameters_cell(read_source(project / NOTEBOOK))
    assert found is not None
    assert found["source"] == "a"
