"""Projects from elsewhere are read as the standard has them; broken and hostile files are refused with a message."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from entydig.cases.coding import corpus_bytes, corpus_of, read_corpus
from entydig.cases.corpus import Code, Corpus, Segment, Source, joined
from entydig.cases.scheme import read_scheme
from entydig.errors import DataError
from entydig.exchange.refi_archive import Limits
from entydig.exchange.refi_codebook import codebook_bytes, read_codebook
from entydig.exchange.refi_project import CodeEntry, Project, TextSource
from entydig.exchange.refi_qda import project_bytes, read_project

# Written by hand from Project.xsd (REFI-QDA 1.0, 18 March 2019): GUIDs in both spellings, capitals, a folder called
# Sources, one selection per coding as QualCoder has it, the variable of a person on the case and not on the text,
# and parts that are not read.
GUID = "00000000-0000-4000-8000-0000000000{}".format
PROJECT = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    name="By hand" origin="No program" creatingUserGUID="{GUID("01")}" creationDateTime="2020-03-01T10:00:00Z">
  <Users>
    <User guid="{GUID("01")}" name="Kim"/>
    <User guid="{{{GUID("0A")}}}" id="bo"/>
    <User guid="{GUID("0b")}" name="Never coded"/>
  </Users>
  <CodeBook><Codes>
    <Code guid="{GUID("10")}" name="Finding 3" isCodable="false" color="#FF0000">
      <Description>Two lines,&#13;
one of them "quoted"</Description>
      <Code guid="{GUID("11")}" name="3.1 + worth it" isCodable="true"/>
      <Code guid="{GUID("12")}" name="3.2" isCodable="true"/>
    </Code>
    <Code guid="{GUID("13")}" name="−" isCodable="true"/>
    <Code guid="{GUID("14")}" name="Trust" isCodable="true"/>
  </Codes></CodeBook>
  <Variables>
    <Variable guid="{GUID("20")}" name="case" typeOfVariable="Text"/>
    <Variable guid="{GUID("21")}" name="level" typeOfVariable="Text"/>
    <Variable guid="{GUID("22")}" name="synthetic" typeOfVariable="Boolean"/>
    <Variable guid="{GUID("23")}" name="Age" typeOfVariable="Integer"/>
  </Variables>
  <Cases>
    <Case guid="{GUID("30")}" name="Person 1">
      <VariableValue><VariableRef targetGUID="{GUID("20")}"/><TextValue>North</TextValue></VariableValue>
      <VariableValue><VariableRef targetGUID="{GUID("23")}"/><IntegerValue>44</IntegerValue></VariableValue>
      <SourceRef targetGUID="{GUID("40")}"/>
    </Case>
  </Cases>
  <Sources>
    <TextSource guid="{GUID("40").upper()}" name="Interview 1" plainTextPath="internal://one.txt"
        richTextPath="internal://one.docx">
      <PlainTextSelection guid="{GUID("50")}" startPosition="0" endPosition="4" creatingUser="{GUID("01")}">
        <Coding guid="{GUID("60")}"><CodeRef targetGUID="{GUID("11")}"/></Coding>
        <Coding guid="{GUID("61")}" creatingUser="{GUID("0A")}"><CodeRef targetGUID="{GUID("12")}"/></Coding>
        <NoteRef targetGUID="{GUID("70")}"/>
      </PlainTextSelection>
      <PlainTextSelection guid="{GUID("51")}" startPosition="0" endPosition="4">
        <Coding guid="{GUID("62")}" creatingUser="{GUID("0a")}"><CodeRef targetGUID="{GUID("13")}"/></Coding>
      </PlainTextSelection>
      <PlainTextSelection guid="{GUID("52")}" startPosition="6" endPosition="9">
        <Coding guid="{GUID("63")}" creatingUser="{GUID("01")}"><CodeRef targetGUID="{GUID("14")}"/></Coding>
      </PlainTextSelection>
      <VariableValue><VariableRef targetGUID="{GUID("21")}"/><TextValue>top</TextValue></VariableValue>
      <VariableValue><VariableRef targetGUID="{GUID("22")}"/><BooleanValue>true</BooleanValue></VariableValue>
    </TextSource>
    <PictureSource guid="{GUID("41")}" name="A map" path="internal://map.png"/>
  </Sources>
  <Notes>
    <Note guid="{GUID("70")}" name="Memo"><PlainTextContent>Ask again</PlainTextContent></Note>
  </Notes>
</Project>
"""
# A letter outside the basic plane is one character, a line end of Windows two.
TEXT = "Æ\U0001f600øl\r\nYes, it does."


