"""YAML documents checked against a JSON Schema, with file and line in every message."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from entydig.errors import DataError, Problem

__all__ = ["line_of", "read_document", "schema"]


def schema(name: str) -> dict[str, Any]:
    """Read one of the package's JSON Schemas by name, such as ``"instrument"``."""
    file = resources.files("entydig.survey").joinpath("schemas", f"{name}.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def read_document(path: Path, rules: dict[str, Any]) -> dict[str, Any]:
    """Read a YAML file and check it.

    Parameters
    ----------
    path : Path
        The file.
    rules : dict
        A JSON Schema (draft 2020-12).

    Returns
    -------
    dict
        Plain Python values.  A key that stands twice, a tag that would build an object, and everything the
        schema forbids is refused.

    Raises
    ------
    DataError
        The file is missing or not YAML, or breaks the schema: all places at once, each with its line.
    """
    if not path.is_file():
        raise DataError(
            Problem(str(path), "the file does not exist", "a YAML file", "write it or correct the name")
        )
    try:
        content = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise DataError(
            Problem(str(path), f"cannot be read as YAML: {error}", "YAML 1.2 in UTF-8")
        ) from error
    found = sorted(
        Draft202012Validator(rules).iter_errors(_plain(content)), key=lambda error: list(map(str, error.path))
    )
    if found:
        raise DataError(*(_problem(path, content, error) for error in found))
    return dict(_plain(content))


def line_of(content: Any, keys: Iterable[Any]) -> int:
    """Give the line (from 1) where a value of a round-trip loaded document stands."""
    line = 1
    for key in keys:
        if isinstance(content, CommentedMap) and key in content:
            line = content.lc.key(key)[0] + 1
        elif isinstance(content, CommentedSeq) and isinstance(key, int) and key < len(content):
            line = content.lc.item(key)[0] + 1
        else:
            break
        content = content[key]
    return line


def _problem(path: Path, content: Any, error: ValidationError) -> Problem:
    keys = [_original_key(content, error.path, position) for position in range(len(error.path))]
    place = ".".join(str(key) for key in error.path) or "the whole file"
    expected = str(error.schema.get("description", "")) if isinstance(error.schema, dict) else ""
    return Problem(f"{path}, line {line_of(content, keys)} ({place})", error.message, expected)


def _original_key(content: Any, path: Iterable[Any], position: int) -> Any:
    """Find the key as written: a schema sees text keys where YAML holds numbers (years)."""
    keys = list(path)
    for key in keys[:position]:
        content = _step(content, key)
    wanted = keys[position]
    if isinstance(content, dict):
        return next((key for key in content if str(key) == str(wanted)), wanted)
    return wanted


def _step(content: Any, key: Any) -> Any:
    if isinstance(content, dict):
        return next((value for name, value in content.items() if str(name) == str(key)), None)
    return content[key] if isinstance(content, list) else None


def _plain(value: Any) -> Any:
    """Turn round-trip values into plain ones; keys become text, since JSON knows no other."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)
