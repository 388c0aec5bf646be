"""How the registered analysis does over many rosters of each world: bias, coverage, chance of each verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Memory

from entydig.claims.decision import VERDICTS, verdicts
from entydig.claims.digest import code_digest
from entydig.claims.estimators import PartEvidence, part_evidence
from entydig.claims.evidence import evidence
from entydig.claims.register import Claim, Register, read_register
from entydig.claims.truth import is_true, true_value
from entydig.statistics.cells import Floats
from entydig.statistics.estimate import Estimate
from entydig.statistics.simulation import performance, rate
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions, read_decisions
from entydig.survey.drawn import answered, whole_roster
from entydig.survey.files import write_whole
from entydig.survey.generator import simulate
from entydig.survey.instrument import read_instrument
from entydig.survey.worlds import Worlds, read_worlds

__all__ = ["COLUMNS", "Setting", "chosen_settings", "diagnose", "diagnosis_digest", "write_diagnosis"]

FILES = ("instrument.yml", "claims.yml", "decisions.yml", "worlds.yml")
CHUNK = 50
"""Rosters a task draws: long enough that starting it costs nothing, short enough to share out evenly."""

COLUMNS = (
    *("kind", "world", "clusters", "rosters", "seed", "code", "claim", "part", "method", "draws", "missing"),
    *("truth", "bias", "bias_error", "confidence", "coverage", "coverage_error", "sd", "se", "half_width"),
    *("detectable", "beyond_sesoi", "true", "supported", "not_supported", "undecided", "not_testable"),
    *("wrongly_supported", "wrongly_supported_error"),
)

PARTS = (1, 2, 4)
DIGITS = 5
FAMILY = "confirmatory"
SIZED = ("change", "gap", "gap_change", "order", "association")

Progress = Callable[[int, int], None]


class Setting(NamedTuple):
    """A world, with so many clusters on its roster."""

    world: str
    clusters: int


class Key(NamedTuple):
    """An estimate that is diagnosed: the claim, its part, the estimator."""

    claim: str
    part: str
    method: str


@dataclass(frozen=True)
class Files:
    """What a diagnosis reads."""

    worlds: Worlds
    register: Register
    decisions: Decisions

    @property
    def claims(self) -> list[Claim]:
        """The claims that answers or the roster decide."""
        return [claim for claim in self.register.claims.values() if claim.parts]


@dataclass
class Draws:
    """What some rosters gave.

    Per estimate: value, low, high, se, detectable, truth, confidence, whether beyond the SESOI; per claim: truth
    and verdict.
    """

    estimates: dict[Key, list[tuple[float, ...]]] = field(default_factory=dict)
    claims: dict[str, list[tuple[bool, str]]] = field(default_factory=dict)

    def add(self, other: Draws) -> None:
        """Append further rosters."""
        for key, rows in other.estimates.items():
            self.estimates.setdefault(key, []).extend(rows)
        for claim, found in other.claims.items():
            self.claims.setdefault(claim, []).extend(found)


def chosen_settings(root: Path, worlds: Sequence[str] = (), clusters: Sequence[int] = ()) -> list[Setting]:
    """Give all worlds with all, half and a quarter of their clusters, or those chosen.

    Raises
    ------
    UserError
        An unknown world, or more clusters than there are.
    """
    known = _read(root).worlds
    names = worlds or list(known.processes)
    sizes = {name: sum(known.process(name).clusters.values()) for name in names}
    wanted = [
        Setting(name, number)
        for name in names
        for number in (clusters or [math.ceil(sizes[name] / part) for part in PARTS])
    ]
    for number in {setting.clusters for setting in wanted}:
        known.of_size(number)
    return wanted


def diagnosis_digest(root: Path) -> str:
    """Give the digest of the code and the registered files a diagnosis rests on."""
    return code_digest(__name__, [root / "data" / name for name in FILES])


def diagnose(
    root: Path,
    settings: Sequence[Setting],
    *,
    rosters: int,
    seed: int,
    executor: Executor,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Draw rosters and analyse each as registered.

    Parameters
    ----------
    root : Path
        The project.
    settings : sequence of Setting
    rosters : int
        Rosters a setting, with seeds ``seed``, ``seed + 1``, ...; the same for all settings.
    seed : int
    executor : Executor
        Where to compute.
    progress : callable, optional
        Told how many of how many tasks are done.

    Returns
    -------
    DataFrame
        Columns as `COLUMNS`.  Rows of kind ``estimate`` give, for a part of a claim and an estimator, the
        performance (`entydig.statistics.simulation.Performance`), the mean smallest detectable effect and,
        for differences, how often the whole interval lies beyond the SESOI on the side that is claimed;
        rows of kind ``claim`` give how often the claim is true, the chance of each verdict, and the chance of
        ``supported`` among the rosters in which it is false; rows of kind ``family`` the chance that any
        false confirmatory claim of a finding is supported, among the rosters in which there is one.  A
        probability of superiority is judged against its mean over the whole rosters.
    """
    tasks = [
        (setting, first, min(first + CHUNK, seed + rosters))
        for setting in settings
        for first in range(seed, seed + rosters, CHUNK)
    ]
    code = diagnosis_digest(root)[:16]
    futures = {executor.submit(kept_rosters, root, code, *task): task[0] for task in tasks}
    drawn = {setting: Draws() for setting in settings}
    for done, future in enumerate(as_completed(futures), start=1):
        drawn[futures[future]].add(future.result())
        if progress:
            progress(done, len(tasks))
    register = _read(root).register
    rows = [
        {
            "world": setting.world,
            "clusters": setting.clusters,
            "rosters": rosters,
            "seed": seed,
            "code": code,
            **row,
        }
        for setting in settings
        for row in _rows(drawn[setting], register)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_diagnosis(found: pd.DataFrame, path: Path) -> Path:
    """Write a diagnosis as CSV, numbers with five digits after the point."""
    return write_whole(path, found.round(DIGITS).to_csv(index=False, lineterminator="\n"))


def kept_rosters(root: Path, code: str, setting: Setting, first: int, end: int) -> Draws:
    """Draw rosters, or give those that this code drew before: a diagnosis that was broken off goes on."""
    memory = Memory(root / ".cache" / "diagnosis" / code, verbose=0)
    drawn: Draws = memory.cache(draw_rosters, ignore=["root"])(root, setting, first, end)
    return drawn


def draw_rosters(root: Path, setting: Setting, first: int, end: int) -> Draws:
    """Draw the rosters with seeds ``first`` to ``end - 1`` and analyse each."""
    files = _read(root)
    worlds = _of_size(root, setting.clusters)
    draws = Draws()
    for seed in range(first, end):
        draws.add(_one(files, worlds, setting.world, seed))
    return draws


@cache
def _read(root: Path) -> Files:
    data = root / "data"
    instrument = read_instrument(data / "instrument.yml")
    return Files(
        read_worlds(data / "worlds.yml", instrument),
        read_register(data / "claims.yml", instrument),
        read_decisions(data / "decisions.yml"),
    )


@cache
def _of_size(root: Path, clusters: int) -> Worlds:
    return _read(root).worlds.of_size(clusters)


def _one(files: Files, worlds: Worlds, world: str, seed: int) -> Draws:
    drawn = simulate(worlds, world, seed=seed)
    survey, whole = answered(drawn, worlds.instrument), whole_roster(drawn, worlds.instrument)
    draws = Draws()
    for finding in files.register.findings:
        claims = [claim for claim in files.claims if claim.finding == finding]
        found = {claim.id: evidence(claim, survey, files.decisions) for claim in claims}
        decided = verdicts(files.register, found, files.decisions, has_clusters=survey.has_clusters)
        for claim in claims:
            truth = is_true(claim, worlds, world, whole, files.decisions)
            draws.claims[claim.id] = [(truth, decided[claim.id].word)]
            for part in found[claim.id].parts:
                value = true_value(part.part, worlds, world, whole, files.decisions)
                beside = _whole_beside(part, whole, files.decisions)
                draws.estimates |= _estimates(claim, part, value, beside, files.decisions.sesoi)
    return draws


def _whole_beside(part: PartEvidence, whole: Survey, decisions: Decisions) -> float:
    if part.beside is None:
        return math.nan
    beside = part_evidence(part.part, whole, decisions).beside
    return math.nan if beside is None else beside.value


def _estimates(
    claim: Claim, part: PartEvidence, truth: float, beside: float, sesoi: float
) -> Mapping[Key, list[tuple[float, ...]]]:
    beyond = math.nan
    if part.part.estimand in SIZED:
        nearest = part.estimate.low if part.part.direction == "greater" else -part.estimate.high
        beyond = float(nearest >= sesoi)
    found = {Key(claim.id, part.part.key, _method(part)): [(*_numbers(part.estimate, truth), beyond)]}
    if part.beside is not None:
        found[Key(claim.id, part.part.key, "superiority")] = [(*_numbers(part.beside, beside), math.nan)]
    return found


def _method(part: PartEvidence) -> str:
    """Give the estimator's name; one name even where a draw needs its exact fallback or is missing."""
    exact = {"level": "logit-fpc" if part.part.together else "hypergeometric", "census": "census"}
    return exact.get(part.part.estimand, "mcnemar" if part.part.estimand == "rank_set" else "cr2")


def _numbers(estimate: Estimate, truth: float) -> tuple[float, ...]:
    return (
        *(estimate.value, estimate.low, estimate.high, estimate.se),
        *(estimate.smallest_detectable(), truth, estimate.confidence),
    )


def _rows(draws: Draws, register: Register) -> list[dict[str, object]]:
    return [
        *(_estimate_row(key, np.array(draws.estimates[key])) for key in sorted(draws.estimates, key=_order)),
        *(_claim_row(claim, draws.claims[claim]) for claim in register.claims if claim in draws.claims),
        *(
            _family_row(
                finding,
                [draws.claims[claim.id] for claim in register.of_finding(finding) if claim.family == FAMILY],
            )
            for finding in register.findings
            if any(claim.family == FAMILY for claim in register.of_finding(finding))
        ),
    ]


def _order(key: Key) -> tuple[list[int], str, str]:
    return [int(number) for number in key.claim.split(".")], key.part, key.method


def _estimate_row(key: Key, numbers: Floats) -> dict[str, object]:
    value, low, high, se, detectable, truth, confidence, beyond = numbers.T
    if key.method == "superiority":
        truth = np.full(len(truth), np.nanmean(truth))
    found = performance(value, low, high, se, truth)
    known = detectable[~np.isnan(detectable)]
    return {
        "kind": "estimate",
        **key._asdict(),
        "draws": found.draws,
        "missing": found.missing,
        "truth": found.truth,
        "bias": found.bias,
        "bias_error": found.bias_error,
        "confidence": confidence[0],
        "coverage": found.coverage.value,
        "coverage_error": found.coverage.error,
        "sd": found.sd,
        "se": found.se,
        "half_width": found.half_width,
        "detectable": float(known.mean()) if known.size else math.nan,
        "beyond_sesoi": rate(beyond[~np.isnan(beyond)] > 0).value,
    }


def _claim_row(claim: str, found: Sequence[tuple[bool, str]]) -> dict[str, object]:
    true = np.array([each[0] for each in found])
    words = np.array([each[1] for each in found])
    wrongly = rate(words[~true] == "supported")
    return {
        "kind": "claim",
        "claim": claim,
        "draws": len(found),
        "true": float(true.mean()),
        **{word.replace(" ", "_"): rate(words == word).value for word in VERDICTS},
        "wrongly_supported": wrongly.value,
        "wrongly_supported_error": wrongly.error,
    }


def _family_row(finding: str, claims: Sequence[Sequence[tuple[bool, str]]]) -> dict[str, object]:
    """Give the chance that any false confirmatory claim of a finding is supported."""
    false = np.array([[not true for true, _ in found] for found in claims])
    supported = np.array([[word == "supported" for _, word in found] for found in claims])
    some = np.asarray(false.any(axis=0))
    wrongly = rate((false & supported).any(axis=0)[some])
    return {
        "kind": "family",
        "claim": finding,
        "part": FAMILY,
        "draws": some.size,
        "true": float((~some).mean()),
        "wrongly_supported": wrongly.value,
        "wrongly_supported_error": wrongly.error,
    }
