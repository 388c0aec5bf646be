"""The figure of coverage: what it tells, and what it refuses."""

import pytest

from entydig.presentation.coverage import CoverageRow, coverage

ROWS = [
    CoverageRow(label="1.1 share", covered={"54 clusters": 0.962, "14 clusters": 0.944}),
    CoverageRow(label="2.1 change", covered={"54 clusters": 0.951, "14 clusters": 0.915}),
]
TEXTS = {"title": "Intervals hold.", "caption": "Coverage.", "label": "fig-coverage", "language": "en"}


def test_it_names_what_lies_outside_the_band_and_lists_all_shares():
    figure = coverage(ROWS, nominal=0.95, tolerance=0.02, **TEXTS)

    assert "from 93% to 97%" in figure.alt
    assert "Outside the band at some size: 2.1 change." in figure.alt
    assert figure.data.rows == (("1.1 share", "96.2%", "94.4%"), ("2.1 change", "95.1%", "91.5%"))


def test_nothing_outside_is_not_spoken_of():
    figure = coverage(ROWS[:1], nominal=0.95, tolerance=0.02, **TEXTS)

    assert "Outside" not in figure.alt


def test_danish_texts_are_danish():
    figure = coverage(ROWS, nominal=0.95, tolerance=0.02, **(TEXTS | {"language": "da"}))

    assert "Uden for båndet" in figure.alt
    assert figure.data.rows[0][1] == "96,2\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("rows", [[], [ROWS[0], CoverageRow(label="x", covered={"54 clusters": 0.9})]])
def test_no_rows_or_other_sizes_are_refused(rows):
    with pytest.raises(ValueError, match="same sizes"):
        coverage(rows, nominal=0.95, tolerance=0.02, **TEXTS)
