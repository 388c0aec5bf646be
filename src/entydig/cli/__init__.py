"""The command line: a verb parses, calls one function, prints a summary and returns a code.

A verb is a module of this package with a click command of the module's name; `VERBS` lists them.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from entydig import __version__
from entydig.errors import UserError

__all__ = ["VERBS", "commands", "main"]

VERBS = (
    "check",
    "run",
    "build",
    "compare",
    "batch",
    "export",
    "new",
    "simulate",
    "diagnose",
    "clean",
)


def main() -> None:
    """Run the command line; a user error prints without traceback and gives its exit code."""
    try:
        commands(standalone_mode=False)
    except UserError as error:
        click.echo(f"entydig: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("entydig: stopped", err=True)
        sys.exit(130)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Check, run and publish a reproducible survey evaluation."""


for _verb in VERBS:
    commands.add_command(getattr(import_module(f"{__name__}.{_verb}"), _verb))
