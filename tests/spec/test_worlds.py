"""The shipped worlds against the numbers of the evaluation's plan, typed here from its text, not from YAML.

Means go over 100 rosters of fixed seeds.  Agreement is accepted within 4 standard errors of that mean, plus
half a unit of the last digit where the plan gives a rounded simulation result, plus .002 for shares of
items with offsets (a spread of centred offsets draws a share a little towards one half).
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from entydig.survey.generator import Simulated, simulate
from entydig.survey.instrument import Instrument, read_instrument
from entydig.survey.worlds import Worlds, read_worlds

DATA = Path(__file__).parents[2] / "data"
pytestmark = pytest.mark.slow
SEEDS = range(100)
WORLDS = ("announced", "null", "reversed", "mnar", "edge")
CELLS = [("board", 2018), ("board", 2020), ("manager", 2018), ("manager", 2020)]

# Top two and don't know, in per cent, of B 2018, B 2020, P 2018, P 2020.
TABLE: dict[str, tuple[list[int | None], list[int | None]]] = {
    "B1": ([74, 76, 66, 64], [4, 3, 4, 3]),
    "B3": ([80, 82, 72, 72], [3, 3, 3, 3]),
    "D1": ([78, 80, 76, 60], [3, 2, 3, 2]),
    "D2": ([68, 70, 66, 48], [4, 3, 3, 2]),
    "D5": ([70, 76, 68, 52], [4, 3, 3, 2]),
    "E4": ([58, 60, 52, 46], [10, 8, 5, 5]),
    "F1": ([62, 68, 64, 66], [5, 4, 3, 2]),
    "F2b": ([64, 70, 68, 72], [10, 8, 5, 4]),
    "F2c": ([56, 62, 56, 64], [14, 11, 6, 5]),
    "F2e": ([58, 60, 52, 52], [8, 6, 4, 3]),
    "F3c": ([None, None, 34, 38], [None, None, 3, 3]),
    "G1": ([44, 46, 38, 40], [10, 8, 4, 4]),
    "G1b": ([78, 80, 72, 72], [4, 3, 3, 3]),
    "G4a": ([60, 64, 62, 66], [10, 8, 4, 4]),
    "H1": ([54, 70, 52, 68], [12, 6, 8, 4]),
    "H3": ([46, 60, 42, 57], [14, 8, 10, 5]),
    "H5": ([40, 54, 44, 56], [4, 3, 4, 3]),
    "H6b": ([None, 38, None, 34], [None, 8, None, 4]),
    "I3": ([62, 68, 52, 54], [6, 5, 6, 5]),
    "I4": ([42, 40, 34, 32], [9, 8, 8, 7]),
}

TASKS = [
    "implementation",
    "strategy",
    "coherence",
    "data",
    "political_backing",
    "finance",
    "residents",
    "other",
]
TASK_SHARES = {
    ("board", 2020): [66, 58, 52, 30, 22, 20, 18, 6],
    ("board", 2018): [64, 57, 48, 26, 24, 26, 20, 7],
    ("manager", 2018): [55, 56, 48, 27, 30, 14, 36, 6],
    ("manager", 2020): [55, 56, 48, 27, 30, 14, 36, 6],
}


@cache
def instrument() -> Instrument:
    return read_instrument(DATA / "instrument.yml")


@cache
def worlds() -> Worlds:
    return read_worlds(DATA / "worlds.yml", instrument())


@cache
def draws(world: str, number: int = len(SEEDS)) -> tuple[Simulated, ...]:
    return tuple(simulate(worlds(), world, seed=seed) for seed in list(SEEDS)[:number])


def near(values: list[float], expected: float, allowance: float = 0.0) -> bool:
    """Tell whether the mean of the draws is within 4 of its standard errors, plus an allowance."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return abs(float(np.mean(values)) - expected) <= 4 * error + allowance


def cell(frame: pd.DataFrame, group: str, wave: int) -> pd.DataFrame:
    return frame[(frame["group"] == group) & (frame["wave"] == wave)]


