"""The likelihood of the cumulative logit model, its maximum, and whether there is one.

For a row of a design and a threshold k = 1 .. K-1 between two neighbouring levels, with columns z whose
slopes may differ between thresholds (a constant first) and columns x whose slopes may not::

    logit P(Y <= k) = eta_k = z' a_k + x' b

Since F(u) - F(v) = F(u) F(-v) (1 - exp(v - u)) for the logistic F, the log-likelihood of n_k answers at each
level falls into parts that neither cancel nor underflow::

    sum_k n_k log F(eta_k) + n_(k+1) log F(-eta_k)  +  sum_(1 < k < K) n_k log(1 - exp(eta_(k-1) - eta_k))

The second sum needs the distinct rows of z only. All is concave in the parameters (Pratt 1981), so Newton
with step-halving finds the maximum if there is one. There is none exactly if some direction lowers no part
and raises at least one (separation), which a linear programme decides.

References
----------
Pratt (1981), Concavity of the log likelihood, doi:10.1080/01621459.1981.10477613.
Albert and Anderson (1984), On the existence of maximum likelihood estimates, doi:10.1093/biomet/71.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from entydig.statistics.cells import Floats, Integers

__all__ = ["Likelihood", "Maximum", "Point"]

# Newton's decrement (twice the log-likelihood still to gain) before the last step: 1e-8 standard errors. The
# step is still taken, but derivatives stay those of the point before it.
CLOSE_ENOUGH = 1e-16
MOST_STEPS = 60
MOST_HALVINGS = 40
# Under separation the last gains lie beyond |eta| = 30; below 10 none need be looked for.
FAR_OUT = 10.0
# Answers wholly apart move by about a standard deviation of some column, the solver's rounding by 1e-7.
SOLVER_ROUNDING = 1e-5


class Point(NamedTuple):
    """Parameters with their log-likelihood, its gradient and the observed information."""

    parameters: Floats
    value: float
    gradient: Floats
    information: Floats


class Maximum(NamedTuple):
    """Where Newton ended, and after how many steps."""

    point: Point
    steps: int
    converged: bool


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """The log-likelihood of answers counted by row of a design; its columns together are of full rank.

    Parameters
    ----------
    free
        Distinct rows of z, shape (V, q).
    place
        Which of them each row has, shape (U,).
    parallel
        x of each row, shape (U, p).
    counts
        Answers (or their weights) by row and level, shape (U, K), K > 1; no level without any.

    Notes
    -----
    The parameters are a_1, .., a_(K-1), b in one vector of length (K-1) q + p.
    """

    free: Floats
    place: Integers
    parallel: Floats
    counts: Floats

    @property
    def n_thresholds(self) -> int:
        """K - 1."""
        return int(self.counts.shape[1]) - 1

    @property
    def n_free(self) -> int:
        """Parameters that belong to one threshold."""
        return self.n_thresholds * int(self.free.shape[1])

    def start(self) -> Floats:
        """Return the maximum without slopes: log-odds of the cumulated shares, and zeros."""
        cumulated = np.cumsum(self.counts.sum(axis=0))
        parameters = np.zeros(self.n_free + len(self.parallel.T))
        parameters[: self.n_free : len(self.free.T)] = special.logit(cumulated[:-1] / cumulated[-1])
        return parameters

    def eta(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return eta_k of each row, shape (K-1, U), and their distances, shape (K-2, V)."""
        own = parameters[: self.n_free].reshape(self.n_thresholds, -1) @ self.free.T
        everywhere = own if len(self.free) == 1 else own[:, self.place]
        return everywhere + self.parallel @ parameters[self.n_free :], np.diff(own, axis=0)

    def at(self, parameters: Floats) -> Point | None:
        """Return log-likelihood and derivatives; None where an answer would have no probability."""
        eta, gap = self.eta(parameters)
        gap = np.where(self._middle > 0, gap, 1.0)
        if not (gap > 0).all():
            return None
        # A step so far out that exp overflows (|eta| > 709) is refused like one without probability.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            against = np.exp(-eta)
            chance = 1 / (1 + against)
            ends = np.vdot(self._total, np.log(chance)) - np.vdot(self._above, eta)
            other = against * chance
        if not np.isfinite(ends):
            return None
        odds = _odds(gap)
        between = self._middle * odds
        return Point(
            parameters,
            float(ends + np.vdot(self._middle, np.log(-np.expm1(-gap)))),
            self._gradient(self._below - self._total * chance, between),
            self._information(self._total * chance * other, between * (1 + odds)),
        )

    def gradient_by_row(self, parameters: Floats) -> Floats:
        """Return what each row adds to the gradient, shape (U, parameters)."""
        eta, gap = self.eta(parameters)
        middle = self.counts.T[1:-1]
        between = middle * _odds(np.where(middle > 0, gap[:, self.place], 1.0))
        score = self._below - self._total * special.expit(eta)
        score[1:] += between
        score[:-1] -= between
        own = score.T[:, :, None] * self.free[self.place][:, None, :]
        return np.hstack([own.reshape(len(own), -1), score.sum(axis=0)[:, None] * self.parallel])

    def maximum(self) -> Maximum:
        """Return where Newton's method with step-halving ends."""
        point = self.at(self.start())
        if point is None:
            raise ValueError("a level without answers has no threshold")
        for steps in range(1, MOST_STEPS + 1):
            try:
                step = np.asarray(np.linalg.solve(point.information, point.gradient), dtype=np.float64)
            except np.linalg.LinAlgError:
                break
            if point.gradient @ step < CLOSE_ENOUGH:
                return Maximum(point._replace(parameters=point.parameters + step), steps, True)
            better = self._halved(point, step)
            if better is None:
                break
            point = better
        return Maximum(point, steps, False)

    def runs_off(self, found: Maximum) -> npt.NDArray[np.bool_]:
        """Return for each parameter whether it has no finite estimate (separation).

        Looked for only if Newton failed or went far out: it cannot end near by where there is no maximum.
        """
        none = np.zeros(len(found.point.parameters), dtype=bool)
        if found.converged and np.abs(self.eta(found.point.parameters)[0]).max() < FAR_OUT:
            return none
        width = len(self.free.T)
        rows = np.zeros((self.n_thresholds, len(self.place), len(none)))
        for k in range(self.n_thresholds):
            rows[k, :, k * width : (k + 1) * width] = self.free[self.place]
        rows[:, :, self.n_free :] = self.parallel
        never_down, never_up = rows[self._below > 0], rows[self._above > 0]
        forced = np.vstack([never_down, -never_up])
        best = optimize.linprog(-forced.sum(axis=0), A_ub=-forced, b_ub=np.zeros(len(forced)), bounds=(-1, 1))
        if best.x is None or (forced @ best.x).max() < SOLVER_ROUNDING:
            return none
        return np.asarray(np.abs(best.x) > SOLVER_ROUNDING)

    @cached_property
    def _wide(self) -> Floats:
        return np.hstack([self.free[self.place], self.parallel])

    @cached_property
    def _below(self) -> Floats:
        """Answers at the level below each threshold, shape (K-1, U)."""
        return np.ascontiguousarray(self.counts.T[:-1])

    @cached_property
    def _above(self) -> Floats:
        """Answers at the level above each threshold, shape (K-1, U)."""
        return np.ascontiguousarray(self.counts.T[1:])

    @cached_property
    def _total(self) -> Floats:
        return self._below + self._above

    @cached_property
    def _middle(self) -> Floats:
        """Answers between two thresholds by distinct row of z, shape (K-2, V)."""
        if len(self.free) == 1:
            return np.asarray(self._above[:-1].sum(axis=1, keepdims=True))
        return np.array([np.bincount(self.place, between) for between in self._above[:-1]]).reshape(
            -1, len(self.free)
        )

    def _gradient(self, score: Floats, between: Floats) -> Floats:
        found, width = score @ self._wide, len(self.free.T)
        push = between @ self.free
        found[1:, :width] += push
        found[:-1, :width] -= push
        return np.concatenate([found[:, :width].ravel(), found[:, width:].sum(axis=0)])

    def _information(self, own: Floats, between: Floats) -> Floats:
        """Return minus the second derivative from those by eta_k and by the distances."""
        thresholds, width, n_free = self.n_thresholds, len(self.free.T), self.n_free
        by_threshold = _crossed(own, self._wide[:, :width], self._wide)
        apart = _crossed(between, self.free, self.free)
        blocks = np.zeros((thresholds, width, thresholds, width))
        k = np.arange(thresholds)
        blocks[k, :, k] = by_threshold[:, :, :width]
        blocks[k[1:], :, k[1:]] += apart
        blocks[k[:-1], :, k[:-1]] += apart
        blocks[k[1:], :, k[:-1]] -= apart
        blocks[k[:-1], :, k[1:]] -= apart
        found = np.empty((n_free + len(self.parallel.T),) * 2)
        found[:n_free, :n_free] = blocks.reshape(n_free, n_free)
        found[:n_free, n_free:] = by_threshold[:, :, width:].reshape(n_free, -1)
        found[n_free:, :n_free] = found[:n_free, n_free:].T
        found[n_free:, n_free:] = (self.parallel.T * own.sum(axis=0)) @ self.parallel
        return found

    def _halved(self, point: Point, step: Floats) -> Point | None:
        """Return the first of the full step, half of it, ... that does not lower the log-likelihood."""
        lowest = point.value - 1e-12 * (1 + abs(point.value))
        for halvings in range(MOST_HALVINGS):
            reached = self.at(point.parameters + step / 2**halvings)
            if reached is not None and reached.value >= lowest:
                return reached
        return None


def _crossed(weight: Floats, left: Floats, right: Floats) -> Floats:
    """Return left' diag(w) right for each row w of weights, shape (rows, left's, right's columns)."""
    return np.asarray((weight[:, None, :] * left.T) @ right)


def _odds(gap: Floats) -> Floats:
    """Return 1 / (exp(gap) - 1), which does not overflow."""
    return np.asarray(np.exp(-gap) / -np.expm1(-gap))
