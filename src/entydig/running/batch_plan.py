"""The runs of a batch: what each row of the table asks for, and what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from entydig.errors import NotebookError, Problem, UsageError
from entydig.running.batch_output import Entry, file_stem
from entydig.running.batch_table import read_table
from entydig.running.notebook import about, read_source
from entydig.running.parameters import Parameter, Value, from_text, inspect
from entydig.running.reads import SHIPPED, files
from entydig.running.runs import Run
from entydig.running.store import ContentKey, content_key, digest_of, package_digest

__all__ = ["Plan", "plan_batch"]

PACKAGE = Path(__file__).parents[1]
WORLD = "world:"


@dataclass(frozen=True)
class Plan:
    """The runs of a batch, and what they read."""

    root: Path
    notebook: Path
    entries: tuple[Entry, ...]
    reads: tuple[str, ...]
    default: str  # the answers a run is on that names none

    def data(self, run: Run) -> str:
        """Give the answers a run is on."""
        return str(run.parameters.get("data", self.default))

    def key(self) -> Callable[[Run, str | None], ContentKey]:
        """Give the function that computes a run's content key: all but its parameters are looked at once."""
        package = package_digest(PACKAGE)

        @cache
        def common(language: str, data: str) -> ContentKey:
            return content_key(
                self.root, self.notebook, language, {}, reads=self.reads, package=package, data=data
            )

        def key(run: Run, records: str | None) -> ContentKey:
            parts = common(run.language, self.data(run)).parts
            return ContentKey({**parts, "parameters": digest_of(dict(run.parameters))})

        return key

    def files(self, runs: Sequence[Run]) -> dict[str, bytes]:
        """Read the notebook and what it declares, for workers that have no project.

        Raises
        ------
        UsageError
            A declared file lies outside the project.
        """
        needed = {self.notebook.as_posix(): self.root / self.notebook}
        for data in {self.data(run) for run in runs}:
            needed |= files(self.root, self.notebook, self.reads, data)
            needed |= _drawn(self.root, data)
        outside = [file for name, file in needed.items() if self.root / name != file]
        if outside:
            found = f"lies outside the project: {outside[0].parent}"
            raise UsageError(
                Problem("the data", found, "a folder in it, which workers elsewhere can be sent")
            )
        return {name: file.read_bytes() for name, file in sorted(needed.items())}


def plan_batch(
    root: Path, notebook: Path, table: Path, texts: dict[str, str], languages: Sequence[str]
) -> Plan:
    """Plan the runs of a batch; parameters and errors as `entydig.running.batch.batch`."""
    file = notebook if notebook.is_file() else root / notebook
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        problem = Problem(str(notebook), "is no notebook of the project", f"a notebook under {root}")
        raise NotebookError(problem)
    inside = file.resolve().relative_to(root.resolve())
    says = about(read_source(file, inside.as_posix()))
    if says.get("stage", 1) > 1:
        found = "reads the records of a build, which differ from build to build"
        raise NotebookError(Problem(inside.as_posix(), found, "a notebook of stage 1"))
    declared = inspect(file)
    common = from_text(declared, texts, inside.as_posix())
    if languages:
        from_text(declared, {"lang": languages[0]}, inside.as_posix())
    taken = {**dict.fromkeys(texts, "an option"), **({"lang": "--lang"} if languages else {})}
    if languages and "lang" in texts:
        raise UsageError(Problem("-p lang", "is also given by --lang", "one of the two"))
    entries = _entries(inside, declared, table, common, languages, taken)
    plan = Plan(root, inside, entries, tuple(says.get("reads", ())), _default(declared, "data", SHIPPED))
    _check_answers(plan, table)
    return plan


def _entries(
    notebook: Path,
    declared: Sequence[Parameter],
    table: Path,
    common: Mapping[str, Value],
    languages: Sequence[str],
    taken: Mapping[str, str],
) -> tuple[Entry, ...]:
    rows = read_table(table, declared, taken)
    width = max(len(str(len(rows))), 3)
    found = []
    for row in rows:
        for chosen in languages or [""]:
            own = {**({"lang": chosen} if chosen else {}), **row.values}
            given = {**common, **own}
            language = str(given.pop("lang", _default(declared, "lang", "")))
            run = Run(notebook, language, given)
            found.append(Entry(row.number, row.line, own, run, file_stem(row.number, width, own.values())))
    return tuple(found)


def _check_answers(plan: Plan, table: Path) -> None:
    """See that the answers of every row are there, drawn where they are a world's, and all real or all synthetic.

    Raises
    ------
    UserError
        All rows whose answers cannot be used; or real and synthetic answers in one batch.
    """
    wanted: dict[str, Entry] = {}
    for entry in plan.entries:
        wanted.setdefault(plan.data(entry.run), entry)
    if list(wanted) == [SHIPPED]:
        return
    from entydig.project.evaluation import survey_folder
    from entydig.survey.instrument import read_instrument
    from entydig.survey.package import read_package
    from entydig.survey.place import INSTRUMENT

    instrument = read_instrument(plan.root / INSTRUMENT)
    problems, kinds = [], {}
    for data, entry in wanted.items():
        try:
            kinds[read_package(survey_folder(plan.root, data, instrument)).data] = data
        except UsageError as error:
            problems += [
                Problem(f"{table}, line {entry.line}: {each.where}", each.found, each.expected)
                for each in error.problems
            ]
    if problems:
        raise UsageError(*problems)
    if len(kinds) > 1:
        found = f"{' and '.join(f'{kind} answers ({data})' for kind, data in kinds.items())} in one batch"
        raise UsageError(Problem(str(table), found, "either", "make two batches, with two names"))


def _default(declared: Sequence[Parameter], name: str, otherwise: str) -> str:
    return str(next((each.default for each in declared if each.name == name), otherwise))


def _drawn(root: Path, data: str) -> dict[str, Path]:
    """Give the answers of a world as they were drawn here, so that no worker draws them while another does."""
    if not data.startswith(WORLD):
        return {}
    drawn = (root / ".cache" / "worlds").glob(f"{data.removeprefix(WORLD)}-*/*")
    return {file.relative_to(root).as_posix(): file for file in drawn}
