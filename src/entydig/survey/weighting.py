"""The weights of a survey's answer sheets under the decision to weight, made once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from entydig.errors import DataError, Problem
from entydig.survey.answers import KEYS, Survey
from entydig.survey.decisions import Decisions
from entydig.survey.weights import nonresponse_weights, pooled

__all__ = ["margin_column", "sheet_weights"]

WEIGHT = "weight"


def sheet_weights(survey: Survey, decisions: Decisions) -> npt.NDArray[np.float64]:
    """Give the weight of every answer sheet, raked to the roster's margins with small categories joined.

    They are kept among the survey's columns, the margins beside them under `margin_column`.

    Raises
    ------
    DataError
        There is no roster, or no weights meet the margins.
    """
    columns = survey.columns
    if WEIGHT not in columns:
        if survey.roster is None:
            found, action = "there is no roster to weight to", "decide weights=none"
            raise DataError(Problem("decision 'weights'", found, "a roster", action))
        margins = _margins(survey, survey.roster, decisions)
        place = pd.MultiIndex.from_frame(survey.roster[["respondent", "wave"]]).get_indexer(
            pd.MultiIndex.from_frame(survey.answers[["respondent", "wave"]])
        )
        for name in margins.columns.difference(list(KEYS)):
            category = margins[name].astype(object)
            columns[name] = category.where(category.notna(), None).to_numpy()[place]
        names = [margin_column(name) for name in decisions.margins]
        found_weights = nonresponse_weights(survey.answers, margins, names, method="raked")
        columns[WEIGHT] = found_weights.values.to_numpy()
    return columns[WEIGHT]


def margin_column(name: str) -> str:
    """Give the name of the column that holds a margin, its small categories joined."""
    return f"margin {name}"


def _margins(survey: Survey, roster: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    items = survey.instrument.items
    joined = {
        margin_column(name): pooled(survey.answers, roster, name, list(items[name].classes))
        for name in decisions.margins
    }
    return roster[list(KEYS)].assign(**joined)
