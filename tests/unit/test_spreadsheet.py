"""Files of published numbers, for spreadsheets and for pandas."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from entydig.publishing.spreadsheet import sheet


def rows(content: str) -> list[str]:
    return content.lstrip("\ufeff").splitlines()


def test_a_danish_file_has_semicolons_and_an_english_one_commas() -> None:
    assert rows(sheet(["a", "b"], [["x", 1]], "da")) == ["a;b", "x;1"]
    assert rows(sheet(["a", "b"], [["x", 1]], "en")) == ["a,b", "x,1"]


@pytest.mark.parametrize(
    ("cell", "language", "written"),
    [
        ("−14,8", "da", "-14,8"),
        ("+14,8", "da", "+14,8"),
        ("1.034", "da", "1034"),
        ("−1,234.5", "en", "-1234.5"),
        ("3.1", "da", "3.1"),  # a claim, no number of Danish
        ("62\u00a0%", "da", "62\u00a0%"),
        ("−21 til −8", "da", "−21 til −8"),
        ("", "da", ""),
        (None, "da", ""),
    ],
)
def test_a_number_is_written_as_published_with_an_ordinary_minus_and_no_marks_between_thousands(
    cell: str | None, language: str, written: str
) -> None:
    assert (
        rows(sheet(["a", "b"], [["x", cell]], language))[1].split(";" if language == "da" else ",")[1]
        == written
    )


@pytest.mark.parametrize("cell", ["=1+1", "+3 til +9", "-x", "@SUM(A1)", "\tx", "=HYPERLINK(0)"])
def test_a_text_that_a_spreadsheet_would_compute_begins_with_an_apostrophe(cell: str) -> None:
    written = pd.read_csv(io.StringIO(sheet(["a"], [[cell]], "da")), sep=";")["a"][0]
    assert written == f"'{cell}"
    assert written.removeprefix("'") == cell


def test_a_heading_is_guarded_too() -> None:
    assert rows(sheet(["=a"], [], "en")) == ["'=a"]


@pytest.mark.parametrize(
    ("language", "options", "cells"),
    [("da", {"sep": ";", "decimal": ","}, ["+1.034", "−0,5"]), ("en", {}, ["+1,034", "−0.5"])],
)
def test_pandas_reads_numbers_as_numbers(language: str, options: dict[str, str], cells: list[str]) -> None:
    made = sheet(["said", "value"], [['a; b, "c"', cells[0]], ["d", cells[1]], ["e", None]], language)
    read = pd.read_csv(io.BytesIO(made.encode()), **options)  # type: ignore[call-overload]
    assert list(read.columns) == ["said", "value"]
    assert read["said"][0] == 'a; b, "c"'
    assert list(read["value"][:2]) == [1034.0, -0.5]
    assert pd.isna(read["value"][2])
