"""MyST Markdown as plain HTML, for pages that no Sphinx builds: what filtered pages are written in, no more.

Directives become a figure, table, admonition or block; roles, links to other pages and labels their text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from entydig.wording import text

__all__ = ["Markdown"]

DIRECTIVE = re.compile(r"^\{(?P<name>[^}]+)\}\s*(?P<title>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):[ \t]*(?P<value>.*)$")
TARGET = re.compile(r"^(?P<text>.+?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
ANCHOR = re.compile(r'<a href="#(?P<id>[^"]+)"[^>]*>(?P<text>.*?)</a>', re.DOTALL)
OTHER_PAGE = re.compile(r'<a href="(?!#|[a-z][a-z0-9+.-]*:)[^"]*"[^>]*>(?P<text>.*?)</a>', re.DOTALL)
HEADING = re.compile(r"^#\s+(?P<title>.+?)\s*$", re.MULTILINE)
CODE = frozenset(["code", "code-block", "sourcecode", "code-cell", "literalinclude"])
ADMONITIONS = frozenset(["admonition", "note", "tip", "important", "warning", "hint", "caution", "seealso"])


class Markdown:
    """Writes Markdown of one page and language as HTML.

    Parameters
    ----------
    language : str
    bibliography : sequence of Path
        BibTeX files; one that is missing counts as empty.
    """

    def __init__(self, language: str, bibliography: Sequence[Path] = ()) -> None:
        self.language = language
        self.bibliography = bibliography
        self.sources: dict[str, str] | None = None
        self.tables = self.figures = 0
        # As on the site: a cell's author may write HTML; the page's policy lets none of it run or load.
        self.parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        for plugin in (
            colon_fence_plugin,
            deflist_plugin,
            dollarmath_plugin,
            myst_block_plugin,
            myst_role_plugin,
        ):
            self.parser.use(plugin)
        rules = {
            "fence": self._fence,
            "colon_fence": self._fence,
            "myst_role": self._role,
            "myst_target": _target,
            "myst_line_comment": _nothing,
            "myst_block_break": _nothing,
            "math_inline": _math,
            "math_block": _math,
        }
        for name, rule in rules.items():
            self.parser.add_render_rule(name, _unbound(rule))

    def html(self, source: str) -> str:
        """Write a cell or block."""
        return str(self.parser.render(source))

    def line(self, source: str) -> str:
        """Write text without a paragraph around it."""
        return str(self.parser.renderInline(source))

    def title(self, cells: Sequence[Any]) -> str:
        """Give the first heading of the first order as plain text; empty when there is none."""
        sources = [cell.source for cell in cells if cell.cell_type == "markdown"]
        found = next((match for source in sources if (match := HEADING.search(source))), None)
        return unescape(re.sub(r"<[^>]+>", "", self.line(found["title"]))) if found else ""

    def caption(self, caption: str, kind: str) -> str:
        """Write the caption of a figure or table with its number, counted over the page."""
        count = self.figures + 1 if kind == "figure" else self.tables + 1
        if kind == "figure":
            self.figures = count
        else:
            self.tables = count
        label = escape(text(f"{kind}_number", self.language) % count)
        return f'<span class="number">{label}</span> {self.line(caption)}'

    def unlinked(self, page: str) -> str:
        """Leave the text of links to other pages of the book and to labels that the page lacks."""
        known = set(re.findall(r'\sid="([^"]+)"', page))
        page = OTHER_PAGE.sub(lambda found: found["text"], page)
        return ANCHOR.sub(lambda found: found[0] if found["id"] in known else found["text"], page)

    def _fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        directive = DIRECTIVE.match(token.info.strip())
        if directive is None:
            return f"<pre><code>{escape(token.content)}</code></pre>\n"
        found, body = _options(token.content)
        return self._directive(directive["name"], directive["title"], found, body)

    def _directive(self, name: str, title: str, options: dict[str, str], body: str) -> str:
        anchor = f' id="{escape(options["name"])}"' if options.get("name") else ""
        if name == "container":
            return f'<div class="{escape(title)}"{anchor}>\n{self.html(body)}</div>\n'
        if name == "table":
            inner = self.html(body).replace(
                "<table>", f"<table><caption>{self.caption(title, 'table')}</caption>", 1
            )
            return f'<div class="table {escape(options.get("class", ""))}"{anchor} tabindex="0">\n{inner}</div>\n'
        if name in CODE or name == "math":
            return f"<pre{anchor}><code>{escape(body)}</code></pre>\n"
        if name not in ADMONITIONS:
            return f"<div{anchor}>\n{self.html(body)}</div>\n"
        words = self.line(title) if title else escape(name.capitalize())
        if "dropdown" in options.get("class", ""):
            return f"<details{anchor}><summary>{words}</summary>\n{self.html(body)}</details>\n"
        heading = f'<p class="admonition-title">{words}</p>'
        return f'<div class="admonition {escape(name)}"{anchor}>{heading}\n{self.html(body)}</div>\n'

    def _role(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        name, content = tokens[index].meta["name"], tokens[index].content
        if name.startswith("cite"):
            cited = "; ".join(self._cited(key.strip()) for key in content.split(","))
            return escape(cited if name.endswith(":t") else f"({cited})")
        target = TARGET.match(content)
        return escape(target["text"] if target else content)

    def _cited(self, key: str) -> str:
        if self.sources is None:
            self.sources = _sources(self.bibliography, self.language)
        return self.sources.get(key, key)


def _sources(files: Sequence[Path], language: str) -> dict[str, str]:
    """Give author and year of each source by its key."""
    from pybtex.database import parse_file  # type: ignore[import-untyped]

    entries = [item for file in files if file.is_file() for item in parse_file(str(file)).entries.items()]
    return {
        key: f"{_authors(entry, language)} {entry.fields.get('year', '')}".strip() for key, entry in entries
    }


def _authors(entry: Any, language: str) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [
        " ".join([*each.prelast_names, *each.last_names]).replace("{", "").replace("}", "") for each in people
    ]
    if len(names) > 2:
        return f"{names[0]} et al."
    return f" {text('and', language)} ".join(names)


def _options(content: str) -> tuple[dict[str, str], str]:
    """Split a directive's options from its body."""
    found: dict[str, str] = {}
    lines = content.splitlines()
    while lines and (option := OPTION.match(lines[0])):
        found[option["name"]] = option["value"].strip()
        lines.pop(0)
    return found, "\n".join(lines)


def _unbound(rule: Callable[..., str]) -> Callable[..., str]:
    """Take the renderer, which markdown-it hands to a rule first, away from it."""
    return lambda renderer, tokens, index, options, env: rule(tokens, index, options, env)


# What markdown-it hands to a rule of its own.
def _target(tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<span id="{escape(tokens[index].content)}"></span>\n'


def _math(tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<code class="math">{escape(tokens[index].content)}</code>'


def _nothing(tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return ""
