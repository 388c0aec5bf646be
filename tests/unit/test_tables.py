"""Tables from data frames."""

from __future__ import annotations

import pandas as pd
import pytest

from entydig.presentation import table
from entydig.wording import percent

FRAME = pd.DataFrame({"item": ["a", "b"], "n": [1234, 5], "share": [0.625, float("nan")]})


def test_cells_are_written_in_the_language_and_missing_ones_are_dashes() -> None:
    made = table(
        FRAME,
        caption="C",
        label="tbl-a",
        language="da",
        formats={"share": lambda share: percent(share, "da")},
        headings={"item": "Spørgsmål", "share": "Andel"},
    )
    assert made.data.columns == ("Spørgsmål", "n", "Andel")
    assert made.data.rows == (("a", "1.234", "62\xa0%"), ("b", "5", None))
    assert made.markdown.splitlines()[-1] == "| b | 5 | – |"
    assert made.numeric == {"n", "Andel"}


def test_fractions_without_a_format_are_refused() -> None:
    with pytest.raises(ValueError, match="no format for share"):
        table(FRAME, caption="C", label="tbl-a", language="da")


@pytest.mark.parametrize("names", [{"formats": {"shares": str}}, {"headings": {"shares": "S"}}])
def test_an_unknown_column_is_named(names: dict[str, dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="no such column: shares; the frame has item, n, share"):
        table(FRAME, caption="C", label="tbl-a", language="da", **names)


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        table(FRAME.head(0), caption="C", label="tbl-a", language="da")


def test_the_frame_is_not_changed() -> None:
    before = FRAME.copy()
    table(FRAME, caption="C", label="tbl-a", language="en", formats={"share": str})
    pd.testing.assert_frame_equal(FRAME, before)


def test_text_true_and_false_are_written_as_they_are() -> None:
    made = table(pd.DataFrame({"a": ["x"], "b": [True]}), caption="C", label="tbl-a", language="en")
    assert made.data.rows == (("x", "True"),)
