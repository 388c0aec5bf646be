"""From a REFI-QDA project to a corpus and back.

A coder's claim and stance on a passage are one code (``3.1 +``), or a claim and a stance given to the same
characters by the same coder, be it in one selection or in several.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from entydig.cases.corpus import Code, Corpus, Segment, Source, SourceKind, Stance
from entydig.cases.scheme import CONVENTION, Scheme
from entydig.errors import DataError, Problem, Problems
from entydig.exchange.refi_archive import Limits
from entydig.exchange.refi_checks import check_project
from entydig.exchange.refi_project import (
    CaseEntry,
    CodeEntry,
    Coding,
    Project,
    Selection,
    TextSource,
    User,
)
from entydig.exchange.refi_qda import project_bytes, read_project
from entydig.exchange.refi_sources import made_guid
from entydig.survey.files import write_whole

__all__ = ["corpus_bytes", "corpus_of", "project_of", "read_corpus", "write_corpus"]

ORIGIN = "entydig"
TRUTH = {"true": True, "1": True, "false": False, "0": False}
IN_PROJECT = "correct it in the project, or say it in codes.yml"
Pair = tuple[str | None, Stance | None]


@dataclass
class _Passage:
    """What one coder gave to one stretch of a text."""

    pairs: list[Pair] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)
    emergent: list[str] = field(default_factory=list)

    def add(self, code: Code) -> None:
        """Take in a code, once."""
        taken: dict[str, tuple[list[Any], object]] = {
            "stance": (self.stances, code.stance),
            "emergent": (self.emergent, code.guid),
            "claim": (self.claims, code.claim),
        }
        if code.kind == "claim" and code.stance is not None:
            taken["claim"] = (self.pairs, (code.claim, code.stance))
        if code.kind in taken:
            target, value = taken[code.kind]
            target.extend([] if value in target else [value])

    def readings(self) -> Iterator[Pair]:
        """Give claims with stances; nothing for a claim alone is a matter for `fault`."""
        yield from self.pairs
        yield from ((claim, self.stances[0]) for claim in self.claims)
        if not (self.pairs or self.claims):
            yield (None, None)

    def fault(self) -> str | None:
        """Say what keeps the codes from being read."""
        if self.claims and len(self.stances) != 1:
            return f"claim {', '.join(self.claims)} with {len(self.stances)} stances"
        if self.stances and not self.claims:
            return "a stance beside a code that has one" if self.pairs else "a stance without a claim"
        claims = [claim for claim, _ in self.pairs] + self.claims
        return "two stances on one claim" if len(set(claims)) < len(claims) else None


def read_corpus(
    path: Path,
    scheme: Scheme = CONVENTION,
    *,
    claims: Collection[str] | None = None,
    limits: Limits | None = None,
) -> Corpus:
    """Read a coded corpus from a ``.qdpx``.

    Parameters
    ----------
    path : Path
    scheme : Scheme
        What its codes mean.
    claims : collection of str, optional
        The claims there are; a code for another one is refused.
    limits : Limits, optional

    Raises
    ------
    DataError
        The file is not sound (`read_project`) or its codes cannot be read (`corpus_of`).
    """
    return corpus_of(read_project(path, limits, utf16=scheme.utf16), scheme, claims=claims, where=str(path))


def write_corpus(corpus: Corpus, path: Path, name: str) -> Path:
    """Write a corpus as a ``.qdpx``, whole or not at all."""
    return write_whole(path, corpus_bytes(corpus, name))


def corpus_bytes(corpus: Corpus, name: str) -> bytes:
    """Give the bytes of a ``.qdpx``; the same corpus gives the same bytes.

    Raises
    ------
    DataError
        See `project_of`.
    """
    return project_bytes(project_of(corpus, name))


def corpus_of(
    project: Project,
    scheme: Scheme = CONVENTION,
    *,
    claims: Collection[str] | None = None,
    where: str = "project",
) -> Corpus:
    """Read the codes of a project.

    Returns
    -------
    Corpus
        Segments in the order of sources and passages. Coders are the users who coded.

    Raises
    ------
    DataError
        A text without case or of unknown kind, a coding by nobody, a claim without a stance or with two, an unknown
        claim, a name of the scheme that the project does not have: all at once.
    """
    problems = Problems()
    check_project(project, where, problems)
    problems.raise_if_any()
    codes = {entry.guid: scheme.code(entry) for entry in project.codes}
    _check_scheme(project, scheme, codes, claims, where, problems)
    sources = tuple(_source(each, project, scheme, codes, where, problems) for each in project.sources)
    segments = tuple(
        segment for each in project.sources for segment in _segments(each, project, codes, where, problems)
    )
    problems.raise_if_any()
    wrote = {segment.coder for segment in segments}
    coders = tuple(name for name in dict.fromkeys(user.name for user in project.users) if name in wrote)
    return Corpus(sources, tuple(codes.values()), coders, segments)


def project_of(corpus: Corpus, name: str) -> Project:
    """Write a corpus as a project: place, kind, level and origin of each text as variables, a case per place.

    Raises
    ------
    DataError
        A code is not named by the convention, so that nobody else could read it, or there is none for a claim with
        its stance.
    """
    problems = Problems()
    entries = tuple(
        CodeEntry(code.guid, code.name, code.description, code.parent, code.kind != "other")
        for code in corpus.codes
    )
    for entry, code in zip(entries, corpus.codes, strict=True):
        if CONVENTION.code(entry) != code:
            problems.add(
                f"code {code.name!r}", f"is a {code.kind} by kind, not by name", "'3.1 +', 'level: x'"
            )
    users = {coder: User(made_guid("user", coder), coder) for coder in corpus.coders}
    guids = {source.id: made_guid("source", source.id) for source in corpus.sources}
    sources = tuple(
        _text_source(source, guids[source.id], corpus, users, problems) for source in corpus.sources
    )
    cases = tuple(
        CaseEntry(
            made_guid("case", case),
            case,
            sources=tuple(guids[each.id] for each in corpus.sources if each.case == case),
        )
        for case in corpus.cases
    )
    problems.raise_if_any()
    project = Project(name, ORIGIN, tuple(users.values()), entries, cases, sources)
    if not _same(corpus_of(project), corpus):
        raise DataError(
            Problem(
                f"project {name!r}",
                "would be read as other segments",
                "a code with claim and stance ('3.1 +') where a coder gives one passage two claims",
                "add such codes",
            )
        )
    return project


def _same(one: Corpus, other: Corpus) -> bool:
    """Tell whether two corpora say the same, in whatever order their segments stand."""
    rest = [(each.sources, each.codes, each.coders, set(each.segments)) for each in (one, other)]
    return rest[0] == rest[1]


def _check_scheme(
    project: Project,
    scheme: Scheme,
    codes: Mapping[str, Code],
    claims: Collection[str] | None,
    where: str,
    problems: Problems,
) -> None:
    known_codes = {name for entry in project.codes for name in (entry.guid, entry.name)}
    known_sources = {name for each in project.sources for name in (each.guid, each.name)}
    for name in scheme.unknown(known_codes, known_sources):
        problems.add("codes.yml", f"names {name!r}", f"a code or text of {where}", "correct the name")
    for code in codes.values():
        if claims is not None and code.claim is not None and code.claim not in claims:
            problems.add(
                f"{where}: code {code.name!r}", f"unknown claim {code.claim}", ", ".join(claims), IN_PROJECT
            )
    names = [user.name for user in project.users]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add(f"{where}: user {name!r}", "is there more than once", "one of a name", IN_PROJECT)


def _source(
    source: TextSource,
    project: Project,
    scheme: Scheme,
    codes: Mapping[str, Code],
    where: str,
    problems: Problems,
) -> Source:
    place = f"{where}: source {source.name!r}"
    said = scheme.sources.get(source.guid, scheme.sources.get(source.name, {}))
    cases = [case for case in project.cases if source.guid in case.sources]
    variables = {name: value for case in cases for name, value in case.variables.items()} | dict(
        source.variables
    )
    found = {name: said.get(name, variables.get(own, "")) for name, own in scheme.variables.items()}
    levels = {codes[each.code].level for each in source.codings if codes[each.code].kind == "level"}
    level = found["level"] or next(iter(levels), "") if len(levels) < 2 else ""
    synthetic = TRUTH.get(str(found["synthetic"] or "false").strip().lower())
    if synthetic is None:
        problems.add(place, f"synthetic is {found['synthetic']!r}", "true or false", IN_PROJECT)
    case = found["case"] or (cases[0].name if len(cases) == 1 else scheme.case)
    kind = cast("SourceKind", (found["kind"] or "interview").strip().lower())
    if not case:
        problems.add(place, "belongs to no place, or to several", "a variable or one case", IN_PROJECT)
    if len(levels) > 1:
        problems.add(place, "is coded with several levels", "one", IN_PROJECT)
    return Source(_id(source), case, kind, level or "", source.text, bool(synthetic))


def _id(source: TextSource) -> str:
    return source.name or source.guid


def _segments(
    source: TextSource, project: Project, codes: Mapping[str, Code], where: str, problems: Problems
) -> Iterator[Segment]:
    users = {user.guid: user.name for user in project.users}
    # With one user nobody else can have coded; some programs leave it out then.
    alone = next(iter(users.values())) if len(users) == 1 else None
    passages: dict[tuple[int, int, str], _Passage] = {}
    for selection, coding in ((each, coding) for each in source.selections for coding in each.codings):
        coder = users.get(coding.user or "", alone)
        if coder is None:
            place = f"{where}: source {source.name!r}, passage {selection.guid}"
            problems.add(place, "is coded by nobody", "creatingUser on each coding", IN_PROJECT)
            continue
        passage = passages.setdefault((selection.start, selection.end, coder), _Passage())
        passage.add(codes[coding.code])
    for (start, end, coder), passage in passages.items():
        if fault := passage.fault():
            place = f"{where}: source {source.name!r}, characters {start}-{end}, coder {coder!r}"
            problems.add(place, fault, "one stance for each claim; '+-' for a conditional one", IN_PROJECT)
            continue
        for claim, stance in passage.readings():
            if claim is not None or passage.emergent:
                yield Segment(_id(source), start, end, coder, claim, stance, tuple(passage.emergent))


def _text_source(
    source: Source, guid: str, corpus: Corpus, users: Mapping[str, User], problems: Problems
) -> TextSource:
    segments = [segment for segment in corpus.segments if segment.source == source.id]
    selections = tuple(
        Selection(
            made_guid("passage", source.id, number),
            segment.start,
            segment.end,
            tuple(
                Coding(code, users[segment.coder].guid)
                for code in _codes_for(segment, corpus.codes, problems)
            ),
        )
        for number, segment in enumerate(segments)
    )
    found = {"case": source.case, "kind": source.kind, "level": source.level}
    variables = {name: value for name, value in found.items() if value}
    variables["synthetic"] = str(source.synthetic).lower()
    return TextSource(guid, source.id, source.text, variables=variables, selections=selections)


def _codes_for(segment: Segment, codes: Sequence[Code], problems: Problems) -> list[str]:
    """Give the GUIDs that say what a segment says."""
    if segment.claim is None:
        return list(segment.emergent)
    wanted = (segment.claim, segment.stance)
    whole = [code.guid for code in codes if code.kind == "claim" and (code.claim, code.stance) == wanted]
    claims = [
        code.guid for code in codes if (code.kind, code.claim, code.stance) == ("claim", segment.claim, None)
    ]
    stances = [code.guid for code in codes if (code.kind, code.stance) == ("stance", segment.stance)]
    if whole:
        return [whole[0], *segment.emergent]
    if claims and stances:
        return [claims[0], stances[0], *segment.emergent]
    problems.add(
        f"source {segment.source!r}", f"no code for {segment.claim} {segment.stance}", "one in codes"
    )
    return []
