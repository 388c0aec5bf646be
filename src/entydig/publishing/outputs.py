"""The display objects of an executed cell as cells that Jupyter Book can lay out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from entydig.errors import BookError, Problem
from entydig.running.inline import escape

__all__ = ["BEHIND", "RECORD_MIME", "cells_of", "container"]

# Under this the cell of a figure carries the published numbers, with the label.
BEHIND = "entydig-behind"
RECORD_MIME = "application/vnd.entydig.record+json"
SVG = "image/svg+xml"

# Jupyter Book skips a code cell without source, outputs and all.
CONTINUED = "# (output, continued)"
# Longer than any fence inside.
FENCE = "`" * 10


def cells_of(cell: NotebookNode, where: str) -> list[NotebookNode]:
    """Turn an executed code cell into the cells of a page.

    Parameters
    ----------
    cell : NotebookNode
        A code cell with outputs; it is not changed.
    where : str
        Notebook and cell, for messages.

    Returns
    -------
    list of NotebookNode
        The cell with its code and what it shows first; a figure more than one, a table or a record each as a
        cell of their own, in the order they were shown.

    Raises
    ------
    BookError
        The cell wrote to stderr or failed, or a display object lacks what it promises.
    """
    first = _copy(cell, 0, cell.source, [])
    made: list[NotebookNode] = [first]
    hidden = "remove-output" in cell.metadata.get("tags", [])
    for output in [] if hidden else cell.get("outputs", []):
        _refuse(output, where)
        kind = output.get("metadata", {}).get("entydig", {}).get("kind")
        if kind in LAID_OUT:
            source = LAID_OUT[kind](output, where)
            made.append(new_markdown_cell(source, id=_id(cell, len(made))))
            continue
        if made[-1].cell_type != "code" or _figures(made[-1]) or (kind == "figure" and made[-1].outputs):
            made.append(_copy(cell, len(made), CONTINUED, ["remove-input"]))
        made[-1].outputs.append(_shown(output))
        if kind == "figure":
            made[-1].metadata["mystnb"] = _figure(output, where)
            about = output.metadata["entydig"]
            if about.get("data"):
                made[-1].metadata[BEHIND] = {"label": about["label"], "data": about["data"]}
    return [each for each in made if not _empty(each)]


def container(name: str, text: str, label: str = "") -> str:
    """Wrap Markdown in a block with a class and, with a label, an anchor."""
    anchor = f":name: {label}\n" if label else ""
    return f"{FENCE}{{container}} {name}\n{anchor}\n{text.strip()}\n{FENCE}"


def _copy(cell: NotebookNode, number: int, source: str, tags: Sequence[str]) -> NotebookNode:
    metadata = {key: value for key, value in cell.metadata.items() if key != "tags"}
    kept = [*tags] or list(cell.metadata.get("tags", []))
    return NotebookNode(
        id=_id(cell, number),
        cell_type="code",
        execution_count=cell.get("execution_count"),
        metadata=NotebookNode({**metadata, "tags": kept}),
        source=source,
        outputs=[],
    )


def _id(cell: NotebookNode, number: int) -> str:
    name = str(cell.get("id", "cell"))
    return f"{name[:56]}-{number}" if number else name


def _figures(cell: NotebookNode) -> bool:
    return "mystnb" in cell.metadata


def _empty(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and "remove-input" in cell.metadata.get("tags", []) and not cell.outputs


def _refuse(output: NotebookNode, where: str) -> None:
    if output.output_type == "error":
        raise BookError(
            Problem(where, f"the cell failed: {output.ename}: {output.evalue}", "a cell that runs through")
        )
    if output.output_type == "stream" and output.name == "stderr":
        text = output.text.strip().partition("\n")[0]
        raise BookError(
            Problem(where, f"the cell wrote to stderr: {text}", "no warnings in what is published")
        )


def _shown(output: NotebookNode) -> NotebookNode:
    """Give an output as the page shows it: of a figure the picture alone, never the private type."""
    if "data" not in output:
        return NotebookNode(output)
    about = output.metadata.get("entydig", {})
    kept = [SVG] if about.get("kind") == "figure" else [mime for mime in output.data if mime != RECORD_MIME]
    data = NotebookNode({mime: output.data[mime] for mime in kept if mime in output.data})
    metadata = {key: value for key, value in output.metadata.items() if key != "entydig"}
    return NotebookNode({**output, "data": data, "metadata": NotebookNode(metadata)})


def _figure(output: NotebookNode, where: str) -> dict[str, Any]:
    about = output.metadata["entydig"]
    _require(about, ("label", "caption", "alt"), "figure", where)
    if SVG not in output.data:
        raise BookError(Problem(where, f"the figure {about['label']} has no picture", SVG))
    return {
        "image": {"alt": about["alt"]},
        "figure": {"caption": escape(about["caption"]), "name": about["label"]},
    }


def _table(output: NotebookNode, where: str) -> str:
    about = output.metadata["entydig"]
    _require(about, ("label", "caption"), "table", where)
    return "\n".join(
        [
            f"{FENCE}{{table}} {escape(about['caption'])}",
            f":name: {about['label']}",
            *([f":class: {about['look']}"] if about.get("look") else []),
            "",
            _markdown(output, "table", where),
            FENCE,
        ]
    )


def _record(output: NotebookNode, where: str) -> str:
    about = output.metadata["entydig"]
    _require(about, ("label",), "record", where)
    look = " ".join(["record", *filter(None, [about.get("look")])])
    return container(look, _markdown(output, "record", where), about["label"])


def _quotations(output: NotebookNode, where: str) -> str:
    return container("quotations", _markdown(output, "quotation", where))


def _markdown(output: NotebookNode, kind: str, where: str) -> str:
    if "text/markdown" not in output.data:
        raise BookError(Problem(where, f"the {kind} has no text/markdown", "a display object with Markdown"))
    return "".join(output.data["text/markdown"]).strip()


def _require(about: dict[str, Any], names: Sequence[str], kind: str, where: str) -> None:
    missing = list(_missing(about, names))
    if missing:
        raise BookError(
            Problem(where, f"a {kind} without {', '.join(missing)}", f"a {kind} that has all of these")
        )


def _missing(about: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    return (name for name in names if not str(about.get(name) or "").strip())


LAID_OUT: dict[str, Callable[[NotebookNode, str], str]] = {
    "table": _table,
    "record": _record,
    "quotations": _quotations,
}
