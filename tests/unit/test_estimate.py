"""The record every published number comes in."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest

from entydig.statistics.estimate import Estimate, one_sided

ASKED = {"unit": "points", "population": "process", "method": "cr2"}


def by_t(**changed):
    return Estimate.by_t(
        **({"value": 0.08, "se": 0.03, "df": 40.0, "n": 500, "clusters": 54} | ASKED | changed)
    )


def test_t_interval_and_one_sided_p_as_in_r():
    found = by_t()
    # .08 + c(-1, 1) * qt(.975, 40) * .03; pt(.08 / .03, 40, lower.tail = FALSE)
    assert (found.low, found.high) == pytest.approx((0.0193677382908118, 0.1406322617091882), abs=1e-12)
    assert found.p == pytest.approx(0.00550099866215105, abs=1e-14)


def test_p_is_in_the_direction_of_the_claim():
    # Symmetric: what one side loses the other has.
    assert by_t(alternative="less").p == pytest.approx(1 - by_t().p)


@pytest.mark.parametrize(("statistic", "p"), [(math.inf, 0.0), (-math.inf, 1.0), (0.0, 0.5)])
@pytest.mark.parametrize("df", [None, 7.5])
def test_one_sided_p_at_its_ends(statistic, p, df):
    assert one_sided(statistic, df, "greater") == p
    assert one_sided(-statistic, df, "less") == p


def test_interval_ends_are_cut_at_what_is_possible():
    found = by_t(value=0.97, limits=(-1.0, 1.0))
    assert found.high == 1.0 and found.low > 0.9


def test_few_degrees_of_freedom_are_told():
    assert by_t(df=3.9, warnings=("first",)).warnings == ("first", "few degrees of freedom")
    assert by_t(df=4.0).warnings == ()


def test_a_t_interval_needs_variation():
    with pytest.raises(ValueError, match="above 0"):
        by_t(se=0.0)


def test_smallest_detectable_difference_as_in_r():
    # (qt(.975, 40) + qt(.8, 40)) * .03; the same with qnorm; confidence .90: qt(.95, 40) + qt(.8, 40)
    assert by_t().smallest_detectable() == pytest.approx(0.0861532555829018, abs=1e-13)
    without_df = dataclasses.replace(by_t(), df=None)
    assert without_df.smallest_detectable() == pytest.approx(0.084047556543389, abs=1e-13)
    assert by_t(confidence=0.9).smallest_detectable() == pytest.approx(0.0760365242737832, abs=1e-13)


def test_no_smallest_detectable_difference_without_a_standard_error():
    assert math.isnan(Estimate.missing("no answers", **ASKED).smallest_detectable())
    assert math.isnan(dataclasses.replace(by_t(), se=0.0).smallest_detectable())


@pytest.mark.parametrize("power", [0.3, 1.0])
def test_power_outside_its_range_is_refused(power):
    with pytest.raises(ValueError, match="power"):
        by_t().smallest_detectable(power)


def test_missing_keeps_the_question_and_the_reason():
    found = Estimate.missing("item not asked", null=0.5, alternative="less", **ASKED)
    assert (found.reason, found.null, found.alternative, found.n) == ("item not asked", 0.5, "less", 0)
    assert all(map(math.isnan, (found.value, found.low, found.high, found.se, found.p)))


def test_missing_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="reason"):
        Estimate.missing("", **ASKED)


def test_untestable_never_favours_a_claim():
    found = Estimate.untestable(0.4, limits=(-1.0, 1.0), warning="all alike", **ASKED)
    assert (found.low, found.high, found.p, found.reason) == (-1.0, 1.0, 1.0, None)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"value": math.nan}, "a reason is given exactly"),
        ({"reason": "no answers"}, "a reason is given exactly"),
        ({"low": 0.2}, "ends are in order"),
        ({"confidence": 1.0}, "confidence lies"),
        ({"p": 1.1}, "p lies"),
        ({"se": -0.1}, "not negative"),
        ({"n": -1}, "not negative"),
        ({"alternative": "two-sided"}, "greater or less"),
    ],
)
def test_an_estimate_that_contradicts_itself_is_refused(changed, rule):
    with pytest.raises(ValueError, match=rule):
        dataclasses.replace(by_t(), **changed)


def test_an_estimate_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        by_t().value = 0.5


def test_the_record_is_plain_json():
    found = dataclasses.replace(by_t(warnings=("all alike in a cell",)), n=np.int64(500), low=-math.inf)
    record = json.loads(json.dumps(found.as_record(), allow_nan=False))
    assert (record["n"], record["low"], record["warnings"]) == (500, None, ["all alike in a cell"])
    assert set(record) == {field.name for field in dataclasses.fields(Estimate)}


def test_the_record_of_a_missing_estimate_has_no_number():
    record = Estimate.missing("too few answers", **ASKED).as_record()
    assert record["value"] is None and record["p"] is None and record["reason"] == "too few answers"
