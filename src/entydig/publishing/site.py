"""The whole site: every language staged, built by Jupyter Book, and put in place in one step."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from babel import Locale
from markdown_it import MarkdownIt

from entydig.errors import BookError, Problem
from entydig.publishing.citing import SETTING, citing_settings
from entydig.publishing.configuration import Edition, documents, editions, read_yaml
from entydig.publishing.csp import protect
from entydig.publishing.folders import MAIN, Site, build_folders
from entydig.publishing.fonts import web_fonts
from entydig.publishing.glossary import GLOSSARY, read_glossary
from entydig.publishing.staging import public_pages, stage
from entydig.publishing.weight import budget_of, check_weight, weigh
from entydig.wording import text

if TYPE_CHECKING:
    from entydig.publishing.claim_pages import Collection

__all__ = ["MAIN", "Site", "build_folders", "build_site", "inline_html", "language_name"]

Finish = Callable[[Path, Path], None]
# A book is built and gone: collecting garbage costs a tenth of the time.  The grammar of web addresses that jsonschema
# would load takes a second, and nothing here asks for it.
BUILDER = (
    "import gc, sys; gc.disable(); sys.modules['rfc3987_syntax'] = None; "
    "from jupyter_book.cli.main import main; main()"
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"(WARNING|ERROR|CRITICAL|Exception occurred|Extension error)")
# What the next build or a developer of the theme would use, a reader never.
LEFTOVERS = (
    ".buildinfo",
    "_static/locales",
    "_static/sphinx-thebe.*",
    "_static/**/*.map",
    "_static/**/fa-*.ttf",
    "_static/*webpack-macros.html",
)


def build_site(
    root: Path,
    build: str = MAIN,
    toc: Mapping[str, Any] | None = None,
    *,
    languages: Sequence[str] | None = None,
    noindex: bool = False,
    notes: Mapping[str, str] | None = None,
    claims: Collection | None = None,
    made_from: str = "",
    finish: Finish | None = None,
    printed: Sequence[str] = (),
) -> Site:
    """Build the site of a build from its executed notebooks.

    Parameters
    ----------
    root : Path
        The project, with `_config.yml`, `_toc.yml` and ``_build/runs/<build>/<language>``.
    build : str
        The build's name.
    toc : mapping, optional
        The edition's table of contents (`entydig.publishing.contents`); all of `_toc.yml` without it.
    languages : sequence of str, optional
        Which of the book's languages; all without it.
    noindex : bool
        The site is on synthetic data: every page says so, and asks search engines to leave it out.
    notes : mapping, optional
        From language to a line of Markdown that stands above everything else on each page.
    claims : Collection, optional
        Gives each claim a page of its own.
    made_from : str
        Digest of what the build was made from, which each page names; empty where it is not known.
    finish : callable, optional
        Is given the staged books and the made site before this takes the old one's place, and adds to it.
    printed : sequence of str
        What `finish` adds in print: files ``<name>-<language>.pdf``, which every page then offers.

    Returns
    -------
    Site

    Raises
    ------
    BookError
        The configuration, the glossary, a page, or Jupyter Book itself has something to complain of, warnings
        count; or a page weighs more than its budget.  The old site stays as it was.
    """
    config, toc = read_yaml(root / "_config.yml"), toc or read_yaml(root / "_toc.yml")
    chosen = _chosen(editions(config), languages)
    read_glossary(root / GLOSSARY, [each.language for each in editions(config)])
    book, site = build_folders(root, build)
    fonts, budget = web_fonts(root / "_build" / "fonts"), budget_of(config)
    pages: dict[str, int] = {}
    problems: list[Problem] = []
    for edition in chosen:
        runs = root / "_build" / "runs" / build / edition.language
        settings = _settings(edition, chosen, fonts, noindex)
        settings["entydig_edition"] = (notes or {}).get(edition.language, "")
        settings["entydig_printed"] = list(printed)
        settings["entydig_public"] = public_pages(runs, documents(toc))
        settings[SETTING] = citing_settings(
            root, runs, config, edition, claims, build=made_from, synthetic=noindex
        )
        try:
            pages[edition.language] = stage(
                root, runs, book / edition.language, config, toc, edition, settings, claims
            )
        except BookError as error:
            problems += error.problems
    if problems:
        raise BookError(*problems)
    with TemporaryDirectory(prefix=f".{site.name}-", dir=site.parent) as temporary:
        _run_jupyter_book(book, Path(temporary), chosen)
        made = _assemble(Path(temporary), chosen, documents(toc)[0], noindex, notes or {})
        if finish is not None:
            finish(book, made)
        weights = weigh(made)
        check_weight(weights, budget)
        _replace(made, site)
    return Site(site, pages, str(weights[0]))


def inline_html(markdown: str) -> str:
    """Write one line of Markdown as HTML; HTML in it is shown, not obeyed."""
    return str(MarkdownIt("commonmark", {"html": False}).renderInline(markdown)) if markdown else ""


def language_name(language: str) -> str:
    """Give a language's name in itself, such as ``Dansk``."""
    name = str(Locale.parse(language).get_display_name(language) or language)
    return name[:1].upper() + name[1:]


def _chosen(known: Sequence[Edition], languages: Sequence[str] | None) -> tuple[Edition, ...]:
    names = [edition.language for edition in known]
    unknown = [language for language in languages or () if language not in names]
    if unknown:
        found = f"no texts for {', '.join(unknown)}"
        raise BookError(Problem("_config.yml, entydig: languages:", found, f"one of {', '.join(names)}"))
    return tuple(edition for edition in known if languages is None or edition.language in languages)


