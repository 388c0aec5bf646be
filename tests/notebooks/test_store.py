"""The store: what is in it is whole, what is damaged is made anew, and a disk that fails costs only the storing."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import nbformat
import pytest

from entydig.claims.record import MIME
from entydig.errors import RunError
from entydig.running.history import History
from entydig.running.known import RECORD, Known, written_before
from entydig.running.objects import Store
from entydig.running.reads import declared, files
from entydig.running.results import write_result
from entydig.running.runs import Failure, Result, Run, run_path
from entydig.running.schedule import execute_build
from entydig.running.store import ContentKey, content_key

KEY = "ab" + "0" * 62
CONTENT = b'{"cells": []}\n' * 40
DAY = 86400.0


class Pretend(Executor):
    """An executor whose notebooks give a record with their own source, and fail where the source says so."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def submit(self, function: Any, /, *given: Any, **options: Any) -> Future[Any]:
        run, root = given[0], given[1]
        self.ran.append(str(run))
        source = json.loads((root / run.notebook).read_text(encoding="utf-8"))["cells"][0]["source"]
        text = source if isinstance(source, str) else "".join(source)
        record = {"claim": text.partition("#")[0].strip()}
        content = json.dumps(
            {
                "cells": [{"outputs": [{"data": {RECORD: record}}]}],
                "metadata": {"entydig": {"stage": run.stage}},
            }
        )
        failure = Failure(run, 0, "a", text, "Wrong", "") if "fail" in text else None
        future: Future[Any] = Future()
        future.set_result(Result(run, content.encode(), 2.0, failure))
        return future


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> Store:
    return Store(tmp_path / "store", said.append)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("a", "b", "s"):
        write(tmp_path, name, f"{name} = 1")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "answers.csv").write_bytes(b"x\n1\n")
    return tmp_path


def write(root: Path, name: str, source: str) -> None:
    file = root / "notebooks" / f"{name}.ipynb"
    file.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="a")]), file)


RUNS = [Run(Path(f"notebooks/{name}.ipynb"), "da", {}, 2 if name == "s" else 1) for name in ("a", "b", "s")]


def build(
    root: Path, said: list[str] | None = None, *, fresh: bool = False, package: str = "p"
) -> tuple[list[str], list[Result], list[str]]:
    """Build the three notebooks; gives what was run, the results, and the reasons."""

    def key(run: Run, records: str | None) -> ContentKey:
        reads = ["data/*.csv"] if run.notebook.stem == "a" else []
        given = {"reads": reads, "package": package, "records": records}
        return content_key(root, run.notebook, run.language, run.parameters, **given)

    why: list[str] = []
    known = Known(
        key,
        Store.of(root, tell=(said if said is not None else []).append),
        History.of(root),
        fresh,
        why.append,
    )
    pool = Pretend()
    results = execute_build(RUNS, root, "main", known=known, executor=pool)
    return pool.ran, results, why


def test_an_object_comes_back_as_it_was_stored(store: Store) -> None:
    assert KEY not in store
    assert store.find(KEY) is None
    assert store.keep(KEY, CONTENT, {"seconds": 1.5})
    found = store.find(KEY)
    assert found is not None
    assert (found.content, found.about) == (CONTENT, {"key": KEY, "seconds": 1.5})
    assert [file.name for file in store.folder.rglob("*") if file.is_file()] == [KEY[2:]]


@pytest.mark.parametrize("length", [0, 1, 40, 200, -1])
def test_a_truncated_object_is_told_of_deleted_and_made_anew(
    store: Store, said: list[str], length: int
) -> None:
    store.keep(KEY, CONTENT, {})
    whole = store.path(KEY).read_bytes()
    store.path(KEY).write_bytes(whole[:length])
    assert store.find(KEY) is None
    assert len(said) == 1
    assert "is damaged; it is made anew" in said[0]
    assert KEY not in store
    assert store.damaged == {KEY}


def test_one_flipped_bit_anywhere_is_noticed(store: Store) -> None:
    store.keep(KEY, CONTENT, {"seconds": 1})
    whole = store.path(KEY).read_bytes()
    for place in random.Random(4).sample(range(len(whole) * 8), 200):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        store.path(KEY).write_bytes(bytes(flipped))
        assert store.find(KEY) is None, place


def test_an_object_under_the_name_of_another_is_refused(store: Store, said: list[str]) -> None:
    store.keep(KEY, CONTENT, {})
    other = "ab" + "1" * 62
    store.path(KEY).rename(store.path(other))
    assert store.find(other) is None
    assert len(said) == 1


