"""How a build departs from the registered one, as the line that stands on each of its pages."""

from __future__ import annotations

from entydig.claims.wording import choice_text
from entydig.publishing.folders import MAIN
from entydig.publishing.provenance import Provenance
from entydig.running.reads import PRIVATE, SHIPPED
from entydig.wording import text

__all__ = ["edition_note"]


def edition_note(build: Provenance, language: str) -> str:
    """Say that a build is not the registered analysis, and what was changed.

    Parameters
    ----------
    build : Provenance
    language : str

    Returns
    -------
    str
        Markdown; empty for the registered analysis under the usual name, of the shipped or the real answers.
    """
    name = _code(build.build)
    answers = "" if build.data in (SHIPPED, PRIVATE) else _code(build.data)
    changed = [choice_text(decision, value, language) for decision, value in build.decisions.items()]
    changed += [
        text("departure_parameter", language, name=_code(parameter), value=_code(str(value)))
        for parameter, value in build.parameters.items()
    ]
    if changed:
        changed += [text("departure_data", language, data=answers)] if answers else []
        return text("edition_departs", language, name=name, departures="; ".join(changed))
    if answers:
        return text("edition_other_data", language, name=name, data=answers)
    return text("edition_named", language, name=name) if build.build != MAIN else ""


def _code(value: str) -> str:
    return f"`{value.replace('`', '')}`"
