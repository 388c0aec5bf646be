"""What a site comes with in print: the report and the short edition, a file of each in every language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from entydig.project.evaluation import Evaluation
from entydig.publishing.print.matter import Frame
from entydig.publishing.print.pixi import write_pixi
from entydig.publishing.print.report import write_reports

__all__ = ["PRINTED", "Frame", "write_print"]

PRINTED = ("report", "pixi")


def write_print(evaluation: Evaluation, staged: Path, site: Path, frames: Sequence[Frame]) -> list[Path]:
    """Write all that is printed of a built site into its folder.

    Parameters
    ----------
    evaluation : Evaluation
    staged : Path
        The staged books, a folder for each language.
    site : Path
        With ``ledger.json`` and ``build.json``.
    frames : sequence of Frame
        One for each language.

    Returns
    -------
    list of Path

    Raises
    ------
    UserError
        As `write_reports` and `write_pixi`.
    """
    reports = write_reports(evaluation.root, staged, site, frames)
    languages = [frame.edition.language for frame in frames]
    return [*reports.values(), *write_pixi(evaluation, site, languages)]