def test_many_writers_and_readers_of_one_object_see_it_whole_or_not_at_all(
    store: Store, said: list[str]
) -> None:
    wrong: list[bytes] = []

    def work(number: int) -> None:
        for _ in range(20):
            if number % 2:
                store.keep(KEY, CONTENT, {})
            else:
                found = store.find(KEY)
                wrong.extend([found.content] if found and found.content != CONTENT else [])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, said) == ([], [])
    assert len([file for file in store.folder.rglob("*") if file.is_file()]) == 1


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_cannot_be_written_is_told_of_once_and_leaves_nothing_half_written(
    store: Store, said: list[str], monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    def fails(handle: int) -> None:
        raise OSError(kind, os.strerror(kind))

    monkeypatch.setattr("entydig.running.objects.os.fsync", fails)
    assert not store.keep(KEY, CONTENT, {})
    assert not store.keep("cd" + "0" * 62, CONTENT, {})
    assert len(said) == 1
    assert f"({os.strerror(kind)}); results are not kept, the build goes on" in said[0]
    assert [file for file in store.folder.rglob("*") if file.is_file()] == []


def test_an_object_that_cannot_be_read_is_made_anew(
    store: Store, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(file: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(file))

    store.keep(KEY, CONTENT, {})
    monkeypatch.setattr(Path, "read_bytes", fails)
    assert store.find(KEY) is None
    assert store.find(KEY) is None
    assert len(said) == 1
    assert "cannot be read (Permission denied); what it holds is made anew" in said[0]


FULL = """
import sys
from pathlib import Path
from entydig.errors import RunError
from entydig.running.objects import Store
from entydig.running.results import write_result
from entydig.running.runs import Result, Run

place = Path(sys.argv[1])
store = Store(place / "store")
kept = [store.keep(f"{number:064x}", b"x" * 30_000, {}) for number in range(5)]
found = [store.find(f"{number:064x}") is not None for number in range(5)]
print(kept == found, sum(kept) < 5, *[file for file in place.rglob("*.part")])
try:
    write_result(Result(Run(Path("a.ipynb"), "da"), b"y" * 200_000, 1.0), place, "main")
except RunError as error:
    print(error)
print([file.name for file in place.rglob("*.ipynb*")])
"""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="no user namespaces here; the injected errors above stand alone")
@pytest.mark.parametrize(
    ("mount", "reason"),
    [
        ('mount -t tmpfs -o size=100k none "$0"', "No space left on device"),
        ('mount -t tmpfs -o ro none "$0"', "Read-only file system"),
    ],
    ids=["full", "read-only"],
)
def test_a_disk_really_full_or_read_only_costs_only_the_storing(
    tmp_path: Path, mount: str, reason: str
) -> None:
    shell = f'{mount} && exec "$1" -c "$2" "$0"'
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", shell, str(tmp_path), sys.executable, FULL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "True True"
    assert any(f"cannot be written: {reason}" in line for line in lines)
    assert lines[-1] == "[]"
    assert done.stderr.count("cannot be written") == 1
    assert f"({reason}); results are not kept, the build goes on" in done.stderr


def test_what_was_long_unused_goes_first_and_then_the_oldest_until_the_rest_fits(tmp_path: Path) -> None:
    store = Store(tmp_path, days=90, limit=3000)
    now = time.time()
    for number, age in enumerate([100, 100, 50, 20, 10]):
        key = f"{number:064x}"
        store.keep(key, b"x" * 800, {})
        os.utime(store.path(key), (now - age * DAY, now - age * DAY))
    gone = store.sweep(keep={f"{0:064x}"}, now=now)
    assert gone == 2
    assert [f"{number:064x}" in store for number in range(5)] == [True, False, False, True, True]


def test_a_used_object_is_young_again_and_half_written_files_go_after_an_hour(tmp_path: Path) -> None:
    store, now = Store(tmp_path), time.time()
    store.keep(KEY, CONTENT, {})
    os.utime(store.path(KEY), (now - 100 * DAY, now - 100 * DAY))
    assert store.find(KEY) is not None
    old, new = (store.path(KEY).with_name(name) for name in (".old.part", ".new.part"))
    for file, age in ((old, 2 * 3600), (new, 60)):
        file.write_bytes(b"half")
        os.utime(file, (now - age, now - age))
    assert store.sweep(now=now) == 0
    assert (KEY in store, old.exists(), new.exists()) == (True, False, True)


def test_equal_keys_run_nothing_and_give_the_same_bytes(project: Path) -> None:
    ran, first, why = build(project)
    assert ran == ["notebooks/a.ipynb [da]", "notebooks/b.ipynb [da]", "notebooks/s.ipynb [da]"]
    assert why[0] == "notebooks/a.ipynb [da]: runs, because it never ran"
    ran, second, why = build(project)
    assert ran == []
    assert why == [f"notebooks/{name}.ipynb [da]: stored" for name in "abs"]
    assert [result.notebook for result in second] == [result.notebook for result in first]
    assert all(result.stored for result in second)


def changed_data(root: Path) -> None:
    (root / "data" / "answers.csv").write_bytes(b"x\n2\n")


@pytest.mark.parametrize(
    ("change", "ran", "why"),
    [
        (
            lambda root: write(root, "b", "b = 2"),
            ["b", "s"],
            {"b": "notebook changed", "s": "records changed"},
        ),
        # The records stayed what they were: synthesis has nothing new to read.
        (lambda root: write(root, "b", "b = 1 # why"), ["b"], {"b": "notebook changed", "s": None}),
        (changed_data, ["a"], {"a": "data/answers.csv changed", "b": None}),
        (lambda root: shutil.rmtree(root / ".cache"), ["a", "b", "s"], {"a": "it never ran"}),
        (
            lambda root: shutil.rmtree(root / ".cache" / "store"),
            ["a", "b", "s"],
            {"a": "its result is no longer in the store"},
        ),
        (
            lambda root: [file.write_bytes(b"") for file in (root / ".cache" / "store").glob("*/*")],
            ["a", "b", "s"],
            {"a": "its stored result was damaged"},
        ),
        (lambda root: (root / ".cache" / "history.json").write_bytes(b'{"version": 1, "ru'), [], {"a": None}),
        (lambda root: shutil.rmtree(root / "_build"), [], {"a": None}),
    ],
    ids=["finding", "comment", "data", "no cache", "no store", "damaged", "damaged history", "no runs"],
)
def test_only_what_changed_is_run_and_the_reason_is_named(
    project: Path, change: Callable[[Path], Any], ran: list[str], why: dict[str, str | None]
) -> None:
    build(project)
    change(project)
    did, results, reasons = build(project, said := [])
    assert did == [f"notebooks/{name}.ipynb [da]" for name in ran]
    for name, reason in why.items():
        line = "stored" if reason is None else f"runs, because {reason}"
        assert f"notebooks/{name}.ipynb [da]: {line}" in reasons
    assert bool(said) == ("damaged" in str(why))
    assert [run_path(project, "main", run).read_bytes() for run in RUNS] == [
        each.notebook for each in results
    ]


def test_another_package_runs_everything_and_going_back_runs_nothing(project: Path) -> None:
    build(project)
    assert build(project, package="q")[2][0] == "notebooks/a.ipynb [da]: runs, because package changed"
    assert build(project, package="p")[0] == []


def test_fresh_runs_everything_and_says_so(project: Path) -> None:
    build(project)
    ran, _, why = build(project, fresh=True)
    assert len(ran) == 3
    assert all(line.endswith("everything is wanted anew (--fresh)") for line in why)


def test_a_failed_run_is_not_stored_and_those_beside_it_are(project: Path) -> None:
    write(project, "a", "fail")
    with pytest.raises(RunError):
        build(project)
    write(project, "a", "a = 1")
    ran, _, why = build(project)
    assert ran == ["notebooks/a.ipynb [da]", "notebooks/s.ipynb [da]"]
    assert why[1] == "notebooks/b.ipynb [da]: stored"


def test_a_stored_result_takes_the_place_of_what_was_changed_by_hand(project: Path) -> None:
    build(project)
    file = run_path(project, "main", RUNS[0])
    before = file.read_bytes()
    file.write_bytes(before.replace(b"a = 1", b"a = 9"))
    build(project)
    assert file.read_bytes() == before


def test_the_records_on_disk_have_the_digest_of_those_recalled(project: Path) -> None:
    _, results, _ = build(project)
    known = Known(lambda run, records: ContentKey({}), Store.of(project), History.of(project))
    for result in results:
        known.keys[result.run.command] = ContentKey({"run": str(result.run)})
        known.learn(result)
    assert written_before(project, "main", "da") == known.before("da", RUNS[:2])


def test_the_record_type_is_that_of_the_claims() -> None:
    assert RECORD == MIME


def test_the_longest_of_a_notebook_is_expected_where_it_never_ran_with_these_parameters(
    tmp_path: Path,
) -> None:
    history, key = History.of(tmp_path), ContentKey({"a": "b"})
    history.note(RUNS[0], key, 3.0)
    history.note(Run(RUNS[0].notebook, "en"), key, 5.0)
    history.write()
    again = History.of(tmp_path)
    assert again.expected(RUNS[0]) == 3.0
    assert again.expected(Run(RUNS[0].notebook, "da", {"rounds": 3})) == 5.0
    assert again.expected(RUNS[1]) is None


def test_a_full_disk_under_the_runs_is_a_message_with_code_5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(RunError, match="cannot be written: No space left on device") as caught:
        write_result(Result(RUNS[0], b"{}", 1.0), tmp_path, "main")
    assert caught.value.exit_code == 5
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("shipped", ["data/survey/answers.csv", "data/survey/datapackage.json", "data/worlds.yml"]),
        ("private", ["data/private/survey/answers.csv", "data/worlds.yml"]),
        ("world:null", ["data/worlds.yml"]),
        ("other", ["data/worlds.yml", "other/answers.csv"]),
        ("../beside", ["data/worlds.yml", "outside/beside/answers.csv"]),
    ],
)
def test_the_files_that_count_follow_the_answers_a_run_is_on(
    tmp_path: Path, data: str, read: list[str]
) -> None:
    root = tmp_path / "project"
    for name in (
        *("data/survey/answers.csv", "data/survey/datapackage.json", "data/private/survey/answers.csv"),
        *("data/worlds.yml", "other/answers.csv", "../beside/answers.csv"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x\n")
    assert list(files(root, Path("a.ipynb"), ["data/survey/*.csv", "data/worlds.yml"], data)) == read


def test_the_globs_of_another_folder_leave_out_the_shipped_answers() -> None:
    assert not [glob for glob in declared(["data/survey/*.csv"], "private") if glob.startswith("data/survey")]
