"""Every type of estimand, from registered fields to an estimate: counted by hand on a survey of a few people."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from entydig.claims.estimators import part_evidence
from entydig.claims.register import Part, Split, read_register
from entydig.errors import DataError
from entydig.project.evaluation import read_evaluation
from entydig.statistics import linear
from entydig.survey.answers import Survey
from entydig.survey.decisions import read_decisions
from entydig.survey.instrument import read_instrument
from entydig.survey.weighting import margin_column, sheet_weights

ROOT = Path(__file__).parents[2]
DECISIONS = read_decisions(ROOT / "data" / "decisions.yml")
INSTRUMENT = read_instrument(ROOT / "data" / "instrument.yml")


@pytest.fixture(scope="module")
def shipped():
    return read_evaluation(ROOT)


def part(kind, *items, **fields):
    asked = {"needed": None, "groups": ("board",), "together": False, "waves": (2020,), "where": {}}
    asked |= {"direction": "greater", "against": 0.0}
    return Part(kind, items, **(asked | fields))


def roster(*people):
    columns = ["respondent", "cluster", "A1", "A2"]
    return pd.DataFrame(people, columns=columns).assign(wave=2020, group="board")


PEOPLE = roster(
    ("r1", "c1", "municipality", "executive"),
    ("r2", "c1", "municipality", "leader"),
    ("r3", "c1", "housing", "executive"),
    ("r4", "c2", "municipality", "head"),
    ("r5", "c2", "several_housing", "executive"),
    ("r6", "c3", "municipality", "executive"),
    ("r7", "c3", "municipality", None),
    ("r8", "c3", "police", "head"),
)


def survey(people=PEOPLE, **answers):
    sheets = people[["respondent", "wave", "group", "cluster", "A1"]].assign(**answers)
    return Survey(INSTRUMENT, sheets, people, "synthetic")


def test_a_census_of_people_leaves_out_those_whose_class_is_unknown():
    top = part(
        "census", "A2", where={"A1": ("municipality",)}, having=({"A2": ("executive", "head")},), against=0.5
    )
    found = part_evidence(top, survey(), DECISIONS)

    # Of r1, r2, r4, r6 (r7 unknown) three are at the top.
    assert (found.estimate.value, found.estimate.n, found.base) == (0.75, 4, None)
    assert math.isnan(found.p)


def test_a_census_of_clusters_needs_one_of_each_kind_in_a_cluster():
    kinds = [("municipality",), ("housing", "several_housing")]
    having = tuple({"A1": kind, "A2": ("executive",)} for kind in kinds)
    both = part("census", "A2", per="cluster", against=0.75, having=having)
    found = part_evidence(both, survey(), DECISIONS).estimate

    # Only c1 has both: c2 lacks a municipal executive, c3 has no housing seat.
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)


def test_without_a_roster_a_census_is_missing():
    alone = replace(survey(), roster=None)
    found = part_evidence(
        part("census", "A2", having=({"A2": ("executive",)},), against=0.5), alone, DECISIONS
    )

    assert found.estimate.reason == "no roster"


def test_an_association_compares_the_sides_and_a_missing_class_is_not_asked():
    split = Split("A1", ("municipality",), ("housing", "several_housing"))
    compared = part("association", "B1", by=split)
    answers = [
        5,
        1,
        4,
        4,
        2,
        1,
        8,
        5,
    ]  # municipality: 1 0 1 0 (r7 does not know); housing: 1 0; police left out
    found = part_evidence(compared, survey(B1=answers), DECISIONS)

    assert found.estimate.value == pytest.approx(2 / 4 - 1 / 2)
    assert found.base.answers == 2
    by_group = replace(compared, by=Split("G3", ("yes",), ("no",)))
    assert part_evidence(by_group, survey(B1=answers), DECISIONS).estimate.reason == "item not asked"


def test_the_smallest_group_in_any_wave_is_the_base():
    answers = survey(B1=[5, 1, 4, 4, 2, 1, 8, 5]).answers
    managers = pd.DataFrame(
        {"respondent": ["m1", "m2"], "wave": 2020, "group": "manager", "cluster": ["c1", "c1"]}
    )
    both = pd.concat([answers, managers.assign(B1=[5, 4])], ignore_index=True)
    found = part_evidence(
        part("gap", "B1", groups=("board", "manager")), Survey(INSTRUMENT, both, None, "synthetic"), DECISIONS
    )

    assert (found.base.answers, found.base.clusters) == (2, 1)


def test_groups_together_count_as_one(shipped):
    register = shipped.register
    together, alone = register.claims["5.3"].parts[0], register.claims["1.2"].parts[1]

    assert part_evidence(together, shipped.survey, DECISIONS).base.answers == 153
    assert part_evidence(alone, shipped.survey, DECISIONS).base.answers == 60


def test_a_rank_set_has_the_p_of_its_weakest_pair(shipped):
    found = part_evidence(shipped.register.claims["2.2"].parts[0], shipped.survey, DECISIONS)
    sheets = shipped.survey.answers
    mine = sheets[(sheets["group"] == "board") & (sheets["wave"] == 2020)]
    options = list(INSTRUMENT.items["C1"].options)
    chosen = mine[[f"C1_{option}" for option in options]].dropna().astype(int).set_axis(options, axis=1)
    from scipy.stats import binomtest

    p = {}
    for one in ("implementation", "strategy", "coherence"):
        for other in set(options) - {"implementation", "strategy", "coherence"}:
            more, fewer = ((chosen[a] == 1) & (chosen[b] == 0) for a, b in ((one, other), (other, one)))
            p[one, other] = binomtest(
                int(more.sum()), int(more.sum() + fewer.sum()), alternative="greater"
            ).pvalue
    weakest = max(p, key=p.get)

    assert found.p == pytest.approx(p[weakest])
    assert found.estimate.value == pytest.approx(chosen[weakest[0]].mean() - chosen[weakest[1]].mean())
    assert not found.reversed


def test_weights_meet_every_margin_of_the_roster(shipped):
    raked = DECISIONS.choose({"weights": "raked"})
    weights = sheet_weights(shipped.survey, raked)
    sheets, asked = shipped.survey.answers, shipped.survey.roster

    for name in raked.margins:
        column = shipped.survey.columns[margin_column(name)]
        pooled = {value for joined in set(column) - {None} for value in joined.split("|")}
        assert pooled <= set(INSTRUMENT.items[name].classes)
        for joined in set(column) - {None}:
            for group in INSTRUMENT.groups:
                for wave in INSTRUMENT.waves:
                    here = (sheets["group"] == group) & (sheets["wave"] == wave) & (column == joined)
                    there = (asked["group"] == group) & (asked["wave"] == wave)
                    there &= asked[name].isin(joined.split("|"))
                    assert weights[here.to_numpy()].sum() == pytest.approx(there.sum(), rel=1e-8)


def test_weighted_estimates_use_the_weights(shipped):
    raked = DECISIONS.choose({"weights": "raked"})
    gap = shipped.register.claims["3.1"].parts[0]
    found = part_evidence(gap, shipped.survey, raked)
    sheets = shipped.survey.answers.assign(weight=sheet_weights(shipped.survey, raked))
    mine = sheets[(sheets["wave"] == 2020) & sheets["D5"].isin([1, 2, 3, 4, 5]).fillna(False)]

    def share(group):
        rows = mine[mine["group"] == group]
        return np.average(rows["D5"].isin([4, 5]), weights=rows["weight"])

    assert found.estimate.value == pytest.approx(share("board") - share("manager"))
    assert found.estimate.method == "weighted-cluster"
    plain = part_evidence(gap, shipped.survey, DECISIONS).estimate
    assert plain.value != pytest.approx(found.estimate.value, abs=1e-3)


@pytest.mark.parametrize("choice", [{"unit": "board"}, {"linked": "linked"}])
def test_weights_do_not_go_with_other_units(shipped, choice):
    decisions = DECISIONS.choose({"weights": "raked", **choice})

    for claim in ("2.1", "3.2", "4.3"):
        found = part_evidence(shipped.register.claims[claim].parts[0], shipped.survey, decisions)
        assert found.estimate.reason == "no weights for this choice"


def test_weights_without_a_roster_are_refused():
    raked = DECISIONS.choose({"weights": "raked"})
    alone = replace(survey(B1=[5, 1, 4, 4, 2, 1, 8, 5]), roster=None)

    assert part_evidence(part("level", "B1", against=0.5), alone, raked).estimate.reason == "no roster"
    with pytest.raises(DataError, match="no roster to weight to"):
        sheet_weights(alone, raked)


def test_the_strict_cut_is_refused_where_it_is_not_published(shipped):
    strict = DECISIONS.choose({"positive_cut": "top1"})
    board, manager = shipped.register.claims["1.2"].parts[:2]

    assert part_evidence(manager, shipped.survey, strict).estimate.reason == "strict cut not published"
    assert part_evidence(board, shipped.survey, strict).estimate.reason is None
    assert (
        part_evidence(shipped.register.claims["2.2"].parts[0], shipped.survey, strict).estimate.reason is None
    )


def test_per_board_each_board_counts_alike(shipped):
    per_board = DECISIONS.choose({"unit": "board"})
    found = part_evidence(shipped.register.claims["2.1"].parts[0], shipped.survey, per_board).estimate
    sheets = shipped.survey.answers
    mine = sheets[
        (sheets["group"] == "board") & (sheets["wave"] == 2020) & sheets["D1"].isin([1, 2, 3, 4, 5])
    ]
    means = mine.assign(value=mine["D1"].isin([4, 5]).astype(float)).groupby("cluster")["value"].mean()

    assert found.value == pytest.approx(means.mean())
    assert found.n == len(means)


def test_per_board_an_association_compares_boards(shipped):
    per_board = DECISIONS.choose({"unit": "board"})
    found = part_evidence(shipped.register.claims["5.2"].parts[0], shipped.survey, per_board).estimate
    sheets = shipped.survey.answers
    mine = sheets[
        (sheets["group"] == "board") & (sheets["wave"] == 2020) & sheets["G2"].isin([1, 2, 3, 4, 5])
    ]
    means = (
        mine.assign(value=mine["G2"].isin([4, 5]).astype(float)).groupby(["G3", "cluster"])["value"].mean()
    )
    second = pd.concat([means["planned"], means["no"]])

    assert found.value == pytest.approx(means["yes"].mean() - second.mean())


def test_non_inferiority_is_tested_at_its_margin(shipped):
    registered = shipped.register.claims["2.3"].parts[0]
    found = part_evidence(registered, shipped.survey, DECISIONS)
    sheets = shipped.survey.answers
    mine = sheets[(sheets["group"] == "board") & sheets["D1"].isin([1, 2, 3, 4, 5])]
    frame = mine[["group", "wave", "cluster"]].assign(value=mine["D1"].isin([4, 5]).astype(float))
    plain = linear.change(frame, (2018, 2020), confidence=0.90, null=-0.10)

    assert found.estimate == plain
    assert found.p == pytest.approx(plain.p / 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("A1: [municipality]", "A1: [parish]", "A1 = 'parish'"),
        ("item: G3, first", "item: G9, first", "G9 = 'yes'"),
        ("over: [implementation", "over: [painting", "option 'painting' of C1"),
        ("margin: 0.10", "margin: 0", "margin"),
        ("estimand: association", "estimand: rank_set", "'over' is a required property"),
    ],
)
def test_a_register_that_speaks_of_what_is_not_there_is_refused(tmp_path, old, new, message):
    text = (ROOT / "data" / "claims.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "claims.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_register(path, INSTRUMENT)
