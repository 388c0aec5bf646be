"""`entydig check`: everything read, nothing run."""

from __future__ import annotations

from pathlib import Path

import click

from entydig.cli import options
from entydig.survey.place import find_root

__all__ = ["check"]


@click.command()
@options.project
@options.data
def check(project: Path | None, data: str) -> None:
    """Check instrument, claims, decisions, answers, notebooks and glossary; nothing is run.

    Example: entydig check --data private
    """
    from entydig.project import read_evaluation
    from entydig.publishing.build import plan
    from entydig.publishing.glossary import GLOSSARY, read_glossary
    from entydig.publishing.planning import languages_of

    root = project or find_root()
    evaluation = read_evaluation(root, data)
    has_book = (root / "_toc.yml").is_file()
    runs = plan(root, data=data) if has_book else []
    read_glossary(root / GLOSSARY, languages_of(root, ()) if has_book else ())
    instrument, survey = evaluation.instrument, evaluation.survey
    click.echo(
        f"good: {len(instrument.items)} items, {len(evaluation.register.claims)} claims, "
        f"{len(survey.answers)} {survey.source} answer sheets, "
        f"{'no roster' if survey.roster is None else f'{len(survey.roster)} on the roster'}, {len(runs)} runs"
    )
