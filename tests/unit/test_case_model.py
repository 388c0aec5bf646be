"""The model of synthetic interviews: what it draws, and how often each verdict comes out of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from entydig.cases.agreement import agreements, disagreements
from entydig.cases.corpus import STANCES, Code, Corpus, Segment, Source
from entydig.cases.model import CaseModel, chances, read_model
from entydig.cases.passages import read_passages, written
from entydig.cases.register import CaseRegister, Described
from entydig.errors import DataError, UsageError

NAMED = {"en": "x"}
REGISTER = CaseRegister(
    original="en",
    seed=1,
    notice=NAMED,
    places={},
    levels={level: Described(NAMED, NAMED) for level in ("top", "floor")},
    codes={"time": Described(NAMED, NAMED)},
    kinds={},
)
MODEL = """\
seed: 1
coders: [A, B]
interviews: 2
passages: 2
error: {stance: 0, omission: 0}
stances:
- claims: ["1.1"]
  levels: {top: [0.7, 0.2, 0.1], floor: [0.5, 0.25, 0.25]}
worlds:
  plain: {}
  turned: {turned: true}
  flat: {all: [0.4, 0.2, 0.4]}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "synthetic.yml"
    file.write_text(MODEL, encoding="utf-8")
    return file


def certain(*stances: float) -> CaseModel:
    """A model of one claim at three levels that errs never."""
    levels = dict.fromkeys("abc", (stances[0], stances[1], stances[2]))
    return CaseModel(1, ("A", "B"), 2, 2, 0.0, 0.0, {"1.1": levels})


def test_worlds_turn_or_flatten_what_is_written(path: Path) -> None:
    plain, turned, flat = (
        read_model(path, world, REGISTER, ["1.1"]) for world in ("plain", "turned", "flat")
    )

    assert plain.stances["1.1"]["top"] == (0.7, 0.2, 0.1)
    assert turned.stances["1.1"]["top"] == (0.1, 0.2, 0.7)
    assert flat.stances["1.1"] == {"top": (0.4, 0.2, 0.4), "floor": (0.4, 0.2, 0.4)}


def test_an_unknown_world_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match="'other'"):
        read_model(path, "other", REGISTER, ["1.1"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.7, 0.2, 0.1", "0.7, 0.2, 0.2", "sum to 1.1"),
        ('["1.1"]', '["1.1", "1.1"]', "stands twice"),
        ("floor: [", "cellar: [", "cellar"),
        ("omission: 0}", "omission: 2}", "omission"),
    ],
)
def test_a_model_that_is_not_sound_is_refused(path: Path, old: str, new: str, said: str) -> None:
    path.write_text(MODEL.replace(old, new), encoding="utf-8")

    with pytest.raises(DataError, match=said):
        read_model(path, "plain", REGISTER, ["1.1"])


def test_stances_and_errors_come_as_often_as_the_model_says() -> None:
    model = replace(certain(0.6, 0.3, 0.1), stance_error=0.2, omission=0.25)
    rng = np.random.default_rng(3)
    drawn = [model.stance("1.1", "a", rng) for _ in range(20_000)]
    read = [model.read("+", rng) for _ in range(20_000)]

    # Four standard errors of a share of 20,000 draws are .014 at most.
    assert drawn.count("+") / 20_000 == pytest.approx(0.6, abs=0.014)
    assert drawn.count("-") / 20_000 == pytest.approx(0.1, abs=0.009)
    assert read.count(None) / 20_000 == pytest.approx(0.25, abs=0.013)
    assert read.count("-") / 20_000 == pytest.approx(0.75 * 0.2 / 2, abs=0.008)


def test_for_and_against_are_turned_and_conditional_is_not() -> None:
    rng, same = np.random.default_rng(5), np.random.default_rng(5)
    model = certain(0.5, 0.3, 0.2)
    swapped = {"+": "-", "-": "+", "+-": "+-"}

    for _ in range(50):
        assert model.stance("1.1", "a", rng, turned=True) == swapped[model.stance("1.1", "a", same)]


