"""Executed notebooks as pages that stand alone: one HTML file each, nothing loaded from anywhere, no script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.errors import BookError, Problem
from entydig.publishing.configuration import Edition, editions, read_yaml
from entydig.running.store import digest_of, package_digest
from entydig.wording import number, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbconvert.exporters import TemplateExporter

    from entydig.publishing.myst import Markdown
    from entydig.running.batch_output import Listed

__all__ = ["StandalonePages"]

PACKAGE = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "templates"
PAGE, INDEX, COMPARISON = "entydig-export.html", "entydig-batch.html", "entydig-compare.html"
# The faces a page cannot do without; browsers slant and embolden the others.
FACES = {
    "Source Serif Pro": ("SourceSerifPro-Regular", 400),
    "Source Sans Pro": ("SourceSansPro-Regular", 400),
}
SEMIBOLD = {"Source Sans Pro": ("SourceSansPro-Semibold", 600), "Symbols": ("DejaVuSans", 400)}
KEY = re.compile(rb'<meta name="entydig-page" content="(?P<key>[0-9a-f]{64})">')
END = b"</html>"
LOADED = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
FOREIGN = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
STYLED = re.compile(r"(?:url\(\s*|@import\s+)[\"']?(?:https?:)?//", re.IGNORECASE)


class StandalonePages:
    """Makes pages in the look of the site that can be mailed, opened from a folder, or put anywhere.

    Parameters
    ----------
    root : Path
        The project; where it has a `_config.yml` its banner and foot stand on every page, its bibliography
        gives the citations.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config: Mapping[str, Any] = {}
        if (root / "_config.yml").is_file():
            self.config = read_yaml(root / "_config.yml")

    def key(self, notebook: bytes, language: str) -> str:
        """Digest of everything a page is made from."""
        return digest_of([hashlib.sha256(notebook).hexdigest(), language, self._setting])

    def standing(self, page: bytes) -> str:
        """Give the key of a page that was made before; empty when it is not whole."""
        found = KEY.search(page[:4096])
        return found["key"].decode() if found and page.rstrip().endswith(END) else ""

    def page(
        self, notebook: bytes, language: str, where: str, *, edition: Edition | None = None, note: str = ""
    ) -> bytes:
        """Make the page of an executed notebook.

        Parameters
        ----------
        notebook : bytes
            As `entydig.running.execution.execute` gives it.
        language : str
            The one it was executed in.
        where : str
            The notebook's name, for messages.
        edition : Edition, optional
            Whose banner and foot stand on it; the language's in `_config.yml` without it.
        note : str
            How the run departs from the registered analysis, in Markdown; empty when it does not.

        Returns
        -------
        bytes
            HTML in UTF-8 with fonts and pictures inside.

        Raises
        ------
        BookError
            As `entydig.publishing.filter.filter_notebook`; or an output would load something from elsewhere.
        """
        import nbformat

        from entydig.publishing.filter import filter_notebook

        filtered = filter_notebook(nbformat.reads(notebook.decode(), as_version=4), language, where)
        markdown, exporter = self._markdown(language), self._exporter
        title = markdown.title(filtered.cells) or where
        frame = self._frame(language, edition)
        about = {"title": title, "key": self.key(notebook, language), "note": note, **frame}
        for name, write in _filters(markdown).items():
            exporter.register_filter(name, write)
        body, _ = exporter.from_notebook_node(filtered, {"about": about, "fonts": self._fonts})
        page = markdown.unlinked(body)
        _refuse_foreign(page, where)
        return page.encode()

    def index(self, title: str, language: str, rows: Sequence[Listed]) -> bytes:
        """Make the page that lists the runs of a batch; with several languages it speaks English."""
        spoken = language or "en"
        claims = sorted({name for row in rows for name in row.claims})
        failed = sum(row.failed for row in rows)
        about = {
            "title": title,
            "counts": text("batch_counts", spoken, runs=len(rows), failed=failed),
            "names": list(rows[0].values) if rows else [],
            "rows": rows,
            "claims": claims,
            **self._frame(spoken),
        }
        return self._without_notebook(INDEX, about, spoken)

    def comparison(self, told: Any, language: str, *, synthetic: bool) -> bytes:
        """Make the page that sets two builds side by side.

        Parameters
        ----------
        told : entydig.release.report.Report
        language : str
        synthetic : bool
            Whether a side rests on synthetic answers; without any, the banner that speaks of them is left out.
        """
        about = {"title": told.title, "told": told, **self._frame(language)}
        if not synthetic:
            about["banner"] = ""
        return self._without_notebook(COMPARISON, about, language)

    def _without_notebook(self, template: str, about: Mapping[str, Any], language: str) -> bytes:
        # Not through nbconvert, which takes a second to import.
        from jinja2 import Environment, FileSystemLoader

        environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)
        environment.filters |= _filters(self._markdown(language))
        page = environment.get_template(template).render(resources={"about": about, "fonts": self._fonts})
        return str(page).encode()

    @cached_property
    def _setting(self) -> str:
        """Digest of what all pages have in common."""
        sources = [self.root / name for name in self.config.get("bibtex_bibfiles", ())]
        read = [source.read_text(encoding="utf-8") for source in sources if source.is_file()]
        return digest_of([package_digest(PACKAGE), dict(self.config.get("entydig", {})), read])

    @cached_property
    def _exporter(self) -> TemplateExporter:
        from nbconvert.exporters.templateexporter import TemplateExporter

        # Loaded from our folder alone: what is installed or set on this machine must not show.
        return TemplateExporter(template_paths=[str(TEMPLATES)], template_file=PAGE, file_extension=".html")

    @cached_property
    def _fonts(self) -> str:
        from entydig.publishing.fonts import web_fonts

        folder = web_fonts(self.root / "_build" / "fonts") / "fonts"
        faces = [*FACES.items(), *SEMIBOLD.items()]
        return "\n".join(_face(family, folder / f"{file}.woff", weight) for family, (file, weight) in faces)

    def _markdown(self, language: str) -> Markdown:
        from entydig.publishing.myst import Markdown

        return Markdown(language, [self.root / name for name in self.config.get("bibtex_bibfiles", ())])

    def _frame(self, language: str, edition: Edition | None = None) -> dict[str, Any]:
        if edition is None and self.config.get("entydig", {}).get("languages"):
            edition = {each.language: each for each in editions(self.config)}.get(language)
        edition = edition or Edition(language, "")
        return {"language": language, "banner": edition.banner, "foot": edition.foot, "book": edition.title}


