"""`entydig simulate`: the answers of a synthetic world."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["simulate"]


@click.command()
@click.argument("world")
@click.option("--seed", type=int, default=None, help="Default: the registered seed.")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@options.project
def simulate(world: str, seed: int | None, target: Path, project: Path | None) -> None:
    """Draw the answers of a synthetic world, with roster and truth.

    Example: entydig simulate announced --to data/survey
    """
    from entydig.survey.generator import simulate as draw
    from entydig.survey.instrument import read_instrument
    from entydig.survey.package import write_survey
    from entydig.survey.worlds import read_worlds

    root = project or find_root()
    instrument = read_instrument(root / "data" / "instrument.yml")
    drawn = draw(read_worlds(root / "data" / "worlds.yml", instrument), world, seed=seed)
    write_survey(drawn, target, instrument)
    click.echo(f"{len(drawn.answers)} of {len(drawn.roster)} answer sheets of world {world}: {target}")