def packed(files: dict[str, bytes] | None = None, *, project: str | None = PROJECT) -> bytes:
    target = io.BytesIO()
    content = {"Sources/one.txt": TEXT.encode("utf-8-sig"), "Sources/map.png": b"PNG"}
    content |= {} if project is None else {"project.qde": project.encode("utf-8")}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in (content | (files or {})).items():
            archive.writestr(name, each)
    return target.getvalue()


def changed(old: str, new: str) -> bytes:
    assert old in PROJECT
    return packed(project=PROJECT.replace(old, new))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "project.qdpx"
        path.write_bytes(content)
        return path

    return write


def test_a_project_written_by_hand_from_the_schema_becomes_a_corpus(written: Callable[[bytes], Path]) -> None:
    corpus = read_corpus(written(packed()), claims={"3.1", "3.2"})

    assert corpus.sources == (Source("Interview 1", "North", "interview", "top", TEXT, synthetic=True),)
    assert corpus.coders == ("Kim", "bo")
    assert corpus.segments == (
        Segment("Interview 1", 0, 4, "Kim", "3.1", "+"),
        Segment("Interview 1", 0, 4, "bo", "3.2", "-"),
        Segment("Interview 1", 6, 9, "Kim", emergent=(GUID("14"),)),
    )
    assert [corpus.quotation(segment) for segment in corpus.segments] == ["Æ\U0001f600øl"] * 2 + ["Yes"]
    assert [(code.name, code.kind, code.parent) for code in corpus.codes] == [
        ("Finding 3", "other", None),
        ("3.1 + worth it", "claim", GUID("10")),
        ("3.2", "claim", GUID("10")),
        ("−", "stance", None),
        ("Trust", "emergent", None),
    ]


def test_what_is_not_coded_text_is_kept_or_counted(written: Callable[[bytes], Path]) -> None:
    project = read_project(written(packed()))

    assert [(note.name, note.text) for note in project.notes] == [("Memo", "Ask again")]
    assert project.left_out == {"PictureSource": 1, "NoteRef": 1}
    assert project.cases[0].variables == {"case": "North", "Age": "44"}
    assert project.codes[0].description == 'Two lines,\r\none of them "quoted"'
    assert project.codes[0].colour == "#FF0000"


def test_a_file_says_what_codes_and_texts_mean(tmp_path: Path, written: Callable[[bytes], Path]) -> None:
    scheme = tmp_path / "codes.yml"
    scheme.write_text(
        f"""
codes:
  3.1 + worth it: {{claim: "7.1", stance: "+-"}}
  {GUID("12")}: {{ignore: true}}
  "−": {{emergent: true}}
sources:
  Interview 1: {{case: South, kind: document, level: "", synthetic: false}}
""",
        encoding="utf-8",
    )
    corpus = read_corpus(written(packed()), read_scheme(scheme))

    assert corpus.segments[0] == Segment("Interview 1", 0, 4, "Kim", "7.1", "+-")
    assert corpus.segments[1] == Segment("Interview 1", 0, 4, "bo", emergent=(GUID("13"),))
    source = corpus.sources[0]
    assert (source.case, source.kind, source.level, source.synthetic) == ("South", "document", "", False)


def test_positions_may_count_units_of_utf_16(tmp_path: Path, written: Callable[[bytes], Path]) -> None:
    # Before "Yes" stand a letter of two units, four others and a line end of two.
    shifted = PROJECT.replace('endPosition="4"', 'endPosition="5"')
    shifted = shifted.replace('startPosition="6" endPosition="9"', 'startPosition="7" endPosition="20"')
    (tmp_path / "codes.yml").write_text("positions: utf-16", encoding="utf-8")
    corpus = read_corpus(written(packed(project=shifted)), read_scheme(tmp_path / "codes.yml"))

    assert [corpus.quotation(segment) for segment in corpus.segments] == [
        *["Æ\U0001f600øl"] * 2,
        "Yes, it does.",
    ]
    with pytest.raises(DataError, match="0 <= start < end <= 19"):
        read_corpus(written(packed(project=shifted)))


def test_a_slip_in_that_file_is_named(tmp_path: Path, written: Callable[[bytes], Path]) -> None:
    scheme = tmp_path / "codes.yml"
    scheme.write_text(
        "codes: {Thrust: {emergent: true}}\nsources: {Interview 9: {case: X}}", encoding="utf-8"
    )

    with pytest.raises(DataError) as refused:
        read_corpus(written(packed()), read_scheme(scheme))

    assert [problem.found for problem in refused.value.problems] == ["names 'Thrust'", "names 'Interview 9'"]


