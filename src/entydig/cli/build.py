"""`entydig build`: every notebook of the book, the ledger, the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["build"]


@click.command()
@click.option("--name", default="main", show_default=True, help="Name of the build.")
@click.option("--lang", multiple=True, help="Only this language; may be given several times.")
@click.option(
    "--examples/--no-examples", default=True, help="Also build the evaluations that _config.yml lists."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Notebooks at a time; default: as many as cores and memory allow.",
)
@options.rerun
@options.project
@options.data
@options.parameters
def build(
    name: str,
    lang: tuple[str, ...],
    examples: bool,
    workers: int | None,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run the notebooks whose inputs changed and build the site.

    Example: entydig build --why

    Example: entydig build --decide dont_know=counted --name counted
    """
    from entydig.publishing.build import build as build_all
    from entydig.publishing.build import examples_of, publish_examples
    from entydig.running.progress import progress_for

    root = project or find_root()
    varied = data != "shipped" or bool(decide) or bool(parameters)
    how: dict[str, Any] = {"workers": workers, "fresh": fresh, "explain": click.echo if why else None}
    made = build_all(
        root,
        name=name,
        data=data,
        choices=options.choices(decide),
        given=options.choices(parameters),
        languages=lang,
        progress=progress_for(),
        **how,
    )
    click.echo(f"{made.runs} runs, {made.claims} claims decided, site: {made.site.folder}")
    if examples and not varied and name == "main":
        for example in examples_of(root):
            other = build_all(example, progress=progress_for(), **how)
            click.echo(f"{other.runs} runs, {other.claims} claims decided, site: {other.site.folder}")
        publish_examples(root)
