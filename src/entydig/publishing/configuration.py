"""The book's own configuration (`_config.yml`, `_toc.yml`) and what is made of it for each language."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from entydig.errors import BookError, Problem, Problems

__all__ = [
    "EXTENSION",
    "Edition",
    "book_config",
    "book_toc",
    "documents",
    "editions",
    "read_yaml",
    "without_pages",
    "write_yaml",
]

EXTENSION = "entydig.publishing.sphinx_extension"
ENTRIES = ("parts", "chapters", "sections", "entries", "subtrees")


@dataclass(frozen=True)
class Edition:
    """What one language of the site says about itself.

    Attributes
    ----------
    language, title, description : str
    banner : str
        Stands above the content of every page of a site on synthetic data; empty for none.
    foot : str
        Stands at the end of every page.
    captions : mapping
        Captions of `_toc.yml` in this language; empty for the first language, whose captions stand there.
    """

    language: str
    title: str
    description: str = ""
    banner: str = ""
    foot: str = ""
    captions: Mapping[str, str] | None = None


def read_yaml(file: Path) -> dict[str, Any]:
    """Read one of the book's YAML files.

    Raises
    ------
    BookError
        The file is missing or not a YAML mapping.
    """
    if not file.is_file():
        raise BookError(Problem(str(file), "the file does not exist", "the book's configuration"))
    try:
        content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise BookError(Problem(str(file), f"cannot be read as YAML: {error}")) from error
    if not isinstance(content, dict):
        raise BookError(Problem(str(file), "is not a mapping", "keys and values"))
    return dict(content)


def write_yaml(file: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping as YAML."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        yaml.dump(dict(content), stream)


def editions(config: Mapping[str, Any], where: str = "_config.yml") -> tuple[Edition, ...]:
    """Give the languages of a book in their order; the first is the one `_config.yml` itself is written in.

    Parameters
    ----------
    config : mapping
        The content of `_config.yml`.  ``entydig: languages:`` maps each language to ``title``,
        ``description``, ``banner``, ``foot`` and ``captions``.
    where : str
        For messages.

    Returns
    -------
    tuple of Edition

    Raises
    ------
    BookError
        No languages are given, an entry has unknown keys, or a further language has no title.
    """
    given = config.get("entydig", {}).get("languages")
    if not isinstance(given, dict) or not given:
        found = "no entydig: languages:"
        raise BookError(
            Problem(where, found, "a mapping from language to title, description, banner, foot, captions")
        )
    problems = Problems(BookError)
    known = {"title", "description", "banner", "foot", "captions"}
    for number, (language, entry) in enumerate(given.items()):
        unknown = sorted(set(entry or {}) - known)
        if unknown:
            problems.add(
                where,
                f"entydig: languages: {language}: unknown {', '.join(unknown)}",
                ", ".join(sorted(known)),
            )
        if number and not (entry or {}).get("title"):
            problems.add(
                where, f"entydig: languages: {language} has no title", "the book's title in that language"
            )
    problems.raise_if_any()
    return tuple(
        Edition(str(language), **{"title": str(config.get("title", "")), **(entry or {})})
        for language, entry in given.items()
    )


def book_config(config: Mapping[str, Any], edition: Edition, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the configuration of one language's staged book.

    Parameters
    ----------
    config : mapping
        The content of `_config.yml`.
    edition : Edition
        The language's texts.
    settings : mapping
        Values for our Sphinx extension (``entydig_...``).

    Returns
    -------
    dict
    """
    made = copy.deepcopy(dict(config))
    made.pop("entydig", None)
    made["title"] = edition.title
    made["execute"] = {"execute_notebooks": "off"}
    made["only_build_toc_files"] = True
    sphinx = made.setdefault("sphinx", {})
    extensions = sphinx.setdefault("extra_extensions", [])
    sphinx["extra_extensions"] = [*(each for each in extensions if each != EXTENSION), EXTENSION]
    sphinx["config"] = {**(sphinx.get("config") or {}), "language": edition.language, **settings}
    html = made.get("html") or {}
    if html.get("baseurl"):
        made["html"] = {**html, "baseurl": f"{str(html['baseurl']).rstrip('/')}/{edition.language}/"}
    return made


def book_toc(toc: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """Give the table of contents with the captions of one language.

    Raises
    ------
    BookError
        Captions without a translation: all of them.
    """
    made = copy.deepcopy(dict(toc))
    if edition.captions is None:
        return made
    problems = Problems(BookError)
    for entry in _entries(made):
        for key in ("caption", "title"):
            if key not in entry:
                continue
            if entry[key] in edition.captions:
                entry[key] = edition.captions[entry[key]]
            else:
                where = f"_config.yml, entydig: languages: {edition.language}: captions"
                problems.add(where, f"no text for the {key} {entry[key]!r} of _toc.yml", "one line for each")
    problems.raise_if_any()
    return made


def documents(toc: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the pages of a table of contents, the root first, as paths without suffix."""
    found = [str(toc["root"])] if "root" in toc else []
    found += [str(entry["file"]) for entry in _entries(toc) if "file" in entry]
    return tuple(name.removesuffix(".md").removesuffix(".ipynb") for name in found)


def without_pages(toc: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Give a table of contents without some pages, and without the parts that hold no page then."""
    made = dict(toc)
    for key in ENTRIES:
        if key in made:
            entries = [without_pages(each, names) for each in made[key] if _name(each) not in names]
            made[key] = [
                each for each in entries if "file" in each or any(each.get(name) for name in ENTRIES)
            ]
    return made


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("file", "")).removesuffix(".md").removesuffix(".ipynb")


def _entries(toc: Mapping[str, Any]) -> Iterator[Any]:
    for key in ENTRIES:
        nested: Sequence[Any] = toc.get(key) or []
        for entry in nested:
            yield entry
            yield from _entries(entry)