def with_entry(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    target = io.BytesIO(packed())
    entry = zipfile.ZipInfo("Sources/x.txt")
    change(entry)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(entry, b"x")
    return target.getvalue()


def linked(entry: zipfile.ZipInfo) -> None:
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16


def encrypted() -> bytes:
    """Set the bit of an encrypted member in both headers of each file."""
    content = bytearray(packed())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(signature), bytes(content)):
            struct.pack_into("<H", content, found.start() + offset, 1)
    return bytes(content)


def damaged() -> bytes:
    content = bytearray(packed())
    start = content.index(b"Sources/one.txt") + len("Sources/one.txt")
    content[start + 4 : start + 12] = b"\xff" * 8
    return bytes(content)


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE Project [<!ENTITY a0 "ha">{BOMB}]>'
HEAD = '<?xml version="1.0" encoding="utf-8"?>'
OUTSIDE = '<!DOCTYPE Project SYSTEM "file:///etc/passwd">'
DEEP = f'<Project xmlns="urn:QDA-XML:project:1.0">{"<Code>" * 200}{"</Code>" * 200}</Project>'
CODING = f'<CodeRef targetGUID="{GUID("11")}"/>'

LATIN = PROJECT.replace("Trust", "Trøst").encode("latin-1", "replace")

HOSTILE = {
    "not a zip": (b"%PDF-1.4 no project", "is not a zip archive"),
    "an empty file": (b"", "is not a zip archive"),
    "cut off": (packed()[:-40], "is not a zip archive"),
    "damaged": (damaged(), "its bytes are damaged"),
    "encrypted": (encrypted(), "is encrypted"),
    "climbs out": (packed({"../../out.txt": b""}), "is named outside the archive"),
    "climbs out the way of Windows": (packed({"Sources\\..\\..\\x": b""}), "is named outside the archive"),
    "absolute": (packed({"/etc/passwd": b""}), "is named outside the archive"),
    "on a drive": (packed({"C:/x.txt": b""}), "is named outside the archive"),
    "a link": (with_entry(linked), "is a symbolic link"),
    "a zip bomb": (packed({"Sources/0": b"\0" * 4_000_000}), "unpacks to over 200 times its size"),
    "a member twice": (packed({"sources/ONE.txt": b""}), "stands 2 times"),
    "no project": (packed(project=None), "holds no project.qde"),
    "an entity bomb": (changed(HEAD, HEAD + BOMB), "declares a document type"),
    "an entity from outside": (changed(HEAD, HEAD + OUTSIDE), "declares a document type"),
    "nested without end": (packed(project=DEEP), "is nested deeper than 100 elements"),
    "not XML": (packed(project=PROJECT[:-20]), "cannot be read as XML"),
    "XML of a wrong encoding": (
        packed({"project.qde": LATIN}),
        "as XML",
    ),
    "another root": (packed(project="<Project/>"), "begins with <Project>"),
    "a code book as project": (changed(":project:1.0", ":codebook:1.0"), "begins with <"),
    "a text that is missing": (changed("internal://one.txt", "internal://two.txt"), "is not in the archive"),
    "a text elsewhere": (changed("internal://one.txt", "absolute:///etc/passwd"), "is outside the archive"),
    "rich text only": (changed('plainTextPath="internal://one.txt"', ""), "has no plain text"),
    "a text of a wrong encoding": (packed({"Sources/one.txt": TEXT.encode("utf-16")}), "is not UTF-8"),
    "a text with nulls": (packed({"Sources/one.txt": b"T\0e\0x\0t\0" * 9}), "holds null characters"),
    "a GUID that is none": (changed(f'guid="{GUID("14")}"', 'guid="14"'), "guid is '14'"),
    "a code twice": (changed(f'guid="{GUID("12")}"', f'guid="{GUID("11")}"'), "its GUID stands twice"),
    "a passage twice": (changed(f'guid="{GUID("51")}"', f'guid="{GUID("50")}"'), "its GUID stands twice"),
    "an unknown code": (
        changed(CODING, f'<CodeRef targetGUID="{GUID("99")}"/>'),
        "is given the unknown code",
    ),
    "an unknown user": (
        changed(f'creatingUser="{GUID("01")}"', f'creatingUser="{GUID("99")}"'),
        "unknown user",
    ),
    "a coding without a code": (changed(CODING, ""), "a coding names no code"),
    "an unknown source": (
        changed(f'Ref targetGUID="{GUID("40")}"', f'Ref targetGUID="{GUID("99")}"'),
        "unknown s",
    ),
    "an unknown variable": (changed(f'guid="{GUID("21")}"', f'guid="{GUID("29")}"'), "unknown variable"),
    "behind the text": (changed('endPosition="9"', 'endPosition="900"'), "goes from 6 to 900"),
    "before the text": (changed('startPosition="6"', 'startPosition="-1"'), "goes from -1 to 9"),
    "the wrong way round": (changed('startPosition="6"', 'startPosition="9"'), "goes from 9 to 9"),
    "no number": (changed('endPosition="9"', 'endPosition="nine"'), "endPosition is 'nine'"),
    "too many digits": (changed('endPosition="9"', f'endPosition="{"9" * 5000}"'), "endPosition is '999"),
}


