"""What is kept of a finding's notebook when it becomes somebody's own."""

from __future__ import annotations

from typing import Any

import pytest

from entydig.errors import NotebookError
from entydig.publishing.elsewhere import elsewhere
from entydig.publishing.fork import fork

CLAIMS = {"3.1": "Boards see more", "3.2": "Managers see less"}


def prose(source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"m{abs(hash((source, tags)))}",
        "metadata": {"tags": list(tags)},
        "source": source,
    }


def code(source: str, *tags: str) -> dict[str, Any]:
    return prose(source, *tags) | {"cell_type": "code", "outputs": [], "execution_count": None}


def forked(*cells: dict[str, Any], language: str = "en") -> list[dict[str, Any]]:
    title = prose("(finding-3)=\n# A title", f"lang-{language}")
    source = {"cells": [title, *cells], "metadata": {"entydig": {"stage": 1, "reads": ["a"]}}, "nbformat": 4}
    made = fork(source, name="mine", language=language, finding="3", claims=CLAIMS, where="3.ipynb")
    assert made["metadata"]["entydig"] == {"stage": 1, "reads": ["a"], "languages": [language]}
    return list(made["cells"])


def sources(*cells: dict[str, Any], language: str = "en") -> list[str]:
    """Give what follows title and note."""
    return [cell["source"] for cell in forked(*cells, language=language)[2:]]


DECIDE = code('gap = linear.gap(a)\ndecided = study.decide({"3.1": [gap, gap], "3.2": [fall]})', "show-input")
EXPLORE = [
    'claims = {"1": "Boards see more"}',
    'gap = linear.gap(a)\nexplored = study.explore(claims, {"1": [gap, gap]}, label="mine")',
]


def test_it_begins_with_a_title_of_its_own_and_says_where_it_comes_from() -> None:
    title, note = forked()
    assert title["source"] == "(own-mine)=\n# My own finding: mine"
    assert "[finding 3](#finding-3)" in note["source"]


def test_one_language_is_left_and_is_the_default() -> None:
    cells = [
        prose("Dansk", "lang-da"),
        prose("English", "lang-en"),
        code('lang: str = "da"  # language\nn: int = 3  # lang: str = "x"', "parameters", "remove-input"),
    ]
    assert sources(*cells) == ["English", 'lang: str = "en"  # language\nn: int = 3  # lang: str = "x"']
    assert sources(*cells, language="da")[0] == "Dansk"
    assert forked(*cells)[3]["metadata"]["tags"] == ["parameters", "remove-input"]


def test_labels_become_its_own_and_other_findings_keep_theirs() -> None:
    (text, shown) = sources(
        prose("(finding-3-data)=\n## Data\n\nSee [](#finding-3-data), [](#finding-31) and `fig-3-flow`."),
        code('figures.flow(label="fig-3-flow")'),
    )
    assert text == "(own-mine-data)=\n## Data\n\nSee [](#own-mine-data), [](#finding-31) and `fig-mine-flow`."
    assert shown == 'figures.flow(label="fig-mine-flow")'


@pytest.mark.parametrize(
    "decides",
    [
        "decided = study.decide({'3.1': [gap, gap], '3.2': [fall]})",
        'decided = study.decide(\n    {\n        "3.1": [gap, gap],\n    }\n) | {"3.3": study.text_claim("3.3", [])}',
        'decided = {**study.decide({"3.1": [gap, gap]}), "3.3": study.coded("3.3")}',
    ],
)
def test_the_first_claim_becomes_an_exploratory_one(decides: str) -> None:
    assert sources(code(f"gap = linear.gap(a)\n{decides}")) == EXPLORE


