"""The whole book as a PDF: cover, contents, pages, the claims with their page numbers, colophon."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from entydig.errors import BookError, Problem
from entydig.publishing.configuration import documents, read_yaml
from entydig.publishing.print.matter import Frame, about, claims_index, colophon, read_texts
from entydig.publishing.print.model import Element, nested, raw, shifted
from entydig.publishing.print.pages import Book, Page, convert_pages
from entydig.publishing.print.typesetting import compile_pdf, to_typst, write_pictures, write_templates
from entydig.survey.files import write_whole

__all__ = ["Frame", "report_name", "write_report", "write_reports"]

MAIN = '#import "report.typ": *\n#show: report\n\n'
# A citation for a clipboard; the same stands as a sentence beside it.
CLIPBOARD = "bibtex"
SUBPAGE = 2  # level of pages below a chapter


def report_name(language: str) -> str:
    """Name the file of a language's report."""
    return f"report-{language}.pdf"


def write_reports(
    root: Path, staged: Path, target: Path, frames: Sequence[Frame], *, scratch: Path | None = None
) -> dict[str, Path]:
    """Write the reports of all languages, side by side.

    Parameters
    ----------
    root : Path
        The project; ``book/print/report.yml`` has its words for cover and colophon.
    staged : Path
        The staged books, a folder for each language: the ``_build/book`` of a build.
    target : Path
        Where ``report-<language>.pdf`` go.
    frames : sequence of Frame
        One for each language.
    scratch : Path, optional
        Where the sources in Typst are left for a look; nowhere without it.

    Returns
    -------
    dict
        From language to file; a file appears whole or not at all.

    Raises
    ------
    BookError
        Something in the pages that paper cannot show, in any language: all of it.
    """
    problems: list[Problem] = []
    made: dict[str, Path] = {}
    with ThreadPoolExecutor(max_workers=max(len(frames), 1)) as pool:
        begun = {
            frame.edition.language: pool.submit(
                write_report, root, staged / frame.edition.language, target, frame, scratch=scratch
            )
            for frame in frames
        }
        for language, future in begun.items():
            try:
                made[language] = future.result()
            except BookError as error:
                problems += error.problems
    if problems:
        raise BookError(*problems)
    return made


def write_report(
    root: Path, staged: Path, target: Path, frame: Frame, *, scratch: Path | None = None
) -> Path:
    """Write one language's report; parameters and errors as `write_reports`, `staged` being the language's own."""
    language = frame.edition.language
    config, toc = read_yaml(staged / "_config.yml"), read_yaml(staged / "_toc.yml")
    texts, where = read_texts(root, language), f"report [{language}]"
    book = convert_pages(staged, documents(toc), language, root=root, config=config)
    with TemporaryDirectory(prefix="entydig-print-") as temporary:
        folder = Path(temporary) if scratch is None else scratch / language
        folder.mkdir(parents=True, exist_ok=True)
        build_id = hashlib.sha256(frame.build.write(folder).read_bytes()).hexdigest()
        blocks = [
            *_body(book, toc),
            *claims_index(frame.records, book, language),
            *colophon(frame, texts, build_id, staged),
        ]
        said = about(frame, texts, config, build_id)
        (folder / "about.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        for source in config.get("bibtex_bibfiles", ()):
            shutil.copyfile(staged / source, folder / Path(source).name)
        write_pictures(folder, book.pictures)
        write_templates(folder)
        main = folder / "main.typ"
        main.write_text(MAIN + to_typst(blocks, where), encoding="utf-8", newline="\n")
        made = compile_pdf(main, where)
    return write_whole(target / report_name(language), made)


def _body(book: Book, toc: Mapping[str, Any]) -> Iterator[Element]:
    """Give the pages in their order, with the captions of the table of contents between them."""
    pages = {page.name: page for page in book.pages}
    if "root" in toc:
        yield from _chapter(pages[documents({"root": toc["root"]})[0]], 0)
    for part in toc.get("parts") or ():
        named = bool(part.get("caption"))
        if named:
            yield raw("typst", f"#part({json.dumps(part['caption'], ensure_ascii=False)})")
        yield from _chapters(part.get("chapters") or (), pages, int(named), begins=named)
    yield from _chapters(toc.get("chapters") or (), pages, 0)


def _chapters(
    entries: Sequence[Mapping[str, Any]], pages: Mapping[str, Page], level: int, *, begins: bool = False
) -> Iterator[Element]:
    for number, entry in enumerate(entries):
        page = pages[documents({"root": entry["file"]})[0]]
        yield from _chapter(page, level, begins=begins and number == 0)
        yield from _chapters(entry.get("sections") or (), pages, level + 1)


def _chapter(page: Page, level: int, *, begins: bool = False) -> Iterator[Element]:
    """Give a page on a new sheet, unless the part's own title begins that."""
    if not begins and level < SUBPAGE:
        yield raw("typst", "#pagebreak(weak: true)")
    shifted(page.blocks, level)
    if not level:
        _unlist(page.blocks, 2)
    elif level >= SUBPAGE:
        _unlist(page.blocks, level + 1)
    for block in page.blocks:
        if block["t"] != "CodeBlock" or CLIPBOARD not in block["c"][0][1]:
            yield block


def _unlist(blocks: Sequence[Element], level: int) -> None:
    """Mark headings of a level that in these pages mean something else than in those of the parts."""
    for each in nested(list(blocks)):
        if each["t"] == "Header" and each["c"][0] == level:
            each["c"][1][1].append("unlisted")
