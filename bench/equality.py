"""Hold our engine against papermill's own on notebooks others wrote: `python -m bench.equality FOLDER ...`.

Made for the notebooks in papermill's and nbclient's source distributions, which wheels do not carry:

    pip download --no-deps --no-binary papermill,nbclient papermill==2.7.0 nbclient==0.11.0
    tar xzf papermill-2.7.0.tar.gz; tar xzf nbclient-0.11.0.tar.gz
    python -m bench.equality papermill-2.7.0 nbclient-0.11.0

A notebook of another kernel than Python is named and left out.  Each is run in a copy of its folder, by papermill
in a process of its own for each engine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from entydig.running.comparison import differences
from entydig.running.forks import ENVIRONMENT

SECONDS = 120  # one of papermill's sleeps for 60
OURS, STOCK = "entydig", "nbclient"


def main(folders: list[Path]) -> int:
    """Print a line for each notebook; 1 when one came out differently."""
    found = [file for folder in folders for file in sorted(folder.rglob("*.ipynb"))]
    verdicts = [compared(file) for file in found if ".ipynb_checkpoints" not in file.parts]
    for verdict in sorted({verdict.partition(":")[0] for verdict in verdicts}):
        print(f"{sum(each.startswith(verdict) for each in verdicts):4} {verdict}")
    return int(any(verdict.startswith("different") for verdict in verdicts))


def compared(file: Path) -> str:
    """Run a notebook by both engines and say how the results compare."""
    verdict = _verdict(file)
    print(f"{file.parent.name}/{file.name}: {verdict}", flush=True)
    return verdict


def _verdict(file: Path) -> str:
    try:
        source = nbformat.read(file, as_version=4)
    except Exception as error:  # noqa: BLE001 - some are broken on purpose
        return f"no notebook: {type(error).__name__}"
    kernel = source.metadata.get("kernelspec", {})
    if kernel.get("language", "python") != "python" or not kernel.get("name", "python").startswith("python"):
        return f"another kernel: {kernel.get('name')}"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / file.parent.name
        ours, stock = (_run(file, place, engine) for engine in (OURS, STOCK))
        if ours is None or stock is None:
            return "nothing written by either" if ours is stock else "different: only one wrote a notebook"
        found = differences(ours, stock)
        # A notebook that prints the time differs from itself.
        if found and _places(found) == _places(differences(_run(file, place, STOCK) or stock, stock)):
            return f"equal but for what two stock runs differ in: {found}"
    cells = sum(cell.cell_type == "code" for cell in source.cells)
    return f"different: {found}" if found else f"equal: {cells} code cells"


def _places(found: list[str]) -> list[str]:
    return [each.partition(":")[0] for each in found]


def _run(file: Path, place: Path, engine: str) -> nbformat.NotebookNode | None:
    """Execute in a fresh copy of the folder, so that one run does not find what the other left."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(file.parent, place)
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--engine", engine, "-k", "python3"]
    subprocess.run(
        [*command, "--execution-timeout", str(SECONDS), file.name, "made.ipynb"],
        cwd=place,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        check=False,
    )
    made = place / "made.ipynb"
    return nbformat.read(made, as_version=4) if made.is_file() else None


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
