"""The official lists: sums, set differences and sources of the shipped tables, and how they are shown."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from entydig.errors import DataError
from entydig.presentation import figures
from entydig.presentation.series import SeriesPanel, SeriesPart, SeriesPoint
from entydig.presentation.sheet import Sheet
from entydig.project.listing_files import ListingFiles, read_listings
from entydig.project.listings import Listings

FOLDER = Path(__file__).parents[2] / "data" / "public" / "official-lists"
# The published totals of the list with origin as a criterion, 1 December each year.
TOTALS = {2018: 29, 2019: 28, 2020: 15, 2021: 12, 2022: 10}
TEXTS = {"title": "Areas.", "caption": "Counts.", "label": "fig-areas", "language": "en"}


@pytest.fixture(scope="module")
def files() -> ListingFiles:
    return read_listings(FOLDER, "da")


def names(files: ListingFiles, year: int, *statuses: str) -> set[str]:
    found = files.membership
    return set(found.loc[(found["year"] == str(year)) & found["status"].isin(statuses), "area"])


def point(at: float, value: float, regular: bool = True) -> SeriesPoint:
    return SeriesPoint(at=at, when=f"{at:g}", value=value, regular=regular)


def panel(*parts: list[SeriesPoint]) -> SeriesPanel:
    named = tuple(SeriesPart(rules=f"rules {place}", points=tuple(part)) for place, part in enumerate(parts))
    return SeriesPanel(label="Listed", parts=named)


def test_the_counts_are_the_published_totals(files: ListingFiles) -> None:
    assert {year: files.total(year) for year in TOTALS} == TOTALS


def test_names_and_totals_agree_and_one_of_the_unknown_is_not_listed(files: ListingFiles) -> None:
    for year, total in TOTALS.items():
        listed, unknown = names(files, year, "listed"), names(files, year, "unknown")
        assert len(listed) + max(0, len(unknown) - 1) == total
        assert not listed & unknown


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_each_list_is_the_one_before_less_who_left_plus_who_entered(files: ListingFiles, year: int) -> None:
    both = ("listed", "unknown")
    left, entered = files.moved(year, "left"), files.moved(year, "entered")
    before = names(files, year - 1, *both)
    assert set(left) - {"unknown"} <= before
    assert not set(entered) & before
    assert (before - set(left)) | set(entered) == names(files, year, *both)
    assert TOTALS[year - 1] - len(left) + len(entered) == TOTALS[year]


def test_the_fourth_area_that_left_in_2021_is_unknown(files: ListingFiles) -> None:
    assert sorted(files.moved(2021, "left")) == ["Motalavej", "Ringparken", "Solbakken", "unknown"]
    assert names(files, 2021, "unknown") == names(files, 2022, "unknown") != set()


def test_an_area_has_one_municipality_and_those_of_2018_are_in_fifteen(files: ListingFiles) -> None:
    pairs = files.membership[["year", "area", "municipality"]]
    assert pairs.groupby("area")["municipality"].nunique().max() == 1
    assert pairs.loc[pairs["year"] == "2018", "municipality"].nunique() == 15


def test_each_row_names_its_sources_with_their_addresses(files: ListingFiles) -> None:
    address = dict(zip(files.sources["source"], files.sources["address"], strict=True))
    bibliography = (FOLDER.parents[2] / "book" / "references.bib").read_text(encoding="utf-8")
    assert all(f"{{{key}," in bibliography for key in address)
    for frame in (files.counts, files.thresholds, files.membership, files.moves):
        for row in frame.to_dict("records"):
            if row.get("count") != "unknown":
                assert [address[key] for key in row["source"].split()] == row["address"].split() != []


def test_lists_contain_each_other_and_are_not_added(files: ListingFiles) -> None:
    wide = files.counts[files.counts["listed"].between("2018", "2024")].pivot(
        index="listed", columns="category", values="count"
    )
    wide = wide.drop(index="2018-05").drop(columns="prevention").astype(int)
    assert (wide["vulnerable"] >= wide["parallel-society"]).all()
    assert (wide["parallel-society"] >= wide["transformation"]).all()


@pytest.mark.parametrize(("language", "unknown"), [("da", "ukendt"), ("en", "unknown")])
def test_what_is_unknown_is_shown_as_unknown(files: ListingFiles, language: str, unknown: str) -> None:
    lists = Listings(files, language)
    moves = lists.moves_table("municipality", "M", label="tbl-moves", caption="Moves.")
    members = lists.members_table("municipality", "M", label="tbl-members", caption="Members.")
    figure = figures.series(lists.series(), **(TEXTS | {"language": language}))
    counts = lists.counts_table(label="tbl-counts", caption="Counts.")

    assert [row[3:] for row in counts.data.rows if row[2] == "2011"] == [(unknown, None)]
    assert lists.count("parallel-society", 2011) == unknown
    assert any(row[2] == unknown for row in moves.data.rows)
    assert sum(row.count("?") for row in members.data.rows) == 12
    assert f"2011 {unknown}" in figure.alt
    assert (lists.agreeing, lists.compared) == ("4", "4")


def test_the_line_is_open_at_a_break_and_at_irregular_or_unknown_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[tuple[float, ...]] = []
    draw = Sheet.line

    def noted(self: Sheet, xs: list[float], ys: list[float], **how: Any) -> None:
        drawn.extend([tuple(xs)] if how.get("width") == 1.6 else [])
        draw(self, xs, ys, **how)

    monkeypatch.setattr(Sheet, "line", noted)
    old = [point(2010, 3), point(2011, 4), point(2012, math.nan), point(2013, 5)]
    new = [point(2014, 2), point(2014.5, 2, regular=False), point(2015, 2)]
    figures.series([panel(old, new)], **TEXTS)

    assert len(drawn) == 1


def test_all_counts_are_in_the_table_and_equal_figures_are_equal() -> None:
    first, again = (figures.series([panel([point(2010, 3), point(2011, 4)])], **TEXTS) for _ in range(2))

    assert first.data.rows == (
        ("Listed", "rules 0", "2010", "3"),
        ("Listed", "rules 0", "2011", "4"),
    )
    assert "Dashed" not in first.svg
    assert first.svg == again.svg


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ([], "each with points"),
        ([panel([])], "each with points"),
        ([panel()], "each with points"),
        ([panel([point(2011, 3), point(2010, 4)])], "in order of time"),
        ([panel([point(2010, 3)], [point(2010, 4)])], "in order of time"),
        ([panel([point(2010, -1)])], "negative"),
        ([panel([point(2010, math.nan)])], "no count is known"),
    ],
)
def test_what_cannot_be_drawn_is_refused(panels: list[SeriesPanel], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        figures.series(panels, **TEXTS)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("count", "about 20", "whole number"), ("source", "", "one key or more"), ("address", "", "one key")],
)
def test_a_row_that_cannot_be_trusted_is_named(tmp_path: Path, column: str, value: str, message: str) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "lists"))
    counts = pd.read_csv(copy / "counts.csv", dtype=str, keep_default_na=False)
    counts.loc[0, column] = value
    counts.to_csv(copy / "counts.csv", index=False)

    with pytest.raises(DataError, match=rf"counts\.csv, line 2: (.|\n)*{message}"):
        read_listings(copy, "da")


def test_missing_files_and_columns_are_named(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "lists"))
    with pytest.raises(DataError, match="has no column fr"):
        read_listings(copy, "fr")

    (copy / "moves.csv").unlink()
    with pytest.raises(DataError, match=r"moves\.csv: the file does not exist"):
        read_listings(copy, "da")
