"""The glossary: what is refused with its line, the order of a language, and words defined where they first stand."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from entydig.errors import BookError
from entydig.publishing.glossary import Entry, Finder, Words, in_order, read_glossary
from entydig.publishing.site import build_site

GLOSSARY = """- id: association
  da: {term: forening, also: [foreningen, foreninger], definition: "Nogle, der har sluttet sig sammen."}
  en: {term: association, also: [associations], definition: "People who have joined, \\"of their own will\\"."}
  source: bo1994
- id: sports-association
  da: {term: idrætsforening, also: [aktiv forening], definition: "En *forening*, der dyrker idræt."}
  en: {term: sports association, definition: An association that does sports.}
- id: age
  da: {term: år, definition: Alder i hele år.}
  en: {term: age, definition: Years since birth.}
- id: meeting
  da: {term: AGM, also: [årsmøde], definition: Det årlige møde.}
  en: {term: AGM, definition: The yearly meeting.}
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "glossary.yml"
    path.write_text(content, encoding="utf-8")
    return path


def test_an_evaluation_without_a_glossary_has_no_entries(tmp_path: Path) -> None:
    assert read_glossary(tmp_path / "glossary.yml", ["da"]) == ()


def test_entries_are_read_with_all_their_forms(tmp_path: Path) -> None:
    first = read_glossary(written(tmp_path, GLOSSARY), ["da", "en"])[0]
    assert (first.id, first.anchor, first.source) == ("association", "term-association", "bo1994")
    assert first.words["da"].forms == ("forening", "foreningen", "foreninger")
    assert first.words["en"].definition == 'People who have joined, "of their own will".'


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("id: age", "id: Age", 8, "'Age' does not match"),
        (
            "definition: Years since birth",
            "meaning: Years since birth",
            10,
            "'definition' is a required property",
        ),
        ("source: bo1994", "source: '{bo1994}'", 4, "does not match"),
        ("source: bo1994", "source: [bo1994]", 4, "is not of type 'string'"),
        ("term: age, ", "term: '*age*', ", 10, "'*age*' does not match"),
        ("  en: {term: age, definition: Years since birth.}\n", "", 8, "the entry age has no en"),
        ("id: age", "id: meeting", 11, "id 'meeting' is taken by the entry of line 8"),
        (
            "term: age,",
            "term: Associations,",
            8,
            "the form [en] 'associations' is taken by the entry of line 1",
        ),
        ("- id: age", "- id: [", 8, "cannot be read as YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    assert before in GLOSSARY
    with pytest.raises(BookError) as caught:
        read_glossary(written(tmp_path, GLOSSARY.replace(before, after)), ["da", "en"])
    assert said in str(caught.value)
    assert re.search(rf"line {line}\b", str(caught.value)), caught.value


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    wrong = (
        GLOSSARY.replace("id: age", "id: Age").replace("source:", "sauce:").replace("term: AGM, def", "def")
    )
    with pytest.raises(BookError) as caught:
        read_glossary(written(tmp_path, wrong), ["da", "en"])
    assert len(caught.value.problems) == 3


def entries(language: str, *terms: str) -> list[Entry]:
    return [Entry(str(number), {language: Words(term, (), "x")}) for number, term in enumerate(terms)]


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        # The order of Retskrivningsordbogen: æ, ø, å last; a space before any letter; é as e.
        ("da", ["bo", "bo i leje", "boaftale", "café", "cafeteria", "Zoo", "ære", "øre", "år"]),
        ("en", ["care", "Case", "case study", "caseload", "zebra"]),
    ],
)
def test_entries_stand_in_the_order_of_the_language(language: str, ordered: list[str]) -> None:
    found = in_order(entries(language, *reversed(ordered)), language)
    assert [entry.words[language].term for entry in found] == ordered


def found(text: str, *forms: str) -> list[str]:
    finder = Finder([Entry("a", {"da": Words(forms[0], forms[1:], "x")}), *entries("da", "rød kat")], "da")
    return [text[begin:end] for begin, end, _ in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "forms", "expected"),
    [
        ("Kat og kat", ("kat",), ["Kat", "kat"]),
        ("KAT", ("kat",), []),
        ("lbf, LBF", ("LBF",), ["LBF"]),
        ("katte, tomkat, kat-agtig, vild-kat", ("kat",), []),
        ("kat- og hundeliv", ("kat",), ["kat"]),
        ("En rød\nkat og en kat.", ("kat",), ["rød\nkat", "kat"]),
        ("katten", ("kat", "katten"), ["katten"]),
        ("ål", ("ål",), ["ål"]),
        ("Ål", ("ål",), ["Ål"]),
        ("a.b", ("a.b",), ["a.b"]),
        ("axb", ("a.b",), []),
        ("(kat)", ("kat",), ["kat"]),
    ],
)
def test_words_are_found_whole_the_longest_first(
    text: str, forms: tuple[str, ...], expected: list[str]
) -> None:
    assert found(text, *forms) == expected


def test_without_entries_nothing_is_found() -> None:
    assert list(Finder([], "da").find("kat")) == []


