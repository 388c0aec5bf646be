"""The tipping points of claims, as a notebook shows them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from entydig.claims.silent import Side, Silent, silent
from entydig.claims.wording import part_text, value_text
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.project.evaluation import Evaluation
from entydig.survey.instrument import Instrument
from entydig.wording import percent, points, text

__all__ = ["tipping_table"]


def tipping_table(
    evaluation: Evaluation, claims: Sequence[str], language: str, *, label: str, caption: str
) -> Table:
    """Set out what those who did not answer would have to think for the claims' estimates to fall.

    Parameters
    ----------
    evaluation : Evaluation
    claims : sequence of str
        Of one finding or several; see `claims.silent.silent`.
    language : str
    label, caption : str
        Of the table.

    Returns
    -------
    Table
        One row a part of a claim, the nearest tipping point first, in whole percent and points.

    Raises
    ------
    UsageError
        A claim is not registered.
    """
    instrument = evaluation.instrument
    found = silent(evaluation.register, claims, evaluation.survey, evaluation.decisions)
    columns = ["claim", "part", "found", "response", "who", "share", "difference"]
    rows = [
        (row.claim.id, part_text(row.part, instrument, language), *_written(row, instrument, language))
        for row in found
    ]
    return table(
        pd.DataFrame(rows, columns=columns),
        caption=caption,
        label=label,
        language=language,
        headings={name: text(f"silent_{name}", language) for name in columns},
        row_headings=2,
        numeric=("found", "response", "difference"),
    )


def _written(row: Silent, instrument: Instrument, language: str) -> tuple[str | None, ...]:
    found = value_text(row.estimate, language)
    response = " / ".join(percent(each, language) for each in row.response) or None
    if row.reason:
        return found, response, None, text(f"reason_{row.reason}", language), None
    who = _who(row.sides[row.place], instrument, language)
    share = percent(row.share, language)
    if row.part.estimand == "order":
        share = text("silent_order", language, points=points(row.share, language))
    return found, response, who, share, points(row.difference, language)


def _who(side: Side, instrument: Instrument, language: str) -> str:
    """Name a side: its groups, the classes kept, its wave."""
    groups = "/".join(instrument.groups[group].short[language] for group in side.groups)
    classes = (
        "/".join(instrument.items[name].classes[value][language] for value in values)
        for name, values in side.where.items()
    )
    return ", ".join([groups, *classes, str(side.wave)])
