"""The typed interface of a notebook: what its `parameters` cell declares, and values checked against it."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entydig.errors import NotebookError, Problem, Problems
from entydig.running.notebook import parameters_cell, read_source

__all__ = ["Parameter", "Value", "check", "from_text", "help_text", "inspect"]

Value = str | int | float | bool

TYPES: Mapping[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}

# A line as the contract asks for it.  Papermill counts equals signs and cuts at the first #, so a line with more
# of them is left to papermill, which is slow to import; so is a line of any other form.
STRICT = re.compile(
    r"(?P<name>[A-Za-z_]\w*): (?P<type>str|int|float|bool) = (?P<default>[^#=]+?)(\s*#(?!\s*type:)\s*(?P<help>[^=]*))?"
)
KERNEL = "python3"


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell.

    Attributes
    ----------
    name : str
    type : str
        ``"str"``, ``"int"``, ``"float"`` or ``"bool"``.
    default : str, int, float or bool
    help : str
        The comment behind it; may be empty.
    """

    name: str
    type: str
    default: Value
    help: str = ""


def inspect(notebook: Path) -> tuple[Parameter, ...]:
    """Read the parameters a notebook declares, in the order they stand.

    Parameters
    ----------
    notebook : Path
        An ``.ipynb`` file.

    Returns
    -------
    tuple of Parameter
        Empty when no cell has the tag ``parameters``.

    Raises
    ------
    NotebookError
        The file cannot be read, or a line has no type, another type than the four allowed, or a default that
        is not a literal of its type.  All lines at once.
    """
    problems = Problems(NotebookError)
    found = [_parameter(notebook, entry, problems) for entry in _declared(notebook).values()]
    problems.raise_if_any()
    return tuple(parameter for parameter in found if parameter is not None)


def check(parameters: Sequence[Parameter], given: Mapping[str, Any], where: str) -> dict[str, Value]:
    """Check given values by name and type.

    Parameters
    ----------
    parameters : sequence of Parameter
        What the notebook declares.
    given : mapping
        Name to value.  A whole number is accepted where a decimal number is declared, nothing else is
        converted.
    where : str
        Stands in front of each problem, normally the notebook's path.

    Returns
    -------
    dict
        The given values only; a notebook's own defaults stay its own.

    Raises
    ------
    NotebookError
        For every unknown name and every value of another type, at once.
    """
    problems = Problems(NotebookError)
    declared = {parameter.name: parameter for parameter in parameters}
    checked: dict[str, Value] = {}
    for name, value in given.items():
        if name not in declared:
            _unknown(name, list(declared), where, problems)
        elif _fits(value, declared[name].type):
            checked[name] = float(value) if declared[name].type == "float" else value
        else:
            found = f"parameter {name} is {value!r} ({type(value).__name__})"
            problems.add(where, found, declared[name].type, f"give a value like {declared[name].default!r}")
    problems.raise_if_any()
    return checked


def from_text(parameters: Sequence[Parameter], given: Mapping[str, str], where: str) -> dict[str, Value]:
    """Convert what was typed as ``name=value`` to the declared types, and check it.

    Parameters
    ----------
    parameters : sequence of Parameter
        What the notebook declares.
    given : mapping
        Name to text.  A bool is written ``true`` or ``false``.
    where : str
        Stands in front of each problem.

    Returns
    -------
    dict

    Raises
    ------
    NotebookError
        For every unknown name and every text that does not read as its type, at once.

    Examples
    --------
    >>> from_text([Parameter("rounds", "int", 10)], {"rounds": "25"}, "a.ipynb")
    {'rounds': 25}
    """
    types = {parameter.name: parameter.type for parameter in parameters}
    return check(
        parameters, {name: _read(text, types.get(name, "str")) for name, text in given.items()}, where
    )


def help_text(notebook: Path, shown_as: str | None = None) -> str:
    """List a notebook's parameters for ``entydig run NOTEBOOK --help``.

    Parameters
    ----------
    notebook : Path
        An ``.ipynb`` file.
    shown_as : str, optional
        The name to print; the path itself without it.

    Returns
    -------
    str
        One line for each parameter.

    Raises
    ------
    NotebookError
        As `inspect`.
    """
    parameters = inspect(notebook)
    title = shown_as or str(notebook)
    if not parameters:
        return f"{title} has no parameters."
    heads = [
        f"{parameter.name}: {parameter.type} = {_written(parameter.default)}" for parameter in parameters
    ]
    width = max(map(len, heads))
    lines = [f"  {head:<{width}}  {each.help}".rstrip() for head, each in zip(heads, parameters, strict=True)]
    return "\n".join([f"Parameters of {title}:", *lines])


def _declared(notebook: Path) -> dict[str, dict[str, str]]:
    """Give what papermill finds in the parameters cell; without papermill where the cell is strict."""
    source = read_source(notebook)
    cell = parameters_cell(source)
    if cell is None:
        return {}
    if source["metadata"].get("kernelspec", {}).get("name") == KERNEL:
        found = _strict(cell["source"])
        if found is not None:
            return found
    return _by_papermill(notebook)


def _strict(source: str) -> dict[str, dict[str, str]] | None:
    lines = [line.strip() for line in source.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    matched = [STRICT.fullmatch(line) for line in lines]
    found = {
        each["name"]: {
            "name": each["name"],
            "inferred_type_name": each["type"],
            "default": each["default"],
            "help": (each["help"] or "").strip(),
        }
        for each in matched
        if each
    }
    return found if len(found) == len(lines) else None


def _by_papermill(notebook: Path) -> dict[str, dict[str, str]]:
    import logging

    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        return dict(papermill.inspect_notebook(str(notebook)))
    except Exception as error:  # whatever papermill or nbformat say about a broken file
        raise NotebookError(
            Problem(str(notebook), f"cannot be read: {error}", "a notebook of format 4.5")
        ) from error


def _parameter(notebook: Path, entry: Mapping[str, str], problems: Problems) -> Parameter | None:
    name, kind, default = entry["name"], entry["inferred_type_name"], entry["default"]
    expected = "name: type = default  # help, with type str, int, float or bool"
    if kind not in TYPES:
        problems.add(str(notebook), f"parameter {name} has the type {kind}", expected)
        return None
    try:
        value = ast.literal_eval(default)
    except (ValueError, SyntaxError):
        value = None
    if not _fits(value, kind):
        problems.add(str(notebook), f"parameter {name}: {kind} has the default {default}", expected)
        return None
    return Parameter(name, kind, value, entry["help"])


def _fits(value: object, kind: str) -> bool:
    if kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is TYPES[kind]


def _read(text: str, kind: str) -> Value:
    """Give the value, or the text itself when it does not read as the type, so that `check` reports it."""
    if kind == "bool":
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return TYPES[kind](text)
    except ValueError:
        return text


def _unknown(name: str, known: list[str], where: str, problems: Problems) -> None:
    near = difflib.get_close_matches(name, known, n=1)
    action = f"did you mean {near[0]}?" if near else ""
    expected = f"one of {', '.join(known)}" if known else "no parameters: the notebook declares none"
    problems.add(where, f"unknown parameter {name}", expected, action)


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
