"""How a claim is cited: as a line of text and as BibTeX, with its verdict, which no quotation may lose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.publishing.configuration import Edition, read_yaml
from entydig.wording import text

__all__ = ["Citation", "read_citation"]

FILE = "CITATION.cff"
# Each would be a command of BibTeX or TeX.
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "%&$#_{}"})


@dataclass(frozen=True)
class Citation:
    """What the claims of one language's book are cited by.

    Attributes
    ----------
    authors : str
        Joined by ``" and "``, as BibTeX has it.
    title, version, year : str
        Of the book; the version is empty where none is known.
    address : str
        Where the book of that language begins; relative where it has no address.
    language : str
    """

    authors: str
    title: str
    version: str
    year: str
    address: str
    language: str

    def plain(self, claim: str, sentence: str, verdict: str) -> str:
        """Write it as one line of Markdown."""
        version = text("page_cited_version", self.language, version=self.version) if self.version else ""
        return text(
            "page_cited",
            self.language,
            authors=self.authors.replace(" and ", "; "),
            year=self.year,
            id=claim,
            sentence=sentence,
            verdict=verdict,
            title=self.title,
            version=version,
            address=f"{self.address}claims/{claim}.html",
        )

    def bibtex(self, claim: str, sentence: str, verdict: str, registered: str) -> str:
        """Write it as an entry of BibTeX, with the registration's digest in its note."""
        named = f"{text('page_claim', self.language, id=claim)}: {sentence}"
        # A single name stands in braces of its own, so that BibTeX does not take it apart.
        authors = self.authors if " and " in self.authors else f"{{{self.authors}}}"
        fields = {
            "author": authors.replace("&", r"\&"),
            "title": named.translate(SPECIAL),
            "booktitle": self.title.translate(SPECIAL),
            "year": self.year,
            "url": f"{self.address}claims/{claim}.html",
            "note": f"{verdict}; claims.yml {registered}".translate(SPECIAL),
            **({"version": self.version} if self.version else {}),
        }
        key = f"entydig-{claim.replace('.', '-')}"
        lines = [f"  {name:<9} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@incollection{{{key},", *lines, "}"])


def read_citation(root: Path, config: Mapping[str, Any], edition: Edition, registered: str) -> Citation:
    """Read what a book is cited by: its ``CITATION.cff``, else the author and title of its configuration.

    Parameters
    ----------
    root : Path
        The project.
    config : mapping
        The content of `_config.yml`.
    edition : Edition
    registered : str
        The day of the register, whose year stands where no release has a date.
    """
    given = read_yaml(root / FILE) if (root / FILE).is_file() else {}
    authors = [_name(author) for author in given.get("authors", ())] or [str(config.get("author", ""))]
    base = str((config.get("html") or {}).get("baseurl") or "").rstrip("/")
    return Citation(
        authors=" and ".join(authors),
        title=edition.title,
        version=str(given.get("version", "")),
        year=str(given.get("date-released", registered))[:4],
        address=f"{base}/{edition.language}/" if base else f"{edition.language}/",
        language=edition.language,
    )


def _name(author: Mapping[str, Any]) -> str:
    parts = [author.get(each) for each in ("given-names", "family-names")]
    return str(author.get("name") or " ".join(str(each) for each in parts if each))
