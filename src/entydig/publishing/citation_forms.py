"""A citation in the forms that people and reference managers read: a line, BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from entydig.publishing.citation import Cited
from entydig.wording import text

__all__ = ["FORMS", "bibtex", "csl", "plain", "ris"]

# Each would be a command of BibTeX or TeX; a brace has to be a command itself, since BibTeX counts those behind a
# backslash too.
SPECIAL = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "%&$#_"},
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def plain(cited: Cited, title: Callable[[str], str] = str, book: Callable[[str], str] = str) -> str:
    """Write it as one line.

    Parameters
    ----------
    cited : Cited
    title, book : callable
        Write the titles of what is cited and of the book, as Markdown or HTML; without them they stand as they are.
    """
    about, language = cited.book, cited.book.language
    version = text("page_cited_version", language, version=about.version) if about.version else ""
    return text(
        "cited",
        language,
        authors="; ".join(author.name for author in about.authors),
        year=about.year or text("undated", language),
        title=title(cited.marked),
        book=book(about.title),
        version=version,
        address=cited.address,
    )


def bibtex(cited: Cited) -> str:
    """Write it as an entry of BibTeX."""
    about = cited.book
    fields = {
        "author": " and ".join(_tex_author(author.family, author.given) for author in about.authors),
        # Braces of its own, so that no style takes away its capitals.
        "title": f"{{{_tex(cited.marked)}}}",
        "booktitle": f"{{{_tex(about.title)}}}",
        "year": about.year,
        "version": _tex(about.version),
        "url": cited.url,
        "language": about.language,
        "note": _tex(_note(cited)),
    }
    lines = [f"  {name:<9} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@incollection{{{cited.key},", *lines, "}"])


def ris(cited: Cited) -> str:
    """Write it in RIS: a tag a line, lines ended as its specification has it."""
    about = cited.book
    fields = [
        ("TY", "CHAP"),
        ("ID", cited.key),
        *(("AU", ", ".join(filter(None, (author.family, author.given)))) for author in about.authors),
        ("PY", about.year),
        ("TI", cited.marked),
        ("T2", about.title),
        ("ET", about.version),
        ("LA", about.language),
        ("UR", cited.url),
        ("N1", _note(cited)),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "".join(f"{line}\r\n" for line in [*lines, "ER  - "])


def csl(cited: Cited) -> str:
    """Write it as CSL-JSON: a list with one item."""
    about = cited.book
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "chapter",
        "title": cited.marked,
        "container-title": about.title,
        "author": [
            {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
            for author in about.authors
        ],
        "issued": {"date-parts": [_date_parts(cited)]} if about.year else None,
        "version": about.version,
        "language": about.language,
        "URL": cited.url,
        "note": _note(cited),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


FORMS: dict[str, tuple[str, str, Callable[[Cited], str]]] = {
    "BibTeX": (".bib", "application/x-bibtex", bibtex),
    "RIS": (".ris", "application/x-research-info-systems", ris),
    "CSL-JSON": (".csl.json", "application/vnd.citationstyles.csl+json", csl),
}


def _note(cited: Cited) -> str:
    """Give the note, with where the page stands in the site where that has no address."""
    return "; ".join(filter(None, [cited.note, "" if cited.url else cited.address]))


def _date_parts(cited: Cited) -> list[int]:
    return [int(part) for part in (cited.book.released or cited.book.year).split("-")]


def _tex(value: str) -> str:
    return _line(value).translate(SPECIAL)


def _tex_author(family: str, given: str) -> str:
    # A group stands in braces of its own, so that BibTeX does not take it apart.
    return f"{_tex(family)}, {_tex(given)}" if given else f"{{{_tex(family)}}}"


def _line(value: str) -> str:
    return re.sub(r"\s+", " ", value).strip()
