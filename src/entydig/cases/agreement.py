"""How far the coders of the texts agree on each claim, before any consensus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from entydig.cases.corpus import STANCES, Corpus
from entydig.cases.verdicts import Standing, standing
from entydig.statistics.agreement import CoderAgreement, overall

__all__ = ["ClaimAgreement", "agreements", "decisions", "disagreements"]


@dataclass(frozen=True)
class ClaimAgreement:
    """Agreement of the coders on the stance of what is said on one claim.

    Attributes
    ----------
    coders : CoderAgreement
        Percent, kappa, AC1 and alpha over passages, with intervals over interviews. A passage that one coder alone
        took for one on the claim counts in `CoderAgreement.single`.
    prevalence : float
        Share of interviews in which any coder found the claim, in [0, 1].
    """

    claim: str
    coders: CoderAgreement
    prevalence: float

    @property
    def standing(self) -> Standing:
        """How far the claim's coding can be leant on (`entydig.cases.verdicts.standing`)."""
        return standing(self.coders.alpha.value, self.prevalence)


def agreements(
    corpus: Corpus, claims: Sequence[str], *, confidence: float = 0.95, draws: int = 2000, seed: int = 0
) -> dict[str, ClaimAgreement]:
    """Judge the coding of each claim.

    Parameters
    ----------
    corpus : Corpus
        Interviews alone count; observations and documents give context.
    claims : sequence of str
    confidence : float
        Of the intervals, in (0, 1).
    draws : int
        Of interviews.
    seed : int
        Of the draws; each claim has the same.

    Returns
    -------
    dict
        Claims that nobody coded in an interview are left out.

    Raises
    ------
    ValueError
        As `entydig.statistics.agreement.overall`.
    """
    interviews = sum(source.kind == "interview" for source in corpus.sources)
    coded = decisions(corpus)
    found = {}
    for claim in claims:
        mine = coded[coded["claim"] == claim]
        if len(mine):
            judged = overall(
                mine,
                rng=np.random.default_rng(seed),
                codes=STANCES,
                draws=draws,
                confidence=confidence,
            )
            found[claim] = ClaimAgreement(claim, judged, mine["interview"].nunique() / interviews)
    return found


def decisions(corpus: Corpus) -> pd.DataFrame:
    """Give every coder's decision on every passage of an interview, as `entydig.statistics.agreement` takes them.

    Returns
    -------
    DataFrame
        Columns ``claim``, ``interview``, ``segment`` (its characters), ``coder``, ``code`` (the stance).
    """
    rows = [
        (each.claim, each.source, f"{each.start}-{each.end}", each.coder, each.stance)
        for each in corpus.segments
        if each.claim is not None and corpus.by_id[each.source].kind == "interview"
    ]
    return pd.DataFrame(rows, columns=["claim", "interview", "segment", "coder", "code"])


def disagreements(corpus: Corpus) -> Mapping[tuple[str, str], int]:
    """Count the passages on which two coders differ, by the pair of stances they gave, in the order of `STANCES`.

    Passages that one coder left out are not counted.
    """
    count: dict[tuple[str, str], int] = {}
    read = decisions(corpus).groupby(["claim", "interview", "segment"], sort=False)["code"]
    for _, codes in read:
        pair = sorted(set(codes), key=STANCES.index)
        if len(codes) > 1:
            key = (str(pair[0]), str(pair[-1]))
            count[key] = count.get(key, 0) + 1
    return count
