"""The ledger: what it adds to the records, and its two files."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.claims.ledger import COLUMNS, VERSION, collect, entries, over_collection, write_ledger
from entydig.claims.record import MIME
from entydig.errors import NotebookError


def part(**changed: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "value": 0.2,
        "bound": "exact",
        "low": 0.1,
        "high": 0.3,
        "confidence": 0.95,
        "n": 90,
    }
    usual |= {
        "N": None,
        "clusters": 20,
        "unit": "points",
        "population": "process",
        "method": "cr2",
        "reason": None,
    }
    about = {
        "key": "gap a x-y 1",
        "estimand": "gap",
        "direction": "greater",
        "against": 0.0,
        "superiority": None,
    }
    return {**about, "estimate": usual | changed}


def record(
    claim: str, p: float | None = 0.01, family: str = "confirmatory", **changed: Any
) -> dict[str, Any]:
    verdict = {"word": "supported", "reason": "", "p": p, "p_adjusted": p}
    return {
        "schema": "entydig.record/1",
        "claim": claim,
        "finding": claim.partition(".")[0],
        "label": f"claim-{claim.replace('.', '-')}",
        "notebook": "findings/1-a",
        "data": "synthetic",
        "built_in": True,
        "text": {"da": "Det faldt", "en": "It fell"},
        "registered": {"date": "2026-01-01", "sha256": "0" * 64},
        "family": family,
        "decisions": {},
        "verdict": {**verdict, "only_adjustment": False, "detectable": None},
        "words": {"da": "genfundet", "en": "recovered"},
        "parts": [part()],
        "conditions": [],
        **changed,
    }


def executed(folder: Path, *records: dict[str, Any]) -> Path:
    cells = []
    for each in records:
        cell = nbformat.v4.new_code_cell("decided")
        cell["id"] = f"cell-{each['claim'].replace('.', '-')}"
        cell["outputs"] = [nbformat.v4.new_output("display_data", {MIME: each})]
        cells.append(cell)
    file = folder / f"{len(list(folder.iterdir()))}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
    return file


def test_holm_over_the_collection_crosses_findings_and_leaves_other_families_and_missing_p_out() -> None:
    found = over_collection(
        [
            record("1.1", 0.01),
            record("2.1", 0.03),
            record("3.1", 0.02),
            record("3.2", None),
            record("3.3", 0.001, "secondary"),
        ]
    )
    # By hand: 3 x .01, 2 x .02, then the larger of 1 x .03 and what stands before it.
    assert found == {"1.1": 0.03, "3.1": 0.04, "2.1": 0.04}


def test_a_p_value_published_as_below_a_thousandth_counts_as_one() -> None:
    assert over_collection([record("1.1", 0.0), record("1.2", 0.5)]) == {"1.1": 0.002, "1.2": 0.5}


def test_without_confirmatory_claims_there_is_nothing_to_adjust() -> None:
    assert over_collection([record("1.1", 0.01, "secondary"), record("1.2", None)]) == {}


def test_entries_come_in_the_order_of_the_claims_with_cell_truth_and_pages(tmp_path: Path) -> None:
    files = [
        executed(tmp_path, record("1.10"), record("1.9", None, "none")),
        executed(tmp_path, record("1.2")),
    ]
    found = entries(files, {"1.2": True, "1.9": False})
    assert [each.record["claim"] for each in found] == ["1.2", "1.9", "1.10"]
    assert [each.cell for each in found] == ["cell-1-2", "cell-1-9", "cell-1-10"]
    assert [each.truth for each in found] == [True, False, None]
    assert [each.p_collection for each in found] == [0.02, None, 0.02]
    assert (found[0].page, found[0].claim_page) == ("notebooks/findings/1-a.html", "claims/1.2.html")
    assert [each.record for each in found] == collect(files)


def test_a_claim_decided_twice_and_a_mixture_of_data_are_refused_together(tmp_path: Path) -> None:
    files = [executed(tmp_path, record("1.1")), executed(tmp_path, record("1.1"), record("1.2", data="real"))]
    with pytest.raises(NotebookError) as caught:
        entries(files)
    assert len(caught.value.problems) == 2


def test_the_files_hold_every_record_a_row_a_part_and_what_stands_beside(tmp_path: Path) -> None:
    two = record("1.1", parts=[part(), part(n=12, low=None, high=None)])
    file = executed(tmp_path, two, record("1.2", None, "none", parts=[]))
    (tmp_path / "site").mkdir()
    written, rows = write_ledger(entries([file], {"1.1": True}), tmp_path / "site")
    content = json.loads(written.read_text(encoding="utf-8"))
    assert content["schema"] == VERSION == "entydig.ledger/2"
    assert [each["claim"] for each in content["records"]] == ["1.1", "1.2"]
    assert content["claims"]["1.1"] == {
        "p_collection": 0.01,
        "truth": True,
        "page": "notebooks/findings/1-a.html",
        "anchor": "claim-1-1",
        "cell": "cell-1-1",
        "claim_page": "claims/1.1.html",
    }
    with rows.open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert tuple(read[0]) == COLUMNS
    assert [(row["claim"], row["n"], row["truth"], row["cell"]) for row in read] == [
        ("1.1", "90", "True", "cell-1-1"),
        ("1.1", "12", "True", "cell-1-1"),
        ("1.2", "", "", "cell-1-2"),
    ]


def test_no_adjusted_p_is_not_a_number(tmp_path: Path) -> None:
    found = over_collection([record(f"1.{number}", p) for number, p in enumerate((0.2, None, 0.9), start=1)])
    assert all(math.isfinite(p) for p in found.values())
    assert found == {"1.1": 0.4, "1.3": 0.9}
