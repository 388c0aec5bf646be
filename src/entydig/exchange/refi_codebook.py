"""Code books: the nested codes of a project, and the ``.qdc`` file that holds them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from entydig.errors import DataError, Problem, Problems
from entydig.exchange.refi_project import CodeEntry
from entydig.exchange.refi_xml import children, guid_of, legal, local_name, parse_xml, text_of, xml_bytes
from entydig.survey.files import write_whole

__all__ = ["CODEBOOK", "PROJECT", "add_codes", "check_codes", "codebook_bytes", "codes_in", "read_codebook"]
__all__ += ["write_codebook"]

CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROJECT = "urn:QDA-XML:project:1.0"
COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}")
LARGEST = 50_000_000


def read_codebook(path: Path) -> tuple[CodeEntry, ...]:
    """Read a ``.qdc`` file.

    Returns
    -------
    tuple of CodeEntry
        Parents before their children, in the order of the file.

    Raises
    ------
    DataError
        The file is missing, too large, not a code book, or hostile; a code lacks its GUID or name or stands twice.
    """
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(Problem(str(path), "is missing or too large", f"a .qdc file up to {LARGEST} bytes"))
    root = parse_xml(path.read_bytes(), str(path))
    if root.tag not in {f"{{{space}}}CodeBook" for space in (CODEBOOK, PROJECT)}:
        raise DataError(
            Problem(str(path), f"begins with <{local_name(root)}>", f"<CodeBook> of {CODEBOOK}", "export it")
        )
    problems = Problems()
    codes = codes_in(root, str(path), problems)
    check_codes(codes, str(path), problems)
    problems.raise_if_any()
    return codes


def codebook_bytes(codes: Sequence[CodeEntry], origin: str = "") -> bytes:
    """Write codes as a code book.

    Raises
    ------
    DataError
        See `check_codes`.
    """
    problems = Problems()
    check_codes(codes, "code book", problems)
    problems.raise_if_any()
    root = ET.Element("CodeBook", {"xmlns": CODEBOOK, "origin": origin})
    add_codes(root, codes)
    return xml_bytes(root)


def write_codebook(codes: Sequence[CodeEntry], path: Path, origin: str = "") -> Path:
    """Write a ``.qdc`` file, whole or not at all."""
    return write_whole(path, codebook_bytes(codes, origin))


def codes_in(book: ET.Element | None, where: str, problems: Problems) -> tuple[CodeEntry, ...]:
    """Give the codes under a ``CodeBook`` element, parents first."""
    return tuple(
        code for top in children(book, "Codes", "Code") for code in _with_children(top, None, where, problems)
    )


def add_codes(book: ET.Element, codes: Sequence[CodeEntry]) -> None:
    """Put codes under a ``CodeBook`` element, each under its parent."""
    if not codes:
        return
    places = {None: ET.SubElement(book, "Codes")} | {code.guid: _element(code) for code in codes}
    for code in codes:
        places[code.parent].append(places[code.guid])


def check_codes(codes: Sequence[CodeEntry], where: str, problems: Problems) -> None:
    """Note what keeps codes from being a book: a GUID twice, a parent that does not come before, text XML cannot hold."""
    before: set[str] = set()
    for code in codes:
        place = f"{where}: code {code.name!r} ({code.guid})"
        if code.guid in before:
            problems.add(place, "its GUID stands twice", "one code per GUID", "export the project again")
        if code.parent is not None and code.parent not in before:
            problems.add(place, f"its parent {code.parent} does not come before it", "parents first")
        if not (legal(code.name) and legal(code.description)):
            problems.add(place, "holds a character that XML cannot hold", "text", "remove the character")
        before.add(code.guid)


def _with_children(
    element: ET.Element, parent: str | None, where: str, problems: Problems
) -> Iterator[CodeEntry]:
    guid = guid_of(element, "guid", where, problems)
    name, colour = element.get("name", ""), element.get("color", "")
    if not name.strip():
        problems.add(f"{where}: code {guid}", "has no name", "a name", "name the code, export again")
    if colour and not COLOUR.fullmatch(colour):
        problems.add(f"{where}: code {name!r}", f"its colour is {colour!r}", "#RRGGBB or #RGB")
    codable = element.get("isCodable", "true").strip() in {"true", "1"}
    yield CodeEntry(guid, name, text_of(element, "Description"), parent, codable, colour)
    for child in children(element, "Code"):
        yield from _with_children(child, guid, where, problems)


def _element(code: CodeEntry) -> ET.Element:
    attributes = {"guid": code.guid, "name": code.name, "isCodable": str(code.codable).lower()}
    element = ET.Element("Code", attributes | ({"color": code.colour} if code.colour else {}))
    if code.description:
        ET.SubElement(element, "Description").text = code.description
    return element