@pytest.mark.parametrize(
    ("stances", "word"),
    [
        # Everybody says the same: nothing varies, alpha is undefined, the code cannot bear.
        ((1.0, 0.0, 0.0), "not testable"),
        ((0.0, 0.0, 1.0), "not testable"),
    ],
)
def test_a_certain_model_gives_one_verdict(stances: tuple[float, float, float], word: str) -> None:
    assert chances(certain(*stances), "1.1", 3, draws=5, seed=1) == {word: 1.0}


def test_chances_of_a_place_agree_with_a_count_by_hand() -> None:
    """One place of two levels with two interviews each, no errors: 3 of 4 interviews or more for, by the binomial.

    With for .8 and against .2 a place confirms when at least as many as twice the opponents are for and no level is
    wholly against: four for (.4096), or three for and one against (.4096).  One place alone never supports a claim,
    so the test asks for two places; both confirm with chance .8192 squared, less the draws in which all eight
    interviews are for (.8 ** 8), where alpha is undefined.
    """
    levels = dict.fromkeys("ab", (0.8, 0.0, 0.2))
    model = CaseModel(1, ("A", "B"), 2, 1, 0.0, 0.0, {"1.1": levels})

    found = chances(model, "1.1", 2, draws=4_000, seed=2)

    assert found["supported"] == pytest.approx(0.8192**2 - 0.8**8, abs=0.032)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9.9,for,top,,a,b", "claim '9.9'"),
        ("1.1,+,top,,a,b", "stance"),
        ("1.1,for,cellar,,a,b", "level 'cellar'"),
        ("1.1,for,top,haste,a,b", "emergent 'haste'"),
        ("1.1,for,top,,,b", "lacks a text"),
        ("1.1,for,top,,{a|b},b", "alternations differ"),
        ("1.1,for,top,,{a|b},{a|b|c}", "alternations differ"),
        ("1.1,for,top,,{a,{a", "closes nothing"),
    ],
)
def test_a_passage_that_is_not_sound_is_named_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "passages.csv"
    file.write_text(f"claim,stance,level,emergent,da,en\n1.1,for,top,time,a,b\n{row}\n", encoding="utf-8")

    with pytest.raises(DataError, match=said) as caught:
        read_passages(file, REGISTER, ("da", "en"), ["1.1"])
    assert "line 3" in str(caught.value)


def test_alternations_are_chosen_alike_in_every_language() -> None:
    texts = {"da": "{en|to|tre} {a|b}", "en": "{one|two|three} {a|b}"}
    number = {"one": "en", "two": "to", "three": "tre"}
    rng = np.random.default_rng(0)
    found = [written(texts, rng) for _ in range(60)]

    assert len({each["en"] for each in found}) == 6
    for each in found:
        word, letter = each["en"].split()
        assert each["da"] == f"{number[word]} {letter}"


def test_agreement_is_that_of_the_passages_with_two_coders() -> None:
    """Four passages in two interviews: +/+, +/-, -/- and one that A alone coded: 2 of 3 agree."""
    codes = tuple(
        Code(f"00000000-0000-4000-8000-{n:012d}", f"1.1 {stance}", "claim", claim="1.1", stance=stance)
        for n, stance in enumerate(STANCES[:2])
    )
    sources = tuple(Source(name, "P", "interview", "top", "abcdefgh") for name in ("i", "j"))
    given = [("i", 0, "+", "+"), ("i", 1, "+", "-"), ("j", 0, "-", "-"), ("j", 1, "+", None)]
    segments = tuple(
        Segment(source, 2 * place, 2 * place + 2, coder, "1.1", "+" if stance == "+" else "-")
        for source, place, *stances in given
        for coder, stance in zip("AB", stances, strict=True)
        if stance
    )
    corpus = Corpus(sources, codes, ("A", "B"), segments)

    found = agreements(corpus, ["1.1", "1.2"], draws=20)

    assert list(found) == ["1.1"]
    assert found["1.1"].coders.percent.value == pytest.approx(2 / 3)
    # 3 of each stance in 6 decisions: alpha = 1 - (1/3) / (18 / 30).
    assert found["1.1"].coders.alpha.value == pytest.approx(1 - (1 / 3) / (18 / 30))
    assert found["1.1"].coders.single == 1
    assert found["1.1"].prevalence == 1.0
    assert found["1.1"].standing == "weak"
    assert disagreements(corpus) == {("+", "+"): 1, ("+", "-"): 1, ("-", "-"): 1}
