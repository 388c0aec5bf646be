"""Pages for print: what they become, what stops them, and the PDF that comes out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from entydig.errors import BookError
from entydig.publishing.configuration import Edition
from entydig.publishing.print.columns import LANDSCAPE, Layout, lay_out
from entydig.publishing.print.model import div, nested, paragraph, text_of, words
from entydig.publishing.print.pages import Book, convert_notebook, convert_pages
from entydig.publishing.print.report import Frame, write_report
from entydig.publishing.print.typesetting import to_typst
from entydig.publishing.provenance import Provenance

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="540pt" height="100pt"><rect width="9" height="9"/></svg>'
)
BIBLIOGRAPHY = "@misc{known, author = {Hansen, Ane}, title = {On it}, year = {2021}}\n"
CONFIG = {"bibtex_bibfiles": ["refs.bib"], "author": "Os"}


def book(folder: Path, language: str = "da", **pages: str) -> Book:
    (folder / "refs.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    (folder / "drawing.svg").write_text(SVG, encoding="utf-8")
    for name, source in pages.items():
        (folder / f"{name}.md").write_text(source, encoding="utf-8")
    return convert_pages(folder, list(pages), language, config=CONFIG)


def kinds(made: Book, kind: str) -> list[Any]:
    return [each["c"] for each in nested(made.blocks) if each["t"] == kind]


def complaint(folder: Path, source: str) -> str:
    with pytest.raises(BookError) as caught:
        book(folder, page=source)
    return str(caught.value)


def notebook(cell: Any) -> Any:
    return new_notebook(cells=[new_markdown_cell("# Titel", id="title"), cell])


def drawn(mime: str, content: str) -> Any:
    return new_code_cell("draw()", id="drawn", outputs=[new_output("display_data", {mime: content})])


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("# Titel\n\nEt {blink}`ord`.", "page.md, line 3: the role {blink}`ord`"),
        ("# Titel\n\nTo\nlinjer {blink}`ord`.", "page.md, line 4: the role {blink}`ord`"),
        ("# Titel\n\n```{mermaid}\na --> b\n```", "page.md, line 3: the directive {mermaid}"),
        (
            "# Titel\n\n:::{note}\nIndeni\n\n```{mermaid}\n```\n:::",
            "page.md, line 6: the directive {mermaid}",
        ),
        ("# Titel\n\n```{figure} drawing.svg\nTekst\n```", "line 3: a figure without alt text: drawing.svg"),
        ("# Titel\n\n![](drawing.svg)", "page.md, line 3: a figure without alt text: drawing.svg"),
        ("# Titel\n\n![En streg](nowhere.svg)", "page.md, line 3: no picture nowhere.svg"),
        ("# Titel\n\n<marquee>ord</marquee>", "page.md, line 3: "),
        ("# Titel\n\nEt <blink>ord</blink>", "the HTML element <blink>"),
        ("# Titel\n\nSe [her](#nowhere).", "page.md, line 3: a reference to nowhere, which is nowhere"),
        ("# Titel\n\n{cite:p}`known,unknown`", "page.md, line 3: a citation of unknown"),
        ("# Titel\n\n{numref}`nowhere`", "page.md, line 3: a reference to nowhere"),
        ("(twice)=\n# Titel\n\n(twice)=\n## Del", "the label twice stands twice"),
        ("Ingen overskrift.", "a page without a title"),
    ],
)
def test_what_paper_cannot_show_stops_with_file_and_line(tmp_path: Path, planted: str, found: str) -> None:
    assert found in complaint(tmp_path, planted)


def test_all_problems_of_all_pages_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        book(tmp_path, one="# En\n\n{blink}`a`", two="# To\n\n```{mermaid}\n```")

    assert [problem.where for problem in caught.value.problems] == ["one.md, line 3", "two.md, line 3"]


def test_a_line_is_that_of_the_source_in_all_languages(tmp_path: Path) -> None:
    staged, root = tmp_path / "staged", tmp_path / "root"
    staged.mkdir()
    root.mkdir()
    source = (
        '+++ {"tags": ["lang-da"]}\n# Titel\n\nTekst.\n+++ {"tags": ["lang-en"]}\n# Title\n\n{blink}`a`\n'
    )
    (root / "page.md").write_text(source, encoding="utf-8")
    (staged / "page.md").write_text("# Title\n\n{blink}`a`\n", encoding="utf-8")

    with pytest.raises(BookError, match=r"page\.md, line 8: the role"):
        convert_pages(staged, ["page"], "en", root=root)


def test_a_table_that_fits_no_page_stops_with_what_it_needs(tmp_path: Path) -> None:
    heads = [f"{'Ministerialtidende' * 2}{number}" for number in range(9)]
    source = f"# Titel\n\n| {' | '.join(heads)} |\n|{'---|' * 9}\n| {' | '.join('a' * 9)} |"

    said = complaint(tmp_path, source)

    assert "page.md, line 3: a table is too wide for the page: its 9 columns need" in said
    assert "at most 261 mm" in said


def test_a_picture_of_a_notebook_without_alt_text_stops(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"own\.ipynb, cell drawn.*: a figure without alt text"):
        convert_notebook(notebook(drawn("image/svg+xml", SVG)), "da", "own.ipynb", folder=tmp_path)


def test_numbers_run_through_the_book_and_references_show_them(tmp_path: Path) -> None:
    figure = "```{figure} drawing.svg\n:name: fig-%s\n:alt: En streg\n\nEn streg.\n```\n"
    made = book(
        tmp_path,
        one=f"# En\n\nSe {{numref}}`fig-b` og {{numref}}`tabellen <tbl-c>`.\n\n{figure % 'a'}",
        two=f"# To\n\n{figure % 'b'}\n```{{table}} Tal\n:name: tbl-c\n\n| a |\n|---|\n| 1 |\n```",
    )

    assert [dict(figure[0][2])["number"] for figure in kinds(made, "Figure")] == ["1", "2"]
    said = {link[2][0]: text_of(link[1]) for link in kinds(made, "Link")}
    assert said == {"#fig-b": "Figur\N{NO-BREAK SPACE}2", "#tbl-c": "tabellen"}


def test_a_link_leads_to_the_page_or_label_of_the_book_and_else_is_text(tmp_path: Path) -> None:
    made = book(
        tmp_path,
        one="(first)=\n# En\n\n[to](two.md), [del](two.md#part), [fil](../ledger.csv), [ude](https://example.org)",
        two="# To\n\n(part)=\n## Del\n\n[en](#first)",
    )

    targets = [(text_of(link[1]), link[2][0]) for link in kinds(made, "Link")]
    assert targets == [
        ("to", "#page-two"),
        ("del", "#part"),
        ("ude", "https://example.org"),
        ("en", "#first"),
    ]
    assert "fil" in text_of(made.blocks)


@pytest.mark.parametrize(("language", "quoted"), [("da", "»ord«"), ("en", "“ord”")])
def test_quotation_marks_are_those_of_the_language(tmp_path: Path, language: str, quoted: str) -> None:
    assert quoted in text_of(book(tmp_path, language, page='# Titel\n\nEt "ord", `"kode"`.').blocks)
    assert '"kode"' in text_of(book(tmp_path, language, page='# Titel\n\nEt "ord", `"kode"`.').blocks)


def test_what_the_site_folds_stands_open_and_code_only_where_it_is_shown(tmp_path: Path) -> None:
    folded = ":::{admonition} Løsning\n:class: dropdown\nSvaret er 42.\n:::"
    cells = [
        new_markdown_cell("# Titel"),
        new_markdown_cell(folded),
        new_code_cell("hidden = 1", metadata={"tags": ["hide-input"]}),
        new_code_cell("shown = 2", metadata={"tags": ["show-input"]}),
    ]

    made = convert_notebook(new_notebook(cells=cells), "da", "own.ipynb", folder=tmp_path)

    said = text_of(made.blocks)
    assert "Løsning" in said
    assert "Svaret er 42." in said
    assert "shown = 2" in said
    assert "hidden" not in said


def test_columns_get_what_their_words_need_and_share_the_rest() -> None:
    def cells(*said: str) -> list[Any]:
        return [[paragraph(words(each), plain=True)] for each in said]

    narrow = lay_out(cells("a", "b"), [cells("1", "2")])
    long = lay_out(cells("Nr.", "Tekst"), [cells("1", "ord " * 200), cells("2", "kort")])
    many = lay_out(cells(*["Kommunalbestyrelsen"] * 7), [cells(*"1234567")])

    assert isinstance(narrow, Layout)
    assert isinstance(long, Layout)
    assert isinstance(many, Layout)
    assert sum(narrow.widths) < 0.1
    assert long.widths[1] > 0.9
    assert sum(long.widths) <= 1.0
    assert not long.landscape
    assert many.landscape
    assert LANDSCAPE * min(many.widths) > 7 * 9  # seven times the width of a letter


def test_a_cell_may_hold_paragraphs_and_lists(tmp_path: Path) -> None:
    source = "# Titel\n\n```{list-table} Trin\n:header-rows: 1\n\n* - Hvad\n  - Hvordan\n* - a\n  - 1. en\n    2. to\n```"

    made = kinds(book(tmp_path, page=source), "Table")

    assert [text_of(cell[4]) for cell in made[0][4][0][3][0][1]] == ["a", "ento"]


def test_typst_gets_text_alternatives_and_no_list_where_a_sentence_begins_with_a_number(
    tmp_path: Path,
) -> None:
    made = book(
        tmp_path, page='# Titel\n\n[1. del](#titel)$a^2$\n\n![Et "billede"](drawing.svg)\n\n(titel)=\n## Del'
    )

    written = to_typst(made.blocks)

    assert '#picture("drawing.svg", alt: "Et \\"billede\\"")' in written
    assert '#formula("a^2", false, $a^2$)' in written
    assert "[1\\. del]" in written


def test_boxes_keep_their_label(tmp_path: Path) -> None:
    written = to_typst([div([paragraph(words("Påstand"))], ["record"], "claim-1-1")])

    assert '#box-of("record")[' in written
    assert "] <claim-1-1>" in written


# A whole report of a small book.
RECORDS = [
    {
        "claim": "1.1",
        "label": "claim-1-1",
        "text": {"da": "Det er sådan"},
        "words": {"da": "genfundet i syntetiske data"},
        "verdict": {"word": "supported"},
    }
]
PAGE = """(one)=
# En side

