"""The link by which a reader reports an error: to a mail address or a tracker, with what was read written into it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from entydig.errors import BookError, Problem

__all__ = ["report_link", "report_target"]

MAIL = re.compile(r"[^\s@<>\"',;:/?]+@[\w-]+(\.[\w-]+)+")
# How the forges take a new issue's text; others are given with the places named.
FORGES = {
    "github.com": "/issues/new?title={title}&body={body}",
    "codeberg.org": "/issues/new?title={title}&body={body}",
    "gitlab.com": "/-/issues/new?issue[title]={title}&issue[description]={body}",
}
EXPECTED = (
    "a mail address, a repository on "
    + ", ".join(FORGES)
    + ", or another tracker's address with {title} and {body}"
)


def report_target(config: Mapping[str, Any]) -> str:
    """Read where errors are reported: ``entydig: report:`` of `_config.yml`.

    Parameters
    ----------
    config : mapping
        The content of `_config.yml`.

    Returns
    -------
    str
        An address with the places ``{title}`` and ``{body}``; empty where nothing is set.

    Raises
    ------
    BookError
        It is neither a mail address nor an address of the web that can take a report.
    """
    given = str(config.get("entydig", {}).get("report") or "").strip()
    address = urlsplit(given)
    if not given:
        return ""
    if MAIL.fullmatch(given.removeprefix("mailto:")):
        return f"mailto:{given.removeprefix('mailto:')}?subject={{title}}&body={{body}}"
    if address.scheme in ("http", "https") and address.netloc:
        if "{title}" in given or "{body}" in given:
            return given
        if address.netloc in FORGES:
            return given.rstrip("/").removesuffix(".git") + FORGES[address.netloc]
    raise BookError(Problem("_config.yml, entydig: report:", repr(given), EXPECTED))


def report_link(target: str, title: str, body: str) -> str:
    """Fill an address that `report_target` gave.

    Parameters
    ----------
    target : str
    title, body : str
        As plain text.
    """
    written = {"title": quote(title, safe=""), "body": quote(body.replace("\n", "\r\n"), safe="")}
    return re.sub(r"\{(title|body)\}", lambda found: written[found[1]], target)
