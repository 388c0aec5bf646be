"""One test of a change under all its specifications at once, by swapping the waves inside clusters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from entydig.claims.register import Claim, Part
from entydig.claims.roster import roster_weights
from entydig.claims.wording import p_text, part_text
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.project.evaluation import Evaluation
from entydig.project.grids import grid
from entydig.project.kept import kept
from entydig.statistics import permutation
from entydig.statistics.estimate import Alternative
from entydig.statistics.permutation import JointTest
from entydig.survey import measures
from entydig.survey.decisions import Decisions
from entydig.wording import number, text

__all__ = ["swap_table", "swapped"]

SEED = 1
DRAWS = 9999
# What no swap of answers can follow: weights belong to a wave, the others change no estimate.
LEFT_OUT = frozenset({"weights", "confidence", "sesoi"})
OTHER_WAY: dict[Alternative, Alternative] = {"greater": "less", "less": "greater"}


def swapped(evaluation: Evaluation, claim: str) -> JointTest:
    """Test that nothing changed under any specification of a claim of change.

    Parameters
    ----------
    evaluation : Evaluation
    claim : str
        Its first part has two waves.

    Returns
    -------
    JointTest
        One item a specification, the registered one first: every combination of the decisions on answers and
        people that can test the claim, unweighted.  Each counts as much as in its own analysis: clusters
        alike are clusters' means.  Towards the claim; of non-inferiority towards what would speak against it,
        since there the absence of a change is what is claimed.

    Raises
    ------
    ValueError
        The claim is of no change.
    """
    entry = evaluation.register.claims[claim]
    part = entry.parts[0]
    chosen = [
        each.chosen
        for each in kept(grid, evaluation, entry.finding)[claim]
        if not each.refusal and not LEFT_OUT & set(each.chosen)
    ]
    if not _of_change(entry) or not chosen:
        raise ValueError(f"claim {claim} is of no change that can be tested")
    items = [f"specification {number}" for number in range(1, len(chosen) + 1)]
    untouched = Decisions(evaluation.decisions.registered, {})
    answers = pd.concat(
        [
            _answers(part, evaluation, untouched.choose(own)).rename(columns={"value": item})
            for item, own in zip(items, chosen, strict=True)
        ],
        ignore_index=True,
    )
    settings: dict[str, Any] = {
        "rng": np.random.default_rng(SEED),
        "items": items,
        "draws": DRAWS,
        "alternative": _alternative(part),
    }
    waves = part.waves[0], part.waves[-1]
    if part.estimand == "gap_change":
        return permutation.gap_change(answers, (part.groups[0], part.groups[1]), waves, **settings)
    weights = roster_weights(evaluation.survey, part.groups, waves[1]) if part.together else None
    return permutation.change(answers, waves, weights=weights, **settings)


def swap_table(
    evaluation: Evaluation, claims: Sequence[str], language: str, *, label: str, caption: str
) -> Table:
    """Set out the joint test of each claim of change; other claims are left out.

    A claim that cannot be tested as registered, or not without clusters, has empty cells.

    Raises
    ------
    ValueError
        None of the claims is of a change.
    """
    entries = (evaluation.register.claims[name] for name in claims)
    rows = [_row(claim, evaluation, language) for claim in entries if claim.parts and _of_change(claim)]
    columns = ["claim", "part", "direction", "combinations", "p_registered", "p_joint", "clusters"]
    headings = {name: text(f"swap_{name}", language) for name in columns}
    return table(
        pd.DataFrame(rows, columns=columns),
        caption=caption,
        label=label,
        language=language,
        headings=headings,
        row_headings=2,
        numeric=columns[3:],
    )


def _row(claim: Claim, evaluation: Evaluation, language: str) -> tuple[str | None, ...]:
    about = part_text(claim.parts[0], evaluation.instrument, language)
    direction = text(f"swap_{_alternative(claim.parts[0])}", language)
    refused = kept(grid, evaluation, claim.finding)[claim.id][0].refusal
    if refused or not evaluation.survey.has_clusters:
        return claim.id, about, direction, None, None, None, None
    found = kept(swapped, evaluation, claim.id)
    written = [p_text(each, language).removeprefix("= ") for each in (found.items[0].p, found.p)]
    p = [each.replace(" ", "\N{NO-BREAK SPACE}") for each in written]
    clusters = number(math.nan if found.clusters is None else found.clusters, language)
    return claim.id, about, direction, number(len(found.items), language), *p, clusters


def _of_change(claim: Claim) -> bool:
    return len(claim.parts[0].waves) > 1


def _alternative(part: Part) -> Alternative:
    return OTHER_WAY[part.direction] if part.estimand == "equivalence" else part.direction


def _answers(part: Part, evaluation: Evaluation, decisions: Decisions) -> pd.DataFrame:
    keep: dict[str, Any] = {"groups": part.groups, "waves": part.waves, "where": part.where}
    if part.needed is not None:
        found = measures.index(evaluation.survey, decisions, part.items, part.needed, **keep)
    else:
        found = measures.positives(evaluation.survey, decisions, part.items[0], **keep)
    return found.frame()[["group", "wave", "cluster", "value"]]
