"""Display objects: what IPython gets, and what is refused."""

from __future__ import annotations

import pytest
from IPython.core.formatters import DisplayFormatter

from entydig.presentation import Data, Figure, Table, Value

DATA = Data(("Item", "%"), (("a", 78), ("b", None)))


def figure(**changes: str) -> Figure:
    texts = {"label": "fig-a", "title": "T", "caption": "C", "alt": "A 78 %", "svg": "<svg/>"} | changes
    return Figure(**texts, data=DATA)


def a_table(data: Data = DATA, **changes: object) -> Table:
    return Table(**{"label": "tbl-a", "caption": "C", "data": data, "numeric": frozenset({"%"})} | changes)


@pytest.mark.parametrize("field", ["title", "caption", "alt", "svg", "label"])
def test_a_figure_refuses_an_empty_text(field: str) -> None:
    with pytest.raises(ValueError, match=r"must not be empty|a label is"):
        figure(**{field: " "})


@pytest.mark.parametrize("label", ["tbl-a", "fig-", "fig-A", "fig-a b", "fig-a--b", "figure"])
def test_a_figure_refuses_a_label_that_is_no_anchor(label: str) -> None:
    with pytest.raises(ValueError, match="a label is 'fig-'"):
        figure(label=label)


@pytest.mark.parametrize("changes", [{"caption": ""}, {"label": "fig-a"}, {"label": ""}])
def test_a_table_refuses_a_missing_caption_or_label(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must not be empty|a label is 'tbl-'"):
        a_table(**changes)


def test_a_figure_shows_picture_and_alt_text_with_the_rest_as_metadata() -> None:
    data, metadata = figure()._repr_mimebundle_()
    assert data == {"image/svg+xml": "<svg/>", "text/plain": "A 78 %"}
    assert metadata == {
        "entydig": {
            "kind": "figure",
            "label": "fig-a",
            "caption": "C",
            "alt": "A 78 %",
            "data": {"columns": ["Item", "%"], "rows": [["a", 78], ["b", None]]},
        }
    }


def test_a_table_has_caption_scopes_and_no_corner_cell() -> None:
    assert a_table().html == (
        '<table class="entydig-table">\n<caption>C</caption>\n<thead>\n'
        '<tr><th scope="col">Item</th><th scope="col" class="numeric">%</th></tr>\n</thead>\n<tbody>\n'
        '<tr><th scope="row">a</th><td class="numeric">78</td></tr>\n'
        '<tr><th scope="row">b</th><td class="numeric">–</td></tr>\n</tbody>\n</table>'
    )


def test_a_table_is_a_pipe_table_in_markdown_and_aligned_in_plain_text() -> None:
    assert a_table().markdown == "| Item | % |\n| --- | ---: |\n| a | 78 |\n| b | – |"
    assert a_table().plain == "C\n\nItem   %\na     78\nb      –"


def test_markup_in_cells_is_shown_not_obeyed() -> None:
    unsafe = a_table(Data(("Item", "%"), (("<b>a|b</b> *c* `{eval}`\nd $x$", 1),)), caption="<i>C</i> & D")
    assert "&lt;b&gt;a|b&lt;/b&gt;" in unsafe.html
    assert "<caption>&lt;i&gt;C&lt;/i&gt; &amp; D</caption>" in unsafe.html
    line = unsafe.markdown.splitlines()[-1]
    assert line == r"| \<b\>a\|b\</b\> \*c\* \`\{eval\}\` d \$x\$ | 1 |"


def test_a_table_shows_three_forms() -> None:
    data, metadata = a_table()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/markdown", "text/plain"}
    assert metadata["entydig"]["kind"] == "table"


def test_data_refuses_repeated_headings_and_ragged_rows() -> None:
    with pytest.raises(ValueError, match="headings that differ"):
        Data(("a", "a"), ())
    with pytest.raises(ValueError, match="row 1 has 1 cells for 2 columns"):
        Data(("a", "b"), ((1, 2), (1,)))


def test_columns_without_any_content_can_be_left_out() -> None:
    assert Data(("a", "b", "c"), ((0, None, ""), (1, None, ""))).without_empty() == Data(("a",), ((0,), (1,)))


def test_a_value_is_text_without_quotes_wherever_ipython_shows_it() -> None:
    value = Value("62 %", claim="3.1", label="claim-3-1", title="62 % (55 til 69), n = 200")
    data, metadata = DisplayFormatter().format(value)
    assert data == {"text/plain": "62 %"}
    assert metadata["entydig"] == {
        "kind": "value",
        "claim": "3.1",
        "label": "claim-3-1",
        "title": "62 % (55 til 69), n = 200",
    }
    assert f"{value}!" == "62 %!"
