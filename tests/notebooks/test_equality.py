"""Our engine gives what the stock engine gives: awkward cells, and every notebook of the collection."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.running.comparison import differences, normalised
from entydig.running.execution import Result, Run, execute
from entydig.running.notebook import about, read_source
from entydig.running.schedule import write_result

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
BUILD = "equality"
EXAMPLE = Path("examples/joint-sports")
PARTS = ("data", "notebooks", "book", "requirements.lock", "_config.yml", "_toc.yml")


def read(result: Result) -> Any:
    return nbformat.reads(result.notebook.decode(), as_version=4)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(file.name for file in FIXTURES.glob("*.ipynb")))
def test_awkward_cells_come_out_as_in_stock(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ipykernel leaves what programs write alone where it finds this.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    shutil.copy(FIXTURES / name, tmp_path / name)
    ours, stock = (execute(Run(Path(name), "da"), tmp_path, backend=each) for each in ("fork", "nbclient"))

    assert read(ours).cells[-1].execution_count  # all were run
    assert differences(read(ours), read(stock)) == []


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Run]]:
    """Give the runs of the collection and its example in a copy, stage 1 first."""
    made = []
    for source in (ROOT, ROOT / EXAMPLE):
        copy = tmp_path_factory.mktemp("project")
        for part in PARTS:
            place = source / part
            if place.is_dir():
                shutil.copytree(place, copy / part)
            elif place.is_file():
                shutil.copy(place, copy / part)
        for file in sorted((copy / "notebooks").rglob("*.ipynb")):
            stage = about(read_source(file)).get("stage", 1)
            made.append((copy, Run(file.relative_to(copy), "en", {}, stage)))
    return sorted(made, key=lambda each: each[1].stage)


@pytest.mark.slow
def test_the_collection_comes_out_as_in_stock_byte_for_byte(projects: list[tuple[Path, Run]]) -> None:
    assert len(projects) >= 6
    for root, run in projects:
        stock, ours = (
            execute(run, root, backend=each, environment={"ENTYDIG_BUILD": BUILD})
            for each in ("nbclient", "fork")
        )
        assert differences(read(ours), read(stock)) == [], str(run)
        assert ours.failure == stock.failure, str(run)
        assert ours.failure or ours.notebook == stock.notebook, str(run)
        write_result(ours, root, BUILD)


def stream(text: str, name: str = "stdout") -> dict[str, str]:
    return {"output_type": "stream", "name": name, "text": text}


def test_only_the_clocks_part_in_streams_is_taken_out() -> None:
    cut = [
        stream("a"),
        stream("x", "stderr"),
        stream("b"),
        {"output_type": "display_data", "data": {}},
        stream("c"),
    ]

    assert normalised(cut) == [
        stream("ab"),
        stream("x", "stderr"),
        {"output_type": "display_data", "data": {}},
        stream("c"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"execution_count": 2},
        {"outputs": []},
        {"outputs": [stream("b")]},
        {"outputs": [stream("a", "stderr")]},
        {"metadata": {"collapsed": True}},
        {"source": "2"},
    ],
)
def test_every_other_difference_is_named(change: dict[str, Any]) -> None:
    cell = {
        "cell_type": "code",
        "source": "1",
        "execution_count": 1,
        "metadata": {},
        "outputs": [stream("a")],
    }
    one, other = ({"metadata": {}, "cells": [each]} for each in (cell, {**cell, **change}))

    assert len(differences(one, other)) == 1
    assert differences(one, json.loads(json.dumps(one))) == []
