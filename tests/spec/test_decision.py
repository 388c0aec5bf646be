"""The verdict rule, one line of the table each: worked by hand from the rule in words."""

import math

import pytest

from entydig.claims.decision import adjusted, verdicts
from entydig.claims.estimators import Base, PartEvidence, equivalence
from entydig.claims.evidence import Evidence, Held
from entydig.claims.register import Claim, Condition, Part, Register
from entydig.statistics.estimate import Estimate
from entydig.survey.decisions import Decision, Decisions

DECISIONS = Decisions(
    {"confidence": Decision("confidence", (0.95,), {}), "sesoi": Decision("sesoi", (0.10,), {})}, {}
)
REGISTER = Register("2026-01-01", "0" * 64, 30, 10, {}, {})


def estimate(value, low, high, p, *, unit="points", n=100, clusters=40):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=n, clusters=clusters, unit=unit, population="process",
        method="cr2", se=0.05, df=30.0, null=0.0, alternative="greater", p=p,
    )  # fmt: skip


def counted(share):
    return Estimate(
        value=share, low=share, high=share, n=50, N=50, unit="share", population="roster", method="census", se=0.0,
        p=math.nan,
    )  # fmt: skip


def claim(name="1.1", family="confirmatory"):
    return Claim(name, {}, "ours", family, "survey", False, "findings/1", {}, (), ())


ENOUGH = Base(100, 40)


def evidence(
    *estimates, kind="gap", against=0.0, beside=None, held=(), name="1.1", family="confirmatory", base=ENOUGH,
    other_way=False, **fields
):  # fmt: skip
    part = Part(kind, ("A",), None, ("a", "b"), False, (1,), {}, "greater", against, **fields)
    parts = tuple(PartEvidence(part, each, beside, base, other_way) for each in estimates)
    return Evidence(claim(name, family), parts, held)


def decide(entry):
    return verdicts(REGISTER, {"1.1": entry}, DECISIONS, has_clusters=True)["1.1"]


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (evidence(estimate(0.15, 0.05, 0.25, 0.002)), "supported"),
        (evidence(estimate(0.05, -0.05, 0.15, 0.2)), "undecided"),
        (evidence(estimate(-0.02, -0.12, 0.08, 0.7)), "not supported"),  # 0.08 is below the SESOI of 0.10
        (evidence(estimate(0.45, 0.40, 0.49, 0.9, unit="share"), kind="level", against=0.5), "not supported"),
        (evidence(estimate(0.60, 0.55, 0.65, 0.001, unit="share"), kind="level", against=0.5), "supported"),
        # The smaller group counts, however many answers there are together.
        (evidence(estimate(0.15, 0.05, 0.25, 0.002, n=300), base=Base(29, 20)), "not testable"),
        (evidence(estimate(0.15, 0.05, 0.25, 0.002), base=Base(30, 9)), "not testable"),
        (evidence(estimate(0.15, 0.05, 0.25, 0.002), base=Base(30, 10)), "supported"),
        # An equivalence is tested at twice the level: p .04 counts as .02.
        (evidence(estimate(0.02, -0.08, 0.12, 0.04), kind="equivalence", margin=0.20), "supported"),
        (evidence(estimate(0.02, -0.18, 0.22, 0.06), kind="equivalence", margin=0.20), "undecided"),
        (evidence(estimate(0.35, 0.21, 0.49, 0.9), kind="equivalence", margin=0.20), "not supported"),
        (evidence(estimate(-0.35, -0.49, -0.21, 0.9), kind="equivalence", margin=0.20), "not supported"),
        # Non-inferiority falls only when the whole interval lies below minus the margin.
        (evidence(estimate(0.02, -0.04, 0.08, 0.01), kind="equivalence", margin=0.10, one_sided=True), "supported"),
        (evidence(estimate(-0.15, -0.25, -0.05, 0.8), kind="equivalence", margin=0.10, one_sided=True), "undecided"),
        (evidence(estimate(-0.20, -0.29, -0.11, 0.9), kind="equivalence", margin=0.10, one_sided=True), "not supported"),
        (evidence(estimate(0.05, 0.01, 0.09, 0.003), kind="rank_set"), "supported"),
        (evidence(estimate(-0.01, -0.05, 0.03, 0.7), kind="rank_set"), "undecided"),
        (evidence(estimate(-0.09, -0.15, -0.03, 0.99), kind="rank_set", other_way=True), "not supported"),
        (evidence(estimate(0.12, -0.02, 0.26, 0.05), kind="association"), "undecided"),
        (evidence(estimate(0.01, -0.07, 0.09, 0.4), kind="association"), "not supported"),
        (evidence(counted(0.67), kind="census", against=2 / 3, base=None), "supported"),
        (evidence(counted(2 / 3), kind="census", against=0.6666666667, base=None), "not supported"),
        (evidence(counted(0.75), kind="census", against=0.75, at_least=True, base=None), "supported"),
        (evidence(counted(0.74), kind="census", against=0.75, at_least=True, base=None), "not supported"),
    ],
)  # fmt: skip
def test_each_verdict_follows_its_rule(entry, word):
    assert decide(entry).word == word


