"""A whole site in two languages, built from a tiny project with warnings as errors."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from entydig.errors import BookError
from entydig.publishing.behind import file_name
from entydig.publishing.configuration import book_toc, documents, editions
from entydig.publishing.site import Site, build_folders, build_site
from entydig.publishing.theme import polish, polish_folder
from entydig.running.execution import Run
from entydig.running.schedule import execute_build

CONFIG = """title: Prøvebog
author: Os
only_build_toc_files: true
exclude_patterns: [_build]
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [entydig.publishing.sphinx_extension]
  config: {language: da}
entydig:
  languages:
    da:
      banner: "**Syntetiske data**"
      foot: "Uafhængig [rekonstruktion](https://example.org)"
    en:
      title: Test book
      description: A test
      banner: "**Synthetic data**"
      foot: An independent reconstruction
      captions: {Fund: Findings}
"""

TOC = """format: jb-book
root: notebooks/front
parts:
  - caption: Fund
    chapters:
      - file: notebooks/change
      - file: book/reading
"""

READING = """(reading)=
+++ {"tags": ["lang-da"]}
# Sådan læses bogen

## Formler

Se [ændringen](#change) og $a^2$.
+++ {"tags": ["lang-en"]}
# How to read

## Formulas

See [the change](#change) and $a^2$.
"""

OBJECTS = r"""
class Shown:
    def __init__(self, data, /, **about):
        self.data, self.about = data, about
    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.data, {"entydig": self.about}

class Value(str):
    __repr__ = str.__str__
    def _repr_mimebundle_(self, include=None, exclude=None):
        about = {"kind": "value", "label": "claim-3-1", "title": "n = 40"}
        return {"text/plain": str(self)}, {"entydig": about}

svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
numbers = {"columns": ["Group", "Share"], "rows": [["=a", "−1,5" if lang == "da" else "−1.5"], ["b", None]]}
about = {"label": "fig-a", "caption": f"Caption {lang}", "alt": f"Alt {lang}", "data": numbers}
figure = Shown({"image/svg+xml": svg}, kind="figure", **about)
markdown = "| Group | Share |\n|:--|--:|\n| a | 62 % |"
table = Shown({"text/markdown": markdown}, kind="table", label="tbl-a", caption=f"Shares {lang}")
mime = "application/vnd.entydig.record+json"
record = Shown({"text/markdown": "**3.1** undecided", mime: {"claim": "3.1"}}, kind="record", label="claim-3-1")
fall = Value("−14,8 | *x*" if lang == "da" else "−14.8 | *x*")
"""

READ = """Faldet er {eval}`fall`.

| Gruppe | Fald |
|---|---|
| Alle | {eval}`fall` |

:::{important}
Faldet er {eval}`fall`.
:::
"""


def prose(source: str, *tags: str) -> Any:
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source: str, *tags: str) -> Any:
    return new_code_cell(source, metadata={"tags": list(tags)})


def write_notebook(file: Path, *cells: Any) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    first = [cells[0], cells[1], code('lang: str = "da"', "parameters"), code(OBJECTS)]
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[*first, *cells[2:]], metadata={"kernelspec": kernel}), file)


def write_project(root: Path) -> Path:
    (root / "book").mkdir(parents=True)
    (root / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    (root / "book" / "reading.md").write_text(READING, encoding="utf-8")
    write_notebook(
        root / "notebooks" / "front.ipynb",
        prose("# Forside", "lang-da"),
        prose("# Front page", "lang-en"),
        prose("## Fundet\n\nFaldet er {eval}`fall`.", "lang-da"),
        prose("## The finding\n\nThe fall is {eval}`fall`.", "lang-en"),
    )
    write_notebook(
        root / "notebooks" / "change.ipynb",
        prose("(change)=\n# Det faldt", "lang-da"),
        prose("(change)=\n# It fell", "lang-en"),
        prose("## Måling\n\nSe {numref}`fig-a` og {numref}`tbl-a`.", "lang-da"),
        prose("## Measure\n\nSee {numref}`fig-a` and {numref}`tbl-a`.", "lang-en"),
        code("figure"),
        code("table", "show-input"),
        code("record", "remove-input"),
        prose(READ, "lang-da"),
        prose(READ, "lang-en"),
        prose("Svaret: {eval}`fall`.", "lang-da", "answer"),
        prose("The answer: {eval}`fall`.", "lang-en", "answer"),
    )
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_project(tmp_path_factory.mktemp("project"))
    runs = [
        Run(Path(f"notebooks/{name}.ipynb"), lang) for name in ("front", "change") for lang in ("da", "en")
    ]
    with ThreadPoolExecutor(1) as pool:
        execute_build(runs, root, "main", executor=pool)
    return root


@pytest.fixture(scope="module")
def site(project: Path) -> Site:
    return build_site(project, noindex=True)


def text(site: Site, page: str) -> str:
    return (site.folder / page).read_text(encoding="utf-8")


def article(page: str) -> str:
    return page[page.index("<article") : page.index("</article>")]


def test_every_language_has_all_pages_and_the_root_page_offers_them(site: Site) -> None:
    assert dict(site.pages) == {"da": 3, "en": 3}
    root = text(site, "index.html")
    assert '<html lang="da">' in root
    assert 'href="da/index.html"' in root
    assert 'href="en/index.html"' in root
    assert "<script" not in root
    for language in ("da", "en"):
        assert (site.folder / language / "notebooks" / "change.html").is_file()
        assert "notebooks/front.html" in text(site, f"{language}/index.html")


@pytest.mark.parametrize(("language", "value"), [("da", "−14,8 | *x*"), ("en", "−14.8 | *x*")])
def test_inline_values_are_quiet_links_in_prose_table_and_admonition(
    site: Site, language: str, value: str
) -> None:
    page = article(text(site, f"{language}/notebooks/change.html"))
    kind = {"da": "Syntetiske data", "en": "Synthetic data"}[language]
    link = (
        f'<a class="entydig-number reference internal" href="#claim-3-1" title="n = 40 · {kind}">{value}</a>'
    )
    assert page.count(link) == 4  # answer, prose, table, admonition
    assert f"<td><p>{link}</p></td>" in page
    assert 'id="claim-3-1"' in page


def test_a_value_on_another_page_links_to_the_record_and_says_as_much(site: Site) -> None:
    link = '<a class="entydig-number reference internal" href="change.html#claim-3-1" title="n = 40 · '
    assert link in article(text(site, "da/notebooks/front.html"))


def test_the_script_of_numbers_is_on_the_pages_that_have_some(site: Site) -> None:
    assert "entydig-numbers.js" in text(site, "da/notebooks/front.html")
    assert "entydig-numbers.js" not in text(site, "da/book/reading.html")


def test_a_page_speaks_one_language(site: Site) -> None:
    danish, english = (text(site, f"{each}/notebooks/change.html") for each in ("da", "en"))
    assert '<html lang="da"' in danish
    assert '<html lang="en"' in english
    assert "Fund<" in danish
    assert "Findings<" in english
    for foreign in (
        "It fell",
        "The answer",
        "Synthetic",
        "Findings",
        "Skip to main content",
        "Back to top",
        "Light",
    ):
        assert foreign not in danish
    for foreign in ("Det faldt", "Svaret", "Syntetiske", "Fund<"):
        assert foreign not in english


def test_figure_table_and_record_have_caption_alternative_text_and_anchor(site: Site) -> None:
    page = article(text(site, "da/notebooks/change.html"))
    assert '<img alt="Alt da"' in page
    assert '<figure class="align-default" id="fig-a">' in page
    assert re.search(r"Figur 1 .*Caption da", page)
    assert re.search(r'<table class="table" id="tbl-a">\s*<caption>.*Tabel 1 .*Shares da', page)
    assert '<div class="record docutils container" id="claim-3-1">' in page


def test_behind_a_figure_stand_its_numbers_and_files_whose_names_say_that_they_are_synthetic(
    site: Site,
) -> None:
    page = article(text(site, "da/notebooks/change.html"))
    behind = page[page.index('<div class="entydig-behind">') :]
    assert page.index('id="fig-a"') < page.index('<div class="entydig-behind">')
    assert "<td>=a</td><td>−1,5</td>" in behind
    assert "<td>b</td><td>–</td>" in behind
    assert re.findall(r'href="([^"]+)" download', behind) == [
        "fig-a-syntetisk.csv",
        "fig-a-syntetisk.svg",
        "tbl-a-syntetisk.csv",
    ]
    assert text(site, "da/notebooks/fig-a-syntetisk.csv") == "\ufeffGroup;Share\n'=a;-1,5\nb;\n"
    assert text(site, "en/notebooks/fig-a-synthetic.csv") == "\ufeffGroup,Share\n'=a,-1.5\nb,\n"
    assert "<circle" in text(site, "da/notebooks/fig-a-syntetisk.svg")


def test_behind_a_table_stands_a_file_of_what_it_shows(site: Site) -> None:
    assert text(site, "da/notebooks/tbl-a-syntetisk.csv") == "\ufeffGroup;Share\na;62 %\n"


def test_a_file_that_holds_nothing_synthetic_is_named_without_that_word() -> None:
    assert file_name("fig-a", "svg", "da", synthetic=False) == "fig-a.svg"


def test_the_answer_comes_first_and_the_provenance_last(site: Site) -> None:
    page = article(text(site, "en/notebooks/change.html"))
    places = [page.index(each) for each in ("It fell", "The answer", "Measure", "provenance")]
    assert places == sorted(places)


def test_every_page_says_that_it_is_synthetic_who_stands_behind_it_and_where_the_other_language_is(
    site: Site,
) -> None:
    for name in ("notebooks/change.html", "book/reading.html", "search.html"):
        page = text(site, f"da/{name}")
        up = "../" * (name.count("/") + 1)
        assert "<strong>Syntetiske data</strong>" in page
        assert '<a href="https://example.org">rekonstruktion</a>' in page
        assert f'<a href="{up}en/{name}" lang="en" hreflang="en">English</a>' in page
        assert f'<link rel="alternate" hreflang="en" href="{up}en/{name}">' in page
        assert '<meta name="robots" content="noindex">' in page


def test_no_page_asks_a_third_party_for_anything(site: Site) -> None:
    loading = re.compile(
        r"""(?:<(?:script|img|iframe)[^>]*\bsrc|<link[^>]*rel="(?:stylesheet|preload)"[^>]*\bhref)="(?:https?:)?//"""
    )
    for file in site.folder.rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        assert not loading.search(page), file
        assert "unpkg.com" not in page
        assert "thebe" not in page


def test_the_description_of_a_page_is_its_answer_and_else_that_of_the_book(site: Site) -> None:
    answered = text(site, "en/notebooks/change.html")
    assert re.findall(r'<meta name="description" content="([^"]*)">', answered) == [
        "The answer: −14.8 | *x*."
    ]
    assert '<meta name="description" content="A test">' in text(site, "en/notebooks/front.html")


def test_mathematics_is_drawn_by_a_script_of_our_own_on_the_pages_that_have_some(site: Site) -> None:
    assert (site.folder / "da/_static/mathjax/tex-chtml.js").is_file()
    assert "mathjax/tex-chtml.js" in text(site, "da/book/reading.html")
    assert "tex-chtml" not in text(site, "da/notebooks/front.html")


def test_a_page_has_an_icon_and_a_colour_mode_from_the_start(site: Site) -> None:
    for name in ("index.html", "da/index.html", "da/notebooks/change.html"):
        icon = re.search(r'rel="icon" href="([^"]+)"', text(site, name))
        assert icon is not None, name
        assert (site.folder / name).parent.joinpath(icon[1]).is_file()
    assert 'dataset.mode = localStorage.getItem("mode") || "auto"' in text(site, "da/notebooks/change.html")


def test_search_shows_no_excerpts_since_pages_in_a_folder_may_not_read_each_other(site: Site) -> None:
    assert "SHOW_SEARCH_SUMMARY: false" in text(site, "da/_static/documentation_options.js")


def test_every_page_says_itself_what_it_may_load_and_has_no_handler_inside(site: Site) -> None:
    for file in site.folder.rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        assert page.count('<meta http-equiv="Content-Security-Policy" content="default-src') == 1, file
        assert page.index("Content-Security-Policy") < page.index("<title"), file
        assert not re.search(r"<[^>]+\son[a-z]+=", page), file


def test_no_script_makes_another_from_text_which_the_policy_forbids(site: Site) -> None:
    assert "new Function" not in text(site, "da/_static/doctools.js")
    assert "javascript:" not in text(site, "da/_static/sphinx_highlight.js")
    assert re.search(r'"plural_expr": \(n\) => \(n ?!= ?1\)', text(site, "da/_static/translations.js"))


def test_the_downloadable_source_is_in_one_language(site: Site) -> None:
    source = text(site, "en/_sources/notebooks/change.ipynb")
    assert "It fell" in source
    assert "Det faldt" not in source


def test_a_failed_build_names_the_page_and_leaves_the_old_site(project: Path, site: Site) -> None:
    page = project / "book" / "reading.md"
    before = text(site, "da/book/reading.html")
    page.write_text(READING.replace("#change", "#nowhere"), encoding="utf-8")
    try:
        with pytest.raises(BookError) as caught:
            build_site(project)
    finally:
        page.write_text(READING, encoding="utf-8")
    problems = [str(problem) for problem in caught.value.problems]
    assert len(problems) == 2
    assert all(re.search(r"book/reading\.md.*nowhere", problem) for problem in problems)
    assert text(site, "da/book/reading.html") == before
    assert not list((project / "_build").glob(".site-*"))


def test_a_page_that_was_not_executed_stops_the_build_before_jupyter_book(project: Path) -> None:
    with pytest.raises(BookError, match="was not executed") as caught:
        build_site(project, "other")
    assert len(caught.value.problems) == 4


def test_the_plain_command_gives_the_first_language_or_says_what_to_run(
    project: Path, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        "-W",
        "-n",
        "-q",
    ]
    run = subprocess.run(
        [*command, str(project), "--path-output", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "_build/html/notebooks/change.html").read_text(encoding="utf-8")
    assert "Det faldt" in page
    assert "It fell" not in page
    fresh = write_project(tmp_path / "fresh")
    run = subprocess.run([*command, str(fresh)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == "notebooks/front.ipynb: was not executed; run `make book` first"


def test_a_named_build_has_folders_of_its_own() -> None:
    book, site = build_folders(Path("p"), "counted")
    assert (book.as_posix(), site.as_posix()) == ("p/_build/book-counted", "p/_build/site-counted")
    assert build_folders(Path("p"), "main")[1].as_posix() == "p/_build/site"


def test_the_pages_of_a_table_of_contents_are_named_in_order() -> None:
    toc = {
        "root": "a",
        "parts": [{"caption": "P", "chapters": [{"file": "b", "sections": [{"file": "c.md"}]}]}],
    }
    assert documents(toc) == ("a", "b", "c")


def test_a_caption_without_translation_is_named() -> None:
    config = {"title": "T", "entydig": {"languages": {"da": None, "en": {"title": "E", "captions": {}}}}}
    toc = {"root": "a", "parts": [{"caption": "Fund", "chapters": []}, {"caption": "Metode", "chapters": []}]}
    danish, english = editions(config)
    assert book_toc(toc, danish) == toc
    with pytest.raises(BookError, match="Fund") as caught:
        book_toc(toc, english)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "languages",
    [None, {}, {"da": {"titel": "T"}}, {"da": None, "en": {"banner": "b"}}],
    ids=["none", "empty", "unknown key", "no title"],
)
def test_languages_that_say_too_little_or_too_much_are_refused(languages: Any) -> None:
    with pytest.raises(BookError):
        editions({"title": "T", "entydig": {"languages": languages}})


def test_words_of_the_theme_are_replaced_whole_and_never_inside_the_text() -> None:
    page = '<a title="Light"><span>Light</span></a><p>Light is bright</p>'
    assert polish(page, {"Light": "Lys"}, "x") == '<a title="Lys"><span>Lys</span></a><p>Light is bright</p>'


def test_a_button_has_one_name_its_text_or_what_it_does() -> None:
    toggle = '<summary><span class="toctree-toggle"><i></i></span></summary>'
    named = '<summary aria-label="Toggle hidden content"><span>Code</span></summary>'

    assert polish(toggle, {}, "x", "Fold").startswith('<summary aria-label="Fold"><span')
    assert polish(named, {}, "x", "Fold") == "<summary><span>Code</span></summary>"


def test_the_catalogue_of_the_search_page_says_it_in_our_words(tmp_path: Path) -> None:
    file = tmp_path / "_static" / "translations.js"
    file.parent.mkdir()
    said = "Search finished, found ${resultCount} page(s) matching the search query."
    file.write_text(
        f'x({{\n    "locale": "da",\n    "{said}": "",\n    "Other \\"word\\"": "Andet"\n}});',
        encoding="utf-8",
    )
    polish_folder(tmp_path, "da")
    first, locale, found, other, last = file.read_text(encoding="utf-8").splitlines()
    assert (first, locale, last) == ("x({", '    "locale": "da",', "});")
    assert found == f'    "{said}": "Fundne sider: ${{resultCount}}",'
    assert other == '    "Other \\"word\\"": "Andet"'
