"""Our Sphinx extension: the look, the languages, nothing from others, and the filter for a plain build.

A staged book (`entydig.publishing.site`) brings its settings; the plain ``jupyter-book build .`` at the top
of a project gives the book in its first language from the notebooks executed in ``_build/runs/main``.
"""

from __future__ import annotations

import html
import re
import shutil
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from entydig import __version__
from entydig.errors import BookError
from entydig.publishing.behind import setup_behind
from entydig.publishing.citing_pages import setup_citing
from entydig.publishing.configuration import documents, editions, read_yaml
from entydig.publishing.csp import setup_csp
from entydig.publishing.fonts import web_fonts
from entydig.publishing.glossary_nodes import setup_glossary
from entydig.publishing.lean import setup_lean
from entydig.publishing.numbers import setup_numbers
from entydig.publishing.references import date_sources, register_styles
from entydig.publishing.room import setup_room
from entydig.publishing.site import MAIN, inline_html, language_name
from entydig.publishing.staging import page_source, public_pages, read_page
from entydig.publishing.theme import polish_folder
from entydig.wording import text

__all__ = ["copy_mathjax", "setup"]

HERE = Path(__file__).parent
THEBE = "thebe"
MATHJAX = "tex-chtml.js"
ICON = "entydig.svg"
LEDGER = "entydig-ledger"  # the look of the table that its script sorts and filters
EXPLORER = "entydig-explorer"  # the place where its script draws
ANSWER = "answer"
SENTENCE = re.compile(r"(?<=[.!?])\s+")
DESCRIBED = 320  # characters of a description

