"""What a notebook asks of the roster, counted again from the shipped files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from entydig.claims.text_rule import Hit
from entydig.claims.wording import shown_roster
from entydig.errors import UsageError
from entydig.project import Evaluation, Study, read_evaluation
from entydig.statistics.estimate import Estimate

ROOT = Path(__file__).parents[2]
SURVEY = ROOT / "data" / "survey"


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(read_evaluation(ROOT), "en")


@pytest.fixture(scope="module")
def roster() -> pd.DataFrame:
    whole = pd.read_csv(SURVEY / "roster.csv", dtype=str)
    return whole[(whole["group"] == "board") & (whole["wave"] == "2020")]


def test_a_census_of_people_is_their_share_on_the_roster(study: Study, roster: pd.DataFrame) -> None:
    mine = roster[roster["A1"] == "municipality"]

    found = study.census(
        "A2",
        groups=["board"],
        wave=2020,
        where={"A1": ["municipality"]},
        having=[{"A2": ["executive", "head"]}],
        against=2 / 3,
    )

    assert (found.n, found.N) == (len(mine), len(mine))
    assert found.value == pytest.approx(mine["A2"].isin(["executive", "head"]).mean(), abs=1e-12)


def test_a_census_of_clusters_needs_one_of_each(study: Study, roster: pd.DataFrame) -> None:
    executives = roster[roster["A2"] == "executive"]
    both = set(executives[executives["A1"] == "municipality"]["cluster"]) & set(
        executives[executives["A1"].isin(["housing", "several_housing"])]["cluster"]
    )

    found = study.census(
        "A2",
        groups=["board"],
        wave=2020,
        per="cluster",
        having=[
            {"A1": ["municipality"], "A2": ["executive"]},
            {"A1": ["housing", "several_housing"], "A2": ["executive"]},
        ],
        against=0.75,
        at_least=True,
    )

    assert found.value == pytest.approx(len(both) / roster["cluster"].nunique(), abs=1e-12)


def test_the_smallest_lead_is_the_third_of_three_minus_the_best_of_the_others(study: Study) -> None:
    options = study.instrument.items["C1"].options
    answers = pd.read_csv(SURVEY / "answers.csv")
    columns = [f"C1_{option}" for option in options]
    mine = answers[(answers["group"] == "board") & (answers["wave"] == 2020)][columns].dropna()
    shares = mine.mean()
    over = ["implementation", "strategy", "coherence"]
    others = [f"C1_{option}" for option in options if option not in over]

    found = study.rank_set("C1", over=over, groups=["board"], wave=2020)

    assert found.n == len(mine)
    assert found.value == pytest.approx(
        shares[[f"C1_{o}" for o in over]].min() - shares[others].max(), abs=1e-9
    )


def test_choices_have_a_column_of_zeros_and_ones_for_each_option(study: Study) -> None:
    found = study.choices("C1", groups=["board"], wave=2020)

    assert set(study.instrument.items["C1"].options) <= set(found.columns)
    assert set(found["strategy"]) == {0, 1}


def test_an_equivalence_widens_no_further_than_its_tests(study: Study) -> None:
    contrast = partial(study.linear.gap, study.positives("F1", waves=[2020]), ("board", "manager"))

    found = study.equivalence(contrast, margin=0.2)

    assert found.confidence == 0.9
    assert found.value == pytest.approx(contrast(confidence=0.95).value, abs=1e-12)


def test_a_claim_of_another_kind_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match=r"claim 3\.1: does not rest on cases\n +expected: one of 1\.4"):
        study.coded("3.1")


def test_a_claim_on_cases_waits_for_its_material(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Evaluation, "material", None)
    record = Study(replace(study.evaluation), study.language).coded("1.4")

    assert record.word == "not testable in synthetic data"
    assert "Reason: there is no case material." in record.lines


def test_a_text_claim_falls_with_its_first_hit(study: Study) -> None:
    assert study.text_claim("4.4", []).word == "recovered in synthetic data"
    broken = study.text_claim("4.4", [Hit("page, c1", "improves", "The effort improves safety.")])
    assert broken.word == "not recovered in synthetic data"
    assert "Reason: a sentence breaks the rule." in broken.lines


def test_all_answers_stand_beside_the_opinions_unless_that_tells_how_few_have_none(study: Study) -> None:
    found = study.share("H1", groups=["board"], wave=2020)

    def others(more: int) -> Estimate:
        return study.beside(found, replace(found, n=found.n + more))

    assert [others(more).n - found.n for more in (0, 5, 20)] == [0, 5, 20]
    assert {others(more).reason for more in (1, 4)} == {"too few without an opinion"}


def test_the_roster_of_a_share_is_given_to_the_nearest_ten_that_of_a_census_exactly(study: Study) -> None:
    share = study.share("B2", groups=["manager"], wave=2020)
    counted = replace(share, method="census", N=87)

    assert [shown_roster(replace(share, n=60, N=N)) for N in (84, 87, 90)] == [80, 90, 90]
    assert shown_roster(replace(share, n=83, N=84)) == 83  # never fewer than answered
    assert (shown_roster(counted), shown_roster(replace(share, N=None))) == (87, None)
