"""What stands behind a figure or a table: its numbers, folded, and files of both to take away.

The files lie beside the page under the label of what they hold; the name of one with synthetic data says so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from entydig.publishing.outputs import BEHIND
from entydig.publishing.spreadsheet import sheet
from entydig.wording import number, text

__all__ = ["file_name", "setup_behind"]

Row = Sequence[str | int | None]
NOTHING = "\N{EN DASH}"
BREAK = re.compile(r"<br\b", re.IGNORECASE)
LINES_APART = "; "


def setup_behind(app: Sphinx) -> None:
    """Register what adds numbers and files to the pages of a site."""
    # Behind the glossary, which would look for its words in the numbers.
    app.connect("doctree-resolved", _add, priority=960)


def file_name(label: str, kind: str, language: str, *, synthetic: bool) -> str:
    """Name a file.

    Examples
    --------
    >>> file_name("fig-a", "csv", "en", synthetic=True)
    'fig-a-synthetic.csv'
    """
    said = f"-{text('file_synthetic', language)}" if synthetic else ""
    return f"{label}{said}.{kind}"


# Hears an event; see Sphinx's documentation for what it is given.
def _add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html":
        return
    files = _Files(app, docname)
    for cell in list(doctree.findall(_is_figure)):
        _put_behind(cell, _figure(cell, files))
    for shown in list(doctree.findall(_is_named_table)):
        _put_behind(shown, _table(shown, files))


class _Files:
    """Writes the files of one page."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        config = app.config
        self.source = Path(app.srcdir)
        self.folder = Path(app.outdir) / Path(docname).parent
        self.language = str(config.language)
        self.synthetic = bool(config.entydig_banner) and docname not in config.entydig_public

    def links(self, label: str, about: str, **contents: str) -> str:
        """Write a file for each kind, and the line that leads to them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = []
        for kind, content in contents.items():
            name = file_name(label, kind, self.language, synthetic=self.synthetic)
            (self.folder / name).write_text(content, encoding="utf-8", newline="")
            made.append(
                f'<a href="{html.escape(name)}" download>{kind.upper()}'
                f'<span class="visually-hidden"> {html.escape(about)}</span></a>'
            )
        return f'<p class="entydig-files">{text("files", self.language)} {" ".join(made)}</p>'


def _is_figure(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and BEHIND in node.get("cell_metadata", {})


def _is_named_table(node: nodes.Node) -> bool:
    return isinstance(node, nodes.table) and bool(node["names"]) and isinstance(node[0], nodes.title)


def _put_behind(node: nodes.Element, written: str) -> None:
    place = node.parent.index(node) + 1
    node.parent.insert(place, nodes.raw("", written, format="html"))


def _figure(cell: nodes.container, files: _Files) -> str:
    about = cell["cell_metadata"][BEHIND]
    label, columns, rows = about["label"], about["data"]["columns"], about["data"]["rows"]
    contents = {"csv": sheet(columns, rows, files.language)}
    picture = next(iter(cell.findall(nodes.image)), None)
    if picture is not None:
        contents["svg"] = (files.source / picture["uri"]).read_text(encoding="utf-8")
    links = files.links(label, text("files_figure", files.language), **contents)
    summary = html.escape(text("numbers_behind", files.language))
    return (
        f'<div class="entydig-behind">{links}<details><summary>{summary}</summary>'
        f'<div class="pst-scrollable-table-container">{_html_table(columns, rows, summary, files.language)}</div>'
        f"</details></div>"
    )


def _html_table(columns: Sequence[str], rows: Sequence[Row], name: str, language: str) -> str:
    right = [all(isinstance(row[place], int | None) for row in rows) for place in range(len(columns))]
    sides = [' class="text-right"' if side else "" for side in right]
    heads = _cells("th", columns, [f'{side} scope="col"' for side in sides], language)
    body = "\n".join(f"<tr>{_cells('td', row, sides, language)}</tr>" for row in rows)
    return (
        f'<table class="table" aria-label="{name}"><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table>"
    )


def _cells(tag: str, row: Row, attributes: Sequence[str], language: str) -> str:
    said = [number(cell, language) if isinstance(cell, int) else cell or NOTHING for cell in row]
    cells = zip(said, attributes, strict=True)
    return "".join(f"<{tag}{attribute}>{html.escape(cell)}</{tag}>" for cell, attribute in cells)


def _table(shown: nodes.table, files: _Files) -> str:
    head, *rows = ([_written(entry) for entry in row.children] for row in shown.findall(nodes.row))
    content = sheet(
        head, [[None if cell == NOTHING else cell for cell in row] for row in rows], files.language
    )
    label = shown["names"][0]
    links = files.links(label, text("files_table", files.language), csv=content)
    return f'<div class="entydig-behind">{links}</div>'


def _written(entry: Any) -> str:
    """Give a cell's text; of what stands in it as HTML only the ends of lines."""
    return " ".join("".join(_texts(entry)).split(" ")).strip()


def _texts(node: nodes.Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, nodes.raw):
            yield LINES_APART if BREAK.match(child.astext()) else ""
        elif isinstance(child, nodes.Text):
            yield str(child).replace("\n", " ")
        else:
            yield from _texts(child)
