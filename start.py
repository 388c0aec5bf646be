"""The door to this repository: sets everything up, then does one job.

Only the standard library is used here, so that Python 3.11 with pip is enough to begin with.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything an older Python could stumble over
    sys.exit(f"start: this needs Python 3.11 or newer and runs on {sys.version.split()[0]}; use a newer one.")

import argparse
import functools
import hashlib
import http.server
import importlib.util
import os
import re
import shutil
import subprocess
import typing
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
EXE = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{EXE}"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "entydig-stamp"

UV_CACHE = ROOT / ".cache" / "uv"
UV_OLDEST = (0, 8)  # the first with `uv venv --clear`
UV_FETCHED = "0.13.9"
# One for each wheel of that release: `echo uv==VERSION | uv pip compile --generate-hashes -`
UV_HASHES = [
    "16963d19594e18d746a70c7fce82237bde4f2cac4cfcf0ca2b84796fe9d0c6e9",
    "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    "3eeeb51a267a2144640fcd8f38d4a2f63439b39bc47445fd84727c3fc462c843",
    "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    "56ec37616c00220032fc7b8c9d0ef51367fd0d70d9cd6ddd841660f949f84fed",
    "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    "6a44b2ed8111d2f60d2b92627c5dccda3f7ed7570b18ce115e569cd68c28246b",
    "6b0c7b9f47a5d011939d61e324d3fe18a8bc155d8dd53add738709a92f290a7c",
    "6d5114bba238adddacb32fb11904f2b3ff4e988f8e9ff0d8d3b5e9822cf836b8",
    "7ec1e1dd9b6cb335c301afdf877989df384227313981850755a59561f75e4ab8",
    "a2ee66fe8b6608e1482ab1bde5799da04705c1cb40324c7f66054ecf46ae6e40",
    "a6e845f387e4ed55bb59342957a9179e24a631fcc7668bda3426ae1cef8ed4b9",
    "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    "c5dbdb7c8737cd183a9dce95b39cfd1f3d54ec2a27a1bb58f160293f9ba2c805",
    "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "db5c8df7145c21ffea9c0f74e38823bac3af60cbadf0e26b8633f08627b17bab",
    "dd6f4f93ddf8a668c73f0945f3638444b2140a4e15a3912067493fc6335543e4",
    "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    "eeb92051c2123b9730c46b04cc843cfa4bc7d7b0aec56df431a2215ef4cb0273",
]

EXAMPLES = """\
examples:
  python start.py book                     the whole book; it lands in _build/site
  python start.py book --decide dont_know=counted --name counted
  python start.py test                     style, types and every test
  python start.py test -k disclosure -m "not slow"
  python start.py lab                      the notebooks in JupyterLab
  python start.py serve --port 8080        look at the book that was built
  python start.py lock --upgrade           resolve the dependencies anew
  python start.py bench                    speed, as ratios
  python start.py diagnose                 the analysis on many synthetic rosters

Anything after the verb goes to the program behind it; paths count from this folder.
"""


def main(arguments: list[str]) -> int:
    """Do what the verb asks for; the exit code is that of the first step that failed."""
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Set up everything this repository needs in .venv (once), then do one job.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS, help="what to do")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on")
    chosen = parser.parse_args(arguments)
    try:
        return VERBS[chosen.verb](chosen.rest)
    except KeyboardInterrupt:
        return 130


def book(rest: list[str]) -> int:
    """Build the book and everything it rests on."""
    set_up()
    return run([BIN / f"entydig{EXE}", "build", *rest])


def test(rest: list[str]) -> int:
    """Check style and types, then run the tests."""
    set_up()
    steps = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "src", "tests", "start.py"],
        ["mypy"],
        ["pytest", "-n", "2", "--dist", "loadgroup", *rest],
    ]
    for program in steps:
        code = run([PYTHON, "-m", *program])
        if code:
            return code
    return 0


def lab(rest: list[str]) -> int:
    """Open the notebooks in JupyterLab."""
    set_up()
    return run([PYTHON, "-m", "jupyterlab", *rest], folder=ROOT / "notebooks")


def serve(rest: list[str]) -> int:
    """Show the site that was built, to this machine only."""
    parser = argparse.ArgumentParser(prog="start.py serve", description="Show the site that was built.")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes any that is free")
    parser.add_argument("--project", default=".", help="whose site, for instance examples/joint-sports")
    chosen = parser.parse_args(rest)
    site = ROOT / chosen.project / "_build" / "site"
    if not (site / "index.html").is_file():
        stop(f"there is no site in {site} yet; make it with: python start.py book")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", chosen.port), handler)
    except OSError as error:
        stop(f"port {chosen.port}: {error.strerror}; for any free one: python start.py serve --port 0")
    with server:
        say(f"the book is at http://127.0.0.1:{server.server_port}/ (Ctrl-C ends)")
        server.serve_forever()
    return 0


def bench(rest: list[str]) -> int:
    """Measure speed: ratios of ours to the libraries', side by side in one run."""
    set_up()
    return run([PYTHON, "-m", "bench", *rest])


