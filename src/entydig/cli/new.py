"""`entydig new`: what a person begins of their own."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["new"]


@click.group()
def new() -> None:
    """Begin something of your own: a finding.

    Example: entydig new finding tenure --from 3 --lang en
    """


@new.command()
@click.argument("name")
@click.option("--from", "origin", required=True, metavar="FINDING", help="Id of the finding to begin from.")
@click.option("--lang", "language", required=True, help="The language to write in.")
@options.project
def finding(name: str, origin: str, language: str, project: Path | None) -> None:
    """Write notebooks/own/NAME.ipynb, a copy of a finding in one language, and list it in the book.

    Its claims are exploratory: they never stand in the ledger.

    Example: entydig new finding tenure --from 3 --lang en
    """
    from entydig.publishing.scaffold import new_finding

    root = project or find_root()
    written = new_finding(root, name, origin=origin, language=language)
    click.echo(f"written: {written}")
    click.echo("next: change it in JupyterLab (make lab), then: entydig build")
