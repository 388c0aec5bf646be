"""The Sphinx side of citing: files and links at the foot of each page, and what machines read in its head."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from entydig import __version__
from entydig.errors import UserError
from entydig.publishing.citation import Citation, Cited
from entydig.publishing.citation_forms import FORMS, plain
from entydig.publishing.citing import SETTING
from entydig.publishing.downloads import notebook_of
from entydig.publishing.error_report import report_link
from entydig.publishing.structured import json_ld, meta_tags
from entydig.wording import text

__all__ = ["setup_citing"]

TEMPLATE = "entydig-citing.html"
STYLES = {"entydig-citing.css": "all", "entydig-print.css": "print"}
CLAIMS = "claims/"
LEDGER = "notebooks/synthesis/ledger"
NOTEBOOKS = "notebooks/"
DESCRIPTION = re.compile(r'<meta\b(?=[^>]*\bname="description")[^>]*\bcontent="([^"]*)"')
NOTEBOOK_TYPE = "application/x-ipynb+json"
LEDGER_TYPES = {"csv": "text/csv", "json": "application/json"}


def setup_citing(app: Sphinx) -> None:
    """Register the setting, the foot of the page, its style sheets and that of the printed page."""
    app.add_config_value(SETTING, "", "html")
    app.connect("config-inited", _foot, priority=65)
    app.connect("html-page-context", _cite, priority=200)
    for name, media in STYLES.items():
        app.add_css_file(name, media=media)


# Each of these hears an event; see "Event callbacks" in Sphinx's documentation for what it is given.
def _foot(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    items = [TEMPLATE, *options.get("footer_content_items", [])]
    # The theme's own menu offers the page as it was laid out, which is no notebook that runs.
    config.html_theme_options = {**options, "footer_content_items": items, "use_download_button": False}


def _cite(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if not app.config[SETTING] or pagename not in app.env.found_docs:
        return
    page = _Page(app, _read(app.config[SETTING]), pagename, context.get("metatags", ""))
    try:
        context["entydig_citing"] = page.shown()
    except UserError as error:
        raise ExtensionError(str(error)) from error
    context["metatags"] = "\n".join([context.get("metatags", ""), *page.tags()])


@cache
def _read(setting: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(setting)
    return content


@dataclass(frozen=True)
class _Page:
    """What one page says of itself."""

    app: Sphinx
    given: Mapping[str, Any]
    name: str
    metatags: str

    @cached_property
    def cited(self) -> Cited:
        book = Citation.from_mapping(self.given["citation"])
        if (claim := self.claim) is not None:
            return book.claim(self.claim_id, claim["sentence"], claim["verdict"], claim["registered"])
        title = self.app.env.titles[self.name].astext()
        marked = self.synthetic and self.name.startswith(NOTEBOOKS)
        return book.page(self.name, title, mark=text("cited_synthetic", self.language) if marked else "")

    @property
    def language(self) -> str:
        return str(self.app.config.language)

    @property
    def claim_id(self) -> str:
        return self.name.removeprefix(CLAIMS) if self.name.startswith(CLAIMS) else ""

    @property
    def claim(self) -> Mapping[str, str] | None:
        found: Mapping[str, str] | None = self.given["claims"].get(self.claim_id)
        return found

    @property
    def synthetic(self) -> bool:
        """Whether what the page says rests on synthetic answers, as its banner has it."""
        return bool(self.given["synthetic"]) and self.name not in self.app.config.entydig_public

    @property
    def description(self) -> str:
        found = DESCRIPTION.search(self.metatags)
        return html.unescape(found[1]) if found else ""

    @cached_property
    def notebooks(self) -> dict[str, str]:
        """The files of the page's notebook, written beside it: source and executed, with their names."""
        root, runs = Path(self.given["root"]), Path(self.given["runs"])
        notebook = notebook_of(root, runs, self.name)
        if notebook is None:
            return {}
        note = self.given["note"] if self.synthetic else ""
        content = {"source": notebook.to_run(note), "executed": notebook.to_read(note)}
        return {
            kind: self._file(f"-{text(f'file_{kind}', self.language)}", ".ipynb", written)
            for kind, written in content.items()
        }

    @cached_property
    def citations(self) -> dict[str, str]:
        """The files of the page's citation, written beside it, by their form."""
        return {form: self._file("", ending, write(self.cited)) for form, (ending, _, write) in FORMS.items()}

    def shown(self) -> dict[str, Any]:
        """Give what the template shows, and write the files it links."""
        spoken = Locale.parse(self.language).get_display_name(self.language)
        return {
            "heading": text("citing_heading", self.language),
            "cite": text("citing_cite", self.language),
            "line": _with_breaks(plain(self.cited)),
            "files": self.citations,
            "types": {form: kind for form, (_, kind, _) in FORMS.items()},
            "take": text("citing_take", self.language),
            "notebooks": {
                text(f"citing_{kind}", self.language, spoken=spoken): name
                for kind, name in self.notebooks.items()
            },
            "report": self._report(),
            "report_label": text("citing_report", self.language),
            "build": self._build(),
        }

    def tags(self) -> Iterator[str]:
        """Give what stands in the head of the page."""
        yield from meta_tags(self.cited, self.description)
        yield json_ld(
            self.cited,
            self._kind(),
            description=self.description,
            sentence=self.claim["sentence"] if self.claim else "",
            licence=self.given["licence"],
            based_on=self.given["sources"],
            files=self._offered(),
        )

    def _kind(self) -> str:
        if self.name == self.app.config.root_doc:
            return "Book"
        if self.name == LEDGER:
            return "Dataset"
        return "ScholarlyArticle" if self.name.startswith((NOTEBOOKS, CLAIMS)) else "WebPage"

    def _offered(self) -> Iterator[dict[str, str]]:
        if self.name == LEDGER:
            for kind, mime in LEDGER_TYPES.items():
                name = f"ledger.{kind}"
                yield {"name": name, "encodingFormat": mime, "contentUrl": self._up(name)}
        elif self.name != self.app.config.root_doc:
            for name in self.notebooks.values():
                yield {"name": name, "encodingFormat": NOTEBOOK_TYPE, "contentUrl": name}

    def _file(self, more: str, ending: str, content: str) -> str:
        """Write a file beside the page and give its name."""
        name = self.cited.file(f"{more}{ending}", synthetic=self.synthetic)
        target = Path(self.app.outdir) / posixpath.dirname(self.name) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="")
        return name

    def _up(self, name: str) -> str:
        """Give the address of what stands at the top of the site, above the languages."""
        return f"{'../' * (self.name.count('/') + 1)}{name}"

    def _build(self) -> Mapping[str, str]:
        digest = self.given["build"]
        label = text("citing_build", self.language)
        return {"label": label, "digest": digest, "url": self._up("build.json")} if digest else {}

    def _report(self) -> str:
        if not self.given["report"]:
            return ""
        claims = [name for name, claim in self.given["claims"].items() if claim["owner"] == self.name]
        about = {
            "page": self.cited.address,
            "claim": self.claim_id or ", ".join(claims),
            "build": self.given["build"],
            "version": f"entydig {__version__}",
        }
        lines = [text(f"report_{name}", self.language, value=value) for name, value in about.items() if value]
        body = "\n".join([text("report_lead", self.language), "", "", *lines])
        return report_link(
            self.given["report"], text("report_title", self.language, title=self.cited.title), body
        )


def _with_breaks(line: str) -> str:
    """Write a line as HTML in which a long address may be broken."""
    return html.escape(line).replace("/", "/<wbr>")
