"""The model that synthetic interviews come from: what is said on each claim at each level, and how coders err."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import krippendorff
import numpy as np

from entydig.cases.corpus import Stance
from entydig.cases.register import CaseRegister, schema
from entydig.cases.verdicts import (
    ClaimWord,
    PlaceWord,
    Unit,
    claim_word,
    coder_word,
    majority,
    standing,
)
from entydig.errors import Problem, Problems, UsageError
from entydig.survey.document import read_document

__all__ = ["MODEL", "CaseModel", "chances", "read_model"]

MODEL = "synthetic.yml"
# In the order of the probabilities.
ORDER: tuple[Stance, ...] = ("+", "+-", "-")
TURNED: Mapping[Stance, Stance] = {"+": "-", "-": "+", "+-": "+-"}
Probabilities = tuple[float, float, float]


@dataclass(frozen=True)
class CaseModel:
    """Of one world.

    Attributes
    ----------
    seed : int
    coders : tuple of str
    interviews : int
        Of each level in each place.
    passages : int
        On each claim in each interview, all of one stance.
    stance_error, omission : float
        Chance that a coder gives a passage another stance, either of the two alike, and that a coder leaves it out.
    stances : mapping
        Claim to level to the probabilities of for, conditional and against.
    """

    seed: int
    coders: tuple[str, ...]
    interviews: int
    passages: int
    stance_error: float
    omission: float
    stances: Mapping[str, Mapping[str, Probabilities]]

    def stance(self, claim: str, level: str, rng: np.random.Generator, *, turned: bool = False) -> Stance:
        """Draw what an interview says on a claim; `turned` exchanges for and against."""
        first, second, _ = self.stances[claim][level]
        drawn = rng.random()
        stance = ORDER[int(drawn >= first) + int(drawn >= first + second)]
        return TURNED[stance] if turned else stance

    def read(self, stance: Stance, rng: np.random.Generator) -> Stance | None:
        """Draw what a coder makes of a passage; None where it is left out."""
        left_out, wrong, other = rng.random(3)
        if left_out < self.omission:
            return None
        others = [each for each in ORDER if each != stance]
        return others[int(other * len(others))] if wrong < self.stance_error else stance


def read_model(path: Path, world: str, register: CaseRegister, claims: Collection[str]) -> CaseModel:
    """Read the model of a world.

    Parameters
    ----------
    path : Path
    world : str
    register : CaseRegister
        Every claim needs each of its levels.
    claims : collection of str
        Those there are.

    Raises
    ------
    DataError
        The file is missing or breaks its schema, a claim or level is unknown, probabilities do not sum to 1.
    UsageError
        The file has no such world.
    """
    content = read_document(path, schema("model"))
    if world not in content["worlds"]:
        known = ", ".join(content["worlds"])
        raise UsageError(Problem(f"{path}: worlds", f"has no {world!r}", f"one of {known}"))
    problems = Problems()
    written = [(claim, entry["levels"]) for entry in content["stances"] for claim in entry["claims"]]
    for claim, levels in written:
        at = f"{path}: claim {claim}"
        if claim not in claims or [name for name, _ in written].count(claim) > 1:
            problems.add(at, "is unknown, or stands twice", "a registered claim, once")
        if set(levels) != set(register.levels):
            problems.add(at, f"has levels {', '.join(levels)}", ", ".join(register.levels))
    given = content["worlds"][world]
    every = [
        *(each for _, levels in written for each in levels.values()),
        *([given["all"]] if "all" in given else []),
    ]
    for wrong in (each for each in every if not math.isclose(sum(each), 1)):
        problems.add(str(path), f"probabilities {wrong} sum to {sum(wrong):g}", "1")
    problems.raise_if_any()
    return CaseModel(
        seed=content["seed"],
        coders=tuple(content["coders"]),
        interviews=content["interviews"],
        passages=content["passages"],
        stance_error=content["error"]["stance"],
        omission=content["error"]["omission"],
        stances={
            claim: {level: _in_world(levels[level], given) for level in register.levels}
            for claim, levels in written
        },
    )


def chances(model: CaseModel, claim: str, places: int, *, draws: int, seed: int) -> dict[ClaimWord, float]:
    """Return how often each verdict on a claim that rests on cases comes out of a model.

    Parameters
    ----------
    model : CaseModel
    claim : str
    places : int
        As many as are studied.
    draws : int
        Whole sets of places, of which the Monte-Carlo error follows: at most sqrt(.25 / draws).
    seed : int

    Returns
    -------
    dict
        Share of the draws, the most frequent verdict first. The rule is the one of real texts (`place_verdict`,
        `standing`); a weak code is silent everywhere.
    """
    rng = np.random.default_rng(seed)
    words = Counter(_drawn_word(model, claim, places, rng) for _ in range(draws))
    return {word: count / draws for word, count in words.most_common()}


def _drawn_word(model: CaseModel, claim: str, places: int, rng: np.random.Generator) -> ClaimWord:
    pairs: list[list[float]] = []
    heard = 0
    found: list[PlaceWord] = []
    for _ in range(places):
        units: list[list[Unit]] = [[] for _ in model.coders]
        for level in model.stances[claim]:
            for _ in range(model.interviews):
                stance = model.stance(claim, level, rng)
                read = [[model.read(stance, rng) for _ in model.coders] for _ in range(model.passages)]
                pairs += [[math.nan if each is None else ORDER.index(each) for each in row] for row in read]
                heard += any(each is not None for row in read for each in row)
                for coder, mine in enumerate(zip(*read, strict=True)):
                    if said := [each for each in mine if each is not None]:
                        units[coder].append(Unit(str(len(units[coder])), level, majority(said)))
        words = {coder_word(each) for each in units}
        found.append(words.pop() if len(words) == 1 else "coders differ")
    alpha = _alpha(np.array(pairs).T)
    interviews = places * model.interviews * len(model.stances[claim])
    weak = standing(alpha, heard / interviews) == "weak"
    return claim_word(["silent"] * places if weak else found)


def _alpha(table: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Krippendorff's nominal alpha of coders (rows) by passages; NaN where all is of one stance or nothing is paired."""
    paired = table[:, (~np.isnan(table)).sum(axis=0) > 1]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        return math.nan
    return float(krippendorff.alpha(table, level_of_measurement="nominal", value_domain=[0.0, 1.0, 2.0]))


def _in_world(written: list[float], given: Mapping[str, object]) -> Probabilities:
    held = given.get("all", written)
    first, second, third = held if isinstance(held, list) else written
    return (third, second, first) if given.get("turned") else (first, second, third)
