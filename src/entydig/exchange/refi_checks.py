"""What must hold of a project whatever it says: one thing per GUID, nothing named that is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from entydig.errors import Problems
from entydig.exchange.refi_codebook import check_codes
from entydig.exchange.refi_project import Project

__all__ = ["check_project"]

CORRECT = "correct it in the program the project comes from, export again"


def check_project(project: Project, where: str, problems: Problems) -> None:
    """Note GUIDs that stand twice and references to what is not there."""
    check_codes(project.codes, where, problems)
    for kind, guid in _repeated(project):
        problems.add(f"{where}: {kind} {guid}", "its GUID stands twice", "one of each", CORRECT)
    codes = {code.guid for code in project.codes}
    users = {user.guid for user in project.users}
    sources = {source.guid for source in project.sources}
    for place, code, user in _codings(project):
        if code not in codes:
            problems.add(
                f"{where}: {place}", f"is given the unknown code {code}", "a code of the book", CORRECT
            )
        if user is not None and user not in users:
            problems.add(f"{where}: {place}", f"is coded by the unknown user {user}", "one of Users", CORRECT)
    for place, code in ((f"set {each.name!r}", code) for each in project.sets for code in each.codes):
        if code not in codes:
            problems.add(f"{where}: {place}", f"names the unknown code {code}", "a code of the book", CORRECT)
    for place, source in _memberships(project):
        if source not in sources:
            problems.add(f"{where}: {place}", f"names the unknown source {source}", "one of Sources", CORRECT)


def _repeated(project: Project) -> list[tuple[str, str]]:
    kinds = {
        "user": [each.guid for each in project.users],
        "case": [each.guid for each in project.cases],
        "set": [each.guid for each in project.sets],
        # Their texts share a folder of the archive.
        "text": [source.guid for source in project.sources] + [note.guid for note in project.notes],
        "passage": [each.guid for source in project.sources for each in source.selections],
    }
    return [
        (kind, guid) for kind, guids in kinds.items() for guid, count in Counter(guids).items() if count > 1
    ]


def _codings(project: Project) -> Iterator[tuple[str, str, str | None]]:
    for source in project.sources:
        for coding in source.codings:
            yield f"source {source.name!r}", coding.code, coding.user
        for selection in source.selections:
            for coding in selection.codings:
                yield f"source {source.name!r}, passage {selection.guid}", coding.code, coding.user


def _memberships(project: Project) -> Iterator[tuple[str, str]]:
    for case in project.cases:
        yield from ((f"case {case.name!r}", source) for source in case.sources)
    for each in project.sets:
        yield from ((f"set {each.name!r}", source) for source in each.sources)
