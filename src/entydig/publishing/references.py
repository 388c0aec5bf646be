"""Citations by author and year, and the list of sources, in the language's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from pybtex.plugin import register_plugin as register_formatting  # type: ignore[import-untyped]
from pybtex.style.formatting import alpha  # type: ignore[import-untyped]
from pybtex.style.template import field as filled  # type: ignore[import-untyped]
from pybtex.style.template import names, optional, sentence
from sphinxcontrib.bibtex.plugin import register_plugin as register_referencing
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from entydig.wording import text

__all__ = ["date_sources", "register_styles"]

UNDATED = "n.d."


def register_styles(language: str) -> str:
    """Make a language's styles known to sphinxcontrib-bibtex.

    Parameters
    ----------
    language : str
        Such as ``"da"``.

    Returns
    -------
    str
        Their name, both as ``bibtex_default_style`` and as ``bibtex_reference_style``.
    """
    joined = f" {text('and', language)} "
    name = f"entydig-{language}"
    register_formatting("pybtex.style.formatting", name, _listed(joined, language), force=True)
    register_referencing("sphinxcontrib.bibtex.style.referencing", name, _cited(joined), force=True)
    return name


def _listed(joined: str, language: str) -> type[Any]:
    class Listed(alpha.Style):  # type: ignore[misc]
        def format_names(self, role: str, as_sentence: bool = True) -> Any:
            persons = names(role, sep=", ", sep2=joined, last_sep=joined)
            return sentence[persons] if as_sentence else persons

        def format_edition(self, entry: Any) -> Any:
            return optional[
                filled("edition", apply_func=lambda said: text("edition_number", language, number=said))
            ]

    return Listed


def _cited(joined: str) -> type[Any]:
    @dataclass
    class Cited(AuthorYearReferenceStyle):
        person: PersonStyle = field(default_factory=lambda: PersonStyle(sep2=joined, last_sep=joined))

    return Cited


def date_sources(doctree: nodes.document, language: str) -> None:
    """Say in the language that a source has no year; sphinxcontrib-bibtex always says it in English."""
    wanted = text("undated", language)
    for reference in doctree.findall(nodes.reference):
        for said in list(reference.findall(nodes.Text)):
            if said.astext() == UNDATED or said.astext().endswith(f", {UNDATED}"):
                said.parent.replace(said, nodes.Text(said.astext().removesuffix(UNDATED) + wanted))
