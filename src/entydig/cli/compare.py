"""`entydig compare`: two builds side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["compare"]


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--lang", default=None, help="Language of the report; default: the project's first.")
@click.option(
    "--html", type=click.Path(path_type=Path), default=None, help="Also write a page that stands alone."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), default=None, help="Also write it as data."
)
@options.project
def compare(
    first: str, second: str, lang: str | None, html: Path | None, json_file: Path | None, project: Path | None
) -> None:
    """Set two builds side by side: verdicts, estimates, and the inputs that differ.

    Each is a build's name, the folder of its site or of its runs, or a ledger.json. That they differ is no
    error: the exit code is 0.

    Example: entydig compare main counted

    Example: entydig compare main counted --lang en --html compared.html
    """
    from entydig.publishing.planning import languages_of
    from entydig.release.compare import compare as compare_sides
    from entydig.release.report import report
    from entydig.release.sides import read_side
    from entydig.release.terminal import plain
    from entydig.release.written import write_data, write_page

    root = project or find_root()
    language = languages_of(root, (lang,) if lang else ())[0]
    found = compare_sides(read_side(root, first), read_side(root, second))
    told = report(found, language)
    written = [write_page(root, told, html)] if html else []
    written += [write_data(found, json_file)] if json_file else []
    # A terminal or a pipe that has no sign for a verdict shows a question mark.
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(plain(told).encode(encoding, "replace").decode(encoding))
    for file in written:
        click.echo(f"written: {file}")
