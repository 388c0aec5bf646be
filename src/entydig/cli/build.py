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
@click.option(
    "--with",
    "further",
    multiple=True,
    type=click.Choice(["quarto"]),
    help="Also let Quarto render the book, in _build/quarto.",
)
@click.option(
    "--print/--no-print", "prints", default=True, help="Also write the report and the Pixi edition (PDF)."
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
    further: tuple[str, ...],
    prints: bool,
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
    how: dict[str, Any] = {"workers": workers, "fresh": fresh, "prints": prints}
    how["explain"] = click.echo if why else None
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
    if made.site.heaviest:
        click.echo(f"heaviest page: {made.site.heaviest}")
    if examples and not varied and name == "main":
        for example in examples_of(root):
            other = build_all(example, progress=progress_for(), **how)
            click.echo(f"{other.runs} runs, {other.claims} claims decided, site: {other.site.folder}")
        publish_examples(root)
    if "quarto" in further:
        _quarto(root, name, tuple(made.site.pages))


def _quarto(root: Path, name: str, languages: tuple[str, ...]) -> None:
    """Come last: what Quarto lacks or cannot do leaves everything else as it is."""
    from entydig.publishing.quarto import render, write_quarto

    folder = write_quarto(root, name)
    click.echo(f"for Quarto: {folder}")
    for written in render(folder, languages):
        click.echo(f"rendered by Quarto: {written}")
