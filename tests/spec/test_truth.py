"""Truths of the worlds, against evaluation targets typed from the registered tables, not from the YAML."""

from pathlib import Path

import pytest

from entydig.claims.register import read_register
from entydig.claims.truth import is_true, true_value
from entydig.survey.decisions import read_decisions
from entydig.survey.drawn import whole_roster
from entydig.survey.generator import simulate
from entydig.survey.instrument import read_instrument
from entydig.survey.worlds import read_worlds

DATA = Path(__file__).parents[2] / "data"
BUILT = ("3.1", "3.2", "3.3", "3.4", "6.1", "6.2", "6.3", "6.4")


@pytest.fixture(scope="module")
def files():
    instrument = read_instrument(DATA / "instrument.yml")
    register = read_register(DATA / "claims.yml", instrument)
    return (
        instrument,
        read_worlds(DATA / "worlds.yml", instrument),
        register,
        read_decisions(DATA / "decisions.yml"),
    )


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("3.1", 0.76 - 0.52),
        ("3.2", (60 + 48 + 66 + 44 + 52 - 76 - 66 - 72 - 62 - 68) / 500),
        ("3.3", (80 + 70 + 78 + 66 + 76 - 78 - 68 - 76 - 62 - 70) / 500 + 0.148),
        ("6.4", 0.38 - 0.62),
    ],
)
def test_process_claims_follow_the_registered_targets(files, claim, value):
    instrument, worlds, register, decisions = files
    whole = whole_roster(simulate(worlds, "announced"), instrument)

    assert true_value(
        register.claims[claim].parts[0], worlds, "announced", whole, decisions
    ) == pytest.approx(value)


@pytest.mark.parametrize(("world", "truth"), [("announced", True), ("null", False), ("reversed", False)])
def test_the_claims_are_true_only_where_they_were_built_in(files, world, truth):
    instrument, worlds, register, decisions = files
    whole = whole_roster(simulate(worlds, world), instrument)

    found = {name: is_true(register.claims[name], worlds, world, whole, decisions) for name in BUILT}

    assert found == dict.fromkeys(BUILT, truth)
