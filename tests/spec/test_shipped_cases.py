"""The shipped case material: remade byte for byte, marked as made up, and without anybody's name in it."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from entydig.cases.corpus import Corpus
from entydig.cases.generator import write_cases
from entydig.cases.material import Material, read_material
from entydig.project import Evaluation, read_evaluation
from entydig.project.evaluation import draw_cases

ROOT = Path(__file__).parents[2]
CASES = ROOT / "data" / "cases"
LISTS = ROOT / "data" / "public" / "official-lists"
# CPR numbers, e-mail, telephone numbers, addresses on the web: nothing of the kind belongs into an interview.
IDENTIFYING = re.compile(r"\b\d{6}-?\d{4}\b|\S+@\S+|(?:\b\d{2}[ .]?){4}\b|https?://|www\.")


@cache
def evaluation() -> Evaluation:
    return read_evaluation(ROOT)


@cache
def material() -> Material:
    found = evaluation().material
    assert found is not None
    return found


def drawn(**options: list[str]) -> dict[str, Corpus]:
    return draw_cases(ROOT, "announced", **options)[0]


def test_the_files_are_remade_byte_for_byte(tmp_path: Path) -> None:
    made = write_cases(tmp_path, *draw_cases(ROOT, "announced"))

    assert [path.name for path in made if path.read_bytes() != (CASES / path.name).read_bytes()] == []


def test_every_text_says_in_its_first_line_that_it_was_made_up() -> None:
    notice = material().register.notice["da"]

    assert all(source.synthetic for source in material().corpus.sources)
    assert all(source.text.splitlines()[0] == notice for source in material().corpus.sources)


def test_each_place_has_what_is_registered() -> None:
    for place in material().register.places:
        mine = [source for source in material().corpus.sources if source.case == place]
        levels = [source.level for source in mine if source.kind == "interview"]
        assert sorted(levels) == sorted(2 * list(material().register.levels))
        assert [source.kind for source in mine].count("observation") == 1
        assert [source.kind for source in mine].count("document") >= 1


def test_every_claim_is_spoken_of_and_every_passage_has_its_translation() -> None:
    corpus = material().corpus
    spoken = {segment.claim for segment in corpus.segments} - {None}
    quoted = [segment for segment in corpus.segments if segment.claim]

    assert spoken == {claim.id for claim in evaluation().register.claims.values() if claim.evidence != "text"}
    assert {material().words(segment, "en")[1] for segment in quoted} == {"en"}


def names() -> set[str]:
    """The areas and municipalities of the official lists, as far as they are names and not everyday words."""
    found = set()
    for file in LISTS.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found |= {row.get("area", ""), row.get("municipality", "")}
    parts = {part for name in found for part in re.split(r"[/ ]", name)}
    return {name for name in parts if len(name) > 4 and name[0].isupper()} - {"Unknown"}


def test_no_text_and_no_context_names_a_real_place_or_anybody() -> None:
    register = material().register
    texts = [source.text for source in material().corpus.sources]
    texts += [text for place in register.places.values() for text in place.about.values()]
    texts += [text for each in material().translations.values() for text in each.values()]
    real = names()

    assert {"Vollsmose", "Odense"} <= real
    for text in texts:
        assert not set(re.findall(r"\w+", text)) & real
        assert not IDENTIFYING.search(text)


@pytest.mark.parametrize(
    "word", ["ghetto", "indvandrer", "flygtning", "etnisk", "muslim", "udlænding", "nydansk"]
)
def test_nobody_is_spoken_of_by_origin(word: str) -> None:
    assert not [source.id for source in material().corpus.sources if word in source.text.lower()]


def test_a_turned_place_says_the_opposite_and_the_others_the_same() -> None:
    plain, turned = drawn(), drawn(turned=["Y"])
    opposite = {"+": "-", "-": "+", "+-": "+-"}

    def stances(corpus: Corpus, place: str) -> list[str]:
        return [
            f"{each.source} {each.claim} {each.coder} {opposite[each.stance] if place == 'Y' else each.stance}"
            for each in corpus.segments
            if each.stance
        ]

    for place in "XZ":
        assert stances(plain[place], place) == stances(turned[place], place)
    # The coders' errors are drawn alike; an error may land on either of two other stances.
    same = set(stances(plain["Y"], "Y")) & {
        f"{each.source} {each.claim} {each.coder} {each.stance}"
        for each in turned["Y"].segments
        if each.stance
    }
    assert len(same) / len(set(stances(plain["Y"], "Y"))) > 0.85


def test_material_of_a_folder_is_what_its_files_say(tmp_path: Path) -> None:
    write_cases(tmp_path, *draw_cases(ROOT, "null"))
    (tmp_path / "cases.yml").write_bytes((CASES / "cases.yml").read_bytes())

    found = read_material(tmp_path, ("da", "en"), evaluation().register.claims)

    assert found.corpus.cases == material().corpus.cases
    assert found.corpus.segments != material().corpus.segments
