"""Small notebooks for the tests of the runner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a notebook of code cells into a project and gives its path there."""

    def written(name: str, *sources: str, **about: Any) -> Path:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        if about:
            made.metadata["entydig"] = about
        for index, cell in enumerate(made.cells):
            cell["id"] = f"c{index}"
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, file)
        return Path(name)

    return written
