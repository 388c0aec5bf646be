"""Pages of the book in the Markdown that Quarto reads: pandoc's, with Quarto's words for what the site folds or boxes.

What the words mean stands in Quarto's documentation: callouts, code folding (cells with class ``cell-code``),
figures (``fig-alt``), and identifiers that it would number by itself.
"""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entydig.errors import BookError, Problem
from entydig.publishing.print.model import (
    Element,
    attributes,
    div,
    document,
    element,
    nested,
    paragraph,
    text_of,
    words,
)
from entydig.publishing.print.pages import Page
from entydig.wording import text

__all__ = ["FOLDED", "PICTURES", "QuartoPages", "address"]

# The first line of code that the site folds, where the converter would leave it out.
FOLDED = "#| code-fold: true"
PICTURES = "pictures"
# Quarto numbers by chapter what has an identifier that begins so; the book's own numbers run through it.
NUMBERED = re.compile(
    "(?:fig|tbl|lst|eq|sec|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|tip|nte|wrn|imp|cau|vid)-"
)
CALLOUTS = {"warning": "warning", "tip": "tip", "important": "important", "caution": "caution"}
WRITER = "markdown-raw_attribute-simple_tables-multiline_tables"
COLUMNS = 1000  # so that no cell is too narrow for its words, of which pandoc would make HTML


def address(name: str, first: str, language: str) -> str:
    """Tell where a page of the book stands in the Quarto project; its first page stands beside `_quarto.yml`."""
    return "index.qmd" if name == first else f"{language}/{name}.qmd"


