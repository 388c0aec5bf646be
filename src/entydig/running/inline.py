"""Inline expressions: ``{eval}`expression` `` in the prose of a notebook.

They are found, evaluated where they stand by the engine, stored as jupyterlab-myst stores them (cell metadata
``user_expressions``: a list of ``{"expression": ..., "result": ...}`` in source order), and written out as
text by the filter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entydig.errors import BookError, NotebookError, Problem, Problems

__all__ = [
    "METADATA",
    "Expression",
    "belongs",
    "check_cells",
    "escape",
    "expressions",
    "linked",
    "substitute",
]

METADATA = "user_expressions"

ROLE = "eval"

FENCE = re.compile(r"^[\s>]*(?P<run>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[^}]+)\}")
# What stands in these is shown, not read as Markdown.
LITERAL = frozenset(
    [
        "code",
        "code-block",
        "code-cell",
        "sourcecode",
        "literalinclude",
        "math",
        "raw",
        "mermaid",
        "eval-rst",
        "parsed-literal",
    ]
)
HEADING = re.compile(r"^ {0,3}#{1,6}(\s|$)")
UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
SPAN = re.compile(
    r"\\[\\`{]"
    r"|(?:\{(?P<role>[A-Za-z][\w:.+-]*)\})?(?<!`)(?P<ticks>`++)"
    r"(?P<code>(?:(?!\n[ \t]*\n).)+?)(?<!`)(?P=ticks)(?!`)",
    re.DOTALL,
)
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|$~^&@:.-])")


@dataclass(frozen=True)
class Expression:
    """One inline expression: its text and where its role starts and ends in the source."""

    text: str
    start: int
    end: int


def expressions(source: str) -> tuple[Expression, ...]:
    """Find the inline expressions of a Markdown source, in the order they stand.

    Parameters
    ----------
    source : str
        MyST Markdown.  Code fences, code directives, inline code and comments are left alone; what stands
        inside other directives (admonitions, tables) is read.

    Returns
    -------
    tuple of Expression

    Examples
    --------
    >>> [each.text for each in expressions("It fell by {eval}`points(change)`, not `{eval}`.")]
    ['points(change)']
    """
    if f"{{{ROLE}}}" not in source:
        return ()
    return tuple(
        Expression(match["code"].strip(), match.start(), match.end())
        for match in SPAN.finditer(_prose(source))
        if match["role"] == ROLE
    )


def belongs(cell: Mapping[str, Any], language: str) -> bool:
    """Tell whether a cell is shown in a language: it carries no ``lang-`` tag, or that language's."""
    tags = [tag for tag in cell.get("metadata", {}).get("tags", []) if tag.startswith("lang-")]
    return not tags or f"lang-{language}" in tags


def check_cells(cells: Sequence[Mapping[str, Any]], where: str) -> None:
    """Refuse inline expressions where they cannot be published.

    Parameters
    ----------
    cells : sequence
        A notebook's cells.
    where : str
        The notebook, for the message.

    Raises
    ------
    NotebookError
        An expression stands in a heading, in the opening line of a directive (title or caption), or is not a
        Python expression.  All of them at once.
    """
    problems = Problems(NotebookError)
    for index, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            place = f"{where}, cell {index} (id {cell.get('id', '?')})"
            for found, expected in _refused(cell["source"]):
                problems.add(place, found, expected)
    problems.raise_if_any()


def substitute(
    source: str,
    stored: Sequence[Mapping[str, Any]],
    where: str,
    write: Callable[[str, Mapping[str, Any]], str],
) -> str:
    """Write the stored results into the source.

    Parameters
    ----------
    source : str
        Markdown with inline expressions.
    stored : sequence
        The cell's ``user_expressions``.
    where : str
        Notebook and cell, for the message.
    write : callable
        Turns the text of a result and its metadata into Markdown; `linked` is the usual one.

    Returns
    -------
    str

    Raises
    ------
    BookError
        A result is missing, belongs to another expression, failed, or has no plain text.
    """
    found = expressions(source)
    if [each.text for each in found] != [str(entry.get("expression", "")).strip() for entry in stored]:
        problem = f"{len(found)} inline expressions, but the stored results belong to other ones"
        raise BookError(
            Problem(where, problem, "a notebook executed by our engine", "run it again with entydig")
        )
    pieces, position = [], 0
    for expression, entry in zip(found, stored, strict=True):
        text, metadata = _result(expression, entry["result"], where)
        pieces += [source[position : expression.start], write(text, metadata)]
        position = expression.end
    return "".join([*pieces, source[position:]])


