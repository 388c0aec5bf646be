"""The figure of who is there, and its rows: what they tell, what they merge, what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from entydig.errors import UsageError
from entydig.presentation import compose
from entydig.presentation.composition import CompositionRow, composition
from entydig.presentation.objects import Figure
from entydig.presentation.sheet import WIDTH, Sheet
from entydig.project.composition_rows import class_levels, composition_rows
from entydig.survey.answers import Survey
from entydig.survey.disclosure import Cell
from entydig.survey.instrument import Instrument, read_instrument

LEVELS = {1: "direktion", 2: "chef", 3: "leder", 4: "andet"}
TEXTS = {"title": "Bestyrelsens medlemmer", "caption": "C", "label": "fig-composition", "language": "da"}


def cells(*counts: tuple[tuple[int, ...], int]) -> tuple[Cell, ...]:
    return tuple(Cell(levels, count) for levels, count in counts)


ROWS = [
    CompositionRow(
        label="Kommune",
        group="Bestyrelse",
        wave="2018",
        pieces=cells(((1,), 60), ((2,), 64), ((3, 4), 25)),
        count=149,
    ),
    CompositionRow(
        label="Kommune",
        group="Bestyrelse",
        wave="2020",
        pieces=cells(((1,), 80), ((2,), 84), ((3,), 20), ((4,), 6)),
        count=190,
    ),
    CompositionRow(label="Politi", group="Bestyrelse", wave="2018", count=31),
    CompositionRow(label="Politi", group="Bestyrelse", wave="2020", note="der er ingen liste"),
]

INSTRUMENT = """
languages: [en]
missing: {dont_know: 8, not_relevant: 9, not_asked: -1}
groups: {staff: {name: {en: Staff}}}
waves: {1: {name: {en: one}}, 2: {name: {en: two}}}
scales:
  two: {levels: {1: {en: bad}, 2: {en: good}}, positive: [2], merge: [[1, 2]]}
items:
  place:
    text: {en: Place}
    classes: {north: {en: north}, east: {en: east}, south: {en: south}}
    source: roster
    asked: {staff: [1, 2]}
  rank:
    text: {en: Rank}
    classes: {top: {en: top}, middle: {en: middle}, low: {en: low}}
    source: roster
    asked: {staff: [1, 2]}
  q: {text: {en: One}, scale: two, asked: {staff: [1, 2]}}
