"""Chromium, and the site and a JupyterLab for it to look at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# No sandbox: containers run as root. The rest keeps the browser itself from asking anybody for anything.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a copy of the project does without.
LEFT_OUT = (".git", ".venv", ".cache", ".hypothesis", "_build", "docs", "tests", "*_cache", "*.egg-info")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with the module, since its event loop would stand in the way of other tests."""
    program = shutil.which("chromium")
    if program is None and os.environ.get("CI"):
        pytest.fail("chromium is missing, and in CI that is no reason to leave a test out")
    if program is None:
        pytest.skip("chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def copied(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project, so that nothing a browser or JupyterLab leaves behind lands in the repository."""
    folder = tmp_path_factory.mktemp("project") / "entydig"
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder


def entydig(folder: Path, *words: str) -> str:
    """Run our command in a process of its own: notebooks and this process would share an event loop."""
    command = [sys.executable, "-c", "from entydig.cli import main; main()", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def site(copied: Path) -> Path:
    """Build the whole site as `make book` does, and give its folder."""
    entydig(copied, "build")
    return copied / "_build" / "site"


@pytest.fixture(scope="session")
def executed(copied: Path) -> Path:
    """Execute finding 3 in Danish with our engine, and give the notebook."""
    notebook = "notebooks/findings/3-value-gap.ipynb"
    entydig(copied, "run", notebook, "-p", "lang=da", "--name", "compared")
    return copied / "_build" / "runs" / "compared" / "da" / notebook
