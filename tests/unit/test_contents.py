"""The table of contents of an edition, and pages that are another notebook with parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entydig.publishing.configuration import documents
from entydig.publishing.contents import contents, held
from entydig.publishing.staging import _unlinked
from entydig.running.notebook import published

TOC = """\
format: jb-book
root: notebooks/front
parts:
- caption: Findings
  chapters:
  - file: notebooks/finding
- caption: Cases
  chapters:
  - file: notebooks/place-x
"""


def notebook(path: Path, **says: Any) -> None:
    content = {"cells": [], "metadata": {"entydig": says}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    notebook(tmp_path / "notebooks" / "front.ipynb")
    notebook(tmp_path / "notebooks" / "finding.ipynb", data="synthetic")
    notebook(
        tmp_path / "notebooks" / "place-x.ipynb",
        data="cases",
        page_of="place.ipynb",
        parameters={"place": "X"},
    )
    for folder, kind in (("data/survey", "synthetic"), ("data/private/survey", "real")):
        (tmp_path / folder).mkdir(parents=True)
        descriptor = json.dumps({"entydig": {"data": kind}})
        (tmp_path / folder / "datapackage.json").write_text(descriptor, encoding="utf-8")
    return tmp_path


def with_cases(project: Path, folder: str) -> None:
    (project / folder).mkdir(parents=True)
    (project / folder / "X.qdpx").write_bytes(b"")


def test_an_edition_has_what_its_data_bring(project: Path) -> None:
    with_cases(project, "data/cases")

    assert held(project, "shipped") == {"synthetic", "cases"}
    assert held(project, "private") == frozenset()
    assert held(project, "world:null") == {"synthetic"}


def test_a_world_has_cases_where_its_model_stands(project: Path) -> None:
    with_cases(project, "data/cases")
    for name in ("cases.yml", "passages.csv"):
        (project / "data" / "cases" / name).write_text("", encoding="utf-8")

    assert held(project, "world:null") == {"synthetic", "cases"}


def test_real_answers_leave_out_synthetic_pages_and_those_on_cases_they_do_not_have(project: Path) -> None:
    with_cases(project, "data/cases")

    assert documents(contents(project, "shipped")) == (
        "notebooks/front",
        "notebooks/finding",
        "notebooks/place-x",
    )
    private = contents(project, "private")
    assert documents(private) == ("notebooks/front",)
    assert private["parts"] == []


def test_real_answers_keep_the_pages_on_their_own_cases(project: Path) -> None:
    with_cases(project, "data/private/cases")

    assert documents(contents(project, "private")) == ("notebooks/front", "notebooks/place-x")


def test_a_page_may_be_another_notebook_with_parameters(project: Path) -> None:
    page = Path("notebooks/place-x.ipynb")

    assert published(project, page) == (Path("notebooks/place.ipynb"), {"place": "X"})
    assert published(project, Path("notebooks/front.ipynb")) == (Path("notebooks/front.ipynb"), {})


@pytest.mark.parametrize(
    ("written", "unlinked"),
    [
        ("see [the place](../cases/place-x.ipynb).", "see the place."),
        ("see [it](place-x.ipynb#who) and [that](other.ipynb)", "see it and [that](other.ipynb)"),
        ("see [the other](place-xy.ipynb)", "see [the other](place-xy.ipynb)"),
    ],
)
def test_links_to_pages_an_edition_does_not_have_become_text(written: str, unlinked: str) -> None:
    assert _unlinked(written, ["notebooks/cases/place-x"]) == unlinked
