"""The records of stage 1, as a notebook of stage 2 reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from entydig.claims.ledger import collect
from entydig.errors import NotebookError, Problem

__all__ = ["build_name", "stage_one_notebooks", "stage_one_records"]

MAIN = "main"


def build_name() -> str:
    """Give the build a notebook runs in: ``ENTYDIG_BUILD``, else ``"main"``."""
    return os.environ.get("ENTYDIG_BUILD", MAIN)


def stage_one_notebooks(root: Path, language: str, build: str | None = None) -> list[Path]:
    """Find the executed notebooks of a build in one language that decide claims.

    Raises
    ------
    NotebookError
        Nothing was executed yet.
    """
    folder = root / "_build" / "runs" / (build or build_name()) / language
    notebooks = sorted(path for path in folder.rglob("*.ipynb") if not path.name.endswith(".failed.ipynb"))
    notebooks = [path for path in notebooks if "synthesis" not in path.relative_to(folder).parts]
    if not notebooks:
        found = "no executed notebooks of stage 1"
        raise NotebookError(Problem(str(folder), found, "the runs of a build", "run `entydig build` first"))
    return notebooks


def stage_one_records(root: Path, language: str, build: str | None = None) -> list[dict[str, Any]]:
    """Collect the records of all executed notebooks of a build in one language.

    Raises
    ------
    NotebookError
        Nothing was executed yet.
    """
    return collect(stage_one_notebooks(root, language, build))
