"""One notebook as a PDF that stands alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docutils.utils.smartquotes import educateQuotes

from entydig.publishing.configuration import Edition
from entydig.publishing.print.blocks import Blocks
from entydig.publishing.print.model import Element, div, header, nested, text_of, words
from entydig.publishing.print.pages import convert_notebook, source_keys
from entydig.publishing.print.shared import Place, Shared
from entydig.publishing.print.typesetting import compile_pdf, to_typst, write_pictures, write_templates
from entydig.wording import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["notebook_pdf"]

MAIN = '#import "single.typ": *\n#show: single\n\n'


def notebook_pdf(
    root: Path,
    notebook: NotebookNode,
    where: str,
    config: Mapping[str, Any],
    edition: Edition,
    *,
    note: str = "",
) -> bytes:
    """Make the PDF of a filtered notebook.

    Parameters
    ----------
    root : Path
        The project, in which `where` lies.
    notebook : NotebookNode
        As `entydig.publishing.filter.filter_notebook` gives it.
    where : str
        Its path in the project.
    config : mapping
        The content of `_config.yml`.
    edition : Edition
        Its banner and foot stand on every page; an empty banner stands on none.
    note : str
        How the run departs from the registered analysis, in Markdown; empty when it does not.

    Returns
    -------
    bytes
        PDF/UA-1; the same from the same.

    Raises
    ------
    BookError
        As `entydig.publishing.print.pages.convert_notebook` and `compile_pdf`.
    """
    language = edition.language
    sources = [Path(name) for name in config.get("bibtex_bibfiles", ()) if (root / name).is_file()]
    book = convert_notebook(notebook, language, where, folder=root, sources=source_keys(root, config))
    blocks = [*book.blocks, *_sources(book.blocks, language)]
    about = {
        **_about(edition, note),
        "title": book.pages[0].title,
        "author": str(config.get("author", "")),
        "sources": [source.name for source in sources],
    }
    with TemporaryDirectory(prefix="entydig-print-") as temporary:
        folder = Path(temporary)
        (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        for source in sources:
            shutil.copyfile(root / source, folder / source.name)
        write_pictures(folder, book.pictures)
        write_templates(folder)
        main = folder / "main.typ"
        main.write_text(MAIN + to_typst(blocks, where), encoding="utf-8", newline="\n")
        return compile_pdf(main, where)


def _about(edition: Edition, note: str) -> dict[str, Any]:
    language = edition.language
    plain = text_of(Blocks(Shared(language), Path()).line(note, Place("", "note"))) if note else ""
    said = {"banner": edition.banner, "foot": edition.foot, "note": plain, "short": edition.title}
    kinds = {"image": "figure_number", "table": "table_number"}
    return {
        **{name: str(educateQuotes(value, language)) if value else "" for name, value in said.items()},
        "description": edition.title,
        "language": language,
        "region": text("print_region", language),
        "words": {
            "page": text("print_page", language),
            **{kind: text(name, language).replace("%s", "").strip() for kind, name in kinds.items()},
        },
    }


def _sources(blocks: Sequence[Element], language: str) -> Iterator[Element]:
    """Give the list of what the notebook cites."""
    if any(each["t"] == "Cite" for each in nested(list(blocks))):
        yield header(2, words(text("export_sources", language)), "export-sources")
        yield div([], ["bibliography"])
