"""REFI-QDA projects (``.qdpx``), as NVivo, MAXQDA, ATLAS.ti and QualCoder exchange them.

Read in memory and refused as a whole when anything in them is not sound; written so that the same project gives
the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

from entydig.errors import DataError, Problem, Problems
from entydig.exchange.refi_archive import (
    PROJECT_FILE,
    SOURCES,
    Archive,
    Limits,
    archive_bytes,
    read_archive,
)
from entydig.exchange.refi_checks import CORRECT, check_project
from entydig.exchange.refi_codebook import PROJECT, add_codes, codes_in
from entydig.exchange.refi_project import CaseEntry, CodeSet, Note, Project, TextSource, User
from entydig.exchange.refi_sources import (
    BYTE_ORDER_MARK,
    Reader,
    made_guid,
    source_element,
    variable_elements,
    variables_of,
)
from entydig.exchange.refi_xml import (
    children,
    guid_of,
    legal,
    local_name,
    parse_xml,
    text_of,
    xml_bytes,
)
from entydig.survey.files import write_whole

__all__ = ["project_bytes", "read_project", "write_project"]

UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# What is counted and left: no passage of a text, or no meaning for coded text.
LEFT_OUT = (
    *("PictureSource", "PDFSource", "AudioSource", "VideoSource"),
    *("Link", "Graph", "NoteRef", "SelectionRef"),
)


def read_project(path: Path, limits: Limits | None = None, *, utf16: bool = False) -> Project:
    """Read a project.

    Parameters
    ----------
    path : Path
        A ``.qdpx``.
    limits : Limits, optional
        How large it may be.
    utf16 : bool
        Its positions count units of UTF-16, in which a letter outside the basic plane is two, as NVivo counts.

    Returns
    -------
    Project
        Texts without a byte order mark, line ends as they are. What is not read is counted in `left_out`.

    Raises
    ------
    DataError
        The archive, its XML, or what it says is not sound: all problems of the first of these three that fails.
    """
    archive = read_archive(path, limits)
    root = parse_xml(archive.read(archive.members[PROJECT_FILE]), f"{path}: {PROJECT_FILE}")
    if root.tag != f"{{{PROJECT}}}Project":
        raise DataError(
            Problem(
                f"{path}: {PROJECT_FILE}", f"begins with <{root.tag}>", f"<Project> of {PROJECT}", CORRECT
            )
        )
    problems = Problems()
    project = _project(root, archive, problems, utf16=utf16)
    check_project(project, str(path), problems)
    problems.raise_if_any()
    return project


def project_bytes(project: Project) -> bytes:
    """Write a project as the bytes of a ``.qdpx``.

    Raises
    ------
    DataError
        See `check_project`; text that a file cannot hold.
    """
    problems = Problems()
    check_project(project, f"project {project.name!r}", problems)
    problems.raise_if_any()
    _check_writable(project, problems)
    problems.raise_if_any()
    texts = [*project.sources, *(TextSource(note.guid, note.name, note.text) for note in project.notes)]
    files = {f"{SOURCES}/{each.guid}.txt": each.text.encode("utf-8") for each in texts}
    return archive_bytes(files | {PROJECT_FILE: xml_bytes(_root(project))})


def write_project(project: Project, path: Path) -> Path:
    """Write a ``.qdpx``, whole or not at all."""
    return write_whole(path, project_bytes(project))


def _project(root: ET.Element, archive: Archive, problems: Problems, *, utf16: bool) -> Project:
    where = archive.where
    variables = {
        guid_of(each, "guid", where, problems): each.get("name", "")
        for each in children(root, "Variables", "Variable")
    }
    reader = Reader(archive, variables, problems, utf16)
    others = _other_sources(root)
    notes = [reader.source(each) for each in children(root, "Notes", "Note")]
    return Project(
        name=root.get("name", ""),
        origin=root.get("origin", ""),
        users=tuple(_user(each, where, problems) for each in children(root, "Users", "User")),
        codes=codes_in(next(children(root, "CodeBook"), None), where, problems),
        cases=tuple(
            _case(each, variables, others, where, problems) for each in children(root, "Cases", "Case")
        ),
        sources=tuple(reader.source(each) for each in children(root, "Sources", "TextSource")),
        notes=tuple(Note(note.guid, note.name, note.text) for note in notes),
        sets=tuple(_set(each, others, where, problems) for each in children(root, "Sets", "Set")),
        left_out=Counter(local_name(each) for each in root.iter() if local_name(each) in LEFT_OUT),
    )


def _user(element: ET.Element, where: str, problems: Problems) -> User:
    guid = guid_of(element, "guid", where, problems)
    return User(guid, element.get("name") or element.get("id") or guid)


def _case(
    element: ET.Element, variables: dict[str, str], others: set[str], where: str, problems: Problems
) -> CaseEntry:
    name = element.get("name", "")
    place = f"{where}: case {name!r}"
    return CaseEntry(
        guid=guid_of(element, "guid", where, problems),
        name=name,
        description=text_of(element, "Description"),
        variables=variables_of(element, variables, place, problems),
        sources=_references(element, "SourceRef", others, place, problems),
    )


def _set(element: ET.Element, others: set[str], where: str, problems: Problems) -> CodeSet:
    name = element.get("name", "")
    return CodeSet(
        guid=guid_of(element, "guid", where, problems),
        name=name,
        description=text_of(element, "Description"),
        codes=_references(element, "MemberCode", set(), f"{where}: set {name!r}", problems),
        sources=_references(element, "MemberSource", others, f"{where}: set {name!r}", problems),
    )


def _references(
    element: ET.Element, kind: str, others: set[str], where: str, problems: Problems
) -> tuple[str, ...]:
    found = (guid_of(each, "targetGUID", where, problems) for each in children(element, kind))
    return tuple(guid for guid in found if guid not in others)


def _other_sources(root: ET.Element) -> set[str]:
    """Give the GUIDs of pictures and recordings: a case may name them although they are not read."""
    found = (source for each in children(root, "Sources") for source in each)
    return {
        source.get("guid", "").strip().strip("{}").lower()
        for source in found
        if local_name(source) != "TextSource"
    }


def _check_writable(project: Project, problems: Problems) -> None:
    for source in project.sources:
        ends = [(each.start, each.end) for each in source.selections]
        if any(not 0 <= start < end <= len(source.text) for start, end in ends):
            problems.add(f"source {source.name!r}", "a passage does not lie in the text", "start < end")
    texts = {source.name: source.text for source in project.sources}
    for name, text in (texts | {note.name: note.text for note in project.notes}).items():
        if text.startswith(BYTE_ORDER_MARK) or UNWRITABLE.search(text):
            problems.add(f"text {name!r}", "has a byte order mark, a null character or half a pair", "text")
    if not legal(ET.tostring(_root(project), encoding="unicode")):
        problems.add(
            f"project {project.name!r}", "a name or description holds a character XML cannot hold", "text"
        )


def _root(project: Project) -> ET.Element:
    variables = [source.variables for source in project.sources]
    variables += [case.variables for case in project.cases]
    names = {name for each in variables for name in each}
    guids = {name: made_guid("variable", name) for name in sorted(names)}
    root = ET.Element("Project", {"xmlns": PROJECT, "name": project.name, "origin": project.origin})
    _add(
        root, "Users", [ET.Element("User", {"guid": each.guid, "name": each.name}) for each in project.users]
    )
    if project.codes:
        add_codes(ET.SubElement(root, "CodeBook"), project.codes)
    _add(root, "Variables", [_variable(name, guid) for name, guid in guids.items()])
    _add(root, "Cases", [_case_element(case, guids) for case in project.cases])
    _add(root, "Sources", [source_element(source, guids) for source in project.sources])
    _add(root, "Notes", [_note_element(note) for note in project.notes])
    _add(root, "Sets", [_set_element(each) for each in project.sets])
    return root


def _add(root: ET.Element, name: str, elements: list[ET.Element]) -> None:
    """Put elements under one of the project's parts; the standard has no empty part."""
    if elements:
        ET.SubElement(root, name).extend(elements)


def _variable(name: str, guid: str) -> ET.Element:
    return ET.Element("Variable", {"guid": guid, "name": name, "typeOfVariable": "Text"})


def _note_element(note: Note) -> ET.Element:
    element = source_element(TextSource(note.guid, note.name, ""), {})
    element.tag = "Note"
    return element


def _case_element(case: CaseEntry, variables: dict[str, str]) -> ET.Element:
    element = ET.Element("Case", {"guid": case.guid, "name": case.name})
    if case.description:
        ET.SubElement(element, "Description").text = case.description
    element.extend(variable_elements(case.variables, variables))
    element.extend(ET.Element("SourceRef", {"targetGUID": guid}) for guid in case.sources)
    return element


def _set_element(each: CodeSet) -> ET.Element:
    element = ET.Element("Set", {"guid": each.guid, "name": each.name})
    if each.description:
        ET.SubElement(element, "Description").text = each.description
    element.extend(ET.Element("MemberCode", {"targetGUID": guid}) for guid in each.codes)
    element.extend(ET.Element("MemberSource", {"targetGUID": guid}) for guid in each.sources)
    return element
