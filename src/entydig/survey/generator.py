"""Draws a world: its roster, the answers of those who respond, and what everyone would have answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from entydig.survey.draws import DECIMALS, Streams
from entydig.survey.latent import draw_codes
from entydig.survey.rows import Rows, draw_rows
from entydig.survey.tables import Drawn, answers_table, roster_table
from entydig.survey.worlds import Worlds

__all__ = ["Simulated", "simulate"]


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """One draw of a world.

    Attributes
    ----------
    world : str
    seed : int
    roster : DataFrame
        One row for each seat asked in a wave: ``respondent`` (unique over waves), ``wave``, ``group``,
        ``cluster``, ``unit`` (missing where the seat belongs to the whole cluster), ``panel`` (a person known
        to be the same, equal in all waves; else missing), then the instrument's roster classes (values as
        keys; missing where the class does not apply to the group).
    answers : DataFrame
        One row for each who responds: ``respondent``, ``wave``, ``group``, then the instrument's columns in
        the order of the questionnaire; unanswered is missing.
    truth : DataFrame
        The same columns for everyone on the roster, as they would answer; nothing is left unanswered.
    """

    world: str
    seed: int
    roster: pd.DataFrame
    answers: pd.DataFrame
    truth: pd.DataFrame


def simulate(worlds: Worlds, name: str, *, seed: int | None = None) -> Simulated:
    """Draw a roster and its answers.

    Every purpose has a stream of its own (`entydig.survey.draws`); within a stream numbers are used in the
    order of the roster's rows: groups, then waves, then seats.  Worlds drawn with one seed therefore share
    all that their parameters share.

    Parameters
    ----------
    worlds : Worlds
    name : str
        The world.
    seed : int, optional
        0 or more; the worlds' own when left out.

    Returns
    -------
    Simulated

    Raises
    ------
    DataError
        There is no such world.
    """
    process = worlds.process(name)
    used = worlds.seed if seed is None else seed
    streams = Streams(used)
    rows = draw_rows(process, streams)
    person = streams.normal(rows.n_persons, "person")[rows.person]
    drawn = Drawn(
        rows=rows,
        codes=draw_codes(worlds.instrument, rows, person, streams),
        order=streams.order(len(rows), "respondent numbers"),
    )
    everyone = answers_table(worlds.instrument, drawn)
    blanks = {
        item.id: streams.uniform(len(rows), "unanswered", item.id) < process.unanswered
        for item in worlds.instrument.of_source("answers")
    }
    responds = streams.uniform(len(rows), "response") < _chance_to_respond(rows, person)
    answers = answers_table(worlds.instrument, drawn, blanks)[responds[drawn.order]].reset_index(drop=True)
    roster = roster_table(worlds.instrument, drawn, streams)
    return Simulated(world=name, seed=used, roster=roster, answers=answers, truth=everyone)


def _chance_to_respond(rows: Rows, person: NDArray[np.float64]) -> NDArray[np.float64]:
    logit = rows.by_cell(rows.process.intercepts)
    for name, effects in rows.process.response_effects.items():
        logit = logit + rows.by_level(name, effects)
    logit = logit + rows.process.response_of_positive_people * (person > 0)
    return np.round(expit(logit), DECIMALS)
