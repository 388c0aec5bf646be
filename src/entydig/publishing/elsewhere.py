"""The page that stands for a notebook in a language in which it is not written, so that every page has all languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from entydig.running.notebook import about
from entydig.wording import listing, text

__all__ = ["elsewhere"]


def elsewhere(notebook: Mapping[str, Any], name: str, language: str) -> NotebookNode:
    """Give the page that names the languages a notebook is written in.

    Parameters
    ----------
    notebook : mapping
        It declares ``languages``.
    name : str
        Stands in the title, since the notebook's own is in another language.
    language : str
        Of the page.
    """
    spoken = [str(Locale.parse(each).get_display_name(language)) for each in about(notebook)["languages"]]
    languages = listing(spoken, language)
    title = text("only_in_title", language, name=name, languages=languages)
    said = text("only_in", language, languages=languages)
    cell = new_markdown_cell(f"# {title}\n\n{said}", id="elsewhere")
    kernel = notebook["metadata"].get("kernelspec", {})
    return new_notebook(cells=[cell], metadata={"kernelspec": kernel} if kernel else {})  # type: ignore[no-any-return]
