"""`entydig clean`: what was made goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from entydig.cli import options
from entydig.errors import Problem, UsageError
from entydig.survey.place import find_root

__all__ = ["clean"]

CACHE = Path(".cache")
DIAGNOSIS = CACHE / "diagnosis"
STORED = (CACHE / "store", CACHE / "history.json", CACHE / "kept", CACHE / "worlds")
NAME = re.compile(r"\w[\w.-]*")


@click.command()
@click.option("--name", default=None, help="Only the build and the batch of this name; default: everything.")
@click.option("--diagnosis", is_flag=True, help="Also what `diagnose` has drawn, which takes long to make.")
@options.project
def clean(name: str | None, diagnosis: bool, project: Path | None) -> None:
    """Delete what was made: runs, books, sites, batches, stored results and drawn answers.

    Example: entydig clean --name counted
    """
    import shutil

    if name is not None and not NAME.fullmatch(name):
        raise UsageError(Problem(f"--name {name!r}", "is no name of a build", "letters, digits, . _ -"))
    root = project or find_root()
    for path in _named(root, name) if name else (root / made for made in (Path("_build"), *STORED)):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
        else:
            continue
        click.echo(f"deleted: {path}")
    if diagnosis and (root / DIAGNOSIS).is_dir():
        shutil.rmtree(root / DIAGNOSIS)
        click.echo(f"deleted: {root / DIAGNOSIS}")
    elif not name and (root / DIAGNOSIS).is_dir():
        click.echo(f"kept: {root / DIAGNOSIS} (--diagnosis deletes it)")


def _named(root: Path, name: str) -> Iterator[Path]:
    from entydig.publishing.folders import build_folders

    book, site = build_folders(root, name)
    yield from (root / "_build" / "runs" / name, book, site, site.with_name(f"{site.name}.json"))
    yield root / "_build" / "batch" / name
