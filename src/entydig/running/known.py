"""What need not be run again: results by content key, and why the others are run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from entydig.running.history import History
from entydig.running.objects import Store
from entydig.running.runs import Result, Run
from entydig.running.store import ContentKey, digest_of

__all__ = ["RECORD", "Known", "records_digest", "written_before"]

Keys = Callable[[Run, str | None], ContentKey]

FAILED = ".failed.ipynb"
# As `entydig.claims.record.MIME`, which cannot be imported here without all of the statistics.
RECORD = "application/vnd.entydig.record+json"


@dataclass
class Known:
    """The results of a project that are known, for one build.

    Parameters
    ----------
    key : callable
        Gives a run's content key; its second argument is the digest of the records of stage 1, for a run of a
        later stage.
    store : Store
    history : History
    fresh : bool
        Runs everything again, whatever is stored.
    explain : callable, optional
        Takes a line for each run: stored, or why it is run.
    """

    key: Keys
    store: Store
    history: History
    fresh: bool = False
    explain: Callable[[str], None] | None = None
    # By the command that repeats a run, which no two runs of a build share.
    keys: dict[str, ContentKey] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, root: Path, key: Keys, *, fresh: bool = False, explain: Callable[[str], None] | None = None
    ) -> Known:
        """Give what a project knows."""
        return cls(key, Store.of(root), History.of(root), fresh, explain)

    def has(self, run: Run) -> bool:
        """Say whether the result of a run of stage 1 is stored; it is not read."""
        return self.key(run, None).digest in self.store

    def recall(self, run: Run, records: str | None = None) -> Result | None:
        """Give the stored result of a run, or None when it has to be run; either is explained.

        Parameters
        ----------
        run : Run
        records : str, optional
            Digest of the records it reads (`before`, `written_before`), for a run of a later stage.
        """
        key = self.keys[run.command] = self.key(run, records if run.stage > 1 else None)
        found = None if self.fresh else self.store.find(key.digest)
        if found is None:
            self._say(f"{run}: runs, because {self._reason(run, key)}")
            return None
        self._say(f"{run}: stored")
        seconds = float(found.about.get("seconds", 0.0))
        self.records[run.command] = str(found.about.get("records", ""))
        self.history.note(run, key, seconds)
        return Result(run, found.content, seconds, stored=True)

    def before(self, language: str, runs: Iterable[Run]) -> str:
        """Digest of the records of runs that were recalled or learnt."""
        mine = [run for run in runs if run.language == language]
        return digest_of({run.notebook.as_posix(): self.records[run.command] for run in mine})

    def learn(self, result: Result) -> None:
        """Keep the result of a run that went well."""
        if result.failure is not None or not result.notebook:
            return
        run, key = result.run, self.keys[result.run.command]
        records = self.records[run.command] = records_digest(result.notebook)
        about = {"run": str(run), "seconds": round(result.seconds, 3), "records": records}
        self.store.keep(key.digest, result.notebook, about)
        self.history.note(run, key, result.seconds)

    def close(self) -> None:
        """Write down what was learnt, and delete what is too old or too much."""
        self.history.write()
        self.store.sweep(keep={key.digest for key in self.keys.values()})

    def _reason(self, run: Run, key: ContentKey) -> str:
        if self.fresh:
            return "everything is wanted anew (--fresh)"
        if key.digest in self.store.damaged:
            return "its stored result was damaged"
        last = self.history.last(run)
        if last is None:
            return "it never ran"
        changed = key.differs(last.key)
        return f"{', '.join(changed)} changed" if changed else "its result is no longer in the store"

    def _say(self, line: str) -> None:
        if self.explain:
            self.explain(line)


def records_digest(notebook: bytes) -> str:
    """Digest of the records that stand in an executed notebook, in their order."""
    cells = json.loads(notebook)["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return digest_of([data[RECORD] for data in outputs if RECORD in data])


def written_before(root: Path, build: str, language: str) -> str:
    """Digest of the records of stage 1 that stand in the executed notebooks of a build; as `Known.before`."""
    folder = root / "_build" / "runs" / build / language
    found = {}
    for file in sorted(folder.rglob("*.ipynb")):
        content = file.read_bytes()
        about = json.loads(content)["metadata"].get("entydig", {})
        if not file.name.endswith(FAILED) and about.get("stage", 1) == 1:
            found[file.relative_to(folder).as_posix()] = records_digest(content)
    return digest_of(found)
