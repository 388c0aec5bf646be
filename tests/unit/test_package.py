from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

from entydig.errors import DataError
from entydig.survey.instrument import Instrument, read_instrument
from entydig.survey.package import read_package, write_tables

INSTRUMENT = """
languages: [en]
missing: {dont_know: 8, not_relevant: 9, not_asked: -1}
groups: {pupil: {name: {en: Pupils}}}
waves: {1: {name: {en: one}}, 2: {name: {en: two}}}
scales:
  two: {levels: {1: {en: bad}, 2: {en: good}}, positive: [2], merge: [[1, 2]]}
items:
  kind:
    text: {en: "Kind, of school"}
    classes: {day: {en: day}, night: {en: night}}
    source: roster
    asked: {pupil: [1, 2]}
  q1: {text: {en: One}, scale: two, asked: {pupil: [1, 2]}}
  pick: {text: {en: Choose}, options: {a: {en: a}, b: {en: b}}, asked: {pupil: [2]}}
  said: {text: {en: Say}, free_text: true, asked: {pupil: [1, 2]}}
"""


@pytest.fixture
def instrument(tmp_path: Path) -> Instrument:
    path = tmp_path / "instrument.yml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return read_instrument(path)


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    keys = {"respondent": ["r1", "r2"], "wave": [1, 2], "group": ["pupil", "pupil"]}
    roster = pd.DataFrame({**keys, "cluster": ["c1", "c1"], "kind": ["day", None]})
    answers = pd.DataFrame({**keys, "q1": pd.array([2, None], dtype="Int8")})
    answers = answers.assign(pick_a=[-1, 1], pick_b=[-1, 0], said=[None, 'so, "so" og æ'])
    return {"roster": roster, "answers": answers}


def frictionless_valid(descriptor: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import validate

        return bool(validate(str(descriptor)).valid)


def test_files_are_utf8_with_line_feeds_and_empty_cells(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    write_tables(frames, tmp_path / "out", instrument, {"data": "real"})

    assert (tmp_path / "out/roster.csv").read_bytes() == (
        b"respondent,wave,group,cluster,kind\nr1,1,pupil,c1,day\nr2,2,pupil,c1,\n"
    )
    assert (tmp_path / "out/answers.csv").read_bytes().decode() == (
        "respondent,wave,group,q1,pick_a,pick_b,said\n"
        'r1,1,pupil,2,-1,-1,\nr2,2,pupil,,1,0,"so, ""so"" og æ"\n'
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "answers.csv",
        "datapackage.json",
        "roster.csv",
    ]


def test_the_descriptor_says_what_columns_may_hold(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    path = write_tables(frames, tmp_path / "out", instrument, {"data": "real"})
    resources = {entry["name"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    fields = {field["name"]: field for field in resources["answers"]["schema"]["fields"]}

    assert fields["q1"]["constraints"] == {"enum": [-1, 1, 2, 8, 9]}
    assert fields["pick_b"]["constraints"] == {"enum": [-1, 0, 1]}
    assert fields["wave"]["constraints"] == {"required": True, "enum": [1, 2]}
    assert fields["q1"]["title"] == "One"
    kind = resources["roster"]["schema"]["fields"][4]
    assert kind["constraints"] == {"enum": ["day", "night"]}
    assert resources["answers"]["schema"]["foreignKeys"][0]["reference"]["resource"] == "roster"
    assert all(entry["path"] == f"{name}.csv" for name, entry in resources.items())


def test_hash_and_size_are_those_of_the_files(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    write_tables(frames, tmp_path / "out", instrument, {"data": "synthetic", "world": "plain", "seed": 7})
    package = read_package(tmp_path / "out")
    content = (tmp_path / "out/answers.csv").read_bytes()

    assert package.resources["answers"].sha256 == hashlib.sha256(content).hexdigest()
    assert package.resources["answers"].bytes == len(content)
    assert (package.data, package.world, package.seed) == ("synthetic", "plain", 7)
    assert package.changed() == ()


def test_a_changed_or_missing_file_is_named(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    write_tables(frames, tmp_path / "out", instrument, {"data": "real"})
    package = read_package(tmp_path / "out")
    answers = tmp_path / "out/answers.csv"
    answers.write_bytes(answers.read_bytes().replace(b"r1,1,pupil,2", b"r1,1,pupil,1"))

    assert package.changed() == ("answers",)
    answers.unlink()
    assert package.changed() == ("answers",)


def test_real_data_carry_no_licence_unless_one_is_given(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    path = write_tables(frames, tmp_path / "out", instrument, {"data": "real"})

    content = json.loads(path.read_text(encoding="utf-8"))
    assert "licenses" not in content
    assert "ynthetic" not in content["title"]


def test_frictionless_accepts_the_package_and_refuses_a_code_that_does_not_exist(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame]
) -> None:
    assert frictionless_valid(write_tables(frames, tmp_path / "good", instrument, {"data": "real"}))

    frames["answers"]["q1"] = pd.array([7, 1], dtype="Int8")
    assert not frictionless_valid(write_tables(frames, tmp_path / "bad", instrument, {"data": "real"}))


def test_a_stop_while_writing_leaves_the_old_files(
    tmp_path: Path, instrument: Instrument, frames: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(frames, tmp_path / "out", instrument, {"data": "real"})
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full_disk(self: Path, content: bytes) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    frames["answers"]["q1"] = 1
    with pytest.raises(OSError, match="no space"):
        write_tables(frames, tmp_path / "out", instrument, {"data": "real"})

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        ("{", "cannot be used"),
        ("[]", "cannot be used"),
        ('{"entydig": {"data": "invented"}, "resources": []}', "cannot be used"),
        ('{"entydig": {"data": "real"}, "resources": [{"name": "roster"}]}', "cannot be used"),
    ],
)
def test_a_descriptor_that_cannot_be_used_is_a_data_error(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "datapackage.json").write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_package(tmp_path)
