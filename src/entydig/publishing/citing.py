"""What the pages of a book say of themselves to people who cite, take along or correct: gathered for the Sphinx side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.errors import BookError, Problem
from entydig.publishing.citation import CITATION, read_citation
from entydig.publishing.configuration import Edition, read_yaml
from entydig.publishing.error_report import report_target
from entydig.publishing.structured import sources
from entydig.wording import text

if TYPE_CHECKING:
    from entydig.publishing.claim_pages import Collection

__all__ = ["SETTING", "citing_settings"]

SETTING = "entydig_citing"
KNOWN = 12  # digits of a digest that is shown


def citing_settings(
    root: Path,
    runs: Path,
    config: Mapping[str, Any],
    edition: Edition,
    claims: Collection | None,
    *,
    build: str,
    synthetic: bool,
) -> str:
    """Gather what one language's pages say of themselves.

    Parameters
    ----------
    root : Path
        The project.
    runs : Path
        The executed notebooks of that language.
    config : mapping
        The content of `_config.yml`; under ``entydig`` it may have ``report`` (`error_report.report_target`) and
        ``licence``, the address of the licence of the text.
    edition : Edition
    claims : Collection, optional
    build : str
        Digest of what the build was made from; empty where it is not known.
    synthetic : bool

    Returns
    -------
    str
        The value of the Sphinx setting ``entydig_citing``: JSON, since Jupyter Book reads its configuration in the
        YAML of old, to which a report's number such as 2021:21 is one in base 60.

    Raises
    ------
    BookError
        ``report`` or ``licence`` cannot be used.
    """
    registered = "" if claims is None else claims.evaluation.register.registered
    given = read_yaml(root / CITATION) if (root / CITATION).is_file() else {}
    gathered = {
        "citation": read_citation(root, config, edition, registered).as_mapping(),
        "sources": sources(given.get("references", ())),
        "licence": _licence(config),
        "report": report_target(config),
        "build": build[:KNOWN],
        "synthetic": synthetic,
        "claims": {} if claims is None else _claims(claims, edition.language),
        "root": str(root.resolve()),
        "runs": str(runs.resolve()),
        "note": edition.banner if synthetic else "",
    }
    return json.dumps(gathered, ensure_ascii=False)


def _claims(claims: Collection, language: str) -> dict[str, dict[str, str]]:
    """Give each claim's sentence, verdict in its words, and the page that decides it."""
    decided = {entry.record["claim"]: entry.record["words"][language] for entry in claims.entries}
    return {
        claim.id: {
            "sentence": claim.text[language],
            "verdict": str(decided.get(claim.id) or text("not_yet", language)),
            "registered": claims.evaluation.register.digest[:KNOWN],
            "owner": f"notebooks/{claim.owner}",
        }
        for claim in claims.evaluation.register.claims.values()
    }


def _licence(config: Mapping[str, Any]) -> str:
    given = str(config.get("entydig", {}).get("licence") or "")
    if given and not given.startswith(("https://", "http://")):
        raise BookError(Problem("_config.yml, entydig: licence:", repr(given), "the address of a licence"))
    return given
