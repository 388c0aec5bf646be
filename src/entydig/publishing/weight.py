"""What a page weighs: the bytes a browser fetches when it is the first page seen, by kind, and the budget for them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from entydig.errors import BookError, Problem, Problems

__all__ = ["BUDGET", "KINDS", "PAGE", "Weight", "budget_of", "check_weight", "weigh"]

KINDS = {
    "html": (),
    "css": (".css",),
    "js": (".js", ".mjs"),
    "fonts": (".woff", ".woff2", ".ttf", ".otf"),
    "mathematics": (),
    "figures": (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico"),
}
# The sum of what stands on every page; figures, and the script that draws mathematics, stand where they are needed.
PAGE = "page"
APART = ("figures", "mathematics")
MATHEMATICS = "/mathjax/"
KILO = 1000
BUDGET: Mapping[str, int] = {PAGE: 1000 * KILO}

ELEMENT = re.compile(r"<(link|script|img|source|object|iframe|embed)\b((?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>")
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
FETCHED = frozenset(["stylesheet", "preload", "modulepreload", "icon"])
FACE = re.compile(r"@font-face\s*\{[^}]*\}")
URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)""")
ABROAD = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Weight:
    """What one page weighs.

    Attributes
    ----------
    page : str
        Its path in the site.
    kinds : mapping
        Bytes by kind, none left out.
    """

    page: str
    kinds: Mapping[str, int]

    def of(self, kind: str) -> int:
        """Give the bytes of a kind; of ``"page"`` the sum without figures and mathematics."""
        if kind != PAGE:
            return self.kinds[kind]
        return sum(size for name, size in self.kinds.items() if name not in APART)

    def __str__(self) -> str:
        parts = ", ".join(f"{kind} {_kilo(size)}" for kind, size in self.kinds.items() if size)
        return f"{self.page} {_kilo(self.of(PAGE))} kB ({parts})"


def budget_of(config: Mapping[str, Any]) -> dict[str, int]:
    """Read the budget: ``entydig: budget:`` of `_config.yml`, in kB of a thousand bytes.

    Parameters
    ----------
    config : mapping
        The content of `_config.yml`.  A number is the budget of a page; a mapping gives it under ``page`` and, if
        wanted, one for each kind.

    Returns
    -------
    dict
        Bytes; a page may weigh a megabyte where nothing is said.

    Raises
    ------
    BookError
        A name that is none, or what is no number above 0: all at once.
    """
    given = config.get("entydig", {}).get("budget")
    named: Mapping[Any, Any] = given if isinstance(given, dict) else {} if given is None else {PAGE: given}
    problems = Problems(BookError)
    for name, size in named.items():
        where = "_config.yml, entydig: budget:"
        if name not in {PAGE, *KINDS}:
            problems.add(where, f"unknown {name}", ", ".join([PAGE, *KINDS]))
        elif isinstance(size, bool) or not isinstance(size, int | float) or size <= 0:
            problems.add(where, f"{name}: {size!r}", "kilobytes, more than 0")
    problems.raise_if_any()
    return {**BUDGET, **{str(name): round(size * KILO) for name, size in named.items()}}


def weigh(site: Path, pages: Iterable[str] | None = None) -> list[Weight]:
    """Weigh the pages of a site, uncompressed.

    Of fonts every face that a style sheet declares counts, in the first format it offers: more than a page without
    italics fetches, never less.

    Parameters
    ----------
    site : Path
    pages : iterable of str, optional
        Their paths in the site; all without it.

    Returns
    -------
    list of Weight
        The heaviest first; what is missing weighs nothing.
    """
    named = pages or (file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    scale = _Scale(site)
    found = [scale.weigh(page) for page in sorted(named)]
    return sorted(found, key=lambda weight: -weight.of(PAGE))


def check_weight(weights: Iterable[Weight], budget: Mapping[str, int]) -> None:
    """Refuse pages that weigh more than the budget allows.

    Raises
    ------
    BookError
        Pages above it, each with what it weighs: all at once.
    """
    problems = [
        Problem(
            weight.page,
            f"weighs {_kilo(weight.of(kind))} kB ({kind}; in all {weight})",
            f"at most {_kilo(allowed)} kB",
            "load less, or raise entydig: budget: in _config.yml",
        )
        for weight in weights
        for kind, allowed in budget.items()
        if weight.of(kind) > allowed
    ]
    if problems:
        raise BookError(*problems)


class _Scale:
    """Weighs pages; what they share is weighed once."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.sizes: dict[str, int] = {}
        self.sheets: dict[str, frozenset[str]] = {}

    @cached_property
    def endings(self) -> dict[str, str]:
        return {ending: kind for kind, endings in KINDS.items() for ending in endings}

    def weigh(self, page: str) -> Weight:
        content = (self.site / page).read_bytes()
        files = set(self._fetched(page, content.decode("utf-8")))
        kinds = dict.fromkeys(KINDS, 0) | {"html": len(content)}
        for file in files:
            if kind := self._kind(file):
                kinds[kind] += self._size(file)
        return Weight(page, kinds)

    def _fetched(self, page: str, content: str) -> Iterator[str]:
        for address in _addresses(content):
            if file := _beside(page, address):
                yield file
                if file.endswith(".css"):
                    yield from self._sheet(file)

    def _sheet(self, file: str) -> frozenset[str]:
        """Give what a style sheet brings along: the sheets it imports, the fonts it declares."""
        if file not in self.sheets:
            self.sheets[file] = frozenset()  # one that imports itself comes to an end
            self.sheets[file] = frozenset(self._brought(file))
        return self.sheets[file]

    def _brought(self, file: str) -> Iterator[str]:
        if not (self.site / file).is_file():
            return
        content = (self.site / file).read_text(encoding="utf-8")
        for address in IMPORT.findall(content):
            if sheet := _beside(file, address):
                yield from (sheet, *self._sheet(sheet))
        for face in FACE.findall(content):
            offered = (_beside(file, address) for address in URL.findall(face))
            yield from [each for each in offered if each and (self.site / each).is_file()][:1]

    def _kind(self, file: str) -> str:
        if MATHEMATICS in file:
            return "mathematics"
        return self.endings.get(posixpath.splitext(file)[1].lower(), "")

    def _size(self, file: str) -> int:
        if file not in self.sizes:
            path = self.site / file
            self.sizes[file] = path.stat().st_size if path.is_file() else 0
        return self.sizes[file]


def _addresses(content: str) -> Iterator[str]:
    """Give the addresses a page fetches without being asked."""
    for element, written in ELEMENT.findall(content):
        found = {name.lower(): first or second for name, first, second in ATTRIBUTE.findall(written)}
        if element == "link":
            if FETCHED & set(found.get("rel", "").lower().split()):
                yield found.get("href", "")
            continue
        yield from filter(None, (found.get("src"), found.get("data")))


def _beside(file: str, address: str) -> str:
    """Give the path in the site of what a file names; empty for what lies outside or within the file itself."""
    plain = re.split(r"[?#]", address, maxsplit=1)[0]
    if not plain or ABROAD.match(address):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), plain))
    return "" if path.startswith("..") else path


def _kilo(size: int) -> str:
    return f"{size / KILO:.0f}"
