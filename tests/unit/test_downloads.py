"""A notebook to take along: one language, the source ready to run, the executed one ready to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.publishing.downloads import Notebook, notebook_of
from entydig.running.inline import METADATA

STORED = [
    {
        "expression": "fall",
        "result": {"status": "ok", "data": {"text/plain": "'−14,8'"}, "metadata": {}},
    }
]


def markdown(name: str, source: str, *tags: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": name,
        "source": source,
        "metadata": {"tags": list(tags), **metadata},
    }


def code(name: str, source: str, *tags: str, shown: str = "") -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": shown}
    return {
        "cell_type": "code",
        "id": name,
        "source": source,
        "execution_count": 3 if shown else None,
        "outputs": [output] if shown else [],
        "metadata": {"tags": list(tags), "execution": {"a": 1}},
    }


def notebook(*cells: dict[str, Any], **about: Any) -> dict[str, Any]:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "entydig": about}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


PARAMETERS = 'lang: str = "da"  # language\nplace: str = ""  # which place\ncut: int = 3'


def taken(shown: str = "42") -> Notebook:
    common = [
        markdown("t-da", "(case-{place})=\n# Sted {place}", "lang-da"),
        markdown("t-en", "(case-{place})=\n# Place {place}", "lang-en"),
        code("p", PARAMETERS, "parameters"),
    ]
    source = notebook(*common, code("c", "fall"), markdown("x", "{eval}`fall`", "lang-en"), stage=1)
    executed = notebook(
        *common,
        code("i", 'place = "B"', "injected-parameters"),
        code("c", "fall", shown=shown),
        code("h", "frame", "remove-cell", shown="hidden"),
        code("o", "frame", "remove-output", shown="hidden"),
        markdown("x", "Det er {eval}`fall` {place}.", "lang-en", **{METADATA: STORED}),
        key={"data": "abc"},
    )
    return Notebook(source, executed, {"place": "B"}, "en", "n.ipynb")


def read(written: str) -> Any:
    found = nbformat.reads(written, as_version=4)
    nbformat.validate(found)
    return found


def test_the_source_has_one_language_the_pages_parameters_and_no_outputs() -> None:
    made = read(taken().to_run())
    assert [cell.id for cell in made.cells] == ["t-en", "p", "c", "x"]
    assert (
        made.cells[1].source == "lang: str = 'en'  # language\nplace: str = 'B'  # which place\ncut: int = 3"
    )
    assert made.cells[3].source == "{eval}`fall`"
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in made.cells)
    assert [cell.metadata for cell in made.cells] == [{}, {"tags": ["parameters"]}, {}, {}]
    assert made.metadata.entydig == {"stage": 1, "languages": ["en"]}


def test_the_executed_one_has_its_values_as_text_and_nothing_its_page_leaves_out() -> None:
    written = taken().to_read()
    made = read(written)
    assert [cell.id for cell in made.cells] == ["t-en", "p", "c", "o", "x"]
    assert made.cells[0].source == "(case-b)=\n# Place B"
    assert made.cells[4].source.replace("\\", "") == "Det er −14,8 {place}."
    assert "hidden" not in written
    assert METADATA not in written
    assert made.cells[2].outputs[0].text == "42"
    assert made.metadata.entydig.key == {"data": "abc"}


def test_a_note_stands_above_everything_and_is_no_part_of_a_page() -> None:
    for written in (taken().to_run("**Syntetisk**"), taken().to_read("**Syntetisk**")):
        first = read(written).cells[0]
        assert first.source == "**Syntetisk**"
        assert first.metadata.tags == ["remove-cell"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    runs = tmp_path / "runs" / "da"
    for folder in (tmp_path / "n", runs / "n"):
        folder.mkdir(parents=True)
    whole = notebook(markdown("a", "# A"), code("p", PARAMETERS, "parameters"))
    stub = notebook(markdown("a", "# A"), page_of="whole.ipynb", parameters={"place": "B"})
    own = notebook(markdown("a", "# A"), languages=["en"])
    for name, content in (("whole", whole), ("stub", stub), ("own", own)):
        for folder in (tmp_path / "n", runs / "n"):
            (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "n" / "new.ipynb").write_text(json.dumps(whole), encoding="utf-8")
    return tmp_path


def test_a_page_of_another_notebook_gives_that_one_with_its_parameters(project: Path) -> None:
    found = notebook_of(project, project / "runs" / "da", "n/stub")
    assert found is not None
    assert "place: str = 'B'" in read(found.to_run()).cells[1].source


@pytest.mark.parametrize(
    "page", ["n/own", "n/new", "n/none"], ids=["another language", "not executed", "no notebook"]
)
def test_a_page_without_a_notebook_in_its_language_has_none_to_take_along(project: Path, page: str) -> None:
    assert notebook_of(project, project / "runs" / "da", page) is None
