"""The glossary in the book: its page, and definitions that show where a page first uses a word."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from entydig.errors import BookError
from entydig.publishing.glossary import GLOSSARY, Entry, Finder, in_order, read_glossary
from entydig.publishing.site import inline_html
from entydig.running.store import file_digest

__all__ = ["setup_glossary"]

DIRECTIVE = "entydig-glossary"
# Words in these are no running text, or not the page's own.
APART = (
    nodes.reference,
    nodes.literal,
    nodes.table,
    nodes.figure,
    nodes.block_quote,
    nodes.footnote,
    nodes.citation,
    nodes.topic,
    nodes.math,
)
# Registered sentences, the line on the page's origin, what is folded away, and text in another language.
APART_CLASSES = ("record", "provenance", "dropdown", "toggle")
FOREIGN = "language-"


class Defined(nodes.Inline, nodes.TextElement):  # type: ignore[misc]
    """A word with a link to its entry (``refuri``) and its definition (``about``, in an element ``anchor``)."""


def setup_glossary(app: Sphinx) -> None:
    """Register the directive of the glossary's page, and what marks the words on all pages."""
    app.add_config_value("entydig_glossary", "", "env")
    app.add_directive(DIRECTIVE, GlossaryDirective)
    app.add_node(Defined, html=(_open, _close), latex=(_nothing, _nothing), text=(_nothing, _nothing))
    app.connect("config-inited", _read, priority=70)
    app.connect("doctree-resolved", _mark, priority=950)


class GlossaryDirective(SphinxDirective):
    """All entries in the order of the book's language."""

    def run(self) -> list[nodes.Node]:
        """Give the list; empty for an evaluation without a glossary."""
        self.env.note_dependency(str(GLOSSARY))
        entries = in_order(_entries(self.env.srcdir, self.config), self.config.language)
        items = [self._item(entry) for entry in entries]
        return [nodes.definition_list("", *items, classes=["entydig-glossary"])] if items else []

    def _item(self, entry: Entry) -> nodes.definition_list_item:
        here = entry.words[self.config.language]
        term = nodes.term("", here.term, ids=[entry.anchor], names=[entry.anchor])
        self.state.document.note_explicit_target(term)
        for language, words in entry.words.items():
            if language != self.config.language:
                classes = ["entydig-elsewhere", f"{FOREIGN}{language}"]
                term += [nodes.Text(" "), nodes.inline("", words.term, classes=classes)]
        cited = f" {{cite:p}}`{entry.source}`" if entry.source else ""
        meaning = nodes.paragraph()
        for parsed in self.parse_inline(f"{here.definition}{cited}", lineno=self.lineno):
            meaning += parsed
        return nodes.definition_list_item("", term, nodes.definition("", meaning))


# Each of these hears an event, or writes a node; see Sphinx's documentation for what it is given.
def _read(app: Sphinx, config: Config) -> None:
    """Tell Sphinx what the glossary is, so that pages are made anew when it changes."""
    path = Path(app.srcdir) / GLOSSARY
    config.entydig_glossary = file_digest(path) if path.is_file() else ""
    try:
        _entries(app.srcdir, config)
    except BookError as error:
        raise ExtensionError(str(error)) from error


def _mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the first use of each word in running text to its entry."""
    labels = app.env.get_domain("std").data["anonlabels"]
    entries = [each for each in _entries(app.srcdir, app.config) if each.anchor in labels]
    if docname in {labels[entry.anchor][0] for entry in entries}:
        return
    mark = _Marker(app, docname, entries, labels)
    # The theme shortens some addresses to a text that it gives no parent; those are links and stay as they are.
    texts_of_page = [each for each in doctree.findall(nodes.Text) if each.parent is not None]
    for first in [each for each in texts_of_page if _begins(each) and _is_running(each)]:
        place, parent = _place(first), first.parent
        texts = list(takewhile(lambda each: isinstance(each, nodes.Text), parent.children[place:]))
        written = "".join(each.astext() for each in texts)
        parent.children[place : place + len(texts)] = []
        parent.insert(place, mark.marked(written))


@dataclass
class _Marker:
    """Marks the words of a page that were not marked before."""

    app: Sphinx
    page: str
    entries: Sequence[Entry]
    labels: Mapping[str, tuple[str, str]]
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.language = self.app.config.language
        self.finder = Finder(self.entries, self.language)

    def marked(self, written: str) -> list[nodes.Node]:
        made, done = list[nodes.Node](), 0
        for begin, end, entry in self.finder.find(written):
            if entry.id not in self.used:
                self.used.add(entry.id)
                made += [nodes.Text(written[done:begin]), self._defined(written[begin:end], entry)]
                done = end
        return [*made, nodes.Text(written[done:])]

    def _defined(self, word: str, entry: Entry) -> Defined:
        page = self.app.builder.get_relative_uri(self.page, self.labels[entry.anchor][0])
        about = entry.words[self.language].definition
        return Defined("", word, refuri=f"{page}#{entry.anchor}", about=about, anchor=f"about-{entry.id}")


def _place(text: nodes.Text) -> int:
    """Find a text in its parent; texts that say the same are equal, so `index` will not do."""
    return next(number for number, each in enumerate(text.parent.children) if each is text)


def _begins(text: nodes.Text) -> bool:
    """Say whether a text is the first of a run: the parser cuts them at the ends of lines."""
    place = _place(text)
    return place == 0 or not isinstance(text.parent.children[place - 1], nodes.Text)


def _is_running(node: nodes.Text) -> bool:
    place, in_paragraph = node.parent, False
    while place is not None:
        classes = place.get("classes", ())
        if isinstance(place, APART) or any(
            name in APART_CLASSES or name.startswith(FOREIGN) for name in classes
        ):
            return False
        in_paragraph = in_paragraph or isinstance(place, nodes.paragraph)
        place = place.parent
    return in_paragraph


def _entries(folder: str | Path, config: Config) -> tuple[Entry, ...]:
    return _cached(Path(folder) / GLOSSARY, config.entydig_glossary, config.language)


@cache
def _cached(path: Path, digest: str, language: str) -> tuple[Entry, ...]:
    return read_glossary(path, [language]) if digest else ()


def _open(writer: Any, node: Defined) -> None:
    writer.body.append(
        f'<span class="entydig-term"><a class="reference internal" href="{html.escape(node["refuri"])}" '
        f'aria-describedby="{node["anchor"]}">'
    )


def _close(writer: Any, node: Defined) -> None:
    writer.body.append(
        f'</a><span class="entydig-definition" role="tooltip" id="{node["anchor"]}">'
        f"{inline_html(node['about'])}</span></span>"
    )


def _nothing(writer: Any, node: Defined) -> None:
    pass
