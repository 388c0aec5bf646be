"""The store: executed notebooks under their content keys, whole or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Store", "Stored", "say", "write_object"]

MAGIC = "entydig-object-1"
FOLDER = Path(".cache", "store")
PART = ".part"
CANNOT = {
    "read": ("read", "what it holds is made anew"),
    "write": ("written", "results are not kept"),
}

# Generous: a collection of some thirty notebooks makes a few megabytes a build.
DAYS_UNUSED = 90
BYTES = 2 * 1024**3
# Nobody writes for so long; what is older was left by a process that was killed.
SECONDS_WRITING = 3600


@dataclass(frozen=True)
class Stored:
    """An object of the store: the executed notebook, and what is known of it."""

    content: bytes
    about: Mapping[str, Any]


def say(text: str) -> None:
    """Tell the person at the screen, on stderr."""
    sys.stderr.write(f"entydig: {text}\n")
    sys.stderr.flush()


@dataclass
class Store:
    """Objects by key in one folder, which several builds may use at the same time.

    Parameters
    ----------
    folder : Path
        Made when the first object is written.
    tell : callable
        Takes one sentence for a person; stderr unless told otherwise.
    days, limit : float, int
        What `sweep` keeps: objects used within so many days, and so many bytes in all.

    Attributes
    ----------
    damaged : set of str
        Keys whose object was found damaged, and deleted.
    """

    folder: Path
    tell: Callable[[str], None] = say
    days: float = DAYS_UNUSED
    limit: int = BYTES
    damaged: set[str] = field(default_factory=set)
    writable: bool = True
    readable: bool = True

    @classmethod
    def of(cls, root: Path, **options: Any) -> Store:
        """Give the store of a project: ``.cache/store``."""
        return cls(root / FOLDER, **options)

    def path(self, key: str) -> Path:
        """Tell where the object of a key stands."""
        return self.folder / key[:2] / key[2:]

    def __contains__(self, key: str) -> bool:
        return self.path(key).is_file()

    def find(self, key: str) -> Stored | None:
        """Read an object and verify it.

        Parameters
        ----------
        key : str
            A content key's digest.

        Returns
        -------
        Stored or None
            None when there is none, or when it is damaged: that is told, and the object is deleted, so that it
            is made anew.
        """
        file = self.path(key)
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._cannot("read", error)
            return None
        found = _verified(content, key)
        if found is None:
            self.damaged.add(key)
            self.tell(f"the stored result {file} is damaged; it is made anew")
            _remove(file)
            return None
        _touch(file)
        return found

    def keep(self, key: str, content: bytes, about: Mapping[str, Any]) -> bool:
        """Store an object; where that cannot be done it is told once, and the build goes on.

        Parameters
        ----------
        key : str
        content : bytes
        about : mapping
            JSON values.

        Returns
        -------
        bool
            Whether it is stored.
        """
        if not self.writable:
            return False
        try:
            write_object(self.path(key), _packed(key, content, about))
        except OSError as error:
            self.writable = False
            self._cannot("write", error)
            return False
        return True

    def sweep(self, keep: Collection[str] = (), now: float | None = None) -> int:
        """Delete what was long not used, then the longest unused until the rest fits; and what was left half-written.

        Parameters
        ----------
        keep : collection of str
            Keys that stay whatever their age.
        now : float, optional
            Seconds since the epoch.

        Returns
        -------
        int
            How many objects were deleted.
        """
        moment = time.time() if now is None else now
        objects, total, gone = [], 0, 0
        for entry in self._entries():
            try:
                state = entry.stat()
            except OSError:  # another build was quicker
                continue
            if entry.name.endswith(PART):
                if moment - state.st_mtime > SECONDS_WRITING:
                    _remove(Path(entry.path))
                continue
            objects.append((state.st_mtime, state.st_size, Path(entry.path)))
            total += state.st_size
        for used, size, file in sorted(objects):
            old = moment - used > self.days * 86400
            if (old or total > self.limit) and file.parent.name + file.name not in keep:
                _remove(file)
                total, gone = total - size, gone + 1
        return gone

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        try:
            for part in os.scandir(self.folder):
                if part.is_dir():
                    yield from os.scandir(part.path)
        except OSError:  # not there yet, or not to be read: nothing to delete
            return

    def _cannot(self, verb: str, error: OSError) -> None:
        if verb == "read":
            if not self.readable:
                return
            self.readable = False
        done, outcome = CANNOT[verb]
        reason = error.strerror or str(error)
        self.tell(f"the store {self.folder} cannot be {done} ({reason}); {outcome}, the build goes on")


def write_object(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file under another name beside its place, then move it there; nothing half-written stays behind.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    content : bytes
    durable : bool
        Wait for the disk, so that a power cut leaves the whole file or none.

    Raises
    ------
    OSError
        The disk is full, or may not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:40]}.{os.getpid()}.{os.urandom(4).hex()}{PART}")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        _remove(part)
        raise
    if durable:
        _sync_folder(path.parent)


def _packed(key: str, content: bytes, about: Mapping[str, Any]) -> bytes:
    line = json.dumps({"key": key, **about}, sort_keys=True, ensure_ascii=False).encode()
    body = line + b"\n" + content
    return f"{MAGIC} {hashlib.sha256(body).hexdigest()} {len(body)}\n".encode() + body


def _verified(packed: bytes, key: str) -> Stored | None:
    head, _, body = packed.partition(b"\n")
    expected = f"{MAGIC} {hashlib.sha256(body).hexdigest()} {len(body)}".encode()
    if head != expected:
        return None
    line, _, content = body.partition(b"\n")
    about = json.loads(line)
    return Stored(content, about) if about["key"] == key else None


def _sync_folder(folder: Path) -> None:
    """Make a rename last; where folders cannot be opened (Windows) the rename lasts by itself."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:  # not every file system can
        pass
    finally:
        os.close(handle)


def _touch(file: Path) -> None:
    with suppress(OSError):  # a store that may only be read
        os.utime(file)


def _remove(file: Path) -> None:
    with suppress(OSError):  # a store that may only be read
        file.unlink(missing_ok=True)
