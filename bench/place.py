"""Where the benchmark works: the bed, its books and a copy of this project in a folder of their own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from bench import bed
from bench.commands import ROOT

IGNORED = ("_build", ".cache", ".venv", ".git", "__pycache__", "private", "tests", "src", ".*_cache")


@dataclass
class Place:
    """Where everything is made: the bed, its books, a copy of this project."""

    folder: Path
    notebooks: int
    private: list[float] = field(default_factory=list)  # MiB, as the timed notebooks said last
    inside: dict[int, float] = field(default_factory=dict)  # seconds of a batch by rows, likewise

    @property
    def bed(self) -> Path:
        """The bed's project."""
        return self.folder / "bed"

    @property
    def project(self) -> Path:
        """A copy of this repository's evaluation, without what was made in it."""
        return self.folder / "project"

    def made(self, name: str) -> Path:
        """Give an empty folder for what one approach makes."""
        target = self.folder / "made" / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        return target

    @property
    def heavy(self) -> list[Path]:
        """The heavy notebooks."""
        return [self.bed / bed.heavy(number + 1) for number in range(self.notebooks)]

    @classmethod
    def of(cls, folder: Path, notebooks: int) -> Place:
        """Write the bed and the copy."""
        place = cls(folder, notebooks)
        bed.make_bed(place.bed, notebooks)
        for number in range(1, notebooks + 1):
            bed.timed_copy(place.bed, number)
        for execute in ("force", "cache", "off"):
            bed.make_book(folder / execute, place.bed, notebooks, execute)
        shutil.copytree(ROOT, place.project, ignore=shutil.ignore_patterns(*IGNORED))
        return place


def empty(root: Path) -> None:
    """Delete what a project stored and made."""
    for name in ("_build", ".cache"):
        shutil.rmtree(root / name, ignore_errors=True)
