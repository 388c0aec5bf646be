"""The command line: it parses, calls one function, prints a summary and returns a code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from entydig import __version__
from entydig.errors import Problem, UsageError, UserError
from entydig.survey.place import find_root

__all__ = ["main"]

Command = Callable[..., Any]


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


def _project(command: Command) -> Command:
    return click.option(
        "--project",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=None,
        help="The evaluation's folder; default: the nearest one upwards with data/instrument.yml.",
    )(command)


def _data(command: Command) -> Command:
    return click.option(
        "--data",
        default="shipped",
        show_default=True,
        help="shipped, private, world:NAME or a folder with answers.csv.",
    )(command)


def _parameters(command: Command) -> Command:
    command = click.option(
        "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A notebook parameter."
    )(command)
    return click.option(
        "--decide", multiple=True, metavar="NAME=VALUE", help="Another value for a registered decision."
    )(command)


def _rerun(command: Command) -> Command:
    command = click.option("--fresh", is_flag=True, help="Run again whatever is stored.")(command)
    return click.option(
        "--why", is_flag=True, help="Say of each run why it is run, or that its result was stored."
    )(command)


def _choices(texts: tuple[str, ...]) -> dict[str, str]:
    """Split NAME=VALUE texts; without any, nothing is imported for it."""
    if not texts:
        return {}
    from entydig.survey.decisions import parse_choices

    return parse_choices(texts)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Check, run and publish a reproducible survey evaluation."""


@commands.command()
@_project
@_data
def check(project: Path | None, data: str) -> None:
    """Check instrument, claims, decisions, answers and notebooks; nothing is run.

    Example: entydig check --data private
    """
    from entydig.project import read_evaluation
    from entydig.publishing.build import plan

    root = project or find_root()
    evaluation = read_evaluation(root, data)
    runs = plan(root, data=data) if (root / "_toc.yml").is_file() else []
    instrument, survey = evaluation.instrument, evaluation.survey
    click.echo(
        f"good: {len(instrument.items)} items, {len(evaluation.register.claims)} claims, "
        f"{len(survey.answers)} {survey.source} answer sheets, "
        f"{'no roster' if survey.roster is None else f'{len(survey.roster)} on the roster'}, {len(runs)} runs"
    )


@commands.command(context_settings={"ignore_unknown_options": False, "help_option_names": []})
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
@click.option(
    "-h", "--help", "wanted", is_flag=True, help="This text; behind a notebook, the notebook's parameters."
)
@click.option("--name", default="main", show_default=True, help="The build the run belongs to.")
@_rerun
@_project
@_data
@_parameters
def run(
    notebook: Path | None,
    wanted: bool,
    name: str,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run one notebook, unless the same was run before; -p lang=en chooses the language.

    Example: entydig run notebooks/findings/3-value-gap.ipynb -p lang=en --why
    """
    from entydig.running.once import run_once
    from entydig.running.parameters import help_text
    from entydig.running.progress import progress_for

    if notebook is None:
        if not wanted:
            raise click.UsageError("Missing argument 'NOTEBOOK'.")
        click.echo(click.get_current_context().get_help())
        return
    if wanted:
        click.echo(help_text(notebook))
        return
    texts = {
        **({"data": data} if data != "shipped" else {}),
        **_choices(decide),
        **_choices(parameters),
    }
    written = run_once(
        project or find_root(notebook.parent),
        notebook,
        texts,
        build=name,
        fresh=fresh,
        explain=click.echo if why else None,
        progress=progress_for(),
    )
    click.echo(f"written: {written}")


@commands.command()
@click.option("--name", default="main", show_default=True, help="Name of the build.")
@click.option("--lang", multiple=True, help="Only this language; may be given several times.")
@click.option(
    "--examples/--no-examples", default=True, help="Also build the evaluations that _config.yml lists."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Notebooks at a time; default: as many as cores and memory allow.",
)
@_rerun
@_project
@_data
@_parameters
def build(
    name: str,
    lang: tuple[str, ...],
    examples: bool,
    workers: int | None,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run the notebooks whose inputs changed and build the site.

    Example: entydig build --why

    Example: entydig build --decide dont_know=counted --name counted
    """
    from entydig.publishing.build import build as build_all
    from entydig.publishing.build import examples_of, publish_examples
    from entydig.running.progress import progress_for

    root = project or find_root()
    varied = data != "shipped" or bool(decide) or bool(parameters)
    how: dict[str, Any] = {"workers": workers, "fresh": fresh, "explain": click.echo if why else None}
    made = build_all(
        root,
        name=name,
        data=data,
        choices=_choices(decide),
        given=_choices(parameters),
        languages=lang,
        progress=progress_for(),
        **how,
    )
    click.echo(f"{made.runs} runs, {made.claims} claims decided, site: {made.site.folder}")
    if examples and not varied and name == "main":
        for example in examples_of(root):
            other = build_all(example, progress=progress_for(), **how)
            click.echo(f"{other.runs} runs, {other.claims} claims decided, site: {other.site.folder}")
        publish_examples(root)


@commands.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--over",
    "table",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: a header of parameter names, one row for each run.",
)
@click.option("--name", default=None, help="Folder under _build/batch; default: the notebook's name.")
@click.option("--lang", multiple=True, help="Run each row in this language; may be given several times.")
@click.option(
    "--scheduler", metavar="ADDRESS", default=None, help="Run on a dask scheduler's workers: tcp://host:8786."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Runs at a time on this machine; default: as many as cores and memory allow.",
)
@_rerun
@_project
@_data
@_parameters
def batch(
    notebook: Path,
    table: Path,
    name: str | None,
    lang: tuple[str, ...],
    scheduler: str | None,
    workers: int | None,
    why: bool,
    fresh: bool,
    project: Path | None,
    data: str,
    parameters: tuple[str, ...],
    decide: tuple[str, ...],
) -> None:
    """Run one notebook for each row of a table: a page a row, an index, the results as a table.

    What is done is stored; the same command again does what is missing.

    Example: entydig batch notebooks/findings/3-value-gap.ipynb --over choices.csv --lang en
    """
    from entydig.publishing.export import StandalonePages
    from entydig.publishing.planning import languages_of
    from entydig.running.batch import batch as run_batch
    from entydig.running.progress import progress_for

    root = project or find_root(notebook.parent)
    made = run_batch(
        root,
        notebook,
        table,
        pages=StandalonePages(root),
        name=name,
        texts={
            **({"data": data} if data != "shipped" else {}),
            **_choices(decide),
            **_choices(parameters),
        },
        languages=languages_of(root, lang) if lang else (),
        scheduler=scheduler,
        workers=workers,
        fresh=fresh,
        explain=click.echo if why else None,
        progress=progress_for(),
    )
    click.echo(f"{made.runs} runs: {made.folder / 'index.html'}")


