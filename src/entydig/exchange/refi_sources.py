"""Texts of a project, their passages and codings, between XML and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from entydig.errors import Problems
from entydig.exchange.refi_archive import INTERNAL, SOURCES, Archive
from entydig.exchange.refi_project import Coding, Selection, TextSource
from entydig.exchange.refi_xml import children, guid_of, text_of

__all__ = ["Reader", "made_guid", "source_element", "variable_elements", "variables_of"]

VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
BYTE_ORDER_MARK = "\ufeff"
PLAIN_TEXT = "export the sources as plain text"


@dataclass(frozen=True)
class Reader:
    """Reads the texts of one project and notes all that is wrong with them.

    Attributes
    ----------
    variables : mapping of str to str
        GUID to name.
    utf16 : bool
        Whether its positions count units of UTF-16, not code points.
    """

    archive: Archive
    variables: Mapping[str, str]
    problems: Problems
    utf16: bool = False

    def source(self, element: ET.Element) -> TextSource:
        """Read a ``TextSource`` (or ``Note``, which has the same form)."""
        name = element.get("name", "")
        where = f"{self.archive.where}: source {name or element.get('guid', '')!r}"
        text = self._text(element, where)
        return TextSource(
            guid=guid_of(element, "guid", where, self.problems),
            name=name,
            text=text or "",
            description=text_of(element, "Description"),
            variables=variables_of(element, self.variables, where, self.problems),
            codings=self._codings(element, where),
            selections=tuple(
                self._selection(each, text, where) for each in children(element, "PlainTextSelection")
            ),
        )

    def _text(self, element: ET.Element, where: str) -> str | None:
        inline = next(children(element, "PlainTextContent"), None)
        path = element.get("plainTextPath")
        if inline is not None and path is not None:
            self.problems.add(where, "has a text in the file and one beside it", "one of the two", PLAIN_TEXT)
        if path is not None:
            return self._file(path, where)
        if inline is None:
            self.problems.add(where, "has no plain text", "PlainTextContent or plainTextPath", PLAIN_TEXT)
            return None
        return inline.text or ""

    def _file(self, path: str, where: str) -> str | None:
        if not path.startswith(INTERNAL):
            self.problems.add(
                where, f"its text is outside the archive: {path!r}", INTERNAL + "...", PLAIN_TEXT
            )
            return None
        if (member := self.archive.find(path)) is None:
            self.problems.add(where, f"its text {path!r} is not in the archive", f"{SOURCES}/...", PLAIN_TEXT)
            return None
        try:
            text = self.archive.read(member).decode("utf-8").removeprefix(BYTE_ORDER_MARK)
        except UnicodeDecodeError as error:
            self.problems.add(
                f"{where}: {member}", f"byte {error.start} is not UTF-8", "text in UTF-8", PLAIN_TEXT
            )
            return None
        if "\0" in text:
            self.problems.add(f"{where}: {member}", "holds null characters", "text in UTF-8", PLAIN_TEXT)
            return None
        return text

    def _selection(self, element: ET.Element, text: str | None, where: str) -> Selection:
        guid = guid_of(element, "guid", where, self.problems)
        place = f"{where}: passage {guid}"
        ends = [self._position(element, name, place) for name in ("startPosition", "endPosition")]
        start, end = (each or 0 for each in ends)
        if text is not None and None not in ends:
            length = len(_units(text)) // 2 if self.utf16 else len(text)
            if not 0 <= start < end <= length:
                self.problems.add(
                    place,
                    f"goes from {start} to {end}",
                    f"0 <= start < end <= {length}, the characters of the text",
                    "export the project again; a text changed after it was coded no longer fits",
                )
            elif self.utf16:
                start, end = _code_points(text, start), _code_points(text, end)
        return Selection(
            guid=guid,
            start=start,
            end=end,
            codings=self._codings(element, place, element.get("creatingUser")),
            name=element.get("name", ""),
            description=text_of(element, "Description"),
        )

    def _position(self, element: ET.Element, name: str, where: str) -> int | None:
        found = element.get(name, "")
        # Longer than any text, and int() refuses some thousands of digits with an error of its own.
        if len(found) <= 12 and found.strip().lstrip("+-").isdecimal():
            return int(found)
        self.problems.add(where, f"{name} is {found[:20]!r}", "a whole number", "export the project again")
        return None

    def _codings(self, element: ET.Element, where: str, maker: str | None = None) -> tuple[Coding, ...]:
        """Read codings; who coded is, where a coding does not say it, who made the passage."""
        found = []
        for coding in children(element, "Coding"):
            reference = next(children(coding, "CodeRef"), None)
            if reference is None:
                self.problems.add(where, "a coding names no code", "CodeRef", "export the project again")
                continue
            owner = coding if coding.get("creatingUser") else element
            said = coding.get("creatingUser") or maker
            user = guid_of(owner, "creatingUser", where, self.problems) if said else None
            found.append(Coding(guid_of(reference, "targetGUID", where, self.problems), user))
        return tuple(found)


def variables_of(
    element: ET.Element, names: Mapping[str, str], where: str, problems: Problems
) -> dict[str, str]:
    """Give the variables of a source or case, name to value as text; an empty value is none."""
    found = {}
    for value in children(element, "VariableValue"):
        reference = next(children(value, "VariableRef"), None)
        guid = "" if reference is None else guid_of(reference, "targetGUID", where, problems)
        if guid not in names:
            problems.add(where, f"has a value of the unknown variable {guid!r}", "one that is declared")
        elif text := next((text for kind in VALUES if (text := text_of(value, kind))), ""):
            found[names[guid]] = text
    return found


def source_element(source: TextSource, variables: Mapping[str, str]) -> ET.Element:
    """Write a source, its text in a file of the archive named by its GUID; `variables` maps names to GUIDs."""
    element = ET.Element(
        "TextSource",
        {"guid": source.guid, "name": source.name, "plainTextPath": f"{INTERNAL}{source.guid}.txt"},
    )
    if source.description:
        ET.SubElement(element, "Description").text = source.description
    for selection in source.selections:
        element.append(_selection_element(selection))
    _add_codings(element, source.guid, source.codings)
    element.extend(variable_elements(source.variables, variables))
    return element


def variable_elements(values: Mapping[str, str], guids: Mapping[str, str]) -> list[ET.Element]:
    """Write values of variables as text, in the order of their names."""
    elements = []
    for name in sorted(values):
        element = ET.Element("VariableValue")
        ET.SubElement(element, "VariableRef", {"targetGUID": guids[name]})
        ET.SubElement(element, "TextValue").text = values[name]
        elements.append(element)
    return elements


def made_guid(*parts: object) -> str:
    """Make a GUID from what it stands for, so that the same project gives the same bytes."""
    return str(uuid5(NAMESPACE_URL, "entydig:refi-qda:" + "\x1f".join(map(str, parts))))


def _units(text: str) -> bytes:
    return text.encode("utf-16-le")


def _code_points(text: str, position: int) -> int:
    """Turn a position in units of UTF-16 into one in code points; one inside a pair goes before it."""
    return len(_units(text)[: 2 * position].decode("utf-16-le", "ignore"))


def _selection_element(selection: Selection) -> ET.Element:
    ends = {"startPosition": str(selection.start), "endPosition": str(selection.end)}
    named = {"name": selection.name} if selection.name else {}
    element = ET.Element("PlainTextSelection", {"guid": selection.guid, **named, **ends})
    if selection.description:
        ET.SubElement(element, "Description").text = selection.description
    _add_codings(element, selection.guid, selection.codings)
    return element


def _add_codings(element: ET.Element, owner: str, codings: tuple[Coding, ...]) -> None:
    for number, coding in enumerate(codings):
        by = {"creatingUser": coding.user} if coding.user else {}
        guid = made_guid("coding", owner, number, coding.code, coding.user)
        child = ET.SubElement(element, "Coding", {"guid": guid, **by})
        ET.SubElement(child, "CodeRef", {"targetGUID": coding.code})
