"""Content keys: what a result depends on, part by part."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.running.notebook import notebook_digest, read_source
from entydig.running.reads import SHIPPED, files

__all__ = ["ContentKey", "content_key", "digest_of", "file_digest", "machine", "package_digest"]

LOCK = "requirements.lock"
OWN = "entydig-"  # the package itself counts by its source


@dataclass(frozen=True)
class ContentKey:
    """A digest for each thing a run depends on.

    Attributes
    ----------
    parts : mapping
        ``notebook``, ``parameters``, ``language``, ``package``, ``lock``, those of `machine`, one entry for each
        data file by its path, and ``records`` for a notebook of stage 2; each a SHA-256 in hexadecimal.
    """

    parts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", MappingProxyType(dict(sorted(self.parts.items()))))

    def __reduce__(self) -> tuple[type[ContentKey], tuple[dict[str, str]]]:
        return ContentKey, (dict(self.parts),)

    @property
    def digest(self) -> str:
        """One digest over all parts."""
        return digest_of(dict(self.parts))

    @property
    def data(self) -> str:
        """One digest over the data files alone."""
        return digest_of({name: value for name, value in self.parts.items() if "/" in name})

    def differs(self, other: ContentKey) -> tuple[str, ...]:
        """Name the parts in which two keys differ, including those only one of them has."""
        names = sorted(set(self.parts) | set(other.parts))
        return tuple(name for name in names if self.parts.get(name) != other.parts.get(name))

    def as_metadata(self) -> dict[str, Any]:
        """Give what is written into the executed notebook as ``entydig.key``."""
        return {"digest": self.digest, "data": self.data, "parts": dict(self.parts)}


def content_key(
    root: Path,
    notebook: Path,
    language: str,
    parameters: Mapping[str, Any],
    *,
    reads: Sequence[str],
    package: str,
    records: str | None = None,
    data: str = SHIPPED,
) -> ContentKey:
    """Compute the key of one run.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        The notebook, relative to the project.
    language : str
    parameters : mapping
        As handed to the notebook; JSON values.
    reads : sequence of str
        The globs the notebook declares, relative to the project; see `entydig.running.reads`.
    package : str
        Digest of the machinery's source (`package_digest`).
    records : str, optional
        Digest of the records of stage 1, for a notebook of stage 2.
    data : str
        The answers the run is on, as its parameter ``data`` or that parameter's default says.

    Returns
    -------
    ContentKey
        Equal wherever the project stands: paths are relative with ``/``, line ends of text do not count.
        Another Python, processor or installed package is another key, since numbers may move with them.

    Raises
    ------
    NotebookError
        The notebook cannot be read, or a declared glob matches no file.
    """
    parts = {
        "notebook": notebook_digest(read_source(root / notebook, notebook.as_posix())),
        "parameters": digest_of(dict(parameters)),
        "language": _sha256(language.encode()),
        "package": package,
        **machine(),
        **{name: file_digest(file) for name, file in files(root, notebook, reads, data).items()},
    }
    if (root / LOCK).is_file():
        parts["lock"] = file_digest(root / LOCK)
    if records is not None:
        parts["records"] = records
    return ContentKey(parts)


@cache
def _machine() -> tuple[str, str]:
    system = os.uname() if hasattr(os, "uname") else None
    python = [sys.implementation.name, sys.version, sys.platform, system.machine if system else ""]
    folders = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    names = {
        entry.name
        for folder in folders
        if folder.is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith((".dist-info", ".egg-info")) and not entry.name.startswith(OWN)
    }
    return digest_of(python), digest_of(sorted(names))


def machine() -> dict[str, str]:
    """Give the parts that the machine has in a key.

    Returns
    -------
    dict
        ``python``: version, system and processor; ``packages``: name and version of each installed package,
        since a lock tells what should be installed, not what is.
    """
    python, packages = _machine()
    return {"python": python, "packages": packages}


def file_digest(file: Path) -> str:
    """SHA-256 of a file; the line ends of a text file do not count."""
    content = file.read_bytes()
    return _sha256(content if b"\0" in content else content.replace(b"\r\n", b"\n"))


def package_digest(folder: Path) -> str:
    """Digest of a package's source files, caches left out."""
    sources = sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return digest_of({file.relative_to(folder).as_posix(): file_digest(file) for file in sources})


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value, whatever order its names stand in."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _sha256(canonical.encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
