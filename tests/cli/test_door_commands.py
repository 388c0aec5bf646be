"""The commands of the pages that invite to check, to rerun and to fork are run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from entydig.cli import VERBS
from entydig.publishing.filter import filter_page

ROOT = Path(__file__).parents[2]
DOORS = ("check-a-number", "rerun-or-fork", "fork-a-finding")
LANGUAGES = ("da", "en")
# Blocks of `bash` are run here. Those of `console` build the whole book or wait for a person, which other tests do.
BLOCK = re.compile(r"^```(?P<kind>bash|console)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_OUT = (
    ".git",
    ".venv",
    ".cache",
    ".hypothesis",
    "_build",
    "docs",
    "tests",
    "own",
    "private",
    "*_cache",
    "*.egg-info",
)


def blocks(page: str, language: str, kind: str) -> list[str]:
    source = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    text = filter_page(source, language, page)
    return [found["text"] for found in BLOCK.finditer(text) if found["kind"] == kind]


def in_one_tongue(command: str) -> str:
    """Leave out what differs between languages: the language itself, and the name of the new finding."""
    return re.sub(r"lang[= ](?:da|en)\b|\b(?:anciennitet|tenure)\b", "", command)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "entydig"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    toc = (folder / "_toc.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    listed = "".join(
        line for line in toc if "notebooks/own/" not in line
    )  # somebody's, who followed the page
    (folder / "_toc.yml").write_text(listed, encoding="utf-8")
    return folder


def run(project: Path, command: str) -> str:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": tools}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", DOORS)
@pytest.mark.parametrize("kind", ["bash", "console"])
def test_both_languages_give_the_same_commands(page: str, kind: str) -> None:
    danish, english = (
        [in_one_tongue(each) for each in blocks(page, language, kind)] for language in LANGUAGES
    )
    assert danish == english


@pytest.mark.parametrize("page", DOORS)
def test_what_is_only_shown_are_verbs_and_targets_that_exist(page: str) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in "".join(blocks(page, "da", "console")).splitlines():
        program, word, *_ = line.split()
        assert (program, word) in [
            *(("make", each) for each in targets),
            *(("entydig", each) for each in VERBS),
        ]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages' commands are for a Unix shell")
@pytest.mark.parametrize("page", DOORS)
def test_the_commands_run(project: Path, page: str) -> None:
    # Danish as far as the languages differ in nothing but the language; both where a notebook is made.
    for command in blocks(page, "da", "bash"):
        run(project, command)
    if page == "fork-a-finding":
        for command in blocks(page, "en", "bash"):
            run(project, command)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages' commands are for a Unix shell")
def test_counting_by_hand_gives_the_share_of_the_finding(project: Path) -> None:
    (count,) = (
        each for each in blocks("check-a-number", "da", "bash") if "csv" in each and "python3" in each
    )
    positive, answers = (int(word) for word in run(project, count).split(" of "))
    look = (
        "from entydig import project\nstudy = project.open('da')\n"
        "room = study.share('E5', groups=['manager'], wave=2020, against=0.75, direction='less')\n"
        "print(room.value, room.n)"
    )
    value, n = run(project, f'python3 -c "{look}"').split()
    assert (float(value), int(n)) == (pytest.approx(positive / answers), answers)
