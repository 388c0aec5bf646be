"""What a build was made from, told beside its ledger, so that builds can be compared wherever their sites stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from entydig.errors import DataError, Problem
from entydig.running.known import RECORD
from entydig.running.reads import SHIPPED
from entydig.survey.decisions import Decisions
from entydig.survey.files import write_whole

__all__ = ["FILE", "VERSION", "Provenance", "provenance"]

FILE = "build.json"
VERSION = "entydig.build/1"
# What all notebooks of a build share, by its name in their content keys.
SHARED = ("package", "lock", "python", "packages")


@dataclass(frozen=True)
class Provenance:
    """What a build was made from.

    Attributes
    ----------
    build : str
        Its name.
    version : str
        Of entydig.
    source : str
        ``"real"``, ``"synthetic"``; empty where no claim was decided.
    data : str
        As asked for: ``"shipped"``, ``"private"``, ``"world:NAME"`` or a folder.
    world : str
        The synthetic truth the data were drawn from; empty when there is none or it is not known.
    registered : mapping
        ``date`` and ``sha256`` of the registered claims; empty where no claim was decided.
    decisions : mapping
        Departures from the registered decisions.
    parameters : mapping
        What else the notebooks were given.
    languages : sequence of str
    digests : mapping
        Of package, lock, Python and installed packages.
    notebooks : mapping
        Digest of each notebook's source, by its path.
    files : mapping
        Digest of each file a notebook declares, by its path.
    """

    build: str
    version: str
    source: str = ""
    data: str = SHIPPED
    world: str = ""
    registered: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    languages: Sequence[str] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    notebooks: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Provenance | None:
        """Read what stands beside a ledger; None where nothing does, as beside one that was sent alone.

        Raises
        ------
        DataError
            The file is of another version, or is not what a build writes.
        """
        file = folder / FILE
        if not file.is_file():
            return None
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            version = str(content.pop("schema"))
            if version == VERSION:
                languages = tuple(content.pop("languages", ()))
                return _checked(cls(**content, languages=languages))
            found = f"is of another version: {version}"
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(Problem(str(file), f"cannot be used: {error}", "as a build writes it")) from error
        raise DataError(Problem(str(file), found, VERSION, "compare with the entydig that wrote it"))

    def write(self, folder: Path) -> Path:
        """Write it into the folder of a site, whole or not at all."""
        return write_whole(folder / FILE, self._written)

    @property
    def digest(self) -> str:
        """SHA-256 of the file, by which its pages name the build."""
        return hashlib.sha256(self._written.encode()).hexdigest()

    @property
    def _written(self) -> str:
        return json.dumps({"schema": VERSION, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


def provenance(
    notebooks: Iterable[bytes],
    records: Sequence[Mapping[str, Any]],
    decisions: Decisions,
    *,
    build: str,
    world: str | None = None,
    pages: Collection[str] = (),
) -> Provenance:
    """Tell what a build was made from, as its executed notebooks have it.

    Parameters
    ----------
    notebooks : iterable of bytes
        All executed notebooks, in all languages.
    records : sequence of mapping
        Those of the ledger.
    decisions : Decisions
        The registered ones.
    build : str
        Its name.
    world : str, optional
        The synthetic truth the data were drawn from.
    pages : collection of str
        Parameters that tell pages of one notebook apart, which nobody gave.

    Returns
    -------
    Provenance
        Without times and places: builds of the same from the same differ in their name alone.
    """
    executed = [_Executed.of(content) for content in notebooks]
    parameters = {name: value for each in executed for name, value in each.parameters.items()}
    names = {name for name in parameters if name in decisions.registered}
    given = {
        name: value for name, value in parameters.items() if name not in {"lang", "data", *names, *pages}
    }
    first: Mapping[str, Any] = records[0] if records else {}
    return Provenance(
        build=build,
        version=_joined(each.version for each in executed),
        source=str(first.get("data", "")),
        data=_joined(each.data for each in executed if each.decides) or SHIPPED,
        world=world or "",
        registered=dict(first.get("registered", {})),
        decisions=dict(decisions.choose({name: parameters[name] for name in names}).chosen),
        parameters=dict(sorted(given.items())),
        languages=tuple(dict.fromkeys(each.language for each in executed)),
        digests={name: _joined(each.parts.get(name, "") for each in executed) for name in SHARED},
        notebooks={each.path: each.parts.get("notebook", "") for each in executed},
        files=dict(sorted(item for each in executed for item in each.parts.items() if "/" in item[0])),
    )


@dataclass(frozen=True)
class _Executed:
    """What an executed notebook says of itself."""

    path: str
    language: str
    version: str
    parameters: Mapping[str, Any]
    parts: Mapping[str, str]
    decides: bool

    @classmethod
    def of(cls, content: bytes) -> _Executed:
        notebook = json.loads(content)
        about, run = (notebook["metadata"].get(name, {}) for name in ("entydig", "papermill"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
        return cls(
            path=str(run.get("input_path", "")),
            language=str(about.get("language", "")),
            version=str(about.get("package", "")),
            parameters=run.get("parameters", {}),
            parts=about.get("key", {}).get("parts", {}),
            decides=any(RECORD in output.get("data", {}) for output in outputs),
        )

    @property
    def data(self) -> str:
        """The answers it ran on; of a folder elsewhere only the name, since this is published."""
        name = str(self.parameters.get("data", SHIPPED))
        path = Path(name)
        return f"outside/{path.name}" if path.is_absolute() or ".." in path.parts else name


def _joined(values: Iterable[str]) -> str:
    """Give the one value, or all of them where notebooks were run under several."""
    return ", ".join(sorted({value for value in values if value}))


def _checked(found: Provenance) -> Provenance:
    texts = (found.build, found.version, found.source, found.data, found.world, *found.languages)
    digests = (found.registered, found.digests, found.notebooks, found.files)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name is no text")
    if not all(isinstance(value, str) for each in digests for value in each.values()):
        raise ValueError("a digest is no text")
    if not all(isinstance(each, dict) for each in (found.decisions, found.parameters)):
        raise ValueError("decisions and parameters are no mappings")
    return found