@commands.command()
@click.argument("world")
@click.option("--seed", type=int, default=None, help="Default: the registered seed.")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@_project
def simulate(world: str, seed: int | None, target: Path, project: Path | None) -> None:
    """Draw the answers of a synthetic world, with roster and truth.

    Example: entydig simulate announced --to data/survey
    """
    from entydig.survey.generator import simulate as draw
    from entydig.survey.instrument import read_instrument
    from entydig.survey.package import write_survey
    from entydig.survey.worlds import read_worlds

    root = project or find_root()
    instrument = read_instrument(root / "data" / "instrument.yml")
    drawn = draw(read_worlds(root / "data" / "worlds.yml", instrument), world, seed=seed)
    write_survey(drawn, target, instrument)
    click.echo(f"{len(drawn.answers)} of {len(drawn.roster)} answer sheets of world {world}: {target}")


@commands.command()
@click.option(
    "--rosters", type=click.IntRange(min=2), default=2000, show_default=True, help="Rosters a setting."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the first roster."
)
@click.option("--world", multiple=True, help="Only this world; may be given several times.")
@click.option("--clusters", type=int, multiple=True, help="Only rosters of so many clusters; likewise.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), default=None, help="Default: data/diagnosis.csv."
)
@_project
def diagnose(
    rosters: int,
    seed: int,
    world: tuple[str, ...],
    clusters: tuple[int, ...],
    workers: int,
    target: Path | None,
    project: Path | None,
) -> None:
    """Try the registered analysis on many rosters of each world: bias, coverage, chance of each verdict.

    Example: entydig diagnose --world null --clusters 54 --rosters 200 --to diagnosis.csv
    """
    from entydig.claims.diagnosis import chosen_settings, diagnose, write_diagnosis
    from entydig.running.schedule import processes

    root = project or find_root()
    settings = chosen_settings(root, world, clusters)
    if (world or clusters) and target is None:
        raise UsageError(Problem("diagnose", "only a part is wanted", "--to FILE, so that the whole is kept"))
    with processes(workers) as executor:
        found = diagnose(
            root,
            settings,
            rosters=rosters,
            seed=seed,
            executor=executor,
            progress=_counted("chunks of rosters"),
        )
    written = write_diagnosis(found, target or root / "data" / "diagnosis.csv")
    click.echo(f"{len(settings)} settings of {rosters} rosters: {written}")


def _counted(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == total or done % max(total // 50, 1) == 0:
            click.echo(f"{done}/{total} {what}", err=True)

    return tell


@commands.command()
@click.option("--name", default=None, help="Only this build; default: everything made.")
@_project
def clean(name: str | None, project: Path | None) -> None:
    """Delete what was made: runs, book and site, stored results and drawn answers.

    Example: entydig clean --name counted
    """
    import shutil

    from entydig.publishing.folders import build_folders

    root = project or find_root()
    named = [root / "_build" / "runs" / str(name), *build_folders(root, str(name))]
    cache = root / ".cache"
    made = named if name else [root / "_build", cache / "worlds", cache / "store", cache / "history.json"]
    files = [folder.with_name(f"{folder.name}.json") for folder in named[2:]] if name else []
    for path in (*made, *files):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
        else:
            continue
        click.echo(f"deleted: {path}")
