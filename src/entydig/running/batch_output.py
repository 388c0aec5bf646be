"""What a batch leaves: notebooks and pages, row by row, then `results.csv` and `index.html`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from entydig.errors import BookError, Problem, RunError
from entydig.running.known import RECORD
from entydig.running.objects import write_object
from entydig.running.parameters import Value
from entydig.running.runs import Failure, Result, Run

__all__ = ["Entry", "Listed", "Output", "Pages", "file_stem"]

INDEX = "index.html"
RESULTS = "results.csv"
FIXED = ("row", "status", "seconds", "error", "file", "sha256", "records")
DONE, FAILED = "done", "failed"
STEM = 80  # characters of a file's name
ERROR = 500  # characters of an error's line


@dataclass(frozen=True)
class Entry:
    """A run of the batch: its row and line in the table, the values that set it apart, its files' name."""

    row: int
    line: int
    values: Mapping[str, Value]
    run: Run
    stem: str

    @property
    def label(self) -> str:
        """Row and values in one line."""
        return f"row {self.row} ({', '.join(f'{name}={_typed(each)}' for name, each in self.values.items())})"


@dataclass(frozen=True)
class Listed:
    """What the index says of a run; `file` is relative, empty when there is nothing to link to."""

    row: int
    values: Mapping[str, Value]
    failed: bool
    error: str
    seconds: float
    file: str
    claims: Mapping[str, str]


class Pages(Protocol):
    """Makes the HTML of a batch."""

    def key(self, notebook: bytes, language: str) -> str:
        """Digest of everything a page is made from."""

    def standing(self, page: bytes) -> str:
        """Give the key of a page that was made before; empty when it is not whole."""

    def page(self, notebook: bytes, language: str, where: str) -> bytes:
        """Make the page of an executed notebook; `BookError` when it cannot be published."""

    def index(self, title: str, language: str, rows: Sequence[Listed]) -> bytes:
        """Make the page that lists the runs."""


