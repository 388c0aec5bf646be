"""A digest of the code that made a result, so that a page can say when the result is older than the code."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path

__all__ = ["code_digest", "imported_modules"]

PACKAGE = "entydig"


def code_digest(module: str, files: Iterable[Path] = ()) -> str:
    """Give the SHA-256 of a module, of all of this package that it imports, and of data files.

    Docstrings, comments and blank lines of the code do not count, nor do line endings.

    Parameters
    ----------
    module : str
        Such as ``"entydig.claims.diagnosis"``.
    files : iterable of Path
        Data files that count too, in this order.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, path in sorted(imported_modules(module).items()):
        digest.update(f"{name}\n{_bare(path.read_text(encoding='utf-8'))}\0".encode())
    for file in files:
        digest.update(file.name.encode() + b"\n" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def imported_modules(module: str) -> dict[str, Path]:
    """Find a module and all of this package that it imports, directly or not, without running any of it.

    Returns
    -------
    dict of str to Path
        Module name to file.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = importlib.util.find_spec(name)
        if name in found or spec is None or spec.origin is None:
            continue
        found[name] = Path(spec.origin)
        tree = ast.parse(found[name].read_text(encoding="utf-8"))
        waiting += [each for node in ast.walk(tree) for each in _named(node) if each.startswith(PACKAGE)]
    return found


def _named(node: ast.AST) -> list[str]:
    """Give the modules an import names; what is imported from a package may be a module itself."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
        parts = [f"{node.module}.{alias.name}" for alias in node.names]
        return [node.module, *(part for part in parts if _is_module(part))]
    return []


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _bare(source: str) -> str:
    """Give the source without docstrings, comments and blank lines."""
    lines = source.splitlines()
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            lines[text.lineno - 1 : text.end_lineno] = [""] * ((text.end_lineno or 0) - text.lineno + 1)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())
