"""The numbers in the text: each is a link to its claim, and says on demand what stands behind it.

What is said is the link's title, so that it is there without a script; the site's script (static/entydig-numbers.js)
shows it in a box of its own to pointer, finger and keyboard.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from entydig.claims.symbols import SYMBOLS
from entydig.wording import text

__all__ = ["setup_numbers"]

ANCHOR = "claim-"  # how the anchors of claims begin
BOX = "record"
CLASS = "entydig-number"
SCRIPT = "entydig-numbers.js"
APART = " · "  # where the script begins a new line
TITLE = "entydig-title"
PAGE = "page-"  # of a claim, before its anchor


def setup_numbers(app: Sphinx) -> None:
    """Register what tells of each number which claim it belongs to and what kind of data it rests on.

    From a claim's box a link leads on to the claim's own page, and so to the cell that decided it.
    """
    app.add_transform(KeepTitles)
    app.connect("doctree-resolved", _tell, priority=955)
    app.connect("html-page-context", _script, priority=880)


class KeepTitles(SphinxTransform):
    """Put titles of links where they outlast MyST, which forgets them when a link leads to another page."""

    default_priority = 870  # before MyST looks for what the links lead to (ResolveAnchorIds)

    def apply(self, **kwargs: Any) -> None:
        """Wrap each link in an element that has its title."""
        for link in list(_titled(self.document)):
            kept = nodes.inline()
            kept[TITLE] = link["reftitle"]
            link.replace_self(kept)
            kept += link


# Each of these hears an event; see Sphinx's documentation for what it is given.
def _tell(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    labels = app.env.get_domain("std").data["anonlabels"]
    config = app.config
    synthetic = bool(config.entydig_banner) and docname not in config.entydig_public
    _give_back_titles(doctree)
    for link in _titled(doctree):
        link["classes"].append(CLASS)
        if not any(symbol in link.astext() for symbol in SYMBOLS.values()):
            origin = _origin(_anchor(link), labels, config.language, synthetic=synthetic)
            link["reftitle"] = f"{link['reftitle']}{APART}{origin}"
    for box in doctree.findall(_is_box):
        _lead_on(box, app, docname, labels)


def _script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Bring the script to the pages with numbers, and what it says to a finger, whose first tap only shows."""
    if CLASS in context.get("body", ""):
        app.add_js_file(SCRIPT)
        hint = html.escape(text("number_again", app.config.language))
        context["metatags"] = f'{context.get("metatags", "")}\n<meta name="{CLASS}" content="{hint}">'


def _give_back_titles(doctree: nodes.document) -> None:
    for kept in [each for each in doctree.findall(nodes.inline) if TITLE in each]:
        for link in kept.findall(nodes.reference):
            link["reftitle"] = kept[TITLE]
        kept.replace_self(kept.children)


def _titled(doctree: nodes.document) -> Iterator[nodes.reference]:
    for link in doctree.findall(nodes.reference):
        if link.get("reftitle") and _anchor(link).startswith(ANCHOR):
            yield link


def _anchor(link: nodes.reference) -> str:
    return str(link.get("refid") or str(link.get("refuri", "")).partition("#")[2])


def _is_box(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and BOX in node["classes"]


def _lead_on(box: nodes.container, app: Sphinx, docname: str, labels: Mapping[str, Any]) -> None:
    """Make the name of the claim in its box a link to the claim's own page, where it has one."""
    name = next(iter(box.findall(nodes.strong)), None)
    pages = [labels[f"{PAGE}{anchor}"] for anchor in box["ids"] if f"{PAGE}{anchor}" in labels]
    if name is not None and pages:
        address = app.builder.get_relative_uri(docname, pages[0][0])
        link = nodes.reference("", "", *name.children, internal=True, refuri=address)
        name.clear()
        name += link


def _origin(anchor: str, labels: Mapping[str, Any], language: str, *, synthetic: bool) -> str:
    kind = text("number_synthetic" if synthetic else "number_collected", language)
    page = labels.get(f"{PAGE}{anchor}")
    if page is None:
        return kind[:1].upper() + kind[1:]
    return text("number_claim", language, claim=PurePosixPath(page[0]).name, kind=kind)
