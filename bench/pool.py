"""Papermill's own function in two processes, the way people make it quicker: `python -m bench.pool FOLDER NOTEBOOK ...`."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import papermill

PROCESSES = 2


def main(folder: str, notebooks: list[str]) -> None:
    """Execute notebooks into a folder."""
    # Started afresh: a process forked from one that has threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        list(pool.map(execute, notebooks, [folder] * len(notebooks)))


def execute(notebook: str, folder: str) -> None:
    """Execute one notebook where it stands."""
    source = Path(notebook)
    papermill.execute_notebook(
        notebook, str(Path(folder) / source.name), cwd=str(source.parent), progress_bar=False
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
