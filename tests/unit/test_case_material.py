"""The case material of a folder: the register, a project per place, its mixture, its quotations, its translations."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from entydig.cases.coding import read_corpus, write_corpus
from entydig.cases.corpus import Code, Corpus, Segment, Source
from entydig.cases.material import Material, read_material
from entydig.cases.quotations import quotations
from entydig.cases.register import CaseRegister, read_register
from entydig.errors import DataError

LANGUAGES = ("da", "en")
CLAIMS = ("1.1", "1.2")
REGISTER = """\
original: da
seed: 7
notice: {da: Opdigtet, en: Made up}
places:
  P: {name: {da: Sted P, en: Place P}, context: {da: En by., en: A town.}}
  Q: {name: {da: Sted Q, en: Place Q}, context: {da: En ø., en: An island.}}
levels:
  top: {name: {da: Ledelse, en: Management}, who: {da: To chefer., en: Two heads.}}
  floor: {name: {da: Gulvet, en: Floor}, who: {da: To andre., en: Two others.}}
kinds: {interview: {da: Interview, en: Interview}, observation: {da: O, en: O}, document: {da: D, en: D}}
codes:
  time: {name: {da: tid, en: time}, definition: {da: Timer., en: Hours.}}
"""
GUIDS = {
    name: f"00000000-0000-4000-8000-{number:012d}" for number, name in enumerate(["1.1 +", "1.1 -", "tid"])
}
CODES = (
    Code(GUIDS["1.1 +"], "1.1 +", "claim", claim="1.1", stance="+"),
    Code(GUIDS["1.1 -"], "1.1 -", "claim", claim="1.1", stance="-"),
    Code(GUIDS["tid"], "tid", "emergent"),
)


def corpus(place: str, *, level: str = "top", synthetic: bool = True, stances: str = "++ ++") -> Corpus:
    """Two passages of four letters; for each the stances that coders A and B gave."""
    source = Source(f"Interview {place}1", place, "interview", level, "JaJaNejN", synthetic)
    segments = [
        Segment(source.id, 4 * number, 4 * number + 4, coder, "1.1", "+" if stance == "+" else "-")
        for number, pair in enumerate(stances.split())
        for coder, stance in zip("AB", pair, strict=True)
    ]
    return Corpus((source,), CODES, ("A", "B"), tuple(segments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cases.yml").write_text(REGISTER, encoding="utf-8")
    for place in "PQ":
        write_corpus(corpus(place), tmp_path / f"{place}.qdpx", place)
    return tmp_path


def complaint(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_material(folder, LANGUAGES, CLAIMS)
    return str(caught.value)


def test_places_are_read_together_in_the_order_of_the_register(folder: Path) -> None:
    found = read_material(folder, LANGUAGES, CLAIMS)

    assert found.corpus.cases == ("P", "Q")
    assert found.source == "synthetic"


def test_a_project_from_elsewhere_is_of_the_place_its_file_is_named_after(folder: Path) -> None:
    elsewhere = corpus("Elsewhere", level="Gulvet")
    write_corpus(elsewhere, folder / "Q.qdpx", "foreign")

    found = read_material(folder, LANGUAGES, CLAIMS)

    source = found.corpus.by_id["Interview Elsewhere1"]
    assert (source.case, source.level) == ("Q", "floor")


def test_a_missing_project_is_named(folder: Path) -> None:
    (folder / "Q.qdpx").unlink()

    assert "Q.qdpx" in complaint(folder)


def test_a_file_of_another_place_is_refused(folder: Path) -> None:
    shutil.copyfile(folder / "P.qdpx", folder / "Q.qdpx")

    assert "belongs to P" in complaint(folder)


def test_an_unknown_level_is_refused_with_those_there_are(folder: Path) -> None:
    write_corpus(corpus("Q", level="middle"), folder / "Q.qdpx", "q")

    found = complaint(folder)

    assert "'middle'" in found
    assert "top, floor" in found
    assert "Q.codes.yml" in found


def test_an_unknown_claim_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match=r"unknown claim 1\.1"):
        read_material(folder, LANGUAGES, ("9.9",))


def test_real_and_made_up_texts_are_never_mixed(folder: Path) -> None:
    write_corpus(corpus("Q", synthetic=False), folder / "Q.qdpx", "q")

    found = complaint(folder)

    assert "made up (P)" in found


def test_a_scheme_beside_the_project_says_what_its_codes_mean(folder: Path) -> None:
    source = Source("Samtale", "Q", "interview", "top", "JaJaNejN", synthetic=True)
    code = Code("00000000-0000-4000-8000-00000000000a", "God idé", "emergent")
    segments = tuple(Segment("Samtale", 0, 4, coder, emergent=(code.guid,)) for coder in "AB")
    write_corpus(Corpus((source,), (code,), ("A", "B"), segments), folder / "Q.qdpx", "q")
    (folder / "Q.codes.yml").write_text('codes:\n  God idé: {claim: "1.1", stance: "+"}\n', encoding="utf-8")

    found = read_material(folder, LANGUAGES, CLAIMS)

    assert {each.stance for each in found.corpus.segments if each.source == "Samtale"} == {"+"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("original: da", "original: fr", "'fr'"),
        ("en: Place Q", "fr: Endroit Q", "no text in en"),
        ("da: Gulvet", "da: Ledelse", "'ledelse' names two levels"),
        ("seed: 7", "seed: x", "seed"),
    ],
)
def test_a_register_that_is_not_sound_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    (folder / "cases.yml").write_text(REGISTER.replace(old, new), encoding="utf-8")

    assert said in complaint(folder)


def test_words_come_in_another_language_where_somebody_translated_them(folder: Path) -> None:
    (folder / "translations.csv").write_text("da,en\nJaJa,YesYes\n", encoding="utf-8")
    found = read_material(folder, LANGUAGES, CLAIMS)
    first, second = (next(each for each in found.corpus.segments if each.start == start) for start in (0, 4))

    assert found.words(first, "en") == ("YesYes", "en")
    assert found.words(first, "da") == ("JaJa", "da")
    assert found.words(second, "en") == ("NejN", "da")


@pytest.fixture
def register(tmp_path: Path) -> CaseRegister:
    (tmp_path / "cases.yml").write_text(REGISTER, encoding="utf-8")
    return read_register(tmp_path / "cases.yml", LANGUAGES)


@pytest.mark.parametrize(
    ("stances", "quoted"),
    [
        ("++ --", [("+", "JaJa"), ("-", "NejN")]),
        ("+- --", [("-", "NejN")]),
        ("+- -+", []),
    ],
)
def test_only_what_all_coders_read_alike_is_quoted_one_for_and_one_against(
    register: CaseRegister, stances: str, quoted: list[tuple[str, str]]
) -> None:
    found = quotations(Material(register, corpus("P", stances=stances)), "P", "1.1", "da")

    assert [(each.stance, each.words) for each in found] == quoted


def test_which_passage_is_quoted_does_not_hang_on_the_order_of_the_file(register: CaseRegister) -> None:
    one = Material(register, corpus("P"))
    other = replace(one, corpus=replace(one.corpus, segments=one.corpus.segments[::-1]))

    assert quotations(one, "P", "1.1", "da") == quotations(other, "P", "1.1", "da")


def test_what_is_written_is_read_again(folder: Path) -> None:
    assert read_corpus(folder / "P.qdpx") == corpus("P")