def escape(text: str) -> str:
    r"""Write plain text so that MyST shows exactly it, in a paragraph as in a table cell.

    Examples
    --------
    >>> escape("a|b *c*")
    'a\\|b \\*c\\*'
    """
    return SPECIAL.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", text).strip(" "))


def linked(text: str, metadata: Mapping[str, Any]) -> str:
    """Write a value as text, or as a quiet link to the record it comes from when it names one.

    Parameters
    ----------
    text : str
        The value as text.
    metadata : mapping
        Of the result; ``metadata["entydig"]`` may give a ``label`` (anchor) and a ``title`` (shown on
        hovering).
    """
    about = metadata.get("entydig", {})
    if not about.get("label"):
        return escape(text)
    title = re.sub(r'(["\\|])', r"\\\1", " ".join(str(about.get("title") or "").split()))
    return (
        f'[{escape(text)}](#{about["label"]} "{title}")' if title else f"[{escape(text)}](#{about['label']})"
    )


def _result(expression: Expression, result: Mapping[str, Any], where: str) -> tuple[str, Mapping[str, Any]]:
    shown = f"{{{ROLE}}}`{expression.text}`"
    if result.get("status") != "ok":
        raise BookError(Problem(where, f"{shown} failed: {result.get('ename')}: {result.get('evalue')}"))
    if "text/plain" not in result.get("data", {}):
        raise BookError(
            Problem(where, f"{shown} gave no plain text", "a value that can be written in a sentence")
        )
    metadata = result.get("metadata", {})
    text = str(result["data"]["text/plain"])
    return _unquoted(text), metadata


def _unquoted(text: str) -> str:
    """Give a plain string without the quotes of its repr, as jupyterlab-myst shows it."""
    if text[:1] not in ("'", '"'):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text


def _prose(source: str) -> str:
    """Blank out, position by position, what is not read as Markdown."""
    return "".join(line if prose else re.sub(r"[^\n]", " ", line) for line, prose, _ in _lines(source))


def _lines(source: str) -> Iterator[tuple[str, bool, bool]]:
    """Give each line with whether it is prose and whether it opens a directive."""
    open_fences: list[tuple[str, bool]] = []
    for line in source.splitlines(keepends=True):
        fence = FENCE.match(line.rstrip("\n"))
        if fence and open_fences and _closes(fence, open_fences[-1][0]):
            open_fences.pop()
            yield line, False, False
        elif any(literal for _, literal in open_fences):
            yield line, False, False
        elif fence and not (
            "`" in fence["info"] and fence["run"][0] == "`" and not DIRECTIVE.match(fence["info"])
        ):
            open_fences.append((fence["run"], _is_literal(fence)))
            yield line, not open_fences[-1][1], True
        else:
            yield line, not line.lstrip().startswith("%"), False


def _closes(fence: re.Match[str], opened: str) -> bool:
    return fence["run"][0] == opened[0] and len(fence["run"]) >= len(opened) and not fence["info"].strip()


def _is_literal(fence: re.Match[str]) -> bool:
    directive = DIRECTIVE.match(fence["info"])
    if directive:
        return directive["name"].strip() in LITERAL
    return not fence["run"].startswith(":")


def _refused(source: str) -> Iterable[tuple[str, str]]:
    lines = list(_lines(source))
    for number, (line, prose, opens) in enumerate(lines):
        if not prose or f"{{{ROLE}}}`" not in line:
            continue
        following = lines[number + 1][0] if number + 1 < len(lines) else ""
        if HEADING.match(line) or (UNDERLINE.match(following) and "|" not in line):
            yield f"an inline expression in the heading {line.strip()!r}", "a heading without computed values"
        elif opens:
            yield (
                f"an inline expression in the title or caption {line.strip()!r}",
                "a title without computed values",
            )
    for expression in expressions(source):
        try:
            ast.parse(expression.text, mode="eval")
        except SyntaxError as error:
            yield f"{{{ROLE}}}`{expression.text}` is not a Python expression: {error.msg}", "one expression"
