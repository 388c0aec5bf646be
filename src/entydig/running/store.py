"""Content keys: what a result depends on, part by part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat

from entydig.errors import NotebookError, Problem

__all__ = ["ALWAYS", "ContentKey", "content_key", "file_digest", "notebook_digest", "package_digest"]

# Every notebook depends on these, whether it declares them or not.
ALWAYS = ("data/instrument.yml", "data/claims.yml", "data/decisions.yml")

LOCK = "requirements.lock"


@dataclass(frozen=True)
class ContentKey:
    """A digest for each thing a run depends on.

    Attributes
    ----------
    parts : mapping
        ``notebook``, ``parameters``, ``language``, ``package``, ``lock``, one entry for each data file by its
        path, and ``records`` for a notebook of stage 2; each a SHA-256 in hexadecimal.
    """

    parts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", MappingProxyType(dict(sorted(self.parts.items()))))

    def __reduce__(self) -> tuple[type[ContentKey], tuple[dict[str, str]]]:
        return ContentKey, (dict(self.parts),)

    @property
    def digest(self) -> str:
        """One digest over all parts."""
        return _sha256(_canonical(dict(self.parts)))

    @property
    def data(self) -> str:
        """One digest over the data files alone."""
        return _sha256(_canonical({name: value for name, value in self.parts.items() if "/" in name}))

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
        The globs the notebook declares, relative to the project.  `ALWAYS` is added.
    package : str
        Digest of the machinery's source (`package_digest`).
    records : str, optional
        Digest of the records of stage 1, for a notebook of stage 2.

    Returns
    -------
    ContentKey
        Equal on every machine: paths are relative with ``/``, line ends of text do not count.

    Raises
    ------
    NotebookError
        A declared glob matches no file.
    """
    parts = {
        "notebook": notebook_digest(root / notebook),
        "parameters": _sha256(_canonical(dict(parameters))),
        "language": _sha256(language.encode()),
        "package": package,
    }
    if (root / LOCK).is_file():
        parts["lock"] = file_digest(root / LOCK)
    for file in _data_files(root, notebook, reads):
        parts[file.relative_to(root).as_posix()] = file_digest(file)
    if records is not None:
        parts["records"] = records
    return ContentKey(parts)


def notebook_digest(notebook: Path) -> str:
    """Digest of what a notebook says: cells, tags, and metadata; no outputs and no execution counts."""
    content = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        cell.metadata.pop("user_expressions", None)
        cell.source = cell.source.replace("\r\n", "\n")
    # Front ends rewrite it whenever they save.
    content.metadata.pop("language_info", None)
    return _sha256(_canonical(content))


def file_digest(file: Path) -> str:
    """SHA-256 of a file; the line ends of a text file do not count."""
    content = file.read_bytes()
    return _sha256(content if b"\0" in content else content.replace(b"\r\n", b"\n"))


def package_digest(folder: Path) -> str:
    """Digest of a package's source files, caches left out."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return _sha256(_canonical({file.relative_to(folder).as_posix(): file_digest(file) for file in files}))


def _data_files(root: Path, notebook: Path, reads: Sequence[str]) -> Iterable[Path]:
    found = {root / name for name in ALWAYS if (root / name).is_file()}
    for pattern in reads:
        matched = {file for file in root.glob(pattern) if file.is_file()}
        if not matched:
            problem = f"metadata entydig.reads: {pattern!r} matches no file"
            raise NotebookError(Problem(notebook.as_posix(), problem, "a glob relative to the project"))
        found |= matched
    return sorted(found)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