Se {cite:t}`known`; det stod {cite:p}`known`, og $a^2$.

```{container} record
:name: claim-1-1

**Påstand 1.1.** Det er sådan.
```

```{figure} drawing.svg
:name: fig-a
:alt: En lille firkant.

Firkanten.
```

```{bibliography}
```
"""


def staged(folder: Path, page: str = PAGE) -> Path:
    book(folder, one=page, front="# Forside\n\n## Svar\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    toc = {"root": "front", "parts": [{"caption": "Fund", "chapters": [{"file": "one"}]}]}
    (folder / "_toc.yml").write_text(json.dumps(toc), encoding="utf-8")
    (folder / "_config.yml").write_text(json.dumps(CONFIG), encoding="utf-8")
    return folder


def frame(**given: Any) -> Frame:
    edition = Edition("da", "Prøvebogen", "En prøve.", "Svarene er syntetiske.", "En rekonstruktion.")
    build = Provenance("main", "0.1.0", registered={"date": "2026-11-24", "sha256": "ab" * 32})
    return Frame(edition, build, **{"records": RECORDS, **given})


def report(folder: Path, page: str = PAGE, **given: Any) -> bytes:
    target = write_report(folder, staged(folder, page), folder / "out", frame(**given))
    assert target.name == "report-da.pdf"
    return target.read_bytes()


def texts(pdf: bytes) -> list[str]:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [
        " ".join(page.extract_text().replace("\xad\n", "").replace("\xad", "-").split()) for page in pages
    ]


def test_a_report_has_cover_contents_pages_claims_with_page_numbers_and_colophon(tmp_path: Path) -> None:
    cover, contents, front, one, claims, colophon = texts(report(tmp_path))

    assert "Prøvebogen" in cover
    assert "Indhold" in contents
    assert "En side" in contents
    assert "Svar" in front
    assert "(Hansen, 2021)" in one
    assert "Hansen (2021)" in one
    assert "Figur 1 Firkanten." in one
    assert "1.1. Det er sådan" in claims
    assert "● genfundet i syntetiske data 4 –" in claims.replace("\N{NO-BREAK SPACE}", " ")
    assert "24. november 2026" in colophon.replace("\N{NO-BREAK SPACE}", " ")


def test_the_banner_stands_on_every_page_of_synthetic_answers_and_on_none_of_real_ones(
    tmp_path: Path,
) -> None:
    assert all("Svarene er syntetiske." in text for text in texts(report(tmp_path)))
    assert not any("syntetiske." in text for text in texts(report(tmp_path, synthetic=False)))


def test_a_note_on_the_build_stands_on_every_page(tmp_path: Path) -> None:
    made = texts(report(tmp_path, note="**Ikke den registrerede analyse.** Udgaven `counted` afviger."))
    assert all("Ikke den registrerede analyse. Udgaven counted afviger." in text for text in made)


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    assert report(tmp_path) == report(tmp_path)


def test_the_report_says_that_it_is_tagged_for_reading_aloud(tmp_path: Path) -> None:
    reader = pypdf.PdfReader(io.BytesIO(report(tmp_path)))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da-DK"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()


def test_a_sign_that_no_typeface_has_stops(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"report \[da\]: .*could not be displayed"):
        report(tmp_path, PAGE + "\nEt tegn: 漢.\n")


def test_a_broken_word_file_stops(tmp_path: Path) -> None:
    (tmp_path / "book" / "print").mkdir(parents=True)
    (tmp_path / "book" / "print" / "report.yml").write_text("da: {colour: red}\n", encoding="utf-8")

    with pytest.raises(BookError, match=r"report\.yml: da: unknown colour"):
        report(tmp_path)
