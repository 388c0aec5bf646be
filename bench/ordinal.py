"""How much faster the proportional-odds fit is than statsmodels' OrderedModel: from raw rows to standard errors.

.venv/bin/python bench/ordinal.py
"""

import statistics
import sys
import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.miscmodels.ordinal_model import OrderedModel

from entydig.statistics.ordinal import fit

PEOPLE, PREDICTORS = 2000, 5
CUTS = (-1.6, -0.5, 0.6, 1.8)
SLOPES = (0.8, -0.5, 0.3, 0.0, -0.2)
OURS_IN_A_PAIR = 15
LEAST_RATIO = 40.0
LARGEST_DIFFERENCE = 1e-6


class Comparison(NamedTuple):
    """Median seconds of each, the median ratio of the pairs, and how far the log-likelihoods are apart."""

    ours: float
    theirs: float
    ratio: float
    difference: float

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio >= LEAST_RATIO and self.difference <= LARGEST_DIFFERENCE


def data() -> tuple[np.ndarray, pd.DataFrame]:
    """Return levels 0 .. 4 and five columns of normal values, which makes every row distinct."""
    chance = np.random.default_rng(20260518)
    design = pd.DataFrame(
        chance.normal(size=(PEOPLE, PREDICTORS)), columns=[f"x{place + 1}" for place in range(PREDICTORS)]
    )
    latent = design.to_numpy() @ np.array(SLOPES) + chance.logistic(size=PEOPLE)
    return np.searchsorted(CUTS, latent), design


def ours(levels: np.ndarray, design: pd.DataFrame) -> float:
    """Return our log-likelihood after slopes, thresholds and standard errors are known."""
    found = fit(levels, design, n_levels=len(CUTS) + 1)
    if found.reason or not np.isfinite(found.se).all():
        raise RuntimeError(f"our fit failed: {found.reason}")
    return found.log_likelihood


def theirs(levels: np.ndarray, design: pd.DataFrame) -> float:
    """Return statsmodels' log-likelihood after the same."""
    found = OrderedModel(levels, design, distr="logit").fit(method="bfgs", disp=False)
    if not found.mle_retvals["converged"] or not np.isfinite(found.bse).all():
        raise RuntimeError("statsmodels' fit failed")
    return float(found.llf)


def compare(pairs: int) -> Comparison:
    """Time both in turn, `pairs` times after one untimed pair; ours as the median of several, as it is short."""
    levels, design = data()
    difference = abs(ours(levels, design) / theirs(levels, design) - 1)
    times = [
        (
            statistics.median(_seconds(ours, levels, design) for _ in range(OURS_IN_A_PAIR)),
            _seconds(theirs, levels, design),
        )
        for _ in range(pairs)
    ]
    return Comparison(
        ours=statistics.median(own for own, _ in times),
        theirs=statistics.median(other for _, other in times),
        ratio=statistics.median(other / own for own, other in times),
        difference=difference,
    )


def _seconds(work, levels, design) -> float:
    start = time.perf_counter()
    work(levels, design)
    return time.perf_counter() - start


def main() -> int:
    """Print the comparison; return 1 where the goal is missed."""
    found = compare(pairs=9)
    print(f"our fit {1000 * found.ours:.1f} ms, OrderedModel {1000 * found.theirs:.0f} ms")
    print(f"ratio {found.ratio:.0f} (at least {LEAST_RATIO:.0f})")
    print(f"log-likelihoods differ by {found.difference:.1e} (at most {LARGEST_DIFFERENCE:.0e}, relative)")
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
