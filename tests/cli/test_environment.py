"""environment.yml and postBuild do what conda and Binder will do with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

posix = pytest.mark.skipif(os.name == "nt", reason="postBuild is a shell script for Binder's Linux")


@pytest.fixture
def wanted(root: Path) -> list[Any]:
    """Return the dependencies of environment.yml."""
    environment = YAML(typ="safe").load((root / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "entydig"
    return list(environment["dependencies"])


def pip_lines(wanted: list[Any]) -> list[str]:
    """Return what conda hands to pip."""
    (section,) = (item["pip"] for item in wanted if isinstance(item, dict))
    return list(section)


def test_python_is_exact_and_one_the_project_allows(wanted: list[Any], root: Path) -> None:
    (python,) = (item for item in wanted if isinstance(item, str) and item.startswith("python="))
    exact = re.fullmatch(r"python=(\d+)\.(\d+)\.\d+", python)
    assert exact is not None
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest = tuple(int(part) for part in project["requires-python"].removeprefix(">=").split("."))
    assert (int(exact[1]), int(exact[2])) >= lowest


def test_pip_and_quarto_come_with_it_and_every_package_from_the_lock(wanted: list[Any]) -> None:
    names = {item.split("=")[0] for item in wanted if isinstance(item, str)}
    assert names == {"python", "pip", "quarto"}
    assert pip_lines(wanted) == ["-r requirements.lock"]


@posix
def test_binder_can_run_the_last_step(root: Path) -> None:
    assert os.access(root / "postBuild", os.X_OK)


@posix
@pytest.mark.slow
def test_the_steps_of_pip_give_a_whole_environment_in_an_empty_one(
    wanted: list[Any], root: Path, tmp_path: Path
) -> None:
    # A minute of downloads from the cache and of unpacking; pip itself is used, as conda and Binder do.
    project = tmp_path / "project"
    shutil.copytree(root / "src", project / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    shutil.copytree(root / "LICENSES", project / "LICENSES")
    for name in ("LICENSE", "README.md", "postBuild", "pyproject.toml", "requirements.lock"):
        shutil.copy(root / name, project)
    lines = project / "condaenv.txt"
    lines.write_text("\n".join(pip_lines(wanted)), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", tmp_path / "empty"], check=True)
    tools = tmp_path / "empty" / "bin"
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_COMPILE": "1",  # the compiled files are not what is tried here, and cost half a minute
    }

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=project, env=variables, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run(tools / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lines)
    run("bash", "postBuild")
    run(tools / "python", "-m", "pip", "check")
    assert "build" in run(tools / "entydig", "--help")
