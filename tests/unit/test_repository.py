"""What holds for the whole repository: nothing of a machine in it, one version, imports that point one way."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import entydig

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "entydig"

# Each imports only from those before it (DESIGN: the layout of src/entydig).
ORDER = (
    "errors",
    "wording",
    "survey",
    "exchange",
    "statistics",
    "cases",
    "claims",
    "presentation",
    "project",
    "running",
    "publishing",
    "release",
    "cli",
)

# Folders that are made or belong to one machine; only asked where git cannot be.
IGNORED = {".git", ".venv", "_build", ".cache", "private", "__pycache__", ".ipynb_checkpoints"}
IGNORED_ENDS = ("_cache", ".egg-info", ".hypothesis", ".jupyter")


@cache
def files() -> tuple[str, ...]:
    """Return every file that is or could be committed, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = (
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if (ROOT / ".git").exists()
        else None
    )
    if listed is not None and listed.returncode == 0:
        names = listed.stdout.decode("utf-8").split("\0")
        return tuple(name for name in names if name and (ROOT / name).is_file())
    return tuple(walked())


def walked() -> Iterator[str]:
    """Return the same for a copy without git, for instance a downloaded archive."""
    for folder, names, found in os.walk(ROOT):
        names[:] = [name for name in names if name not in IGNORED and not name.endswith(IGNORED_ENDS)]
        yield from ((Path(folder) / name).relative_to(ROOT).as_posix() for name in found)


def texts(*ends: str) -> Iterator[tuple[str, str]]:
    """Return name and text of each file that is text, of all or of those with these endings."""
    for name in files():
        if not ends or name.endswith(ends):
            try:
                yield name, (ROOT / name).read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue


def places(pattern: str, found: Iterator[tuple[str, str]], flags: int = 0) -> list[str]:
    """Return file, line and match wherever the pattern stands."""
    form = re.compile(pattern, flags)
    return [
        f"{name}:{number}: {match[0]}"
        for name, text in found
        if form.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        for match in form.finditer(line)
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "CITATION.cff",
            "LICENSE",
            "LICENSES",
            "REUSE.toml",
        ),
        *("start.py", "Makefile", "pyproject.toml", "requirements.lock", "environment.yml", "postBuild"),
        *(".gitattributes", ".gitignore", ".pre-commit-config.yaml", ".ci/run", "_config.yml", "_toc.yml"),
        *("notebooks", "book", "data", "examples/joint-sports", "src/entydig", "tests", "docs/decisions"),
        *("data/instrument.yml", "data/claims.yml", "data/decisions.yml", "data/worlds.yml"),
    ],
)
def test_the_layout_is_whole(name: str) -> None:
    assert any(found == name or found.startswith(f"{name}/") for found in files())


def test_nothing_that_is_made_or_private_is_committed() -> None:
    parts = (
        "_build/",
        ".cache/",
        ".venv/",
        "data/private/",
        "__pycache__/",
        ".egg-info/",
        ".ipynb_checkpoints/",
    )
    assert [name for name in files() if any(f"/{part}" in f"/{name}" for part in parts)] == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # Put together here, so that this file does not contain them.
    hosts = [
        *(
            "pypi" + ".org",
            "pypi" + ".python.org",
            "pythonhosted" + ".org",
            "npmjs" + ".org",
            "npmjs" + ".com",
        ),
        *("yarnpkg" + ".com", "anaconda" + ".org", "anaconda" + ".com", "pypi" + ".nvidia.com"),
    ]
    assert places("|".join(map(re.escape, hosts)), texts(), re.IGNORECASE) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    private = r"(?<![\w./~-])/(?:work|root|home/[a-z]\w*|Users/\w+)/"
    assert places(private, texts()) == []
    assert places(r"(?<![\w./~-])/tmp/", ((n, t) for n, t in texts() if not n.startswith("tests/"))) == []


def test_notebooks_are_committed_without_outputs_and_with_cell_ids() -> None:
    wrong = []
    for name, text in texts(".ipynb"):
        if name.startswith("notebooks/own/"):  # nobody's but their author's
            continue
        notebook = json.loads(text)
        if (notebook["nbformat"], notebook["nbformat_minor"]) < (4, 5):
            wrong.append(f"{name}: older than nbformat 4.5")
        for number, cell in enumerate(notebook["cells"]):
            if cell.get("outputs") or cell.get("execution_count") is not None:
                wrong.append(
                    f"{name}, cell {number}: has outputs; Kernel > Restart and Clear Outputs, then save"
                )
            if "id" not in cell:
                wrong.append(f"{name}, cell {number}: has no id")
    assert wrong == []


