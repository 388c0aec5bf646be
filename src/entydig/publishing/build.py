"""One build: every notebook of the book in every language, the ledger, the site.

What is not needed when nothing changed (pandas, Sphinx, Jupyter) is imported where it is used.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entydig.errors import BookError, NotebookError, Problem
from entydig.publishing.configuration import editions, read_yaml
from entydig.publishing.contents import contents
from entydig.publishing.folders import MAIN, Site, build_folders
from entydig.publishing.manifest import Manifest, files_of, site_key
from entydig.publishing.planning import key_of, languages_of, plan, planned
from entydig.running.known import Known
from entydig.running.lock import build_lock
from entydig.running.notebook import published
from entydig.running.objects import PART, say
from entydig.running.progress import Progress
from entydig.running.reads import SHIPPED
from entydig.running.runs import Result, Run, run_path
from entydig.running.schedule import execute_build
from entydig.running.store import ContentKey, digest_of, package_digest

if TYPE_CHECKING:
    from entydig.project import Evaluation

__all__ = ["Build", "build", "examples_of", "plan", "publish_examples"]

PACKAGE = Path(__file__).parents[1]

Explain = Callable[[str], None]


@dataclass(frozen=True)
class Build:
    """What a build made.

    Attributes
    ----------
    site : Site
    ledger : Path
    claims : int
        Number of claims in the ledger.
    results : tuple of Result
        Of every run, executed or stored.
    seconds : float
        Of the whole.
    published : bool
        Whether the site was built anew.
    """

    site: Site
    ledger: Path
    claims: int
    results: tuple[Result, ...]
    seconds: float
    published: bool

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.results)


def build(
    root: Path,
    *,
    name: str = MAIN,
    data: str = SHIPPED,
    choices: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    languages: tuple[str, ...] = (),
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    explain: Explain | None = None,
    prints: bool = True,
) -> Build:
    """Run the notebooks whose inputs changed, collect the ledger, build the site if it is not up to date.

    Parameters
    ----------
    root, data, choices, given, languages
        As `plan`.
    name : str
        Of the build; a second build of the same name waits for the first to end.
    executor, workers, progress
        As `entydig.running.schedule.execute_all`.
    fresh : bool
        Run everything and build the site, whatever is stored.
    explain : callable, optional
        Takes a line for each run and one for the site: why it is made or not.
    prints : bool
        Whether the site comes with the report and the short edition as PDF.

    Raises
    ------
    UserError
        Bad data, notebooks or parameters, before anything runs; failed runs and a failed book afterwards.
        The old site stays as it was.
    """
    began = time.perf_counter()
    chosen = languages_of(root, languages)
    listed = planned(root, data, choices or {}, given or {}, chosen)
    package = package_digest(PACKAGE)
    known = Known.of(root, key_of(root, listed, package), fresh=fresh, explain=explain)
    runs = [each.run for each in listed]
    order = _Order(root, name, data, dict(choices or {}), dict(given or {}), chosen, prints)
    evaluation = order.check() if fresh or not order.was_checked(known, runs) else None
    with build_lock(root, name):
        _prune(root, name, runs)
        results = execute_build(
            runs, root, name, known=known, executor=executor, workers=workers, progress=progress
        )
        key = site_key(root, results, chosen, contents(root, data), package=package, prints=prints)
        made, reason = order.standing(key)
        reason = "everything is wanted anew (--fresh)" if fresh else reason
        if explain:
            explain(f"site: built, because {reason}" if reason else "site: up to date")
        if made is None or reason:
            made = order.publish(results, key, evaluation or order.check())
    site, took = Site(order.folder, made.pages, made.heaviest), time.perf_counter() - began
    return Build(site, site.folder / "ledger.json", made.claims, tuple(results), took, bool(reason))


@dataclass(frozen=True)
class _Order:
    """What a build was asked for, and what is done for it beside the runs: checking the data, publishing."""

    root: Path
    name: str
    data: str
    choices: Mapping[str, Any]
    given: Mapping[str, str]
    languages: tuple[str, ...]
    prints: bool = True

    @property
    def request(self) -> str:
        return digest_of([self.data, dict(self.choices), dict(self.given), list(self.languages)])

    @property
    def folder(self) -> Path:
        return build_folders(self.root, self.name)[1]

    def was_checked(self, known: Known, runs: Sequence[Run]) -> bool:
        """Say whether the same was built before from the same data, as the stored results of stage 1 tell."""
        last = Manifest.read(self.root, self.name)
        if last is None or last.request != self.request:
            return False
        try:
            return all(known.has(run) for run in runs if run.stage == 1)
        except NotebookError:  # such as answers that are gone, of which their reader knows more to say
            return False

    def check(self) -> Evaluation:
        """Read everything a notebook would, so that bad data are told before any runs."""
        from entydig.project import read_evaluation

        evaluation = read_evaluation(self.root, self.data, self.choices)
        _ = evaluation.material
        return evaluation

    def standing(self, key: ContentKey) -> tuple[Manifest | None, str]:
        """Give the manifest of the site that stands, and why it will not do; no reason when it will."""
        last = Manifest.read(self.root, self.name)
        if last is None:
            return None, "none was finished"
        if changed := key.differs(last.key):
            return last, f"{', '.join(changed)} changed"
        if not (faults := last.faults(self.folder)):
            return last, ""
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        say(f"the site {self.folder} is not whole ({faults[0]}{more} changed or missing); it is built anew")
        return last, "it is not whole"

    def publish(self, results: Sequence[Result], key: ContentKey, evaluation: Evaluation) -> Manifest:
        """Build the site and its ledger, and say beside it what it was made from.

        Without a manifest the site counts as unfinished.
        """
        from entydig.claims.ledger import entries, write_ledger
        from entydig.project.ledger import truths
        from entydig.publishing.claim_pages import Collection
        from entydig.publishing.departures import edition_note
        from entydig.publishing.print.editions import PRINTED, Frame, write_print
        from entydig.publishing.provenance import provenance
        from entydig.publishing.site import build_site

        decided = [each.run for each in results if each.run.stage == 1]
        first = [run for run in decided if run.language == self.languages[0]]
        ledger = entries((run_path(self.root, self.name, run) for run in first), truths(evaluation))
        records = [entry.record for entry in ledger]
        executed = [each.notebook for each in results]
        own = (each.run.page for each in results if each.run.page is not None)
        made_from = provenance(
            executed,
            records,
            evaluation.decisions,
            build=self.name,
            world=evaluation.world,
            pages={name for page in own for name in published(self.root, page)[1]},
        )
        synthetic = evaluation.survey.source == "synthetic"
        try:
            Manifest.forget(self.root, self.name)
            _sweep(self.folder)
            claims = Collection(evaluation, ledger)
            notes = {language: edition_note(made_from, language) for language in self.languages}

            def finish(staged: Path, folder: Path) -> None:
                write_ledger(ledger, folder)
                made_from.write(folder)
                if self.prints:
                    write_print(evaluation, staged, folder, frames)

            frames = [
                Frame(each, made_from, records, notes[each.language], synthetic)
                for each in editions(read_yaml(self.root / "_config.yml"))
                if each.language in self.languages
            ]
            site = build_site(
                self.root,
                self.name,
                contents(self.root, self.data),
                made_from=made_from.digest,
                languages=self.languages,
                noindex=synthetic,
                notes=notes,
                claims=claims,
                finish=finish,
                printed=PRINTED if self.prints else (),
            )
            files = files_of(site.folder)
            made = Manifest(key, self.request, site.pages, len(records), files, site.heaviest)
            made.write(self.root, self.name)
        except OSError as error:
            where, found = str(error.filename or self.folder), error.strerror or str(error)
            expected = "a disk with room that may be written"
            raise BookError(Problem(where, f"cannot be written: {found}", expected)) from error
        return made


def _prune(root: Path, name: str, runs: Sequence[Run]) -> None:
    """Delete what earlier builds left that is no run of this one: a later stage would read it."""
    wanted = {run_path(root, name, run, failed=failed) for run in runs for failed in (False, True)}
    for language in {run.language for run in runs}:
        for folder, _, files in os.walk(root / "_build" / "runs" / name / language):
            for file in {Path(folder) / each for each in files} - wanted:
                if file.suffix in {".ipynb", PART}:
                    file.unlink(missing_ok=True)


def _sweep(site: Path) -> None:
    """Delete what builds that were killed left beside the site."""
    left = re.compile(rf"\.{re.escape(site.name)}-[a-z0-9_]{{8}}")  # as tempfile names folders
    for folder in site.parent.iterdir():
        if left.fullmatch(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def examples_of(root: Path) -> list[Path]:
    """Give the further evaluations that ``entydig: examples:`` of `_config.yml` lists."""
    listed = read_yaml(root / "_config.yml").get("entydig", {}).get("examples", [])
    return [root / name for name in listed]


def publish_examples(root: Path) -> None:
    """Put the sites of the examples beside the main one, under ``examples/<name>``; a whole copy is left."""
    _, site = build_folders(root, MAIN)
    copies = {example: site / "examples" / example.name for example in examples_of(root)}
    if all(_whole(example, target) for example, target in copies.items()):
        return
    with build_lock(root, MAIN):
        for example, target in copies.items():
            if _whole(example, target):
                continue
            part = target.with_name(f".{target.name}{PART}")
            for old in (part, target):
                shutil.rmtree(old, ignore_errors=True)
            shutil.copytree(build_folders(example, MAIN)[1], part)
            part.rename(target)


def _whole(example: Path, target: Path) -> bool:
    manifest = Manifest.read(example, MAIN)
    return manifest is not None and not manifest.faults(target)