@cache
def item_shares(world: str) -> dict[tuple[str, str, int], tuple[list[float], list[float]]]:
    """By item, group and wave: positive share among opinions, and share of don't know, of each roster."""
    found: dict[tuple[str, str, int], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for drawn in draws(world):
        for group, wave in CELLS:
            part = cell(drawn.truth, group, wave)
            for item in TABLE:
                codes = part[item].to_numpy(dtype=int)
                codes = codes[codes != -1]
                if len(codes):
                    positive, dont_know = found[item, group, wave]
                    positive.append(float(np.isin(codes, [4, 5]).sum() / np.isin(codes, range(1, 6)).sum()))
                    dont_know.append(float((codes == 8).mean()))
    return found


@pytest.mark.parametrize("item", TABLE)
def test_announced_rosters_hold_the_target_shares(item: str) -> None:
    for (group, wave), target in zip(CELLS, TABLE[item][0], strict=True):
        if target is None:
            assert (item, group, wave) not in item_shares("announced")
        else:
            assert near(item_shares("announced")[item, group, wave][0], target / 100, 0.002), (group, wave)


@pytest.mark.parametrize("item", TABLE)
def test_announced_rosters_hold_the_dont_know_shares(item: str) -> None:
    for (group, wave), target in zip(CELLS, TABLE[item][1], strict=True):
        if target is not None:
            assert near(item_shares("announced")[item, group, wave][1], target / 100), (group, wave)


@pytest.mark.parametrize(
    ("group", "wave", "roster", "answers"),
    [
        ("board", 2018, 339, 237),
        ("board", 2020, 431, 265),
        ("manager", 2018, 63, 53),
        ("manager", 2020, 83, 63),
    ],
)
@pytest.mark.parametrize("world", ["announced", "mnar"])
def test_rosters_and_answers_have_the_stated_numbers(
    world: str, group: str, wave: int, roster: int, answers: int
) -> None:
    asked = [float(len(cell(drawn.roster, group, wave))) for drawn in draws(world)]
    returned = [float(len(cell(drawn.answers, group, wave))) for drawn in draws(world)]

    assert near(asked, roster, 0.5)
    assert near(returned, answers, 0.5)


@pytest.mark.parametrize(
    ("group", "wave", "share"),
    [("board", 2018, 0.70), ("board", 2020, 0.615), ("manager", 2018, 0.84), ("manager", 2020, 0.76)],
)
@pytest.mark.parametrize("world", ["announced", "mnar"])
def test_response_has_the_stated_shares(world: str, group: str, wave: int, share: float) -> None:
    shares = [
        len(cell(drawn.answers, group, wave)) / len(cell(drawn.roster, group, wave)) for drawn in draws(world)
    ]

    assert near(shares, share)


def test_police_and_newcomers_answer_less() -> None:
    people = pd.concat(
        drawn.roster.merge(drawn.truth[["respondent", "A3"]], on="respondent").assign(
            returned=drawn.roster["respondent"].isin(drawn.answers["respondent"])
        )
        for drawn in draws("announced")
    )
    people = people[(people["group"] == "board") & (people["wave"] == 2020)]

    def logit(chosen: pd.Series) -> float:
        share = float(people.loc[chosen, "returned"].mean())
        return math.log(share / (1 - share))

    settled, organised = people["A3"] != "under_1", people["A1"].isin(["municipality", "housing"])
    # Effects of -.5 and -.2; about 3,900 police and 12,900 newcomers in all: standard errors .035 and .025.
    assert logit((people["A1"] == "police") & settled) - logit(organised & settled) == pytest.approx(
        -0.5, abs=0.14
    )
    assert logit(organised & ~settled) - logit(organised & settled) == pytest.approx(-0.2, abs=0.1)


def test_organisations_and_management_levels_have_the_stated_shares() -> None:
    organisations = {
        "municipality": 44,
        "housing": 36,
        "several_housing": 6,
        "police": 9,
        "resident": 2,
        "other": 3,
    }
    for wave in (2018, 2020):
        rosters = [cell(drawn.roster, "board", wave) for drawn in draws("announced")]
        for name, share in organisations.items():
            assert near([float((roster["A1"] == name).mean()) for roster in rosters], share / 100), (
                wave,
                name,
            )
    levels = {
        ("municipality", 2018): [40, 44, 14, 2],
        ("municipality", 2020): [42, 44, 12, 2],
        ("housing", 2018): [56, 32, 10, 2],
        ("housing", 2020): [58, 32, 8, 2],
    }
    for (side, wave), shares in levels.items():
        members = [cell(drawn.roster, "board", wave) for drawn in draws("announced")]
        members = [roster[roster["A1"].isin([side, f"several_{side}"])] for roster in members]
        for level, share in zip(["executive", "head", "leader", "other"], shares, strict=True):
            assert near([float((part["A2"] == level).mean()) for part in members], share / 100), (
                side,
                wave,
                level,
            )


def test_a_municipal_and_a_housing_executive_sit_in_most_clusters() -> None:
    # The two lead seats alone give .88 x .94 = .83 of clusters; the other seats add to it.
    shares = []
    for drawn in draws("announced"):
        top = cell(drawn.roster, "board", 2020).query("A2 == 'executive'")
        town = set(top.loc[top["A1"] == "municipality", "cluster"])
        housing = set(top.loc[top["A1"].isin(["housing", "several_housing"]), "cluster"])
        shares.append(len(town & housing) / 54)

    assert 0.83 < np.mean(shares) < 1


@pytest.mark.parametrize("group", ["board", "manager"])
@pytest.mark.parametrize(("wave", "shares"), [(2018, [40, 55, 5]), (2020, [30, 46, 24])])
def test_time_in_the_role_has_the_stated_shares(group: str, wave: int, shares: list[int]) -> None:
    parts = [cell(drawn.truth, group, wave)["A3"] for drawn in draws("announced")]

    for name, share in zip(["under_1", "from_1_to_3", "from_3"], shares, strict=True):
        assert near([float((part == name).mean()) for part in parts], share / 100)


@pytest.mark.parametrize(("wave", "shares"), [(2018, [45, 15, 40]), (2020, [60, 12, 28])])
def test_advisory_groups_of_plans_have_the_stated_shares(wave: int, shares: list[int]) -> None:
    plans = [
        cell(drawn.roster, "manager", wave).drop_duplicates("unit")["G3"] for drawn in draws("announced")
    ]

    for name, share in zip(["yes", "planned", "no"], shares, strict=True):
        assert near([float((part == name).mean()) for part in plans], share / 100)


def test_regions_and_sizes_of_plans_have_the_stated_shares() -> None:
    plans = [cell(drawn.roster, "manager", 2020).drop_duplicates("unit") for drawn in draws("announced")]
    regions = {"hovedstaden": 30, "sjaelland": 14, "syddanmark": 23, "midtjylland": 23, "nordjylland": 10}

    for name, share in regions.items():
        assert near([float((part["A4_region"] == name).mean()) for part in plans], share / 100)
    for name, share in {"small": 25, "middle": 50, "large": 25}.items():
        assert near([float((part["A4_size"] == name).mean()) for part in plans], share / 100)


@pytest.mark.parametrize("where", TASK_SHARES)
def test_tasks_are_chosen_by_the_stated_shares(where: tuple[str, int]) -> None:
    parts = [cell(drawn.truth, *where) for drawn in draws("announced")]

    for task, share in zip(TASKS, TASK_SHARES[where], strict=True):
        assert near([float(part[f"C1_{task}"].mean()) for part in parts], share / 100), task


def test_people_choose_one_two_or_three_tasks() -> None:
    picks = pd.concat(
        drawn.truth[[f"C1_{task}" for task in TASKS]].sum(axis=1) for drawn in draws("announced")
    )

    # 95,000 people: standard errors below .0014.
    shares = picks.value_counts(normalize=True)
    assert sorted(shares.index) == [1, 2, 3]
    assert shares[1] == pytest.approx(0.06, abs=0.005)
    assert shares[2] == pytest.approx(0.16, abs=0.005)
    assert shares[3] == pytest.approx(0.78, abs=0.005)


@pytest.mark.parametrize(("group", "share"), [("board", 0.50 * 0.80), ("manager", 0.55 * 0.80)])
def test_the_stated_share_of_seats_is_known_to_be_held_by_the_same_person(group: str, share: float) -> None:
    shares = []
    for drawn in draws("announced"):
        # Whatever is on the roster of 2018 is on that of 2020, so the seats of 2018 exist in both.
        before, after = (cell(drawn.roster, group, wave)["panel"].dropna() for wave in (2018, 2020))
        assert set(before) == set(after)
        assert before.is_unique
        shares.append(len(before) / len(cell(drawn.roster, group, 2018)))

    assert near(shares, share)


def test_clusters_and_units_have_the_stated_sizes() -> None:
    for drawn in draws("announced")[:5]:
        managers = cell(drawn.roster, "manager", 2020)
        units = managers.groupby("cluster")["unit"].nunique().value_counts().to_dict()
        assert units == {1: 46, 2: 5, 3: 2, 4: 1}
        assert cell(drawn.roster, "manager", 2018)["unit"].nunique() == 50
        assert set(managers.groupby("unit").size()) == {1, 2}
        assert set(cell(drawn.roster, "board", 2020).groupby("cluster").size()) <= set(range(4, 13))
        assert drawn.roster.loc[drawn.roster["group"] == "board", "unit"].isna().all()


def test_codes_for_not_relevant_and_unanswered_come_up_in_one_per_cent() -> None:
    answers = pd.concat(drawn.answers for drawn in draws("announced"))
    asked = answers[["B1", "D1", "F1", "I1"]]

    # 250,000 cells: standard error .0002.
    assert float((asked == 9).sum().sum() / asked.notna().sum().sum()) == pytest.approx(0.01, abs=0.001)
    assert float(asked.isna().mean().mean()) == pytest.approx(0.01, abs=0.001)
    assert (
        not pd.concat(drawn.truth for drawn in draws("announced"))
        .drop(columns=["J1", "J2"])
        .isna()
        .any()
        .any()
    )


def test_what_people_have_in_common_follows_the_variance_components() -> None:
    """In `null` these all have target .50, so that P(both positive) = 1/4 + arcsin(correlation) / (2 pi)."""

    def expected(correlation: float) -> float:
        return 0.25 + math.asin(correlation) / (2 * math.pi)

    same_block: list[float] = []
    other_block: list[float] = []
    other_person: list[float] = []
    for drawn in draws("null"):
        everyone = drawn.truth.merge(drawn.roster[["respondent", "cluster"]], on="respondent")
        part = cell(everyone, "board", 2018)
        first, second, third = (part[item].to_numpy(dtype=int) for item in ("H2", "H3", "I1"))
        for one, two, found in ((first, second, same_block), (first, third, other_block)):
            both = (one < 8) & (two < 8)
            found.append(float(((one >= 4) & (two >= 4))[both].mean()))
        opinions = part[part["H2"] < 8]
        positive = opinions["H2"].ge(4).groupby(opinions["cluster"]).agg(["sum", "size"]).astype(float)
        pairs = float((positive["size"] * (positive["size"] - 1)).sum())
        other_person.append(float((positive["sum"] * (positive["sum"] - 1)).sum()) / pairs)

    assert near(same_block, expected(0.10 + 0.02 + 0.25 + 0.10 + 0.13))
    assert near(other_block, expected(0.10 + 0.02 + 0.25 + 0.10))
    assert near(other_person, expected(0.10 + 0.02))


@pytest.mark.parametrize("world", WORLDS)
def test_variance_components_add_to_one(world: str) -> None:
    variance = worlds().process(world).variance

    assert variance == {
        "cluster": 0.10,
        "cluster_wave": 0.02,
        "person": 0.25,
        "person_wave": 0.10,
        "block_person_wave": 0.13,
        "item": 0.40,
    }
    assert sum(variance.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_draws_complete_tables(world: str) -> None:
    drawn = simulate(worlds(), world, seed=3)
    columns = [column for item in instrument().of_source("answers") for column in item.columns]

    assert list(drawn.roster)[:6] == ["respondent", "wave", "group", "cluster", "unit", "panel"]
    assert list(drawn.roster)[6:] == ["A1", "A2", "A4_region", "A4_size", "G3"]
    assert list(drawn.answers) == list(drawn.truth) == ["respondent", "wave", "group", *columns]
    assert (
        set(drawn.answers["respondent"]) < set(drawn.truth["respondent"]) == set(drawn.roster["respondent"])
    )


# --- null -----------------------------------------------------------------------------------------

HOUSING = ["housing", "several_housing"]
FALSE_CLAIMS = [
    # (items, groups, organisations or all, threshold, the claim is false at or below / at or above it)
    (
        ["B2", "B3", "F1", "F2a", "F2b", "F2c", "F2d", "H1", "H7", "I1"],
        ["board"],
        None,
        Fraction(1, 2),
        "below",
    ),
    (
        ["B2", "B3", "F1", "F2a", "F2b", "F2c", "F2d", "H1", "H7", "I1"],
        ["manager"],
        None,
        Fraction(1, 2),
        "below",
    ),
    (["B4"], ["board"], ["municipality"], Fraction(1, 2), "below"),
    (["B4"], ["board"], HOUSING, Fraction(1, 2), "below"),
    (["D1"], ["board"], None, Fraction(2, 3), "below"),
    (["E5"], ["manager"], None, Fraction(3, 4), "above"),
    (["G4a", "G4b", "H2", "H3", "H4"], ["board", "manager"], None, Fraction(1, 2), "below"),
    (["I3"], ["board"], None, Fraction(1, 2), "below"),
    (["I4"], ["board"], None, Fraction(1, 2), "above"),
]


@pytest.mark.parametrize(("items", "groups", "organisations", "threshold", "side"), FALSE_CLAIMS)
@pytest.mark.parametrize("seed", [0, 1, 2, 20210901])
def test_null_shares_on_the_roster_are_next_to_the_threshold_on_the_false_side(
    seed: int,
    items: list[str],
    groups: list[str],
    organisations: list[str] | None,
    threshold: Fraction,
    side: str,
) -> None:
    drawn = simulate(worlds(), "null", seed=seed)
    people = drawn.truth.merge(drawn.roster[["respondent", "A1"]], on="respondent")
    people = people[(people["wave"] == 2020) & people["group"].isin(groups)]
    if organisations:
        people = people[people["A1"].isin(organisations)]
    for item in items:
        codes = people[item].to_numpy(dtype=int)
        n, positive = int(np.isin(codes, range(1, 6)).sum()), int(np.isin(codes, [4, 5]).sum())
        if side == "below":
            assert Fraction(positive, n) <= threshold < Fraction(positive + 1, n), item
        else:
            assert Fraction(positive, n) >= threshold > Fraction(positive - 1, n), item


def test_null_has_no_change_no_gap_and_equal_pairs() -> None:
    def targets(item: str) -> set[float]:
        asked = instrument().items[item].asked
        return {
            worlds().target("null", item, group, wave) for group, waves in asked.items() for wave in waves
        }

    for item in (item.id for item in instrument().items.values() if item.scale):
        assert len(targets(item)) == 1, item
    assert targets("G1") == targets("G1b")
    assert targets("H6a") == targets("H6b")
    assert targets("D2") == {0.68}
    assert targets("D1") == {2 / 3}
    assert targets("E5") == {0.75}
    for task in TASKS:
        for group, wave in CELLS:
            assert worlds().target("null", f"C1_{task}", group, wave) == pytest.approx(0.34)
    assert worlds().target("null", "G2", "board", 2020, "yes") == worlds().target(
        "null", "G2", "board", 2020, "no"
    )
    assert "tenure" not in worlds().process("null").offsets


def test_null_dont_know_shares_are_those_announced() -> None:
    assert worlds().process("null").dont_know == worlds().process("announced").dont_know


def test_null_has_three_fifths_in_the_two_upper_management_levels() -> None:
    for side in (["municipality"], HOUSING):
        for wave in (2018, 2020):
            rosters = [cell(drawn.roster, "board", wave) for drawn in draws("null")]
            parts = [roster[roster["A1"].isin(side)] for roster in rosters]
            assert near([float(part["A2"].isin(["executive", "head"]).mean()) for part in parts], 0.60)


# --- reversed, mnar, edge -------------------------------------------------------------------------


def test_reversed_targets_are_the_rest_to_one() -> None:
    for item, (positive, _) in TABLE.items():
        for (group, wave), target in zip(CELLS, positive, strict=True):
            if target is not None:
                assert worlds().target("reversed", item, group, wave) == pytest.approx(1 - target / 100)
    assert worlds().target("reversed", "B4", "board", 2020, "housing") == pytest.approx(0.25)


def test_reversed_rosters_hold_the_reversed_shares() -> None:
    shares: dict[str, list[float]] = {"D1": [], "H1": []}
    for drawn in draws("reversed"):
        part = cell(drawn.truth, "board", 2020)
        for item, found in shares.items():
            codes = part[item].to_numpy(dtype=int)
            found.append(float(np.isin(codes, [4, 5]).sum() / (codes < 8).sum()))

    assert near(shares["D1"], 0.20, 0.002)
    assert near(shares["H1"], 0.30)


def test_reversed_turns_tasks_and_management_levels() -> None:
    turned = dict(zip(TASKS, [6, 18, 20, 22, 30, 52, 58, 66], strict=True))
    for task, share in turned.items():
        assert worlds().target("reversed", f"C1_{task}", "board", 2020) == pytest.approx(share / 100)
    members = [cell(drawn.roster, "board", 2020) for drawn in draws("reversed")]
    for level, share in {"executive": 2, "head": 12, "leader": 44, "other": 42}.items():
        shares = [float((part.loc[part["A1"] == "municipality", "A2"] == level).mean()) for part in members]
        assert near(shares, share / 100)


def test_mnar_differs_from_announced_only_in_who_answers() -> None:
    for announced, mnar in zip(draws("announced", 3), draws("mnar", 3), strict=True):
        pd.testing.assert_frame_equal(announced.roster, mnar.roster)
        pd.testing.assert_frame_equal(announced.truth, mnar.truth)
        assert not announced.answers.equals(mnar.answers)


def test_mnar_answers_are_kinder_than_the_roster() -> None:
    def excess(world: str) -> list[float]:
        found = []
        for drawn in draws(world):
            codes = cell(drawn.truth, "board", 2020)
            opinions = codes[codes["I2"] < 8]
            answered = opinions["respondent"].isin(drawn.answers["respondent"])
            found.append(float(opinions.loc[answered, "I2"].ge(4).mean() - opinions["I2"].ge(4).mean()))
        return found

    assert near(excess("announced"), 0)
    # People with a stable component above 0 have mean .80 x .5 = .40 in the latent, others -.40: positive
    # shares of about .66 and .38.  Their odds to answer are e^.5 = 1.65 times as large, so they are about
    # .55 of those who answer: an excess near .05 x .28 = .013.
    assert np.mean(excess("mnar")) == pytest.approx(0.013, abs=0.006)


def test_edge_puts_two_claims_on_their_margins() -> None:
    target = worlds().target
    assert target("edge", "D1", "board", 2020) - target("edge", "D1", "board", 2018) == pytest.approx(-0.10)
    assert target("edge", "F1", "board", 2020) - target("edge", "F1", "manager", 2020) == pytest.approx(0.20)
    changed = {
        (item, where)
        for item, row in worlds().process("edge").positive.items()
        for where, share in row.items()
        if share != worlds().process("announced").positive[item][where]
    }
    assert changed == {("D1", ("board", 2020)), ("F1", ("manager", 2020))}


# --- targets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", TABLE)
def test_target_gives_the_table(item: str) -> None:
    for (group, wave), target in zip(CELLS, TABLE[item][0], strict=True):
        if target is not None:
            assert worlds().target("announced", item, group, wave) == pytest.approx(target / 100)


def test_target_by_class_gives_the_class_and_its_mean() -> None:
    target = worlds().target
    by_organisation = {
        "municipality": 67,
        "housing": 75,
        "several_housing": 75,
        "police": 62,
        "resident": 62,
        "other": 62,
    }
    for name, share in by_organisation.items():
        assert target("announced", "B4", "board", 2020, name) == pytest.approx(share / 100)
    # .44 x 67 + .42 x 75 + .14 x 62 = 69.66
    assert target("announced", "B4", "board", 2020) == pytest.approx(0.6966)
    assert target("announced", "G2", "board", 2020, "yes") == pytest.approx(0.58)
    assert target("announced", "G2", "board", 2020, "planned") == pytest.approx(0.43)
    assert target("announced", "G2", "board", 2020) == pytest.approx(0.52, abs=0.01)
    assert target("announced", "G2", "board", 2018, "yes") == pytest.approx(0.50)


def test_members_of_boards_with_an_advisory_group_see_residents_more_often() -> None:
    shares: dict[bool, list[float]] = {True: [], False: []}
    for drawn in draws("announced"):
        part = cell(drawn.truth, "board", 2020).merge(drawn.roster[["respondent", "G3"]], on="respondent")
        part = part[part["G2"] < 8]
        for has in (True, False):
            shares[has].append(float(part.loc[(part["G3"] == "yes") == has, "G2"].ge(4).mean()))

    assert near(shares[True], 0.58)
    assert near(shares[False], 0.43)
