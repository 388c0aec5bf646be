"""Published surveys: what is read, what is refused, and how figures stand beside each other."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from entydig.errors import DataError, UsageError
from entydig.project.public import Comparison, PublicData, open_public
from entydig.survey.published import Published, design, read_published

COUNTS = "answer,group,Freq\nno,b,1\nyes,b,2\nno,a,3\n"
FIGURES = """survey,quantity,kind,value,digits,source,place,da,en
opinion,share,published,0.33,2,key,page 1,andel positive,share positive
opinion,people,published,6,0,key,page 1,personer,people
other,share,published,0.34,2,key,page 2,andel positive,share positive
"""
LEVELS = {"answer": ["no", "yes"], "group": ["b", "a"]}


def entry(name: str, content: str) -> dict[str, Any]:
    fields = [
        {"name": column, "constraints": {"enum": levels} if (levels := LEVELS.get(column)) else {}}
        for column in content.split("\n", maxsplit=1)[0].split(",")
    ]
    told = {"title": {"da": f"Om {name}", "en": f"On {name}"}, "short": {"da": name.title(), "en": name}}
    return {
        "name": name,
        "path": f"{name}.csv",
        "hash": f"sha256:{hashlib.sha256(content.encode()).hexdigest()}",
        "schema": {"fields": fields},
        "entydig": {**told, "source": {"da": "Kilde", "en": "Source"}},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"opinion": COUNTS, "other": COUNTS, "validation": FIGURES}
    made = tmp_path / "data" / "public"
    made.mkdir(parents=True)
    for name, content in files.items():
        (made / f"{name}.csv").write_text(content, encoding="utf-8", newline="\n")
    descriptor = {
        "entydig": {"data": "public"},
        "resources": [entry(name, content) for name, content in files.items()],
    }
    (made / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return made


@pytest.fixture
def danish(folder: Path) -> PublicData:
    return PublicData(read_published(folder), "da")


def test_a_table_of_counts_becomes_a_row_for_each_person(folder: Path) -> None:
    people = read_published(folder).people("opinion")

    assert people.to_dict("list") == {
        "answer": ["no", "yes", "yes", "no", "no", "no"],
        "group": ["b", "b", "b", "a", "a", "a"],
    }
    assert list(people["group"].cat.categories) == ["b", "a"]


@pytest.mark.parametrize(
    ("positive", "value"),
    [((), [0, 1, 1, 0, 0, 0]), (("no",), [1, 0, 0, 1, 1, 1])],
    ids=["codes", "positive"],
)
def test_an_item_is_given_as_the_estimators_take_it(
    folder: Path, positive: tuple[str, ...], value: list[int]
) -> None:
    answers = read_published(folder).answers("opinion", "answer", positive=positive, group="group")

    assert answers["value"].tolist() == value
    assert answers["group"].tolist() == ["b", "b", "b", "a", "a", "a"]


def test_a_changed_file_is_refused_by_name(folder: Path) -> None:
    (folder / "opinion.csv").write_text(COUNTS.replace("3", "4"), encoding="utf-8")

    with pytest.raises(DataError, match=r"opinion\.csv"):
        read_published(folder)


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_other_data_are_refused(folder: Path, data: str) -> None:
    path = folder / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"public"', f'"{data}"'), encoding="utf-8")

    with pytest.raises(DataError, match="not marked as public"):
        read_published(folder)


def test_a_folder_without_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"datapackage\.json"):
        read_published(tmp_path)


@pytest.mark.parametrize("name", ["nothing", "validation"])
def test_what_is_no_survey_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="opinion, other"):
        read_published(folder).counts(name)


def test_a_language_without_titles_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTYDIG_PROJECT", str(folder.parents[1]))

    assert open_public("da").surveys == ("opinion", "other")
    with pytest.raises(UsageError, match="da, en"):
        open_public("sv")


def test_a_figure_without_a_number_of_ours_is_refused(danish: PublicData) -> None:
    with pytest.raises(UsageError, match="opinion: people"):
        danish.compare("published", {"opinion": {"share": 1 / 3}})


@pytest.mark.parametrize(("kind", "survey"), [("r", "opinion"), ("published", "elsewhere")])
def test_a_survey_without_figures_is_refused(danish: PublicData, kind: str, survey: str) -> None:
    with pytest.raises(UsageError, match=f"none of {survey}"):
        danish.compare(kind, {survey: {"share": 1 / 3}})


def test_figures_stand_beside_ours_and_a_cross_marks_what_rounding_does_not_explain(
    danish: PublicData,
) -> None:
    found = danish.compare("published", {"opinion": {"share": 0.3362, "people": 6, "unused": 1}})

    assert (found.agreeing, found.count, found.departing) == ("1", "2", "Andel positive")
    assert found.table(label="tbl-a", caption="c").data.rows == (
        ("Andel positive", "0,33", "0,34", "+0,0062 ✕"),
        ("Personer", "6", "6", "0"),
    )


def test_several_surveys_are_named(danish: PublicData) -> None:
    found = danish.compare("published", {"opinion": {"share": 1 / 3, "people": 6}, "other": {"share": 1 / 3}})

    assert found.departing == "Other – andel positive"
    assert [row[0] for row in found.table(label="tbl-a", caption="c").data.rows] == [
        "Opinion – andel positive",
        "Opinion – personer",
        "Other – andel positive",
    ]


@pytest.mark.parametrize(("ours", "decimals"), [(0.25, "12"), (0.25004, "4"), (0.2499951, "5"), (9.25, "0")])
def test_the_decimals_agreed_on_are_those_of_the_worst_figure(ours: float, decimals: str) -> None:
    rows = pd.DataFrame({"what": ["a", "b"], "theirs": [0.25, 1.0], "digits": [2, 2], "ours": [ours, 1.0]})

    assert Comparison(rows, "r", "en").decimals == decimals


@pytest.mark.parametrize(("ours", "agreeing"), [(0.255, "1"), (0.2551, "0"), (0.245, "1"), (0.2449, "0")])
def test_half_a_unit_of_the_last_decimal_still_agrees(ours: float, agreeing: str) -> None:
    rows = pd.DataFrame({"what": ["a"], "theirs": [0.25], "digits": [2], "ours": [ours]})

    assert Comparison(rows, "published", "en").agreeing == agreeing


def test_products_of_factors_leave_out_the_first_levels() -> None:
    frame = pd.DataFrame(
        {"A": pd.Categorical(["x", "y", "z"]), "B": pd.Categorical(["u", "v", "v"], ["u", "v"])}
    )

    found = design(frame, "B", "A:B")

    assert found.to_dict("list") == {"B v": [0, 1, 1], "A y:B v": [0, 1, 0], "A z:B v": [0, 0, 1]}
    assert design(frame).shape == (3, 0)


def test_reading_gives_surveys_that_cannot_be_exchanged(folder: Path) -> None:
    found: Published = read_published(folder)

    with pytest.raises(TypeError):
        found.resources["opinion"] = {}  # type: ignore[index]
