"""The roles a page may use, as pandoc's model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from entydig.publishing.print.model import Element, attributes, element, link, span, words

if TYPE_CHECKING:
    from entydig.publishing.print.shared import Shared

__all__ = ["ROLES", "Role"]

Role = Callable[[str, "Shared", str], Element]
TARGET = re.compile(r"^(?P<text>.+?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
EXPLAINED = re.compile(r"\s*\(.*\)$")


def _cited(mode: str) -> Role:
    def cite(content: str, shared: Shared, where: str) -> Element:
        keys = [key.strip() for key in content.split(",")]
        for key in keys:
            if key not in shared.sources:
                shared.problems.add(where, f"a citation of {key}", "a key of the bibliography")
        citations = [
            {
                "citationId": key,
                "citationPrefix": [],
                "citationSuffix": [],
                "citationMode": element(mode),
                "citationNoteNum": 0,
                "citationHash": 0,
            }
            for key in keys
        ]
        return element("Cite", [citations, words("; ".join(keys))])

    return cite


def _reference(kind: str) -> Role:
    def refer(content: str, shared: Shared, where: str) -> Element:
        found = TARGET.match(content)
        said, target = (found["text"], found["target"]) if found else ("", content)
        return shared.refer(link(words(said) if said else [], ""), kind, target.strip(), where)

    return refer


def _wrapped(kind: str) -> Role:
    return lambda content, shared, where: element(kind, words(content))


def _code(content: str, shared: Shared, where: str) -> Element:
    return element("Code", [attributes(), content])


def _math(content: str, shared: Shared, where: str) -> Element:
    return element("Math", [element("InlineMath"), content])


def _said(content: str, shared: Shared, where: str) -> Element:
    """Write the text alone: what it explains shows on the site, where a reader points at it."""
    found = TARGET.match(content)
    return span(words(found["text"] if found else content))


def _short(content: str, shared: Shared, where: str) -> Element:
    return span(words(EXPLAINED.sub("", content)))


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("cite", "cite:p", "cite:ps"), _cited("NormalCitation")),
        **dict.fromkeys(("cite:t", "cite:ts"), _cited("AuthorInText")),
        **dict.fromkeys(("ref", "eq"), _reference("ref")),
        "numref": _reference("numref"),
        "math": _math,
        **dict.fromkeys(("code", "kbd", "file", "command"), _code),
        **dict.fromkeys(("sub", "subscript"), _wrapped("Subscript")),
        **dict.fromkeys(("sup", "superscript"), _wrapped("Superscript")),
        **dict.fromkeys(("term", "download"), _said),
        "abbr": _short,
    }
)
