"""Samples: the same answers as columns and as a table."""

import numpy as np
import pandas as pd
import pytest

from entydig.statistics import linear
from entydig.survey.sample import Columns, Sample

SHEETS = pd.DataFrame(
    {
        "respondent": ["r1", "r2", "r3", "r4"],
        "wave": [1, 1, 2, 2],
        "group": ["a", "b", "a", "b"],
        "cluster": ["c1", "c2", None, "c2"],
        "q": pd.array([1, None, 2, 8], dtype="Int16"),
    }
)


def test_missing_numbers_are_nan_and_missing_texts_are_none():
    columns = Columns(SHEETS)

    assert np.isnan(columns["q"][1]) and columns["q"].dtype == np.float64
    assert columns["cluster"][2] is None
    assert columns["q"] is columns["q"]  # made once


def test_a_sample_has_the_columns_of_its_sheets_and_its_own_values():
    sample = Sample(Columns(SHEETS), np.array([0, 3]), np.array([1.0, 0.0]))

    assert list(sample) == ["value", "respondent", "wave", "group", "cluster"]
    assert sample.n == 2
    assert sample["group"].tolist() == ["a", "b"]
    assert "panel" not in sample
    with pytest.raises(KeyError):
        sample["panel"]


def test_a_table_of_it_gives_the_same_estimate():
    sheets = pd.concat(
        [SHEETS.assign(wave=1, cluster=f"c{number}") for number in range(4)], ignore_index=True
    )
    sample = Sample(Columns(sheets), np.arange(16), np.arange(16) % 3 / 2)

    left, right = linear.gap(sample, ("a", "b")), linear.gap(sample.frame(), ("a", "b"))

    assert left == right
    assert (right.n, right.clusters) == (16, 4)


def test_replaced_columns_stand_in_the_table_too():
    sample = Sample(Columns(SHEETS), np.array([0, 3]), np.array([1.0, 0.0]), {"weight": np.array([2.0, 3.0])})

    assert sample.frame()["weight"].tolist() == [2.0, 3.0]
    assert sample["weight"].tolist() == [2.0, 3.0]


def test_joined_samples_are_groups_of_their_own():
    columns = Columns(SHEETS)
    one, other = (
        Sample(columns, np.array([0]), np.array([1.0])),
        Sample(columns, np.array([1, 3]), np.array([0.0, 1.0])),
    )
    elsewhere = Sample(Columns(SHEETS), np.array([1, 3]), np.array([0.0, 1.0]))

    for second in (other, elsewhere):
        joined = Sample.joined({"first": one, "second": second})
        assert joined["group"].tolist() == ["first", "second", "second"]
        assert joined["value"].tolist() == [1.0, 0.0, 1.0]
        assert joined["cluster"].tolist() == ["c1", "c2", "c2"]
