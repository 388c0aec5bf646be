"""Worlds on a tiny evaluation: three waves, two groups, clusters of one and two units."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from entydig.errors import DataError
from entydig.survey.draws import Streams
from entydig.survey.expectation import clusters_asked, intercept, marginal, newcomers, not_leading, stayers
from entydig.survey.generator import simulate
from entydig.survey.instrument import read_instrument
from entydig.survey.process import Process
from entydig.survey.rows import draw_rows
from entydig.survey.worlds import Worlds, read_worlds

INSTRUMENT = """
languages: [en]
missing: {dont_know: 8, not_relevant: 9, not_asked: -1}
groups: {pupil: {name: {en: Pupils}}, teacher: {name: {en: Teachers}}}
waves: {1: {name: {en: one}}, 2: {name: {en: two}}, 3: {name: {en: three}}}
scales:
  three:
    levels: {1: {en: bad}, 2: {en: middling}, 3: {en: good}}
    positive: [3]
    merge: [[1, 2]]
items:
  kind:
    text: {en: Kind}
    classes: {day: {en: day}, night: {en: night}, weekend: {en: weekend}}
    source: roster
    asked: {pupil: [1, 2, 3]}
  hall:
    text: {en: Hall}
    classes: {"yes": {en: "yes"}, "no": {en: "no"}}
    source: roster
    asked: {pupil: [1, 2, 3], teacher: [1, 2, 3]}
  years:
    text: {en: Years}
    classes: {new: {en: new}, old: {en: old}}
    asked: {pupil: [1, 2, 3], teacher: [1, 2, 3]}
  q1: {text: {en: One}, scale: three, asked: {pupil: [1, 2, 3], teacher: [1, 2, 3]}}
  q2: {text: {en: Two}, scale: three, asked: {pupil: [2]}, only_if: {hall: ["yes"]}}
  pick:
    text: {en: Choose two}
    options: {a: {en: a}, b: {en: b}, c: {en: c}}
    at_most: 2
    asked: {pupil: [1, 2, 3]}
  said: {text: {en: Say}, free_text: true, asked: {pupil: [1, 2, 3]}}
"""

WORLDS = """
seed: 5
default: plain
clusters: {units: {1: 2, 2: 1}, units_asked: {1: 2, 2: 4, 3: 3}}
groups:
  pupil: {belongs_to: cluster, seats: {10: 1, 30: 1}, same_person: 50}
  teacher: {belongs_to: unit, seats: {2: 1}, same_person: 50}
panel_known: 100
classes:
  kind: {per: seat, groups: [pupil], lead_seats: [night], shares: {day: 50, night: 30, weekend: 20}}
  hall: {per: unit, cluster_has: first, shares: {"yes": 40, "no": 60}}
  years:
    per: person
    shares: {1: {new: 80, old: 20}, 2: {new: 70, old: 30}, 3: {new: 50, old: 50}}
    stayers_move: {new: {new: 90, old: 10}, old: {old: 100}}
response:
  shares: {pupil: {1: 80, 2: 70, 3: 60}, teacher: {1: 90, 2: 90, 3: 90}}
  effects: {kind: {night: -1}, years: {new: 0.5}}
not_relevant: 0
unanswered: 0
variance: {cluster: 0.1, cluster_wave: 0, person: 0.3, person_wave: 0.1, block_person_wave: 0.1, item: 0.4}
cuts: {three: {pupil: [-1, 0], teacher: [-2, 0]}}
columns: [[pupil, 1], [pupil, 2], [pupil, 3], [teacher, 1], [teacher, 2], [teacher, 3]]
items:
  q1: {positive: [50, 60, 70, 80, 80, 80], dont_know: [0, 10, 0, 0, 0, 0]}
  q2: {positive: [~, 50, ~, ~, ~, ~], dont_know: [~, 0, ~, ~, ~, ~]}
choices:
  pick:
    picks: {1: 50, 2: 50}
    order: [a, b, c]
    shares: {pupil: {1: [90, 40, 20], 2: [90, 40, 20], 3: [50, 50, 50]}}
