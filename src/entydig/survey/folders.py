"""Where the data of a project stand: the shipped, the private, and those of a folder."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CASES", "PRIVATE", "SHIPPED", "SURVEY", "WORLD", "cases_folder", "survey_folder"]

SHIPPED = "shipped"
PRIVATE = "private"
WORLD = "world:"
SURVEY = Path("data", "survey")
CASES = Path("data", "cases")
_PRIVATE = Path("data", "private")


def survey_folder(data: str) -> Path | None:
    """Tell where answers and roster stand, relative to the project; a world is drawn and has no folder of its own."""
    return _folder(data, SURVEY, Path(data))


def cases_folder(data: str) -> Path | None:
    """Tell where the case material that goes with the answers stands, as `survey_folder`."""
    return _folder(data, CASES, Path(data, CASES.name))


def _folder(data: str, shipped: Path, other: Path) -> Path | None:
    if data == SHIPPED:
        return shipped
    if data == PRIVATE:
        return _PRIVATE / shipped.name
    return None if data.startswith(WORLD) else other
