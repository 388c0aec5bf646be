"""The options that mean the same at every verb, and what is made of their texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ["Command", "choices", "data", "parameters", "project", "rerun", "texts"]

Command = Callable[..., Any]


def project(command: Command) -> Command:
    """Add ``--project``."""
    return click.option(
        "--project",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=None,
        help="The evaluation's folder; default: the nearest one upwards with data/instrument.yml.",
    )(command)


def data(command: Command) -> Command:
    """Add ``--data``."""
    return click.option(
        "--data",
        default="shipped",
        show_default=True,
        help="shipped, private, world:NAME or a folder with answers.csv.",
    )(command)


def parameters(command: Command) -> Command:
    """Add ``-p`` and ``--decide``."""
    command = click.option(
        "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A notebook parameter."
    )(command)
    return click.option(
        "--decide", multiple=True, metavar="NAME=VALUE", help="Another value for a registered decision."
    )(command)


def rerun(command: Command) -> Command:
    """Add ``--why`` and ``--fresh``."""
    command = click.option("--fresh", is_flag=True, help="Run again whatever is stored.")(command)
    return click.option(
        "--why", is_flag=True, help="Say of each run why it is run, or that its result was stored."
    )(command)


def choices(given: tuple[str, ...]) -> dict[str, str]:
    """Split NAME=VALUE texts; without any, nothing is imported for it.

    Raises
    ------
    UsageError
        A text without ``=``.
    """
    if not given:
        return {}
    from entydig.survey.decisions import parse_choices

    return parse_choices(given)


def texts(data: str, decide: tuple[str, ...], parameters: tuple[str, ...]) -> dict[str, str]:
    """Give the parameters of one notebook as text; the shipped data go without saying.

    Raises
    ------
    UsageError
        As `choices`.
    """
    return {**({"data": data} if data != "shipped" else {}), **choices(decide), **choices(parameters)}
