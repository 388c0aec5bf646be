"""A page's notebook to take along, in one language: its source, ready to run, and the executed one, ready to read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from entydig.publishing.filter import REMOVED, named
from entydig.running import inline
from entydig.running.notebook import about, parameters_cell, published, read_source, speaks

__all__ = ["Notebook", "notebook_of"]

HIDDEN = "remove-output"
# What a front end or the engine noted while it ran, and no source has.
NOTED = frozenset(["execution", inline.METADATA])


@dataclass(frozen=True)
class Notebook:
    """A page's notebook in one language.

    Attributes
    ----------
    source : dict
        As `entydig.running.notebook.read_source` gives it.
    executed : dict
        As JSON has it.
    parameters : mapping
        Those the page was made with.
    language : str
    where : str
        The notebook's name, for messages.
    """

    source: dict[str, Any]
    executed: dict[str, Any]
    parameters: Mapping[str, Any]
    language: str
    where: str

    def to_run(self, note: str = "") -> str:
        """Write the source: cells of this language only, no outputs, the page's parameters as defaults.

        Parameters
        ----------
        note : str
            Stands above everything else, such as that the answers are synthetic; empty for none.
        """
        cells = [self._bare(cell) for cell in self.source["cells"] if inline.belongs(cell, self.language)]
        says = {**about(self.source), "languages": [self.language]}
        return self._written(self.source, cells, says, note)

    def to_read(self, note: str = "") -> str:
        """Write the executed notebook: inline values as text, and nothing that its page leaves out.

        Parameters
        ----------
        note : str
            As of `to_run`.

        Raises
        ------
        BookError
            The notebook was not executed by our engine.
        """
        cells = [
            self._told(cell)
            for cell in self.executed["cells"]
            if inline.belongs(cell, self.language) and not REMOVED & set(cell["metadata"].get("tags", ()))
        ]
        return self._written(self.executed, cells, about(self.executed), note)

    def _bare(self, cell: Mapping[str, Any]) -> dict[str, Any]:
        """Give a cell of the source without what only one of several languages needs."""
        bare = {**cell, "metadata": _metadata(cell)}
        if bare["cell_type"] != "code":
            return bare
        fixed = cell is parameters_cell(self.source)
        source = self._with_parameters(bare["source"]) if fixed else bare["source"]
        return {**bare, "source": source, "outputs": [], "execution_count": None}

    def _with_parameters(self, source: str) -> str:
        for name, value in {**self.parameters, "lang": self.language}.items():
            line = re.compile(
                rf"^({re.escape(name)}\s*(?::[^=\n]*)?=[ \t]*)[^#\n]*?([ \t]*(?:#.*)?)$", re.MULTILINE
            )
            source = line.sub(partial(_set, value), source, count=1)
        return source

    def _told(self, cell: Mapping[str, Any]) -> dict[str, Any]:
        stored = cell["metadata"].get(inline.METADATA, [])
        source = "".join(cell["source"])
        told = {**cell, "metadata": _metadata(cell), "source": source}
        if cell["cell_type"] == "markdown":
            where = f"{self.where} [{self.language}], cell {cell.get('id', '?')}"
            told["source"] = inline.substitute(source, stored, where, lambda value, _: inline.escape(value))
            told["source"] = named(told["source"], self.parameters)
        if HIDDEN in cell["metadata"].get("tags", ()):
            told["outputs"] = []
        return told

    def _written(
        self, whole: Mapping[str, Any], cells: list[dict[str, Any]], says: Mapping[str, Any], note: str
    ) -> str:
        if note:
            head = {"cell_type": "markdown", "id": "entydig-note", "metadata": {"tags": ["remove-cell"]}}
            cells = [{**head, "source": note}, *cells]
        lines = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in cells]
        made = {**whole, "cells": lines, "metadata": {**whole["metadata"], "entydig": dict(says)}}
        return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def notebook_of(root: Path, runs: Path, page: str) -> Notebook | None:
    """Read the notebook that a page of the book is made from.

    Parameters
    ----------
    root : Path
        The project.
    runs : Path
        The executed notebooks of one language, which names the folder.
    page : str
        The page's path without suffix.

    Returns
    -------
    Notebook or None
        None for a page that is no notebook, or one in a language it is not written in.

    Raises
    ------
    NotebookError
        The source cannot be read.
    """
    written, executed, language = root / f"{page}.ipynb", runs / f"{page}.ipynb", runs.name
    if not written.is_file() or not executed.is_file():
        return None
    notebook, fixed = published(root, Path(f"{page}.ipynb"))
    source = read_source(root / notebook, notebook.as_posix())
    if not speaks(source, language):
        return None
    made = json.loads(executed.read_text(encoding="utf-8"))
    return Notebook(source, made, fixed, language, f"{page}.ipynb")


def _metadata(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Give a cell's metadata without the tag of its language and without notes of a run."""
    tags = [tag for tag in cell["metadata"].get("tags", ()) if not tag.startswith("lang-")]
    kept = {name: value for name, value in cell["metadata"].items() if name not in {"tags", *NOTED}}
    return {**kept, "tags": tags} if tags else kept


def _set(value: Any, line: re.Match[str]) -> str:
    return f"{line[1]}{value!r}{line[2]}"
