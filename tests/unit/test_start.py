"""start.py in a folder of its own, with a uv and a Python that only write down how they were called."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")

# Both stand-ins are this one script. `fail` and `kill` in the folder of the log name a word of the call
# at which it fails, or at which start.py is killed.
STAND_IN = f"""#!{sys.executable}
import json, os, pathlib, signal, sys
me, words = pathlib.Path(sys.argv[0]), sys.argv[1:]
logs = pathlib.Path(os.environ["STAND_IN"])
if words[:1] == ["--version"]:
    sys.exit(print((logs / "version").read_text()))
if words[:1] == ["-c"]:
    sys.exit(print((logs / "python").read_text()))
seen = {{name: os.environ.get(name) for name in ("PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}}
with (logs / "log").open("a") as log:
    log.write(json.dumps([me.name, words, os.getcwd(), seen]) + "\\n")
if (logs / "kill").exists() and (logs / "kill").read_text() in words:
    os.kill(os.getppid(), signal.SIGKILL)
if (logs / "fail").exists() and (logs / "fail").read_text() in words:
    sys.exit(7)
if words[:1] == ["venv"]:
    folder = pathlib.Path(words[-1]) / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "entydig"):
        (folder / name).write_text(me.read_text())
        (folder / name).chmod(0o755)
"""


class Clone:
    """A copy of the repository with nothing in it but what start.py reads."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder / "clone"
        self.logs = folder / "logs"
        self.tools = folder / "tools"
        for made in (self.folder / "notebooks", self.logs, self.tools):
            made.mkdir(parents=True)
        shutil.copy(root / "start.py", self.folder)
        shutil.copy(root / "Makefile", self.folder)
        (self.folder / "requirements.lock").write_text("one==1\n", encoding="utf-8")
        (self.folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
        self.say("version", "uv 0.13.9 (somewhere)")
        self.say("python", sys.version)
        uv = self.tools / "uv"
        uv.write_text(STAND_IN, encoding="utf-8")
        uv.chmod(0o755)

    def say(self, name: str, text: str) -> None:
        """Tell the stand-in programs something."""
        (self.logs / name).write_text(text, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Return variables as on a container that sets what start.py drops."""
        return {
            "PATH": f"{self.tools}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "STAND_IN": str(self.logs),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(self.logs),
        }

    def start(self, *words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run start.py from another folder than its own."""
        return subprocess.run(
            [sys.executable, *python, str(self.folder / "start.py"), *words],
            cwd=self.logs,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def calls(self) -> list[list[Any]]:
        """Return what was called since last asked: program, words, folder, variables."""
        log = self.logs / "log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def steps(self) -> list[str]:
        """Return the same as short texts: the program and its first words that are no options."""
        return [" ".join([name, *words[:2]]) for name, words, *_ in self.calls()]


@pytest.fixture
def clone(tmp_path: Path, root: Path) -> Clone:
    """Return a fresh copy that nothing was set up in."""
    return Clone(tmp_path, root)


@pytest.fixture
def start(root: Path) -> Iterator[ModuleType]:
    """Return start.py as a module."""
    place = importlib.util.spec_from_file_location("start_under_test", root / "start.py")
    assert place is not None and place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


SET_UP = ["uv venv --quiet", "uv pip sync", "uv pip install", "uv pip check"]


def test_the_first_call_sets_everything_up_and_then_does_the_job(clone: Clone) -> None:
    assert clone.start("book").returncode == 0
    assert clone.steps() == [*SET_UP, "entydig build"]


def test_nothing_is_set_up_again_when_nothing_changed(clone: Clone) -> None:
    clone.start("book")
    clone.calls()
    assert clone.start("book").stderr == ""
    assert clone.steps() == ["entydig build"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_brings_the_environment_in_line_without_making_it_anew(
    clone: Clone, name: str
) -> None:
    clone.start("book")
    clone.calls()
    (clone.folder / name).write_text("two==2\n", encoding="utf-8")
    clone.start("book")
    assert clone.steps() == [*SET_UP[1:], "entydig build"]


def test_another_python_makes_the_environment_anew(clone: Clone) -> None:
    clone.start("book")
    clone.calls()
    clone.say("python", "3.12.0 (another)")
    (clone.folder / "requirements.lock").write_text("two==2\n", encoding="utf-8")
    clone.start("book")
    assert clone.steps()[:1] == SET_UP[:1]


def test_a_folder_that_was_moved_is_set_up_again(clone: Clone) -> None:
    clone.start("book")
    clone.calls()
    clone.folder = clone.folder.rename(clone.folder.with_name("moved"))
    clone.start("book")
    assert clone.steps() == [*SET_UP[1:], "entydig build"]


def test_only_hashed_packages_and_the_builder_of_the_lock_are_used(clone: Clone) -> None:
    clone.start("book")
    _, sync, install, _ = (words for name, words, *_ in clone.calls() if name == "uv")
    assert {"--require-hashes", "--compile-bytecode"} <= set(sync)
    assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(install)


@pytest.mark.parametrize("word", ["venv", "sync", "install", "check"])
def test_a_step_that_fails_ends_with_its_code_and_one_line_and_is_tried_again(
    clone: Clone, word: str
) -> None:
    clone.say("fail", word)
    failed = clone.start("book")
    assert failed.returncode == 7
    assert "entydig build" not in clone.steps()
    assert failed.stderr.splitlines()[-1].startswith("start: the set-up failed at: uv ")
    (clone.logs / "fail").unlink()
    assert clone.start("book").returncode == 0
    assert "uv pip check" in clone.steps()


@pytest.mark.parametrize("word", ["venv", "sync", "install", "check"])
def test_a_set_up_killed_at_any_step_is_not_taken_for_a_whole_one(clone: Clone, word: str) -> None:
    clone.start("book")
    (clone.folder / "requirements.lock").write_text("two==2\n", encoding="utf-8")
    clone.say("python", "3.12.0 (another)")
    clone.say("kill", word)
    assert clone.start("book").returncode < 0
    (clone.logs / "kill").unlink()
    clone.calls()
    clone.start("book")
    assert "uv pip sync" in clone.steps()


def test_programs_run_in_the_repository_with_its_own_tools_first(clone: Clone) -> None:
    clone.start("book", "--lang", "en")
    name, words, folder, seen = clone.calls()[-1]
    assert (name, words, Path(folder)) == ("entydig", ["build", "--lang", "en"], clone.folder)
    assert seen["PATH"].split(os.pathsep)[0] == str(clone.folder / ".venv" / "bin")
    assert seen["PYTHONDONTWRITEBYTECODE"] is None
    assert seen["PYTHONPATH"] is None


def test_test_checks_style_and_types_before_the_tests_and_passes_the_rest_on(clone: Clone) -> None:
    clone.start("test", "-k", "disclosure", "--", "-x")
    done = [words[1:] for name, words, *_ in clone.calls() if name == "python"]
    assert done == [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "src", "tests", "start.py"],
        ["mypy"],
        ["pytest", "-n", "2", "--dist", "loadgroup", "-k", "disclosure", "--", "-x"],
    ]


def test_test_stops_at_the_first_step_that_fails(clone: Clone) -> None:
    clone.say("fail", "mypy")
    assert clone.start("test").returncode == 7
    assert clone.steps()[-1] == "python -m mypy"


def test_lab_opens_in_the_folder_of_the_notebooks(clone: Clone) -> None:
    clone.start("lab", "--no-browser")
    _, words, folder, _ = clone.calls()[-1]
    assert words == ["-m", "jupyterlab", "--no-browser"]
    assert Path(folder) == clone.folder / "notebooks"


def test_lock_needs_no_environment_and_writes_hashes_but_no_address(clone: Clone) -> None:
    clone.start("lock", "--upgrade")
    ((_, words, folder, _),) = clone.calls()
    assert words[:3] == ["pip", "compile", "pyproject.toml"]
    assert {"--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--upgrade"} <= set(
        words
    )
    assert words[words.index("--output-file") + 1] == "requirements.lock"
    assert Path(folder) == clone.folder


@pytest.mark.parametrize("answer", ["uv 0.4.30", "pyenv: uv: command not found"])
def test_a_uv_that_is_too_old_or_only_a_shim_is_not_used(clone: Clone, answer: str) -> None:
    clone.say("version", answer)
    # -S leaves out site-packages, and with them pip.
    assert clone.start("book", python=("-S",)).returncode == 2
    assert clone.steps() == []


def test_without_uv_and_pip_one_line_says_what_to_install(clone: Clone) -> None:
    (clone.tools / "uv").unlink()
    missing = clone.start("book", python=("-S",))
    assert missing.returncode == 2
    assert re.fullmatch(r"start: neither uv nor pip is here; install one .*\n", missing.stderr)


def test_pip_fetches_an_exact_uv_by_hash_into_the_cache_only(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(start, "UV_CACHE", tmp_path / "uv")
    monkeypatch.setattr(start, "step", lambda words: steps.append([str(word) for word in words]))
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: name)
    start.fetch_uv()
    (words,) = steps
    assert words[1:4] == ["-m", "pip", "install"]
    assert words[words.index("--target") + 1] == str(tmp_path / "uv")
    assert "--require-hashes" in words
    wanted = Path(words[-1]).read_text(encoding="utf-8").split()
    assert re.fullmatch(r"uv==\d+\.\d+\.\d+", wanted[0])
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in wanted[1:])


def test_an_older_python_gets_one_line(root: Path) -> None:
    older = "import runpy, sys; sys.version_info, sys.version = (3, 8, 18), '3.8.18 (old)'"
    program = f"{older}; runpy.run_path('start.py')"
    old = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False, timeout=60
    )
    assert old.returncode == 1
    assert old.stderr == "start: this needs Python 3.11 or newer and runs on 3.8.18; use a newer one.\n"


def test_an_older_python_can_read_as_far_as_that_line(root: Path) -> None:
    ast.parse((root / "start.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_only_the_standard_library_is_used(root: Path) -> None:
    tree = ast.parse((root / "start.py").read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    from_ = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in plain | from_} <= sys.stdlib_module_names


@pytest.mark.parametrize("verb", ["book", "test", "lab", "serve", "lock", "bench", "diagnose"])
def test_each_verb_is_in_the_help_with_an_example_and_in_the_makefile(clone: Clone, verb: str) -> None:
    assert f"  python start.py {verb} " in clone.start("--help").stdout
    lines = (clone.folder / "Makefile").read_text(encoding="utf-8").splitlines()
    assert f"{verb}: ; $(START) {verb} $(ARGS)" in lines


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed; start.py serves without it")
def test_make_alone_prints_the_help_and_passes_arguments_on(clone: Clone) -> None:
    def make(*words: str) -> str:
        command = ["make", f"PYTHON={sys.executable}", *words]
        done = subprocess.run(
            command, cwd=clone.folder, env=clone.environment(), capture_output=True, text=True, check=True
        )
        return done.stdout

    assert make().startswith("usage: start.py")
    make("book", "ARGS=--lang en")
    assert clone.calls()[-1][1] == ["build", "--lang", "en"]


def test_serve_says_when_there_is_no_site_yet(clone: Clone) -> None:
    missing = clone.start("serve")
    assert missing.returncode == 2
    assert "there is no site in" in missing.stderr
    assert "python start.py book" in missing.stderr
    assert clone.steps() == []


def site(folder: Path) -> None:
    """Put a site of one page into a project's folder."""
    page = folder / "_build" / "site" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("Boligsocial æøå", encoding="utf-8")


@pytest.mark.parametrize("project", [".", "examples/one"])
def test_serve_shows_the_site_to_this_machine_and_says_where(clone: Clone, project: str) -> None:
    site(clone.folder / project)
    command = [sys.executable, str(clone.folder / "start.py"), "serve", "--port", "0", "--project", project]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=clone.logs) as server:
        try:
            assert server.stderr is not None
            line = server.stderr.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address is not None, line
            with urllib.request.urlopen(address[0], timeout=20) as page:
                assert page.read().decode("utf-8") == "Boligsocial æøå"
        finally:
            server.terminate()


def test_serve_says_when_the_port_is_taken(clone: Clone) -> None:
    site(clone.folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = clone.start("serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 2
    assert re.fullmatch(r"start: port \d+: .*\n", refused.stderr)
