"""A page of its own for every registered claim, put into the staged book of each language."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.claims.ledger import Entry
from entydig.claims.register import Claim
from entydig.project.diagnosis import DIAGNOSIS, Diagnosis, read_diagnosis
from entydig.project.evaluation import Evaluation
from entydig.project.study import Study
from entydig.publishing.citation import read_citation
from entydig.publishing.claim_page import ClaimPage, Owner
from entydig.publishing.configuration import Edition, documents
from entydig.survey.document import read_document, schema
from entydig.wording import text

__all__ = ["LEDGER", "Collection", "nested"]

LEDGER = "notebooks/synthesis/ledger"
FOLDER = "claims"
LABEL = re.compile(r"^\(([\w-]+)\)=[ \t]*$", re.MULTILINE)
STRIPS = "fig-{finding}-strips"


@dataclass(frozen=True)
class Collection:
    """The evaluation of a build with what its ledger says.

    Attributes
    ----------
    evaluation : Evaluation
    entries : sequence of Entry
    """

    evaluation: Evaluation
    entries: Sequence[Entry]

    def write(
        self,
        folder: Path,
        toc: Mapping[str, Any],
        edition: Edition,
        runs: Path,
        config: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Write a page for each registered claim into one language's staged book.

        Parameters
        ----------
        folder : Path
            The staged book.
        toc : mapping
            Its table of contents.
        edition : Edition
        runs : Path
            The executed notebooks of that language.
        config : mapping
            The content of `_config.yml`.

        Returns
        -------
        dict
            The table of contents with the pages: under the ledger's, else under those of their owners.  Claims
            that have neither get no page.
        """
        known = documents(toc)
        (folder / FOLDER).mkdir(exist_ok=True)
        entries: dict[str, list[dict[str, str]]] = {}
        for page in self._pages(edition, runs, config, known):
            parent = LEDGER if LEDGER in known else f"notebooks/{page.claim.owner}"
            if parent not in known:
                continue
            name = f"{FOLDER}/{page.claim.id}"
            (folder / f"{name}.md").write_text(page.source, encoding="utf-8")
            title = text("page_claim", edition.language, id=page.claim.id)
            entries.setdefault(parent, []).append({"file": name, "title": title})
        return nested(toc, entries)

    def _pages(
        self, edition: Edition, runs: Path, config: Mapping[str, Any], known: Sequence[str]
    ) -> Iterator[ClaimPage]:
        study = Study(self.evaluation, edition.language)
        root, register = self.evaluation.root, self.evaluation.register
        decided = {entry.record["claim"]: entry for entry in self.entries}
        rules, diagnosis = _rules(root, edition.language), _diagnosis(study)
        citation = read_citation(root, config, edition, register.registered)
        for claim in register.claims.values():
            owner = _owner(runs / "notebooks" / f"{claim.owner}.ipynb")
            drawn = STRIPS.format(finding=claim.finding) in owner.labels
            yield ClaimPage(
                claim=claim,
                entry=decided.get(claim.id),
                study=study,
                owner=owner,
                rule=rules.get(claim.id, ""),
                diagnosis=diagnosis,
                citation=citation,
                ledger=f"../{LEDGER}.ipynb" if LEDGER in known else "",
                held=_held(study, claim) if drawn and claim.parts else None,
            )


def nested(toc: Mapping[str, Any], pages: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, Any]:
    """Put pages under others of a table of contents.

    Parameters
    ----------
    toc : mapping
        It is not changed.
    pages : mapping
        From the page they come under, without suffix, to their entries.
    """
    made = copy.deepcopy(dict(toc))
    waiting: list[Any] = [made]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
            continue
        if not isinstance(each, dict):
            continue
        waiting += [value for value in each.values() if isinstance(value, list)]
        under = str(each.get("file", "")).removesuffix(".ipynb").removesuffix(".md")
        if under in pages:
            each["sections"] = [*each.get("sections", ()), *map(dict, pages[under])]
    return made


def _rules(root: Path, language: str) -> dict[str, str]:
    """Read the rules that the register gives in words, for what an estimand cannot describe."""
    content = read_document(root / "data" / "claims.yml", schema("claims"))
    return {claim["id"]: claim["rule"][language] for claim in content["claims"] if "rule" in claim}


def _diagnosis(study: Study) -> Diagnosis | None:
    return read_diagnosis(study) if (study.evaluation.root / DIAGNOSIS).is_file() else None


def _owner(executed: Path) -> Owner:
    """Read what an executed notebook says of itself; nothing of one that is not part of the book."""
    if not executed.is_file():
        return Owner({}, frozenset())
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    labels = {label for cell in notebook["cells"] for label in LABEL.findall("".join(cell["source"]))}
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    shown = {str(output.get("metadata", {}).get("entydig", {}).get("label", "")) for output in outputs}
    return Owner(notebook["metadata"], frozenset(labels | shown))


def _held(study: Study, claim: Claim) -> tuple[str, str]:
    """Take from the cache over how many combinations of decisions the verdict holds, as the owner's page has it."""
    family = [each.id for each in study.register.of_finding(claim.finding) if each.parts]
    found = study.robustness(family)
    return str(found.agreeing(claim.id)), str(found.count(claim.id))
