"""What a REFI-QDA project holds, as plain values: no meaning is given to any code here.

Positions count Unicode code points from 0; the end is the first that no longer belongs to the selection. A GUID is
kept in lower case without braces, so that the two spellings the standard allows are one.

References
----------
REFI-QDA Standard 1.5 and Project.xsd of 18 March 2019, https://www.qdasoftware.org.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "CaseEntry",
    "CodeEntry",
    "CodeSet",
    "Coding",
    "Note",
    "Project",
    "Selection",
    "TextSource",
    "User",
]


@dataclass(frozen=True)
class User:
    """Somebody who worked in the project."""

    guid: str
    name: str


@dataclass(frozen=True)
class CodeEntry:
    """A code; `parent` is the GUID of the code it stands under."""

    guid: str
    name: str
    description: str = ""
    parent: str | None = None
    codable: bool = True
    colour: str = ""


@dataclass(frozen=True)
class Coding:
    """That a code was given, and by whom where the file says so."""

    code: str
    user: str | None = None


@dataclass(frozen=True)
class Selection:
    """A passage of a text, with the codes given to it."""

    guid: str
    start: int
    end: int
    codings: tuple[Coding, ...] = ()
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class TextSource:
    """A text, with its variables (name to value), the codes of the whole and those of its passages."""

    guid: str
    name: str
    text: str
    description: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    codings: tuple[Coding, ...] = ()
    selections: tuple[Selection, ...] = ()


@dataclass(frozen=True)
class CaseEntry:
    """A case of the project's own: a place, a person, whatever its makers took for one."""

    guid: str
    name: str
    description: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeSet:
    """A named set of codes and sources, by GUID."""

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A memo; kept, and never taken for coded text."""

    guid: str
    name: str
    text: str


@dataclass(frozen=True)
class Project:
    """A whole project.

    Attributes
    ----------
    left_out : mapping of str to int
        What the file holds and this does not, by name of the element: pictures, recordings, links, graphs.
    """

    name: str
    origin: str = ""
    users: tuple[User, ...] = ()
    codes: tuple[CodeEntry, ...] = ()
    cases: tuple[CaseEntry, ...] = ()
    sources: tuple[TextSource, ...] = ()
    notes: tuple[Note, ...] = ()
    sets: tuple[CodeSet, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
