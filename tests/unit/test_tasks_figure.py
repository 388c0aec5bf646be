"""The figure of choices, and its rows: shares never without ranks, small groups shown no small options."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from entydig.errors import UsageError
from entydig.presentation import Share, compose
from entydig.presentation.objects import Figure
from entydig.presentation.sheet import WIDTH, Sheet
from entydig.presentation.style import GROUPS, PAPER
from entydig.presentation.tasks import ChoiceRow, tasks
from entydig.project.choice_rows import choice_rows
from entydig.survey.answers import Survey
from entydig.survey.decisions import read_decisions
from entydig.survey.instrument import read_instrument

TEXTS = {"title": "Tre opgaver", "caption": "C", "label": "fig-tasks", "language": "da"}
GROUPNAMES, WAVENAMES = ("Bestyrelse", "Projektleder"), ("2018", "2020")


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float
    high: float
    n: int = 237
    confidence: float = 0.95
    unit: str = "share"


def row(label: str, value: float, ranks: tuple[int, int], **changed: Any) -> ChoiceRow:
    known: dict[str, Any] = {
        "group": "Bestyrelse",
        "wave": "2020",
        "share": Share(value),
        "estimate": Estimate(value, value - 0.06, value + 0.06),
        "n": 237,
        "N": 339,
    }
    return ChoiceRow(label=label, ranks=ranks, **(known | changed))


LONG = "sammenhæng med kommunal kernedrift"
ROWS = [
    row("strategi", 0.58, (1, 2), wave="2018"),
    row("strategi", 0.66, (1, 1)),
    row(LONG, 0.5, (1, 2), wave="2018"),
    row(LONG, 0.3, (2, 3)),
    row("andet", 0.05, (3, 3), wave="2018", share=Share(0.05, "at_most"), estimate=None),
    ChoiceRow(
        label="andet", group="Projektleder", wave="2020", share=Share.few("da", 5), estimate=None, n=63, N=83
    ),
]

INSTRUMENT = """
languages: [en]
missing: {dont_know: 8, not_relevant: 9, not_asked: -1}
groups:
  many: {name: {en: Many}}
  few: {name: {en: Few}, published_levels: three, strict_cut: false}
waves: {1: {name: {en: one}}, 2: {name: {en: two}}}
scales:
  two: {levels: {1: {en: bad}, 2: {en: good}}, positive: [2], merge: [[1, 2]]}
items:
  pick:
    text: {en: Choose}
    options: {plan: {en: plan}, money: {en: money}, talk: {en: talk}}
    at_most: 2
    asked: {many: [1, 2], few: [1]}
  q: {text: {en: One}, scale: two, asked: {many: [1]}}
