"""A comparison as files: a page that stands alone, and data."""

from __future__ import annotations

import json
from pathlib import Path

from entydig.errors import BookError, Problem
from entydig.publishing.export import StandalonePages
from entydig.release.compare import Comparison, content
from entydig.release.report import Report
from entydig.survey.files import write_whole

__all__ = ["write_data", "write_page"]


def write_page(root: Path, told: Report, file: Path) -> Path:
    """Write a comparison as one HTML file in the look of the site, fonts inside, no script, nothing loaded.

    Raises
    ------
    BookError
        The file cannot be written.
    """
    page = StandalonePages(root).comparison(told, told.language, synthetic=told.synthetic)
    return _write(file, page)


def write_data(found: Comparison, file: Path) -> Path:
    """Write a comparison as JSON.

    Raises
    ------
    BookError
        The file cannot be written.
    """
    return _write(file, f"{json.dumps(content(found), ensure_ascii=False, indent=1)}\n".encode())


def _write(file: Path, written: bytes) -> Path:
    try:
        return write_whole(file, written)
    except OSError as error:
        found = f"cannot be written: {error.strerror or error}"
        raise BookError(Problem(str(file), found, "a file in a folder that may be written")) from error
