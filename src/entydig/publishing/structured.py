"""What machines read of a page: schema.org as JSON-LD, the tags of reference managers, OpenGraph."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from entydig.publishing.citation import Author, Cited
from entydig.wording import text

__all__ = ["json_ld", "meta_tags", "sources"]

CONTEXT = "https://schema.org"
# Inside a script element, where nothing is unescaped, these could end it.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
TYPES = {"report": "Report", "book": "Book", "article": "ScholarlyArticle", "dataset": "Dataset"}


def json_ld(
    cited: Cited,
    kind: str,
    *,
    description: str = "",
    sentence: str = "",
    licence: str = "",
    based_on: Sequence[Mapping[str, Any]] = (),
    files: Iterable[Mapping[str, str]] = (),
) -> str:
    """Write what a page is as JSON-LD in a script element, safe whatever the texts hold.

    Parameters
    ----------
    cited : Cited
    kind : str
        The type in schema.org: ``"ScholarlyArticle"``, ``"Dataset"``, ``"WebPage"``, ``"Book"``.
    description : str
    sentence : str
        Of the claim that the page is about.
    licence : str
        Address of the licence of the text.
    based_on : sequence of mapping
        As `sources` gives them.
    files : iterable of mapping
        ``name``, ``encodingFormat`` and ``contentUrl`` of what can be taken along.

    Returns
    -------
    str
        Addresses in it are relative to the page unless the book has an address.
    """
    about = cited.book
    book = {"@type": "Book", "name": about.title, "inLanguage": about.language, "url": about.base}
    offered = [{"@type": "DataDownload" if kind == "Dataset" else "MediaObject", **each} for each in files]
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": kind,
        "name": cited.marked,
        "headline": "" if kind in ("Dataset", "Book") else cited.marked,
        "description": description,
        "inLanguage": about.language,
        "author": [_author(author) for author in about.authors if author.name],
        "datePublished": about.released,
        "version": about.version,
        "license": licence,
        "isAccessibleForFree": True,
        "url": cited.url,
        "about": {"@type": "Claim", "name": sentence} if sentence else None,
        "isPartOf": None if kind == "Book" else _without_empty(book),
        "isBasedOn": [dict(each) for each in based_on],
        "distribution" if kind == "Dataset" else "encoding": offered,
    }
    written = json.dumps(_without_empty(content), ensure_ascii=False, separators=(",", ":"))
    for sign, code in UNSAFE.items():
        written = written.replace(sign, code)
    return f'<script type="application/ld+json">{written}</script>'


def meta_tags(cited: Cited, description: str) -> list[str]:
    """Give the elements that reference managers and OpenGraph read.

    Parameters
    ----------
    cited : Cited
    description : str
    """
    about = cited.book
    citation = [
        ("citation_title", cited.marked),
        *(("citation_author", author.name) for author in about.authors),
        ("citation_publication_date", about.released.replace("-", "/") or about.year),
        ("citation_inbook_title", about.title),
        ("citation_language", about.language),
        ("citation_public_url", cited.url),
    ]
    graph = [
        ("og:type", "article"),
        ("og:title", cited.marked),
        ("og:site_name", about.title),
        ("og:description", description),
        ("og:locale", text("territory", about.language)),
        ("og:url", cited.url),
    ]
    return [
        *(_tag("name", name, value) for name, value in citation if value),
        *(_tag("property", name, value) for name, value in graph if value),
    ]


def sources(references: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the works that a ``CITATION.cff`` refers to as schema.org has them.

    Parameters
    ----------
    references : iterable of mapping
        Its ``references``.
    """
    return [_without_empty(_source(each)) for each in references]


def _source(given: Mapping[str, Any]) -> dict[str, Any]:
    authors = [Author(str(each["name"])) for each in given.get("authors", ()) if each.get("name")]
    number, isbn, doi = (str(given.get(each, "")) for each in ("number", "isbn", "doi"))
    kind = TYPES.get(str(given.get("type")), "CreativeWork")
    return {
        "@type": kind,
        "name": str(given.get("title", "")),
        "author": [_author(author) for author in authors],
        "datePublished": str(given.get("year", "")),
        "reportNumber": number if kind == "Report" else "",
        "identifier": f"ISBN {isbn}" if isbn else doi,
        "url": str(given.get("url", "")),
    }


def _author(author: Author) -> dict[str, str]:
    return {"@type": "Person" if author.given else "Organization", "name": author.name}


def _without_empty(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value}


def _tag(attribute: str, name: str, value: str) -> str:
    return f'<meta {attribute}="{name}" content="{html.escape(value)}">'
