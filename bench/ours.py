"""Our runner as a process of its own, so that starting it is measured too: `python -m bench.ours WHAT ROOT [ROWS]`.

WHAT is `bed` (what changed since the last time), `warm` (the same, with the imports made beforehand), `batch` (the
light notebook ROWS times), `cells` (one at a time, timed from inside) or `collection` (a project's own notebooks).
It prints seconds without those beforehand.  `warm` and `batch` first run an empty notebook.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import entydig
from entydig.running.known import Known
from entydig.running.notebook import about, read_source
from entydig.running.runs import Result, Run
from entydig.running.schedule import execute_all, execute_build
from entydig.running.store import ContentKey, content_key, package_digest
from entydig.running.workers import local_executor

PACKAGE = Path(entydig.__file__).parent
LANGUAGE = "da"
LIGHT = Path("notebooks", "light.ipynb")
WARM = Path("notebooks", "warm.ipynb")


def main(what: str, root: Path, rows: int = 0) -> dict[str, Any]:
    """Do one thing and return its seconds."""
    if what == "cells":
        return cells(root)
    if what == "collection":
        return collection(root)
    if what == "bed":
        return {"executed": _executed(bed(root))}
    with local_executor() as pool:
        _succeeded(execute_all([Run(WARM, LANGUAGE)], root, executor=pool))
        began = time.perf_counter()
        results = batch(root, rows, pool) if what == "batch" else bed(root, pool)
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "executed": _executed(results)}


def bed(root: Path, pool: Executor | None = None) -> list[Result]:
    """Run the heavy notebooks that changed."""
    files = sorted((root / "notebooks").glob("heavy-*.ipynb"))
    runs = [Run(file.relative_to(root), LANGUAGE) for file in files]
    return execute_build(runs, root, "main", known=Known.of(root, _keys(root)), executor=pool)


def batch(root: Path, rows: int, pool: Executor) -> list[Result]:
    """Run the light notebook for so many areas, each result in a file of its own."""
    folder = root / "_build" / "batch"
    folder.mkdir(parents=True, exist_ok=True)

    def write(result: Result) -> None:
        (folder / f"{result.run.parameters['area']}.ipynb").write_bytes(result.notebook)

    return execute_all(
        [Run(LIGHT, LANGUAGE, {"area": area + 1}) for area in range(rows)], root, executor=pool, done=write
    )


def cells(root: Path) -> dict[str, Any]:
    """Run the timed copies one at a time and return what they printed."""
    runs = [
        Run(file.relative_to(root), LANGUAGE) for file in sorted((root / "notebooks").glob("timed-*.ipynb"))
    ]
    printed = [_printed(result) for result in _succeeded(execute_all(runs, root, workers=1))]
    return {name: [each[name] for each in printed] for name in ("cells", "private")}


def collection(root: Path) -> dict[str, Any]:
    """Run all notebooks of a project in all languages, without its site."""
    from entydig.publishing.planning import key_of, languages_of, planned

    listed = planned(root, "shipped", {}, {}, languages_of(root, ()))
    known = Known.of(root, key_of(root, listed, package_digest(PACKAGE)))
    return {"executed": _executed(execute_build([each.run for each in listed], root, "main", known=known))}


def _keys(root: Path) -> Callable[[Run, str | None], ContentKey]:
    package = package_digest(PACKAGE)

    def key(run: Run, records: str | None) -> ContentKey:
        reads = about(read_source(root / run.notebook, run.notebook.as_posix()))["reads"]
        return content_key(root, run.notebook, run.language, run.parameters, reads=reads, package=package)

    return key


def _succeeded(results: Sequence[Result]) -> Sequence[Result]:
    for result in results:
        if result.failure:
            raise RuntimeError(str(result.failure.problem()))
    return results


def _executed(results: Sequence[Result]) -> int:
    return sum(not result.stored for result in _succeeded(results))


def _printed(result: Result) -> dict[str, float]:
    last = json.loads(result.notebook)["cells"][-1]
    return dict(json.loads("".join("".join(output["text"]) for output in last["outputs"])))


if __name__ == "__main__":
    what, root, *rows = sys.argv[1:]
    print(json.dumps(main(what, Path(root), *map(int, rows))))
