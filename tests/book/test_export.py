"""Notebooks of the built book as files to pass on: the site's numbers, under the word that travels with them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow

FINDING, PUBLIC = "notebooks/findings/3-value-gap", "notebooks/monitoring/official-lists"
VARIED = "notebooks/methods/by-region"
BANNER = "Answers and interviews are synthetic"

Command = Callable[..., str]


def exported(command: Command, project: Path, name: str, *words: str) -> Path:
    said = command(project, "export", f"{name}.ipynb", "-p", "lang=en", *words)
    return Path(said.removeprefix("written: ").rstrip("\n"))


def squeezed(text: str) -> str:
    """Drop what a line break adds or takes, and the form of apostrophes, which the site rounds."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text).replace("’", "'")


@pytest.fixture(scope="module")
def records(site: Path) -> list[str]:
    """Return the lines of the claims on the site's page."""
    page = BeautifulSoup((site / "en" / f"{FINDING}.html").read_text(encoding="utf-8"), "html.parser")
    lines = [squeezed(line.get_text()) for line in page.select(".record li, .record > p")]
    assert len(lines) >= 4 * 4
    return lines


@pytest.mark.parametrize(("form", "ending"), [("html", "html"), ("pdf", "pdf")])
def test_a_finding_is_passed_on_with_the_sites_claims_and_the_word_synthetic(
    copied: Path, command: Command, records: list[str], form: str, ending: str
) -> None:
    file = exported(command, copied, FINDING, "--to", form)
    assert file == copied / "_build" / "export" / f"3-value-gap-synthetic.en.{ending}"
    if form == "html":
        text = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser").get_text()
    else:
        text = "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    assert [line for line in records if line not in squeezed(text)] == []
    assert squeezed(BANNER) in squeezed(text)


def test_what_rests_on_public_data_alone_has_neither_word_nor_banner(copied: Path, command: Command) -> None:
    file = exported(command, copied, PUBLIC)
    assert file.name == "official-lists.en.html"
    assert BANNER not in file.read_text(encoding="utf-8")


def test_a_variant_says_so_and_leaves_the_builds_own_run_alone(
    copied: Path, command: Command, tmp_path: Path
) -> None:
    run = copied / "_build" / "runs" / "main" / "en" / f"{VARIED}.ipynb"
    before = run.read_bytes()
    words = ("--decide", "dont_know=counted", "--output", str(tmp_path / "varied.html"))
    page = exported(command, copied, VARIED, *words).read_text(encoding="utf-8")
    assert "Not the registered analysis" in page
    assert run.read_bytes() == before


def test_a_script_runs_by_itself_in_the_projects_folder(copied: Path, command: Command) -> None:
    file = exported(command, copied, VARIED, "--to", "script")
    assert file.name == "by-region.en.py"
    variables = {**os.environ, "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, file], cwd=copied, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