@dataclass(frozen=True)
class QuartoPages:
    """Writes the pages of one language.

    Parameters
    ----------
    language : str
    first : str
        The page that is Quarto's home page.
    homes : mapping
        From each label of the book to the page that has it.
    """

    language: str
    first: str
    homes: Mapping[str, str]

    @classmethod
    def of(cls, language: str, pages: Sequence[Page]) -> QuartoPages:
        """Take the pages of a book, the first of which is the home page."""
        homes = {page.label: page.name for page in pages}
        for page in pages:
            for each in nested(page.blocks):
                if label := _label(each):
                    homes.setdefault(label, page.name)
        return cls(language, pages[0].name, homes)

    def write(self, page: Page, banner: str = "") -> str:
        """Write one page; a banner stands below its title.

        Raises
        ------
        BookError
            Pandoc complained.
        """
        blocks = self._made(page.blocks, page.name)
        if banner:
            at = next((at for at, each in enumerate(blocks) if each["t"] == "Header"), -1) + 1
            said = paragraph(words(banner))
            blocks.insert(at, div([said], ["callout-warning", "banner"], appearance="minimal"))
        return written(blocks, f"{page.name} [{self.language}]")

    def _made(self, content: Any, here: str) -> Any:
        if isinstance(content, list):
            made: list[Any] = []
            for each in content:
                if isinstance(each, dict) and "t" in each:
                    made += self._rule({**each, **self._inner(each, here)}, here)
                else:
                    made.append(self._made(each, here))
            return made
        if isinstance(content, dict):
            return {name: self._made(value, here) for name, value in content.items()}
        return content

    def _inner(self, each: Element, here: str) -> Element:
        return {"c": self._made(each["c"], here)} if "c" in each else {}

    def _rule(self, each: Element, here: str) -> list[Element]:
        rules = {
            "Figure": self._figure,
            "Image": self._image,
            "Table": self._table,
            "Div": self._div,
            "Link": self._link,
            "CodeBlock": self._code,
        }
        rule = rules.get(each["t"])
        return rule(each, here) if rule else [each]

    def _figure(self, each: Element, here: str) -> list[Element]:
        (label, _, named), (_, caption), content = each["c"]
        picture = next(inner for inner in nested(content) if inner["t"] == "Image")
        (_, classes, about), _, target = picture["c"]
        shown = [*self._number("figure", dict(named)), *_running(caption)]
        return [paragraph([element("Image", [[_own(label), classes, about], shown, target])])]

    def _image(self, each: Element, here: str) -> list[Element]:
        (label, classes, named), said, (source, title) = each["c"]
        about = dict(named)
        alt = about.pop("alt", "")
        width = {"width": f"{about['size']}pt"} if "size" in about else {}
        path = posixpath.relpath(f"{self.language}/{PICTURES}/{source}", self._folder(here))
        return [
            element("Image", [attributes(label, classes, **{"fig-alt": alt}, **width), said, [path, title]])
        ]

    def _table(self, each: Element, here: str) -> list[Element]:
        (label, classes, named), (short, caption), columns, *rest = each["c"]
        about = dict(named)
        if about.get("number"):
            caption = [paragraph([*self._number("table", about), *_running(caption)], plain=True)]
        kept = [name for name in classes if name != "landscape"]
        # The widths are those of paper, where some columns are narrower than a word may stand in Markdown.
        free = [[side, element("ColWidthDefault")] for side, _ in columns]
        made = element("Table", [attributes(), [short, caption], free, *rest])
        # A box of its own, since pandoc's tables in Markdown lose their identifier where they have no caption.
        return [div([made], kept, _own(label))] if label or kept else [made]

    def _div(self, each: Element, here: str) -> list[Element]:
        (label, classes, named), blocks = each["c"]
        if "turned" in classes:
            return list(blocks)
        if "bibliography" in classes:
            return [div([], label="refs")]
        if "aside" in classes:
            return [div(blocks, ["column-margin"], label)]
        if "admonition" not in classes:
            return [element("Div", [[_own(label), classes, named], blocks])]
        title = next((inner for inner in blocks if _is_title(inner)), None)
        kind = next((CALLOUTS[name] for name in classes if name in CALLOUTS), "note")
        folded = {"collapse": "true"} if "dropdown" in classes else {}
        about = {"title": text_of(title["c"][1]), **folded} if title else folded
        return [div([inner for inner in blocks if inner is not title], [f"callout-{kind}"], label, **about)]

    def _link(self, each: Element, here: str) -> list[Element]:
        (label, classes, named), said, (target, title) = each["c"]
        kept = [name for name in classes if name != "page"]
        if target.startswith("#"):
            target = self._target(target[1:], here)
        return [element("Link", [[label, kept, named], said, [target, title]])]

    def _target(self, label: str, here: str) -> str:
        home = self.homes.get(label, here)
        if home == here:
            return f"#{_own(label)}"
        there = address(home, self.first, self.language)
        return f"{posixpath.relpath(there, self._folder(here))}#{_own(label)}"

    def _code(self, each: Element, here: str) -> list[Element]:
        (label, classes, _), code = each["c"]
        if "python" not in classes:
            return [each]
        folded = code.startswith(FOLDED)
        fold = {"code-fold": "true" if folded else "false", "code-summary": text("show_code", self.language)}
        kept = code.removeprefix(FOLDED).lstrip("\n") if folded else code
        return [
            div([element("CodeBlock", [attributes(label, [*classes, "cell-code"], **fold), kept])], ["cell"])
        ]

    def _number(self, kind: str, about: Mapping[str, str]) -> list[Element]:
        if not about.get("number"):
            return []
        said = text(f"{kind}_number", self.language) % about["number"]
        return [element("Strong", words(said.replace(" ", "\N{NO-BREAK SPACE}"))), element("Space")]

    def _folder(self, name: str) -> str:
        return posixpath.dirname(address(name, self.first, self.language)) or "."


def written(blocks: Sequence[Element], where: str) -> str:
    """Write blocks in pandoc's Markdown.

    Raises
    ------
    BookError
        Pandoc complained.
    """
    import pypandoc  # type: ignore[import-untyped]

    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "json", "-t", WRITER, "--wrap=none", f"--columns={COLUMNS}"],
        input=json.dumps(document(blocks), ensure_ascii=False),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or done.stderr.strip():
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        raise BookError(Problem(where, f"pandoc cannot write the page: {said}"))
    return done.stdout


def _label(each: Element) -> str:
    if each["t"] == "Header":
        return str(each["c"][1][0])
    return str(each["c"][0][0]) if each["t"] in {"Div", "Span", "Figure", "Table"} else ""


def _own(label: str) -> str:
    return f"book-{label}" if NUMBERED.match(label) else label


def _running(blocks: Sequence[Element]) -> list[Element]:
    """Give the text of a caption without its paragraphs."""
    made: list[Element] = []
    for block in blocks:
        made += ([element("Space")] if made else []) + list(block["c"])
    return made


def _is_title(block: Element) -> bool:
    return block["t"] == "Div" and "title" in block["c"][0][1]
