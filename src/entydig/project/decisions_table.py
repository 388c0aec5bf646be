"""The registered decisions, as a notebook shows them."""

from __future__ import annotations

import pandas as pd

from entydig.claims.wording import choice_text
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.project.evaluation import Evaluation
from entydig.wording import text

__all__ = ["decisions_table"]


def decisions_table(evaluation: Evaluation, language: str, *, label: str, caption: str) -> Table:
    """Set out the registered decisions: the value that decides, the others, and why."""
    rows = [
        (
            choice_text(name, decision.values[0], language),
            "; ".join(choice_text(name, value, language).partition(": ")[2] for value in decision.values[1:]),
            decision.reason[language],
        )
        for name, decision in evaluation.decisions.registered.items()
    ]
    columns = ["registered_choice", "other_choices", "why"]
    headings = {name: text(f"decisions_{name}", language) for name in columns}
    frame = pd.DataFrame(rows, columns=columns)
    return table(frame, caption=caption, label=label, language=language, headings=headings)
