"""The book for Quarto: a project with a profile for each language, from the same filtered pages as the site.

Quarto reads the chapters of a book before its pre-render step, wants the home page beside `_quarto.yml` and passes
over folders that begin with an underscore: so the project is made here as a whole, and the step renews it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from entydig.errors import BookError, Problem, UserError
from entydig.publishing.configuration import documents, read_yaml, write_yaml
from entydig.publishing.folders import MAIN, build_folders
from entydig.publishing.print.pages import Book, convert_pages
from entydig.publishing.quarto_pages import FOLDED, PICTURES, QuartoPages, address
from entydig.survey.files import write_whole
from entydig.survey.place import find_root

__all__ = ["quarto_folder", "render", "write_quarto"]

PROGRAM = "quarto"
PROFILE = "QUARTO_PROFILE"
HIDDEN = frozenset(["remove-input", "remove-cell", "show-input"])
STYLE, CITATIONS = "entydig-quarto.css", "author-date.csl"
RUN = "python -m entydig.publishing.quarto --name"
SHOWN_LINES = 12


def quarto_folder(root: Path, name: str) -> Path:
    """Tell where a build's Quarto project stands."""
    book, _ = build_folders(root, name)
    return book.with_name(book.name.replace("book", "quarto", 1))


def write_quarto(root: Path, name: str = MAIN, languages: Sequence[str] = ()) -> Path:
    """Write a build's book as a Quarto project.

    Parameters
    ----------
    root : Path
        The project.
    name : str
        Of the build, whose filtered pages are converted.
    languages : sequence of str
        The first gets the home page; empty: all that were built.

    Returns
    -------
    Path
        The folder.  Files that would be the same are left alone, so that a preview does not begin anew.

    Raises
    ------
    BookError
        The book was not built, or a page has what the converter does not know.
    """
    staged, target = build_folders(root, name)[0], quarto_folder(root, name)
    built = [folder.parent.name for folder in sorted(staged.glob("*/_toc.yml"))]
    chosen = [each for each in languages if each in built] or built
    if not chosen:
        action = "run `entydig build` first" if name == MAIN else f"run `entydig build --name {name}` first"
        raise BookError(Problem(str(staged), "the book was not built", "its filtered pages", action))
    target.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, bytes] = {}
    for language in chosen:
        wanted |= _language(root, staged, language)
    wanted["index.qmd"] = wanted[f"_index-{chosen[0]}.qmd"]
    wanted |= _project(staged, built, name)
    for file, content in wanted.items():
        _renewed(target / file, content)
    _swept(target, set(wanted), chosen)
    return target


def render(folder: Path, languages: Sequence[str]) -> list[Path]:
    """Let Quarto render its project, one language after another.

    Returns
    -------
    list of Path
        The folders of the rendered books.

    Raises
    ------
    BookError
        Quarto is not installed, or failed.
    """
    program = shutil.which(PROGRAM)
    by_hand = f"quarto render {folder} --profile {languages[0]} --to html"
    if program is None:
        found = "the program quarto was not found; the site and this folder are finished"
        expected, action = "Quarto 1.9 or newer", f"install it (environment.yml brings it), then: {by_hand}"
        raise BookError(Problem(str(folder), found, expected, action))
    # The step that renews the pages says `python`, which must be the one that has entydig.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for language in languages:
        done = subprocess.run(
            [program, "render", str(folder), "--profile", language, "--to", "html"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PATH": path},
        )
        if done.returncode:
            last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-SHOWN_LINES:])
            found = f"quarto ended with {done.returncode} in the profile {language}:\n{last}"
            raise BookError(Problem(str(folder), found, "", f"see all of it: {by_hand}"))
    return [folder / _output(language) for language in languages]


def _language(root: Path, staged: Path, language: str) -> dict[str, bytes]:
    """Give the files of one language."""
    folder = staged / language
    config, names = read_yaml(folder / "_config.yml"), documents(read_yaml(folder / "_toc.yml"))
    book = _converted(root, folder, names, language, config)
    settings = config["sphinx"]["config"]
    pages, public = QuartoPages.of(language, book.pages), settings.get("entydig_public", ())
    made: dict[str, bytes] = {}
    for page in book.pages:
        banner = "" if page.name in public else str(settings.get("entydig_banner", ""))
        path = f"_index-{language}.qmd" if page.name == names[0] else address(page.name, names[0], language)
        made[path] = pages.write(page, banner).encode()
    for picture, content in book.pictures.items():
        made[f"{language}/{PICTURES}/{picture}"] = content
    return made


