"""What coders gave to segments, as sums over interviews of which every coefficient of agreement is made.

The formulas stand in `entydig.statistics.agreement`. Sums are linear in the weights of interviews, so that a
row of weights for each draw gives all draws in one product.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from entydig.statistics.cells import Floats, Integers

__all__ = ["PLACE", "ROUNDING", "Booleans", "Coded", "Level", "Sums", "checked", "scheme_of"]

Level = Literal["nominal", "ordinal", "interval"]
Booleans = npt.NDArray[np.bool_]

PLACE = ["interview", "segment", "coder"]
# Below this a coincidence or a spread is only what rounding left of zero.
ROUNDING = 1e-12


class Sums(NamedTuple):
    """Weighted sums over interviews; first axis: draws."""

    pairs: Floats  # (B, Q, Q) coincidences
    table: Floats  # (B, Q, Q) code of the first coder by code of the second
    agreeing: Floats  # (B,) sum of each segment's share of agreeing pairs
    paired: Floats  # (B,) segments with two coders or more
    shares: Floats  # (B, Q) sum of each segment's shares of codes
    coded: Floats  # (B,) segments with a coder

    @property
    def undefined(self) -> Booleans:
        """Draws in which agreement beyond chance is undefined."""
        return np.asarray((self.pairs.sum(axis=2) > ROUNDING).sum(axis=1) < 2)

    def percent(self) -> Floats:
        """Return the share of agreeing pairs of coders, the mean over segments."""
        return _ratio(self.agreeing, self.paired, self.paired == 0)

    def kappa(self) -> Floats:
        """Return Cohen's kappa; of no meaning unless there are exactly two coders."""
        expected = (self.table.sum(axis=1) * self.table.sum(axis=2)).sum(axis=1) / self.paired.clip(1) ** 2
        return _ratio(self.percent() - expected, 1 - expected, self.undefined)

    def ac1(self) -> Floats:
        """Return Gwet's AC1."""
        share = self.shares / self.coded[:, None].clip(1)
        expected = (share * (1 - share)).sum(axis=1) / max(share.shape[1] - 1, 1)
        return _ratio(self.percent() - expected, 1 - expected, self.undefined)

    def alpha(self, level: Level, scheme: Sequence[Hashable]) -> Floats:
        """Return Krippendorff's alpha; for the interval level the scheme holds numbers."""
        used = self.pairs.sum(axis=2)
        total = used.sum(axis=1)
        if level == "nominal":
            observed = total - np.trace(self.pairs, axis1=1, axis2=2)
            expected = total**2 - (used**2).sum(axis=1)
        else:
            # Krippendorff's ordinal distance is the interval one between mid-ranks.
            mid_ranks = used.cumsum(axis=1) - used / 2
            score = mid_ranks if level == "ordinal" else np.tile(np.array(scheme, float), (len(used), 1))
            squares = (used * score**2).sum(axis=1)
            observed = 2 * (squares - np.einsum("bq,bqk,bk->b", score, self.pairs, score))
            expected = 2 * (total * squares - (used * score).sum(axis=1) ** 2)
        return 1 - _ratio((total - 1) * observed, expected, self.undefined)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """Segments with at least one coder: how many gave each code, and who gave which if coders are two."""

    counts: Floats  # (S, Q)
    interview: Integers  # (S,) position, 0 .. I-1
    chosen: Floats | None  # (S, 2, Q), only where there are exactly two coders
    scheme: Sequence[Hashable]

    @classmethod
    def of(cls, decisions: pd.DataFrame, codes: Sequence[Hashable] | None) -> Self:
        """Return the segments of a frame of decisions, in the order of their interviews.

        Raises
        ------
        ValueError
            As in `checked` and `scheme_of`; a coder decided on a segment twice, or a code is not of the scheme.
        """
        table = checked(decisions).dropna(subset="code")
        if table.duplicated(PLACE).any():
            raise ValueError("a coder decided on a segment twice")
        scheme = scheme_of(table["code"], codes)
        position = pd.Index(list(scheme)).get_indexer(pd.Index(table["code"]))
        if (position < 0).any():
            raise ValueError("a code is not of the scheme")
        segment = table.groupby(["interview", "segment"], sort=True).ngroup().to_numpy()
        coder, coders = pd.factorize(table["coder"], sort=True)
        chosen = np.zeros((segment.max(initial=-1) + 1, len(coders), len(scheme)))
        chosen[segment, coder, position] = 1.0
        interview = np.zeros(len(chosen), dtype=np.intp)
        interview[segment] = pd.factorize(table["interview"], sort=True)[0]
        return cls(
            counts=chosen.sum(axis=1),
            interview=interview,
            chosen=chosen if len(coders) == 2 else None,
            scheme=scheme,
        )

    @property
    def paired(self) -> Booleans:
        """Segments with two coders or more."""
        return np.asarray(self.counts.sum(axis=1) > 1)

    def summed(self, weights: Floats | None = None) -> Sums:
        """Return sums over interviews for each row of weights; without weights those of the data."""
        n_coders, paired = self.counts.sum(axis=1), self.paired
        pairs = self.counts[:, :, None] * self.counts[:, None, :]
        pairs -= self.counts[:, :, None] * np.eye(self.counts.shape[1])
        pairs *= (paired / (n_coders - 1).clip(1))[:, None, None]
        table = np.zeros_like(pairs)
        if self.chosen is not None:
            table = self.chosen[:, 0, :, None] * self.chosen[:, 1, None, :]
        agreeing = np.trace(pairs, axis1=1, axis2=2) / n_coders
        shares = self.counts / n_coders[:, None]
        parts = (pairs, table, agreeing, paired.astype(float), shares, np.ones(len(paired)))
        return Sums(*(self._by_interview(part, weights) for part in parts))

    def _by_interview(self, part: Floats, weights: Floats | None) -> Floats:
        sums = np.zeros((self.interview.max(initial=-1) + 1, *part.shape[1:]))
        np.add.at(sums, self.interview, part)
        return sums.sum(axis=0)[None] if weights is None else np.tensordot(weights, sums, axes=1)

    def obstacle(self) -> str | None:
        """Return the key of what leaves agreement beyond chance undefined."""
        if not self.paired.any():
            return "no pairs"
        return "one category" if self.summed().undefined[0] else None


def checked(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return interview, segment, coder and code of each decision.

    Raises
    ------
    ValueError
        An interview, segment or coder is missing.
    """
    table = decisions[[*PLACE, "code"]]
    if table[PLACE].isna().any(axis=None):
        raise ValueError("a decision needs an interview, a segment and a coder")
    return table


def scheme_of(used: pd.Series, codes: Sequence[Hashable] | None) -> Sequence[Hashable]:
    """Return the codes of the scheme: those given, else those used, in the order of their names.

    Raises
    ------
    ValueError
        A code is given twice.
    """
    scheme = sorted(used.dropna().unique()) if codes is None else list(codes)
    if len(set(scheme)) < len(scheme):
        raise ValueError("the scheme repeats a code")
    return scheme


def _ratio(above: Floats, below: Floats, undefined: Booleans) -> Floats:
    return np.where(undefined, np.nan, above / np.where(undefined, 1.0, below))
