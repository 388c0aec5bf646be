"""What a finished site was made from and what it holds, so that one that is up to date is left alone."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.publishing.configuration import documents
from entydig.publishing.folders import build_folders
from entydig.running.objects import write_object
from entydig.running.runs import Result
from entydig.running.store import LOCK, ContentKey, digest_of, file_digest, machine

__all__ = ["Manifest", "files_of", "site_key"]

VERSION = 1
CONFIGURATION = ("_config.yml", "_toc.yml", "CHANGELOG.md", "CITATION.cff", LOCK)
# What the claims' own pages are written from, beside the records.
REGISTERED = tuple(
    f"data/{name}"
    for name in ("claims.yml", "instrument.yml", "decisions.yml", "worlds.yml", "diagnosis.csv")
)
ASSETS = "book"


@dataclass(frozen=True)
class Manifest:
    """A site that was finished.

    Attributes
    ----------
    key : ContentKey
        What it was made from (`site_key`).
    request : str
        Digest of what was asked for: data, decisions, parameters, languages.
    pages : mapping
        Number of pages of each language.
    claims : int
        Number of claims in its ledger.
    files : mapping
        SHA-256 of each file, by its path in the site.
    heaviest : str
        What its heaviest page weighs.
    """

    key: ContentKey
    request: str
    pages: Mapping[str, int]
    claims: int
    files: Mapping[str, str]
    heaviest: str = ""

    @classmethod
    def read(cls, root: Path, build: str) -> Manifest | None:
        """Read the manifest of a build's site; None where there is none that can be read."""
        try:
            content = json.loads(_file(root, build).read_text(encoding="utf-8"))
            if content["version"] != VERSION:
                return None
            return cls(
                ContentKey(content["key"]),
                str(content["request"]),
                {str(language): int(pages) for language, pages in content["pages"].items()},
                int(content["claims"]),
                {str(name): str(digest) for name, digest in content["files"].items()},
                str(content.get("heaviest", "")),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, root: Path, build: str) -> None:
        """Write it beside the site: ``_build/site.json``."""
        content = {
            "version": VERSION,
            "key": dict(self.key.parts),
            "request": self.request,
            "pages": dict(self.pages),
            "claims": self.claims,
            "files": dict(self.files),
            "heaviest": self.heaviest,
        }
        write_object(_file(root, build), (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())

    @staticmethod
    def forget(root: Path, build: str) -> None:
        """Delete it, before its site is touched."""
        _file(root, build).unlink(missing_ok=True)

    def faults(self, folder: Path) -> list[str]:
        """Name the files of a site, or of a copy of it, that are missing or changed."""
        return [name for name, digest in self.files.items() if _digest(folder / name) != digest]


def site_key(
    root: Path,
    results: Sequence[Result],
    languages: Sequence[str],
    toc: Mapping[str, Any],
    *,
    package: str,
    prints: bool = True,
) -> ContentKey:
    """Compute what a site depends on.

    Parameters
    ----------
    root : Path
    results : sequence of Result
        The executed notebooks.
    languages : sequence of str
        Those of the site, in order.
    toc : mapping
        The content of `_toc.yml`.
    package : str
        Digest of the machinery's source, theme and wording included.
    prints : bool
        Whether it comes with its PDFs.

    Returns
    -------
    ContentKey
        Its parts: each executed notebook by name and language, each page and each file of ``book/`` by its
        path, the configuration, the registered files, the lock, the languages, the package, Python and the
        installed packages.
    """
    pages = {root / f"{name}.md" for name in documents(toc)}
    assets = (root / ASSETS).rglob("*")
    used = sorted(
        file
        for file in {*pages, *assets, *(root / name for name in (*CONFIGURATION, *REGISTERED))}
        if file.is_file()
    )
    return ContentKey(
        {
            **{str(result.run): hashlib.sha256(result.notebook).hexdigest() for result in results},
            **{file.relative_to(root).as_posix(): file_digest(file) for file in used},
            **machine(),
            "languages": digest_of(list(languages)),
            "package": package,
            **({} if prints else {"print": "left out"}),
        }
    )


def files_of(folder: Path) -> dict[str, str]:
    """Digest every file of a folder, by its path in it."""
    found = [Path(place) / name for place, _, names in os.walk(folder) for name in names]
    return {file.relative_to(folder).as_posix(): _digest(file) or "" for file in sorted(found)}


def _digest(file: Path) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def _file(root: Path, build: str) -> Path:
    _, site = build_folders(root, build)
    return site.with_name(f"{site.name}.json")
