"""Two executions of one notebook held against each other, cell by cell.

The stock engine is the oracle of ours.  What differs between two stock runs as well is made equal first, and
nothing else: addresses of objects, process ids, the ids that an SVG draws, and the clock's part in the streams
(stock cuts text into outputs every 0.2 s, and with it mixes stdout and stderr).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["differences", "normalised"]

CHANCE = (
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "0xADDRESS"),
    (re.compile(r"\bobject at [0-9a-f]{8,16}\b"), "object at ADDRESS"),  # IPython's own
    (re.compile(r"ipykernel_\d+"), "ipykernel_PID"),
    (re.compile(r"\bpid=\d+"), "pid=PID"),
)
SVG = "image/svg+xml"
SVG_CHANCE = (
    (re.compile(r'(id="|href="#|url\(#)([mpi][0-9a-f]{6,})'), r"\1ID"),
    (re.compile(r"<dc:date>[^<]*</dc:date>"), ""),
)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name what differs between two executions of the same notebook.

    Parameters
    ----------
    one, other : mapping
        Executed notebooks as `nbformat.read` gives them.

    Returns
    -------
    list of str
        One entry for each code cell or part of the metadata that differs; empty when they are equal.
    """
    pairs = zip(_code(one), _code(other), strict=True)
    found = [
        f"cell {number}, {part}: {_short(mine)} and {_short(theirs)}"
        for number, (first, second) in enumerate(pairs)
        for part, mine, theirs in _unequal(first, second)
    ]
    metadata = (one["metadata"], other["metadata"])
    return found + [
        f"metadata {part}: {' and '.join(str(each.get(part)) for each in metadata)}"
        for part in ("language_info", "widgets", "kernelspec")
        if metadata[0].get(part) != metadata[1].get(part)
    ]


def normalised(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give a cell's outputs without chance and clock.

    Examples
    --------
    >>> texts = [{"output_type": "stream", "name": "stdout", "text": text} for text in ("at 0x7f0123456789", "!")]
    >>> normalised(texts)
    [{'name': 'stdout', 'output_type': 'stream', 'text': 'at 0xADDRESS!'}]
    """
    return [_without_chance(output) for output in _without_clock(outputs)]


def _unequal(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for part in ("source", "execution_count"):
        if one[part] != other[part]:
            yield part, one[part], other[part]
    mine, theirs = normalised(one["outputs"]), normalised(other["outputs"])
    if [each["output_type"] for each in mine] != [each["output_type"] for each in theirs]:
        yield "outputs", mine, theirs
        return
    for number, (first, second) in enumerate(zip(mine, theirs, strict=True)):
        if first != second:
            yield f"output {number}", first, second
    if _kept(one["metadata"]) != _kept(other["metadata"]):
        yield "metadata", _kept(one["metadata"]), _kept(other["metadata"])


def _code(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _kept(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if name not in ("papermill", "execution")}


def _without_clock(outputs: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    texts: dict[str, str] = {}
    for output in [*outputs, None]:
        if output is not None and output["output_type"] == "stream":
            texts[output["name"]] = texts.get(output["name"], "") + output["text"]
            continue
        for name in sorted(texts, reverse=True):  # stdout, stderr
            yield {"name": name, "output_type": "stream", "text": texts[name]}
        texts = {}
        if output is not None:
            yield dict(output)


def _without_chance(output: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(output, sort_keys=True)
    for pattern, put in CHANCE:
        text = pattern.sub(put, text)
    made: dict[str, Any] = json.loads(text)
    if SVG in made.get("data", {}):
        for pattern, put in SVG_CHANCE:
            made["data"][SVG] = pattern.sub(put, made["data"][SVG])
    return made


def _short(value: Any) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text if len(text) <= 300 else f"{text[:300]}..."
