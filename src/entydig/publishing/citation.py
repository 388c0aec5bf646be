"""What is cited: the book in one language, and a page of it or a claim, from which every form of citation is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from entydig.publishing.configuration import Edition, read_yaml
from entydig.wording import text

__all__ = ["CITATION", "Author", "Citation", "Cited", "read_citation"]

CITATION = "CITATION.cff"


@dataclass(frozen=True)
class Author:
    """A person, or a group, which has no given name.

    Attributes
    ----------
    family, given : str
    """

    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """As it is spoken."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Citation:
    """What one language's book is cited by.

    Attributes
    ----------
    authors : tuple of Author
    title, version, year : str
        Of the book; version and year are empty where none is known.
    released : str
        The day of the release, ``YYYY-MM-DD``; empty before there is one.
    base : str
        Where the book of that language begins; empty where it has no address.
    language : str
    """

    authors: tuple[Author, ...]
    title: str
    version: str
    year: str
    released: str
    base: str
    language: str

    def claim(self, name: str, sentence: str, verdict: str, registered: str) -> Cited:
        """Give what a claim is cited by: with its verdict, which no quotation may lose.

        Parameters
        ----------
        name : str
            The claim's id.
        sentence : str
        verdict : str
            In its words.
        registered : str
            Digest of the register.
        """
        title = f"{text('page_claim', self.language, id=name)}: {sentence}"
        return Cited(
            self,
            f"claims/{name}",
            title,
            mark=verdict,
            note=f"{verdict}; claims.yml {registered}",
            claim=name,
        )

    def page(self, name: str, title: str, *, mark: str = "") -> Cited:
        """Give what a page is cited by.

        Parameters
        ----------
        name : str
            Its path without suffix.
        title : str
        mark : str
            What its title may not be read without, such as that it rests on synthetic answers.
        """
        return Cited(self, name, title, mark=mark, note=mark)

    def as_mapping(self) -> dict[str, Any]:
        """Give it as what YAML and JSON can hold."""
        return {**asdict(self), "authors": [asdict(author) for author in self.authors]}

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any]) -> Citation:
        """Read what `as_mapping` gave."""
        return cls(**{**content, "authors": tuple(Author(**each) for each in content["authors"])})


@dataclass(frozen=True)
class Cited:
    """A page or a claim with what it is cited by.

    Attributes
    ----------
    book : Citation
    page : str
        Its path without suffix.
    title : str
    mark : str
        Stands in square brackets behind the title; empty for none.
    note : str
    claim : str
        The claim's id; empty for a page.
    """

    book: Citation
    page: str
    title: str
    mark: str = ""
    note: str = ""
    claim: str = ""

    @property
    def marked(self) -> str:
        """The title with its mark."""
        return f"{self.title} [{self.mark}]" if self.mark else self.title

    @property
    def key(self) -> str:
        """The key of its entry in a bibliography: the same in all languages."""
        name = self.claim.replace(".", "-") or self.page.rpartition("/")[2]
        return f"entydig-{name}"

    @property
    def address(self) -> str:
        """Where it stands; from the site's root where the book has no address."""
        return f"{self.book.base or f'{self.book.language}/'}{self.page}.html"

    @property
    def url(self) -> str:
        """Where it stands; empty where the book has no address."""
        return self.address if self.book.base else ""

    def file(self, ending: str, *, synthetic: bool) -> str:
        """Name a file about it that a reader takes along; what rests on synthetic answers says so in its name."""
        stem = f"claim-{self.claim}" if self.claim else self.page.rpartition("/")[2]
        parts = [stem, *([text("file_synthetic", self.book.language)] if synthetic else [])]
        return f"{'-'.join(parts)}{ending}"


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
        The day of the register, whose year stands where no release has a date; empty without a register.
    """
    given = read_yaml(root / CITATION) if (root / CITATION).is_file() else {}
    authors = tuple(_author(author) for author in given.get("authors", ()))
    base = str((config.get("html") or {}).get("baseurl") or "").rstrip("/")
    released = str(given.get("date-released") or "")
    return Citation(
        authors=authors or (Author(str(config.get("author", ""))),),
        title=edition.title,
        version=str(given.get("version", "")),
        year=(released or registered)[:4],
        released=released,
        base=f"{base}/{edition.language}/" if base else "",
        language=edition.language,
    )


def _author(given: Mapping[str, Any]) -> Author:
    if given.get("name"):
        return Author(str(given["name"]))
    family = [given.get(each) for each in ("name-particle", "family-names", "name-suffix")]
    return Author(" ".join(str(each) for each in family if each), str(given.get("given-names") or ""))
