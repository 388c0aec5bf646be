"""What every test rests on: the same numbers and the same examples on every run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# What a copy of the project does without.
LEFT_OUT = (".git", ".venv", ".cache", ".hypothesis", "_build", "docs", "tests", "*_cache", "*.egg-info")

# Before numpy is loaded: two workers of pytest share the cores, and BLAS would start threads in each.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# A picture is drawn into a file; a machine without a screen must not differ.
os.environ["MPLBACKEND"] = "Agg"

# The same examples each time and no clock: a failure belongs to the change that brought it.
settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("search", database=None, deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def command() -> Callable[..., str]:
    """Return the function that runs our command in a project."""
    return entydig


@pytest.fixture(scope="session")
def copied(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project for all workers and build its whole site as `make book` does, once.

    What a test adds to it stands under a name of its own.
    """
    from entydig.running.lock import folder_lock

    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "whole"
    folder = shared / "entydig"
    with folder_lock(shared, "copy of the project", tell=lambda line: None):
        if not folder.exists():
            shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
            entydig(folder, "build")
    assert (folder / "_build" / "site" / "index.html").is_file(), "the build failed in another worker"
    return folder


@pytest.fixture(scope="session")
def site(copied: Path) -> Path:
    """Return the folder of the whole site."""
    return copied / "_build" / "site"


def entydig(folder: Path, *words: str) -> str:
    """Run our command in a process of its own: notebooks and this process would share an event loop."""
    command = [sys.executable, "-c", "from entydig.cli import main; main()", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr
    return done.stdout
