"""What a result depends on."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.errors import NotebookError
from entydig.running.store import ContentKey, content_key, package_digest

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
        "parameters",
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
