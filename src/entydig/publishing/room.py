"""Pages whose main table needs the room at their side, where the list of their sections would stand."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup_room"]

WIDE = re.compile(r'<table class="[^"]*\bentydig-(?:findings|wide)\b')
# How the theme is told, in the metadata of a page.
WITHOUT_SECTIONS = "html_theme.sidebar_secondary.remove"


def setup_room(app: Sphinx) -> None:
    """Register what gives wide tables their room."""
    app.connect("html-page-context", _widen, priority=890)


# Hears an event; see Sphinx's documentation for what it is given.
def _widen(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if WIDE.search(context.get("body", "")):
        context["meta"] = {**(context.get("meta") or {}), WITHOUT_SECTIONS: ""}
