"""Claims under all combinations of decisions: against the estimators themselves, and by hand on small grids."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from entydig.claims.decision import Verdict, verdicts
from entydig.claims.evidence import evidence
from entydig.claims.register import Claim, Part
from entydig.claims.robustness import Held, Specification, specifications
from entydig.errors import UsageError
from entydig.project import Evaluation, read_evaluation
from entydig.project.decisions_table import decisions_table
from entydig.project.grids import grid
from entydig.project.kept import kept
from entydig.project.robustness import Robustness, robustness
from entydig.project.wave_swap import swap_table, swapped
from entydig.statistics import permutation
from entydig.statistics.estimate import Estimate
from entydig.survey import measures

ROOT = Path(__file__).parents[2]
THIRD = ["3.1", "3.2", "3.3", "3.4"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data with a cache of its own."""
    root = tmp_path_factory.mktemp("project")
    copytree(ROOT / "data", root / "data")
    return root


@pytest.fixture(scope="module")
def shipped(project: Path) -> Evaluation:
    return read_evaluation(project)


@pytest.fixture(scope="module")
def found(shipped: Evaluation) -> Robustness:
    return robustness(shipped, THIRD, "en")


def test_every_combination_is_there_once_and_the_registered_one_first(
    shipped: Evaluation, found: Robustness
) -> None:
    decisions = shipped.decisions.registered
    every = [
        {
            name: value
            for (name, decision), value in zip(decisions.items(), values, strict=True)
            if value != decision.values[0]
        }
        for values in product(*(decision.values for decision in decisions.values()))
    ]

    mine = [dict(each.chosen) for each in found.held["3.1"].grid]

    assert mine[0] == {}
    assert len(mine) == 2**7
    assert sorted(map(str, mine)) == sorted(map(str, every))


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"sesoi": 0.05},
        {"dont_know": "counted", "confidence": 0.9},
        {"linked": "linked", "unit": "board"},
        {"weights": "raked", "sesoi": 0.05, "confidence": 0.9},
        {"positive_cut": "top1", "dont_know": "counted"},
    ],
)
def test_a_combination_gives_what_the_estimators_give(
    shipped: Evaluation, found: Robustness, chosen: dict[str, Any]
) -> None:
    decisions = shipped.decisions.choose(chosen)
    claims = shipped.register.claims
    direct = {name: evidence(claims[name], shipped.survey, decisions) for name in THIRD}
    decided = verdicts(shipped.register, direct, decisions, has_clusters=True)

    for name in THIRD:
        kept_one = found.held[name].under(chosen)
        assert kept_one.verdict.word == decided[name].word
        for own, part in zip(kept_one.estimates, direct[name].parts, strict=True):
            for field in ("value", "low", "high", "p"):
                np.testing.assert_equal(getattr(own, field), getattr(part.estimate, field))


def test_what_is_chosen_does_not_matter(shipped: Evaluation, found: Robustness) -> None:
    other = replace(shipped, decisions=shipped.decisions.choose({"dont_know": "counted", "sesoi": 0.05}))

    # As text, since NaN is not equal to itself.
    assert repr(robustness(other, ["3.1"], "en").held["3.1"]) == repr(found.held["3.1"])


def test_the_counts_are_those_of_the_grid(found: Robustness) -> None:
    held = found.held["3.1"]
    tested = [each for each in held.grid if each.verdict.word != "not testable"]
    word = held.registered.verdict.word

    # Managers have no strict cut (half of 128) and weights go with one unit and all people only.
    assert sum(held.refusals.values()) == 128 - len(tested)
    assert held.refusals["strict cut not published"] == 64
    assert held.refusals["no weights for this choice"] == 24
    assert found.count("3.1") == str(len(tested))
    assert found.refused("3.1") == str(128 - len(tested))
    assert found.agreeing("3.1") == str(sum(each.verdict.word == word for each in tested))
    assert found.agreeing("3.1").claim == "3.1"
    assert found.agreeing("3.1").label == "claim-3-1"
    assert found.combinations == "128"


def test_the_strips_have_the_published_estimates(found: Robustness) -> None:
    held, line = found.held["3.1"], found.lines[0]

    assert line.label.startswith("3.1 ")
    assert len(line.points) == len(held.tested)
    assert line.registered == round(held.registered.estimates[0].value, 2)
    assert {point.value for point in line.points} == {each.estimates[0].value for each in held.tested}
    assert found.sections[0].section == "3. A gap in perceived value"


