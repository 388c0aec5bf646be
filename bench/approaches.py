"""The ways to run notebooks that are compared: each a process or several, timed from outside."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable

import nbformat

from bench import bed
from bench.commands import (
    book,
    call,
    ours,
    papermill,
    seconds,
    timed,
    told,
    without_bytecode,
)
from bench.place import Place, empty
from entydig.running.comparison import differences
from entydig.running.limits import cores


def warm_up(place: Place) -> None:
    """Run each tool once, so that its modules are compiled and on no side only in the machine's memory."""
    target = place.made("warm-up") / "made.ipynb"
    call(papermill(place.heavy[0], target, lang="da"))
    call([sys.executable, "-m", "bench.pool", target.parent, place.bed / bed.LIGHT])
    call(ours("warm", place.bed))
    call(book(place.folder / "off"))


def by_papermill(place: Place) -> float:
    """Papermill's command line, one notebook after another."""
    target = place.made("papermill-cli")
    return timed(*(papermill(file, target / file.name, lang="da") for file in place.heavy))


def by_pool(place: Place) -> float:
    """Papermill's function in a pool of two processes."""
    return timed([sys.executable, "-m", "bench.pool", place.made("papermill-pool"), *place.heavy])


def by_book(place: Place) -> float:
    """Jupyter Book that executes everything."""
    shutil.rmtree(place.folder / "force" / "_build", ignore_errors=True)
    return timed(book(place.folder / "force"))


def by_cold_cache(place: Place) -> float:
    """Jupyter Book with an empty cache."""
    shutil.rmtree(place.folder / "cache" / "_build", ignore_errors=True)
    return timed(book(place.folder / "cache"))


def by_warm_cache(place: Place) -> float:
    """Jupyter Book that builds all pages from its cache."""
    if not (place.folder / "cache" / "_build" / ".jupyter_cache").is_dir():
        by_cold_cache(place)
    return timed(book(place.folder / "cache", "--all"))


def cold(place: Place, **more: str) -> float:
    """Ours with an empty store."""
    empty(place.bed)
    return timed(ours("bed", place.bed), **more)


def cold_with_pages(place: Place) -> float:
    """Ours with an empty store, then Jupyter Book for the pages of what was executed."""
    target = place.folder / "off"
    empty(place.bed)
    shutil.rmtree(target / "_build", ignore_errors=True)
    began = time.perf_counter()
    call(ours("bed", place.bed))
    shutil.copytree(place.bed / "_build/runs/main/da/notebooks", target / "notebooks", dirs_exist_ok=True)
    call(book(target))
    return time.perf_counter() - began


def warm(place: Place) -> float:
    """Ours with an empty store, once the imports are made."""
    empty(place.bed)
    return float(told(ours("warm", place.bed), executed=place.notebooks)["seconds"])


def notebook_changed(place: Place) -> float:
    """Ours after a change of one notebook."""
    _stored(place)
    bed.change_notebook(place.bed, 1, f"changed {time.time_ns()}")
    return seconds(ours("bed", place.bed), executed=1)


def data_changed(place: Place) -> float:
    """Ours after a change of one data file."""
    _stored(place)
    bed.write_answers(place.bed, 1, seed=time.time_ns() % 2**32)
    return seconds(ours("bed", place.bed), executed=1)


def nothing_changed(place: Place) -> float:
    """Ours when nothing changed."""
    _stored(place)
    return seconds(ours("bed", place.bed), executed=0)


def limit(place: Place) -> float:
    """The time in cells, one notebook at a time with the imports made, divided by the cores."""
    found = told(ours("cells", place.bed))
    place.private = sorted(found["private"])
    return sum(found["cells"]) / cores()


def batch(rows: int) -> Callable[[Place], float]:
    """Ours for so many rows of the light notebook."""

    def run(place: Place) -> float:
        shutil.rmtree(place.bed / "_build" / "batch", ignore_errors=True)
        began = time.perf_counter()
        found = told(ours("batch", place.bed, rows), executed=rows)
        place.inside[rows] = float(found["seconds"])
        return time.perf_counter() - began

    return run


def batch_inside(rows: int) -> Callable[[Place], float]:
    """The same run without what comes before its first row, as the process told."""
    return lambda place: place.inside[rows]


def batch_by_papermill(rows: int) -> Callable[[Place], float]:
    """Papermill's command line for so many rows of the light notebook."""

    def run(place: Place) -> float:
        target = place.made("batch-cli")
        light = place.bed / bed.LIGHT
        return timed(
            *(papermill(light, target / f"{area}.ipynb", lang="da", area=area + 1) for area in range(rows))
        )

    return run


def memory(place: Place) -> float:
    """MiB a forked notebook has for itself at its end; the median of the heavy ones."""
    if not place.private:
        limit(place)
    return float(place.private[len(place.private) // 2])


def memory_stock(place: Place) -> float:
    """MiB a stock kernel has for itself at the end of a heavy notebook."""
    target = place.made("memory") / "made.ipynb"
    source = place.bed / bed.heavy(1).with_stem("timed-01")
    call(papermill(source, target, lang="da"))
    last = nbformat.read(target, as_version=4).cells[-1]
    return float(json.loads(last.outputs[0].text)["private"])


def slow_papermill(place: Place) -> float:
    """Papermill's command line for two notebooks when no module is compiled."""
    target = place.made("no-bytecode-cli")
    commands = (papermill(file, target / file.name, lang="da") for file in place.heavy[:2])
    return timed(*commands, **without_bytecode(place.folder / "nowhere"))


def two_by_papermill(place: Place) -> float:
    """The same with compiled modules."""
    target = place.made("two-cli")
    return timed(*(papermill(file, target / file.name, lang="da") for file in place.heavy[:2]))


def slow_ours(place: Place) -> float:
    """Ours with an empty store when no module is compiled."""
    return cold(place, **without_bytecode(place.folder / "nowhere"))


def unequal(place: Place) -> list[str]:
    """Name what differs between papermill's results and ours; both have to be there."""
    found = []
    for file in place.heavy:
        stock = nbformat.read(place.folder / "made/papermill-cli" / file.name, as_version=4)
        mine = nbformat.read(place.bed / "_build/runs/main/da/notebooks" / file.name, as_version=4)
        found += [f"{file.name}: {difference}" for difference in differences(mine, stock)]
    return found


def _stored(place: Place) -> None:
    """Make sure that only what is changed next has to run."""
    call(ours("bed", place.bed))