CONFIG = """title: Prøvebog
author: Os
only_build_toc_files: true
bibtex_bibfiles: [book/references.bib]
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [entydig.publishing.sphinx_extension]
  config: {language: da}
entydig:
  languages:
    da: {banner: "**Syntetiske svar**"}
    en: {title: Test book, banner: "**Synthetic answers**"}
"""
TOC = """format: jb-book
root: book/reading
chapters:
  - file: book/plain
  - file: book/glossary
"""
BIB = "@book{bo1994, author = {Bo, Ib}, title = {Tal}, publisher = {Os}, year = {1994}}\n"
PLAIN = "# Nothing here\n\nOf no interest, see [the entry](#term-age).\n"
PAGE = """(glossary)=
# Glossary

The age and the association.

```{entydig-glossary}
```

```{bibliography}
```
"""
READING = """(reading)=
+++ {"tags": ["lang-da"]}
# Foreninger

En aktiv forening har foreninger og *år*.
Forening igen, og et årsmøde.
+++ {"tags": ["lang-en"]}
# On associations

## The AGM of an association

See [the association](https://example.org), `association` and {cite:p}`bo1994`.

> The association said so.

| association |
|---|
| age |

:::{container} record
The association is registered.
:::

:::{note}
:class: dropdown
The age is folded away.
:::

Each of the associations, and no sports
association, has an *age*.
An age and an association again.
+++
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "book").mkdir()
    files = {
        "_config.yml": CONFIG,
        "_toc.yml": TOC,
        "book/references.bib": BIB,
        "book/reading.md": READING,
        "book/plain.md": PLAIN,
        "book/glossary.md": PAGE,
        "book/glossary.yml": GLOSSARY,
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    notes = {"da": "**Ikke registreret**: `x`", "en": "**Not registered**: `x`"}
    return build_site(root, noindex=True, notes=notes).folder


def article(site: Path, page: str) -> str:
    content = (site / page).read_text(encoding="utf-8")
    return content[content.index("<article") : content.index("</article>")]


TERM = re.compile(
    r'<span class="entydig-term"><a class="reference internal" href="([^"]+)" aria-describedby="([^"]+)">(.*?)</a>'
    r'<span class="entydig-definition" role="tooltip" id="([^"]+)">(.*?)</span></span>',
    re.DOTALL,
)


def defined(page: str) -> list[tuple[str, str]]:
    """Give the words that are defined on a page, in order, with the anchors they lead to."""
    matches = TERM.findall(page)
    assert len(matches) == page.count("entydig-term")
    assert all(described == about for _, described, _, about, _ in matches)
    return [(" ".join(word.split()), link) for link, _, word, _, _ in matches]


def test_the_first_use_of_each_word_in_running_text_leads_to_its_entry(site: Path) -> None:
    assert defined(article(site, "en/book/reading.html")) == [
        ("associations", "glossary.html#term-association"),
        ("sports association", "glossary.html#term-sports-association"),
        ("age", "glossary.html#term-age"),
    ]
    assert defined(article(site, "da/book/reading.html")) == [
        ("aktiv forening", "glossary.html#term-sports-association"),
        ("foreninger", "glossary.html#term-association"),
        ("år", "glossary.html#term-age"),
        ("årsmøde", "glossary.html#term-meeting"),
    ]


def test_the_definition_is_there_without_a_script_and_not_in_an_attribute(site: Path) -> None:
    page = article(site, "en/book/reading.html")
    meanings = [unescape(meaning) for *_, meaning in TERM.findall(page)]
    assert meanings[0] == 'People who have joined, "of their own will".'
    assert 'title="People' not in page
    assert "En <em>forening</em>, der dyrker idræt." in article(site, "da/book/reading.html")


def test_the_glossary_stands_in_the_order_of_the_language_with_the_other_languages_word(site: Path) -> None:
    danish, english = (article(site, f"{language}/book/glossary.html") for language in ("da", "en"))
    anchors = [re.findall(r'<dt id="term-([a-z-]+)"', page) for page in (danish, english)]
    assert anchors == [
        ["meeting", "association", "sports-association", "age"],
        ["age", "meeting", "association", "sports-association"],
    ]
    assert re.search(r'forening <span class="entydig-elsewhere" lang="en">association</span>', danish)
    assert re.search(r'association <span class="entydig-elsewhere" lang="da">forening</span>', english)
    assert re.search(r"own will\W.{0,200}>Bo, 1994<", english, re.DOTALL)
    assert "entydig-term" not in danish + english


def test_an_entry_can_be_linked_by_its_name(site: Path) -> None:
    assert 'href="glossary.html#term-age"' in article(site, "en/book/plain.html")


def test_a_search_finds_a_definition_in_the_glossary_alone(site: Path) -> None:
    index = (site / "en" / "searchindex.js").read_text(encoding="utf-8")
    content = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert content["docnames"][content["terms"]["birth"]] == "book/glossary"


@pytest.mark.parametrize(
    ("language", "note", "banner"),
    [("da", "Ikke registreret", "Syntetiske svar"), ("en", "Not registered", "Synthetic answers")],
)
def test_a_note_stands_on_every_page_above_everything_else(
    site: Path, language: str, note: str, banner: str
) -> None:
    note = f"<strong>{note}</strong>: <code>x</code>"
    for page in ("book/reading.html", "book/glossary.html", "search.html"):
        content = (site / language / page).read_text(encoding="utf-8")
        assert 0 < content.find(note) < content.find(f"<strong>{banner}</strong>")
    assert f'<p lang="{language}">{note}</p>' in (site / "index.html").read_text(encoding="utf-8")


def test_a_glossary_that_is_wrong_stops_the_site_before_jupyter_book(root: Path, site: Path) -> None:
    path = root / "book" / "glossary.yml"
    path.write_text(GLOSSARY.replace("id: age", "id: Age"), encoding="utf-8")
    try:
        with pytest.raises(BookError, match="line 8"):
            build_site(root)
    finally:
        path.write_text(GLOSSARY, encoding="utf-8")
