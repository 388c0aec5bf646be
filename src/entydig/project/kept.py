"""Results that several pages and languages share, kept in the cache by all that they rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import scipy
from joblib import Memory

from entydig.project.evaluation import Evaluation
from entydig.survey.place import INSTRUMENT

__all__ = ["kept"]

PACKAGE = Path(__file__).parents[1]
LAYERS = ("survey", "statistics", "claims", "project")
FILES = (INSTRUMENT, "data/claims.yml", "data/decisions.yml")
FOLDER = Path(".cache", "kept")

Result = TypeVar("Result")


def kept(compute: Callable[..., Result], evaluation: Evaluation, *arguments: Any) -> Result:
    """Compute something of an evaluation, or give what the same code made of the same data before.

    Parameters
    ----------
    compute : callable
        A function of a module of ours up to this layer; its first parameter is named ``evaluation``.  It may
        not depend on the decisions that are chosen in the evaluation, only on those that are registered.
    evaluation : Evaluation
        Counts by its answers, its roster, and the registered files.
    *arguments
        Further arguments, each counting by its value.

    Returns
    -------
    object
        What `compute` gives.
    """
    memory = Memory(evaluation.root / FOLDER / _digest(evaluation), verbose=0)
    result: Result = memory.cache(compute, ignore=["evaluation"])(evaluation, *arguments)
    return result


def _digest(evaluation: Evaluation) -> str:
    survey = evaluation.survey
    digest = hashlib.sha256(survey.source.encode())
    for table in (survey.answers, survey.roster):
        digest.update(b"" if table is None else table.to_csv(index=False).encode() + b"\0")
    sources = [file for layer in LAYERS for file in sorted((PACKAGE / layer).glob("*.py"))]
    for file in [*(evaluation.root / name for name in FILES), *sources]:
        digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    # Numbers may move with what computes them.
    for package in (np, pd, scipy):
        digest.update(package.__version__.encode() + b"\0")
    return digest.hexdigest()[:16]
