"""What is written comes back, whatever people say and however they code it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entydig.cases.coding import corpus_bytes, read_corpus
from entydig.cases.corpus import STANCES, Code, Corpus, Segment, Source
from entydig.errors import DataError
from entydig.exchange.refi_codebook import codebook_bytes, read_codebook
from entydig.exchange.refi_project import (
    CaseEntry,
    CodeEntry,
    CodeSet,
    Coding,
    Note,
    Project,
    Selection,
    TextSource,
    User,
)
from entydig.exchange.refi_qda import project_bytes, read_project

few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])

# All that XML can hold; line ends of every kind, quotation marks and signs are among them.
CHARACTERS = st.one_of(
    st.sampled_from("\r\n\t <>&\"'æøå\U0001f600"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\ufeff"),
)
words = st.text(CHARACTERS, max_size=12)
names = st.text(CHARACTERS, min_size=1, max_size=12).filter(str.strip)
texts = st.text(st.one_of(CHARACTERS, st.sampled_from("\a\x7f\x85\u2028")), max_size=40)
guids = st.integers(0, 2**128 - 1).map(lambda number: str(UUID(int=number)))


@st.composite
def some_codes(draw: st.DrawFn) -> tuple[CodeEntry, ...]:
    """Draw a tree, parents first and in the order in which a file holds it."""

    def grow(parent: str | None, depth: int) -> list[CodeEntry]:
        found: list[CodeEntry] = []
        for guid in draw(st.lists(fresh, max_size=3 if depth < 3 else 0)):
            entry = CodeEntry(guid, draw(names), draw(words), parent, draw(st.booleans()), draw(colours))
            found += [entry, *grow(guid, depth + 1)]
        return found

    used: set[str] = set()
    fresh = guids.filter(lambda guid: guid not in used and not used.add(guid))  # type: ignore[func-returns-value]
    colours = st.sampled_from(["", "#0aF", "#123456"])
    return tuple(grow(None, 0))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    codes = draw(some_codes())
    ids = iter(draw(st.lists(guids, min_size=40, max_size=40, unique=True)))
    users = tuple(User(next(ids), draw(names)) for _ in range(draw(st.integers(0, 3))))
    coders = st.sampled_from([None, *(user.guid for user in users)])
    given_codes = [code.guid for code in codes]
    codings = (
        st.lists(st.builds(Coding, st.sampled_from(given_codes), coders), max_size=3)
        if codes
        else st.just([])
    )
    values = st.dictionaries(names, names, max_size=2)

    def passage(text: str) -> Selection:
        start, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)))
        return Selection(next(ids), start, end, tuple(draw(codings)), draw(words), draw(words))

    def source() -> TextSource:
        text = draw(texts)
        passages = tuple(passage(text) for _ in range(draw(st.integers(0, 3)) if text else 0))
        return TextSource(
            next(ids), draw(words), text, draw(words), draw(values), tuple(draw(codings)), passages
        )

    sources = tuple(source() for _ in range(draw(st.integers(0, 3))))
    some = st.lists(st.sampled_from([each.guid for each in sources]), max_size=3) if sources else st.just([])
    cases = tuple(
        CaseEntry(next(ids), draw(words), draw(words), draw(values), tuple(draw(some)))
        for _ in range(draw(st.integers(0, 2)))
    )
    notes = tuple(Note(next(ids), draw(words), draw(texts)) for _ in range(draw(st.integers(0, 2))))
    sets = tuple(
        CodeSet(next(ids), draw(names), draw(words), tuple(given_codes[:2]), tuple(draw(some)))
        for _ in range(draw(st.integers(0, 2)))
    )
    return Project(draw(words), draw(words), users, codes, cases, sources, notes, sets)


CLAIMS = ("1.4", "3.1", "3.2")
GUIDS = {
    name: str(UUID(int=number))
    for number, name in enumerate(
        ["heading", "trust", "doubt", *(f"{claim} {stance}" for claim in CLAIMS for stance in STANCES)]
    )
}
CODES = (
    Code(GUIDS["heading"], "Findings", "other"),
    *(
        Code(GUIDS[f"{claim} {stance}"], f"{claim} {stance}", "claim", "", GUIDS["heading"], claim, stance)
        for claim in CLAIMS
        for stance in STANCES
    ),
    Code(GUIDS["trust"], "trust", "emergent", "That people rely on each other"),
    Code(GUIDS["doubt"], "doubt", "emergent"),
)


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    coders = ("Kim", "Bo")
    sources = tuple(
        Source(
            name,
            draw(names),
            draw(st.sampled_from(["interview", "observation", "document"])),
            draw(names),
            draw(texts.filter(len)),
            draw(st.booleans()),
        )
        for name in draw(st.lists(names, min_size=1, max_size=3, unique=True))
    )
    segments = []
    for source in sources:
        for coder in coders:
            length = len(source.text)
            ends = st.tuples(st.integers(0, length - 1), st.integers(1, length)).filter(
                lambda two: two[0] < two[1]
            )
            for start, end in draw(st.lists(ends, min_size=1, max_size=3, unique=True)):
                emergent = tuple(
                    draw(st.lists(st.sampled_from([GUIDS["trust"], GUIDS["doubt"]]), unique=True))
                )
                least = 0 if emergent else 1
                claims = draw(st.lists(st.sampled_from(CLAIMS), min_size=least, max_size=2, unique=True))
                place = (source.id, start, end, coder)
                segments += [
                    Segment(*place, each, draw(st.sampled_from(STANCES)), emergent) for each in claims
                ]
                segments += [] if claims else [Segment(*place, emergent=emergent)]
    return Corpus(sources, CODES, coders, tuple(segments))


def through_a_file(content: bytes, suffix: str) -> Path:
    with tempfile.NamedTemporaryFile(suffix=suffix, delete=False) as file:
        file.write(content)
    return Path(file.name)


@few
@given(projects())
def test_a_project_comes_back_as_it_was(project: Project) -> None:
    path = through_a_file(project_bytes(project), ".qdpx")
    try:
        back = read_project(path)
    finally:
        path.unlink()

    assert back == project
    assert project_bytes(back) == project_bytes(project)


@few
@given(some_codes())
def test_a_code_book_comes_back_as_it_was(codes: tuple[CodeEntry, ...]) -> None:
    path = through_a_file(codebook_bytes(codes), ".qdc")
    try:
        assert read_codebook(path) == codes
    finally:
        path.unlink()


@few
@given(corpora())
def test_a_corpus_comes_back_as_it_was(corpus: Corpus) -> None:
    path = through_a_file(corpus_bytes(corpus, "Mine"), ".qdpx")
    try:
        back = read_corpus(path, claims=CLAIMS)
    finally:
        path.unlink()

    assert back == corpus


@few
@given(st.data())
def test_a_spoilt_file_is_read_or_refused_but_never_a_surprise(data: st.DataObject) -> None:
    source = Source("i", "North", "interview", "top", "So it is.")
    corpus = Corpus((source,), CODES, ("Kim",), (Segment("i", 0, 2, "Kim", "3.1", "+"),))
    content = bytearray(corpus_bytes(corpus, "Mine"))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path = through_a_file(bytes(content), ".qdpx")
    with suppress(DataError):
        read_corpus(path)
    path.unlink()


@few
@given(st.data())
def test_spoilt_xml_is_read_or_refused_but_never_a_surprise(data: st.DataObject) -> None:
    source = Source("i", "North", "interview", "top", "So it is.")
    corpus = Corpus((source,), CODES, ("Kim",), (Segment("i", 0, 2, "Kim", "3.1", "+"),))
    with zipfile.ZipFile(io.BytesIO(corpus_bytes(corpus, "Mine"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files["project.qde"]
    start = data.draw(st.integers(0, len(xml)))
    end = data.draw(st.integers(start, min(len(xml), start + 60)))
    files["project.qde"] = (
        xml[:start] + data.draw(st.sampled_from([b"", b"x", b"1", b"{", xml[end : end + 40]])) + xml[end:]
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path = through_a_file(target.getvalue(), ".qdpx")
    with suppress(DataError):
        read_corpus(path)
    path.unlink()
