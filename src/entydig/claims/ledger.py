"""The ledger: all records of a build, collected from its executed notebooks."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from entydig.claims.decision import adjusted
from entydig.claims.record import MIME
from entydig.claims.wording import SMALLEST_P
from entydig.errors import NotebookError, Problem, Problems
from entydig.survey.document import schema
from entydig.survey.files import write_whole

__all__ = [
    "COLUMNS",
    "VERSION",
    "Entry",
    "collect",
    "entries",
    "over_collection",
    "records_of",
    "write_ledger",
]

# 2 added what is known beside a record: "claims", and the columns p_collection, truth, cell and claim_page.
VERSION = "entydig.ledger/2"
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
    "p_collection",
    "truth",
    "page",
    "anchor",
    "cell",
    "claim_page",
)


@dataclass(frozen=True)
class Entry:
    """One claim in the ledger: its record, and what only the whole collection or its world knows.

    Attributes
    ----------
    record : Mapping
        As the JSON Schema ``record`` says.
    cell : str
        Id of the cell that shows it in its notebook.
    p_collection : float or None
        Its p adjusted over the confirmatory claims of all findings (`over_collection`).  It informs; no verdict
        rests on it.
    truth : bool or None
        Whether it is true in the synthetic world the answers were drawn from; None where nobody knows.
    """

    record: Mapping[str, Any]
    cell: str
    p_collection: float | None
    truth: bool | None

    @property
    def page(self) -> str:
        """Its finding's page, within one language's book."""
        return f"notebooks/{self.record['notebook']}.html"

    @property
    def claim_page(self) -> str:
        """Its own page, within one language's book."""
        return f"claims/{self.record['claim']}.html"


def records_of(notebook: Path) -> list[dict[str, Any]]:
    """Read the records that stand in an executed notebook, in their order.

    Raises
    ------
    NotebookError
        The notebook cannot be read, or a record breaks its schema.
    """
    return [record for _, record in _shown(notebook)]


def collect(notebooks: Iterable[Path]) -> list[dict[str, Any]]:
    """Collect the records of several notebooks, ordered by claim.

    Raises
    ------
    NotebookError
        A claim is decided twice, or real and synthetic records are mixed.
    """
    return [record for _, record in _collected(notebooks)]


def entries(notebooks: Iterable[Path], truths: Mapping[str, bool] | None = None) -> tuple[Entry, ...]:
    """Collect the ledger's entries, ordered by claim.

    Parameters
    ----------
    notebooks : iterable of Path
        Executed notebooks of one language.
    truths : Mapping[str, bool], optional
        Claim id to whether it is true; claims that are not there are not known.

    Raises
    ------
    NotebookError
        As `collect`.
    """
    found = _collected(notebooks)
    collection = over_collection([record for _, record in found])
    known = truths or {}
    return tuple(
        Entry(record, cell, collection.get(record["claim"]), known.get(record["claim"]))
        for cell, record in found
    )


def over_collection(records: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Adjust the p values of all confirmatory claims, whatever their finding, by Holm.

    Parameters
    ----------
    records : iterable of Mapping

    Returns
    -------
    dict
        Claim id to adjusted p, for confirmatory claims that have one; those without are left out of the family.

    Notes
    -----
    The published p values are what is adjusted, so that a reader can do it again; one published as below .001
    counts as .001.
    """
    confirmatory = [record for record in records if record["family"] == "confirmatory"]
    published = {record["claim"]: record["verdict"]["p"] for record in confirmatory}
    known = {claim: max(float(p), SMALLEST_P) for claim, p in published.items() if p is not None}
    return {claim: round(p, 3) for claim, p in adjusted(known, "holm").items() if not math.isnan(p)}


def write_ledger(ledger: Sequence[Entry], folder: Path) -> tuple[Path, Path]:
    """Write ``ledger.json`` and ``ledger.csv`` (one row a part), each whole or not at all."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for entry in ledger for row in _rows(entry))
    content = {
        "schema": VERSION,
        "records": [entry.record for entry in ledger],
        "claims": {entry.record["claim"]: _beside(entry) for entry in ledger},
    }
    write_whole(folder / "ledger.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    write_whole(folder / "ledger.csv", stream.getvalue())
    return folder / "ledger.json", folder / "ledger.csv"


def _beside(entry: Entry) -> dict[str, Any]:
    return {
        "p_collection": entry.p_collection,
        "truth": entry.truth,
        "page": entry.page,
        "anchor": entry.record["label"],
        "cell": entry.cell,
        "claim_page": entry.claim_page,
    }


def _rows(entry: Entry) -> Iterable[dict[str, Any]]:
    """Give a row for each part; a claim without parts has one, with its verdict alone."""
    record = entry.record
    verdict = record["verdict"]
    usual = {
        "claim": record["claim"],
        "data": record["data"],
        "word": verdict["word"],
        "verdict": next(iter(record["words"].values())),
        "family": record["family"],
        "built_in": record["built_in"],
        "p": verdict["p"],
        "p_adjusted": verdict["p_adjusted"],
        **_beside(entry),
    }
    for part in record["parts"] or [{"key": None, "estimate": {}}]:
        shown = {name: part["estimate"][name] for name in COLUMNS if name in part["estimate"]}
        yield {**usual, "part": part["key"], **shown}


def _collected(notebooks: Iterable[Path]) -> list[tuple[str, dict[str, Any]]]:
    """Give the records with the ids of their cells, ordered by claim, once they are known to fit together."""
    found = [shown for notebook in notebooks for shown in _shown(notebook)]
    problems = Problems(NotebookError)
    ids = [record["claim"] for _, record in found]
    for claim in sorted({claim for claim in ids if ids.count(claim) > 1}):
        problems.add(f"claim {claim}", "is decided more than once", "one owner notebook")
    if len({record["data"] for _, record in found}) > 1:
        problems.add("the records", "mix real and synthetic data", "one kind in an edition")
    problems.raise_if_any()
    return sorted(found, key=lambda shown: [int(part) for part in shown[1]["claim"].split(".")])


def _shown(notebook: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise NotebookError(
            Problem(str(notebook), f"cannot be read: {error}", "an executed notebook")
        ) from error
    outputs = [(str(cell.get("id", "")), output) for cell in cells for output in cell.get("outputs", ())]
    found = [(cell, output["data"][MIME]) for cell, output in outputs if MIME in output.get("data", {})]
    rules, problems = Draft202012Validator(schema("record")), Problems(NotebookError)
    for _, record in found:
        for fault in rules.iter_errors(record):
            problems.add(f"{notebook}, record {record.get('claim', '?')}", fault.message)
    problems.raise_if_any()
    return found