def test_boxes_and_sentences_of_other_claims_go() -> None:
    left = sources(
        DECIDE,
        code('decided["3.1"]', "remove-input"),
        code('decided["3.2"]', "remove-input"),
        prose('It is {eval}`decided["3.1"].word`.\nIt is {eval}`decided["3.2"].word`.\nIt is so.'),
        prose('Reason: {eval}`decided["3.1"].verdict.reason`.\nKept.'),
    )
    assert left == [*EXPLORE, 'explored["1"]', 'It is {eval}`explored["1"].word`.\nIt is so.', "Kept."]


def test_what_needs_registered_claims_goes_with_its_section_and_all_that_names_it() -> None:
    left = sources(
        DECIDE,
        prose("(finding-3-otherwise)=\n## Otherwise\n\nEach row."),
        code('held = study.robustness(["3.1"])\nfigures.strips(held.lines, label="fig-3-strips")'),
        code('caption = "C"\nstudy.otherwise(["3.1"], caption=caption, label="tbl-3-otherwise")'),
        prose(
            "(finding-3-limits)=\n## Limits\n\nHolds in {eval}`held.count('3.1')`.\nSee {numref}`fig-3-strips`.\nFew."
        ),
        prose("(finding-3-also)=\n## Also\n\nOnly {eval}`held.count('3.1')`."),
    )
    assert left == [*EXPLORE, "(own-mine-limits)=\n## Limits\n\nFew."]


def test_a_name_that_gets_a_new_value_can_be_used_again() -> None:
    left = sources(
        prose("## Part"),
        code('caption = study.coded("3.3").word'),
        code("shown(caption)"),
        code('caption = "mine"\nshown(caption)'),
        code("[caption for caption in names]"),
    )
    assert left == ["## Part", 'caption = "mine"\nshown(caption)', "[caption for caption in names]"]


def test_the_variable_of_a_comprehension_is_not_gone() -> None:
    left = sources(
        prose("## Part"), code('[study.coded(item) for item in "ab"]'), code("[item for item in names]")
    )
    assert left == ["## Part", "[item for item in names]"]


def test_prose_about_the_registered_claims_goes() -> None:
    left = sources(
        DECIDE,
        prose("(finding-3-claims)=\n## The claims\n\nTwo claims are registered."),
        prose("They are tested."),
        code('decided["3.1"]'),
    )
    assert left == [*EXPLORE, "(own-mine-claims)=\n## The claims", 'explored["1"]']


def test_the_exercise_goes_and_the_answer_stays_last() -> None:
    left = sources(
        DECIDE,
        prose("(finding-3-exercise)=\n## Try\n\n:::{admonition} Solution\n1\n:::"),
        prose('The gap: {eval}`decided["3.1"].word`.', "lang-en", "answer"),
    )
    assert left == [*EXPLORE, 'The gap: {eval}`explored["1"].word`.']


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (code("%matplotlib inline"), "is no Python"),
        (code("decided = study.decide(estimates)"), "decides no claims that can be told"),
        (code('decided = study.decide({"9.9": [gap]})'), "decides no claims that can be told"),
        (code('study.decide({"3.1": [gap]})["3.1"]'), "keeps its records under no name"),
    ],
)
def test_what_cannot_be_forked_is_told_with_its_cell(cell: dict[str, Any], told: str) -> None:
    with pytest.raises(NotebookError, match=told) as error:
        sources(cell)
    assert str(error.value.problems[0].where) == f"3.ipynb, cell {cell['id']}"


def test_a_notebook_without_title_is_refused() -> None:
    source = {"cells": [code("1")], "metadata": {}}
    with pytest.raises(NotebookError, match="does not begin with a title"):
        fork(source, name="mine", language="en", finding="3", claims=CLAIMS, where="3.ipynb")


@pytest.mark.parametrize(("language", "told"), [("en", "in Danish only"), ("da", "kun på dansk")])
def test_a_page_in_another_language_says_so(language: str, told: str) -> None:
    page = elsewhere({"metadata": {"entydig": {"languages": ["da"]}}}, "mine", language)
    assert page.cells[0].source.startswith("# mine (")
    assert told in page.cells[0].source
