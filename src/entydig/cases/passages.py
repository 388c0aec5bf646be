"""What synthetic people say on a claim: passages with alternations, in every language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from entydig.cases.corpus import Stance
from entydig.cases.register import CaseRegister
from entydig.errors import DataError, Problem, Problems

__all__ = ["PASSAGES", "Passage", "read_passages", "written"]

PASSAGES = "passages.csv"
COLUMNS = ("claim", "stance", "level", "emergent")
# A cell that begins with + or - is a formula to a spreadsheet.
STANCES: Mapping[str, Stance] = {"for": "+", "conditional": "+-", "against": "-"}
ALTERNATION = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Passage:
    """A passage before its alternations are chosen.

    Attributes
    ----------
    claim, stance, level : str
        Of the people who may say it.
    emergent : str
        Id of the emergent code it is about; empty for none.
    texts : mapping
        By language; the same alternations in the same order in each.
    """

    claim: str
    stance: Stance
    level: str
    emergent: str
    texts: Mapping[str, str]


def read_passages(
    path: Path, register: CaseRegister, languages: tuple[str, ...], claims: Collection[str]
) -> dict[tuple[str, Stance, str], tuple[Passage, ...]]:
    """Read the passages by claim, stance and level.

    Parameters
    ----------
    path : Path
        CSV with columns ``claim``, ``stance`` (``for``, ``conditional``, ``against``), ``level``, ``emergent`` and one
        for each language; ``{a|b}`` in a text are alternations.
    register : CaseRegister
    languages : tuple of str
    claims : collection of str

    Raises
    ------
    DataError
        The file is missing or lacks a column; a row names an unknown claim, stance, level or code, lacks a text, or
        its alternations differ between languages: all rows at once.
    """
    wanted = [*COLUMNS, *languages]
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise DataError(
            Problem(str(path), f"cannot be read: {error}", f"CSV with {', '.join(wanted)}")
        ) from error
    if missing := [name for name in wanted if name not in table.columns]:
        raise DataError(Problem(str(path), f"has no column {', '.join(missing)}", ", ".join(wanted)))
    allowed = {
        "claim": set(claims),
        "stance": set(STANCES),
        "level": set(register.levels),
        "emergent": {"", *register.codes},
    }
    problems = Problems()
    found: dict[tuple[str, Stance, str], list[Passage]] = {}
    for number, row in enumerate(table.to_dict("records"), start=2):
        texts = {language: str(row[language]) for language in languages}
        for fault in [*_unknown(row, allowed), *_text_faults(texts)]:
            problems.add(
                f"{path}, line {number}", fault, "as the register has it, the same in every language"
            )
        stance = STANCES.get(row["stance"], "+-")
        passage = Passage(row["claim"], stance, row["level"], row["emergent"], texts)
        found.setdefault((passage.claim, stance, passage.level), []).append(passage)
    problems.raise_if_any()
    return {key: tuple(passages) for key, passages in found.items()}


def written(texts: Mapping[str, str], rng: np.random.Generator) -> dict[str, str]:
    """Choose the alternations of a text, the same ones in every language.

    Examples
    --------
    >>> written({"en": "one {thing|thing}", "da": "en {ting|ting}"}, np.random.default_rng(1))
    {'en': 'one thing', 'da': 'en ting'}
    """
    draws = list(rng.random(max(len(ALTERNATION.findall(text)) for text in texts.values())))

    def chosen(text: str) -> str:
        left = iter(draws)

        def choice(match: re.Match[str]) -> str:
            options = match[1].split("|")
            return options[int(next(left) * len(options))]

        return ALTERNATION.sub(choice, text)

    return {language: chosen(text) for language, text in texts.items()}


def _unknown(row: Mapping[Any, str], allowed: Mapping[str, set[str]]) -> list[str]:
    return [f"{name} {row[name]!r} is unknown" for name, values in allowed.items() if row[name] not in values]


def _text_faults(texts: Mapping[str, str]) -> list[str]:
    if not all(text.strip() for text in texts.values()):
        return ["lacks a text"]
    shapes = {
        language: [len(each.split("|")) for each in ALTERNATION.findall(text)]
        for language, text in texts.items()
    }
    left = [language for language, text in texts.items() if set("{}|") & set(ALTERNATION.sub("", text))]
    differ = len({tuple(shape) for shape in shapes.values()}) > 1
    return [f"its alternations differ: {shapes}"] * differ + [
        f"{name}: a brace that closes nothing" for name in left
    ]
