"""What must hold of ordinal regression whatever the answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entydig.statistics.likelihood_ratio import likelihood_ratio, parallel_lines
from entydig.statistics.ordinal import OrdinalFit, fit

few = settings(derandomize=True, max_examples=30, deadline=None)

rows = st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 4), st.sampled_from("pqrstuvw"))
frames = st.lists(rows, min_size=24, max_size=70).map(
    lambda lines: pd.DataFrame(lines, columns=["level", "x", "z", "cluster"])
)


def fitted(frame: pd.DataFrame, **options) -> OrdinalFit:
    assume(frame["x"].nunique() > 1 and frame["z"].nunique() > 1)
    assume(abs(np.corrcoef(frame["x"].astype(float), frame["z"])[0, 1]) < 0.99)
    if options.pop("clustered", False):
        options["clusters"] = frame["cluster"]
    found = fit(frame["level"], frame[["x", "z"]], n_levels=4, **options)
    assume(found.reason is None)
    return found


def same(left: OrdinalFit, right: OrdinalFit) -> bool:
    return (
        np.allclose(left.estimates, right.estimates, rtol=1e-8, atol=1e-8)
        and np.allclose(left.covariances, right.covariances, rtol=1e-6, atol=1e-10)
        and (left.n, left.clusters, left.warnings) == (right.n, right.clusters, right.warnings)
    )


@pytest.mark.parametrize("options", [{}, {"clustered": True}, {"nonparallel": ["x"]}])
@few
@given(frame=frames, seed=st.integers(0, 99))
def test_order_of_rows_and_names_of_clusters_do_not_matter(options, frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed).assign(cluster=lambda rows: rows["cluster"] + "!")
    assert same(fitted(frame, **options), fitted(shuffled, **options))


@pytest.mark.parametrize("options", [{}, {"clustered": True}])
@few
@given(frame=frames)
def test_turning_the_scale_round_flips_slopes_and_thresholds(options, frame):
    found = fitted(frame, **options)
    turned = fitted(frame.assign(level=3 - frame["level"]), **options)
    assert turned.coefficients.to_numpy() == pytest.approx(-found.coefficients.to_numpy(), abs=1e-8)
    assert turned.thresholds.to_numpy() == pytest.approx(-found.thresholds.to_numpy()[::-1], abs=1e-8)
    assert turned.log_likelihood == pytest.approx(found.log_likelihood)
    assert turned.se[["x", "z"]].to_numpy() == pytest.approx(found.se[["x", "z"]].to_numpy(), rel=1e-6)


@few
@given(frame=frames)
def test_turning_a_column_round_flips_its_slope_only(frame):
    found, turned = fitted(frame), fitted(frame.assign(x=~frame["x"]))
    assert turned.coefficients["x"] == pytest.approx(-found.coefficients["x"], abs=1e-8)
    assert turned.coefficients["z"] == pytest.approx(found.coefficients["z"], abs=1e-8)


@few
@given(frame=frames, shift=st.floats(-3000, 3000), scale=st.floats(0.01, 100))
def test_the_unit_and_origin_of_a_column_do_not_matter(frame, shift, scale):
    found, moved = fitted(frame), fitted(frame.assign(z=shift + scale * frame["z"]))
    assert moved.coefficients["z"] * scale == pytest.approx(found.coefficients["z"], abs=1e-7)
    assert moved.se["z"] * scale == pytest.approx(found.se["z"], rel=1e-6)
    assert moved.log_likelihood == pytest.approx(found.log_likelihood)


@pytest.mark.parametrize("clustered", [False, True])
@few
@given(frame=frames, data=st.data())
def test_frequency_weights_are_repeated_rows(clustered, frame, data):
    weights = np.array(data.draw(st.lists(st.integers(0, 4), min_size=len(frame), max_size=len(frame))))
    repeated = frame.loc[frame.index.repeat(weights)].reset_index(drop=True)
    assume(len(repeated) > 10)
    counted, by_row = (
        fitted(repeated, clustered=clustered),
        fitted(frame, weights=weights, clustered=clustered),
    )
    assert same(counted, by_row)
    assert counted.log_likelihood == pytest.approx(by_row.log_likelihood)


@few
@given(frame=frames)
def test_doubled_clusters_halve_the_variance_up_to_the_factor(frame):
    once = fitted(frame, clustered=True)
    twice = fitted(pd.concat([frame, frame.assign(cluster=frame["cluster"] + "2")]).reset_index(drop=True),
                   clustered=True)  # fmt: skip
    units = once.clusters
    # Information and crossed scores double: V / 2; the factor G / (G - 1) goes to 2G / (2G - 1).
    expected = once.covariances / 2 * 2 * (units - 1) / (2 * units - 1)
    assert np.allclose(twice.covariances, expected, rtol=1e-6, atol=1e-10)


@few
@given(frame=frames, scale=st.floats(0.01, 100))
def test_even_sampling_weights_of_any_scale_are_one_person_a_cluster(frame, scale):
    sampled = fitted(frame, weights=np.full(len(frame), scale), weights_are="sampling")
    alone = fit(frame["level"], frame[["x", "z"]], n_levels=4, clusters=frame.index)
    assert np.allclose(sampled.covariances, alone.covariances, rtol=1e-6, atol=1e-10)
    assert sampled.clusters is None and sampled.df == alone.df == len(frame) - 1


@few
@given(frame=frames)
def test_shares_of_the_model_are_shares(frame):
    found = fitted(frame)
    shares = found.probabilities(frame[["x", "z"]]).to_numpy()
    assert np.allclose(shares.sum(axis=1), 1)
    assert shares.min() >= 0
    own = shares[np.arange(len(frame)), frame["level"]]
    assert np.log(own).sum() == pytest.approx(found.log_likelihood)


@few
@given(frame=frames)
def test_the_maximum_is_one(frame):
    found = fitted(frame)
    for place in range(found.n_parameters):
        for side in (-1e-3, 1e-3):
            moved = found.estimates.copy()
            moved[place] += side
            assert log_likelihood(moved, frame, found) < found.log_likelihood


def log_likelihood(parameters, frame, found):
    """The definition, without our code."""
    thresholds, slopes = parameters[: found.n_thresholds], parameters[found.n_thresholds :]
    reached = frame[["x", "z"]].to_numpy(dtype=float) @ slopes
    below = 1 / (1 + np.exp(reached[:, None] - thresholds))
    shares = np.diff(below, axis=1, prepend=0, append=1)
    occurring = [level for level in found.levels if level not in found.dropped]
    return np.log(shares[np.arange(len(frame)), np.searchsorted(occurring, frame["level"])]).sum()


@few
@given(frame=frames)
def test_more_slopes_never_lower_the_likelihood(frame):
    larger = fitted(frame)
    smaller = fit(frame["level"], frame[["x"]], n_levels=4)
    test = likelihood_ratio(smaller, larger)
    assert test.statistic >= 0 and 0 <= test.p <= 1 and test.df == 1
    for each in parallel_lines(frame["level"], frame[["x", "z"]], {"x": ["x"], "z": ["z"]}, n_levels=4):
        assert each.reason == "separation" or each.statistic >= 0
        assert each.df == larger.n_thresholds - 1