def _settings(edition: Edition, chosen: Sequence[Edition], fonts: Path, noindex: bool) -> dict[str, Any]:
    return {
        "entydig_staged": True,
        "entydig_languages": [each.language for each in chosen],
        "entydig_description": edition.description,
        "entydig_banner": edition.banner if noindex else "",
        "entydig_foot": edition.foot,
        "entydig_noindex": noindex,
        "entydig_fonts": str(fonts.resolve()),
    }


def _run_jupyter_book(book: Path, output: Path, chosen: Sequence[Edition]) -> None:
    """Build all languages side by side; fail with the warnings of all of them."""
    started = {
        edition.language: _start(book / edition.language, output / edition.language) for edition in chosen
    }
    problems: list[Problem] = []
    for language, process in started.items():
        printed = ANSI.sub("", process.communicate()[0])
        if process.returncode:
            problems += _complaints(printed, book, language)
    if problems:
        raise BookError(*problems)


def _start(source: Path, output: Path) -> subprocess.Popen[str]:
    options = ["-W", "--keep-going", "-n", "-q", "--path-output", str(output)]
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            BUILDER,
            "build",
            str(source),
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
    )


def _complaints(printed: str, book: Path, language: str) -> list[Problem]:
    """Give each warning of Jupyter Book with its page, or the end of what it printed when there is none."""
    lines = [line.replace(f"{book.resolve()}/", "").replace(f"{book}/", "") for line in printed.splitlines()]
    warnings = [
        line.strip() for line in lines if WARNING.search(line) and "warnings treated as errors" not in line
    ]
    shown = list(dict.fromkeys(warnings)) or ["\n".join(lines[-20:])]
    return [Problem(f"site [{language}]", line) for line in shown]


def _assemble(
    temporary: Path, chosen: Sequence[Edition], first_page: str, noindex: bool, notes: Mapping[str, str]
) -> Path:
    """Lay the built languages into one folder with a root page."""
    made = temporary / "site"
    made.mkdir()
    for edition in chosen:
        target = made / edition.language
        shutil.move(temporary / edition.language / "_build" / "html", target)
        for leftover in [found for pattern in LEFTOVERS for found in target.glob(pattern)]:
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        if first_page != "index":
            redirect = _redirect(edition, chosen, f"{first_page}.html")
            (target / "index.html").write_text(protect(redirect), encoding="utf-8")
    (made / "index.html").write_text(protect(_root_page(chosen, noindex, notes)), encoding="utf-8")
    return made


def _redirect(edition: Edition, chosen: Sequence[Edition], page: str) -> str:
    title, link = html.escape(edition.title), html.escape(page)
    return (
        f'<!DOCTYPE html>\n<html lang="{edition.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n{_alternates(chosen, '../')}"
        f'<meta http-equiv="refresh" content="0; url={link}">\n<meta name="robots" content="noindex">\n'
        f'<link rel="icon" href="_static/entydig.svg">\n<link rel="canonical" href="{link}">\n</head>\n'
        f'<body><main><h1><a href="{link}">{title}</a></h1></main></body>\n</html>\n'
    )


def _alternates(chosen: Sequence[Edition], up: str = "") -> str:
    """Name the first page in every language, where there is a choice."""
    names = [each.language for each in chosen] if len(chosen) > 1 else []
    links = (f'<link rel="alternate" hreflang="{each}" href="{up}{each}/index.html">\n' for each in names)
    return "".join(links)


def _root_page(chosen: Sequence[Edition], noindex: bool, notes: Mapping[str, str]) -> str:
    """A page that offers the languages; plain HTML, so that it works from a folder and without a script."""
    first = chosen[0]
    entries = "\n".join(_entry(edition) for edition in chosen)
    robots = '<meta name="robots" content="noindex">\n' if noindex else ""
    # As on every page: how the build departs from the registered one, and that its answers were made up.
    lines = [
        (each, line)
        for each in chosen
        for line in (notes.get(each.language), noindex and each.banner)
        if line
    ]
    said = "".join(f'<p lang="{each.language}">{inline_html(line)}</p>\n' for each, line in lines)
    title, heading = html.escape(first.title), html.escape(text("languages_title", first.language))
    return f"""<!DOCTYPE html>
<html lang="{first.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{robots}{_alternates(chosen)}<link rel="icon" href="{first.language}/_static/entydig.svg">
<link rel="stylesheet" href="{first.language}/_static/entydig.css">
</head>
<body class="entydig-root">
<main>
<h1>{title}</h1>
{said}<nav aria-label="{heading}">
<ul>
{entries}
</ul>
</nav>
</main>
</body>
</html>
"""


def _entry(edition: Edition) -> str:
    language, name = edition.language, html.escape(language_name(edition.language))
    about = " – ".join(html.escape(each) for each in (edition.title, edition.description) if each)
    return (
        f'<li lang="{language}"><a href="{language}/index.html" hreflang="{language}">'
        f"<strong>{name}</strong></a><span>{about}</span></li>"
    )


def _replace(made: Path, site: Path) -> None:
    """Put the new site where the old one stands."""
    outdated = made.parent / "outdated"
    if site.exists():
        site.rename(outdated)
    made.rename(site)
