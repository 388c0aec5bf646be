"""What is left of a notebook's code, and of the expressions in its prose, without the registered claims."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entydig.errors import NotebookError, Problem
from entydig.running import inline

__all__ = ["Code"]

STUDY = "study"
DECIDE = frozenset(["decide"])
# Methods of a study that speak of registered claims alone.
REGISTERED = frozenset(
    ["causal_wording", "coded", "otherwise", "records", "robustness", "text_claim", "tipping_table"]
)
CLAIMS, EXPLORED = "claims", "explored"
OWN = "1"  # the claim that is kept, as a pattern for others
WORD = "word"  # all that the box of a registered claim and that of another have in common
FORM = f'decided = {STUDY}.decide({{"3.1": [...], ...}})'

Cell = dict[str, Any]


@dataclass
class Code:
    """Goes through the code in its order and knows which names are gone.

    Parameters
    ----------
    registered : Mapping[str, str]
        Claim id to sentence.
    label : str
        Tells the boxes of this notebook from others.
    where : str
        The notebook, for messages.
    """

    registered: Mapping[str, str]
    label: str
    where: str
    names: dict[str, str] = field(default_factory=dict)  # claim id to the own name
    gone: set[str] = field(default_factory=set)
    decided: str = ""  # the name that keeps the records

    def cells(self, cell: Cell) -> list[Cell]:
        """Give what takes a cell's place: nothing, the cell without what is gone, the claim in front of it.

        Raises
        ------
        NotebookError
            The cell is no Python, or decides claims in another form than ours.
        """
        lines, end = cell["source"].splitlines(), 0
        kept: list[str] = []
        before: list[Cell] = []
        for node in self._statements(cell):
            segment, end = "\n".join(lines[end : node.end_lineno]), max(end, node.end_lineno or 0)
            if call := _call(node, DECIDE):
                before = [self._claims(call, cell)]
                kept.append(self._explored(node, call, cell))
            elif _call(node, REGISTERED) or self._needs_gone(node):
                self.gone |= _bound(node) - {self.decided}
                if isinstance(node, ast.Expr):  # what the cell was there to show
                    return []
            else:
                self.gone -= _bound(node)
                kept.append(segment)
        return [*before, {**cell, "source": self.named("\n".join(kept).strip("\n"))}] if kept else []

    def knows(self, line: str) -> bool:
        """Tell whether the inline expressions of a line of prose can still be evaluated."""
        asked = [ast.parse(each.text.strip(), mode="eval") for each in inline.expressions(line)]
        return not any(self._needs_gone(each) for each in asked)

    def named(self, source: str) -> str:
        """Write the name of the claim and of what keeps its box as they are now."""
        if not self.decided:
            return source
        ids = "|".join(map(re.escape, self.names))
        place = re.compile(rf"\b{self.decided}\[([\"'])({ids})\1\]")
        source = place.sub(lambda found: f'{EXPLORED}["{self.names[found[2]]}"]', source)
        return re.sub(rf"\b{self.decided}(?=[\[.)])", EXPLORED, source)

    def _statements(self, cell: Cell) -> list[ast.stmt]:
        try:
            return ast.parse(str(cell["source"])).body
        except SyntaxError as error:
            raise self._refused(cell, f"is no Python: {error.msg}", "plain Python") from error

    def _claims(self, call: ast.Call, cell: Cell) -> Cell:
        """Give the cell with the sentence of the claim that is kept, the first, and name it."""
        key, _ = self._first(call, cell)
        self.names = {key: OWN}
        source = f"{CLAIMS} = {{{_quoted(OWN)}: {_quoted(self.registered[key])}}}"
        return {**cell, "id": "own-claims", "metadata": {"tags": ["show-input"]}, "source": source}

    def _explored(self, node: ast.stmt, call: ast.Call, cell: Cell) -> str:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Name):
            raise self._refused(cell, "keeps its records under no name", FORM)
        self.decided = target.id
        estimates = ast.get_source_segment(cell["source"], self._first(call, cell)[1])
        return (
            f'{EXPLORED} = {STUDY}.explore({CLAIMS}, {{{_quoted(OWN)}: {estimates}}}, label="{self.label}")'
        )

    def _first(self, call: ast.Call, cell: Cell) -> tuple[str, ast.expr]:
        """Give the first claim that is decided, and its estimates."""
        given = call.args[0] if call.args else None
        first = given.keys[0] if isinstance(given, ast.Dict) and given.keys else None
        key = str(first.value) if isinstance(first, ast.Constant) else ""
        if not isinstance(given, ast.Dict) or key not in self.registered:
            raise self._refused(cell, "decides no claims that can be told", FORM)
        return key, given.values[0]

    def _refused(self, cell: Cell, found: str, expected: str) -> NotebookError:
        return NotebookError(Problem(f"{self.where}, cell {cell.get('id', '?')}", found, expected))

    def _needs_gone(self, node: ast.AST) -> bool:
        return any(self._is_gone(each) for each in ast.walk(node))

    def _is_gone(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return isinstance(node.ctx, ast.Load) and node.id in self.gone
        if isinstance(node, ast.Attribute):
            return self._record(node.value) is not None and node.attr != WORD
        claim = self._record(node)
        return claim is not None and claim not in self.names

    def _record(self, node: ast.AST) -> str | None:
        """Give the claim whose record an expression is."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return None
        if node.value.id != self.decided or not isinstance(node.slice, ast.Constant):
            return None
        return str(node.slice.value)


def _call(node: ast.AST, methods: frozenset[str]) -> ast.Call | None:
    """Find a call of one of a study's methods."""
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return next((each for each in calls if _method(each) in methods), None)


def _method(call: ast.Call) -> str:
    """Name the method of a study that is called; empty when it is no such call."""
    named = call.func
    if not isinstance(named, ast.Attribute) or not isinstance(named.value, ast.Name):
        return ""
    return named.attr if named.value.id == STUDY else ""


def _bound(node: ast.stmt) -> set[str]:
    """Name what a statement gives a value; the variables of comprehensions are their own."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For)):
        targets = [node.target]
    named = [each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return {each.id for each in named if isinstance(each.ctx, ast.Store)}


def _quoted(sentence: str) -> str:
    return json.dumps(sentence, ensure_ascii=False)
