"""The whole book for Quarto, which is not rendered here: every page, figure, claim and number is in what it would read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pypandoc  # type: ignore[import-untyped]
import pytest

from entydig.publishing.configuration import documents, read_yaml
from entydig.publishing.print.model import nested, text_of, words
from entydig.publishing.print.pages import convert_pages
from entydig.publishing.quarto import write_quarto

pytestmark = pytest.mark.slow

LANGUAGES = ("da", "en")
NUMBER = re.compile(r"[−+]?\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def quarto(copied: Path) -> Path:
    """Write the Quarto project of the built book."""
    return write_quarto(copied)


@pytest.fixture(scope="module", params=LANGUAGES)
def both(request: pytest.FixtureRequest, copied: Path, quarto: Path) -> tuple[list[Any], list[Any]]:
    """Return the blocks of the converter, and what pandoc reads in the files, in the order of the book."""
    language = request.param
    folder = copied / "_build" / "book" / language
    names = documents(read_yaml(folder / "_toc.yml"))
    book = convert_pages(folder, names, language, root=copied, config=read_yaml(folder / "_config.yml"))
    files = [quarto / f"_index-{language}.qmd", *(quarto / language / f"{name}.qmd" for name in names[1:])]
    said = "\n\n".join(file.read_text(encoding="utf-8") for file in files)
    read = json.loads(pypandoc.convert_text(said, "json", format="markdown"))
    return uncited(book.blocks), uncited(list(read["blocks"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapters_are_those_of_the_table_of_contents(copied: Path, quarto: Path, language: str) -> None:
    listed = read_yaml(quarto / f"_quarto-{language}.yml")["book"]["chapters"]
    chapters = [each for part in listed for each in (part["chapters"] if isinstance(part, dict) else [part])]
    names = documents(read_yaml(copied / "_build" / "book" / language / "_toc.yml"))
    assert chapters == ["index.qmd", *(f"{language}/{name}.qmd" for name in names[1:])]
    assert set(documents(read_yaml(copied / "_toc.yml"))) <= set(names)
    assert [name for name in chapters if not (quarto / name).is_file()] == []
    parts = [part["part"] for part in listed if isinstance(part, dict)]
    contents = read_yaml(copied / "_build" / "book" / language / "_toc.yml")
    assert parts == [part["caption"] for part in contents["parts"]]


def test_every_heading_is_read_back(both: tuple[list[Any], list[Any]]) -> None:
    given, read = (
        [(each["c"][0], text_of(each["c"][2])) for each in nested(blocks) if each["t"] == "Header"]
        for blocks in both
    )
    assert len(given) > 400
    assert read == given


def test_every_figure_has_its_alternative_and_number(both: tuple[list[Any], list[Any]]) -> None:
    given, read = ([each["c"] for each in nested(blocks) if each["t"] == "Image"] for blocks in both)
    assert len(given) >= 30
    assert [dict(each[0][2])["fig-alt"] for each in read] == [dict(each[0][2])["alt"] for each in given]
    numbered = [each["c"] for each in nested(both[0]) if each["t"] == "Figure"]
    captions = [text_of(each["c"][1]) for each in nested(both[1]) if each["t"] == "Figure"]
    assert [NUMBER.findall(caption)[0] for caption in captions] == [
        dict(figure[0][2])["number"] for figure in numbered
    ]


def test_every_table_cell_and_claim_is_read_back(both: tuple[list[Any], list[Any]]) -> None:
    given, read = ([each["c"] for each in nested(blocks) if each["t"] == "Table"] for blocks in both)
    assert len(read) == len(given)

    def cells(tables: list[Any]) -> list[str]:
        rows = [row for table in tables for body in table[4] for row in body[3]]
        return [" ".join(text_of(cell[4]).split()) for row in rows for cell in row[1]]

    assert cells(read) == cells(given)
    claims = [
        {
            each["c"][0][0]: " ".join(text_of(each["c"][1]).split())
            for each in nested(blocks)
            if each["t"] == "Div" and "record" in each["c"][0][1]
        }
        for blocks in both
    ]
    assert len(claims[0]) >= 20
    assert claims[1] == claims[0]


def test_every_number_is_read_back(both: tuple[list[Any], list[Any]]) -> None:
    images = [each["c"] for each in nested(both[1]) if each["t"] == "Image"]
    alternatives = " ".join(dict(each[0][2])["fig-alt"] for each in images)
    given = set(NUMBER.findall(said(both[0])))
    assert len(given) > 500
    assert given - set(NUMBER.findall(f"{said(both[1])} {alternatives}")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_and_picture_leads_somewhere(copied: Path, language: str) -> None:
    folder = write_quarto(copied, languages=[language])
    files = [folder / "index.qmd", *(folder / language).rglob("*.qmd")]
    read = {
        file: json.loads(pypandoc.convert_file(str(file), "json", format="markdown"))["blocks"]
        for file in files
    }
    labels = {file: {f"#{label}" for each in nested(read[file]) if (label := own(each))} for file in files}
    lost, followed = [], 0
    for file in files:
        for each in nested(read[file]):
            target = each["c"][2][0] if each["t"] in {"Link", "Image"} else "http:"
            if target.startswith(("http:", "https:", "mailto:")):
                continue
            path, _, label = target.partition("#")
            there = (file.parent / path).resolve() if path else file
            followed += 1
            if not there.is_file() or (label and f"#{label}" not in labels[there]):
                lost.append(f"{file.name}: {target}")
    assert followed > 500
    assert lost == []


def uncited(blocks: list[Any]) -> list[Any]:
    """Drop the text of citations, which whoever renders them writes, and write quotation marks out."""
    for each in nested(blocks):
        if each["t"] == "Cite":
            each["c"] = []
        elif each["t"] == "Quoted":
            kind, inside = each["c"]
            before, behind = "“”" if kind["t"] == "DoubleQuote" else "‘’"
            each["t"], each["c"] = "Span", [["", [], []], [*words(before), *inside, *words(behind)]]
    return blocks


def said(blocks: list[Any]) -> str:
    """Return the text with a space between paragraphs and cells."""
    kinds = {"Plain", "Para", "Header", "CodeBlock"}
    return " ".join(text_of(each) for each in nested(blocks) if each["t"] in kinds)


def own(each: Any) -> str:
    """Return an element's identifier."""
    if each["t"] == "Header":
        return str(each["c"][1][0])
    return str(each["c"][0][0]) if each["t"] in {"Div", "Span", "Figure", "Table", "Image"} else ""
