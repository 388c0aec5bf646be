"""XML of unknown origin, read without its power to define, to include or to nest without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.parsers import expat

from entydig.errors import DataError, Problem, Problems

__all__ = ["children", "guid_of", "legal", "local_name", "parse_xml", "text_of", "xml_bytes"]

DEEPEST = 100
GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
# What XML 1.0 can hold (production 2, Char).
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _RefusedError(Exception):
    """Carries what a document holds that no project needs."""


def parse_xml(content: bytes, where: str) -> ET.Element:
    """Read a document that may be hostile.

    Parameters
    ----------
    content : bytes
    where : str
        For the message.

    Raises
    ------
    DataError
        It is not well-formed, not in the encoding it says, nested deeper than any project, or has a document type
        (the door of entity bombs and of files from elsewhere).
    """
    try:
        _inspect(content)
        return ET.fromstring(content)
    except _RefusedError as refused:
        raise DataError(
            Problem(where, str(refused), "plain XML as the standard has it", "do not use this file")
        ) from refused
    except (expat.ExpatError, ET.ParseError, LookupError, ValueError) as error:
        raise DataError(
            Problem(where, f"cannot be read as XML: {error}", "well-formed XML", "export the project again")
        ) from error


def xml_bytes(root: ET.Element) -> bytes:
    """Write a tree as UTF-8, indented; a carriage return inside a text outlives the reading."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.replace("\r", "&#13;").encode("utf-8")


def local_name(element: ET.Element) -> str:
    """Give the name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ET.Element | None, *path: str) -> Iterator[ET.Element]:
    """Give the children at the end of a path of names, in any namespace."""
    if element is None:
        return
    for child in element:
        if local_name(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from children(child, *path[1:])


def text_of(element: ET.Element, name: str) -> str:
    """Give the text of the first child of a name; empty where there is none."""
    return next((child.text or "" for child in children(element, name)), "")


def guid_of(element: ET.Element, attribute: str, where: str, problems: Problems) -> str:
    """Give a GUID in lower case without braces; one that is none is noted and comes back as it is."""
    found = element.get(attribute, "")
    if match := GUID.fullmatch(found.strip()):
        return match[1].lower()
    problems.add(
        f"{where}: {local_name(element)}",
        f"{attribute} is {found!r}" if found else f"{attribute} is missing",
        "a GUID such as 00000000-0000-0000-0000-000000000000",
        "export the project again",
    )
    return found


def legal(text: str) -> bool:
    """Tell whether XML can hold a text."""
    return ILLEGAL.search(text) is None


def _inspect(content: bytes) -> None:
    """Go through a document without building anything; entities would be expanded only after this."""
    depth = 0

    def opened(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _RefusedError(f"is nested deeper than {DEEPEST} elements")

    def closed(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise _RefusedError("declares a document type (DTD)")

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(content, True)
