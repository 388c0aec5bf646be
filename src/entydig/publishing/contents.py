"""The table of contents of one edition: `_toc.yml` without the pages that rest on what the edition does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError
from entydig.publishing.configuration import documents, read_yaml, without_pages
from entydig.running.notebook import about, read_source
from entydig.running.reads import CASE_MODEL
from entydig.survey.folders import cases_folder, survey_folder

__all__ = ["CASES", "SYNTHETIC", "contents", "held"]

# What a notebook may say under ``entydig: {data: ...}`` that it cannot do without.
SYNTHETIC = "synthetic"
CASES = "cases"


def contents(root: Path, data: str) -> dict[str, Any]:
    """Read the table of contents of an edition.

    Parameters
    ----------
    root : Path
    data : str
        The answers it is on, as in `entydig.project.read_evaluation`.

    Returns
    -------
    dict
        `_toc.yml`, of an edition with real answers without the notebooks that declare ``data: synthetic``, and without
        those that declare ``data: cases`` where there is no case material.

    Raises
    ------
    BookError
        `_toc.yml` cannot be read.
    """
    toc = read_yaml(root / "_toc.yml")
    there = held(root, data)
    missing = [name for name in documents(toc) if _needs(root / f"{name}.ipynb") - there]
    return without_pages(toc, missing)


def held(root: Path, data: str) -> frozenset[str]:
    """Say what an edition has: synthetic material beside its answers, case material."""
    folder, cases = survey_folder(data), cases_folder(data)
    synthetic = folder is None or _kind(root / folder / "datapackage.json") != "real"
    if cases is None:
        with_cases = all(any(root.glob(pattern)) for pattern in CASE_MODEL)
    else:
        with_cases = any((root / cases).glob("*.qdpx"))
    has = {SYNTHETIC: synthetic, CASES: with_cases}
    return frozenset(name for name, there in has.items() if there)


def _needs(notebook: Path) -> set[str]:
    try:
        return {about(read_source(notebook)).get("data", "")} & {SYNTHETIC, CASES}
    except NotebookError:  # a page in Markdown, or one that planning has more to say of
        return set()


def _kind(descriptor: Path) -> str:
    """Give the kind of answers; nothing where their reader will have more to say."""
    try:
        content: Mapping[str, Any] = json.loads(descriptor.read_text(encoding="utf-8"))
        return str(content["entydig"]["data"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
