"""`entydig simulate`: the answers or the case material of a synthetic world."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.errors import Problem, UsageError
from entydig.survey.place import find_root

__all__ = ["simulate"]


@click.command()
@click.argument("world")
@click.option("--seed", type=int, default=None, help="Of the answers; default: the registered seed.")
@click.option("--cases", is_flag=True, help="Draw the case material in place of the answers.")
@click.option(
    "--turned", multiple=True, metavar="PLACE", help="With --cases: exchange for and against in this place."
)
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@options.project
def simulate(
    world: str, seed: int | None, cases: bool, turned: tuple[str, ...], target: Path, project: Path | None
) -> None:
    """Draw the answers of a synthetic world, with roster and truth, or its coded interviews and notes.

    Example: entydig simulate announced --to data/survey
    """
    root = project or find_root()
    if (turned and not cases) or (cases and seed is not None):
        problem = Problem("options", "--turned goes with --cases, --seed without it", "see --help")
        raise UsageError(problem)
    said = _cases(root, world, turned, target) if cases else _answers(root, world, seed, target)
    click.echo(f"{said} of world {world}: {target}")


def _answers(root: Path, world: str, seed: int | None, target: Path) -> str:
    from entydig.survey.generator import simulate as draw
    from entydig.survey.instrument import read_instrument
    from entydig.survey.package import write_survey
    from entydig.survey.worlds import read_worlds

    instrument = read_instrument(root / "data" / "instrument.yml")
    drawn = draw(read_worlds(root / "data" / "worlds.yml", instrument), world, seed=seed)
    write_survey(drawn, target, instrument)
    return f"{len(drawn.answers)} of {len(drawn.roster)} answer sheets"


def _cases(root: Path, world: str, turned: tuple[str, ...], target: Path) -> str:
    from entydig.cases.generator import write_cases
    from entydig.cases.register import REGISTER
    from entydig.project.evaluation import draw_cases
    from entydig.survey.files import write_whole
    from entydig.survey.folders import CASES

    corpora, translations = draw_cases(root, world, turned)
    write_cases(target, corpora, translations)
    if target.resolve() != (root / CASES).resolve():
        write_whole(target / REGISTER, (root / CASES / REGISTER).read_bytes())
    texts = sum(len(corpus.sources) for corpus in corpora.values())
    return f"{texts} texts from {len(corpora)} places"
