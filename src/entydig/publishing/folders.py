"""Where a build's pages and its site stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MAIN", "Site", "build_folders"]

MAIN = "main"


@dataclass(frozen=True)
class Site:
    """A finished site: its folder, how many pages each language has, and what the heaviest page weighs."""

    folder: Path
    pages: Mapping[str, int]
    heaviest: str = ""


def build_folders(root: Path, build: str) -> tuple[Path, Path]:
    """Tell where a build's filtered pages and its site stand.

    The main build has the plain names ``_build/book`` and ``_build/site``; a named one carries its name in
    both, so that two builds can be compared side by side.
    """
    ending = "" if build == MAIN else f"-{build}"
    return root / "_build" / f"book{ending}", root / "_build" / f"site{ending}"
