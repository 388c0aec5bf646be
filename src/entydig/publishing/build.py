"""One build: every notebook of the book in every language, the ledger, the site."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from entydig.claims.ledger import collect, write_ledger
from entydig.errors import NotebookError, Problem, Problems, UsageError
from entydig.project import read_evaluation
from entydig.publishing.configuration import documents, editions, read_yaml
from entydig.publishing.site import MAIN, Site, build_site
from entydig.running import parameters as typed
from entydig.running.execution import Run, run_path
from entydig.running.schedule import Progress, execute_build
from entydig.running.store import ContentKey, content_key, package_digest

__all__ = ["Build", "build", "examples_of", "plan", "publish_examples"]

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Build:
    """What a build made."""

    site: Site
    ledger: Path
    runs: int
    claims: int


def plan(
    root: Path,
    *,
    data: str = "shipped",
    choices: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    languages: tuple[str, ...] = (),
) -> list[Run]:
    """List the runs of a build.

    Parameters
    ----------
    root : Path
    data : str
        As in `entydig.project.read_evaluation`.
    choices : Mapping, optional
        Decisions.
    given : Mapping, optional
        Further parameters as text; each must be one of at least one notebook.
    languages : tuple of str
        Empty: all of the book.

    Raises
    ------
    UserError
        A notebook breaks the contract, a parameter fits no notebook, or the book has no such language.
    """
    chosen = _languages(root, languages)
    notebooks = _notebooks(root)
    texts = {"data": data, **{name: str(value) for name, value in (choices or {}).items()}, **(given or {})}
    _check_reach(root, notebooks, given or {})
    runs = []
    for notebook in notebooks:
        declared = typed.inspect(root / notebook)
        mine = {name: value for name, value in texts.items() if name in {each.name for each in declared}}
        values = typed.from_text(declared, mine, notebook.as_posix())
        runs += [
            Run(notebook, language, values, _about(root / notebook).get("stage", 1)) for language in chosen
        ]
    return runs


def build(
    root: Path,
    *,
    name: str = MAIN,
    data: str = "shipped",
    choices: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    languages: tuple[str, ...] = (),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Build:
    """Run every notebook, collect the ledger, build the site.

    Raises
    ------
    UserError
        Bad data, notebooks or parameters, before anything runs; failed runs and a failed book afterwards.
        The old site stays as it was.
    """
    evaluation = read_evaluation(root, data, choices)
    runs = plan(root, data=data, choices=choices, given=given, languages=languages)
    package = package_digest(PACKAGE)

    def key(run: Run) -> ContentKey:
        records = _records_digest(root, name, run.language) if run.stage > 1 else None
        reads = _about(root / run.notebook).get("reads", ())
        return content_key(
            root, run.notebook, run.language, run.parameters, reads=reads, package=package, records=records
        )

    done = execute_build(runs, root, name, key=key, executor=executor, progress=progress)
    first = next(iter(editions(read_yaml(root / "_config.yml")))).language
    language = first if not languages or first in languages else languages[0]
    records = collect(
        run_path(root, name, run) for run in runs if run.language == language and run.stage == 1
    )
    site = build_site(
        root, name, languages=languages or None, noindex=evaluation.survey.source == "synthetic"
    )
    ledger, _ = write_ledger(records, site.folder)
    return Build(site, ledger, len(done), len(records))


def _languages(root: Path, wanted: tuple[str, ...]) -> tuple[str, ...]:
    known = tuple(edition.language for edition in editions(read_yaml(root / "_config.yml")))
    problems = Problems(UsageError)
    for language in wanted:
        if language not in known:
            problems.add(
                f"language {language!r}", "the book has no such language", f"one of {', '.join(known)}"
            )
    problems.raise_if_any()
    return wanted or known


def _notebooks(root: Path) -> list[Path]:
    named = [Path(f"{name}.ipynb") for name in documents(read_yaml(root / "_toc.yml"))]
    found = [path for path in named if (root / path).is_file()]
    missing = [path for path in named if path.parts[0] == "notebooks" and path not in found]
    if missing:
        raise NotebookError(
            *(Problem("_toc.yml", f"no notebook {path.as_posix()}", "a file") for path in missing)
        )
    return found


def _about(notebook: Path) -> dict[str, Any]:
    return dict(nbformat.read(notebook, as_version=4).metadata.get("entydig", {}))


def _check_reach(root: Path, notebooks: list[Path], given: Mapping[str, str]) -> None:
    known = {each.name for notebook in notebooks for each in typed.inspect(root / notebook)}
    problems = Problems(UsageError)
    for name in sorted(set(given) - known):
        problems.add(f"parameter {name!r}", "no notebook has it", f"one of {', '.join(sorted(known))}")
    problems.raise_if_any()


def _records_digest(root: Path, name: str, language: str) -> str:
    from entydig.project.records import stage_one_records

    content = json.dumps(stage_one_records(root, language, name), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def examples_of(root: Path) -> list[Path]:
    """Give the further evaluations that ``entydig: examples:`` of `_config.yml` lists."""
    listed = read_yaml(root / "_config.yml").get("entydig", {}).get("examples", [])
    return [root / name for name in listed]


def publish_examples(root: Path) -> None:
    """Put the sites of the examples beside the main one, under ``examples/<name>``."""
    for example in examples_of(root):
        target = root / "_build" / "site" / "examples" / example.name
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(example / "_build" / "site", target)
