"""`entydig export`: one notebook to pass on."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["export"]


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "form",
    type=click.Choice(["html", "pdf", "script"]),
    default="html",
    show_default=True,
    help="A page that stands alone, a PDF, or the code alone.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The file; default: _build/export/NAME.LANGUAGE.ENDING, with synthetic in it where the answers are.",
)
@click.option(
    "--name", default="main", show_default=True, help="The build whose records a synthesis notebook shows."
)
@options.project
@options.data
@options.parameters
def export(
    notebook: Path,
    form: str,
    output: Path | None,
    name: str,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Write one notebook as a file for mail: HTML or PDF with everything inside, or a Python script.

    It is run unless the same was run before; -p lang=en chooses the language.

    Example: entydig export notebooks/findings/3-value-gap.ipynb --to pdf -p lang=en
    """
    from entydig.publishing.exported import export as export_notebook
    from entydig.running.progress import progress_for

    written = export_notebook(
        project or find_root(notebook.parent),
        notebook,
        form,
        options.texts(data, decide, parameters),
        build=name,
        output=output,
        progress=progress_for() if form != "script" else None,
    )
    click.echo(f"written: {written}")
