"""One run, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from entydig.errors import NotebookError, Problem
from entydig.running.known import Known, written_before
from entydig.running.lock import build_lock
from entydig.running.notebook import about, page_in, published, read_source
from entydig.running.parameters import Parameter, from_text, inspect
from entydig.running.progress import Progress
from entydig.running.reads import SHIPPED
from entydig.running.results import raise_failures, write_result
from entydig.running.runs import Result, Run
from entydig.running.schedule import execute_all
from entydig.running.store import ContentKey, content_key, package_digest

__all__ = ["run_once"]

PACKAGE = Path(__file__).parents[1]


def run_once(
    root: Path,
    notebook: Path,
    texts: Mapping[str, str],
    *,
    build: str,
    fresh: bool = False,
    explain: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Run one notebook, unless its result is stored, and write it among the runs of a build.

    Parameters
    ----------
    root : Path
        The project.
    notebook : Path
        Inside the project; relative to the working directory or to the project.
    texts : Mapping[str, str]
        Parameters as typed.
    build : str
    fresh : bool
        Run it whatever is stored.
    explain : callable, optional
        Takes one line: stored, or why it is run.
    progress : Progress, optional

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
    page = page_in(root, notebook)
    inside, fixed = published(root, page)
    declared = inspect(root / inside)
    texts = {**texts, **{name: str(value) for name, value in fixed.items()}}
    values = from_text(declared, texts, inside.as_posix())
    language = str(values.pop("lang", _default(declared, "lang", "")))
    stage = about(read_source(root / inside)).get("stage", 1)
    run = Run(inside, language, values, stage, None if page == inside else page)
    data = str(values.get("data", _default(declared, "data", SHIPPED)))
    known = Known.of(root, _key(root, data), fresh=fresh, explain=explain)
    result = known.recall(run, written_before(root, build, language) if run.stage > 1 else None)
    result = result or _executed(run, root, build, known, progress)
    with build_lock(root, build):
        written = write_result(result, root, build)
    raise_failures([result])
    if written is None:
        raise NotebookError(Problem(inside.as_posix(), "wrote nothing", "an executed notebook"))
    return written


def _executed(run: Run, root: Path, build: str, known: Known, progress: Progress | None) -> Result:
    environment = {"ENTYDIG_BUILD": build}
    keys, expected = [known.keys[run.command]], [known.history.expected(run)]
    (result,) = execute_all(
        [run],
        root,
        workers=1,
        keys=keys,
        expected=expected,
        environment=environment,
        progress=progress,
        done=known.learn,
    )
    known.close()
    return result


def _key(root: Path, data: str) -> Callable[[Run, str | None], ContentKey]:
    def key(run: Run, records: str | None) -> ContentKey:
        reads = about(read_source(root / run.notebook)).get("reads", ())
        package = package_digest(PACKAGE)
        return content_key(
            root,
            run.notebook,
            run.language,
            run.parameters,
            reads=reads,
            package=package,
            records=records,
            data=data,
        )

    return key


def _default(declared: tuple[Parameter, ...], name: str, otherwise: str) -> object:
    return next((each.default for each in declared if each.name == name), otherwise)
