"""`entydig batch`: one notebook for each row of a table."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["batch"]


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--over",
    "table",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: a header of parameter names, one row for each run.",
)
@click.option("--name", default=None, help="Folder under _build/batch; default: the notebook's name.")
@click.option("--lang", multiple=True, help="Run each row in this language; may be given several times.")
@click.option(
    "--scheduler", metavar="ADDRESS", default=None, help="Run on a dask scheduler's workers: tcp://host:8786."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Runs at a time on this machine; default: as many as cores and memory allow.",
)
@options.rerun
@options.project
@options.data
@options.parameters
def batch(
    notebook: Path,
    table: Path,
    name: str | None,
    lang: tuple[str, ...],
    scheduler: str | None,
    workers: int | None,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run one notebook for each row of a table: a page a row, an index, the results as a table.

    What is done is stored; the same command again does what is missing.

    Example: entydig batch notebooks/findings/3-value-gap.ipynb --over choices.csv --lang en
    """
    from entydig.publishing.export import StandalonePages
    from entydig.publishing.planning import languages_of
    from entydig.running.batch import batch as run_batch
    from entydig.running.progress import progress_for

    root = project or find_root(notebook.parent)
    made = run_batch(
        root,
        notebook,
        table,
        pages=StandalonePages(root),
        name=name,
        texts=options.texts(data, decide, parameters),
        languages=languages_of(root, lang) if lang else (),
        scheduler=scheduler,
        workers=workers,
        fresh=fresh,
        explain=click.echo if why else None,
        progress=progress_for(),
    )
    click.echo(f"{made.runs} runs: {made.folder / 'index.html'}")
