"""Surveys straight from a draw of a world, without a file between."""

from __future__ import annotations

import pandas as pd

from entydig.survey.answers import KEYS, Survey
from entydig.survey.generator import Simulated
from entydig.survey.instrument import Instrument

__all__ = ["answered", "whole_roster"]


def answered(drawn: Simulated, instrument: Instrument) -> Survey:
    """Give the survey as it came back."""
    return _survey(drawn, drawn.answers, instrument)


def whole_roster(drawn: Simulated, instrument: Instrument) -> Survey:
    """Give the survey as it would be, had everyone answered every question."""
    return _survey(drawn, drawn.truth, instrument)


def _survey(drawn: Simulated, sheets: pd.DataFrame, instrument: Instrument) -> Survey:
    known = [column for column in drawn.roster if column not in (*KEYS, *sheets.columns)]
    place = pd.Index(drawn.roster["respondent"]).get_indexer(pd.Index(sheets["respondent"]))
    asked = drawn.roster[known].iloc[place].reset_index(drop=True)
    return Survey(instrument, pd.concat([sheets, asked], axis=1), drawn.roster, "synthetic")