def _converted(
    root: Path, folder: Path, names: Sequence[str], language: str, config: Mapping[str, Any]
) -> Book:
    """Convert the pages with all their code; what the site folds is marked, since paper leaves it out."""
    with TemporaryDirectory(prefix="entydig-quarto-") as temporary:
        copy = Path(temporary) / language
        shutil.copytree(folder, copy)
        for file in copy.rglob("*.ipynb"):
            notebook = json.loads(file.read_text(encoding="utf-8"))
            for cell in notebook["cells"]:
                _unfold(cell)
            file.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
        return convert_pages(copy, names, language, root=root, config=config)


def _unfold(cell: dict[str, Any]) -> None:
    tags = cell["metadata"].get("tags", [])
    if cell["cell_type"] == "code" and not HIDDEN & set(tags):
        cell["metadata"]["tags"] = [*tags, "show-input"]
        cell["source"] = f"{FOLDED}\n{''.join(cell['source'])}" if cell["source"] else ""


def _project(staged: Path, languages: Sequence[str], name: str) -> dict[str, bytes]:
    """Give what is no page: the project, a profile for each language, look and sources."""
    first = read_yaml(staged / languages[0] / "_config.yml")
    made = {f"_quarto-{each}.yml": _yaml(_profile(staged / each, each)) for each in languages}
    bibliography = [Path(source) for source in first.get("bibtex_bibfiles", ())]
    kept = [source for source in bibliography if (staged / languages[0] / source).is_file()]
    for source in kept:
        made[source.name] = (staged / languages[0] / source).read_bytes()
    package = resources.files("entydig.publishing")
    made[STYLE] = (package / "static" / STYLE).read_bytes()
    made[CITATIONS] = (package / "print" / "typst" / CITATIONS).read_bytes()
    noindex = bool(first["sphinx"]["config"].get("entydig_noindex"))
    made["_quarto.yml"] = _yaml(_common(languages, [source.name for source in kept], name, noindex))
    return made


def _common(languages: Sequence[str], sources: Sequence[str], name: str, noindex: bool) -> dict[str, Any]:
    html: dict[str, Any] = {
        "theme": "default",
        "css": STYLE,
        "toc": True,
        "code-fold": True,
        "html-math-method": "mathml",
        "number-sections": False,
    }
    if noindex:
        html["include-in-header"] = [{"text": '<meta name="robots" content="noindex">'}]
    cited = {"bibliography": list(sources), "csl": CITATIONS} if sources else {}
    return {
        "project": {"type": "book", "pre-render": [f"{RUN} {name}"]},
        "profile": {"default": languages[0], "group": [list(languages)]},
        "execute": {"enabled": False},
        **cited,
        "format": {"html": html, "typst": {"papersize": "a4", "toc": True, "number-sections": False}},
    }


def _profile(folder: Path, language: str) -> dict[str, Any]:
    config, toc = read_yaml(folder / "_config.yml"), read_yaml(folder / "_toc.yml")
    settings = config["sphinx"]["config"]
    first = documents(toc)[0]
    chapters: list[Any] = ["index.qmd"]
    for part in toc.get("parts") or ():
        inside = [address(each, first, language) for each in documents({"chapters": part.get("chapters")})]
        chapters += [{"part": part["caption"], "chapters": inside}] if part.get("caption") else inside
    chapters += [address(each, first, language) for each in documents({"chapters": toc.get("chapters")})]
    foot = {"page-footer": {"center": settings["entydig_foot"]}} if settings.get("entydig_foot") else {}
    return {
        "lang": language,
        "project": {"output-dir": _output(language)},
        "book": {"title": config["title"], "author": config.get("author", ""), "chapters": chapters, **foot},
    }


def _output(language: str) -> str:
    return f"_book-{language}"


def _yaml(content: Mapping[str, Any]) -> bytes:
    with TemporaryDirectory(prefix="entydig-quarto-") as temporary:
        file = Path(temporary) / "made.yml"
        write_yaml(file, content)
        return file.read_bytes()


def _renewed(file: Path, content: bytes) -> None:
    if not file.is_file() or file.read_bytes() != content:
        write_whole(file, content)


def _swept(target: Path, wanted: set[str], languages: Sequence[str]) -> None:
    """Delete pages and pictures that the book no longer has."""
    for language in languages:
        for file in (target / language).rglob("*"):
            if file.is_file() and file.relative_to(target).as_posix() not in wanted:
                file.unlink()


def main(words: Sequence[str]) -> None:
    """Renew the project before Quarto renders it, with the home page of the profile that is asked for."""
    name = words[1] if len(words) == 2 and words[0] == "--name" else MAIN
    profiles = [each for each in os.environ.get(PROFILE, "").split(",") if each]
    try:
        write_quarto(find_root(), name, profiles)
    except UserError as error:
        sys.stderr.write(f"entydig: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(sys.argv[1:])