SETTINGS: dict[str, Any] = {
    "entydig_staged": False,
    "entydig_languages": [],
    "entydig_description": "",
    "entydig_banner": "",
    "entydig_edition": "",
    "entydig_public": [],
    "entydig_printed": [],
    "entydig_foot": "",
    "entydig_noindex": False,
    "entydig_fonts": "",
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    for name, default in SETTINGS.items():
        app.add_config_value(name, default, "html")
    setup_glossary(app)
    setup_citing(app)
    setup_lean(app)
    setup_csp(app)
    setup_behind(app)
    setup_numbers(app)
    setup_room(app)
    app.connect("config-inited", _plain_build, priority=50)
    app.connect("config-inited", _look, priority=60)
    app.connect("source-read", _filtered)
    app.connect("doctree-resolved", _dated)
    app.connect("doctree-resolved", _without_thebe, priority=900)
    app.connect("html-page-context", _page, priority=100)
    app.connect("html-page-context", _needed_files, priority=900)
    app.connect("build-finished", _finish, priority=900)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


# Each of these hears an event; see "Event callbacks" in Sphinx's documentation for what it is given.
def _plain_build(app: Sphinx, config: Config) -> None:
    """Take from `_config.yml` what a staged build is given."""
    if config.entydig_staged:
        return
    root = Path(app.srcdir)
    try:
        edition = editions(read_yaml(root / "_config.yml"))[0]
        names = documents(read_yaml(root / "_toc.yml"))
        for name in names:
            page_source(root, _runs(root, edition.language), name)
    except BookError as error:
        # An exception would reach the reader as a traceback of Jupyter Book's own.
        raise SystemExit(
            f"{error.problems[0].where}: {error.problems[0].found}; run `make book` first"
        ) from error
    config.entydig_languages = [edition.language]
    config.entydig_description = edition.description
    config.entydig_banner = edition.banner
    config.entydig_public = public_pages(_runs(root, edition.language), names)
    config.entydig_foot = edition.foot
    config.entydig_fonts = str(root / "_build" / "fonts")
    # The claims' own pages come with the whole build; links to them become text.
    config.suppress_warnings = [*config.suppress_warnings, "myst.xref_missing"]


def _runs(root: Path, language: str) -> Path:
    return root / "_build" / "runs" / MAIN / language


def _look(app: Sphinx, config: Config) -> None:
    language = config.language
    config.html_static_path = [
        *config.html_static_path,
        str(HERE / "static"),
        str(web_fonts(Path(config.entydig_fonts))),
    ]
    config.html_css_files = [*config.html_css_files, "entydig.css", f"{EXPLORER}.css"]
    config.html_js_files = [*config.html_js_files, "entydig.js", f"{LEDGER}.js", f"{EXPLORER}.js"]
    config.html_favicon = config.html_favicon or str(HERE / "static" / ICON)
    config.templates_path = [*config.templates_path, str(HERE / "templates")]
    config.html_theme_options = {
        **config.html_theme_options,
        "article_header_end": ["entydig-languages.html", "article-header-buttons.html"],
        "navbar_persistent": [],
        "search_bar_text": text("search", language),
        "footer_content_items": ["entydig-foot.html"],
        "primary_sidebar_end": [],
        "use_fullscreen_button": False,
    }
    config.bibtex_default_style = config.bibtex_reference_style = register_styles(language)
    # Without it the theme's script finds an empty mode and complains of it on every first visit.
    config.html_context = {"default_mode": "auto", **config.html_context}
    defaults: dict[str, Any] = {
        "mathjax_path": f"mathjax/{MATHJAX}",
        "nb_code_prompt_show": text("show_code", language),
        "nb_code_prompt_hide": text("hide_code", language),
        "togglebutton_hint": text("show", language),
        "togglebutton_hint_hide": text("hide", language),
        "numfig_format": {"figure": text("figure_number", language), "table": text("table_number", language)},
        "html_use_index": False,
        "html_last_updated_fmt": None,
        "myst_linkify_fuzzy_links": False,
    }
    for name, value in defaults.items():
        if name not in config.overrides:
            config[name] = value


def _filtered(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give Sphinx the filtered page in place of the file it read."""
    if app.config.entydig_staged:
        return
    root, language = Path(app.srcdir), app.config.entydig_languages[0]
    try:
        page = page_source(root, _runs(root, language), docname)
        source[0] = read_page(page, language, page.name)
    except BookError as error:
        raise ExtensionError(str(error)) from error
    app.env.note_dependency(str(page))


def _dated(app: Sphinx, doctree: nodes.document, name: str) -> None:
    date_sources(doctree, app.config.language)


def _without_thebe(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Drop the configuration of a script that would load from elsewhere."""
    for node in list(doctree.findall(nodes.raw)):
        content = node.astext()
        if "x-thebe-config" in content or content.startswith("<script>kernelName"):
            node.parent.remove(node)


def _page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    config = app.config
    context["entydig_edition"] = inline_html(config.entydig_edition)
    context["entydig_banner"] = (
        "" if pagename in config.entydig_public else inline_html(config.entydig_banner)
    )
    context["entydig_foot"] = inline_html(config.entydig_foot)
    context["entydig_printed"] = {
        f"../{name}-{config.language}.pdf": text(f"print_{name}", config.language)
        for name in config.entydig_printed
    }
    context["entydig_switch_label"] = text("switch_label", config.language)
    others = [language for language in config.entydig_languages if language != config.language]
    context["entydig_languages"] = [
        {"language": each, "name": language_name(each), "url": _elsewhere(pagename, each)} for each in others
    ]
    described = "" if 'name="description"' in context.get("metatags", "") else _description(config, doctree)
    context["metatags"] = "\n".join(
        [context.get("metatags", ""), *_metatags(config, pagename, others, described)]
    )


def _needed_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out the scripts of thebe, and those of mathematics, ledger and explorer where a page has none."""
    unneeded = [THEBE]
    if f"{LEDGER}-form" in context.get("body", ""):
        # A table that wide needs the room of the page's own contents.
        context["meta"] = {**(context.get("meta") or {}), "html_theme.sidebar_secondary.remove": ""}
    else:
        unneeded.append(f"{LEDGER}.js")
    if f'class="{EXPLORER}"' not in context.get("body", ""):
        unneeded.append(EXPLORER)
    if not app.env.get_domain("math").data["has_equations"].get(pagename, False):
        unneeded.append(MATHJAX)
    for kind in ("script_files", "css_files"):
        context[kind] = [each for each in context.get(kind, []) if not _names(each, unneeded)]


def _names(file: Any, words: list[str]) -> bool:
    said = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"
    return any(word in said for word in words)


def _metatags(config: Config, pagename: str, others: list[str], described: str) -> list[str]:
    tags = []
    if config.entydig_noindex:
        tags.append('<meta name="robots" content="noindex">')
    if described:
        tags.append(f'<meta name="description" content="{html.escape(described)}">')
    for language in [config.language, *others] if others else []:
        url = html.escape(_elsewhere(pagename, language))
        tags.append(f'<link rel="alternate" hreflang="{language}" href="{url}">')
    return tags


def _description(config: Config, doctree: nodes.document | None) -> str:
    """Give the first sentences of a page's answer, so that they carry its verdicts; else what the book says."""
    if doctree is None:
        return ""
    answers = (each for each in doctree.findall(nodes.container) if ANSWER in each["classes"])
    answer = next(answers, None)
    if answer is None:
        return str(config.entydig_description)
    sentences = SENTENCE.split(" ".join(answer.astext().split()))
    lengths = accumulate(len(each) + 1 for each in sentences)
    fitting = sum(length <= DESCRIBED for length in lengths)
    return " ".join(sentences[: max(fitting, 1)])


def _elsewhere(pagename: str, language: str) -> str:
    """Give the same page in another language's book, which lies beside this one."""
    return f"{'../' * (pagename.count('/') + 1)}{language}/{pagename}.html"


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    copy_mathjax(folder)
    polish_folder(folder, app.config.language)


def copy_mathjax(folder: Path) -> None:
    """Put MathJax into the site, and only what pages with mathematics load."""
    used = any(MATHJAX in file.read_text(encoding="utf-8") for file in folder.rglob("*.html"))
    package = find_spec("sphinx-mathjax-offline")
    if not used or package is None or not package.submodule_search_locations:
        return
    source = Path(package.submodule_search_locations[0]) / "static" / "mathjax"
    target = folder / "_static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / MATHJAX, target / MATHJAX)
    shutil.copytree(
        source / "output" / "chtml" / "fonts", target / "output" / "chtml" / "fonts", dirs_exist_ok=True
    )
