"""A notebook's code as a plain Python file."""

from __future__ import annotations

from typing import Any

import pytest

from entydig.errors import NotebookError
from entydig.publishing.script import script


def cell(kind: str, source: str, *tags: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": f"c{abs(hash(source))}"[:8],
        "metadata": {"tags": list(tags)},
    }
    extra: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {**made, **extra, "source": source}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


PARAMETERS = 'lang: str = "da"  # sprog, æ før # her\nrounds: int = 10\nshare: float = 0.5  # between 0 and 1'
PAGE = notebook(
    cell("markdown", "# Titel", "lang-da"),
    cell("markdown", "# Title\n\nMore.", "lang-en"),
    cell("code", PARAMETERS, "parameters"),
    cell("code", "total = rounds * 2"),
    cell("code", "", "hide-input"),
    cell("raw", "no code"),
)


def ran(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(source, "script", "exec"), names)
    return names


def test_the_parameters_stand_first_with_what_was_given() -> None:
    made = script(PAGE, "en", {"lang": "en", "rounds": 25}, "a/page.ipynb")
    lines = made.splitlines()
    assert lines[2:6] == [
        "# %%",
        'lang: str = "en"  # sprog, æ før # her',
        "rounds: int = 25",
        "share: float = 0.5  # between 0 and 1",
    ]
    assert ran(made)["total"] == 50


def test_prose_is_that_of_one_language_as_comments() -> None:
    made = script(PAGE, "en", {}, "page.ipynb")
    assert "# %% [markdown]\n# # Title\n# \n# More.\n" in made
    assert "Titel" not in made


def test_empty_and_raw_cells_are_left_out() -> None:
    made = script(PAGE, "da", {}, "page.ipynb")
    assert "no code" not in made
    assert made.count("# %%\n") == 2
    assert made.endswith("total = rounds * 2\n")


def test_the_first_line_says_where_it_comes_from() -> None:
    first = script(PAGE, "en", {}, "a/page.ipynb").splitlines()[0]
    assert first.startswith("# The code of a/page.ipynb in the language en")


def test_a_value_with_quotes_and_letters_of_other_languages_is_written_as_python() -> None:
    made = script(PAGE, "da", {"lang": 'd"å\\'}, "page.ipynb")
    assert ran(made)["lang"] == 'd"å\\'


def test_code_that_displays_gets_the_name() -> None:
    made = script(notebook(cell("code", "display(1)")), "da", {}, "page.ipynb")
    assert made.index("from IPython.display import display") < made.index("display(1)")


def test_code_in_another_language_is_refused() -> None:
    with pytest.raises(NotebookError, match=r"page\.ipynb: its code is no Python"):
        script(notebook(cell("code", "x <- c(1, 2) %>% sum()")), "da", {}, "page.ipynb")
