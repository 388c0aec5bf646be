"""Results put in their place among the runs of a build, and failures made one error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from entydig.errors import Problem, RunError
from entydig.running.objects import write_object
from entydig.running.runs import Result, run_path

__all__ = ["raise_failures", "write_result"]


def write_result(result: Result, root: Path, build: str) -> Path | None:
    """Write an executed notebook, whole or not at all; one that is there already is left.

    A failed one is called ``.failed.ipynb``; what an earlier run left under the other name is removed, so
    that nothing stale can be published.

    Returns
    -------
    Path or None
        None when the run ended before it had anything to write.

    Raises
    ------
    RunError
        The place cannot be written.
    """
    failed = result.failure is not None
    file = run_path(root, build, result.run, failed=failed)
    try:
        run_path(root, build, result.run, failed=not failed).unlink(missing_ok=True)
        if not result.notebook:
            file.unlink(missing_ok=True)
            return None
        if not (file.is_file() and file.read_bytes() == result.notebook):
            write_object(file, result.notebook, durable=False)
    except OSError as error:
        found = f"cannot be written: {error.strerror or error}"
        problem = Problem(str(file), found, "a disk with room that may be written", "then run the same again")
        raise RunError(problem) from error
    return file


def raise_failures(results: Sequence[Result]) -> None:
    """Raise all failures as one error.

    Raises
    ------
    RunError
        When at least one run failed.
    """
    failures = [result.failure for result in results if result.failure]
    if failures:
        raise RunError(*(failure.problem() for failure in failures))
