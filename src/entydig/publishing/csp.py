"""What a page may load and run, written into the page itself: only what lies in its own site."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

__all__ = ["policy", "protect", "protect_folder", "setup_csp"]

# For Firefox a page that lies in a folder has no origin, so that 'self' alone would allow it nothing.
OWN = "'self' file:"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
TYPE = re.compile(r"""\btype\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
RUN = {"", "module", "text/javascript", "application/javascript"}
CHARSET = re.compile(r"<meta\s+charset=[^>]*>", re.IGNORECASE)
PRESENT = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
# Sphinx keeps a language's rule for plurals as text and makes a function of it, and has a link that is a script: the
# policy forbids both. The link is listened to in entydig.js.
EVALUATED = {
    "doctools.js": (
        re.compile(r"new Function\(\s*\"n\",\s*`[^`]*`\s*\)"),
        "(n) => Number(catalog.plural_expr(n))",
    ),
    "sphinx_highlight.js": (re.compile(r"javascript:[^\"]*"), "#searchbox"),
    "translations.js": (re.compile(r'("plural_expr": )"([^"]*)"'), r"\1(n) => \2"),
}


def setup_csp(app: Sphinx) -> None:
    """Let every page of a site carry its policy, after all else has been done to it."""
    app.connect("config-inited", _without_requests, priority=70)
    app.connect("build-finished", _protect_site, priority=990)


def protect(page: str) -> str:
    """Give a page its policy in place of any it has.

    Parameters
    ----------
    page : str
        A finished HTML page that names its character set; one that does not is returned without a policy.

    Returns
    -------
    str

    Examples
    --------
    >>> page = protect('<meta charset="utf-8"><script>go()</script>')
    >>> page.splitlines()[1].split("; ")[1]
    "script-src 'self' file: 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"
    """
    page = PRESENT.sub("", page)
    tag = f'\n<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return CHARSET.sub(lambda found: found[0] + tag, page, count=1)


def policy(page: str) -> str:
    """Say what a page may load: files of its site, and of the scripts inside it those it has now.

    Parameters
    ----------
    page : str
        A finished HTML page.

    Returns
    -------
    str
        The directives.  Nothing may be asked for by a script (``connect-src`` falls back to ``'none'``).
    """
    hashes = sorted({_hash(script) for script in _inline_scripts(page)})
    directives = {
        "default-src": "'none'",
        "script-src": " ".join([OWN, *hashes]),
        "style-src": f"{OWN} 'unsafe-inline'",
        "img-src": f"{OWN} data:",
        "font-src": f"{OWN} data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": OWN,
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def protect_folder(folder: Path) -> None:
    """Protect every page of a finished site."""
    for file in sorted(folder.rglob("*.html")):
        page = file.read_text(encoding="utf-8")
        file.write_text(protect(page), encoding="utf-8")


def _inline_scripts(page: str) -> list[str]:
    """Give the scripts that a browser would run; data in a script element it only keeps."""
    found = []
    for attributes, content in SCRIPT.findall(page):
        kind = TYPE.search(attributes)
        if not re.search(r"\bsrc\s*=", attributes) and (kind[1].lower() if kind else "") in RUN:
            found.append(content)
    return found


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


# Each of these hears an event; see "Event callbacks" in Sphinx's documentation for what it is given.
def _without_requests(app: Sphinx, config: Config) -> None:
    """Let the site's scripts ask for no file: pages in a folder may not, and a site behaves alike everywhere."""
    config.html_show_search_summary = False
    # The menu is in English, each formula in it a stop for the keyboard, and what it offers lies elsewhere.
    config.mathjax3_config = {"options": {"enableMenu": False}, **(config.mathjax3_config or {})}


def _protect_site(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        _write_out(Path(app.outdir) / "_static")
        protect_folder(Path(app.outdir))


def _write_out(scripts: Path) -> None:
    """Write as part of a script what it would evaluate."""
    for name, (evaluated, written) in EVALUATED.items():
        file = scripts / name
        if file.is_file():
            script = file.read_text(encoding="utf-8")
            file.write_text(evaluated.sub(written, script), encoding="utf-8")