def diagnose(rest: list[str]) -> int:
    """Try the registered analysis on many rosters of each world; writes data/diagnosis.csv (some 20 minutes)."""
    set_up()
    return run([BIN / f"entydig{EXE}", "diagnose", *rest])


def lock(rest: list[str]) -> int:
    """Resolve the dependencies for every Python from 3.11 on; no download address is written."""
    choice = ["--group", "dev", "--universal", "--python-version", "3.11", "--generate-hashes"]
    form = ["--quiet", "--no-header", "--no-emit-index-url", "--output-file", LOCK.name]
    return run([find_uv(), "pip", "compile", "pyproject.toml", *choice, *form, *rest])


VERBS = {
    "book": book,
    "test": test,
    "lab": lab,
    "serve": serve,
    "lock": lock,
    "bench": bench,
    "diagnose": diagnose,
}


def set_up() -> None:
    """Bring .venv in line with the lock; nothing is done when nothing changed."""
    stamp = state()
    if PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    uv = find_uv()
    say("setting up .venv from requirements.lock (a minute or two the first time)")
    # First, so that a set-up broken off is never taken for a whole one.
    STAMP.unlink(missing_ok=True)
    if not same_python():
        # Relocatable: a folder that is moved or renamed goes on working.
        step([uv, "venv", "--quiet", "--clear", "--relocatable", "--python", sys.executable, VENV])
    into = ["--quiet", "--python", str(PYTHON)]
    step([uv, "pip", "sync", *into, "--require-hashes", "--compile-bytecode", LOCK])
    # Without isolation the project is built by the setuptools of the lock, not by whichever is newest.
    step([uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "--editable", ROOT])
    step([uv, "pip", "check", *into])
    write_whole(STAMP, stamp)


def state() -> str:
    """Return the digest of all that decides what .venv must hold."""
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def same_python() -> bool:
    """Say whether .venv has a working Python of the version in use."""
    question = [str(PYTHON), "-c", "import sys; print(sys.version)"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == sys.version.strip()


def find_uv() -> str:
    """Return a uv that works: from the path, from an earlier run, or fetched now."""
    own = [str(UV_CACHE / folder / f"uv{EXE}") for folder in ("bin", "Scripts")]
    for candidate in [shutil.which("uv"), *own]:
        if candidate and usable(candidate):
            return candidate
    fetch_uv()
    fetched = next(filter(usable, own), None)
    if fetched is None:
        stop(f"the uv fetched into {UV_CACHE} does not run here; install uv yourself, then run this again.")
    return fetched


def usable(uv: str) -> bool:
    """Say whether this uv starts and is new enough (a pyenv shim is on the path and may still fail)."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    numbers = re.match(r"uv (\d+)\.(\d+)", answer)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= UV_OLDEST


def fetch_uv() -> None:
    """Let pip put uv into the cache: --target needs no venv and touches no system folder (PEP 668)."""
    if importlib.util.find_spec("pip") is None:
        stop(
            "neither uv nor pip is here; install one (Debian: apt install python3-pip), then run this again."
        )
    say(f"fetching uv {UV_FETCHED} into .cache/uv")
    UV_CACHE.mkdir(parents=True, exist_ok=True)
    wanted = UV_CACHE / "uv.txt"
    wanted.write_text(
        f"uv=={UV_FETCHED} --hash=sha256:" + " --hash=sha256:".join(UV_HASHES), encoding="utf-8"
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    how = ["--upgrade", "--only-binary", ":all:", "--require-hashes", "--root-user-action", "ignore"]
    step([*pip, *how, "--target", UV_CACHE, "--requirement", wanted])


def step(command: Sequence[str | Path]) -> None:
    """Run one step of the set-up; the whole ends when it fails."""
    code = run(command)
    if code:
        done = " ".join(Path(part).name if Path(part).is_absolute() else str(part) for part in command)
        stop(f"the set-up failed at: {done} (reason above); the same command goes on from here.", code)


def run(command: Sequence[str | Path], folder: Path = ROOT) -> int:
    """Run a program of .venv and return its exit code."""
    words = [str(part) for part in command]
    try:
        return subprocess.run(words, cwd=folder, env=environment(), check=False).returncode
    except FileNotFoundError as error:
        stop(f"{error.filename} is missing; delete .venv and run this again.")


def environment() -> dict[str, str]:
    """Return this process's variables, with .venv first and nothing that would make it another."""
    dropped = {
        "PYTHONDONTWRITEBYTECODE",  # containers set it: every kernel would compile all of pandas anew
        "PYTHONHOME",  # these two bring in packages the lock does not know
        "PYTHONPATH",
        "UV_SYSTEM_PYTHON",
    }
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = os.pathsep.join([str(BIN), kept.get("PATH", os.defpath)])
    return kept | {"PATH": path, "VIRTUAL_ENV": str(VENV)}


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def say(text: str) -> None:
    """Tell the person at the screen, at once."""
    print(f"start: {text}", file=sys.stderr, flush=True)


def stop(text: str, code: int = 2) -> typing.NoReturn:
    """End with one clear line."""
    say(text)
    raise SystemExit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
