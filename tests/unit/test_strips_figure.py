"""The figure of claims under all combinations of decisions: what it draws, tells and refuses."""

import math
from dataclasses import replace

import pytest

from entydig.presentation import compose
from entydig.presentation.sheet import Sheet
from entydig.presentation.strips import StripPoint, StripRow, strips

TEXTS = {"title": "Four claims.", "caption": "Strips.", "label": "fig-strips", "language": "en"}


def point(value, agrees=True, **other):
    return StripPoint(value=value, agrees=agrees, **other)


# Of five combinations three give 12 points (one of them with another verdict), one 13, one cannot be shown.
ROW = StripRow(
    label="3.1 ●",
    about="gap, D5",
    points=(
        point(0.12, registered=True),
        point(0.1249),
        point(0.1151, agrees=False),
        point(0.1251),
        point(math.nan, agrees=False),
    ),
)
EMPTY = StripRow(label="3.4 ○", about="share, E5", points=(), note="not testable under any combination")


@pytest.fixture
def written(monkeypatch):
    """All that is written on the last sheet."""
    sheets = []

    class Kept(Sheet):
        def __init__(self):
            super().__init__()
            sheets.append(self)

    monkeypatch.setattr(compose, "Sheet", Kept)
    return lambda: " ".join(text.get_text() for text in sheets[-1].texts())


def test_combinations_are_gathered_in_whole_points_by_verdict():
    assert ROW.drawn == {0.12: (2, 1), 0.13: (1, 0)}
    assert (ROW.agreeing, len(ROW.points), ROW.registered) == (3, 5, 0.12)


def test_the_data_are_what_is_drawn():
    figure = strips([ROW, EMPTY], sesoi=0.1, **TEXTS)

    assert figure.data.columns[2:] == (
        "Percentage points from the threshold",
        "Same verdict",
        "Other verdict",
        "Registered",
    )
    assert figure.data.rows == (
        ("3.1 ●", "gap, D5", 12, 2, 1, "yes"),
        ("3.1 ●", "gap, D5", 13, 1, 0, None),
        ("3.4 ○", "share, E5", "not testable under any combination", None, None, None),
    )


def test_the_alt_text_says_how_many_agree_and_between_which_ends():
    figure = strips([ROW, EMPTY], sesoi=0.1, **TEXTS)

    assert "3.1 ● gap, D5: 3 of 5 combinations give the same verdict; estimates from +12 to +13" in figure.alt
    assert "the registered one +12." in figure.alt
    assert "3.4 ○ share, E5: not testable under any combination." in figure.alt


def test_without_a_registered_estimate_none_is_spoken_of():
    row = StripRow(label="3.1 ○", about="gap, D5", points=(point(0.2, agrees=False),))

    assert "estimates from +20 to +20." in strips([row], sesoi=0.1, **TEXTS).alt


def test_a_bound_is_said_to_be_one(written):
    bounded = StripRow(label="2.1 ●", about="share, D1", points=(point(0.28, bounded=True),))

    strips([ROW], sesoi=0.1, **TEXTS)
    assert "bound" not in written()
    strips([bounded], sesoi=0.1, **TEXTS)
    assert "drawn at their bound only" in written()


def test_rows_stand_under_their_section(written):
    strips([replace(ROW, section="3. Value"), replace(EMPTY, section="3. Value")], sesoi=0.1, **TEXTS)

    assert written().count("3. Value") == 1
    assert "3 / 5" in written()
    assert "0 / 0" in written()


def test_danish_texts_are_danish():
    figure = strips([ROW], sesoi=0.1, **(TEXTS | {"language": "da"}))

    assert "3 af 5 kombinationer giver samme dom" in figure.alt
    assert figure.data.columns[3] == "Samme dom"


def test_two_registered_combinations_are_refused():
    with pytest.raises(ValueError, match="at most one registered"):
        StripRow(label="3.1", about="gap", points=(point(0.1, registered=True),) * 2)


def test_without_any_value_the_reason_is_drawn(written):
    strips([EMPTY], sesoi=0.1, **TEXTS)

    assert "not testable under any combination" in written()


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="at least one row"):
        strips([], sesoi=0.1, **TEXTS)
