"""One decision changed: the build, the comparison and the robustness page say the same of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entydig.claims.ledger import collect
from entydig.claims.robustness import Specification
from entydig.claims.wording import bound
from entydig.project import read_evaluation
from entydig.project.robustness import robustness
from entydig.statistics.estimate import Estimate

ROOT = Path(__file__).parents[2]
# Levels, changes, gaps and differences of the same people; all findings would take minutes.
FINDINGS = ("notebooks/findings/3-value-gap.ipynb", "notebooks/findings/6-monitoring.ipynb")
CHOSEN = {"dont_know": "counted"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("builds")]


def entydig(root: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "entydig.cli", *words],
        cwd=root,
        env={**os.environ, "ENTYDIG_PROJECT": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the evaluation and run the findings twice, the second time under the other decision."""
    root = tmp_path_factory.mktemp("changed") / "project"
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("private"))
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root)
    for finding in FINDINGS:
        entydig(root, "run", finding)
        entydig(root, "run", finding, "--decide", "dont_know=counted", "--name", "counted")
    entydig(root, "compare", "main", "counted", "--json", "compared.json")
    return root


@pytest.fixture(scope="module")
def compared(project: Path) -> dict[str, Any]:
    return dict(json.loads((project / "compared.json").read_text(encoding="utf-8")))


def published(estimate: Estimate) -> tuple[str, float | None]:
    """Give an estimate as a record has it."""
    kind, value = bound(estimate) if estimate.value == estimate.value else ("suppressed", None)
    return kind, None if value is None or value != value else round(value, 2) + 0.0


def lines(project: Path, claims: list[str], chosen: dict[str, str]) -> Iterator[tuple[str, Specification]]:
    """Give what the robustness page knows of each claim under a combination of decisions."""
    held = robustness(read_evaluation(project), claims, "en").held
    for claim in claims:
        (line,) = [each for each in held[claim].grid if dict(each.chosen) == chosen]
        yield claim, line


def test_the_decision_is_the_only_input_that_differs(compared: dict[str, Any]) -> None:
    assert compared["inputs"] == [
        {"kind": "decision", "name": "dont_know", "first": "registered", "second": "counted"}
    ]
    assert any(part["difference"] for claim in compared["claims"] for part in claim["parts"])


def test_the_comparison_shows_the_records_of_both_builds(project: Path, compared: dict[str, Any]) -> None:
    for side, build in (("first", "main"), ("second", "counted")):
        runs = project / "_build" / "runs" / build
        records = {record["claim"]: record for record in collect(sorted(runs.rglob("*.ipynb")))}
        assert {claim["claim"] for claim in compared["claims"]} == set(records)
        for claim in compared["claims"]:
            record = records[claim["claim"]]
            assert claim[side] == record["verdict"]
            assert [part[side] for part in claim["parts"]] == [part["estimate"] for part in record["parts"]]


@pytest.mark.parametrize(("side", "chosen"), [("first", {}), ("second", CHOSEN)])
def test_the_robustness_page_has_the_verdict_and_the_estimates_of_the_build(
    project: Path, compared: dict[str, Any], side: str, chosen: dict[str, str]
) -> None:
    built = {claim["claim"]: claim for claim in compared["claims"] if claim["parts"]}
    for claim, line in lines(project, sorted(built), chosen):
        assert (claim, line.verdict.word) == (claim, built[claim][side]["word"])
        parts = [part[side] for part in built[claim]["parts"]]
        assert [published(estimate) for estimate in line.estimates] == [
            (part["bound"], part["value"]) for part in parts
        ]


def test_a_claim_keeps_its_verdict_on_the_page_where_it_keeps_it_in_the_comparison(
    project: Path, compared: dict[str, Any]
) -> None:
    changed = {claim["claim"] for claim in compared["claims"] if claim["change"] == "verdict"}
    claims = sorted(claim["claim"] for claim in compared["claims"] if claim["parts"])
    held = robustness(read_evaluation(project), claims, "en").held
    turned = {claim for claim, line in lines(project, claims, CHOSEN) if not held[claim].agrees(line)}
    assert turned == changed & set(claims)
