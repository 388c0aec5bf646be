"""The notebook that is run for each region and size: its rows, and what it leaves out."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.running.batch_table import read_table
from entydig.running.execution import execute
from entydig.running.parameters import inspect
from entydig.running.runs import Run

ROOT = Path(__file__).parents[2]
NOTEBOOK = Path("notebooks/methods/by-region.ipynb")
ITEMS = ("D5", "F1", "G2", "H1", "I1", "I3")
FEWEST_BOARDS, FEWEST_ANSWERS = 3, 10
LEVELS = frozenset("12345")


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "survey" / name).open(encoding="utf-8", newline="") as stream:
        wanted = ("2020", "board")
        return [row for row in csv.DictReader(stream) if (row["wave"], row["group"]) == wanted]


def members(region: str, size: str) -> list[dict[str, str]]:
    """Give the answer sheets of one cell with the board of each, counted by hand."""
    kept = {
        row["respondent"]: row["cluster"]
        for row in rows("roster.csv")
        if (row["A4_region"], row["A4_size"]) == (region, size)
    }
    return [
        {**row, "board": kept[row["respondent"]]} for row in rows("answers.csv") if row["respondent"] in kept
    ]


def shown(sheets: list[dict[str, str]]) -> list[str]:
    """Say of each item how it may be shown: exactly, bounded, or not at all."""
    boards = {row["board"] for row in sheets if row["D5"] in LEVELS}
    found = []
    for item in ITEMS:
        given = [int(row[item]) for row in sheets if row[item] in LEVELS]
        positive = sum(level >= 4 for level in given)
        few = len(boards) < FEWEST_BOARDS or len(given) < FEWEST_ANSWERS
        found.append(
            "not shown" if few else "bounded" if min(positive, len(given) - positive) < 5 else "exact"
        )
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("private"))
    (root / NOTEBOOK).parent.mkdir(parents=True)
    shutil.copy(ROOT / NOTEBOOK, root / NOTEBOOK)
    return root


def table(root: Path, region: str, size: str) -> list[list[Any]]:
    result = execute(Run(NOTEBOOK, "en", {"region": region, "size": size}), root)
    assert result.failure is None, result.failure
    cells = nbformat.reads(result.notebook.decode(), as_version=4).cells
    about = [output.metadata.get("entydig", {}) for cell in cells for output in cell.get("outputs", [])]
    (data,) = (each["data"] for each in about if each.get("kind") == "table")
    return list(data["rows"])


def test_the_table_has_a_row_for_each_cell_of_the_roster_and_no_margins() -> None:
    listed = read_table(ROOT / NOTEBOOK.with_suffix(".csv"), inspect(ROOT / NOTEBOOK))
    cells = {(row["A4_region"], row["A4_size"]) for row in rows("roster.csv")}

    assert {(row.values["region"], row.values["size"]) for row in listed} == cells


def test_more_than_one_row_is_hidden_so_that_the_whole_country_gives_none_back() -> None:
    listed = read_table(ROOT / NOTEBOOK.with_suffix(".csv"), inspect(ROOT / NOTEBOOK))
    kinds = [shown(members(str(row.values["region"]), str(row.values["size"]))) for row in listed]

    for number, item in enumerate(ITEMS):
        assert [kind[number] for kind in kinds].count("not shown") >= 2, item


@pytest.mark.slow
@pytest.mark.parametrize(
    ("region", "size"),
    [("hovedstaden", "middle"), ("hovedstaden", "small"), ("syddanmark", "small"), ("midtjylland", "large")],
)
def test_a_cell_shows_what_it_may_and_says_why_the_rest_is_not_there(
    project: Path, region: str, size: str
) -> None:
    said = [str(row[1]) for row in table(project, region, size)]
    reasons = {"not shown": "not shown: too few", "bounded": "at "}

    for text, kind in zip(said, shown(members(region, size)), strict=True):
        assert text.startswith(reasons.get(kind, "")), (text, kind)
        assert kind != "exact" or text.endswith("%")


@pytest.mark.slow
def test_the_whole_country_is_the_share_of_all_board_members(project: Path) -> None:
    given = [int(row["D5"]) for row in rows("answers.csv") if row["D5"] in LEVELS]
    share = round(100 * sum(level >= 4 for level in given) / len(given))

    assert table(project, "all", "all")[0][1] == f"{share}%"


@pytest.mark.slow
def test_a_region_that_is_none_fails_by_name(project: Path) -> None:
    result = execute(Run(NOTEBOOK, "en", {"region": "bornholm", "size": "all"}), project)

    assert result.failure is not None
    assert "bornholm" in result.failure.error


@pytest.mark.slow
def test_of_too_few_boards_not_even_the_number_of_answers_is_shown(project: Path) -> None:
    assert {tuple(row[2:]) for row in table(project, "hovedstaden", "small")} == {("", None)}
