"""Figures: what they say, what they refuse, and that nothing overlaps."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg

from entydig.presentation import (
    EffectRow,
    Figure,
    FlowRow,
    ForestRow,
    LikertRow,
    Mark,
    Segment,
    Share,
    StripPoint,
    StripRow,
    compose,
    effects,
    flow,
    forest,
    likert,
    mini_effect,
    strips,
)
from entydig.presentation.sheet import WIDTH, Sheet, width_of, wrapped
from entydig.presentation.style import (
    DIVERGING,
    GROUPS,
    INK,
    PAPER,
    QUIET,
    answer_colours,
    contrast,
    group_style,
    mixed,
    readable_on,
    wave_fill,
)

AGREE = {
    1: "helt uenig",
    2: "overvejende uenig",
    3: "hverken enig eller uenig",
    4: "overvejende enig",
    5: "helt enig",
}
ITEMS = (
    "Stærk opbakning i min organisation",
    "Tydeligere ansvarsfordeling",
    "Styrket samarbejde mellem kommune og boligorganisationer",
    "Større gennemslagskraft",
    "Skaber samlet set værdi for indsatsen",
)
FOOTER = "Syntetiske data: svarene er genereret af en model og siger intet om virkeligheden."


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float
    high: float
    n: int = 349
    confidence: float = 0.95
    unit: str = "points"


def answers(groups: int = 2, waves: int = 2, items: tuple[str, ...] = ITEMS) -> list[LikertRow]:
    shares = (0.05, 0.11, 0.16, 0.41, 0.27)
    whole = tuple(Segment((code,), Share(share)) for code, share in zip(AGREE, shares, strict=True))
    merged = (Segment((1, 2), Share(0.13)), Segment((3,), Share(0.19)), Segment((4, 5), Share(0.68)))
    return [
        LikertRow(
            label=item,
            wording=f"Fuld ordlyd: {item}",
            group=("Bestyrelsesmedlemmer", "Projektledere", "Sekretariat")[group],
            wave=str(2018 + 2 * wave),
            shares=merged if group else whole,
            positive=Share(0.68),
            dont_know=Share.few("da", 5) if group else Share(0.14),
            n=61 if group else 318,
            N=74 if group else 412,
        )
        for item, group, wave in product(items, range(groups), range(waves))
    ]


def changes(groups: int = 2, waves: int = 2, items: tuple[str, ...] = ITEMS) -> list[ForestRow]:
    return [
        ForestRow.change(
            label=item,
            group=("Bestyrelsesmedlemmer", "Projektledere", "Sekretariat")[group],
            shares={str(2018 + 2 * wave): Share(0.76 - 0.16 * wave / 2) for wave in range(waves)},
            estimate=Estimate(-0.148, -0.262, -0.034, 122),
        )
        for item, group in product(items, range(groups))
    ]


FLOW = [
    FlowRow(group="Bestyrelsesmedlemmer", wave="2018", asked=1412, answered=318, used=301),
    FlowRow(group="Bestyrelsesmedlemmer", wave="2020", asked=436, answered=290, used=277),
    FlowRow(group="Projektledere", wave="2018", asked=74, answered=61, used=60),
]
EFFECTS = [
    EffectRow(
        label=ITEMS[2], estimate=Estimate(0.8, 0.76, 0.84, unit="share"), reference=2 / 3, verdict="● a"
    ),
    EffectRow(label=ITEMS[0], estimate=Estimate(-0.148, -0.262, -0.034, 122), verdict="◐ uafgjort"),
    EffectRow(
        label=ITEMS[1], estimate=None, verdict="○ kan ikke afprøves", note="for få svar i den ene gruppe"
    ),
]
STRIPS = [
    StripRow(
        label="3.2 ●",
        about="ændring, D1+D2+D3+D4+D5, Projektledere, 2018–2020",
        section="3. Forskel i oplevet værdi",
        points=(
            StripPoint(value=-0.15, agrees=True, registered=True),
            StripPoint(value=-0.152, agrees=True),
            StripPoint(value=-0.08, agrees=False),
            StripPoint(value=math.nan, agrees=False),
        ),
    ),
    StripRow(label="3.4 ○", about="andel, E5", points=(), note="kan ikke afprøves under nogen kombination"),
]

Draw = Callable[..., Figure]
Made = tuple[Draw, list[Any], dict[str, Any]]
FIGURES: dict[str, Made] = {
    "likert": (likert, answers(), {"levels": AGREE}),
    "forest": (forest, changes(), {"sesoi": 0.1, "quantity": "Ændring 2018–2020"}),
    "flow": (flow, FLOW, {}),
    "effects": (effects, EFFECTS, {"sesoi": 0.1}),
    "strips": (strips, STRIPS, {"sesoi": 0.1}),
}
every_figure = pytest.mark.parametrize("name", FIGURES)


def drawn(name: str, rows: list[Any] | None = None, **changed: Any) -> Figure:
    draw, usual, needed = FIGURES[name]
    texts = {"title": "Opbakningen er faldet", "label": f"fig-{name}", "caption": "C", "language": "da"}
    return draw(usual if rows is None else rows, **(needed | texts | {"footer": FOOTER} | changed))


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


def boxes(sheet: Sheet) -> Iterator[tuple[str, float, float, float, float]]:
    """Text, left, right, bottom, top of the ink of all that is written, in points."""
    renderer = FigureCanvasAgg(sheet.drawing).get_renderer()
    for text in sheet.texts():
        box = text.get_window_extent(renderer)
        baseline = sheet.axes.transData.transform((0, text.get_position()[1]))[1]
        size = text.get_fontsize()
        yield text.get_text(), box.x0, box.x1, baseline - 0.22 * size, baseline + 0.72 * size


@every_figure
@pytest.mark.parametrize("long", [False, True])
def test_no_text_overlaps_or_leaves_the_sheet(name: str, long: bool, sheets: list[Sheet]) -> None:
    drawn(
        name,
        title="Projektledernes opbakning er faldet på fire af fem spørgsmål, bestyrelsernes ikke"
        * (1 + long),
    )
    (sheet,) = sheets
    height = sheet.drawing.get_size_inches()[1] * 72
    placed = list(boxes(sheet))
    for content, left, right, bottom, top in placed:
        assert -0.5 <= left <= right <= WIDTH + 0.5, content
        assert 0 <= bottom < top <= height, content
    for (one, l1, r1, b1, t1), (two, l2, r2, b2, t2) in combinations(placed, 2):
        assert min(r1, r2) - max(l1, l2) < 0.1 or min(t1, t2) - max(b1, b2) < 0.1, (one, two)


@every_figure
def test_no_text_is_smaller_than_nine_points(name: str, sheets: list[Sheet]) -> None:
    drawn(name)
    assert min(text.get_fontsize() for text in sheets[0].texts()) >= 9


@every_figure
def test_the_same_input_gives_the_same_bytes_and_changes_nothing(name: str) -> None:
    rows, settings = copy.deepcopy(FIGURES[name][1]), dict(rcParams)
    assert drawn(name) == drawn(name)
    assert FIGURES[name][1] == rows
    assert dict(rcParams) == settings


@every_figure
@pytest.mark.parametrize("text", ["title", "caption", "label"])
def test_a_missing_text_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"must not be empty|a label is"):
        drawn(name, **{text: ""})


@every_figure
def test_an_empty_input_is_refused_clearly(name: str) -> None:
    with pytest.raises(ValueError, match="at least one"):
        drawn(name, rows=[])


@every_figure
def test_the_picture_is_self_contained_named_and_without_style_or_metadata(name: str) -> None:
    root = ET.fromstring(drawn(name).svg)
    tags = {part.tag.rpartition("}")[2] for part in root.iter()}
    assert not tags & {"metadata", "style", "text", "image", "script"}
    assert not any("style" in part.attrib for part in root.iter())
    names = [part.attrib["id"] for part in root.iter() if "id" in part.attrib]
    assert len(names) == len(set(names))
    assert all(each.startswith(f"fig-{name}-") for each in names)
    links = {
        value.rpartition("#")[2]
        for part in root.iter()
        for key, value in part.attrib.items()
        if "href" in key
    }
    assert links <= set(names)
    assert root.get("aria-labelledby") in names
    assert root[0].text == "Opbakningen er faldet"


@every_figure
def test_markup_in_names_is_shown_not_obeyed(name: str) -> None:
    figure = drawn(name, title="<b>a | b</b> & $x_1$")
    assert "<b>" not in figure.svg
    assert ET.fromstring(figure.svg)[0].text == "<b>a | b</b> & $x_1$"


@every_figure
def test_the_footer_stands_in_the_picture_only_when_given(name: str, sheets: list[Sheet]) -> None:
    drawn(name)
    drawn(name, footer=None)
    written = [[text.get_text() for text in sheet.texts()] for sheet in sheets]
    assert FOOTER in written[0]
    assert FOOTER not in written[1]


@pytest.mark.parametrize(("name", "said"), [
    ("likert", "Bestyrelsesmedlemmer 2018: 68\xa0% positive svar, ved ikke 14\xa0% (n = 318); "),
    ("likert", "Projektledere 2020: 68\xa0% positive svar, ved ikke < 5 svar (n = 61)."),
    ("forest", "Projektledere 2018 76\xa0%, 2020 68\xa0%, forskel −15 (−26 til −3), n = 122."),
    ("flow", "Bestyrelsesmedlemmer 2018: 1.412 spurgt, 318 svaret (23\xa0%), 301 indgår (21\xa0%)."),
    ("effects", f"{ITEMS[2]}: 80\xa0% (76 til 84), n = 349, ● a."),
    ("effects", "for få svar i den ene gruppe, ○ kan ikke afprøves."),
    ("strips", ("3.2 ● ændring, D1+D2+D3+D4+D5, Projektledere, 2018–2020: 2 af 4 kombinationer giver samme dom; "
               "estimater fra −15 til −8, det registrerede −15.")),
])  # fmt: skip
def test_alt_text_carries_the_numbers(name: str, said: str) -> None:
    figure = drawn(name)
    assert said in figure.alt
    assert figure.alt.startswith("Opbakningen er faldet. ")


def test_the_data_of_answers_have_a_column_for_each_published_piece() -> None:
    data = drawn("likert").data
    first = dict(zip(data.columns, data.rows[0], strict=True))
    third = dict(zip(data.columns, data.rows[2], strict=True))
    assert first["helt enig"] == 27
    assert first["overvejende enig + helt enig"] is None
    assert third["helt enig"] is None
    assert third["overvejende enig + helt enig"] == 68
    assert (first["Ved ikke"], third["Ved ikke"]) == (14, "< 5 svar")
    assert first["Fuld ordlyd"] == f"Fuld ordlyd: {ITEMS[0]}"


def test_the_data_of_a_forest_are_whole_points() -> None:
    data = drawn("forest").data
    assert data.columns[-4:] == ("Ændring 2018–2020", "Nedre grænse", "Øvre grænse", "n")
    assert data.rows[0][-4:] == (-15, -26, -3, 122)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("name", "made"), [("likert", answers), ("forest", changes)])
def test_any_number_of_groups_and_waves_can_be_drawn(
    name: str, made: Callable[..., list[Any]], size: int, sheets: list[Sheet]
) -> None:
    figure = drawn(name, rows=made(size, size, ITEMS[:1]))
    assert len(figure.data.rows) == (size * size if name == "likert" else size)
    placed = list(boxes(sheets[0]))
    for (one, l1, r1, b1, t1), (two, l2, r2, b2, t2) in combinations(placed, 2):
        assert min(r1, r2) - max(l1, l2) < 0.1 or min(t1, t2) - max(b1, b2) < 0.1, (one, two)


@pytest.mark.parametrize("name", ["likert", "forest", "flow"])
def test_a_group_keeps_its_look_when_it_stands_alone(name: str, sheets: list[Sheet]) -> None:
    rows = [row for row in FIGURES[name][1] if row.group == "Projektledere"]
    drawn(name, rows=rows, groups=("Bestyrelsesmedlemmer", "Projektledere"), waves=("2018", "2020"))
    shapes = {(line.get_marker(), line.get_markeredgecolor()) for line in sheets[0].axes.lines}
    assert (GROUPS[1].marker, GROUPS[1].colour) in shapes
    assert (GROUPS[0].marker, GROUPS[0].colour) not in shapes


@pytest.mark.parametrize("name", ["likert", "forest", "flow"])
def test_an_unknown_group_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="unknown group: Projektledere; known: Bestyrelsesmedlemmer"):
        drawn(name, groups=("Bestyrelsesmedlemmer",))


def test_more_groups_than_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="looks for 6 groups, found group number 7"):
        group_style(6)


def test_segments_must_cover_the_scale_and_add_up() -> None:
    row = answers(1, 1, ITEMS[:1])[0]
    short = LikertRow(label="a", wording="", group="g", wave="w", shares=row.shares[1:])
    with pytest.raises(
        ValueError, match=re.escape("the segments cover [2, 3, 4, 5], the scale is [1, 2, 3, 4, 5]")
    ):
        drawn("likert", rows=[short])
    half = LikertRow(
        label="a", wording="", group="g", wave="w", shares=(Segment((1, 2, 3, 4, 5), Share(0.5)),)
    )
    with pytest.raises(ValueError, match=r"add up to 0\.50"):
        drawn("likert", rows=[half])


def test_bounds_and_suppressed_rows_say_so(sheets: list[Sheet]) -> None:
    bounded = (Segment((1, 2, 3), Share(0.05, "at_most")), Segment((4, 5), Share(0.95, "at_least")))
    names = {"label": "a", "wording": "", "group": "g"}
    rows = [
        LikertRow(**names, wave="1", shares=bounded, positive=Share(0.95, "at_least"), n=61),
        LikertRow(**names, wave="2", shares=(), note="vises ikke, fordi der er for få svar til at vise dem"),
    ]
    figure = drawn("likert", rows=rows)
    written = " ".join(text.get_text() for text in sheets[0].texts())
    assert "≥\xa095" in written
    assert "≤\xa05" not in written
    assert "er grænser" in written
    assert "fordi der er for få svar til at vise dem" in written
    assert "g 1: ≥\xa095\xa0% positive svar (n = 61); g 2: vises ikke, fordi" in figure.alt
    cells = dict(zip(figure.data.columns, figure.data.rows[0], strict=True))
    assert (cells["overvejende enig + helt enig"], cells["Positive svar"]) == ("≥\xa095", "≥\xa095")


def test_the_picture_tells_no_more_than_whole_percent() -> None:
    rough, exact = answers(1, 1, ITEMS[:1])[0], answers(1, 1, ITEMS[:1])[0]
    finer = tuple(Segment(part.levels, Share(part.share.value + 0.001)) for part in rough.shares)
    other = LikertRow(**{**vars(rough), "shares": finer})
    assert drawn("likert", rows=[other]).svg == drawn("likert", rows=[exact]).svg
    assert drawn("forest", rows=[forest_row(0.1512)]).svg == drawn("forest", rows=[forest_row(0.1488)]).svg


def forest_row(value: float) -> ForestRow:
    estimate = Estimate(value, value - 0.1, value + 0.1)
    return ForestRow.gap(
        label="a", wave="2020", shares={"g": Share(0.6), "h": Share(0.45)}, estimate=estimate
    )


def test_a_gap_has_the_groups_as_marks_and_a_diamond_of_its_own(sheets: list[Sheet]) -> None:
    figure = drawn("forest", rows=[forest_row(0.15)], quantity="Forskel")
    assert "a: g 2020 60\xa0%, h 2020 45\xa0%, forskel +15 (+5 til +25), n = 349." in figure.alt
    assert ("D", INK) in {(line.get_marker(), line.get_markeredgecolor()) for line in sheets[0].axes.lines}


def test_a_missing_estimate_shows_its_note_and_no_base() -> None:
    missing = Estimate(math.nan, math.nan, math.nan, n=8)
    row = ForestRow(
        label="a", marks=(Mark(group="g", wave="w", share=Share(0.5)),), estimate=missing, note="for få svar"
    )
    figure = drawn("forest", rows=[row, forest_row(0.15)], quantity="Forskel")
    assert "a: g w 50\xa0%, for få svar; " in figure.alt
    assert figure.data.rows[0][-4:] == ("for få svar", None, None, None)


def test_an_interval_without_end_is_drawn_to_the_edge_of_what_is_possible() -> None:
    row = ForestRow(label="a", marks=(), estimate=Estimate(0.1, -math.inf, math.inf))
    assert "forskel +10 (−100 til +100)" in drawn("forest", rows=[row]).alt


@pytest.mark.parametrize("name", ["forest", "effects", "strips"])
def test_a_scale_that_would_cut_something_off_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"the scale \(-0.1, 0.1\) does not hold everything from -0"):
        drawn(name, span=(-0.1, 0.1))


def test_full_wordings_appear_when_a_pointer_rests_on_an_item() -> None:
    titles = [part.text for part in ET.fromstring(drawn("likert").svg).iter() if part.tag.endswith("title")]
    assert f"Fuld ordlyd: {ITEMS[0]}" in titles


def test_counts_of_a_flow_must_not_grow() -> None:
    with pytest.raises(ValueError, match=r"used <= answered <= asked, found 9, 8, 10"):
        FlowRow(group="g", wave="w", asked=10, answered=8, used=9)


def test_a_small_effect_is_named_and_takes_the_colour_of_its_text() -> None:
    small = mini_effect(Estimate(-0.148, -0.262, 0.9), sesoi=0.1, language="en", name="<Change>", span=0.5)
    root = ET.fromstring(small)
    assert root[0].text == "<Change>: −15 (−26 to +90)."
    assert root.get("aria-label") == root[0].text
    assert "style" not in small
    assert "id=" not in small
    # The scale runs from -.5 to .5 over 3..157, so -.15 stands at 3 + .35 * 154.
    (dot,) = [part for part in root if part.tag == "circle"]
    assert dot.get("cx") == "56.9"
    # The upper end lies outside and becomes an arrow.
    assert len([part for part in root if part.tag == "path"]) == 1


def test_a_small_effect_without_estimate_says_so() -> None:
    small = mini_effect(None, sesoi=0.1, language="en", name="Change")
    assert "Change: not shown." in small
    assert "<circle" not in small
    with pytest.raises(ValueError, match="needs a name"):
        mini_effect(None, sesoi=0.1, language="en", name="")


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Share(share)


def test_a_suppressed_share_carries_no_value() -> None:
    assert Share.few("en", 5).written("en") == "< 5 answers"
    with pytest.raises(ValueError, match="must not carry a value"):
        Share(0.02, "suppressed")


def test_a_word_wider_than_its_room_is_divided() -> None:
    lines = wrapped("Bestyrelsesmedlemmer i alt", 50.0)
    assert len(lines) > 2
    assert lines[0].endswith("-")
    assert all(width_of(line) <= 50.0 for line in lines)


# Ratios as WCAG 2.2 defines them; 7.5, 5.0 and 6.0 were measured when the colours were chosen.
def test_colours_can_be_read() -> None:
    assert round(contrast(GROUPS[0].colour, PAPER), 1) == 7.5
    assert round(contrast(GROUPS[1].colour, PAPER), 1) == 5.0
    assert round(contrast(QUIET, PAPER), 1) == 6.0
    assert all(contrast(look.colour, PAPER) >= 4.5 for look in GROUPS)
    assert len({look.marker for look in GROUPS}) == len({look.colour for look in GROUPS}) == 6


@pytest.mark.parametrize("count", range(2, 8))
def test_a_share_inside_a_bar_can_be_read_whatever_was_merged(count: int) -> None:
    colours = answer_colours(count)
    assert (colours[0], colours[-1]) == (DIVERGING[0], DIVERGING[-1])
    for first, last in combinations(range(count + 1), 2):
        fill = mixed(colours[first:last])
        assert contrast(readable_on(fill), fill) >= 4.5


def test_waves_go_from_hollow_to_solid_in_steps() -> None:
    fills = [wave_fill(place, 4, INK) for place in range(4)]
    assert (fills[0], fills[-1]) == (PAPER, INK)
    assert sorted(fills, key=lambda fill: contrast(fill, PAPER)) == fills
    assert len(set(fills)) == 4
    assert wave_fill(0, 1, INK) == INK
    with pytest.raises(ValueError, match="between 0 and 1, found 2"):
        wave_fill(2, 2, INK)