def test_the_tables_have_a_row_for_each_claim_and_each_decision(
    shipped: Evaluation, found: Robustness
) -> None:
    claims = found.table(label="tbl-claims", caption="Claims.").data
    single = found.single_table(label="tbl-single", caption="Single.").data
    refused = found.refusals_table(label="tbl-refused", caption="Refused.").data
    decisions = decisions_table(shipped, "en", label="tbl-decisions", caption="Decisions.").data

    assert [row[0] for row in claims.rows] == THIRD
    assert single.columns[:4] == (
        "Claim",
        "as registered",
        "Positive: the top level only",
        "Don't know: counted as not positive",
    )
    assert [row[0] for row in single.rows] == THIRD
    assert [row[2] for row in single.rows] == ["○"] * 4
    first = dict(zip(refused.columns, refused.rows[0], strict=True))
    assert first["this cut is not published for small groups"] == "64"
    assert len(decisions.rows) == 7
    assert decisions.rows[0][:2] == ("Positive: the two top levels", "the top level only")


def test_claims_that_rest_on_cases_are_left_out_and_unknown_ones_refused(shipped: Evaluation) -> None:
    assert list(robustness(shipped, ["1.1", "1.4"], "da").held) == ["1.1"]
    with pytest.raises(UsageError, match=r"claims 9\.9 are not registered"):
        robustness(shipped, ["9.9"], "da")
    with pytest.raises(UsageError, match=r"claim 3\.1 is not among them"):
        robustness(shipped, ["1.1"], "da").agreeing("3.1")


def test_no_decision_touches_a_fact_of_the_roster(shipped: Evaluation) -> None:
    held = robustness(shipped, ["1.1"], "en").held["1.1"]

    assert (held.agreeing, len(held.tested), held.same_side) == (128, 128, 128)
    assert held.inside(0.1) is None


# A grid by hand: values, p and verdicts of a claim with two parts.


def part(estimand: str = "gap", **fields: Any) -> Part:
    usual: dict[str, Any] = {"direction": "greater", "against": 0.0}
    return Part(estimand, ("A",), None, ("a", "b"), False, (1,), {}, **(usual | fields))


def claim(*parts: Part) -> Claim:
    return Claim("1.1", {}, "ours", "confirmatory", "survey", False, "findings/1", {}, parts, ())


def estimate(value: float, p: float = 0.01, unit: Any = "points") -> Estimate:
    return Estimate(
        value=value, low=value, high=value, n=100, unit=unit, population="process", method="cr2", se=0.1, p=p
    )


def combination(word: str, *estimates: Estimate, reason: str = "", **chosen: Any) -> Specification:
    return Specification(chosen, estimates, Verdict(word, reason, 0.01, 0.01, False, math.nan))


def test_the_part_with_the_largest_p_is_shown() -> None:
    grid_ = (
        combination("supported", estimate(0.2, 0.001), estimate(0.1, 0.02)),
        combination("undecided", estimate(0.05, 0.2), estimate(0.12, 0.01), cut="strict"),
    )
    held = Held(claim(part(), part()), grid_)

    assert held.place == 1
    assert [held.estimate(each).value for each in grid_] == [0.1, 0.12]


def test_of_a_census_the_part_nearest_to_its_threshold_is_shown() -> None:
    parts = (part("census", against=0.5), part("census", against=0.75))
    shares = (estimate(0.9, math.nan, "share"), estimate(0.8, math.nan, "share"))

    assert Held(claim(*parts), (combination("supported", *shares),)).place == 1


def test_sides_and_sizes_are_counted_among_those_that_test_the_claim() -> None:
    held = Held(
        claim(part()),
        (
            combination("supported", estimate(0.12)),
            combination("supported", estimate(0.10), a=1),
            combination("undecided", estimate(-0.02), b=1),
            combination("not testable", estimate(-0.3), reason="too few answers", c=1),
        ),
    )

    assert (held.agreeing, len(held.tested), held.same_side) == (2, 3, 2)
    assert held.inside(0.10) == 2
    assert held.ends is not None
    assert [each.value for each in held.ends] == [-0.02, 0.12]
    assert dict(held.refusals) == {"too few answers": 1}


@pytest.mark.parametrize(
    ("fields", "values", "same"),
    [
        # Inside the margin of .20 like the registered one, whatever the sign.
        ({"margin": 0.2}, (0.15, -0.15, 0.25), 2),
        # Non-inferiority: above minus the margin.
        ({"margin": 0.1, "one_sided": True}, (-0.05, 0.3, -0.15), 2),
    ],
)
def test_an_equivalence_has_its_sides_at_its_margin(
    fields: dict[str, Any], values: tuple[float, ...], same: int
) -> None:
    grid_ = tuple(
        combination("supported", estimate(value), **({"number": number} if number else {}))
        for number, value in enumerate(values)
    )

    assert Held(claim(part("equivalence", **fields)), grid_).same_side == same


