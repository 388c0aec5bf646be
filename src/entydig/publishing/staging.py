"""The pages of one language, filtered and laid into a folder that Jupyter Book can build."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from entydig.errors import BookError, Problem
from entydig.publishing.configuration import Edition, book_config, book_toc, documents, read_yaml, write_yaml
from entydig.publishing.elsewhere import elsewhere
from entydig.publishing.filter import filter_notebook, filter_page
from entydig.running.notebook import read_source, speaks

if TYPE_CHECKING:
    from entydig.publishing.claim_pages import Collection

__all__ = ["ASSETS", "page_source", "public_pages", "read_page", "stage"]

# The folder of the pages without results; what lies beside them (bibliography, pictures, _static) goes along.
ASSETS = "book"
PAGES = frozenset([".md", ".ipynb"])
# What pages of the book include from the top of the project.
INCLUDED = ("CHANGELOG.md",)
# What notebooks read from here is nobody's answers to this evaluation, and was not made up.
PUBLIC = "data/public/"


def stage(
    root: Path,
    runs: Path,
    folder: Path,
    config: Mapping[str, Any],
    toc: Mapping[str, Any],
    edition: Edition,
    settings: Mapping[str, Any],
    claims: Collection | None = None,
) -> int:
    """Write one language's book to a folder of its own.

    Parameters
    ----------
    root : Path
        The project.
    runs : Path
        The executed notebooks of that language.
    folder : Path
        Where the book goes; replaced when it exists.
    config, toc : mapping
        The content of `_config.yml` and `_toc.yml`.
    edition : Edition
    settings : mapping
        Values for the Sphinx extension.
    claims : Collection, optional
        Gives each claim a page of its own.

    Returns
    -------
    int
        The number of pages.

    Raises
    ------
    BookError
        A page of the table of contents is missing, was not executed, or cannot be published: all pages at
        once.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    names = documents(toc)
    whole = root / "_toc.yml"
    left_out = set(documents(read_yaml(whole))) - set(names) if whole.is_file() else ()
    problems: list[Problem] = []
    for name in names:
        try:
            source = page_source(root, runs, name)
            page = folder / f"{name}{source.suffix}"
            page.parent.mkdir(parents=True, exist_ok=True)
            written = read_page(source, edition.language, page.relative_to(folder).as_posix())
            page.write_text(_unlinked(written, left_out), encoding="utf-8")
        except BookError as error:
            problems += error.problems
    if problems:
        raise BookError(*problems)
    for asset in _assets(root):
        target = folder / asset.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(asset, target)
    write_yaml(folder / "_config.yml", book_config(config, edition, settings))
    made = book_toc(toc, edition)
    if claims is not None:
        made = claims.write(folder, made, edition, runs, config)
    write_yaml(folder / "_toc.yml", made)
    return len(documents(made))


def page_source(root: Path, runs: Path, name: str) -> Path:
    """Find what a page of the table of contents is made from: an executed notebook or a Markdown file.

    Of a notebook that is not written in the language of `runs`, which names their folder, it is the source.

    Raises
    ------
    BookError
        Neither is there, or the notebook was not executed.
    """
    if (root / f"{name}.md").is_file():
        return root / f"{name}.md"
    executed = runs / f"{name}.ipynb"
    if executed.is_file():
        return executed
    written = root / f"{name}.ipynb"
    if written.is_file() and not speaks(read_source(written), runs.name):
        return written
    if written.is_file():
        raise BookError(Problem(f"{name}.ipynb", "was not executed", str(executed), "run `make book` first"))
    raise BookError(Problem("_toc.yml", f"no page {name}.md or {name}.ipynb", "a file for each entry"))


def read_page(source: Path, language: str, where: str) -> str:
    """Read a page and filter it to one language; of a notebook in another one, give the page that says so.

    Raises
    ------
    BookError
        As `filter_notebook` and `filter_page`.
    """
    if source.suffix == ".md":
        return filter_page(source.read_text(encoding="utf-8"), language, where)
    notebook = nbformat.read(source, as_version=4)
    if speaks(notebook, language):
        return str(nbformat.writes(filter_notebook(notebook, language, where))) + "\n"
    return str(nbformat.writes(elsewhere(notebook, source.stem, language))) + "\n"


def public_pages(runs: Path, names: Sequence[str]) -> list[str]:
    """Name the pages whose notebooks declare public data and nothing else."""
    found = []
    for name in names:
        executed = runs / f"{name}.ipynb"
        if executed.is_file():
            about = json.loads(executed.read_text(encoding="utf-8"))["metadata"].get("entydig", {})
            reads = about.get("reads") or [""]
            found += [name] if all(str(each).startswith(PUBLIC) for each in reads) else []
    return found


def _unlinked(page: str, left_out: Iterable[str]) -> str:
    """Make text of links to pages that this edition does not have."""
    for name in left_out:
        stem = re.escape(Path(name).name)
        page = re.sub(rf"\[([^\[\]]*)\]\((?:[\w.-]+/)*{stem}\.(?:ipynb|md)(?:#[^()\s]*)?\)", r"\1", page)
    return page


def _assets(root: Path) -> Iterable[Path]:
    yield from (root / name for name in INCLUDED if (root / name).is_file())
    for file in sorted((root / ASSETS).rglob("*")):
        if file.is_file() and (file.suffix not in PAGES or "_static" in file.parts):
            yield file
