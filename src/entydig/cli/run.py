"""`entydig run`: one notebook."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["run"]


@click.command(context_settings={"ignore_unknown_options": False, "help_option_names": []})
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
@click.option(
    "-h", "--help", "wanted", is_flag=True, help="This text; behind a notebook, the notebook's parameters."
)
@click.option("--name", default="main", show_default=True, help="The build the run belongs to.")
@options.rerun
@options.project
@options.data
@options.parameters
def run(
    notebook: Path | None,
    wanted: bool,
    name: str,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run one notebook, unless the same was run before; -p lang=en chooses the language.

    Example: entydig run notebooks/findings/3-value-gap.ipynb -p lang=en --why
    """
    from entydig.running.once import run_once
    from entydig.running.parameters import help_text
    from entydig.running.progress import progress_for

    if notebook is None:
        if not wanted:
            raise click.UsageError("Missing argument 'NOTEBOOK'.")
        click.echo(click.get_current_context().get_help())
        return
    if wanted:
        click.echo(help_text(notebook))
        return
    written = run_once(
        project or find_root(notebook.parent),
        notebook,
        options.texts(data, decide, parameters),
        build=name,
        fresh=fresh,
        explain=click.echo if why else None,
        progress=progress_for(),
    )
    click.echo(f"written: {written}")