"""


def drawn(rows: list[CompositionRow] = ROWS, **changed: Any) -> Figure:
    return composition(rows, **({"levels": LEVELS} | TEXTS | changed))


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """Every sheet drawn on while the test runs."""
    kept: list[Sheet] = []

    class Kept(Sheet):
        def __init__(self) -> None:
            super().__init__()
            kept.append(self)

    monkeypatch.setattr(compose, "Sheet", Kept)
    return kept


@pytest.fixture
def instrument(tmp_path: Path) -> Instrument:
    path = tmp_path / "instrument.yml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return read_instrument(path)


def evaluation(instrument: Instrument, people: dict[tuple[str, str, int], int] | None) -> Any:
    """An evaluation whose roster has so many people of each place, rank and wave."""
    lines = [
        {"respondent": f"r{number}", "wave": wave, "group": "staff", "place": place, "rank": rank}
        for number, (place, rank, wave) in enumerate(
            cell for cell, count in (people or {}).items() for _ in range(count)
        )
    ]
    roster = None if people is None else pd.DataFrame(lines)
    return SimpleNamespace(
        instrument=instrument, survey=Survey(instrument, pd.DataFrame({"wave": []}), roster, "real")
    )


def told(rows: list[CompositionRow]) -> list[tuple[str, str, list[tuple[tuple[int, ...], int]], int | None]]:
    return [
        (row.label, row.wave, [(piece.levels, piece.count) for piece in row.pieces], row.count)
        for row in rows
    ]


def boxes(sheet: Sheet) -> Iterator[tuple[str, float, float, float, float]]:
    """Text, left, right, bottom, top of the ink of all that is written, in points."""
    renderer = FigureCanvasAgg(sheet.drawing).get_renderer()
    for text in sheet.texts():
        box = text.get_window_extent(renderer)
        baseline = sheet.axes.transData.transform((0, text.get_position()[1]))[1]
        size = text.get_fontsize()
        yield text.get_text(), box.x0, box.x1, baseline - 0.22 * size, baseline + 0.72 * size


def test_no_text_overlaps_leaves_the_sheet_or_is_small(sheets: list[Sheet]) -> None:
    drawn(order="Sorteret som i spørgeskemaet.", footer="Syntetiske data.")
    placed = list(boxes(sheets[0]))
    for content, left, right, _, _ in placed:
        assert -0.5 <= left <= right <= WIDTH + 0.5, content
    for (one, l1, r1, b1, t1), (two, l2, r2, b2, t2) in combinations(placed, 2):
        assert min(r1, r2) - max(l1, l2) < 0.1 or min(t1, t2) - max(b1, b2) < 0.1, (one, two)
    assert min(text.get_fontsize() for text in sheets[0].texts()) >= 9


def test_alt_text_carries_counts_and_shares() -> None:
    alt = drawn().alt
    assert alt.startswith("Bestyrelsens medlemmer. Liggende stablede")
    # 60 of 149 are 40 %, 64 are 43 %, 25 are 17 %.
    assert (
        "Kommune: Bestyrelse 2018: direktion 60 (40\xa0%), chef 64 (43\xa0%), leder + andet 25 (17\xa0%), "
        "i alt 149; Bestyrelse 2020: direktion 80" in alt
    )
    assert "Politi: Bestyrelse 2018: i alt 31; Bestyrelse 2020: der er ingen liste." in alt


def test_the_data_have_a_column_for_each_piece_shown() -> None:
    data = drawn().data
    assert data.columns == (
        *("Klasse", "Gruppe", "Måling", "direktion", "chef", "leder", "andet", "leder + andet", "I alt"),
    )
    assert data.rows[0] == ("Kommune", "Bestyrelse", "2018", 60, 64, None, None, 25, 149)
    assert data.rows[2] == ("Politi", "Bestyrelse", "2018", None, None, None, None, None, 31)
    assert data.rows[3][-1] == "der er ingen liste"


def test_what_is_merged_or_not_divided_is_said(sheets: list[Sheet]) -> None:
    drawn()
    drawn(rows=ROWS[1:2])
    first, second = (" ".join(text.get_text() for text in sheet.texts()) for sheet in sheets)
    assert "niveauer, der er lagt sammen" in first
    assert "deles ikke op" in first
    assert "lagt sammen" not in second
    assert "deles ikke op" not in second


def test_a_piece_too_narrow_for_its_share_shows_its_count_or_nothing(sheets: list[Sheet]) -> None:
    pieces = cells(((1,), 400), ((2,), 300), ((3,), 30), ((4,), 6))
    drawn(rows=[CompositionRow(label="a", group="Bestyrelse", wave="2020", pieces=pieces, count=736)])
    written = [text.get_text() for text in sheets[0].texts()]
    assert "400 (54\xa0%)" in written
    assert "30" in written
    assert "6" not in written


def test_the_picture_is_the_same_each_time_and_has_fixed_ids() -> None:
    assert drawn() == drawn()
    names = [part.attrib["id"] for part in ET.fromstring(drawn().svg).iter() if "id" in part.attrib]
    assert len(names) == len(set(names))
    assert all(name.startswith("fig-composition-") for name in names)


def test_pieces_must_add_up_and_cover_the_levels() -> None:
    with pytest.raises(ValueError, match="the pieces hold 9 of 10 people"):
        CompositionRow(label="a", group="g", wave="w", pieces=cells(((1,), 9)), count=10)
    short = CompositionRow(label="a", group="g", wave="w", pieces=cells(((1,), 9)), count=9)
    with pytest.raises(ValueError, match=r"the pieces cover \[1\], the levels are \[1, 2, 3, 4\]"):
        drawn(rows=[short])
    with pytest.raises(ValueError, match="at least one row"):
        drawn(rows=[])


def test_people_are_counted_by_class_level_and_wave(instrument: Instrument) -> None:
    people = {
        ("north", "top", 1): 8,
        ("north", "middle", 1): 6,
        ("north", "low", 1): 5,
        ("south", "top", 1): 7,
        ("south", "middle", 1): 5,
    }
    rows = composition_rows(
        evaluation(instrument, people), "en", "place", "rank", groups=["staff"], waves=[1]
    )
    assert told(rows) == [
        ("North", "1", [((1,), 8), ((2,), 6), ((3,), 5)], 19),
        ("East", "1", [], 0),
        ("South", "1", [((1,), 7), ((2,), 5), ((3,), 0)], 12),
    ]
    assert class_levels(instrument.items["rank"], "en") == {1: "top", 2: "middle", 3: "low"}


def test_small_levels_are_merged(instrument: Instrument) -> None:
    people = {("north", "top", 1): 8, ("north", "middle", 1): 6, ("north", "low", 1): 2}
    rows = composition_rows(
        evaluation(instrument, people), "en", "place", "rank", groups=["staff"], waves=[1]
    )
    assert told(rows)[0] == ("North", "1", [((1,), 8), ((2, 3), 8)], 16)


def test_a_small_class_is_joined_to_its_neighbour_in_every_wave(instrument: Instrument) -> None:
    people = {("north", "top", wave): 12 for wave in (1, 2)} | {
        ("east", "top", 1): 4,
        ("east", "top", 2): 9,
        ("south", "top", 1): 10,
        ("south", "top", 2): 10,
    }
    rows = composition_rows(
        evaluation(instrument, people), "en", "place", "rank", groups=["staff"], waves=[1, 2]
    )
    # Alone, the 4 would be everyone less the others.
    assert [(row.label, row.wave, row.count) for row in rows] == [
        ("North + east", "1", 16),
        ("North + east", "2", 21),
        ("South", "1", 10),
        ("South", "2", 10),
    ]


def test_classes_named_are_put_together_or_not_divided(instrument: Instrument) -> None:
    people = {("north", "top", 1): 8, ("north", "low", 1): 6, ("east", "low", 1): 20, ("south", "top", 1): 9}
    rows = composition_rows(
        evaluation(instrument, people),
        *("en", "place", "rank"),
        groups=["staff"],
        waves=[1],
        together=[("north", "south")],
        undivided=["east"],
    )
    assert told(rows) == [
        ("North + south", "1", [((1,), 17), ((2,), 0), ((3,), 6)], 23),
        ("East", "1", [], 20),
    ]


def test_without_a_roster_each_row_says_so(instrument: Instrument) -> None:
    rows = composition_rows(evaluation(instrument, None), "en", "place", "rank", groups=["staff"], waves=[1])
    assert [(row.label, row.count) for row in rows] == [("North", None), ("East", None), ("South", None)]
    assert all(row.note for row in rows)


@pytest.mark.parametrize(
    ("item", "changed", "message"),
    [("q", {}, "q has no classes"), ("place", {"undivided": ["west"]}, "west is no class of place")],
)
def test_what_is_no_class_is_refused(
    instrument: Instrument, item: str, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        composition_rows(
            evaluation(instrument, {}), "en", item, "rank", groups=["staff"], waves=[1], **changed
        )
