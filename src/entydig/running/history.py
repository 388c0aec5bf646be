"""What earlier runs told: the key each had, how long it took, how many cells it has.

Only hints: they order runs, say when one will be done, and why one runs again.  A file that is damaged or lost
costs nothing but them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entydig.running.objects import write_object
from entydig.running.runs import Run
from entydig.running.store import ContentKey, digest_of

__all__ = ["History", "Remembered"]

FILE = Path(".cache", "history.json")
VERSION = 1
AT_MOST = 1000


@dataclass(frozen=True)
class Remembered:
    """The last run of one notebook in one language with one set of parameters."""

    key: ContentKey
    seconds: float


@dataclass
class History:
    """The runs remembered, by what was run."""

    file: Path
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def of(cls, root: Path) -> History:
        """Read a project's history; empty where there is none that can be read."""
        file = root / FILE
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            entries = content["runs"] if content["version"] == VERSION else {}
            sound = {name: entry for name, entry in entries.items() if _sound(entry)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            sound = {}
        return cls(file, sound)

    def last(self, run: Run) -> Remembered | None:
        """Give the last run of the same notebook, language and parameters."""
        entry = self.entries.get(_name(run))
        return Remembered(ContentKey(entry["parts"]), float(entry["seconds"])) if entry else None

    def expected(self, run: Run) -> float | None:
        """Give the seconds a run will take: its own last time, else the longest of its notebook."""
        own = self.last(run)
        if own is not None:
            return own.seconds
        notebook = run.notebook.as_posix()
        times = [float(each["seconds"]) for each in self.entries.values() if each["notebook"] == notebook]
        return max(times, default=None)

    def note(self, run: Run, key: ContentKey, seconds: float | None = None) -> None:
        """Note a run's key, and its seconds where it was executed."""
        own = self.last(run)
        took = round(seconds if seconds is not None else own.seconds if own else 0.0, 3)
        if own is not None and own.key == key and own.seconds == took:
            return
        self.changed = True
        self.entries[_name(run)] = {
            "notebook": run.notebook.as_posix(),
            "parts": dict(key.parts),
            "seconds": took,
            "noted": round(time.time()),
        }

    def write(self) -> None:
        """Write what is remembered, the latest `AT_MOST`; a disk that cannot be written is let be."""
        if not self.changed:
            return
        latest = sorted(self.entries.items(), key=lambda item: -float(item[1].get("noted", 0)))[:AT_MOST]
        content = json.dumps({"version": VERSION, "runs": dict(latest)}, ensure_ascii=False, indent=1)
        try:
            write_object(self.file, content.encode(), durable=False)
        except OSError:
            return
        self.changed = False


def _name(run: Run) -> str:
    return f"{run} {digest_of(dict(run.parameters))[:12]}"


def _sound(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("notebook"), str)
        and isinstance(entry.get("seconds"), int | float)
        and isinstance(entry.get("noted"), int | float)
        and isinstance(entry.get("parts"), Mapping)
        and all(isinstance(value, str) for value in entry["parts"].values())
    )
