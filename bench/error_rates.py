"""How often each survey claim is decided rightly: many rosters of each world, verdicts against computed truth.

.venv/bin/python bench/error_rates.py 200 null reversed announced
"""

import math
import sys
from collections import Counter
from pathlib import Path

from entydig.claims.decision import verdicts
from entydig.claims.evidence import evidence
from entydig.claims.register import read_register
from entydig.claims.truth import is_true
from entydig.survey.decisions import read_decisions
from entydig.survey.drawn import answered, whole_roster
from entydig.survey.generator import simulate
from entydig.survey.instrument import read_instrument
from entydig.survey.worlds import read_worlds

ROOT = Path(__file__).parents[1]
FINDINGS = ("3", "6")


def rates(rosters: int, world: str) -> dict[str, Counter[tuple[bool, str]]]:
    """Count (claim true, verdict) over rosters with seeds 1, 2, ..."""
    instrument = read_instrument(ROOT / "data" / "instrument.yml")
    worlds = read_worlds(ROOT / "data" / "worlds.yml", instrument)
    register = read_register(ROOT / "data" / "claims.yml", instrument)
    decisions = read_decisions(ROOT / "data" / "decisions.yml")
    counts: dict[str, Counter[tuple[bool, str]]] = {}
    for seed in range(1, rosters + 1):
        drawn = simulate(worlds, world, seed=seed)
        survey, whole = answered(drawn, instrument), whole_roster(drawn, instrument)
        for finding in FINDINGS:
            claims = [claim for claim in register.of_finding(finding) if claim.parts]
            found = {claim.id: evidence(claim, survey, decisions) for claim in claims}
            decided = verdicts(register, found, decisions, has_clusters=survey.has_clusters)
            for claim in claims:
                truth = is_true(claim, worlds, world, whole, decisions)
                counts.setdefault(claim.id, Counter())[truth, decided[claim.id].word] += 1
    return counts


def main() -> None:
    """Print a table: how often true, how often supported when true and when false, with Monte-Carlo error."""
    rosters, worlds = int(sys.argv[1]), sys.argv[2:]
    print("world      claim  true   P(supported)  of false  +- MC error")
    for world in worlds:
        for claim, counts in rates(rosters, world).items():
            true = sum(number for (truth, _), number in counts.items() if truth)
            false = rosters - true
            wrong = counts[False, "supported"] / false if false else math.nan
            error = math.sqrt(max(wrong * (1 - wrong), 0.0) / false) if false else math.nan
            supported = (counts[True, "supported"] + counts[False, "supported"]) / rosters
            print(f"{world:10} {claim:5} {true / rosters:6.3f} {supported:10.3f} {wrong:12.3f} {error:9.3f}")


if __name__ == "__main__":
    main()
