"""The short edition: a designed PDF of a dozen pages, made from the ledger and not from the pages of the book."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from entydig.errors import DataError, Problem
from entydig.project.evaluation import Evaluation
from entydig.project.robustness import Robustness, robustness
from entydig.project.study import Study
from entydig.publishing.configuration import Edition, editions, read_yaml
from entydig.publishing.departures import edition_note
from entydig.publishing.print.matter import Frame
from entydig.publishing.print.pixi_content import pixi_content
from entydig.publishing.print.pixi_findings import Content, Records
from entydig.publishing.print.pixi_texts import Drawing, read_pixi_texts
from entydig.publishing.print.typesetting import compile_pdf, write_templates
from entydig.publishing.provenance import FILE, Provenance
from entydig.survey.files import write_whole

__all__ = ["pixi_name", "typeset_pixi", "write_pixi"]

MAIN = '#import "pixi.typ": pixi\n#pixi()\n'
LEDGER = "ledger.json"


def pixi_name(language: str) -> str:
    """Name the file of a language's short edition."""
    return f"pixi-{language}.pdf"


def write_pixi(
    evaluation: Evaluation, site: Path, languages: Sequence[str] = (), *, scratch: Path | None = None
) -> list[Path]:
    """Write the short edition of a built site, a file for each language, into the site's folder.

    Parameters
    ----------
    evaluation : Evaluation
        That the site was built from; ``book/print/pixi.yml`` of its root has its own words.
    site : Path
        With ``ledger.json`` and ``build.json``: every number and verdict is taken from there.
    languages : sequence of str, optional
        All languages of the build without it.
    scratch : Path, optional
        Where the sources in Typst are left for a look, a folder for each language; nowhere without it.

    Returns
    -------
    list of Path
        In the order of the languages; a file appears whole or not at all.  What an evaluation does not have (places,
        recommendations, a page about it) is left out and named in the colophon.

    Raises
    ------
    DataError
        Ledger or provenance are missing, or the recommendations or the case material cannot be used.
    BookError
        The words of the evaluation cannot be used, or Typst refuses the document.
    """
    records, build = _ledger(site), _provenance(site)
    held = robustness(evaluation, list(evaluation.register.claims), "")
    config = read_yaml(evaluation.root / "_config.yml")
    wanted = languages or build.languages
    return [
        write_whole(
            site / pixi_name(edition.language),
            _typeset(_Source(evaluation, records, build, held, config, edition), scratch),
        )
        for edition in editions(config)
        if edition.language in wanted
    ]


def typeset_pixi(content: Content, drawing: Drawing | None, folder: Path, where: str) -> bytes:
    """Set a content in a folder of its own; the same bytes from the same.

    Raises
    ------
    BookError
        Typst refuses it, as PDF/UA-1 does a picture without alternative text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_templates(folder)
    if drawing is not None:
        shutil.copyfile(drawing.file, folder / drawing.file.name)
    (folder / "about.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    main = folder / "main.typ"
    main.write_text(MAIN, encoding="utf-8", newline="\n")
    return compile_pdf(main, where)


@dataclass(frozen=True)
class _Source:
    """What one language's edition is made from."""

    evaluation: Evaluation
    records: Records
    build: Provenance
    held: Robustness
    config: Mapping[str, Any]
    edition: Edition


def _typeset(source: _Source, scratch: Path | None) -> bytes:
    language = source.edition.language
    study = Study(source.evaluation, language)
    texts = read_pixi_texts(source.evaluation.root, language)
    note = edition_note(source.build, language)
    frame = Frame(source.edition, source.build, list(source.records.values()), note, study.is_synthetic)
    held = Robustness(source.evaluation, source.held.held, language)
    content = pixi_content(study, source.records, held, frame, texts, source.config)
    with TemporaryDirectory(prefix="entydig-pixi-") as temporary:
        folder = Path(temporary) if scratch is None else scratch / language
        return typeset_pixi(content, texts.drawing, folder, f"pixi [{language}]")


def _ledger(site: Path) -> Records:
    file = site / LEDGER
    try:
        records = json.loads(file.read_text(encoding="utf-8"))["records"]
        return {str(record["claim"]): record for record in records}
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = f"cannot be read: {error}"
        raise DataError(Problem(str(file), found, "the ledger of a build", "run `entydig build`")) from error


def _provenance(site: Path) -> Provenance:
    build = Provenance.read(site)
    if build is None:
        found = "is not there"
        raise DataError(Problem(str(site / FILE), found, "what a build was made from", "run `entydig build`"))
    return build
