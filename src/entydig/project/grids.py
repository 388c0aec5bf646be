"""All claims of a finding under every combination of the registered decisions, computed once for all pages."""

from __future__ import annotations

from entydig.claims.robustness import Specification, specifications
from entydig.project.evaluation import Evaluation

__all__ = ["grid"]


def grid(evaluation: Evaluation, finding: str) -> dict[str, tuple[Specification, ...]]:
    """Decide all claims of a finding that rest on the survey under every combination of decisions."""
    register = evaluation.register
    claims = [claim for claim in register.of_finding(finding) if claim.parts]
    return specifications(register, claims, evaluation.survey, evaluation.decisions)