def test_a_compound_claim_is_its_weakest_part():
    both = evidence(estimate(0.2, 0.1, 0.3, 0.001), estimate(0.1, -0.02, 0.22, 0.06))

    assert decide(both).p == 0.06
    assert decide(both).word == "undecided"


def test_a_compound_claim_falls_with_one_part():
    both = evidence(estimate(0.2, 0.1, 0.3, 0.001), estimate(-0.1, -0.2, 0.0, 0.95))

    assert decide(both).word == "not supported"


def test_superiority_that_points_the_other_way_leaves_it_undecided():
    beside = estimate(0.45, 0.3, 0.6, 0.7, unit="probability")
    opposite = Estimate(**{**beside.__dict__, "null": 0.5})

    assert decide(evidence(estimate(0.15, 0.05, 0.25, 0.002), beside=opposite)).word == "undecided"


def test_a_size_condition_must_hold():
    held = (Held(Condition("estimate_at_least", (), 0, 0.10), False, {}),)

    assert decide(evidence(estimate(0.08, 0.02, 0.14, 0.005), held=held)).word == "undecided"


def test_the_adjustment_stays_inside_the_family_and_is_said_when_it_alone_decides():
    family = {
        "1.1": evidence(estimate(0.15, 0.01, 0.29, 0.02)),
        "1.2": evidence(estimate(0.1, -0.05, 0.25, 0.3), name="1.2"),
        "1.3": evidence(estimate(0.15, 0.01, 0.29, 0.02), name="1.3", family="secondary"),
    }
    decided = verdicts(REGISTER, family, DECISIONS, has_clusters=True)

    assert decided["1.1"].p_adjusted == pytest.approx(0.04)  # Holm: 2 x 0.02
    assert decided["1.1"].only_adjustment
    assert decided["1.3"].p_adjusted == pytest.approx(0.02)


def test_missing_p_values_count_for_nothing():
    # R: p.adjust(c(.01, NA, .03), "holm") gives .02 NA .03
    result = adjusted({"a": 0.01, "b": math.nan, "c": 0.03}, "holm")

    assert result["a"] == pytest.approx(0.02)
    assert math.isnan(result["b"])
    assert result["c"] == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("value", "null", "p"),
    # se .05, t with 30 df: two one-sided tests against -.2 and .2; the larger p decides.
    # R: pt((value + .2) / .05, 30, lower.tail = FALSE); pt((value - .2) / .05, 30)
    [(0.10, 0.20, 0.0273125), (-0.10, -0.20, 0.0273125), (0.02, 0.20, 0.00056559)],
)
def test_equivalence_is_decided_by_its_nearer_bound(value, null, p):
    def contrast(**asked):
        return Estimate.by_t(
            value, se=0.05, df=30.0, unit="points", population="process", method="cr2", n=100, **asked
        )

    found = equivalence(contrast, margin=0.20, confidence=0.95)

    assert found.null == null
    assert found.p == pytest.approx(p, abs=1e-6)
    assert found.confidence == pytest.approx(0.90)  # two one-sided tests at .05
