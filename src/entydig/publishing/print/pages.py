"""The converter: staged pages, or one filtered notebook, as pandoc's model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.errors import BookError, Problem
from entydig.publishing.print.blocks import EXTENSIONS, Blocks
from entydig.publishing.print.directives import captioned_figure
from entydig.publishing.print.model import Element, code_block, div, nested, text_of
from entydig.publishing.print.shared import Place, Shared

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Book", "Page", "convert_notebook", "convert_pages", "source_keys"]

SVG, PNG, JPEG = "image/svg+xml", "image/png", "image/jpeg"
ENDINGS = {SVG: ".svg", PNG: ".png", JPEG: ".jpg"}
# Code that stands beside the narrative; the rest is folded on the site, and no paper can unfold it.
SHOWN = frozenset(["show-input"])
UNSEEN = frozenset(["remove-cell", "remove-output"])


@dataclass(frozen=True)
class Page:
    """One page: its name in the table of contents, its title, its label, its blocks of pandoc's model."""

    name: str
    title: str
    label: str
    blocks: list[Element]


@dataclass(frozen=True)
class Book:
    """Pages of one language in their order, and the pictures that they show, by name."""

    language: str
    pages: tuple[Page, ...]
    pictures: Mapping[str, bytes]

    @property
    def blocks(self) -> list[Element]:
        """All blocks, one page after another."""
        return [block for page in self.pages for block in page.blocks]


def convert_pages(
    folder: Path,
    names: Sequence[str],
    language: str,
    *,
    root: Path | None = None,
    config: Mapping[str, Any] | None = None,
) -> Book:
    """Convert pages that were staged for the site.

    Parameters
    ----------
    folder : Path
        The staged book of one language (`entydig.publishing.staging.stage`).
    names : sequence of str
        Pages as in the table of contents, without suffix; figures and tables are numbered through them in this order.
    language : str
    root : Path, optional
        The project, so that problems name the lines of the sources.
    config : mapping, optional
        The book's configuration: its bibliographies and extensions of MyST.

    Returns
    -------
    Book
        Code stands in it where its cell is tagged ``show-input``; what the site folds otherwise is open.

    Raises
    ------
    BookError
        A role, directive, output or piece of HTML that is not known; a picture without alt text; a table that
        fits no page; a reference or citation to nothing: all of them, each with file and line.
    """
    shared = Shared(language, source_keys(folder, config or {}))
    extensions = ((config or {}).get("parse") or {}).get("myst_enable_extensions") or EXTENSIONS
    blocks = Blocks(shared, folder, extensions)
    pages = [_page(blocks, folder, name, root) for name in names]
    shared.settle()
    return Book(language, tuple(pages), shared.pictures)


def convert_notebook(
    notebook: NotebookNode, language: str, where: str, *, folder: Path, sources: frozenset[str] = frozenset()
) -> Book:
    """Convert one notebook that `entydig.publishing.filter.filter_notebook` gave, to stand alone.

    Parameters
    ----------
    notebook : NotebookNode
    language : str
    where : str
        Its name, for messages.
    folder : Path
        Beside which its pictures lie.
    sources : frozenset of str
        Keys of the bibliography.

    Returns
    -------
    Book
        Of one page; links to other pages and to labels elsewhere are text.

    Raises
    ------
    BookError
        As `convert_pages`.
    """
    shared = Shared(language, sources, alone=True)
    blocks = Blocks(shared, folder)
    name = where.removesuffix(".ipynb")
    made = list(_notebook(blocks, notebook.cells, name, where))
    page = _finished(blocks, name, made)
    shared.settle()
    return Book(language, (page,), shared.pictures)


def source_keys(folder: Path, config: Mapping[str, Any]) -> frozenset[str]:
    """Give the keys of a book's bibliographies; a file that is missing counts as empty."""
    from pybtex.database import parse_file  # type: ignore[import-untyped]

    files = [folder / name for name in config.get("bibtex_bibfiles", ())]
    return frozenset(key for file in files if file.is_file() for key in parse_file(str(file)).entries)


def _page(blocks: Blocks, folder: Path, name: str, root: Path | None) -> Page:
    written = folder / f"{name}.md"
    if written.is_file():
        staged = written.read_text(encoding="utf-8")
        made = blocks.write(staged, Place(name, f"{name}.md", _lines(staged, root and root / f"{name}.md")))
    else:
        where = f"{name}.ipynb"
        if not (folder / where).is_file():
            raise BookError(
                Problem(where, "is not among the staged pages", "a page of the table of contents")
            )
        cells = json.loads((folder / where).read_text(encoding="utf-8"))["cells"]
        made = list(_notebook(blocks, cells, name, where))
    return _finished(blocks, name, made)


