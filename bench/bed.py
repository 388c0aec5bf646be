"""The bed of the runner's benchmark: twelve heavy notebooks and a light one, with data from a seeded generator.

A bed is a small project in a folder of its own, so that what is made for it never mixes with the collection's.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from nbformat import NotebookNode

from bench.ours import LIGHT, WARM

SOURCES = Path(__file__).parent / "notebooks"
PEOPLE, ITEMS, LEVELS, AREAS = 2_000, 20, 5, 50

# Begins and ends a timed copy: the shell's own events, so that drawing a figure counts for its cell.
BEGIN = """
import json, time
from pathlib import Path
moments = []
get_ipython().events.register("pre_run_cell", lambda info: moments.append(time.perf_counter()))
get_ipython().events.register("post_run_cell", lambda result: moments.append(time.perf_counter()))
"""
# The first moment is the end of the cell above, the last the beginning of this one.
END = """
seconds = sum(end - start for start, end in zip(moments[1:-1:2], moments[2::2]))
rows = (line.split() for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
private = sum(int(row[1]) for row in rows if row[0] in ("Private_Clean:", "Private_Dirty:"))
print(json.dumps({"cells": seconds, "private": private / 1024}))
"""


def heavy(number: int) -> Path:
    """Return where a heavy notebook stands in a bed."""
    return Path("notebooks", f"heavy-{number:02}.ipynb")


def data(number: int) -> Path:
    """Return where the answers of a heavy notebook stand in a bed."""
    return Path("data", f"answers-{number:02}.csv")


def make_bed(root: Path, notebooks: int) -> None:
    """Write the notebooks and their data into a new folder."""
    (root / "notebooks").mkdir(parents=True)
    (root / "data").mkdir()
    for number in range(1, notebooks + 1):
        write_answers(root, number, seed=number)
        nbformat.write(_numbered(number), root / heavy(number))
    shutil.copy(SOURCES / "light.ipynb", root / LIGHT)
    warm = nbformat.read(SOURCES / "light.ipynb", as_version=4)
    del warm.cells[2:]
    nbformat.write(warm, root / WARM)


def make_book(root: Path, bed: Path, notebooks: int, execute: str) -> None:
    """Write a Jupyter Book of the bed's heavy notebooks that executes as `execute_notebooks` says."""
    shutil.copytree(bed, root, ignore=shutil.ignore_patterns("_build", ".cache", LIGHT.name, WARM.name))
    config = (
        f"title: Bed\nonly_build_toc_files: true\nexecute:\n  execute_notebooks: {execute}\n  timeout: 600\n"
    )
    (root / "_config.yml").write_text(config, encoding="utf-8")
    (root / "index.md").write_text("# Bed\n", encoding="utf-8")
    chapters = "".join(f"- file: {heavy(number).as_posix()}\n" for number in range(1, notebooks + 1))
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}", encoding="utf-8")


def write_answers(root: Path, number: int, seed: int) -> None:
    """Draw the answers of a heavy notebook: wave, group, age, area and twenty items of five levels."""
    rng = np.random.default_rng(seed)
    about = pd.DataFrame(
        {
            "wave": rng.integers(1, 3, PEOPLE),
            "group": rng.integers(0, 2, PEOPLE),
            "age": rng.integers(20, 80, PEOPLE),
            "area": np.arange(PEOPLE) % AREAS + 1,
        }
    )
    opinion = rng.normal(0, 0.7, PEOPLE) + 0.2 * about["wave"] - 0.3 * about["group"] + 0.005 * about["age"]
    latent = opinion.to_numpy()[:, None] + rng.logistic(size=(PEOPLE, ITEMS))
    levels = np.digitize(latent, np.linspace(-1.5, 2.0, LEVELS - 1)) + 1
    items = pd.DataFrame(levels, columns=[f"item{place + 1:02}" for place in range(ITEMS)])
    pd.concat([about, items], axis=1).to_csv(root / data(number), index=False, lineterminator="\n")


def change_notebook(root: Path, number: int, mark: str) -> None:
    """Change the last cell of a heavy notebook, as somebody who works on it does."""
    notebook = nbformat.read(root / heavy(number), as_version=4)
    notebook.cells[-1].source += f"\n# {mark}"
    nbformat.write(notebook, root / heavy(number))


def timed_copy(root: Path, number: int) -> Path:
    """Write a copy of a heavy notebook whose last cell prints the time in cells and its own memory."""
    notebook = nbformat.read(root / heavy(number), as_version=4)
    place = 1 + next(
        index
        for index, cell in enumerate(notebook.cells)
        if "parameters" in cell.metadata.get("tags", ())  # papermill's own cell comes right below it
    )
    notebook.cells[place:place] = [_cell(BEGIN.strip())]
    notebook.cells.append(_cell(END.strip()))
    file = heavy(number).with_stem(f"timed-{number:02}")
    nbformat.write(notebook, root / file)
    return file


def _numbered(number: int) -> NotebookNode:
    notebook = nbformat.read(SOURCES / "heavy.ipynb", as_version=4)
    notebook.metadata["entydig"]["reads"] = [data(number).as_posix()]
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source = cell.source.replace("number: int = 1 ", f"number: int = {number} ")
    return notebook


def _cell(source: str, *tags: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
