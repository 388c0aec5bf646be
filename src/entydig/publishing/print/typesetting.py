"""From pandoc's model to Typst, and from Typst to a PDF that anyone's reader can read aloud."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from entydig.errors import BookError, Problem
from entydig.publishing.print.model import Element, document

__all__ = ["STANDARDS", "compile_pdf", "to_typst", "write_fonts", "write_pictures", "write_templates"]

PACKAGE = "entydig.publishing.print"
STANDARDS: Sequence[Literal["1.7", "ua-1"]] = ("1.7", "ua-1")
# A time of day would make each build another file.
STAMP = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def to_typst(blocks: Sequence[Element], where: str = "print") -> str:
    """Write blocks in Typst.

    Parameters
    ----------
    blocks : sequence of Element
    where : str
        Their name, for messages.

    Returns
    -------
    str
        Uses the functions of ``typst/elements.typ``; citations are Typst's own.

    Raises
    ------
    BookError
        Pandoc or its filter complained.
    """
    import pypandoc  # type: ignore[import-untyped]

    command = [pypandoc.get_pandoc_path(), "-f", "json", "-t", "typst", "--wrap=none"]
    with resources.as_file(resources.files(PACKAGE) / "filters" / "typst.lua") as rules:
        done = subprocess.run(
            [*command, "--lua-filter", str(rules)],
            input=json.dumps(document(blocks), ensure_ascii=False),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode or done.stderr.strip():
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        raise BookError(Problem(where, f"pandoc cannot write the pages: {said}"))
    return done.stdout


def write_templates(folder: Path) -> None:
    """Put the templates beside a document."""
    for file in (resources.files(PACKAGE) / "typst").iterdir():
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def write_pictures(folder: Path, pictures: Mapping[str, bytes]) -> None:
    """Put the pictures of a book beside a document."""
    for name, content in pictures.items():
        (folder / name).write_bytes(content)


def write_fonts(folder: Path) -> Path:
    """Put the installed fonts into a folder, one file of each: of two kinds Typst takes whichever it meets first."""
    import font_source_sans_pro
    import font_source_serif_pro
    import matplotlib as mpl

    packages = (font_source_serif_pro, font_source_sans_pro)
    folders = [Path(package.__file__).parent / "files" for package in packages]
    for source in [*folders, Path(mpl.get_data_path()) / "fonts" / "ttf"]:
        for file in source.glob("*.ttf"):
            shutil.copyfile(file, folder / file.name)
    return folder


def compile_pdf(main: Path, where: str, **given: str) -> bytes:
    """Make the PDF of a document in Typst.

    Parameters
    ----------
    main : Path
        The document; what it uses stands in its folder.
    where : str
        Its name, for messages.
    **given : str
        Its ``sys.inputs``.

    Returns
    -------
    bytes
        PDF/UA-1; the same from the same.

    Raises
    ------
    BookError
        Typst complained: of an error, or of a warning, such as a font or a glyph that is nowhere.
    """
    import typst

    try:
        with TemporaryDirectory() as fonts:
            made, warnings = typst.compile_with_warnings(
                main,
                root=main.parent,
                font_paths=[write_fonts(Path(fonts))],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=list(STANDARDS),
                timestamp=STAMP,
                sys_inputs=given,
            )
    except typst.TypstError as error:
        raise BookError(_problem(where, error)) from error
    if warnings:
        raise BookError(*(_problem(where, each) for each in warnings))
    return bytes(made)


def _problem(where: str, said: Any) -> Problem:
    hints = "; ".join(str(hint) for hint in getattr(said, "hints", ()))
    trace = "\n".join(str(line) for line in getattr(said, "trace", ()))
    found = f"Typst: {getattr(said, 'message', said)}"
    return Problem(where, "\n".join(part for part in (found, trace) if part), "", hints)
