"""The book for Quarto: its project, its Markdown as pandoc reads it, and what happens without the program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pypandoc  # type: ignore[import-untyped]
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from entydig.errors import BookError
from entydig.publishing.configuration import read_yaml, write_yaml
from entydig.publishing.print.model import nested, text_of
from entydig.publishing.quarto import main, quarto_folder, render, write_quarto

# What Quarto's schema allows, as looked up on 2026-11-25 in github.com/quarto-dev/quarto-cli, src/resources/schema:
# project.yml (closed), definitions.yml (book-schema with base-website, closed; chapter-item; smart-include),
# document-{execute,references,language,options,toc,numbering,layout,includes}.yml, cell-codeoutput.yml (code-fold);
# `profile` in src/project/project-profile.ts.  Only the keys that we write.
ALLOWED: dict[str, Any] = {
    "project": {"type": str, "pre-render": list, "output-dir": str},
    "profile": {"default": str, "group": list},
    "execute": {"enabled": bool},
    "bibliography": list,
    "csl": str,
    "lang": str,
    "book": {"title": str, "author": str, "chapters": list, "page-footer": {"center": str}},
    "format": {
        "html": {
            "theme": str,
            "css": str,
            "toc": bool,
            "code-fold": bool,
            "html-math-method": str,
            "number-sections": bool,
            "include-in-header": list,
        },
        "typst": {"papersize": str, "toc": bool, "number-sections": bool},
    },
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="540pt" height="99pt"><rect width="9" height="9"/></svg>'
BANNER = "Answers are made up."
TABLE = (
    "```{table} Two rows.\n:name: tbl-one\n\n| Group | Share |\n|---|---:|\n| A | +16 |\n| B | −1,5 |\n```"
)
FRONT = "(front)=\n# Forside\n\nSe [fundet](findings/one.ipynb) og {numref}`fig-one`.\n"
MORE = (
    "(more)=\n# More\n\n:::{warning}\nWith care.\n:::\n\n:::{admonition} Answer\n:class: dropdown\n42\n:::\n\n"
    "Back to [the claim](../findings/one.ipynb#claim-1).\n"
)


def finding() -> Any:
    """Return a filtered notebook: code that is folded, shown and hidden, a figure, a table, a claim."""
    drawn = new_code_cell("draw()", id="drawn", outputs=[new_output("display_data", {"image/svg+xml": SVG})])
    about = {"figure": {"name": "fig-one", "caption": "One *bar*."}, "image": {"alt": "A bar of 16."}}
    drawn.metadata = {"tags": ["hide-input"], "mystnb": about}
    shown = new_code_cell("gap = 16", id="shown", metadata={"tags": ["show-input"]})
    hidden = new_code_cell("secret = 1", id="hidden", metadata={"tags": ["remove-input"]})
    claim = "```{container} record\n:name: claim-1\n\n**Claim 1.** Sixteen: [+16](#claim-1) points.\n```"
    prose = [
        new_markdown_cell(text, id=f"m{at}") for at, text in enumerate(["(one)=\n# Et fund", TABLE, claim])
    ]
    return new_notebook(cells=[prose[0], shown, drawn, hidden, *prose[1:]])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "instrument.yml").write_text("", encoding="utf-8")
    for language in ("da", "en"):
        folder = tmp_path / "_build" / "book" / language
        for inside in ("findings", "book"):
            (folder / inside).mkdir(parents=True)
        (folder / "front.md").write_text(FRONT, encoding="utf-8")
        (folder / "book" / "more.md").write_text(MORE, encoding="utf-8")
        nbformat.write(finding(), folder / "findings" / "one.ipynb")
        chapters = [{"file": "findings/one", "sections": [{"file": "book/more"}]}]
        write_yaml(
            folder / "_toc.yml", {"root": "front", "parts": [{"caption": "Fund", "chapters": chapters}]}
        )
        settings = {"entydig_banner": BANNER, "entydig_public": ["book/more"], "entydig_foot": "By nobody."}
        sphinx = {"config": {**settings, "entydig_noindex": True}}
        write_yaml(folder / "_config.yml", {"title": "Bog", "author": "os", "sphinx": sphinx})
    return tmp_path


def read(file: Path) -> list[Any]:
    """Return the blocks that pandoc reads in a page."""
    said = pypandoc.convert_file(str(file), "json", format="markdown")
    return list(json.loads(said)["blocks"])


def unknown(content: Any, allowed: Any, where: str = "") -> Iterator[str]:
    if not isinstance(allowed, dict):
        yield from [] if isinstance(content, allowed) else [f"{where}: {content!r}"]
        return
    for key, value in content.items():
        known = key in allowed
        yield from unknown(value, allowed[key], f"{where}/{key}") if known else [f"{where}/{key}"]


def test_every_key_is_one_of_quartos_schema(project: Path) -> None:
    folder = write_quarto(project)
    for name in ("_quarto.yml", "_quarto-da.yml", "_quarto-en.yml"):
        assert list(unknown(read_yaml(folder / name), ALLOWED)) == []
    common = read_yaml(folder / "_quarto.yml")
    assert common["project"]["type"] == "book"
    assert common["profile"] == {"default": "da", "group": [["da", "en"]]}
    assert "noindex" in common["format"]["html"]["include-in-header"][0]["text"]


def test_the_chapters_are_the_table_of_contents_and_are_there(project: Path) -> None:
    folder = write_quarto(project)
    profile = read_yaml(folder / "_quarto-en.yml")
    part = {"part": "Fund", "chapters": ["en/findings/one.qmd", "en/book/more.qmd"]}
    assert profile["book"]["chapters"] == ["index.qmd", part]
    assert (folder / "index.qmd").is_file()
    assert [name for name in part["chapters"] if not (folder / name).is_file()] == []
    assert (profile["lang"], profile["project"]) == ("en", {"output-dir": "_book-en"})
    assert profile["book"]["page-footer"] == {"center": "By nobody."}


def test_pandoc_reads_back_headings_figures_tables_and_numbers(project: Path) -> None:
    blocks = read(write_quarto(project) / "da" / "findings" / "one.qmd")
    headings = [(each["c"][1][0], text_of(each["c"][2])) for each in nested(blocks) if each["t"] == "Header"]
    assert headings == [("one", "Et fund")]
    (figure,) = (each["c"] for each in nested(blocks) if each["t"] == "Image")
    assert dict(figure[0][2]) == {"fig-alt": "A bar of 16."}
    assert text_of(figure[1]) == "Figur\N{NO-BREAK SPACE}1 One bar."
    (table,) = (each["c"] for each in nested(blocks) if each["t"] == "Table")
    assert text_of(table[1]).startswith("Tabel\N{NO-BREAK SPACE}1 Two rows.")
    cells = [text_of(cell[4]) for body in table[4] for row in body[3] for cell in row[1]]
    assert cells == ["A", "+16", "B", "−1,5"]
    (claim,) = (each for each in nested(blocks) if each["t"] == "Div" and each["c"][0][0] == "claim-1")
    assert text_of(claim["c"][1]) == "Claim 1. Sixteen: +16 points."


def test_quarto_does_not_number_by_chapter_what_is_numbered_through_the_book(project: Path) -> None:
    page = (write_quarto(project) / "da" / "findings" / "one.qmd").read_text(encoding="utf-8")
    assert "{#book-fig-one" in page
    assert "{#book-tbl-one}" in page


def test_code_is_folded_as_on_the_site(project: Path) -> None:
    blocks = read(write_quarto(project) / "da" / "findings" / "one.qmd")
    code = {each["c"][1]: dict(each["c"][0][2]) for each in nested(blocks) if each["t"] == "CodeBlock"}
    assert {name: about["code-fold"] for name, about in code.items()} == {
        "gap = 16": "false",
        "draw()": "true",
    }
    assert all(about["code-summary"] == "Vis kode" for about in code.values())
    classes = [each["c"][0][1] for each in nested(blocks) if each["t"] == "CodeBlock"]
    assert classes == [["python", "cell-code"]] * 2


def test_boxes_are_callouts_and_what_is_folded_stays_so(project: Path) -> None:
    blocks = read(write_quarto(project) / "en" / "book" / "more.qmd")
    boxes = [each["c"][0] for each in nested(blocks) if each["t"] == "Div"]
    assert [box[1] for box in boxes] == [["callout-warning"], ["callout-note"]]
    assert dict(boxes[1][2]) == {"title": "Answer", "collapse": "true"}


@pytest.mark.parametrize("page", ["index.qmd", "en/findings/one.qmd", "en/book/more.qmd"])
def test_links_and_pictures_lead_somewhere(project: Path, page: str) -> None:
    folder = write_quarto(project, languages=["en"])
    blocks = read(folder / page)
    targets = [each["c"][2][0] for each in nested(blocks) if each["t"] in {"Link", "Image"}]
    assert targets
    for target in targets:
        path, _, label = target.partition("#")
        file = (folder / page).parent / path if path else folder / page
        assert file.is_file(), target
        assert not label or f"#{label}" in file.read_text(encoding="utf-8")


def test_the_banner_stands_below_the_title_where_answers_are_behind_it(project: Path) -> None:
    folder = write_quarto(project)
    finding, public = (folder / "en" / name for name in ("findings/one.qmd", "book/more.qmd"))
    assert text_of(read(finding)[1]) == BANNER
    assert BANNER not in public.read_text(encoding="utf-8")


def test_the_step_before_rendering_gives_the_profiles_home_page(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_quarto(project)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("QUARTO_PROFILE", "en")
    main(read_yaml(folder / "_quarto.yml")["project"]["pre-render"][0].split()[3:])
    assert (folder / "index.qmd").read_bytes() == (folder / "_index-en.qmd").read_bytes()
    assert "](en/pictures" not in (folder / "index.qmd").read_text(encoding="utf-8")
    assert "](en/findings/one.qmd#one)" in (folder / "index.qmd").read_text(encoding="utf-8")


def test_what_stays_the_same_is_not_written_again_and_what_is_gone_goes(project: Path) -> None:
    folder = write_quarto(project)
    page, old = folder / "da" / "findings" / "one.qmd", folder / "da" / "old.qmd"
    written = page.stat().st_mtime_ns
    old.write_text("# Gone\n", encoding="utf-8")
    write_quarto(project)
    assert page.stat().st_mtime_ns == written
    assert not old.exists()


def test_a_named_build_has_a_folder_and_step_of_its_own(project: Path) -> None:
    (project / "_build" / "book").rename(project / "_build" / "book-counted")
    folder = write_quarto(project, "counted")
    assert folder == quarto_folder(project, "counted") == project / "_build" / "quarto-counted"
    assert read_yaml(folder / "_quarto.yml")["project"]["pre-render"][0].endswith("--name counted")


def test_a_book_that_was_not_built_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="run `entydig build --name other` first"):
        write_quarto(tmp_path, "other")


def test_what_the_converter_does_not_know_stops_and_writes_no_page(project: Path) -> None:
    page = project / "_build" / "book" / "en" / "book" / "more.md"
    page.write_text(f"{MORE}\n{{blink}}`x`\n", encoding="utf-8")
    with pytest.raises(BookError, match=r"book/more\.md, line \d+: the role"):
        write_quarto(project)
    assert list(quarto_folder(project, "main").rglob("*.qmd")) == []


def test_without_the_program_that_is_said_with_what_to_do(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BookError, match="the program quarto was not found") as caught:
        render(project, ["da", "en"])
    assert f"quarto render {project} --profile da --to html" in str(caught.value)
    assert "environment.yml" in str(caught.value)


def program(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program called quarto on the path."""
    folder.mkdir()
    file = folder / "quarto"
    file.write_text(f"#!{sys.executable}\nimport os, subprocess, sys\n{code}\n", encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.skipif(sys.platform == "win32", reason="a script with a first line that names its program")
def test_the_program_renders_each_profile_with_our_python_in_reach(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "open(sys.argv[2] + '/calls', 'a').write(' '.join(sys.argv[1:]) + os.environ['PATH'] + '\\n')"
    program(project / "bin", code, monkeypatch)
    folder = write_quarto(project)
    assert render(folder, ["da", "en"]) == [folder / "_book-da", folder / "_book-en"]
    calls = (folder / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split("--profile ")[1][:12] for call in calls] == ["da --to html", "en --to html"]
    assert all(str(Path(sys.executable).parent) in call for call in calls)


@pytest.mark.skipif(sys.platform == "win32", reason="a script with a first line that names its program")
def test_what_the_program_complains_of_is_handed_on(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(project / "bin", "sys.exit('ERROR: no such chapter')", monkeypatch)
    with pytest.raises(BookError, match=r"quarto ended with 1 in the profile da:\nERROR: no such chapter"):
        render(project, ["da", "en"])


def test_the_step_is_a_module_that_runs(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "entydig.publishing.quarto", "--name", "none"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == BookError.exit_code
    assert "was not built" in done.stderr
