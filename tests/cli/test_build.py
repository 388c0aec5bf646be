"""`entydig build` as a person meets it: quick when nothing changed, whole again after whatever happened to it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from entydig.cli import main
from entydig.running.objects import Store

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from entydig.cli import main; main()"]
FINDING, QUICK, OVERVIEW = (
    "notebooks/findings/1-opinion.ipynb",
    "notebooks/methods/quick.ipynb",
    "notebooks/synthesis/overview.ipynb",
)
TOC = f"""format: jb-book
root: book/about
chapters:
- file: {FINDING.removesuffix(".ipynb")}
- file: {QUICK.removesuffix(".ipynb")}
- file: {OVERVIEW.removesuffix(".ipynb")}
"""
RECORDS = (
    "from entydig import project\n\nstudy = project.open(lang=lang)\nprint(len(study.records()), 'records')"
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("builds")]
linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")


def write(root: Path, name: str, stage: int, source: str) -> None:
    cells = [
        nbformat.v4.new_markdown_cell(f"({Path(name).stem})=\n# A page\n\n## A part\n\nWords."),
        nbformat.v4.new_code_cell('lang: str = "en"  # language', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(source),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "entydig": {"stage": stage, "reads": ["data/survey/*.csv"] if stage > 1 else []},
    }
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), root / name)


def entydig(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=root,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def ledger(root: Path) -> bytes:
    return (root / "_build" / "site" / "ledger.json").read_bytes()


def explained(said: str) -> dict[str, str]:
    """Give what --why says of each run, by the notebook's path, and of the site."""
    pairs = [
        line.partition(": ") for line in said.splitlines() if ".ipynb [en]: " in line or line[:5] == "site:"
    ]
    return {name.removesuffix(" [en]"): reason for name, _, reason in pairs}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a small evaluation on real answers: a finding, a page of method, an overview; nothing made."""
    root = tmp_path_factory.mktemp("fresh") / "project"
    shutil.copytree(
        ROOT / "examples" / "joint-sports", root, ignore=shutil.ignore_patterns("_build", ".cache")
    )
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    write(root, QUICK, 1, "6 * 7")
    write(root, OVERVIEW, 2, RECORDS)
    return root


@pytest.fixture(scope="module")
def template(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template") / "project"
    shutil.copytree(fresh, root)
    done = entydig(root, "build", "--no-print", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "3 runs in" in done.stderr
    assert "3 executed, 0 stored, 0 failed" in done.stderr
    assert len(json.loads(ledger(root))["records"]) == 3
    return root


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "project"))


@pytest.fixture
def empty(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "project"))


IMPORTED = """
import sys
from entydig.cli import main
main()
heavy = "numpy pandas scipy matplotlib sphinx papermill nbformat nbclient jupyter_client IPython jsonschema".split()
print([name for name in heavy if name in sys.modules])
"""


def test_with_nothing_changed_a_build_takes_under_a_second_and_imports_nothing_heavy(built: Path) -> None:
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", IMPORTED, "build", "--no-print"],
            cwd=built,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds.append(time.perf_counter() - began)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "[]"
        assert "0 executed, 3 stored, 0 failed" in done.stderr
    assert min(seconds) < 1


def test_one_finding_changed_runs_it_and_synthesis_and_builds_the_site(built: Path) -> None:
    before = ledger(built)
    file = built / FINDING
    changed = file.read_text(encoding="utf-8").replace(
        'positive_cut: str = \\"registered\\"', 'positive_cut: str = \\"top1\\"'
    )
    file.write_text(changed, encoding="utf-8")
    done = entydig(built, "build", "--no-print", "--why")
    assert done.returncode == 0, done.stderr
    assert explained(done.stdout) == {
        FINDING: "runs, because notebook changed",
        QUICK: "stored",
        OVERVIEW: "runs, because records changed",
        "site": f"built, because {FINDING} [en], {OVERVIEW} [en] changed",
    }
    assert ledger(built) != before


def test_a_page_changed_runs_nothing_and_builds_the_site(built: Path) -> None:
    with (built / "book" / "about.md").open("a", encoding="utf-8") as stream:
        stream.write("\nAnd more.\n")
    done = entydig(built, "build", "--no-print", "--why")
    assert done.returncode == 0, done.stderr
    assert "0 executed, 3 stored" in done.stderr
    assert explained(done.stdout)["site"] == "built, because book/about.md changed"
    assert "And more." in (built / "_build/site/en/book/about.html").read_text(encoding="utf-8")


def test_a_site_that_is_not_whole_is_told_of_and_built_anew(built: Path) -> None:
    page = built / "_build/site/en/book/about.html"
    before = page.read_bytes()
    page.write_bytes(before[:1000])
    (built / "_build/site/en/index.html").unlink()
    done = entydig(built, "build", "--no-print")
    assert done.returncode == 0, done.stderr
    assert "is not whole (en/book/about.html and 1 more changed or missing); it is built anew" in done.stderr
    assert page.read_bytes() == before


def test_damaged_results_are_told_of_and_the_ledger_comes_out_the_same(built: Path) -> None:
    before = ledger(built)
    objects = sorted(file for file in (built / ".cache/store").glob("*/*"))
    content = bytearray(objects[0].read_bytes())
    content[len(content) // 2] ^= 1
    objects[0].write_bytes(bytes(content))
    objects[1].write_bytes(objects[1].read_bytes()[:100])
    (built / ".cache/history.json").write_bytes(b"\0\0")
    done = entydig(built, "build", "--no-print", "--why")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("is damaged; it is made anew") == 2
    assert done.stdout.count("its stored result was damaged") == 2
    assert "2 executed, 1 stored" in done.stderr
    assert ledger(built) == before


def test_run_takes_the_stored_result_unless_it_is_wanted_fresh(built: Path) -> None:
    for name, words, said in (
        (QUICK, (), "stored"),
        (OVERVIEW, (), "stored"),
        (QUICK, ("--fresh",), "runs, because everything is wanted anew (--fresh)"),
    ):
        done = entydig(built, "run", name, "--why", *words)
        assert done.returncode == 0, done.stderr
        assert explained(done.stdout)[name] == said


def test_clean_takes_what_was_made_and_the_next_build_needs_nothing_of_it(built: Path) -> None:
    assert entydig(built, "clean").returncode == 0
    assert not (built / "_build").exists()
    assert not (built / ".cache/store").exists()


def test_two_builds_at_once_both_succeed_with_one_ledger(empty: Path, template: Path) -> None:
    command = [*COMMAND, "build", "--no-print"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=empty, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    ended = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert sum("waiting for another build of main to end" in errors for _, errors in ended) == 1
    assert sorted(errors.count("3 executed, 0 stored") for _, errors in ended) == [0, 1]
    assert ledger(empty) == ledger(template)


@pytest.fixture
def mark() -> Iterator[str]:
    """Give a variable's value that finds every process begun with it; none is left behind."""
    value = uuid.uuid4().hex
    yield value
    for process in marked(value):
        os.kill(process, signal.SIGKILL)