def _filters(markdown: Markdown) -> dict[str, Callable[..., str]]:
    """Give what the templates write with."""
    language = markdown.language
    return {
        "myst": markdown.html,
        "myst_line": markdown.line,
        "figure_caption": lambda caption: markdown.caption(caption, "figure"),
        "embedded": _embedded,
        "say": lambda name: text(name, language),
        "seconds": lambda value: number(value, language, 1),
    }


def _face(family: str, file: Path, weight: int) -> str:
    content = base64.b64encode(file.read_bytes()).decode()
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("data:font/woff;base64,{content}") format("woff"); }}'
    )


def _embedded(content: str | Sequence[str], mime: str) -> str:
    """Give a picture as an address that holds it; what is no text is base64 already."""
    joined = content if isinstance(content, str) else "".join(content)
    coded = (
        base64.b64encode(joined.encode()).decode() if mime == "image/svg+xml" else joined.replace("\n", "")
    )
    return f"data:{mime};base64,{coded}"


class _Foreign(HTMLParser):
    """Finds what a page would load from elsewhere; a link is only followed by a reader."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        for name, value in attrs:
            loaded = name in LOADED or (name == "href" and tag != "a")
            if value and ((loaded and FOREIGN.match(value)) or (name == "style" and STYLED.search(value))):
                self.found.append(value.strip()[:100])

    def handle_data(self, data: str) -> None:
        if self.style:
            self.found += [each[:100] for each in STYLED.findall(data)]


def _refuse_foreign(page: str, where: str) -> None:
    parser = _Foreign()
    parser.feed(page)
    problems = [
        Problem(where, f"the page would load {address}", "outputs that hold all they show")
        for address in _unique(parser.found)
    ]
    if problems:
        raise BookError(*problems)


def _unique(found: Sequence[str]) -> Iterator[str]:
    return iter(dict.fromkeys(found))
