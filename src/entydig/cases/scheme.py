"""What codes mean: by the convention of their names, or by a file that says it.

By convention ``3.1 +`` (with ``-`` or ``+-``; words may follow) is a claim with its stance, ``3.1 words`` a claim,
``+`` a stance, ``level: name`` a level; all else is emergent. A code that cannot be given is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from entydig.cases.corpus import Code, CodeKind, Stance
from entydig.cases.register import schema
from entydig.exchange.refi_project import CodeEntry
from entydig.survey.document import read_document

__all__ = ["CONVENTION", "Scheme", "read_scheme"]

CLAIM = re.compile(
    r"(?P<claim>\d+(?:\.\d+)+)(?:\s*(?P<stance>\+/-|\+-|±|\+|-|−|–)(?=\s|$))?(?:\s.*)?", re.DOTALL
)
LEVEL = re.compile(r"level:\s*(?P<level>\S.*)", re.IGNORECASE | re.DOTALL)
# As people and programs write them.
SPELLINGS: Mapping[str, Stance] = {
    "+": "+",
    "-": "-",
    "−": "-",
    "–": "-",
    "+-": "+-",
    "+/-": "+-",
    "±": "+-",
}
FIELDS = ("case", "kind", "level", "synthetic")


@dataclass(frozen=True)
class Scheme:
    """How a project is to be read.

    Attributes
    ----------
    codes, sources : mapping
        Name or GUID to what it means; wins over convention and variables.
    variables : mapping
        ``case``, ``kind``, ``level``, ``synthetic`` to the project's own names.
    utf16 : bool
        Whether the project's positions count units of UTF-16, not code points.
    case : str
        The place of every text that names none of its own.
    """

    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=lambda: {name: name for name in FIELDS})
    utf16: bool = False
    case: str = ""

    def code(self, entry: CodeEntry) -> Code:
        """Say what a code means."""
        said = self.codes.get(entry.guid, self.codes.get(entry.name))
        meaning = _by_name(entry) if said is None else _as_said(said)
        return Code(entry.guid, entry.name, description=entry.description, parent=entry.parent, **meaning)

    def unknown(self, codes: set[str], sources: set[str]) -> list[str]:
        """Give the names of the file that are none of the project's, so that a slip of the pen is seen."""
        return sorted({*self.codes} - codes) + sorted({*self.sources} - sources)


CONVENTION = Scheme()


def read_scheme(path: Path) -> Scheme:
    """Read a file such as ``codes.yml``: ``codes``, ``sources``, ``variables``, ``positions``, each optional.

    Raises
    ------
    DataError
        The file is missing or breaks its schema.
    """
    content = read_document(path, schema("coding"))
    variables = {name: name for name in FIELDS} | content.get("variables", {})
    utf16 = content.get("positions") == "utf-16"
    return Scheme(content.get("codes", {}), content.get("sources", {}), variables, utf16)


def _by_name(entry: CodeEntry) -> dict[str, Any]:
    name = entry.name.strip()
    if not entry.codable:
        return {"kind": "other"}
    if stance := SPELLINGS.get(name):
        return {"kind": "stance", "stance": stance}
    if match := LEVEL.fullmatch(name):
        return {"kind": "level", "level": match["level"]}
    if match := CLAIM.fullmatch(name):
        return {"kind": "claim", "claim": match["claim"], "stance": SPELLINGS.get(match["stance"] or "")}
    return {"kind": "emergent"}


def _as_said(said: Mapping[str, Any]) -> dict[str, Any]:
    if "ignore" in said:
        return {"kind": "other"}
    kind = next((name for name in ("claim", "stance", "level") if name in said), "emergent")
    values = {name: said[name] for name in ("claim", "stance", "level") if name in said}
    return {"kind": cast("CodeKind", kind), **values}
