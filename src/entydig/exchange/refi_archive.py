"""The zip of a project: looked at in full before a byte is unpacked, and never unpacked to disk."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from entydig.errors import DataError, Problem, Problems

__all__ = ["Archive", "Limits", "archive_bytes", "read_archive"]

PROJECT_FILE = "project.qde"
SOURCES = "sources"
INTERNAL = "internal://"
ENCRYPTED = 0x1
KNOWN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Text of a few hundred kilobytes may well shrink a hundredfold; a bomb is large as well as dense.
RATIO_FROM = 1_000_000
EARLIEST = (1980, 1, 1, 0, 0, 0)
READABLE = (stat.S_IFREG | 0o644) << 16
DRIVE = re.compile(r"^[A-Za-z]:")
EXPORT_AGAIN = "export the project again"


@dataclass(frozen=True)
class Limits:
    """How large an archive may be: bytes of a member and of all, unpacked; bytes out per byte in; members."""

    member: int = 100_000_000
    total: int = 500_000_000
    ratio: int = 200
    members: int = 10_000


@dataclass(frozen=True)
class Archive:
    """The files of a project, not yet unpacked.

    Attributes
    ----------
    where : str
        The archive, for messages.
    """

    where: str
    content: bytes
    members: Mapping[str, str]

    def find(self, path: str) -> str | None:
        """Give the member that an ``internal://`` path means, whatever the case of its folder, or None."""
        name = path.removeprefix(INTERNAL).lstrip("/")
        for each in (f"{SOURCES}/{name}", name, f"{SOURCES}/{unquote(name)}", unquote(name)):
            if each.lower() in self.members:
                return self.members[each.lower()]
        return None

    def read(self, member: str) -> bytes:
        """Unpack one member in memory.

        Raises
        ------
        DataError
            Its bytes are damaged.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                return archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise DataError(
                Problem(f"{self.where}: {member}", "its bytes are damaged", "an intact file", EXPORT_AGAIN)
            ) from error


def read_archive(path: Path, limits: Limits | None = None) -> Archive:
    """Open a ``.qdpx`` and check every entry of its directory.

    Parameters
    ----------
    path : Path
    limits : Limits, optional

    Returns
    -------
    Archive
        Member names are found in any letter case.

    Raises
    ------
    DataError
        The file is missing, no zip, or too large; a member is encrypted, a link, named outside the archive, there
        twice, too large or too dense; there is no ``project.qde``. All of it at once.
    """
    limits = limits or Limits()
    content = _content(path, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DataError(
            Problem(
                str(path),
                "is not a zip archive",
                "a REFI-QDA project (.qdpx)",
                "export it as a REFI-QDA project",
            )
        ) from error
    problems = Problems()
    _check_sizes(str(path), entries, limits, problems)
    for entry in entries[: limits.members]:
        _check_entry(str(path), entry, limits, problems)
    members = {_plain(entry.filename).lower(): entry.filename for entry in entries if not entry.is_dir()}
    if PROJECT_FILE not in members:
        problems.add(str(path), f"holds no {PROJECT_FILE}", "a REFI-QDA project (.qdpx)", EXPORT_AGAIN)
    problems.raise_if_any()
    return Archive(str(path), content, members)


def archive_bytes(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that the same files give the same bytes everywhere.

    Order and time are fixed, and nothing is compressed, since versions of zlib compress differently.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=lambda each: (each != PROJECT_FILE, each)):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = 3, READABLE
            archive.writestr(entry, files[name])
    return target.getvalue()


def _content(path: Path, limits: Limits) -> bytes:
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "a .qdpx file", "correct the name"))
    if (size := path.stat().st_size) > limits.total:
        raise DataError(
            Problem(str(path), f"has {size} bytes", f"at most {limits.total}", "leave out recordings")
        )
    return path.read_bytes()


def _check_sizes(where: str, entries: list[zipfile.ZipInfo], limits: Limits, problems: Problems) -> None:
    if len(entries) > limits.members:
        problems.add(
            where, f"holds {len(entries)} members", f"at most {limits.members}", "export fewer sources"
        )
    if (total := sum(entry.file_size for entry in entries)) > limits.total:
        problems.add(
            where, f"unpacks to {total} bytes", f"at most {limits.total} in all", "leave out recordings"
        )
    names = Counter(_plain(entry.filename).lower() for entry in entries)
    for name in sorted(name for name, count in names.items() if count > 1):
        problems.add(f"{where}: {name}", f"stands {names[name]} times in the archive", "once", EXPORT_AGAIN)


def _check_entry(where: str, entry: zipfile.ZipInfo, limits: Limits, problems: Problems) -> None:
    faults = {
        "is named outside the archive": not _inside(entry.filename),
        "is a symbolic link": stat.S_ISLNK(entry.external_attr >> 16),
        "is encrypted": bool(entry.flag_bits & ENCRYPTED),
        f"is packed by method {entry.compress_type}": entry.compress_type not in KNOWN_METHODS,
        f"unpacks to {entry.file_size} bytes": entry.file_size > limits.member,
        f"unpacks to over {limits.ratio} times its size": entry.file_size > RATIO_FROM
        and entry.file_size > limits.ratio * entry.compress_size,
    }
    for found in (fault for fault, holds in faults.items() if holds):
        problems.add(
            f"{where}: member {entry.filename!r}",
            found,
            f"a plain, open file inside the archive of at most {limits.member} bytes",
            "do not use this file unless you know who made it, or " + EXPORT_AGAIN,
        )


def _inside(name: str) -> bool:
    plain = _plain(name)
    return not (plain.startswith("/") or DRIVE.match(plain) or ".." in plain.split("/") or "\0" in plain)


def _plain(name: str) -> str:
    return name.replace("\\", "/")
