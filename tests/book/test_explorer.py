"""The page on which questions are looked up says what the pages of the findings say, cell by cell, and no more."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

PAGE = Path("notebooks/synthesis/explorer.html")
SCRIPT = "entydig-explorer"
# Of the numbers behind a figure of answers, in English.
NAMES = ("Item", "Full wording", "Group", "Wave")
LAST = ("Positive answers", "Don't know", "n", "N")


@pytest.fixture(scope="module")
def page(site: Path) -> BeautifulSoup:
    return BeautifulSoup((site / "en" / PAGE).read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def drawn(page: BeautifulSoup) -> dict[str, Any]:
    return dict(json.loads(page.select_one(".entydig-explorer script").string))


def behind(site: Path, target: str) -> list[dict[str, str]]:
    """Read the file that lies beside a page under the label of the figure a link leads to."""
    name, label = (site / "en" / PAGE.parent / target).resolve().as_posix().split("#")
    (file,) = Path(name).parent.glob(f"{label}-synthetic.csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(stream)]


def sources(row: Any) -> dict[str, str]:
    return {link.text: link["href"] for link in row.select("td:last-child a")}


def as_shown(cell: str) -> str:
    """Write a cell of a file as a page does: whole percent, or words where it is bounded or not shown."""
    return f"{cell}%" if cell[-1].isdigit() else cell


def number(cell: str) -> str:
    return f"{int(cell):,}"


def test_every_cell_is_what_the_figure_it_leads_to_publishes(
    site: Path, page: BeautifulSoup, drawn: dict[str, Any]
) -> None:
    lines = page.select("#tbl-explorer tbody tr")
    assert len(lines) == len(drawn["rows"]) > 100
    files: dict[str, list[dict[str, str]]] = {}
    for line, row in zip(lines, drawn["rows"], strict=True):
        target = sources(line)["answers"]
        item, names = drawn["items"][row["item"]], [drawn["groups"][row["group"]], row["wave"]]
        about = dict(zip(NAMES, (item["name"].split(" ", 1)[1], item["wording"], *names), strict=True))
        (wanted,) = (
            each for each in files.setdefault(target, behind(site, target)) if each.items() >= about.items()
        )
        levels = {name: cell for name, cell in wanted.items() if name not in (*NAMES, *LAST)}
        pieces = {drawn["pieces"][piece]["name"]: (share, *said) for piece, share, *said in row["segments"]}
        assert pieces == {name: (int(cell), cell, f"{cell}%") for name, cell in levels.items()}
        cells = [cell.get_text() for cell in line.select("td")]
        bases = [number(wanted[name]) for name in ("n", "N") if name in wanted]
        assert cells[1:3] == names
        assert cells[4].replace("\xa0", " ") == as_shown(wanted["Positive answers"]).replace("\xa0", " ")
        assert cells[5] == row["unsure"]["said"] == as_shown(wanted["Don't know"])
        assert cells[6] == row["base"] == " / ".join(bases)


def test_every_change_is_what_the_figure_it_leads_to_publishes(
    site: Path, page: BeautifulSoup, drawn: dict[str, Any]
) -> None:
    lines = {
        (row["item"], row["group"], row["wave"]): line
        for line, row in zip(page.select("#tbl-explorer tbody tr"), drawn["rows"], strict=True)
    }
    assert len(drawn["changes"]) > 20
    for change in drawn["changes"]:
        line = lines[change["item"], change["group"], change["waves"][-1]]
        item = drawn["items"][change["item"]]
        about = {"Item": item["name"].split(" ", 1)[1], "Group": drawn["groups"][change["group"]]}
        (wanted,) = (each for each in behind(site, sources(line)["change"]) if each.items() >= about.items())
        low, value, high = change["ends"]
        assert (str(low), str(high)) == (wanted["Lower limit"], wanted["Upper limit"])
        assert str(value) == next(cell for name, cell in wanted.items() if name.startswith("Change"))
        said = line.select("td")[7].get_text().replace("−", "-").replace("+", "").replace("\xa0", " ")
        assert said == f"{value} ({low} to {high}), n = {wanted['n']}"


def test_both_languages_hold_the_same_numbers(site: Path, drawn: dict[str, Any]) -> None:
    page = BeautifulSoup((site / "da" / PAGE).read_text(encoding="utf-8"), "html.parser")
    danish = json.loads(page.select_one(".entydig-explorer script").string)
    for part in ("rows", "changes"):
        for one, other in zip(drawn[part], danish[part], strict=True):
            assert one.get("ends") == other.get("ends")
            assert [piece[1] for piece in one.get("segments", [])] == [
                piece[1] for piece in other.get("segments", [])
            ]


def test_its_script_and_its_look_are_loaded_there_and_nowhere_else(site: Path) -> None:
    loading = {
        file.relative_to(site / "en").as_posix()
        for file in (site / "en").rglob("*.html")
        if f"{SCRIPT}.js" in (text := file.read_text(encoding="utf-8")) or f"{SCRIPT}.css" in text
    }
    assert loading == {PAGE.as_posix()}