worlds:
  plain: {}
  cut:
    cut_at_quantile:
      wave: 3
      items:
        - {items: [q1], share: 1/3, false_side: at_most, people: [{groups: [pupil], kind: [day, weekend]}]}
"""


def tiny(folder: Path, worlds: str = WORLDS, instrument: str = INSTRUMENT) -> Worlds:
    folder.mkdir(exist_ok=True)
    (folder / "instrument.yml").write_text(instrument, encoding="utf-8")
    (folder / "worlds.yml").write_text(worlds, encoding="utf-8")
    return read_worlds(folder / "worlds.yml", read_instrument(folder / "instrument.yml"))


@pytest.fixture
def plain(tmp_path: Path) -> Process:
    return tiny(tmp_path).process("plain")


def test_expected_clusters_count_those_with_any_unit_asked(plain: Process) -> None:
    # Of 4 units 2 are asked: a cluster of one is in with 1/2, the one of two with 1 - 1/6; of 3: 3/4 and 1.
    assert clusters_asked(plain, 1) == pytest.approx(2 * 1 / 2 + 5 / 6)
    assert clusters_asked(plain, 2) == pytest.approx(3)
    assert clusters_asked(plain, 3) == pytest.approx(2 * 3 / 4 + 1)


def test_expected_stayers_sit_where_both_waves_were_asked(plain: Process) -> None:
    assert stayers(plain, "pupil", 1) == 0
    assert stayers(plain, "pupil", 2) == pytest.approx(0.5 * (11 / 6) / 3)
    assert stayers(plain, "pupil", 3) == pytest.approx(0.5)
    assert stayers(plain, "teacher", 2) == pytest.approx(0.5 * 2 / 4)
    assert stayers(plain, "teacher", 3) == pytest.approx(0.5)


def test_seats_that_do_not_lead_make_up_the_totals(plain: Process) -> None:
    # 20 seats on average, one of which is a night seat: .05 of .30; the rest is shared by 19 of 20.
    shares = not_leading(plain, plain.classes["kind"], "pupil", 1)

    assert shares["day"] == pytest.approx(0.50 / 0.95)
    assert shares["night"] == pytest.approx(0.25 / 0.95)
    assert shares["weekend"] == pytest.approx(0.20 / 0.95)


def test_newcomers_make_up_the_totals(plain: Process) -> None:
    # Half the pupils of wave 3 stay; of .70 new and .30 old become .63 and .37; totals are .50 and .50.
    shares = newcomers(plain, plain.classes["years"], "pupil", 3)

    assert shares["new"] == pytest.approx((0.50 - 0.5 * 0.63) / 0.5)
    assert shares["old"] == pytest.approx((0.50 - 0.5 * 0.37) / 0.5)


def test_a_cluster_has_the_best_of_its_units(plain: Process) -> None:
    # Wave 2, all asked: clusters of one .40, the cluster of two 1 - .6 x .6 = .64.
    assert marginal(plain, "hall", "pupil", 2)["yes"] == pytest.approx((0.40 + 0.40 + 0.64) / 3)
    assert marginal(plain, "hall", "teacher", 2) == {"yes": 0.4, "no": 0.6}
    # Wave 1, two of four: one alone 1/2 each; of the pair both with 1/6, one with 2/3.
    pair = 1 / 6 * 0.64 + 2 / 3 * 0.40
    assert marginal(plain, "hall", "pupil", 1)["yes"] == pytest.approx((0.40 + pair) / (11 / 6))


def test_a_class_that_does_not_apply_has_no_distribution(plain: Process) -> None:
    assert marginal(plain, "kind", "teacher", 1) == {}


def test_intercepts_give_the_response_over_all_classes(plain: Process) -> None:
    found = plain.intercepts["pupil", 1]
    mean = sum(
        kind * years * float(expit(found + effect + more))
        for kind, effect in ((0.7, 0.0), (0.3, -1.0))
        for years, more in ((0.8, 0.5), (0.2, 0.0))
    )

    assert mean == pytest.approx(0.80, abs=1e-6)
    assert intercept(plain, "pupil", 1) == found


def test_people_stay_on_their_seats_and_are_numbered_once(plain: Process) -> None:
    for seed in range(20):
        rows = draw_rows(plain, Streams(seed))
        frame = pd.DataFrame(
            {"group": rows.group, "wave": rows.wave, "cluster": rows.cluster, "person": rows.person}
        )
        assert set(frame["person"]) == set(range(rows.n_persons))
        assert not frame.duplicated(["person", "wave"]).any()
        assert (frame.groupby("person")["cluster"].nunique() == 1).all()
        assert (frame.groupby("person")["group"].nunique() == 1).all()
        gaps = frame.sort_values("wave").groupby("person")["wave"].diff().dropna()
        assert (gaps == 1).all()
        assert not rows.joins[rows.wave == 0].any()
        first = frame.groupby("person")["wave"].transform("min")
        np.testing.assert_array_equal(rows.joins, (frame["wave"] == first) & (frame["wave"] > 0))


def test_the_smaller_roster_lies_inside_the_larger(plain: Process) -> None:
    for seed in range(20):
        rows = draw_rows(plain, Streams(seed))
        units = {wave: set(rows.unit[(rows.wave == wave) & (rows.unit >= 0)]) for wave in range(3)}
        assert [len(units[wave]) for wave in range(3)] == [2, 4, 3]
        assert units[0] < units[2] < units[1]


def test_codes_follow_group_wave_and_condition(tmp_path: Path) -> None:
    truth = simulate(tiny(tmp_path), "plain").truth
    roster = simulate(tiny(tmp_path), "plain").roster
    asked = (truth["group"] == "pupil") & (truth["wave"] == 2) & (roster["hall"] == "yes")

    assert list(truth) == [
        "respondent",
        "wave",
        "group",
        "years",
        "q1",
        "q2",
        "pick_a",
        "pick_b",
        "pick_c",
        "said",
    ]
    assert (truth.loc[~asked, "q2"] == -1).all()
    assert truth.loc[asked, "q2"].isin([1, 2, 3]).all()
    assert (truth.loc[truth["group"] == "teacher", "pick_a"] == -1).all()
    assert truth.loc[truth["group"] == "pupil", ["pick_a", "pick_b", "pick_c"]].sum(axis=1).isin([1, 2]).all()
    assert truth["said"].isna().all()
    assert roster.loc[roster["group"] == "teacher", "kind"].isna().all()


def test_a_quantile_cut_moves_only_its_own_people(tmp_path: Path) -> None:
    worlds = tiny(tmp_path)
    people = simulate(worlds, "cut", seed=1)
    usual = simulate(worlds, "plain", seed=1).truth
    frame = people.truth.merge(people.roster[["respondent", "kind"]], on="respondent")
    meant = (frame["group"] == "pupil") & (frame["wave"] == 3) & frame["kind"].isin(["day", "weekend"])

    assert int((frame.loc[meant, "q1"] == 3).sum()) == int(meant.sum()) // 3
    elsewhere = ~meant & (frame["group"] == "teacher")
    assert (frame.loc[elsewhere, "q1"] != -1).all()
    assert worlds.target("cut", "q1", "pupil", 3) == pytest.approx(1 / 3)
    assert usual.loc[meant, "q1"].eq(3).mean() != pytest.approx(1 / 3, abs=0.05)


def test_equal_seeds_give_equal_draws_and_others_do_not(tmp_path: Path) -> None:
    worlds = tiny(tmp_path)
    one, same, other = (simulate(worlds, "plain", seed=seed) for seed in (5, None, 6))

    pd.testing.assert_frame_equal(one.answers, same.answers)
    assert one.seed == same.seed == 5
    assert not one.roster.equals(other.roster)


def test_a_new_item_moves_no_other_column(tmp_path: Path) -> None:
    added = INSTRUMENT.replace(
        "  pick:\n", "  q3: {text: {en: Three}, scale: three, asked: {pupil: [1, 2, 3]}}\n  pick:\n", 1
    )
    row = "  q3: {positive: [50, 50, 50, ~, ~, ~], dont_know: [1, 1, 1, ~, ~, ~]}\nchoices:"
    before = simulate(tiny(tmp_path / "a"), "plain")
    after = simulate(tiny(tmp_path / "b", WORLDS.replace("choices:", row, 1), added), "plain")

    pd.testing.assert_frame_equal(before.truth, after.truth.drop(columns="q3"))
    pd.testing.assert_frame_equal(before.roster, after.roster)
    pd.testing.assert_frame_equal(before.answers, after.answers.drop(columns="q3"))


def test_streams_are_apart_and_repeat() -> None:
    streams = Streams(1)

    np.testing.assert_array_equal(streams.uniform(3, "item", "q1"), Streams(1).uniform(3, "item", "q1"))
    assert not np.array_equal(streams.uniform(3, "item", "q1"), streams.uniform(3, "item", "q2"))
    assert not np.array_equal(streams.uniform(3, "item", "q1"), Streams(2).uniform(3, "item", "q1"))
    np.testing.assert_array_equal(streams.uniform(3, "item", "q1"), streams.uniform(9, "item", "q1")[:3])
    normals = streams.normal(20_000, "n")
    assert float(normals.mean()) == pytest.approx(0, abs=4 / math.sqrt(20_000))
    assert float(normals.var()) == pytest.approx(1, abs=4 * math.sqrt(2 / 20_000))
    np.testing.assert_array_equal(normals, np.round(normals, 9))
    # Mean of the standard Gumbel distribution: Euler's constant; standard deviation pi / sqrt(6) = 1.28.
    assert float(streams.gumbel(20_000, "g").mean()) == pytest.approx(
        0.5772, abs=4 * 1.28 / math.sqrt(20_000)
    )


def test_an_unknown_world_or_cell_is_named(tmp_path: Path) -> None:
    worlds = tiny(tmp_path)

    with pytest.raises(DataError, match="no world 'other'"):
        simulate(worlds, "other")
    with pytest.raises(DataError, match="q2 has no target for teacher 1"):
        worlds.target("plain", "q2", "teacher", 1)


@pytest.mark.parametrize(
    ("found", "put", "message"),
    [
        ("item: 0.4}", "item: 0.5}", "the parts add to 1.1"),
        ("night: 30, weekend: 20}}", "night: 30, weekend: 30}}", "shares add to 110 per cent"),
        ("night: 30, weekend: 20}}", "night: 50}}", "missing: weekend"),
        ("lead_seats: [night]", "lead_seats: [dawn]", "unknown: dawn"),
        ("q2: {positive: [~, 50,", "q2: {positive: [50, 50,", "items.q2.positive: 50 for pupil 1"),
        ("  q2: {positive", "  q9: {positive", "unknown: q9"),
        ("pupil: [-1, 0]", "pupil: [-1, 0.2]", "rising cuts"),
        ("1: [90, 40, 20], 2", "1: [90, 40, 30], 2", "the mean number of picks"),
        ("order: [a, b, c]", "order: [a, b]", "missing: c"),
        ("effects: {kind: {night", "effects: {kin: {night", "unknown: kin"),
        ("units_asked: {1: 2,", "units_asked: {1: 7,", "at most the 4 there are"),
        ("default: plain", "default: plane", "unknown: plane"),
        ("share: 1/3", "share: third", "worlds.yml, line"),
        ("groups: [pupil], kind: [day", "groups: [pupil], kind: [dusk", "unknown: dusk"),
        ("2: {new: 70, old: 30}", "2: {new: 1, old: 99}", "already exceeded"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, found: str, put: str, message: str
) -> None:
    assert found in WORLDS

    with pytest.raises(DataError, match=message):
        tiny(tmp_path, WORLDS.replace(found, put, 1))


def test_all_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    wrong = WORLDS.replace("default: plain", "default: plane").replace(
        "lead_seats: [night]", "lead_seats: [dawn]"
    )

    with pytest.raises(DataError) as caught:
        tiny(tmp_path, wrong)
    assert len(caught.value.problems) == 2
