"""`entydig diagnose`: the registered analysis tried on many rosters of each world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from entydig.cli import options
from entydig.errors import Problem, UsageError
from entydig.survey.place import find_root

__all__ = ["diagnose"]


@click.command()
@click.option(
    "--rosters", type=click.IntRange(min=2), default=2000, show_default=True, help="Rosters a setting."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the first roster."
)
@click.option("--world", multiple=True, help="Only this world; may be given several times.")
@click.option("--clusters", type=int, multiple=True, help="Only rosters of so many clusters; likewise.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), default=None, help="Default: data/diagnosis.csv."
)
@options.project
def diagnose(
    rosters: int,
    seed: int,
    world: tuple[str, ...],
    clusters: tuple[int, ...],
    workers: int,
    target: Path | None,
    project: Path | None,
) -> None:
    """Try the registered analysis on many rosters of each world: bias, coverage, chance of each verdict.

    Example: entydig diagnose --world null --clusters 54 --rosters 200 --to diagnosis.csv
    """
    from entydig.claims.diagnosis import chosen_settings, diagnose, write_diagnosis
    from entydig.running.schedule import processes

    root = project or find_root()
    settings = chosen_settings(root, world, clusters)
    if (world or clusters) and target is None:
        raise UsageError(Problem("diagnose", "only a part is wanted", "--to FILE, so that the whole is kept"))
    with processes(workers) as executor:
        found = diagnose(
            root,
            settings,
            rosters=rosters,
            seed=seed,
            executor=executor,
            progress=_counted("chunks of rosters"),
        )
    written = write_diagnosis(found, target or root / "data" / "diagnosis.csv")
    click.echo(f"{len(settings)} settings of {rosters} rosters: {written}")


def _counted(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == total or done % max(total // 50, 1) == 0:
            click.echo(f"{done}/{total} {what}", err=True)

    return tell