def _finished(blocks: Blocks, name: str, made: list[Element]) -> Page:
    made = _turned([*made, *blocks.finished()])
    _keep_last(made)
    first = next((each for each in nested(made) if each["t"] == "Header"), None)
    if first is None:
        blocks.shared.problems.add(name, "a page without a title", "a heading at its top")
        return Page(name, name, "", made)
    if not first["c"][1][0]:
        label = f"page-{name.replace('/', '-')}"
        first["c"][1][0] = label
        blocks.shared.define(label, text_of(first["c"][2]), name)
    blocks.shared.pages[name] = first["c"][1][0]
    return Page(name, text_of(first["c"][2]), first["c"][1][0], made)


def _keep_last(blocks: Sequence[Element]) -> None:
    """Hold a box at the end of a page together with the line on its origin, which would stand alone."""
    last = [each["c"][0][1] if each["t"] == "Div" else [] for each in blocks[-2:]]
    if len(last) == 2 and "admonition" in last[0] and "provenance" in last[1]:
        last[0].append("kept")


def _turned(blocks: Sequence[Element]) -> list[Element]:
    """Put a table that needs a turned page there, with the headings that would be left alone before it."""
    made: list[Element] = []
    for each in blocks:
        if each["t"] == "Table" and "landscape" in each["c"][0][1]:
            before: list[Element] = []
            while made and made[-1]["t"] == "Header":
                before.insert(0, made.pop())
            made.append(div([*before, each], ["turned"]))
        else:
            made.append(each)
    return made


def _lines(staged: str, source: Path | None) -> Sequence[int]:
    """Give for each line of a staged page its line in the source, of which blocks of other languages are left out."""
    lines = staged.splitlines()
    if source is None or not source.is_file():
        return range(1, len(lines) + 1)
    original = source.read_text(encoding="utf-8").splitlines()
    found, number = [], 0
    for line in lines:
        number = next((at for at in range(number, len(original)) if original[at] == line), number - 1) + 1
        found.append(number)
    return found


def _notebook(blocks: Blocks, cells: Sequence[Mapping[str, Any]], name: str, where: str) -> Iterator[Element]:
    for cell in cells:
        source = "".join(cell["source"])
        here = f"{where}, cell {cell.get('id', '?')}"
        place = Place(name, here, range(1, source.count("\n") + 2))
        if cell["cell_type"] == "markdown":
            yield from blocks.write(source, place)
        elif cell["cell_type"] == "code":
            yield from _code(blocks, cell, source, place)


def _code(blocks: Blocks, cell: Mapping[str, Any], source: str, place: Place) -> Iterator[Element]:
    tags = set(cell["metadata"].get("tags", ()))
    if tags & SHOWN and source.strip():
        yield code_block(source.rstrip("\n"), "python")
    if tags & UNSEEN:
        return
    about = cell["metadata"].get("mystnb", {})
    for output in cell.get("outputs", ()):
        yield from _output(blocks, output, about, place)


def _output(
    blocks: Blocks, output: Mapping[str, Any], about: Mapping[str, Any], place: Place
) -> Iterator[Element]:
    if output["output_type"] == "stream":
        yield code_block("".join(output["text"]).rstrip("\n"))
        return
    data: Mapping[str, Any] = output.get("data", {})
    picture = next((mime for mime in ENDINGS if mime in data), "")
    said = "".join(data.get("text/plain", ""))
    if picture:
        yield from _picture(blocks, picture, "".join(data[picture]), about, place)
    elif "text/markdown" in data:
        yield from blocks.write("".join(data["text/markdown"]), Place(place.page, place.where))
    elif "text/html" in data and "hidden" in "".join(data["text/html"]).partition(">")[0]:
        return  # a control that a script shows
    elif said.strip():
        yield code_block(said)


def _picture(
    blocks: Blocks, mime: str, content: str, about: Mapping[str, Any], place: Place
) -> Iterator[Element]:
    import base64

    figure, alt = about.get("figure", {}), str(about.get("image", {}).get("alt", ""))
    label = str(figure.get("name", ""))
    if not alt.strip():
        found, action = (
            f"a figure without alt text: {label or mime}",
            "show it with entydig.presentation.figures",
        )
        blocks.shared.problems.add(place.where, found, "a text alternative", action)
        return
    kept = content.encode() if mime == SVG else base64.b64decode(content)
    name = blocks.shared.picture(
        f"{label or f'picture-{len(blocks.shared.pictures) + 1}'}{ENDINGS[mime]}", kept
    )
    caption = blocks.line(str(figure.get("caption", "")), place)
    if label:
        blocks.shared.define(label, "", place.where)
    yield from captioned_figure(blocks, name, alt, caption, label)