@pytest.mark.parametrize(("content", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_broken_or_hostile_file_is_refused_with_a_message(
    written: Callable[[bytes], Path], tmp_path: Path, content: bytes, message: str
) -> None:
    path = written(content)

    with pytest.raises(DataError, match=re.escape(message)) as refused:
        read_project(path)

    assert all(problem.where.startswith(str(path)) for problem in refused.value.problems)
    assert any(problem.expected for problem in refused.value.problems)
    assert list(tmp_path.iterdir()) == [path], "nothing is unpacked to disk"


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(member=10), "unpacks to"),
        (Limits(total=10), "has .* bytes"),
        (Limits(members=2), "holds 3 members"),
    ],
)
def test_an_archive_may_be_only_so_large(
    written: Callable[[bytes], Path], limits: Limits, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        read_project(written(packed()), limits)


def test_all_that_is_wrong_is_said_at_once(written: Callable[[bytes], Path]) -> None:
    faulty = PROJECT.replace('endPosition="9"', 'endPosition="900"').replace(CODING, "")
    faulty = faulty.replace(f'guid="{GUID("14")}"', 'guid="14"')

    with pytest.raises(DataError) as refused:
        read_project(written(packed(project=faulty)))

    found = " ".join(problem.found for problem in refused.value.problems)
    assert all(
        each in found for each in ("goes from 6 to 900", "names no code", "guid is '14'", "unknown code")
    )
    assert "Yes" not in str(refused.value), "a message never quotes what somebody said"


UNREADABLE = {
    "no place": ('name="case"', 'name="Place"', None),
    "no stance": (
        f'<CodeRef targetGUID="{GUID("13")}"/>',
        f'<CodeRef targetGUID="{GUID("14")}"/>',
        "with 0 stances",
    ),
    "a stance alone": (
        f'<CodeRef targetGUID="{GUID("12")}"/>',
        f'<CodeRef targetGUID="{GUID("14")}"/>',
        "without a",
    ),
    "two stances": (f'<CodeRef targetGUID="{GUID("12")}"/>', CODING, "a stance beside a code that has one"),
    "nobody": (f'creatingUser="{GUID("01")}"', "", "is coded by nobody"),
    "no level": ('name="level"', 'name="Floor"', "an interview without a level"),
    "neither true nor false": ("<BooleanValue>true", "<BooleanValue>perhaps", "synthetic is 'perhaps'"),
    "an unknown claim": ('name="3.2"', 'name="9.9"', "unknown claim 9.9"),
}


@pytest.mark.parametrize(("old", "new", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_codes_that_cannot_be_read_are_named(
    written: Callable[[bytes], Path], old: str, new: str, message: str | None
) -> None:
    path = written(changed(old, new))

    if message is None:
        # A project without the variable has its one case instead.
        assert read_corpus(path).cases == ("Person 1",)
        return
    with pytest.raises(DataError, match=re.escape(message)):
        read_corpus(path, claims={"3.1", "3.2"})


def test_the_same_corpus_gives_the_same_bytes_and_no_time(written: Callable[[bytes], Path]) -> None:
    corpus = read_corpus(written(packed()))
    corpus = corpus_of(read_project(written(corpus_bytes(corpus, "Mine"))))
    first, second = corpus_bytes(corpus, "Mine"), corpus_bytes(corpus, "Mine")

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [entry.filename.split("/")[0] for entry in archive.infolist()] == ["project.qde", "sources"]
        assert b"DateTime" not in archive.read("project.qde")


def test_a_corpus_whose_codes_nobody_else_could_read_is_not_written() -> None:
    source = Source("i", "North", "interview", "top", "So it is.", synthetic=True)
    code = Code(GUID("11"), "Worth it", "claim", claim="3.1", stance="+")
    corpus = Corpus((source,), (code,), ("Kim",), (Segment("i", 0, 2, "Kim", "3.1", "+"),))

    with pytest.raises(DataError, match="is a claim by kind, not by name"):
        corpus_bytes(corpus, "Mine")


def test_a_corpus_that_would_be_read_otherwise_is_not_written() -> None:
    source = Source("i", "North", "interview", "top", "So it is.")
    names = {"3.1": "10", "3.2": "11", "+": "12", "-": "13"}
    codes = (
        Code(GUID("10"), "3.1", "claim", claim="3.1"),
        Code(GUID("11"), "3.2", "claim", claim="3.2"),
        Code(GUID("12"), "+", "stance", stance="+"),
        Code(GUID("13"), "-", "stance", stance="-"),
    )
    assert [code.name for code in codes] == list(names)
    segments = (Segment("i", 0, 2, "Kim", "3.1", "+"), Segment("i", 0, 2, "Kim", "3.2", "-"))

    with pytest.raises(DataError, match="with 2 stances"):
        corpus_bytes(Corpus((source,), codes, ("Kim",), segments), "Mine")


def test_a_corpus_is_sound_or_does_not_exist() -> None:
    source = Source("i", "", "interview", "", "So it is.")
    segments = (
        Segment("i", 0, 99, "Kim", "3.1", "+"),
        Segment("j", 0, 2, "Bo", "3.1"),
        Segment("i", 0, 2, "Kim", emergent=("none",)),
        Segment("i", 0, 2, "Kim", "3.1", "+"),
    )

    with pytest.raises(DataError) as refused:
        Corpus((source, source), (), ("Kim", "Idle"), segments)

    assert [problem.found for problem in refused.value.problems] == [
        "is there more than once",
        "coded nothing",
        *("belongs to no case", "an interview without a level") * 2,
        "lies outside the text",
        "the text is not in the corpus",
        "unknown coder 'Bo'",
        "has a claim without a stance, or the reverse",
        "an emergent code is not in the corpus, or not emergent",
        "carries different emergent codes per claim",
    ]


def test_corpora_are_joined_unless_they_mean_different_things_by_one_code() -> None:
    def place(name: str, kind: str) -> Corpus:
        code = Code(GUID("14"), "Trust", "emergent", description=kind)
        segment = Segment(name, 0, 2, "Kim", emergent=(GUID("14"),))
        return Corpus((Source(name, name, "document", "", "So"),), (code,), ("Kim",), (segment,))

    both = joined([place("X", "as we see it"), place("Y", "as we see it")])
    assert (both.cases, len(both.codes), both.coders) == (("X", "Y"), 1, ("Kim",))
    with pytest.raises(DataError, match="is there more than once"):
        joined([place("X", "as we see it"), place("Y", "as they do")])
    with pytest.raises(DataError, match="source 'X'"):
        joined([place("X", ""), place("X", "")])


@pytest.mark.parametrize("text", ["\ufeffText", "nul\0l", "half \ud83d"])
def test_a_text_that_would_not_come_back_is_not_written(text: str) -> None:
    with pytest.raises(DataError, match="text 'one'"):
        project_bytes(Project("Mine", sources=(TextSource(GUID("40"), "one", text),)))


def test_a_name_that_xml_cannot_hold_is_not_written() -> None:
    with pytest.raises(DataError, match="XML cannot hold"):
        project_bytes(Project("Mine", sources=(TextSource(GUID("40"), "bell \a", "text"),)))


def test_a_code_book_is_written_and_read_in_both_namespaces(tmp_path: Path) -> None:
    path = tmp_path / "codes.qdc"
    codes = (
        CodeEntry(GUID("10"), "Finding 3", "With\r\nlines & <signs>", codable=False, colour="#abc"),
        CodeEntry(GUID("11"), "3.1 +", parent=GUID("10")),
    )
    content = codebook_bytes(codes)
    for written in (content, content.replace(b"codebook:1.0", b"project:1.0")):
        path.write_bytes(written)
        assert read_codebook(path) == codes


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<CodeBook/>", "begins with <CodeBook>"),
        (f'{HEAD}<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode(), "declares a document type"),
        (
            b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name=""/></Codes></CodeBook>',
            "has no name",
        ),
    ],
)
def test_a_broken_code_book_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "codes.qdc").write_bytes(content)

    with pytest.raises(DataError, match=message):
        read_codebook(tmp_path / "codes.qdc")
