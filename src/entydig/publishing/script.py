"""A notebook's code in one language as a plain Python file, with its parameters on top."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from entydig import __version__
from entydig.errors import NotebookError, Problem
from entydig.running import inline
from entydig.running.notebook import TAG
from entydig.wording import text

__all__ = ["script"]

# Cells as editors know them (# %%); prose as comments.
TEMPLATE = """\
{% for cell in nb.cells if cell.source.strip() -%}
# %%{{ " [markdown]" if cell.cell_type == "markdown" }}
{%- if cell.cell_type == "markdown" %}
{{ cell.source | comment_lines }}
{%- else %}
{{ cell.source | ipython2python | trim }}
{%- endif %}

{% endfor %}"""
DISPLAY = "from IPython.display import display"


def script(source: Mapping[str, Any], language: str, given: Mapping[str, Any], where: str) -> str:
    """Write a notebook as a script.

    Parameters
    ----------
    source : mapping
        As `entydig.running.notebook.read_source` gives it.
    language : str
        Prose in another one is left out.
    given : mapping
        Parameters with other values than the notebook's defaults.
    where : str
        The notebook's name, for the first line and for messages.

    Returns
    -------
    str
        Python in the percent format; the parameters stand first, with the given values.

    Raises
    ------
    NotebookError
        What comes out is no Python, as of a notebook in another programming language.
    """
    import nbformat
    from nbconvert.exporters import PythonExporter

    cells = [cell for cell in source["cells"] if inline.belongs(cell, language)]
    notebook = nbformat.from_dict({**source, "cells": _ordered(cells, given)})
    exporter = PythonExporter(raw_template=TEMPLATE, exclude_input_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    name = Path(where).as_posix()
    first = text("export_script", language, notebook=name, spoken=language, version=__version__)
    made = f"# {first}\n\n{_with_display(body)}".rstrip("\n") + "\n"
    try:
        compile(made, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        found = f"its code is no Python: {error.msg} (line {error.lineno} of the script)"
        raise NotebookError(Problem(where, found, "a notebook in Python")) from error
    return made


def _ordered(cells: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Put the parameters before everything; raw cells are neither code nor prose."""
    kept = [dict(cell) for cell in cells if cell["cell_type"] in {"code", "markdown"}]
    first = [cell for cell in kept if TAG in cell["metadata"].get("tags", ())]
    rest = [cell for cell in kept if cell not in first]
    return [*({**cell, "source": _valued(cell["source"], given)} for cell in first), *rest]


def _valued(source: str, given: Mapping[str, Any]) -> str:
    """Write given values in place of the defaults, each of which stands on a line of its own."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value
        ):
            name, value = statement.target.id, statement.value
            if name in given and value.end_col_offset is not None:
                line = lines[value.lineno - 1].encode()
                before, behind = line[: value.col_offset], line[value.end_col_offset :]
                lines[value.lineno - 1] = (before + _literal(given[name]).encode() + behind).decode()
    return "\n".join(lines)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _with_display(body: str) -> str:
    """Give notebooks' own `display` to code that uses it."""
    return f"{DISPLAY}\n\n{body}" if "display(" in body and DISPLAY not in body else body
