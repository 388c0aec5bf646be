"""A new finding of one's own: its notebook, and its place in the book."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from entydig.claims.register import Register, read_register
from entydig.errors import Problems, UsageError
from entydig.publishing.configuration import Edition, editions, read_yaml
from entydig.publishing.fork import fork
from entydig.running.notebook import read_source
from entydig.survey.files import write_whole
from entydig.survey.instrument import read_instrument
from entydig.survey.place import INSTRUMENT
from entydig.wording import text

__all__ = ["OWN", "new_finding"]

OWN = Path("notebooks", "own")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TOC, CONFIG = "_toc.yml", "_config.yml"


def new_finding(root: Path, name: str, *, origin: str, language: str) -> Path:
    """Write a notebook of one's own that begins as a copy of a finding's, and give it a page in the book.

    Parameters
    ----------
    root : Path
        The project.
    name : str
        Of the file, the labels and the page: lower-case letters, digits, hyphens.
    origin : str
        Id of the finding.
    language : str
        One of the book's.

    Returns
    -------
    Path
        ``notebooks/own/<name>.ipynb``.  `_toc.yml` and `_config.yml` keep their comments.

    Raises
    ------
    UsageError
        The name cannot be used or is taken, the book has no such finding or language: all at once.
    UserError
        The project or the finding's notebook cannot be read.
    """
    spoken = editions(read_yaml(root / CONFIG))
    register = read_register(root / "data" / "claims.yml", read_instrument(root / INSTRUMENT))
    target = root / OWN / f"{name}.ipynb"
    _check(name, target, origin, register, language, spoken)
    claims = register.of_finding(origin)
    source = Path("notebooks", f"{claims[0].owner}.ipynb")
    made = fork(
        read_source(root / source, source.as_posix()),
        name=name,
        language=language,
        finding=origin,
        claims={claim.id: claim.text[language] for claim in claims},
        where=source.as_posix(),
    )
    files = _listed(root, (OWN / name).as_posix(), spoken)
    write_whole(target, _written(made))
    for file, content in files.items():
        write_whole(root / file, content)
    return target


def _check(
    name: str, target: Path, origin: str, register: Register, language: str, spoken: Sequence[Edition]
) -> None:
    problems = Problems(UsageError)
    if not NAME.fullmatch(name):
        form = "lower-case letters, digits and hyphens, a letter first"
        problems.add(f"name {name!r}", "is no name of a page", form, "such as tenure-and-impact")
    elif target.exists():
        problems.add(f"name {name!r}", f"is taken: {target}", "a new one")
    if origin not in register.findings:
        problems.add(f"--from {origin}", "is no finding", f"one of {', '.join(register.findings)}")
    if language not in (known := [each.language for each in spoken]):
        problems.add(f"--lang {language}", "the book has no such language", f"one of {', '.join(known)}")
    problems.raise_if_any()


def _written(notebook: dict[str, Any]) -> str:
    import nbformat

    return str(nbformat.writes(nbformat.from_dict(notebook))) + "\n"


def _listed(root: Path, page: str, spoken: Sequence[Edition]) -> dict[str, str]:
    """Give table of contents and configuration with the page in a part of its own."""
    toc, config = (_yaml().load((root / each).read_text(encoding="utf-8")) for each in (TOC, CONFIG))
    caption = text("own_part", spoken[0].language)
    if "parts" not in toc:  # a book without parts needs no caption
        toc.setdefault("chapters", []).append({"file": page})
        return {TOC: _dumped(toc)}
    part = next((each for each in toc["parts"] if each.get("caption") == caption), None)
    if part is not None:
        part["chapters"] = [*(part.get("chapters") or []), {"file": page}]
        return {TOC: _dumped(toc)}
    toc["parts"].append({"caption": caption, "chapters": [{"file": page}]})
    for edition in spoken[1:]:
        known = config["entydig"]["languages"][edition.language].setdefault("captions", {})
        known.setdefault(caption, text("own_part", edition.language))
    return {TOC: _dumped(toc), CONFIG: _dumped(config)}


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000  # a line keeps its length
    return yaml


def _dumped(content: Any) -> str:
    stream = io.StringIO()
    _yaml().dump(content, stream)
    return stream.getvalue()
