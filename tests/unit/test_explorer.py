"""What can be looked up: published rows only, in whole numbers, safe to stand in a page, for any groups and waves."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from entydig.errors import NotebookError
from entydig.presentation import ForestRow, LikertRow, Segment, Share
from entydig.presentation.explorer import explorer_form, explorer_table
from entydig.presentation.explorer_rows import AnswersEntry, ChangeEntry
from entydig.presentation.forest import differences_data
from entydig.presentation.likert import answers_data
from entydig.presentation.objects import Data
from entydig.project import Study, read_evaluation
from entydig.project.explorer import Explorer, Shown, shown_in

ROOT = Path(__file__).parents[2]
HOSTILE = 'Is <b>it</b></script><img src=x onerror=alert(1)> "so" & <!-- so | `no` {eval}`1`?'
LEVELS = {1: "low", 2: "middle", 3: "high"}


@dataclass(frozen=True)
class Change:
    """An estimate as a figure takes it."""

    value: float = -0.11
    low: float = -0.22
    high: float = 0.004
    confidence: float = 0.95
    n: int = 113
    unit: str = "points"


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(read_evaluation(ROOT), "en")


def published(data: Data, label: str, quantity: str = "") -> list[Shown]:
    names = ["quantity" if name == quantity else name for name in data.columns]
    rows = (zip(names, row, strict=True) for row in data.rows)
    return [Shown(label, {name: cell for name, cell in row if cell not in (None, "")}) for row in rows]


def answers(study: Study, *items: str) -> list[Shown]:
    data = answers_data(study.rows.likert(items), study.rows.levels("agree5"), "en")
    return published(data, "fig-a")


def change(study: Study, item: str, group: str, label: str, confidence: float = 0.95) -> list[Shown]:
    waves = (2018, 2020)
    found = study.linear.change(study.positives(item, groups=[group]), waves, confidence=confidence)
    data = differences_data([study.rows.change(item, group, found, waves)], "Change", "en")
    return published(data, label, "Change")


def entry(item: str = "Q1", group: str = "One", wave: str = "2001", **changed: Any) -> AnswersEntry:
    shares = tuple(
        Segment((code,), Share(share)) for code, share in zip(LEVELS, (0.2, 0.3, 0.5), strict=True)
    )
    usual = {"label": "Question", "wording": "Is it so?", "shares": shares, "n": 100, "N": 1412}
    row = LikertRow(**(usual | {"group": group, "wave": wave} | changed))
    return AnswersEntry(item, group.lower(), wave, row, LEVELS, "fig-x")


def form(answers: list[AnswersEntry], changes: list[ChangeEntry], **changed: Any) -> BeautifulSoup:
    groups = dict.fromkeys(each.row.group for each in answers)
    waves = dict.fromkeys(each.wave for each in answers)
    usual: dict[str, Any] = {
        "table": "tbl-x",
        "groups": {name.lower(): name for name in groups},
        "waves": list(waves),
        "sesoi": 0.1,
        "footer": None,
        "language": "da",
    }
    made = explorer_form(answers, changes, **(usual | changed))
    return BeautifulSoup(made.html, "html.parser")


def island(page: BeautifulSoup) -> dict[str, Any]:
    return dict(json.loads(page.select_one("script").string))


def test_only_what_a_figure_shows_can_be_looked_up(study: Study) -> None:
    explorer = Explorer(study, [*answers(study, "D5", "B2")[:-1], *change(study, "D5", "manager", "fig-c")])
    assert [(each.item, each.group, each.wave, each.source) for each in explorer.answers] == [
        *(("B2", group, wave, "fig-a") for group in ("board", "manager") for wave in ("2018", "2020"))
    ][:3] + [("D5", group, wave, "fig-a") for group in ("board", "manager") for wave in ("2018", "2020")]
    assert [(each.item, each.group, each.waves, each.source) for each in explorer.changes] == [
        ("D5", "manager", ("2018", "2020"), "fig-c")
    ]
    assert (explorer.items, explorer.changed) == ("2", "1")


def test_a_number_that_no_page_shows_stops_the_page(study: Study) -> None:
    row, *others = answers(study, "D5")
    otherwise = Shown("fig-b", {**row.cells, "n": int(str(row.cells["n"])) + 1})
    with pytest.raises(NotebookError, match="fig-b"):
        _ = Explorer(study, [otherwise, *others]).answers


def test_a_change_is_the_one_with_the_usual_interval_where_figures_show_two(study: Study) -> None:
    narrow, usual = (
        change(study, "D1", "board", label, level) for label, level in (("fig-n", 0.9), ("fig-u", 0.95))
    )
    explorer = Explorer(study, [*answers(study, "D1"), *narrow, *usual])
    assert [each.source for each in explorer.changes] == ["fig-u"]


def test_the_rows_behind_figures_are_read_from_an_executed_notebook(tmp_path: Path) -> None:
    data = {
        "columns": ["Item", "Group", "2018", "2020", "Rise", "Lower limit"],
        "rows": [["a", "b", 1, 2, 1, None]],
    }
    output = nbformat.v4.new_output(
        "display_data",
        {"text/plain": ""},
        metadata={"entydig": {"kind": "figure", "label": "fig-a", "data": data}},
    )
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(outputs=[output]), nbformat.v4.new_markdown_cell("Text.")]
    )
    nbformat.write(notebook, tmp_path / "a.ipynb")
    cells = {"Item": "a", "Group": "b", "2018": 1, "2020": 2, "quantity": 1}
    assert shown_in(tmp_path / "a.ipynb", "en") == [Shown("fig-a", cells)]


def test_nothing_below_the_thresholds_is_drawn_or_said(study: Study) -> None:
    items = [name for name, item in study.instrument.items.items() if item.scale]
    shown: list[Shown] = []
    for name in items:
        levels = study.rows.levels(study.instrument.items[name].scale.name)
        shown += published(answers_data(study.rows.likert([name]), levels, "en"), "fig-a")
    explorer = Explorer(study, shown)
    drawn = island(BeautifulSoup(explorer.form("tbl-x").html, "html.parser"))
    assert len(drawn["rows"]) == len(explorer.answers) > 120
    for each, row in zip(explorer.answers, drawn["rows"], strict=True):
        n = each.row.n
        if n is None or n < 10:
            assert (row["segments"], row["note"]) == ([], "not shown")
            continue
        shares = [share for _, share, _, _ in row["segments"]]
        assert all(isinstance(share, int) for share in shares)
        # Half a percent of rounding apart, every piece is empty or has at least five answers.
        assert all(not share or (share + 0.5) / 100 * n >= 5 for share in shares)
        assert each.group == "board" or len(row["segments"]) <= 3
        few = row["unsure"]["said"] == "< 5 answers"
        assert row["unsure"]["share"] == 0 if few else row["unsure"]["share"] > 0


def test_a_bound_is_written_as_one_and_nothing_is_drawn_of_few(study: Study) -> None:
    bounded = entry(positive=Share(0.9, "at_least"), dont_know=Share.few("en", 5))
    row = island(form([bounded], [], language="en"))["rows"][0]
    assert row["unsure"] == {"share": 0, "said": "< 5 answers"}
    cells = explorer_table([bounded], [], label="tbl-x", caption="C.", language="en").data.rows[0]
    assert cells[4:7] == ("≥\xa090%", "< 5 answers", "100 / 1,412")


def test_wording_can_neither_end_the_data_nor_begin_an_element() -> None:
    hostile = entry(wording=HOSTILE, label=HOSTILE, group=HOSTILE)
    page = form([hostile, entry(group="Two", label=HOSTILE)], [])
    assert [each.name for each in page.find_all(["script", "img", "b"])] == ["script"]
    assert page.select_one("script").attrs == {"type": "application/json"}
    assert "<" not in page.select_one("script").string
    assert island(page)["items"]["Q1"]["wording"] == HOSTILE
    assert page.select_one("option").text == f"Q1 {HOSTILE}"
    table = explorer_table([hostile], [], label="tbl-x", caption="C.", language="da")
    assert not BeautifulSoup(table.html, "html.parser").find(["script", "img", "b"])
    line = table.markdown.splitlines()[2]
    assert r"\<img src=x" in line
    assert r"\{eval\}\`1\`" in line
    assert "<img" not in line.replace(r"\<img", "")


def test_numbers_and_words_are_written_in_the_language_of_the_page() -> None:
    row = ForestRow.change(
        label="Question", group="One", shares={"2001": Share(0.5), "2002": Share(0.39)}, estimate=Change()
    )
    given = [entry(), entry(wave="2002")], [ChangeEntry("Q1", "one", ("2001", "2002"), row, "fig-y")]
    drawn = island(form(*given))
    assert drawn["rows"][0]["base"] == "100 / 1.412"
    assert drawn["rows"][0]["segments"] == [
        [0, 20, "20", "20\xa0%"],
        [1, 30, "30", "30\xa0%"],
        [2, 50, "50", "50\xa0%"],
    ]
    assert [piece["name"] for piece in drawn["pieces"]] == ["low", "middle", "high"]
    assert drawn["ticks"] == {
        "0": "0\xa0%",
        "25": "25\xa0%",
        "50": "50\xa0%",
        "75": "75\xa0%",
        "100": "100\xa0%",
    }
    assert drawn["changes"][0]["ends"] == [-22, -11, 0]
    assert drawn["changes"][0]["written"] == "−11 (−22 til 0)"
    assert drawn["changes"][0]["said"] == "One, Ændring 2001–2002: −11 (−22 til 0), n = 113"
    table = explorer_table(*given, label="tbl-x", caption="C.", language="da")
    assert [each[7] for each in table.data.rows] == [None, "−11 (−22 til 0), n\xa0=\xa0113"]
    assert "[svar](#fig-x), [ændring](#fig-y)" in table.markdown


def test_three_groups_and_three_waves_each_have_their_look_and_their_changes() -> None:
    groups, waves = ("One", "Two", "Three"), ("1", "2", "3")
    rows = [entry(group=group, wave=wave) for group in groups for wave in waves]
    shares = {wave: Share(0.5) for wave in waves}
    pairs = (("1", "3"), ("2", "3"))
    changes = [
        ChangeEntry(
            "Q1",
            "one",
            pair,
            ForestRow.change(label="Q", group="One", shares=shares, estimate=Change()),
            "fig-y",
        )
        for pair in pairs
    ]
    page = form(rows, changes)
    drawn = island(page)
    assert [len(each.find_all("option")) for each in page.find_all("select")] == [1, 4, 4]
    looks = [look for of_group in drawn["looks"].values() for look in of_group.values()]
    assert len({tuple(look.values()) for look in looks}) == 9
    assert {look["shape"] for look in looks} == {"o", "s", "^"}
    cells = explorer_table(rows, changes, label="tbl-x", caption="C.", language="en").data.rows[2]
    assert cells[7] == "1–3: −11 (−22 to 0), n\xa0=\xa0113; 2–3: −11 (−22 to 0), n\xa0=\xa0113"


def test_one_group_in_one_wave_without_a_roster_leaves_nothing_to_choose_but_the_question() -> None:
    alone = [replace(entry(item=item, N=None), item=item) for item in ("Q1", "Q2")]
    page = form(alone, [])
    assert [each["name"] for each in page.find_all("select")] == ["item"]
    drawn = island(page)
    assert (drawn["words"]["base"], drawn["rows"][0]["base"], drawn["changes"]) == ("n", "100", [])
    assert drawn["axis"]["low"] < 0 < drawn["axis"]["high"]


def test_a_change_without_a_value_is_said_and_not_drawn() -> None:
    row = ForestRow.change(label="Q", group="One", shares={}, estimate=Change(value=math.nan))
    drawn = island(form([entry()], [ChangeEntry("Q1", "one", ("1", "2"), row, "fig-y")], language="en"))
    assert (drawn["changes"][0]["ends"], drawn["changes"][0]["written"]) == (None, "not shown")


def test_real_data_without_a_roster_can_be_looked_up() -> None:
    study = Study(read_evaluation(ROOT / "examples" / "joint-sports"), "en")
    data = answers_data(study.rows.likert(["opinion"]), study.rows.levels("good5"), "en")
    explorer = Explorer(study, published(data, "fig-a"))
    drawn = island(BeautifulSoup(explorer.form("tbl-x").html, "html.parser"))
    assert [(row["group"], row["wave"]) for row in drawn["rows"]] == [
        (group, wave) for group in ("girls", "boys") for wave in ("1983", "1985")
    ]
    assert drawn["words"]["base"] == "n"
    assert "footer" not in str(drawn)