@dataclass
class Output:
    """Writes the folder of one batch; each file whole or not at all.

    Parameters
    ----------
    folder : Path
    notebook, table : Path
        For titles and messages.
    entries : sequence of Entry
    pages : Pages
    """

    folder: Path
    notebook: Path
    table: Path
    entries: Sequence[Entry]
    pages: Pages
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_command: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.by_command = {entry.run.command: entry for entry in self.entries}

    def begin(self) -> None:
        """Delete what no run of this batch has; without index and results the folder counts as unfinished."""
        endings = (".ipynb", ".failed.ipynb", ".html")
        wanted = {f"{entry.stem}{ending}" for entry in self.entries for ending in endings}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for file in self.folder.iterdir():
                if file.is_file() and file.name not in wanted:
                    file.unlink()
        except OSError as error:
            raise _unwritten(self.folder, error) from error

    def take(self, result: Result) -> None:
        """Write what came out of a run.

        Raises
        ------
        RunError
            It cannot be written.
        """
        entry = self.by_command[result.run.command]
        notebook, page = (self.folder / f"{entry.stem}{ending}" for ending in (".ipynb", ".html"))
        failed = notebook.with_suffix(".failed.ipynb")
        error = _told(result.failure) if result.failure else ""
        content = None if error else self._page(page, result)
        if isinstance(content, BookError):
            error, content = _one_line(content.problems[0]), None
        self._write(failed if result.failure else notebook, result.notebook or None)
        self._write(notebook if result.failure else failed, None)
        self._write(page, content)
        file = page if content else failed if result.failure else notebook
        self.rows[result.run.command] = {
            "status": FAILED if error else DONE,
            "seconds": round(result.seconds, 3),
            "error": error,
            "file": file.name if result.notebook else "",
            "sha256": hashlib.sha256(result.notebook).hexdigest() if result.notebook else "",
            "records": _records(result.notebook) if result.notebook and not error else [],
        }

    def finish(self) -> None:
        """Write results and index.

        Raises
        ------
        RunError
            Runs failed: each with its row and the command that repeats it.  Or nothing can be written.
        """
        self._write(self.folder / RESULTS, self._results())
        languages = {entry.run.language for entry in self.entries}
        language = languages.pop() if len(languages) == 1 else ""
        listed = [self._listed(entry) for entry in self.entries]
        self._write(self.folder / INDEX, self.pages.index(self.folder.name, language, listed))
        problems = [self._problem(entry) for entry in self.entries if self._row(entry)["error"]]
        if problems:
            raise RunError(*problems)

    def _row(self, entry: Entry) -> dict[str, Any]:
        return self.rows[entry.run.command]

    def _page(self, file: Path, result: Result) -> bytes | BookError:
        """Give the page; the one that stands when it was made from the same."""
        language = result.run.language
        standing = file.read_bytes() if file.is_file() else b""
        if self.pages.standing(standing) == self.pages.key(result.notebook, language):
            return standing
        try:
            return self.pages.page(result.notebook, language, result.run.notebook.as_posix())
        except BookError as error:
            return error

    def _results(self) -> bytes:
        claims = sorted(
            {each["claim"] for row in self.rows.values() for each in row["records"]}, key=_natural
        )
        names = list(self.entries[0].values)
        shown = [f"parameter {name}" if name in FIXED else name for name in names]
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["row", *shown, *FIXED[1:-1], *(f"claim {each}" for each in claims), FIXED[-1]])
        for entry in self.entries:
            row, words = self._row(entry), self._claims(entry)
            values = [_typed(value) for value in entry.values.values()]
            fixed = [row[name] for name in FIXED[1:-1]]
            records = json.dumps(row["records"], ensure_ascii=False, sort_keys=True) if row["records"] else ""
            writer.writerow([entry.row, *values, *fixed, *(words.get(each, "") for each in claims), records])
        return stream.getvalue().encode()

    def _listed(self, entry: Entry) -> Listed:
        row, claims = self._row(entry), self._claims(entry)
        failed = row["status"] == FAILED
        return Listed(entry.row, entry.values, failed, row["error"], row["seconds"], row["file"], claims)

    def _claims(self, entry: Entry) -> dict[str, str]:
        language = entry.run.language
        return {each["claim"]: each["words"].get(language, "") for each in self._row(entry)["records"]}

    def _problem(self, entry: Entry) -> Problem:
        row = self._row(entry)
        seen = f"; as far as it came: {self.folder / row['file']}" if row["file"] else ""
        where = f"{self.table}, line {entry.line}: {entry.label}"
        return Problem(where, row["error"], action=f"repeat just this run: {entry.run.command}{seen}")

    def _write(self, file: Path, content: bytes | None) -> None:
        """Write a file, or delete it; one that is there already is left."""
        try:
            if content is None:
                file.unlink(missing_ok=True)
            elif not (file.is_file() and file.read_bytes() == content):
                write_object(file, content, durable=False)
        except OSError as error:
            raise _unwritten(file, error) from error


def file_stem(number: int, width: int, values: Iterable[Value]) -> str:
    """Name the files of a run by its row and values, safe on every system.

    Examples
    --------
    >>> file_stem(7, 3, ["da", "world:null", 0.5])
    '007-da-world-null-0.5'
    """
    words = "-".join(_typed(value) for value in values)
    safe = re.sub(r"[^A-Za-z0-9._]+", "-", words).strip("-.")
    return f"{number:0{width}}-{safe}"[:STEM].rstrip("-.")


def _records(notebook: bytes) -> list[dict[str, Any]]:
    cells = json.loads(notebook)["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return [data[RECORD] for data in outputs if RECORD in data]


def _natural(claim: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in claim.split(".")]


def _typed(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(failure: Failure) -> str:
    """Give kind and message in one line; what stands below the message's first line is in the traceback."""
    _, found, more = failure.traceback.rpartition(failure.error)
    return " ".join(f"{failure.error} {more if found else ''}".split())[:ERROR]


def _one_line(problem: Problem) -> str:
    return " ".join(f"{problem.where}: {problem.found}".split())


def _unwritten(file: Path, error: OSError) -> RunError:
    found = f"cannot be written: {error.strerror or error}"
    expected = "a disk with room that may be written"
    return RunError(Problem(str(file), found, expected, "then run the same again"))
