"""One run, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from entydig.errors import NotebookError, Problem
from entydig.running.execution import Run
from entydig.running.parameters import from_text, inspect
from entydig.running.schedule import execute_all, raise_failures, write_result

__all__ = ["run_once"]


def run_once(root: Path, notebook: Path, texts: Mapping[str, str], *, build: str) -> Path:
    """Run one notebook and write it among the runs of a build.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        Inside the project; relative to the working directory or to the project.
    texts : Mapping[str, str]
        Parameters as typed.
    build : str

    Returns
    -------
    Path
        The executed notebook.

    Raises
    ------
    NotebookError
        The notebook lies outside the project or a parameter does not fit.
    RunError
        The run failed.
    """
    file = notebook if notebook.is_file() else root / notebook
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        raise NotebookError(
            Problem(str(notebook), "is no notebook of the project", f"a notebook under {root}")
        )
    inside = file.resolve().relative_to(root.resolve())
    declared = inspect(file)
    values = from_text(declared, texts, inside.as_posix())
    default = next((each.default for each in declared if each.name == "lang"), "")
    language = str(values.pop("lang", default))
    results = execute_all([Run(inside, language, values)], root, environment={"ENTYDIG_BUILD": build})
    written = write_result(results[0], root, build)
    raise_failures(results)
    if written is None:
        raise NotebookError(Problem(inside.as_posix(), "wrote nothing", "an executed notebook"))
    return written
