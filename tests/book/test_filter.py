"""From an executed notebook, and from a page in all languages, to the page of one language."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from entydig.errors import BookError
from entydig.publishing.filter import filter_notebook, filter_page
from entydig.publishing.outputs import BEHIND, RECORD_MIME

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def prose(source: str, *tags: str, results: list[dict[str, Any]] | None = None) -> Any:
    stored = {"user_expressions": results} if results is not None else {}
    return new_markdown_cell(source, metadata={"tags": list(tags), **stored})


def code(source: str, *tags: str, outputs: tuple[Any, ...] = ()) -> Any:
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))


def shown(kind: str, data: dict[str, Any], **about: str) -> Any:
    return new_output("display_data", data=data, metadata={"entydig": {"kind": kind, **about}})


def figure(label: str) -> Any:
    data = {"image/svg+xml": SVG, "text/plain": "a circle"}
    return shown("figure", data, label=label, caption="Shares | all", alt="a circle")


def record() -> Any:
    data = {"text/markdown": "**3.1** undecided", "text/plain": "3.1", RECORD_MIME: {"claim": "3.1"}}
    return shown("record", data, claim="3.1", label="claim-3-1")


def result(expression: str, text: str, **about: str) -> dict[str, Any]:
    metadata = {"entydig": {"kind": "value", **about}}
    return {
        "expression": expression,
        "result": {"status": "ok", "data": {"text/plain": text}, "metadata": metadata},
    }


def page(*cells: Any, **metadata: Any) -> Any:
    """The filtered cells without the provenance line, which is always last."""
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}" if cell["id"] != "here" else "here"
    return filter_notebook(new_notebook(cells=list(cells), metadata=metadata), "da", "a.ipynb").cells[:-1]


def sources(cells: Any) -> list[str]:
    return [cell.source for cell in cells]


def test_cells_of_other_languages_and_cells_for_machines_are_left_out() -> None:
    kept = page(
        prose("# Titel", "lang-da"),
        prose("# Title", "lang-en"),
        prose("# Titre", "lang-fr"),
        code("lang = 'da'", "injected-parameters"),
        code("secret", "remove-cell"),
        code("x = 1", "lang-en"),
        code("y = 1"),
    )
    assert sources(kept) == ["# Titel", "y = 1"]


def test_the_answer_stands_behind_the_title() -> None:
    kept = page(code("import x"), prose("# Titel"), prose("Hvordan?"), prose("Sådan.", "answer"))
    assert [source.splitlines()[0] for source in sources(kept)[:2]] == ["import x", "# Titel"]
    assert "Sådan." in kept[2].source
    assert "{container} answer" in kept[2].source
    assert kept[3].source == "Hvordan?"


def test_an_answer_with_a_heading_is_not_wrapped() -> None:
    assert page(prose("# T"), prose("## Svar\n\nSådan.", "answer"))[1].source == "## Svar\n\nSådan."


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((), ["hide-input"]),
        (("show-input",), ["show-input"]),
        (("remove-input",), ["remove-input"]),
        (("parameters",), ["parameters", "hide-input"]),
    ],
)
def test_code_is_folded_unless_its_cell_says_otherwise(tags: tuple[str, ...], expected: list[str]) -> None:
    output = new_output("stream", name="stdout", text="1")
    assert page(code("x", *tags, outputs=(output,)))[0].metadata["tags"] == expected


def test_a_figure_keeps_its_picture_and_hands_caption_alt_and_label_to_the_book() -> None:
    (cell,) = page(code("fig", outputs=(figure("fig-a"),)))
    assert dict(cell.outputs[0].data) == {"image/svg+xml": SVG}
    assert cell.metadata["mystnb"] == {
        "image": {"alt": "a circle"},
        "figure": {"caption": r"Shares \| all", "name": "fig-a"},
    }


def test_a_figure_takes_its_numbers_along_under_its_label() -> None:
    data = {"columns": ["a"], "rows": [["1"]]}
    shown_with = figure("fig-a")
    shown_with.metadata["entydig"]["data"] = data
    (cell,) = page(code("fig", outputs=(shown_with,)))
    assert cell.metadata[BEHIND] == {"label": "fig-a", "data": data}


def test_several_figures_become_several_cells_with_the_code_shown_once() -> None:
    cells = page(code("show()", outputs=(figure("fig-a"), figure("fig-b"))))
    assert [cell.metadata["mystnb"]["figure"]["name"] for cell in cells] == ["fig-a", "fig-b"]
    assert [cell.metadata["tags"] for cell in cells] == [["hide-input"], ["remove-input"]]
    assert len({cell["id"] for cell in cells}) == 2


def test_a_table_becomes_a_directive_behind_its_code() -> None:
    table = shown("table", {"text/markdown": "| a |\n|---|\n| 1 |"}, label="tbl-a", caption="A *few*")
    cells = page(code("t", outputs=(table,)))
    assert [cell.cell_type for cell in cells] == ["code", "markdown"]
    assert cells[1].source.splitlines()[0].endswith(r"{table} A \*few\*")
    assert ":name: tbl-a\n\n| a |\n|---|\n| 1 |" in cells[1].source


def test_a_table_with_a_layout_of_its_own_says_so() -> None:
    table = shown("table", {"text/markdown": "| a |\n|---|\n| 1 |"}, label="tbl-a", caption="A", look="wide")
    assert ":name: tbl-a\n:class: wide\n" in page(code("t", outputs=(table,)))[1].source


def test_a_record_becomes_a_box_with_its_anchor_and_the_private_type_is_gone() -> None:
    cells = page(code("show", "remove-input", outputs=(record(),)))
    assert [cell.cell_type for cell in cells] == ["markdown"]
    assert "{container} record\n:name: claim-3-1\n\n**3.1** undecided" in cells[0].source
    plain = new_output("display_data", data={"text/plain": "3.1", RECORD_MIME: {}}, metadata={})
    assert dict(page(code("show", outputs=(plain,)))[0].outputs[0].data) == {"text/plain": "3.1"}


def test_outputs_keep_the_order_in_which_they_were_shown() -> None:
    said = [new_output("stream", name="stdout", text=text) for text in ("before", "after")]
    cells = page(code("x", outputs=(said[0], record(), said[1])))
    assert [cell.cell_type for cell in cells] == ["code", "markdown", "code"]
    assert cells[0].outputs[0].text == "before"
    assert cells[2].outputs[0].text == "after"


def test_inline_values_become_text_that_cannot_break_the_page() -> None:
    source = "Fra {eval}`a` til\n\n| {eval}`b` |\n|---|"
    results = [result("a", "4|2"), result("b", "17", label="claim-3-1", title="n = 3")]
    (cell,) = page(prose(source, results=results))
    assert cell.source == 'Fra 4\\|2 til\n\n| [17](#claim-3-1 "n = 3") |\n|---|'
    assert "user_expressions" not in cell.metadata


@pytest.mark.parametrize(
    "cell",
    [
        prose("{eval}`a`"),
        prose("{eval}`a`", results=[{"expression": "a", "result": {"status": "error", "ename": "E"}}]),
        code("x", outputs=(new_output("stream", name="stderr", text="FutureWarning"),)),
        code("x", outputs=(new_output("error", ename="E", evalue="", traceback=[]),)),
        code("x", outputs=(shown("figure", {"image/svg+xml": SVG}, label="fig-a", caption="c", alt=""),)),
        code("x", outputs=(shown("figure", {"image/png": ""}, label="fig-a", caption="c", alt="a"),)),
        code("x", outputs=(shown("table", {"text/html": ""}, label="tbl-a", caption="c"),)),
    ],
    ids=["not evaluated", "failed", "stderr", "error", "no alt text", "no picture", "no Markdown"],
)
def test_what_cannot_be_published_is_an_error_naming_notebook_and_cell(cell: Any) -> None:
    cell["id"] = "here"
    with pytest.raises(BookError, match=r"a\.ipynb \[da\], cell here"):
        page(prose("# T"), cell)


def test_all_problems_of_a_notebook_are_told_at_once() -> None:
    with pytest.raises(BookError) as caught:
        page(prose("{eval}`a`"), prose("{eval}`b`"))
    assert len(caught.value.problems) == 2


def test_a_notebook_executed_in_another_language_is_refused() -> None:
    with pytest.raises(BookError, match="executed in the language en"):
        page(prose("# T"), entydig={"language": "en"})


def test_the_last_cell_tells_what_the_page_rests_on() -> None:
    about = {"language": "da", "package": "0.1.0", "key": {"data": "0123456789abcdef"}}
    made = new_notebook(
        cells=[prose("# T")], metadata={"entydig": about, "papermill": {"parameters": {"n": 3}}}
    )
    last = filter_notebook(made, "da", "a.ipynb").cells[-1].source
    assert "`0123456789ab`" in last
    assert "entydig 0.1.0" in last
    assert "`n=3`" in last


def test_the_notebook_itself_is_not_changed() -> None:
    cells = [
        prose("# T"),
        prose("{eval}`a`", "answer", results=[result("a", "1")]),
        code("x", outputs=(figure("fig-a"), figure("fig-b"), record())),
    ]
    notebook = new_notebook(cells=cells)
    before = copy.deepcopy(notebook)
    filter_notebook(notebook, "da", "a.ipynb")
    assert notebook == before


PAGE = """(reading)=
+++ {"tags": ["lang-da"]}
# Sådan
+++ {"tags": ["lang-en"]}
# How
+++
For all

```md
+++ {"tags": ["lang-en"]}
```
"""


@pytest.mark.parametrize(("language", "title"), [("da", "# Sådan"), ("en", "# How")])
def test_a_page_gives_the_blocks_of_one_language_and_of_all(language: str, title: str) -> None:
    expected = f'(reading)=\n\n{title}\n\nFor all\n\n```md\n+++ {{"tags": ["lang-en"]}}\n```\n'
    assert filter_page(PAGE, language, "a.md") == expected


def test_a_page_with_broken_block_metadata_is_refused_with_its_line() -> None:
    with pytest.raises(BookError, match=r"a\.md:2"):
        filter_page("# T\n+++ {lang-da}\n", "da", "a.md")


def test_a_page_with_results_must_be_a_notebook() -> None:
    with pytest.raises(BookError, match="make it a notebook"):
        filter_page("It is {eval}`x`.", "da", "a.md")
