"""Chromium, and the site and a JupyterLab for it to look at."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
PATIENCE = 120  # seconds, for a machine that does other things besides
# Every folder in which Jupyter would keep settings, so that those of the machine change nothing.
FOLDERS = {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
# The announcements would ask a server for news; cells outside the window would not be in the page.
SETTINGS = {
    "config/labconfig/page_config.json": {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
    },
    "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
NOTEBOOK_IN_LAB = "window.jupyterapp.shell.currentWidget"
KERNEL_IS_IDLE = f"""() => window.jupyterapp
    && {NOTEBOOK_IN_LAB}?.sessionContext?.session?.kernel?.status === 'idle'"""
CELLS = f"""{NOTEBOOK_IN_LAB}.content.widgets.map(cell => ({{
    id: cell.model.id,
    ran: cell.model.type !== 'code' || cell.model.executionCount > 0,
    shown: cell.node.innerText,
    text: cell.node.textContent,
    results: cell.model.sharedModel.getMetadata().user_expressions ?? [],
    outputs: cell.model.type === 'code' ? cell.model.sharedModel.getOutputs().map(each => each.output_type) : [],
}}))"""
# An expression that fails stays without data; it is not waited for, so that the test can name it. What is folded, as
# a solution is, is in the page all the same.
FINISHED = f"""expected => {{
    const cells = {CELLS}, results = cells.flatMap(cell => cell.results);
    const isShown = (cell, {{result}}) => !result.data
        || cell.text.includes(result.data['text/plain'].replace(/^'|'$/g, ''));
    return {NOTEBOOK_IN_LAB}.sessionContext.session.kernel.status === 'idle'
        && cells.every(cell => cell.ran && cell.results.every(each => isShown(cell, each)))
        && results.length === expected;
}}"""


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
def executed(copied: Path, command: Callable[..., str]) -> Path:
    """Execute finding 3 in Danish with our engine, and give the notebook."""
    notebook = "notebooks/findings/3-value-gap.ipynb"
    command(copied, "run", notebook, "-p", "lang=da", "--name", "compared")
    return copied / "_build" / "runs" / "compared" / "da" / notebook


@pytest.fixture
def serve_lab(tmp_path: Path) -> Callable[..., AbstractContextManager[str]]:
    """Return the function that serves a project in JupyterLab and gives the address of one of its notebooks."""
    return partial(serving, tmp_path / "lab")


@pytest.fixture
def run_all() -> Callable[..., dict[str, Any]]:
    """Return the function that runs all cells of the notebook on a page and gives them by id."""
    return run_all_cells


@contextmanager
def serving(place: Path, folder: Path, notebook: str) -> Iterator[str]:
    """Serve a project on a free port, with Jupyter's own settings in an empty place."""
    for name, content in SETTINGS.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    port, token = free_port(), secrets.token_hex()
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        f"--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
    ]
    variables = {name: str(place / own) for name, own in FOLDERS.items()}
    log = place / "log"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=folder,
            env={**os.environ, **variables},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, log)
            yield f"http://127.0.0.1:{port}/lab/tree/{notebook}?token={token}"
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer: {log.read_text(encoding='utf-8')}")


def run_all_cells(page: Page, expressions: int) -> dict[str, Any]:
    """Choose *Run All Cells* in the menu, wait until all is done and shown, and give the cells by id."""
    patience = PATIENCE * 1000
    page.wait_for_function(KERNEL_IS_IDLE, timeout=patience)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(FINISHED, arg=expressions, timeout=patience)
    return {cell["id"]: cell for cell in page.evaluate(f"() => {CELLS}")}
