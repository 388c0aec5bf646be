"""The ledger: all records of a build, collected from its executed notebooks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from entydig.claims.record import MIME
from entydig.errors import NotebookError, Problem, Problems
from entydig.survey.document import schema
from entydig.survey.files import write_whole

__all__ = ["COLUMNS", "collect", "records_of", "write_ledger"]

COLUMNS = (
    "claim",
    "data",
    "word",
    "verdict",
    "family",
    "built_in",
    "part",
    "value",
    "bound",
    "low",
    "high",
    "confidence",
    "unit",
    "n",
    "N",
    "clusters",
    "population",
    "method",
    "p",
    "p_adjusted",
    "page",
    "anchor",
)


def records_of(notebook: Path) -> list[dict[str, Any]]:
    """Read the records that stand in an executed notebook, in their order.

    Raises
    ------
    NotebookError
        The notebook cannot be read, or a record breaks its schema.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise NotebookError(
            Problem(str(notebook), f"cannot be read: {error}", "an executed notebook")
        ) from error
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    found = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    rules, problems = Draft202012Validator(schema("record")), Problems(NotebookError)
    for record in found:
        for fault in rules.iter_errors(record):
            problems.add(f"{notebook}, record {record.get('claim', '?')}", fault.message)
    problems.raise_if_any()
    return found


def collect(notebooks: Iterable[Path]) -> list[dict[str, Any]]:
    """Collect the records of several notebooks, ordered by claim.

    Raises
    ------
    NotebookError
        A claim is decided twice, or real and synthetic records are mixed.
    """
    records = [record for notebook in notebooks for record in records_of(notebook)]
    problems = Problems(NotebookError)
    ids = [record["claim"] for record in records]
    for claim in sorted({claim for claim in ids if ids.count(claim) > 1}):
        problems.add(f"claim {claim}", "is decided more than once", "one owner notebook")
    if len({record["data"] for record in records}) > 1:
        problems.add("the records", "mix real and synthetic data", "one kind in an edition")
    problems.raise_if_any()
    return sorted(records, key=lambda record: [int(part) for part in record["claim"].split(".")])


def write_ledger(records: Sequence[dict[str, Any]], folder: Path) -> tuple[Path, Path]:
    """Write ``ledger.json`` and ``ledger.csv`` (one row a part), each whole or not at all."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for record in records for row in _rows(record))
    content = json.dumps(
        {"schema": "entydig.ledger/1", "records": list(records)}, ensure_ascii=False, indent=1
    )
    write_whole(folder / "ledger.json", content + "\n")
    write_whole(folder / "ledger.csv", stream.getvalue())
    return folder / "ledger.json", folder / "ledger.csv"


def _rows(record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    verdict = record["verdict"]
    for part in record["parts"]:
        shown = {name: part["estimate"][name] for name in COLUMNS if name in part["estimate"]}
        yield {
            "claim": record["claim"],
            "data": record["data"],
            "word": verdict["word"],
            "verdict": next(iter(record["words"].values())),
            "family": record["family"],
            "built_in": record["built_in"],
            "part": part["key"],
            **shown,
            "p": verdict["p"],
            "p_adjusted": verdict["p_adjusted"],
            "page": f"notebooks/{record['notebook']}.html",
            "anchor": record["label"],
        }
