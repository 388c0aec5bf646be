"""Where survey and cases meet on a claim, and how well a recommendation is carried by its claims.

References
----------
Fetters, Curry and Creswell (2013), Achieving integration in mixed methods designs, doi:10.1111/1475-6773.12117.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from entydig.cases.verdicts import PlaceWord, claim_word

__all__ = ["Meeting", "Strength", "meeting", "strength"]

Meeting = Literal["confirmation", "discordance", "expansion", "undecided", "silence", "cases alone"]
Strength = Literal["carried", "partly carried", "weakened", "not carried", "open"]

FEWEST_EXTENDING = 2


def meeting(survey: str | None, places: Iterable[PlaceWord]) -> Meeting:
    """Say how the answer of the survey and that of the places stand to each other; neither overturns the other.

    Parameters
    ----------
    survey : str or None
        The verdict of the survey; None for a claim that rests on the cases.
    places : iterable of str
        What each place says.

    Returns
    -------
    str
        ``confirmation`` and ``discordance``: both support the claim or both do not; one does and the other does not.
        ``expansion``: the places have an answer, for or against, where the survey has none, or at least two extend
        the claim.
        ``silence``: too many places say too little, or there is none. ``undecided``: all else.
    """
    words = list(places)
    told = claim_word(words)
    answers = {"supported", "not supported"}
    if survey is None:
        return "cases alone"
    if told == "not testable":
        return "silence"
    if survey in answers and told in answers:
        return "confirmation" if survey == told else "discordance"
    extended = words.count("extends") >= FEWEST_EXTENDING
    return "expansion" if told in answers or extended else "undecided"


def strength(verdicts: Sequence[str], cases: Sequence[str]) -> Strength:
    """Say how well a recommendation is carried by the claims it rests on; the first of these that holds.

    Parameters
    ----------
    verdicts : sequence of str
        Of its claims.
    cases : sequence of str
        What the places together say of the same claims (`entydig.cases.verdicts.claim_word`).

    Returns
    -------
    str
        ``carried``: every claim that can be tested is supported, one at least, and the cases speak against none.
        ``open``: no claim is supported and none fails. ``not carried``: none is supported. ``weakened``: a
        claim fails, or the cases speak against one. ``partly carried``: all else.
    """
    tested = [each for each in verdicts if each != "not testable"]
    supported, failed = tested.count("supported"), tested.count("not supported")
    against = "not supported" in cases
    if not supported:
        return "not carried" if failed else "open"
    if failed or against:
        return "weakened"
    return "carried" if supported == len(tested) else "partly carried"
