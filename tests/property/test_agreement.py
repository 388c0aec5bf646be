"""What must hold of agreement between coders whatever they decide."""

from __future__ import annotations

import math

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entydig.statistics import agreement

few = settings(derandomize=True, max_examples=25, deadline=None)

CODES = ("x", "y", "z")
COEFFICIENTS = ("percent", "kappa", "ac1", "alpha")
segments = st.tuples(st.sampled_from("pqrstuvwk"), *[st.sampled_from([*CODES, *CODES, None])] * 3)


def decided(lines, coders="abc") -> pd.DataFrame:
    rows = [
        (interview, segment, coder, code)
        for segment, (interview, *codes) in enumerate(lines)
        for coder, code in zip(coders, codes, strict=False)
    ]
    return pd.DataFrame(rows, columns=["interview", "segment", "coder", "code"])


two = st.lists(segments, min_size=6, max_size=40).map(lambda lines: decided(lines, "ab"))
three = st.lists(segments, min_size=6, max_size=40).map(decided)


def judged(frame, **options):
    return agreement.overall(frame, rng=np.random.default_rng(3), codes=CODES, draws=60, **options)


@few
@given(frame=st.one_of(two, three), seed=st.integers(0, 999))
def test_row_order_and_names_do_not_matter(frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed)
    # Names in the same order keep the same draws; any others keep the value.
    renamed = shuffled.assign(coder=shuffled["coder"] + "1", interview="i" + shuffled["interview"])
    assert str(judged(renamed)) == str(judged(frame))
    turned = frame.assign(interview=frame["interview"].map(lambda name: chr(255 - ord(name))))
    for name in COEFFICIENTS:
        values = [getattr(judged(each), name).value for each in (frame, turned)]
        assert values[0] == pytest.approx(values[1], nan_ok=True)


@few
@given(frame=two)
def test_swapping_the_coders_changes_nothing(frame):
    swapped = frame.assign(coder=frame["coder"].map({"a": "b", "b": "a"}))
    for name in COEFFICIENTS:
        before, after = (getattr(judged(each), name) for each in (frame, swapped))
        assert (before.value, before.low, before.high) == pytest.approx(
            (after.value, after.low, after.high), nan_ok=True
        )


@few
@given(frame=st.one_of(two, three), level=st.sampled_from(["nominal", "ordinal", "interval"]))
def test_every_draw_of_alpha_equals_the_library_on_the_interviews_drawn(frame, level):
    coded = frame.assign(code=frame["code"].map(dict(zip(CODES, (1.0, 2.0, 4.0), strict=True))))
    names = sorted(coded.dropna(subset="code")["interview"].unique())
    assume(names)
    weights = np.random.default_rng(5).multinomial(len(names), np.full(len(names), 1 / len(names)), size=2)

    class Given:
        def multinomial(self, n, chances, size):
            return weights

    found = agreement.alpha(
        coded, level=level, codes=[1.0, 2.0, 4.0], rng=Given(), draws=2, confidence=1 - 1e-14
    )
    expected = [library(coded, names, row, level) for row in weights]
    assume(found.reason is None and not np.isnan(expected).any() and np.ptp(expected) > 1e-9)
    assert (found.low, found.high) == pytest.approx((min(expected), max(expected)), abs=1e-10)


def library(frame, names, weights, level) -> float:
    drawn = [
        frame[frame["interview"] == name].assign(interview=f"{name}{copy}")
        for name, weight in zip(names, weights, strict=True)
        for copy in range(weight)
    ]
    table = pd.concat(drawn).pivot(index="coder", columns=["interview", "segment"], values="code").to_numpy()
    pairable = table[:, (~np.isnan(table)).sum(axis=0) > 1]
    if len(np.unique(pairable[~np.isnan(pairable)])) < 2:
        return math.nan
    return krippendorff.alpha(table, level_of_measurement=level)


@few
@given(frame=two)
def test_chance_corrected_coefficients_are_1_exactly_when_all_agree(frame):
    found = judged(frame)
    assume(found.alpha.reason is None)
    agree = found.percent.value == 1
    for name in ("kappa", "ac1", "alpha"):
        value = getattr(found, name).value
        assert -1 <= value <= 1 + 1e-12
        assert math.isclose(value, 1) == agree


@few
@given(frame=two)
def test_presence_of_two_codes_is_the_overall_agreement(frame):
    binary = frame.assign(code=frame["code"].replace({"z": "y"}))
    whole = agreement.overall(binary, rng=np.random.default_rng(3), codes=["x", "y"], draws=60)
    for each in agreement.by_code(binary, rng=np.random.default_rng(3), codes=["x", "y"], draws=60):
        for name in COEFFICIENTS:
            one, other = getattr(whole, name), getattr(each, name)
            assert (one.value, one.low, one.high) == pytest.approx(
                (other.value, other.low, other.high), nan_ok=True
            )


@few
@given(frame=st.one_of(two, three))
def test_ends_are_in_order_and_a_value_has_a_base(frame):
    found = judged(frame)
    for name in COEFFICIENTS:
        each = getattr(found, name)
        if each.reason is None:
            assert -1 <= each.low <= each.high <= 1 + 1e-12
            assert each.n_segments >= each.n_interviews >= 1


def test_four_copies_of_every_interview_halve_the_interval():
    rng = np.random.default_rng(11)
    lines = [(f"i{n:02}", code, code if rng.random() < 0.7 else rng.choice(CODES))
             for n in range(30) for code in rng.choice(CODES, 4)]  # fmt: skip
    frame = decided(lines, "ab")
    copied = pd.concat([frame.assign(interview=frame["interview"] + str(copy)) for copy in range(4)])
    for name in COEFFICIENTS:
        once, four = (
            getattr(agreement.overall(each, rng=np.random.default_rng(2), draws=4000), name)
            for each in (frame, copied)
        )
        assert (four.high - four.low) / (once.high - once.low) == pytest.approx(0.5, abs=0.05)


def test_alike_segments_widen_the_interval_to_that_of_interviews():
    rng = np.random.default_rng(12)
    lines = [(f"i{n:02}", code, code if rng.random() < 0.7 else rng.choice(CODES))
             for n, code in enumerate(rng.choice(CODES, 40))]  # fmt: skip
    once = decided(lines, "ab")
    tenfold = decided([line for line in lines for _ in range(10)], "ab")
    # Ten equal segments of an interview tell no more than one.
    for name in ("percent", "kappa", "ac1"):
        single, repeated = (getattr(judged(frame), name) for frame in (once, tenfold))
        assert (repeated.low, repeated.high) == pytest.approx((single.low, single.high))
