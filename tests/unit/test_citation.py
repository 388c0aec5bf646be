"""A citation in each form is read by others as it was meant, whatever the texts hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pybtex.database import parse_string

from entydig.publishing.citation import Author, Citation, Cited, read_citation
from entydig.publishing.citation_forms import bibtex, csl, plain, ris
from entydig.publishing.configuration import Edition

GROUP = (Author("Ø & Co"),)
PEOPLE = (Author("Berg", "Ada"), Author("Ib & Bo"))
AWKWARD = 'Faldet er 5 % {a_b} \\ "så" #1 ~ ^ $x$\n& <b>'

# The fields of a CSL-JSON item that are used here, as its schema has them; nothing else is allowed.
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": {"family": TEXT, "given": TEXT, "literal": TEXT},
    "oneOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
DATE = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
ITEM = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("id", "title", "container-title", "version", "language", "URL", "note"), TEXT),
        "type": {"enum": ["chapter"]},
        "author": {"type": "array", "items": NAME},
        "issued": {
            "type": "object",
            "properties": {"date-parts": {"type": "array", "items": DATE}},
            "additionalProperties": False,
        },
    },
    "required": ["id", "type"],
    "additionalProperties": False,
}


def book(authors: tuple[Author, ...] = GROUP, **changed: str) -> Citation:
    usual = {"title": "Bog & bånd", "version": "1.2", "year": "2031", "released": "", "base": ""}
    return Citation(authors, **{**usual, "language": "da", **changed})


def claim(**changed: str) -> Cited:
    return book(**changed).claim("3.1", "Det faldt", "uafgjort i syntetiske data", "abc")


def test_a_claim_is_cited_in_a_line_with_its_verdict() -> None:
    assert plain(claim()) == (
        "Ø & Co (2031). Påstand 3.1: Det faldt [uafgjort i syntetiske data]. I: Bog & bånd, version 1.2. "
        "da/claims/3.1.html"
    )


def test_a_page_is_cited_by_its_title_and_a_book_without_year_says_so() -> None:
    page = book(year="", version="", base="https://example.org/bog/da/").page("a/b-c", "Om")
    assert plain(page) == "Ø & Co (u.å.). Om. I: Bog & bånd. https://example.org/bog/da/a/b-c.html"
    assert page.key == "entydig-b-c"


def test_bibtex_is_read_with_every_sign_and_a_group_stays_one_author() -> None:
    entry = parse_string(bibtex(book(PEOPLE).page("a/b", AWKWARD)), "bibtex").entries["entydig-b"]
    assert entry.type == "incollection"
    assert [" ".join(person.last_names) for person in entry.persons["author"]] == ["Berg", r"{Ib \& Bo}"]
    assert entry.fields["year"] == "2031"
    assert entry.fields["title"] == (
        r"{Faldet er 5 \% \textbraceleft{}a\_b\textbraceright{} \textbackslash{} "
        r'"så" \#1 \textasciitilde{} \textasciicircum{} \$x\$ \& <b>}'
    )
    assert "url" not in entry.fields
    assert entry.fields["note"] == r"da/a/b.html"


def test_bibtex_has_the_address_of_a_book_that_has_one_and_the_digest_of_the_register() -> None:
    cited = claim(base="https://example.org/da/")
    entry = parse_string(bibtex(cited), "bibtex").entries["entydig-3-1"]
    assert entry.fields["url"] == "https://example.org/da/claims/3.1.html"
    assert entry.fields["note"] == "uafgjort i syntetiske data; claims.yml abc"
    assert entry.fields["title"] == "{Påstand 3.1: Det faldt [uafgjort i syntetiske data]}"


def test_ris_has_a_tag_on_every_line_begins_with_its_type_and_ends_itself() -> None:
    written = ris(book(PEOPLE).page("a/b", AWKWARD))
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert "\n" not in "".join(lines)
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert (lines[0], lines[-1]) == ("TY  - CHAP", "ER  - ")
    assert [line for line in lines if line.startswith("AU")] == ["AU  - Berg, Ada", "AU  - Ib & Bo"]
    assert {"PY  - 2031", "T2  - Bog & bånd", "LA  - da", "N1  - da/a/b.html"} <= set(lines)
    assert not any(line.startswith("UR") for line in lines)


@pytest.mark.parametrize(("released", "parts"), [("", [2031]), ("2031-05-09", [2031, 5, 9])])
def test_csl_is_a_list_of_one_item_with_the_fields_of_its_schema(released: str, parts: list[int]) -> None:
    items = json.loads(csl(book(PEOPLE, released=released, base="https://e.org/").page("a/b", AWKWARD)))
    Draft202012Validator({"type": "array", "items": ITEM, "minItems": 1, "maxItems": 1}).validate(items)
    assert items[0]["author"] == [{"family": "Berg", "given": "Ada"}, {"literal": "Ib & Bo"}]
    assert items[0]["issued"] == {"date-parts": [parts]}
    assert items[0]["title"] == AWKWARD
    assert items[0]["URL"] == "https://e.org/a/b.html"


def test_a_book_that_knows_nothing_of_itself_can_be_cited() -> None:
    bare = Citation((), "T", "", "", "", "", "en").page("a", "A")
    assert parse_string(bibtex(bare), "bibtex").entries["entydig-a"].fields["title"] == "{A}"
    Draft202012Validator(ITEM).validate(json.loads(csl(bare))[0])
    assert "PY" not in ris(bare)


def test_a_file_says_in_its_name_that_it_is_synthetic() -> None:
    assert claim().file(".bib", synthetic=True) == "claim-3.1-syntetisk.bib"
    assert book(language="en").page("a/b", "B").file(".ris", synthetic=True) == "b-synthetic.ris"
    assert claim().file(".bib", synthetic=False) == "claim-3.1.bib"


def test_authors_version_and_date_come_from_the_citation_file(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text(
        "authors:\n- given-names: Ada\n  name-particle: von\n  family-names: B\n- name: A & C\n"
        "version: 1.2\ndate-released: 2031-05-01\n",
        encoding="utf-8",
    )
    config = {"author": "Os", "html": {"baseurl": "https://example.org/bog/"}}
    found = read_citation(tmp_path, config, Edition("da", "Bog"), "2026-01-01")
    expected = Citation(
        (Author("von B", "Ada"), Author("A & C")),
        "Bog",
        "1.2",
        "2031",
        "2031-05-01",
        "https://example.org/bog/da/",
        "da",
    )
    assert found == expected == Citation.from_mapping(json.loads(json.dumps(found.as_mapping())))


def test_without_a_citation_file_the_author_is_that_of_the_book_and_the_year_that_of_the_register(
    tmp_path: Path,
) -> None:
    found = read_citation(tmp_path, {"author": "Os"}, Edition("da", "Bog"), "2026-01-01")
    assert (found.authors, found.year, found.released, found.base) == ((Author("Os"),), "2026", "", "")
