"""The runner's benchmark: notebooks by papermill, by Jupyter Book and by ours, in turn, as ratios.

    python -m bench runner --rounds 5 --to data/benchmark.csv

Approaches are taken in turn in every round, so that what disturbs the machine disturbs all; the slowest that
decide no goal are left out of later rounds.  A line of the file is one measurement.  It fails where a goal of
`entydig.project.measurements` is missed, or where our results are not papermill's.
"""

from __future__ import annotations

import argparse
import datetime
import math
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from bench import approaches, collection
from bench.place import Place
from entydig.project.benchmark import APPROACHES, Benchmark
from entydig.project.measurements import COLUMNS, GOALS, Measurements
from entydig.running.limits import MIB, cores, machine_memory
from entydig.wording import text

PACKAGES = ("papermill", "nbclient", "ipykernel", "jupyter-book", "pandas", "matplotlib", "statsmodels")
EVERY = 1_000_000
CLI_ROWS = 6


@dataclass(frozen=True)
class Approach:
    """One way to do one job."""

    bed: str
    name: str
    size: int
    run: Callable[[Place], float]
    rounds: int = EVERY
    unit: str = "s"


def listed(notebooks: int, rows: Sequence[int]) -> list[Approach]:
    """List the approaches in the order they are taken."""
    heavy = (
        ("papermill-cli", approaches.by_papermill, EVERY),
        ("ours", approaches.cold, EVERY),
        ("limit", approaches.limit, EVERY),
        ("ours-warm", approaches.warm, EVERY),
        ("jupyter-book-force", approaches.by_book, EVERY),
        ("ours-pages", approaches.cold_with_pages, EVERY),
        ("papermill-pool", approaches.by_pool, 2),
        ("ours-notebook", approaches.notebook_changed, EVERY),
        ("ours-data", approaches.data_changed, EVERY),
        ("ours-nothing", approaches.nothing_changed, EVERY),
        ("jupyter-book-cold", approaches.by_cold_cache, 1),
        ("jupyter-book-warm", approaches.by_warm_cache, EVERY),
        ("ours-no-bytecode", approaches.slow_ours, 2),
    )
    few = min(2, notebooks)
    return [
        *(Approach("heavy", name, notebooks, run, rounds) for name, run, rounds in heavy),
        Approach("bytecode", "papermill-cli", few, approaches.two_by_papermill, 1),
        Approach("bytecode", "papermill-cli-no-bytecode", few, approaches.slow_papermill, 1),
        Approach("memory", "ours", 1, approaches.memory, 2, "MiB"),
        Approach("memory", "papermill-cli", 1, approaches.memory_stock, 2, "MiB"),
        *_batch(rows),
        *_collection(),
    ]


def _batch(rows: Sequence[int]) -> Iterator[Approach]:
    yield Approach("batch", "papermill-cli", CLI_ROWS, approaches.batch_by_papermill(CLI_ROWS))
    for count in rows:
        often = EVERY if count <= 100 else 2
        yield Approach("batch", "ours", count, approaches.batch(count), often)
        yield Approach("batch", "ours-warm", count, approaches.batch_inside(count), often)


def _collection() -> Iterator[Approach]:
    yield Approach("collection", "papermill-cli", 1, collection.by_papermill, 2)
    yield Approach("collection", "ours", 1, collection.cold, 2)
    yield Approach("collection", "build", 1, collection.build_cold, 2)
    yield Approach("collection", "build-finding", 1, collection.build_changed, 2)
    yield Approach("collection", "build-nothing", 1, collection.build_unchanged)


def measured(chosen: Sequence[Approach], place: Place, rounds: int) -> Iterator[dict[str, object]]:
    """Take all approaches in turn, so many times; give a row for each measurement."""
    for number in range(1, rounds + 1):
        for approach in chosen:
            if number > approach.rounds:
                continue
            value = approach.run(place)
            print(
                f"{number}/{rounds} {approach.bed} {approach.name} {approach.size}: {value:.2f}", flush=True
            )
            about = {"bed": approach.bed, "approach": approach.name, "size": approach.size}
            yield about | {"unit": approach.unit, "round": number, "value": round(value, 3)}
            if number == 1 and (approach.bed, approach.name) == ("heavy", "ours"):
                check(place)


def check(place: Place) -> None:
    """End the benchmark where our results are not papermill's: what is wrong is not quick."""
    if found := approaches.unequal(place):
        raise RuntimeError("results differ from papermill's: " + "; ".join(found[:5]))


def about_machine(rounds: int) -> dict[str, object]:
    """Say when and on what it was measured; no name of a machine or person."""
    names = [line for line in _cpuinfo() if line.startswith("model name")]
    processor = names[0].partition(":")[2].strip() if names else platform.machine()
    memory = round(machine_memory() / MIB / 1024)
    return {
        "rounds": rounds,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "cores": cores(),
        "machine": f"{processor}, {memory} GiB, {platform.system()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def _cpuinfo() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; smaller numbers make a trial of the benchmark itself."""
    parser = argparse.ArgumentParser(prog="python -m bench runner", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--notebooks", type=int, default=12, help="heavy notebooks; default: %(default)s")
    parser.add_argument("--rows", type=int, nargs="+", default=[20, 100, 500], help="of the batch")
    parser.add_argument("--only", nargs="+", help="these beds: heavy, bytecode, memory, batch, collection")
    parser.add_argument("--to", type=Path, help="write the measurements to this file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, print the ratios and goals, write the file; 1 where a goal is missed."""
    chosen = options(arguments)
    wanted = [
        each for each in listed(chosen.notebooks, chosen.rows) if not chosen.only or each.bed in chosen.only
    ]
    with tempfile.TemporaryDirectory(prefix="entydig-bench-") as folder:
        place = Place.of(Path(folder), chosen.notebooks)
        approaches.warm_up(place)
        rows = list(measured(wanted, place, chosen.rounds))
    found = pd.DataFrame(rows).assign(**about_machine(chosen.rounds))[list(COLUMNS)]
    if chosen.to:
        found.to_csv(chosen.to, index=False, lineterminator="\n")
    return report(Measurements(found))


def report(found: Measurements) -> int:
    """Print each approach's ratio and each goal; 1 where a goal that was measured is missed."""
    for bed in APPROACHES:
        for row in Benchmark(found, "en").speeds(bed):
            print(f"{row.label}: {row.value:.1f} times as fast as papermill's command line ({bed})")
    for goal in GOALS:
        value = found.measure(goal).value
        verdict = "not measured" if math.isnan(value) else "kept" if goal.kept(value) else "MISSED"
        bound = f"{'at least' if goal.least else 'at most'} {goal.bound:g}"
        print(f"{text(f'benchmark_goal_{goal.key}', 'en')}: {value:.2f}, {bound}: {verdict}")
    return int(bool(found.missed()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
