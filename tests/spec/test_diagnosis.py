"""The committed diagnosis: it belongs to the registered files, keeps the registered error rates, comes out again."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from entydig.claims.diagnosis import COLUMNS, Setting, chosen_settings, diagnose
from entydig.claims.register import read_register
from entydig.errors import DataError
from entydig.survey.instrument import read_instrument

ROOT = Path(__file__).parents[2]
AGAIN = 120  # rosters drawn anew, with other seeds
WORLDS = ["announced", "null", "reversed", "mnar", "edge"]


@pytest.fixture(scope="module")
def committed():
    path = ROOT / "data" / "diagnosis.csv"
    return pd.read_csv(path, dtype={"claim": str, "code": str}, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def register():
    return read_register(ROOT / "data" / "claims.yml", read_instrument(ROOT / "data" / "instrument.yml"))


def test_it_has_every_world_and_size_with_two_thousand_rosters(committed):
    assert list(committed) == list(COLUMNS)
    assert set(committed["rosters"]) == {2000}
    assert {(row.world, row.clusters) for row in committed.itertuples()} == {
        (world, size) for world in WORLDS for size in (54, 27, 14)
    }


def test_it_has_every_part_of_every_claim_that_answers_decide(committed, register):
    keys = {(claim.id, part.key) for claim in register.claims.values() for part in claim.parts}
    mine = committed[committed["kind"] == "estimate"]

    assert {(row.claim, row.part) for row in mine.itertuples()} == keys
    assert {"hypergeometric", "logit-fpc", "cr2", "superiority", "mcnemar"} <= set(mine["method"])


def test_false_claims_are_supported_no_more_often_than_registered(committed, register):
    limits = register.error_limits
    full = committed[(committed["clusters"] == 54) & committed["wrongly_supported"].notna()]
    families = full[full["kind"] == "family"]
    claims = full[full["kind"] == "claim"]
    equal = [
        claim.id
        for claim in register.claims.values()
        if any(part.estimand == "equivalence" for part in claim.parts)
    ]
    secondary = [claim.id for claim in register.claims.values() if claim.family == "secondary"]

    def beyond(rows, limit):
        over = rows["wrongly_supported"] - limit - 2 * rows["wrongly_supported_error"]
        return rows[over > 0][["world", "claim", "wrongly_supported"]].to_numpy().tolist()

    assert beyond(families, limits["confirmatory"]) == []
    assert beyond(claims[claims["claim"].isin(equal)], limits["equivalence"]) == []
    assert beyond(claims[claims["claim"].isin(set(secondary) - set(equal))], limits["secondary"]) == []


def test_managers_cannot_be_judged_with_half_the_boards(committed):
    half = committed[(committed["kind"] == "claim") & (committed["clusters"] == 27)].set_index(
        ["world", "claim"]
    )

    # Claims on the managers' change or on both waves of the gap: about 26 managers answered in 2018.
    assert half.loc["announced", "not_testable"]["3.2"] > 0.9
    assert half.loc["announced", "not_testable"]["3.3"] > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "claim", "method"),
    [
        (Setting("announced", 54), "3.2", "cr2"),
        (Setting("null", 54), "6.1", "hypergeometric"),
        (Setting("reversed", 14), "3.3", "superiority"),
    ],
)
def test_rows_come_out_again_within_monte_carlo_error(committed, setting, claim, method):
    with ThreadPoolExecutor(1) as executor:
        found = diagnose(ROOT, [setting], rosters=AGAIN, seed=900_001, executor=executor)

    def row(table, kind):
        mine = table[(table["world"] == setting.world) & (table["clusters"] == setting.clusters)]
        mine = mine[(mine["kind"] == kind) & (mine["claim"] == claim)]
        return (mine[mine["method"] == method] if kind == "estimate" else mine).iloc[0]

    for name, error in (("bias", "bias_error"), ("coverage", None)):
        old, new = row(committed, "estimate")[name], row(found, "estimate")[name]
        spread = row(found, "estimate")[error] if error else math.sqrt(max(old * (1 - old), 0.01) / AGAIN)
        assert abs(old - new) < 4 * spread + 1e-9
    old, new = row(committed, "claim")["supported"], row(found, "claim")["supported"]
    assert abs(old - new) < 4 * math.sqrt(max(old * (1 - old), 0.01) / AGAIN)


def test_an_unknown_world_or_more_clusters_than_there_are_is_refused():
    with pytest.raises(DataError, match="no world 'better'"):
        chosen_settings(ROOT, ["better"])
    with pytest.raises(DataError, match="1 to 54"):
        chosen_settings(ROOT, ["null"], [55])
