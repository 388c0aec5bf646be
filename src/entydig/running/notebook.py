"""A notebook's source, read as the JSON it is: quick, and nothing of Jupyter is imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError, Problem

__all__ = ["about", "notebook_digest", "page_in", "parameters_cell", "published", "read_source", "speaks"]

FORMAT = (4, 5)
TAG = "parameters"


def read_source(file: Path, where: str | None = None) -> dict[str, Any]:
    """Read a notebook of format 4.5, each cell's source as one text.

    Parameters
    ----------
    file : Path
    where : str, optional
        Stands in front of each problem; the path itself without it.

    Returns
    -------
    dict
        The notebook as JSON has it.

    Raises
    ------
    NotebookError
        The file is missing, is no notebook, or is of an older format (whose cells have no ids).
    """
    named = where or str(file)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        version = (int(content["nbformat"]), int(content["nbformat_minor"]))
        cells = [_cell(cell) for cell in content["cells"]]
        content = {**content, "cells": cells, "metadata": dict(content["metadata"])}
    except FileNotFoundError as error:
        problem = Problem(named, "the file does not exist", "a notebook", "correct the name")
        raise NotebookError(problem) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"cannot be read: {type(error).__name__}: {error}"
        raise NotebookError(Problem(named, found, "a notebook of format 4.5")) from error
    if version[0] != FORMAT[0] or version < FORMAT:
        found = f"is of notebook format {version[0]}.{version[1]}"
        raise NotebookError(
            Problem(named, found, "a notebook of format 4.5", "open and save it in JupyterLab")
        )
    return content


def about(source: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a notebook declares of itself under ``entydig`` in its metadata."""
    return dict(source["metadata"].get("entydig", {}))


def speaks(source: Mapping[str, Any], language: str) -> bool:
    """Tell whether a notebook is written in a language: in every one, unless it declares ``languages``."""
    return language in about(source).get("languages", (language,))


def page_in(root: Path, notebook: Path) -> Path:
    """Give a notebook's path in the project.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        Relative to the working directory or to the project.

    Raises
    ------
    NotebookError
        It is no file, or lies outside the project.
    """
    file = notebook if notebook.is_file() else root / notebook
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        raise NotebookError(
            Problem(str(notebook), "is no notebook of the project", f"a notebook under {root}")
        )
    return file.resolve().relative_to(root.resolve())


def published(root: Path, page: Path) -> tuple[Path, dict[str, Any]]:
    """Tell which notebook a page is made from, and with which parameters.

    A notebook whose metadata say ``entydig: {page_of: NOTEBOOK, parameters: {...}}`` stands for a run of another one,
    named from its own folder; any other notebook is its own page.

    Returns
    -------
    notebook : Path
        Relative to the project.
    parameters : dict

    Raises
    ------
    NotebookError
        `page` cannot be read.
    """
    says = about(read_source(root / page, page.as_posix()))
    if "page_of" not in says:
        return page, {}
    return page.parent / str(says["page_of"]), dict(says.get("parameters", {}))


def parameters_cell(source: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the first cell with the tag ``parameters``."""
    cells: Iterable[Mapping[str, Any]] = source["cells"]
    return next((cell for cell in cells if TAG in cell["metadata"].get("tags", ())), None)


def notebook_digest(source: Mapping[str, Any]) -> str:
    """Digest of what a notebook says: cells, tags and metadata; no outputs and no execution counts."""
    # What front ends rewrite whenever they run or save does not count.
    made = {"outputs", "execution_count"}
    noted = {"user_expressions", "execution"}
    cells = [
        {
            **{name: value for name, value in cell.items() if name not in made},
            "metadata": {name: value for name, value in cell["metadata"].items() if name not in noted},
            "source": cell["source"].replace("\r\n", "\n"),
        }
        for cell in source["cells"]
    ]
    metadata = {name: value for name, value in source["metadata"].items() if name != "language_info"}
    content = {**source, "cells": cells, "metadata": metadata}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    return {**cell, "cell_type": cell["cell_type"], "source": text, "metadata": dict(cell["metadata"])}
