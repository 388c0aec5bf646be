"""What machines read of a page: it can be parsed, and no title can break out of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from entydig.publishing.citation import Author, Citation, Cited
from entydig.publishing.structured import json_ld, meta_tags, sources

HOSTILE = '</script><script>alert("1")</script> & <!-- \'"'


class Elements(HTMLParser):
    """Gives the elements of a page's head, and the text in each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.scripts.append(data)


def cited(title: str = "Om", base: str = "", **changed: Any) -> Cited:
    usual: dict[str, Any] = {"version": "1.2", "year": "2031", "released": "", "language": "da"}
    authors = (Author("Berg", "Ada"), Author("Os"))
    return Citation(authors, "Bog", **{**usual, **changed}, base=base).page("a/b", title, mark="m")


def linked(page: str) -> dict[str, Any]:
    parsed = Elements(page)
    assert [tag for tag, _ in parsed.found] == ["script"]
    assert parsed.found[0][1] == {"type": "application/ld+json"}
    (content,) = parsed.scripts
    return dict(json.loads(content))


def test_no_text_ends_the_script_or_an_attribute() -> None:
    page = json_ld(cited(HOSTILE), "ScholarlyArticle", description=HOSTILE, sentence=HOSTILE)
    assert page.count("<") == 2
    said = linked(page)
    assert said["headline"] == f"{HOSTILE} [m]"
    assert said["description"] == said["about"]["name"] == HOSTILE
    parsed = Elements("".join(meta_tags(cited(HOSTILE), HOSTILE)))
    assert {tag for tag, _ in parsed.found} == {"meta"}
    assert all(set(each) in ({"name", "content"}, {"property", "content"}) for _, each in parsed.found)
    titles = [each["content"] for _, each in parsed.found if "title" in str(each.get("name"))]
    assert f"{HOSTILE} [m]" in titles


def test_a_page_is_part_of_its_book_in_its_language_by_whom_the_citation_file_names() -> None:
    said = linked(json_ld(cited(), "ScholarlyArticle", licence="https://l.org/"))
    assert said["@context"] == "https://schema.org"
    assert (said["@type"], said["inLanguage"], said["version"]) == ("ScholarlyArticle", "da", "1.2")
    assert said["author"] == [
        {"@type": "Person", "name": "Ada Berg"},
        {"@type": "Organization", "name": "Os"},
    ]
    assert said["isPartOf"] == {"@type": "Book", "name": "Bog", "inLanguage": "da"}
    assert said["license"] == "https://l.org/"
    assert {"url", "datePublished", "about", "isBasedOn"} & set(said) == set()


def test_a_book_with_an_address_and_a_release_says_where_and_when() -> None:
    said = linked(json_ld(cited(base="https://e.org/da/", released="2031-05-09"), "WebPage"))
    assert said["url"] == "https://e.org/da/a/b.html"
    assert said["isPartOf"]["url"] == "https://e.org/da/"
    assert said["datePublished"] == "2031-05-09"


@pytest.mark.parametrize(
    ("kind", "place", "part"),
    [("Dataset", "distribution", "DataDownload"), ("WebPage", "encoding", "MediaObject")],
)
def test_what_can_be_taken_along_is_named_with_its_relative_address(kind: str, place: str, part: str) -> None:
    file = {"name": "l.csv", "encodingFormat": "text/csv", "contentUrl": "../l.csv"}
    assert linked(json_ld(cited(), kind, files=[file]))[place] == [{"@type": part, **file}]


def test_the_tags_of_reference_managers_and_opengraph() -> None:
    parsed = Elements("".join(meta_tags(cited(base="https://e.org/da/", released="2031-05-09"), "Kort")))
    found = [(each.get("name") or each.get("property"), each["content"]) for _, each in parsed.found]
    assert found == [
        ("citation_title", "Om [m]"),
        ("citation_author", "Ada Berg"),
        ("citation_author", "Os"),
        ("citation_publication_date", "2031/05/09"),
        ("citation_inbook_title", "Bog"),
        ("citation_language", "da"),
        ("citation_public_url", "https://e.org/da/a/b.html"),
        ("og:type", "article"),
        ("og:title", "Om [m]"),
        ("og:site_name", "Bog"),
        ("og:description", "Kort"),
        ("og:locale", "da_DK"),
        ("og:url", "https://e.org/da/a/b.html"),
    ]
    without = "".join(meta_tags(cited(), ""))
    assert "url" not in without
    assert "image" not in without
    assert "og:description" not in without


def test_the_report_that_a_citation_file_refers_to_is_a_source() -> None:
    given = {
        "type": "report",
        "title": "Rapport",
        "authors": [{"name": "Instituttet"}],
        "number": "2021:21",
        "year": 2021,
        "isbn": "978-1",
    }
    assert sources([given]) == [
        {
            "@type": "Report",
            "name": "Rapport",
            "author": [{"@type": "Organization", "name": "Instituttet"}],
            "datePublished": "2021",
            "reportNumber": "2021:21",
            "identifier": "ISBN 978-1",
        }
    ]
