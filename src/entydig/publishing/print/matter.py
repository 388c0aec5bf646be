"""What stands around the pages of a report: cover, banner, index of claims, colophon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils.utils.smartquotes import educateQuotes

from entydig.claims.wording import SYMBOLS
from entydig.errors import BookError, Problem
from entydig.publishing.configuration import Edition, read_yaml
from entydig.publishing.print.blocks import Blocks
from entydig.publishing.print.model import (
    Element,
    attributes,
    element,
    header,
    nested,
    paragraph,
    raw,
    span,
    table,
    text_of,
    words,
)
from entydig.publishing.print.pages import Book
from entydig.publishing.print.shared import Place, Shared
from entydig.publishing.provenance import Provenance
from entydig.wording import date, text

__all__ = ["Frame", "about", "claims_index", "colophon", "read_texts"]

# The evaluation's own words for cover and colophon.
TEXTS = Path("book", "print", "report.yml")
KNOWN = frozenset(["short", "cover", "colophon"])
WORDS = ("contents", "page", "report", "version", "id")


@dataclass(frozen=True)
class Frame:
    """What stands around the pages of a report.

    Attributes
    ----------
    edition : Edition
        Title, description, banner and foot of the language.
    build : Provenance
        What the build was made from; its digest is the report's id.
    records : sequence of mapping
        Those of the ledger, for the index of claims.
    note : str
        How the build departs from the registered one, in Markdown; empty when it does not.
    synthetic : bool
        Whether the banner stands on every page.
    """

    edition: Edition
    build: Provenance
    records: Sequence[Mapping[str, Any]] = ()
    note: str = ""
    synthetic: bool = True


def read_texts(root: Path, language: str) -> Mapping[str, Any]:
    """Read the evaluation's words for cover and colophon; an evaluation may have none."""
    if not (root / TEXTS).is_file():
        return {}
    given = read_yaml(root / TEXTS).get(language) or {}
    if unknown := sorted(set(given) - KNOWN):
        found = f"{language}: unknown {', '.join(unknown)}"
        raise BookError(Problem(TEXTS.as_posix(), found, ", ".join(sorted(KNOWN))))
    return dict(given)


def about(frame: Frame, texts: Mapping[str, Any], config: Mapping[str, Any], build_id: str) -> dict[str, Any]:
    """Give the templates what they say on cover and every page."""
    edition, language = frame.edition, frame.edition.language
    note = text_of(_blocks(language).line(frame.note, Place("", "note"))) if frame.note else ""
    said = {
        "title": edition.title,
        "description": edition.description,
        "banner": edition.banner if frame.synthetic else "",
        "foot": edition.foot,
        "note": note,
        "short": texts.get("short", edition.title),
    }
    return {
        **{name: _smart(value, language) for name, value in said.items()},
        "cover": [_smart(line, language) for line in texts.get("cover", ())],
        "author": str(config.get("author", "")),
        "language": language,
        "region": text("print_region", language),
        "version": frame.build.version,
        "id": build_id,
        "words": {
            **{name: text(f"print_{name}", language) for name in WORDS},
            "image": text("figure_number", language).replace("%s", "").strip(),
            "table": text("table_number", language).replace("%s", "").strip(),
        },
        "sources": [Path(name).name for name in config.get("bibtex_bibfiles", ())],
    }


def claims_index(records: Sequence[Mapping[str, Any]], book: Book, language: str) -> Iterator[Element]:
    """Give the index of claims; a place that the book lacks is a dash."""
    if not records:
        return
    yield raw("typst", "#pagebreak(weak: true)")
    yield header(1, words(text("print_claims", language)), "print-claims")
    yield paragraph(words(text("print_claims_about", language)))
    heads = [words(text(f"print_{name}", language)) for name in ("claim", "verdict", "box", "own_page")]
    labels = {each["c"][0][0] for each in nested(book.blocks) if each["t"] == "Div"}
    labels |= {each["c"][1][0] for each in nested(book.blocks) if each["t"] == "Header"}
    rows = [_indexed(record, labels, language) for record in sorted(records, key=_in_order)]
    made = table(_cells(heads), [_cells(row) for row in rows], ["left", "left", "right", "right"])
    yield _blocks(language).laid_out(made, "the index of claims", "print")


def _in_order(record: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Order 2.10 behind 2.9."""
    return [(int(part) if part.isdigit() else 0, part) for part in str(record["claim"]).split(".")]


def _indexed(record: Mapping[str, Any], labels: Set[str], language: str) -> list[list[Element]]:
    symbol, said = SYMBOLS[record["verdict"]["word"]], record["words"][language]
    places = (record["label"], f"page-{record['label']}")
    return [
        [*words(f"{record['claim']}."), element("Space"), *words(record["text"][language])],
        words(f"{symbol}\N{NO-BREAK SPACE}{said}"),
        *([_number(label)] if label in labels else words("–") for label in places),
    ]


def _cells(row: Sequence[Sequence[Element]]) -> list[list[Element]]:
    return [[paragraph(cell, plain=True)] for cell in row]


def _number(label: str) -> Element:
    return span([], ["page-number"], target=label)


def colophon(frame: Frame, texts: Mapping[str, Any], build_id: str, staged: Path) -> Iterator[Element]:
    """Give the last page: what the report was made from, and the evaluation's own words."""
    language, build = frame.edition.language, frame.build
    blocks = _blocks(language, staged)
    yield raw("typst", "#pagebreak(weak: true)")
    yield header(1, words(text("print_colophon", language)), "print-colophon")
    yield from blocks.write(str(texts.get("colophon", "")), Place("", TEXTS.as_posix()))
    if frame.edition.banner and frame.synthetic:
        yield paragraph([element("Strong", words(_smart(frame.edition.banner, language)))])
    yield paragraph(words(_smart(frame.edition.foot, language)))
    yield header(2, words(text("print_certificate", language)), "print-certificate", ["unlisted"])
    yield element("BulletList", [[item] for item in _certificate(build, build_id, language)])
    yield from blocks.write(text("print_check", language), Place("", "print"))
    blocks.shared.settle()


def _certificate(build: Provenance, build_id: str, language: str) -> Iterator[Element]:
    registered = build.registered.get("date", "")
    found = {
        "id": build_id,
        "build": build.build,
        "version": build.version,
        "data": build.data,
        "world": build.world,
        "registered": date(registered, language) if registered else "",
        "register": build.registered.get("sha256", ""),
        "package": build.digests.get("package", ""),
        "lock": build.digests.get("lock", ""),
    }
    for name, value in found.items():
        if value:
            said = element("Strong", words(text(f"print_{name}", language)))
            yield paragraph([said, *words(": "), _code(value)], plain=True)


def _code(value: str) -> Element:
    return element("Code", [attributes(), value])


def _blocks(language: str, folder: Path | None = None) -> Blocks:
    return Blocks(Shared(language), folder or Path())


def _smart(said: str, language: str) -> str:
    return str(educateQuotes(str(said), language)) if said else ""