def test_there_is_one_version_and_the_changelog_tells_of_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert project["version"] == entydig.__version__ == str(citation["version"])
    heading = rf"^## .*(?<![\d.]){re.escape(entydig.__version__)}(?![\d.]*\d)"
    assert re.search(heading, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_lock_has_every_dependency_by_hash_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = dict(
        re.findall(r"^([a-z0-9-]+)==\S+((?:.*\\\n)(?: +--hash=sha256:[0-9a-f]{64}.*\n)+)", lock, re.MULTILINE)
    )
    assert set(re.findall(r"^[^\s#][^=\s]*", lock, re.MULTILINE)) == set(pins)
    assert "://" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", item)[0]).lower() for item in direct}
    # The project itself is built by the setuptools of the lock.
    assert names | {"setuptools"} <= set(pins)


def test_every_licence_is_said_and_every_text_is_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("without git, reuse would read .venv as well")
    lint = subprocess.run(
        [sys.executable, "-m", "reuse", "lint"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert lint.returncode == 0, lint.stdout


def test_the_hooks_fetch_nothing() -> None:
    path = ROOT / ".pre-commit-config.yaml"
    hooks = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert [source["repo"] for source in hooks["repos"]] == ["local"]
    languages = {hook["language"] for source in hooks["repos"] for hook in source["hooks"]}
    assert languages <= {"system", "fail"}
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", path], check=True, timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="a shell script for a Debian machine")
@pytest.mark.parametrize("name", [".ci/run", "postBuild"])
def test_the_shell_scripts_can_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / name], check=True, timeout=60)


def modules() -> dict[str, Path]:
    """Return the modules of the package by their full names."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return, for each module, which of our own it imports at which line, deferred or not."""
    known = modules()
    result: dict[str, tuple[tuple[str, int], ...]] = {}
    for name, path in known.items():
        found: list[tuple[str, int]] = []
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                whole = [f"{base}.{alias.name}" for alias in node.names]
                found += [(item if item in known else base, node.lineno) for item in whole]
        result[name] = tuple((item, line) for item, line in found if item.split(".")[0] == "entydig")
    return result


def layer(module: str) -> str:
    """Return the package a module belongs to; entydig itself belongs to none."""
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_its_place_in_the_order() -> None:
    assert {layer(module) for module in modules()} - {""} <= set(ORDER)


def test_imports_point_one_way() -> None:
    rank = {name: number for number, name in enumerate(("", *ORDER))}
    backwards = [
        f"{module}, line {line}: imports {item}"
        for module, found in imports().items()
        for item, line in found
        if rank[layer(item)] > rank[layer(module)]
    ]
    assert backwards == []


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {module: {item for item, _ in found if item != module} for module, found in imports().items()}
    # Take away what imports nothing that is left: only circles, and what leads to them, stay.
    while free := {module for module, needed in graph.items() if not needed & set(graph)}:
        graph = {module: needed for module, needed in graph.items() if module not in free}
    assert sorted(graph) == []


def test_modules_name_what_they_offer_and_import_no_star() -> None:
    silent, starred = [], []
    for module, path in modules().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
        offers = any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
        defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
        if defines and not offers:
            silent.append(module)
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        starred += [module for node in froms if node.names[0].name == "*"]
    assert (silent, starred) == ([], [])


def test_modules_stay_under_four_hundred_lines_and_say_what_they_are() -> None:
    long = {
        module: lines
        for module, path in modules().items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    vague = [
        module for module in modules() if module.split(".")[-1] in {"utils", "helpers", "misc", "common"}
    ]
    assert (long, vague) == ({}, [])


# Letters may not stand beside a word, so that "dashboard" passes and "board_items" does not.
WORDS = (
    *("board", "boards", "bestyrelsen?", "bestyrelser", "project[ _-]?managers?", "projektleder(?:e|en|ne)?"),
    *("boligsocial[et]?", "boligorganisation(?:er)?", "beboer(?:e|demokrati)?", "helhedsplan(?:er)?"),
    *("municipality", "municipalities", "municipal", "kommuner?", "kommunen", "kommunale?"),
    *(
        "housing",
        "tenants?",
        "residents?",
        "landsbyggefonden?",
        "ghetto(?:er|liste)?",
        "ledelse",
        "vive",
        "sbi",
    ),
)


def test_the_machinery_knows_nothing_of_this_evaluation() -> None:
    found = ((name, text) for name, text in texts() if name.startswith("src/"))
    word = rf"(?<![a-zæøå])(?:{'|'.join(WORDS)})(?![a-zæøå])"
    assert places(word, found, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("board_items = 3", True),
        ("class BOARD:", True),
        ("til bestyrelsen.", True),
        ("project-manager", True),
        ("dashboard, keyboard and clipboard", False),
        ("aboard", False),
    ],
)
def test_a_word_is_found_inside_a_name_but_not_inside_another_word(text: str, caught: bool) -> None:
    word = rf"(?<![a-zæøå])(?:{'|'.join(WORDS)})(?![a-zæøå])"
    assert bool(places(word, iter([("here", text)]), re.IGNORECASE)) is caught
