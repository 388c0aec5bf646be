"""Where an evaluation stands; it imports so little that the command line can ask at once."""

from __future__ import annotations

import os
from pathlib import Path

from entydig.errors import Problem, UsageError

__all__ = ["INSTRUMENT", "find_root"]

INSTRUMENT = Path("data", "instrument.yml")


def find_root(start: Path | None = None) -> Path:
    """Find the project: ``ENTYDIG_PROJECT``, else the nearest folder upwards with ``data/instrument.yml``.

    Raises
    ------
    UsageError
        There is none.
    """
    if named := os.environ.get("ENTYDIG_PROJECT"):
        return Path(named)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / INSTRUMENT).is_file():
            return folder
    raise UsageError(
        Problem(
            str(here),
            "is in no project",
            f"a folder above it with {INSTRUMENT.as_posix()}",
            "set ENTYDIG_PROJECT",
        )
    )