def marked(value: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            alive = "\nState:\tZ" not in (folder / "status").read_text(encoding="utf-8")
            if alive and f"ENTYDIG_MARK={value}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # ended meanwhile
            continue
    return found


def begin(root: Path, mark: str) -> subprocess.Popen[bytes]:
    # Into files: a pipe would stay open as long as any process left behind.
    with (root / "out.txt").open("wb") as out, (root / "err.txt").open("wb") as err:
        return subprocess.Popen(
            [*COMMAND, "build", "--no-print"],
            cwd=root,
            env={**os.environ, "ENTYDIG_MARK": mark},
            stdout=out,
            stderr=err,
            start_new_session=True,
        )


def nobody_is_left(mark: str, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while marked(mark) and time.monotonic() < end:
        time.sleep(0.1)
    return not marked(mark)


def stored_are_whole(root: Path) -> bool:
    store = Store.of(root, tell=lambda text: None)
    objects = [file for file in store.folder.glob("*/*") if not file.name.endswith(".part")]
    return all(store.find(file.parent.name + file.name) for file in objects)


# From the first import to the end of the site, which takes some ten seconds; the same moments each time.
MOMENTS = [round(random.Random(number).uniform(0.1, 9.0), 2) for number in range(10)]


@linux
@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_at_any_moment_the_next_build_has_the_same_ledger(
    empty: Path, template: Path, mark: str, moment: float
) -> None:
    process = begin(empty, mark)
    time.sleep(moment)
    process.kill()
    process.wait()
    assert nobody_is_left(mark)
    assert stored_are_whole(empty)
    done = entydig(empty, "build", "--no-print")
    assert done.returncode == 0, done.stderr
    assert ledger(empty) == ledger(template)
    left = [
        file for file in (empty / "_build").rglob("*") if file.name.endswith(".part") or ".site-" in file.name
    ]
    assert left == []


@linux
@pytest.mark.parametrize("moment", [1.0, 4.0])
def test_ctrl_c_ends_a_build_with_code_130_and_no_orphans(
    empty: Path, template: Path, mark: str, moment: float
) -> None:
    process = begin(empty, mark)
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    errors = (empty / "err.txt").read_text(encoding="utf-8")
    assert process.returncode == 130, errors
    assert errors.rstrip().endswith("entydig: stopped")
    assert "Traceback" not in errors
    assert nobody_is_left(mark)
    assert entydig(empty, "build", "--no-print").returncode == 0
    assert ledger(empty) == ledger(template)


def test_a_folder_that_may_not_be_written_is_a_message_with_its_code(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.chdir(built)
    monkeypatch.setattr(sys, "argv", ["entydig", "build", "--no-print"])
    monkeypatch.setattr("entydig.publishing.manifest.Manifest.faults", lambda self, folder: ["index.html"])
    monkeypatch.setattr("entydig.publishing.site.build_site", fails)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 6
    assert "somewhere: cannot be written: No space left on device" in capsys.readouterr().err