"""


def drawn(rows: list[ChoiceRow] = ROWS, **changed: Any) -> Figure:
    return tasks(rows, **(TEXTS | {"groups": GROUPNAMES, "waves": WAVENAMES} | changed))


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
def evaluation(tmp_path: Path, root: Path) -> Any:
    """Choices of plan, money, talk: 12, 3 and 8 of 20 of the many, the same of the few, nobody in wave 2."""
    path = tmp_path / "instrument.yml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    instrument = read_instrument(path)
    person = np.arange(20)
    once = pd.DataFrame(
        {
            "wave": 1,
            "cluster": person // 2,
            "pick_plan": (person < 12) * 1,
            "pick_money": (person < 3) * 1,
            "pick_talk": (person >= 12) * 1,
        }
    )
    answers = pd.concat([once.assign(group="many"), once.assign(group="few")], ignore_index=True)
    answers["respondent"] = [f"r{number}" for number in range(40)]
    return SimpleNamespace(
        instrument=instrument,
        survey=Survey(instrument, answers, None, "real"),
        decisions=read_decisions(root / "data" / "decisions.yml").choose({}),
    )


def boxes(sheet: Sheet) -> Iterator[tuple[str, float, float, float, float]]:
    """Text, left, right, bottom, top of the ink of all that is written, in points."""
    renderer = FigureCanvasAgg(sheet.drawing).get_renderer()
    for text in sheet.texts():
        box = text.get_window_extent(renderer)
        baseline = sheet.axes.transData.transform((0, text.get_position()[1]))[1]
        size = text.get_fontsize()
        yield text.get_text(), box.x0, box.x1, baseline - 0.22 * size, baseline + 0.72 * size


def test_no_text_overlaps_leaves_the_sheet_or_is_small(sheets: list[Sheet]) -> None:
    drawn(order="Sorteret efter bestyrelsernes svar.", footer="Syntetiske data.")
    placed = list(boxes(sheets[0]))
    for content, left, right, _, _ in placed:
        assert -0.5 <= left <= right <= WIDTH + 0.5, content
    for (one, l1, r1, b1, t1), (two, l2, r2, b2, t2) in combinations(placed, 2):
        assert min(r1, r2) - max(l1, l2) < 0.1 or min(t1, t2) - max(b1, b2) < 0.1, (one, two)
    assert min(text.get_fontsize() for text in sheets[0].texts()) >= 9


def test_alt_text_carries_shares_intervals_and_ranks() -> None:
    alt = drawn().alt
    assert alt.startswith("Tre opgaver. ")
    assert "strategi: Bestyrelse 2018 58\xa0% (52 til 64), plads 1 til 2; Bestyrelse 2020 66\xa0%" in alt
    assert "(60 til 72), plads 1." in alt
    assert "andet: Bestyrelse 2018 ≤\xa05\xa0%, plads 3; Projektleder 2020 < 5 svar." in alt


def test_the_data_list_what_is_drawn() -> None:
    data = drawn().data
    assert data.columns[3:8] == (
        "Valgt af, %",
        "Nedre grænse",
        "Øvre grænse",
        "Bedste plads",
        "Dårligste plads",
    )
    assert data.rows[1] == ("strategi", "Bestyrelse", "2020", 66, 60, 72, 1, 1, 237, 339)
    assert data.rows[4][3:8] == ("≤\xa05", None, None, 3, 3)
    assert data.rows[5][3:8] == ("< 5 svar", None, None, None, None)


def test_who_is_hue_and_shape_and_when_is_fill(sheets: list[Sheet]) -> None:
    drawn(rows=[*ROWS[:4], row("andet", 0.05, (3, 3))])
    looks = {
        (line.get_marker(), line.get_markeredgecolor(), line.get_markerfacecolor())
        for line in sheets[0].axes.lines
    }
    board = GROUPS[0]
    assert (board.marker, board.colour, PAPER) in looks
    assert (board.marker, board.colour, board.colour) in looks


def test_the_base_stands_in_the_notes_once(sheets: list[Sheet]) -> None:
    drawn()
    written = " ".join(text.get_text() for text in sheets[0].texts())
    assert (
        "n / N: Bestyrelse 2018 237 / 339; Bestyrelse 2020 237 / 339; Projektleder 2020 63 / 83." in written
    )


def test_the_picture_is_the_same_each_time_and_has_fixed_ids() -> None:
    assert drawn() == drawn()
    names = [part.attrib["id"] for part in ET.fromstring(drawn().svg).iter() if "id" in part.attrib]
    assert len(names) == len(set(names))
    assert all(name.startswith("fig-tasks-") for name in names)


def test_the_picture_tells_no_more_than_whole_percent() -> None:
    finer = [
        replace(
            ROWS[0], share=Share(share), estimate=Estimate(share, share - 0.06, share + 0.06), ranks=(1, 1)
        )
        for share in (0.5812, 0.5788)
    ]
    one, other = (drawn(rows=[each]).svg for each in finer)
    assert one == other


def test_a_share_without_ranks_is_refused() -> None:
    with pytest.raises(ValueError, match="strategi, Bestyrelse 2020: a share needs the ranks it can hold"):
        row("strategi", 0.5, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"found ranks \(3, 2\)"):
        row("strategi", 0.5, (3, 2))


def test_the_leading_options_alone_are_refused() -> None:
    with pytest.raises(ValueError, match="can hold a rank beyond the 2 options shown; show them all"):
        drawn(rows=ROWS[:4])
    with pytest.raises(ValueError, match="at least one row"):
        drawn(rows=[])


def test_rows_are_of_all_options_sorted_by_the_cell_asked(evaluation: Any) -> None:
    rows = choice_rows(evaluation, "en", "pick", groups=["many"], waves=[1, 2], sorted_by=("many", 1))
    shown = [(each.label, each.wave, each.share.value, each.n) for each in rows if each.wave == "1"]
    # 3 of 20 is bounded: at most 4 of 20.
    assert shown == [("plan", "1", 0.6, 20), ("talk", "1", 0.4, 20), ("money", "1", 0.2, 20)]
    assert [each.share.bound for each in rows if each.wave == "1"] == ["exact", "exact", "at_most"]
    assert all(each.share.bound == "suppressed" and each.n is None for each in rows if each.wave == "2")


def test_rows_hold_the_ranks_that_all_pairs_allow(evaluation: Any) -> None:
    rows = choice_rows(evaluation, "en", "pick", groups=["many"], waves=[1])
    # Only plan and not money: 9, the reverse 0, p = 2/512 = .004, times 3 = .012: told apart.
    # Plan 12, talk 8 of 20: p = .50. Talk 8, money 3 of 11: p = .23.
    assert {each.label: each.ranks for each in rows} == {"plan": (1, 2), "money": (2, 3), "talk": (1, 3)}


def test_a_small_group_shows_no_option_with_under_five_people(evaluation: Any) -> None:
    rows = choice_rows(evaluation, "en", "pick", groups=["few"], waves=[1], sorted_by=("few", 1))
    assert [each.label for each in rows] == ["plan", "talk", "money"]
    money = rows[-1]
    assert (money.share.written("en"), money.estimate, money.ranks) == ("< 5 answers", None, None)
    assert math.isnan(money.share.value)


def test_a_wave_that_was_not_asked_is_left_out(evaluation: Any) -> None:
    rows = choice_rows(evaluation, "en", "pick", groups=["few"], waves=[1, 2])
    assert {each.wave for each in rows} == {"1"}


@pytest.mark.parametrize(
    ("item", "changed", "message"),
    [("q", {}, "q has no options"), ("pick", {"sorted_by": ("few", 2)}, "was not asked pick")],
)
def test_what_was_not_asked_is_refused(
    evaluation: Any, item: str, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        choice_rows(evaluation, "en", item, groups=["few"], waves=[1, 2], **changed)