def test_a_claim_that_cannot_be_tested_as_registered_agrees_with_nothing() -> None:
    held = Held(
        claim(part()),
        (
            combination("not testable", estimate(0.2), reason="too few answers"),
            combination("supported", estimate(0.2), a=1),
        ),
    )

    assert (held.agreeing, held.same_side, len(held.tested)) == (0, 0, 1)


def test_without_any_combination_that_tests_it_a_row_says_so(shipped: Evaluation) -> None:
    missing = Estimate.missing("item not asked", unit="points", population="process", method="gap")
    held = Held(claim(part()), (combination("not testable", missing, reason="item not asked"),))
    entry = shipped.register.claims["3.1"]
    shown = Robustness(shipped, {"3.1": Held(entry, held.grid)}, "en")

    assert shown.lines[0].drawn == {}
    assert shown.span("3.1") == "not testable under any combination"
    assert shown.steady == "none"


# The cache, and the executor.


def test_the_same_data_are_computed_once(shipped: Evaluation, found: Robustness) -> None:
    def broken(evaluation: Evaluation, finding: str) -> None:
        raise AssertionError("computed again")

    assert repr(kept(grid, shipped, "3")["3.1"]) == repr(found.held["3.1"].grid)
    with pytest.raises(AssertionError, match="computed again"):
        kept(broken, shipped, "3")


def test_other_answers_are_other_results(shipped: Evaluation, found: Robustness) -> None:
    survey = shipped.survey
    half = replace(shipped, survey=replace(survey, answers=survey.answers.iloc[::2].reset_index(drop=True)))

    assert repr(kept(grid, half, "3")["3.1"]) != repr(found.held["3.1"].grid)


def test_a_grid_that_was_made_is_found_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(ROOT / "examples" / "joint-sports" / "data", tmp_path / "data")
    example = read_evaluation(tmp_path)
    kept(grid, example, "1")
    claims = [each for each in example.register.of_finding("1") if each.parts]
    direct = specifications(example.register, claims, example.survey, example.decisions)

    monkeypatch.setattr("entydig.project.grids.specifications", None)  # it would fail if it were called

    assert repr(kept(grid, example, "1")) == repr(direct)
    # Four decisions with two values each, two with one.
    assert {len(each) for each in direct.values()} == {16}


# Waves swapped inside clusters.


def test_with_one_specification_the_joint_test_is_that_of_the_item(
    shipped: Evaluation, found: Robustness
) -> None:
    joint = swapped(shipped, "3.2")
    value = ["D1", "D2", "D3", "D4", "D5"]
    sample = measures.index(shipped.survey, shipped.decisions, value, 3, groups=("manager",))
    alone = permutation.change(
        sample.frame(), (2018, 2020), rng=np.random.default_rng(7), alternative="less", draws=9999
    )

    assert joint.items[0].value == pytest.approx(alone.items[0].value, abs=1e-12)
    # Two Monte Carlo p values of 10,000 draws each.
    assert joint.items[0].p == pytest.approx(alone.p, abs=0.02)
    assert joint.p >= min(each.p for each in joint.items)
    assert joint.alternative == "less"
    assert len(joint.items) == len(
        [
            each
            for each in found.held["3.2"].tested
            if not {"weights", "confidence", "sesoi"} & set(each.chosen)
        ]
    )


def test_per_cluster_a_specification_is_the_change_of_cluster_means(shipped: Evaluation) -> None:
    chosen = [
        each.chosen
        for each in kept(grid, shipped, "2")["2.3"]
        if not each.refusal and not {"weights", "confidence", "sesoi"} & set(each.chosen)
    ]
    joint = swapped(shipped, "2.3")
    place = chosen.index({"unit": "board"})
    means = measures.positives(
        shipped.survey, shipped.decisions.choose({"unit": "board"}), "D1", groups=("board",)
    )
    later, earlier = (means["value"][means["wave"] == wave].mean() for wave in (2020, 2018))

    assert joint.items[place].value == pytest.approx(later - earlier, abs=1e-12)
    # The claim is that there is no fall, so a fall is what would speak against it.
    assert joint.alternative == "less"


def test_only_claims_of_change_are_swapped(shipped: Evaluation) -> None:
    shown = swap_table(shipped, ["1.1", "1.4", "2.3", "3.1", "3.3"], "en", label="tbl-swap", caption="Swap.")

    assert [row[0] for row in shown.data.rows] == ["2.3", "3.3"]
    with pytest.raises(ValueError, match="of no change"):
        swapped(shipped, "3.1")


def test_the_joint_test_is_the_same_each_time(shipped: Evaluation) -> None:
    assert swapped(shipped, "3.3") == swapped(shipped, "3.3")
