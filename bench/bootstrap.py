"""How much quicker a cluster bootstrap is by matrices of weights than by `pingouin.compute_bootci`.

.venv/bin/python bench/bootstrap.py [PAIRS]

400 people, 40 clusters, two groups, five levels, 10,000 draws. Both sides are timed in turn; the ratio is the
median over pairs. Three ways to use pingouin are timed. The goal is set for the plain one, in which both sides
work from raw rows. In the other two a person has first summed the rows by cluster, which is what our estimator
does for itself; the quickest of them also writes the statistic for all draws at once, and then comes near us. It
fails below ten times, or where the intervals differ by more than chance.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pingouin

from entydig.statistics import bootstrap

PEOPLE, CLUSTERS, DRAWS = 400, 40, 10_000
ENOUGH = 10.0
JUDGED = "rows_of_each_draw"

Interval = tuple[float, float]


class Race(NamedTuple):
    """One way to use pingouin: median seconds of each side, median ratio, and the last intervals."""

    name: str
    ours: float
    theirs: float
    ratio: float
    interval: Interval
    other: Interval


def raw_rows() -> pd.DataFrame:
    """Return a row per answer: value (0, 1/4 .. 1), group, cluster; clusters differ in level and size."""
    rng = np.random.default_rng(20)
    cluster = np.sort(rng.integers(0, CLUSTERS, PEOPLE))
    latent = rng.normal(0, 0.5, CLUSTERS)[cluster] + rng.normal(0, 1, PEOPLE)
    return pd.DataFrame(
        {
            "value": np.digitize(latent, [-1, -0.3, 0.3, 1]) / 4,
            "group": rng.choice(["a", "b"], PEOPLE),
            "cluster": [f"c{number:02}" for number in cluster],
        }
    )


def ours(rows: pd.DataFrame, seed: int) -> Interval:
    """Return the interval of the mean difference; the probability of superiority comes with it."""
    found = bootstrap.gap(rows, ("a", "b"), draws=DRAWS, rng=np.random.default_rng(seed)).points
    return found.low, found.high


def summed(rows: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Return sums of a, counts of a, sums of b, counts of b, by cluster."""
    cluster = pd.factorize(rows["cluster"])[0]
    value, first = rows["value"].to_numpy(), (rows["group"] == "a").to_numpy()
    return tuple(
        np.bincount(cluster[side], weights=weights, minlength=CLUSTERS).astype(float)
        for side in (first, ~first)
        for weights in (value[side], None)
    )


def vectorised(rows: pd.DataFrame, seed: int) -> Interval:
    """Pingouin's quickest path known to us: indices of clusters, a function with `axis`, sums made beforehand.

    Pingouin applies a function with `axis` to all draws at once. Passing two complex arrays (sum + i count) as
    paired samples takes as long.
    """
    sum_a, n_a, sum_b, n_b = summed(rows)

    def difference(index, axis=-1):
        return sum_a[index].sum(axis) / n_a[index].sum(axis) - sum_b[index].sum(axis) / n_b[index].sum(axis)

    return _interval(difference, seed)


def drawn_one_by_one(rows: pd.DataFrame, seed: int) -> Interval:
    """The same sums with a function of one draw."""
    sum_a, n_a, sum_b, n_b = summed(rows)

    def difference(index):
        return sum_a[index].sum() / n_a[index].sum() - sum_b[index].sum() / n_b[index].sum()

    return _interval(difference, seed)


def rows_of_each_draw(rows: pd.DataFrame, seed: int) -> Interval:
    """A function that takes the rows of the clusters drawn and compares their means: the plain way."""
    cluster = pd.factorize(rows["cluster"])[0]
    value, first = rows["value"].to_numpy(), (rows["group"] == "a").to_numpy()
    of = [np.flatnonzero(cluster == number) for number in range(CLUSTERS)]

    def difference(index):
        drawn = np.concatenate([of[number] for number in index])
        side = first[drawn]
        return value[drawn[side]].mean() - value[drawn[~side]].mean()

    return _interval(difference, seed)


def _interval(function: Callable[..., object], seed: int) -> Interval:
    low, high = pingouin.compute_bootci(
        np.arange(CLUSTERS), func=function, method="percentile", n_boot=DRAWS, decimals=8, seed=seed
    )
    return float(low), float(high)


def compare(pairs: int) -> list[Race]:
    """Time our bootstrap and each way to use pingouin in turn, so many times."""
    rows, races = raw_rows(), []
    for way in (vectorised, drawn_one_by_one, rows_of_each_draw):
        times = []
        for seed in range(pairs + 1):
            interval, mine = _timed(ours, rows, seed)
            other, theirs = _timed(way, rows, seed)
            times.append((mine, theirs))
        # The first pair warms up.
        mine, theirs = zip(*times[1:], strict=True)
        ratio = statistics.median(there / here for here, there in times[1:])
        races.append(
            Race(way.__name__, statistics.median(mine), statistics.median(theirs), ratio, interval, other)
        )
    return races


def _timed(
    way: Callable[[pd.DataFrame, int], Interval], rows: pd.DataFrame, seed: int
) -> tuple[Interval, float]:
    start = time.perf_counter()
    interval = way(rows, seed)
    return interval, time.perf_counter() - start


def agree(race: Race) -> bool:
    """Return whether the ends differ by less than four Monte-Carlo errors of the difference of two quantiles."""
    se = (race.interval[1] - race.interval[0]) / 3.92
    # Standard error of the 2.5 % quantile of B normal draws: sqrt(a (1 - a) / B) / density = 0.0267 se at 10,000.
    error = np.sqrt(2) * se * np.sqrt(0.025 * 0.975 / DRAWS) / 0.0584
    return bool(np.all(np.abs(np.subtract(race.interval, race.other)) < 4 * error))


def main() -> int:
    """Print a line per way and return 1 if the one judged is less than ten times slower."""
    races = compare(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
    print("10,000-draw cluster bootstrap, ours against pingouin.compute_bootci")
    print("way to use pingouin    ours ms  theirs ms  ratio  our interval        theirs")
    for race in races:
        ends = "  ".join(f"[{low:.4f}, {high:.4f}]" for low, high in (race.interval, race.other))
        print(f"{race.name:20} {race.ours * 1e3:9.2f} {race.theirs * 1e3:10.2f} {race.ratio:6.1f}  {ends}")
    slow = [race.name for race in races if race.name == JUDGED and race.ratio < ENOUGH]
    apart = [race.name for race in races if not agree(race)]
    if slow or apart:
        print(f"below {ENOUGH:.0f} times: {slow}; intervals that differ: {apart}", file=sys.stderr)
    return int(bool(slow or apart))


if __name__ == "__main__":
    sys.exit(main())
