"""Claims that were not registered: estimates in a family of their own, and no verdict.

A sentence written when the answers were known may say what to look for next; it cannot be tested by the answers that
suggested it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entydig.claims.decision import adjusted
from entydig.claims.wording import bound, estimate_text, p_text
from entydig.errors import Problems, UsageError
from entydig.statistics.estimate import Estimate
from entydig.wording import text

__all__ = ["Exploration", "explore"]

SYMBOL = "◇"
LABEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Exploration:
    """A sentence with its estimates, shown as a box beside which no record is kept.

    Attributes
    ----------
    name : str
        Of the claim in its notebook.
    claim : str
        The sentence.
    estimates : tuple of Estimate
    p, p_adjusted : float
        The largest one-sided p of the estimates; NaN where one is missing, not shown, or has no test.
    label : str
        The box's link target.
    language : str
    synthetic : bool
        Whether the answers were generated.
    """

    name: str
    claim: str
    estimates: tuple[Estimate, ...]
    p: float
    p_adjusted: float
    label: str
    language: str
    synthetic: bool

    @property
    def word(self) -> str:
        """What stands where a registered claim has its verdict."""
        return text("exploratory", self.language)

    @property
    def lines(self) -> list[str]:
        """The box in plain lines, without the claim itself."""
        language = self.language
        said = [estimate_text(estimate, language) for estimate in self.estimates]
        if not math.isnan(self.p):
            written = {"p": p_text(self.p, language), "adjusted": p_text(self.p_adjusted, language)}
            said.append(text("exploratory_p", language, **written))
        said.append(text("exploratory_note", language))
        return [*said, text("exploratory_synthetic", language)] if self.synthetic else said

    def __repr__(self) -> str:
        return "\n".join([f"{self._heading} {self.claim}", self._verdict, *self.lines])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the box in three forms; it has no record, so that no ledger can take it in."""
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        box = (
            f'<div class="record exploratory" id="{self.label}"><p><strong>{html.escape(self._heading)}</strong> '
            f"{html.escape(self.claim)}</p><p><strong>{html.escape(self._verdict)}</strong></p><ul>{items}</ul></div>"
        )
        listed = "\n".join(f"- {_escaped(line)}" for line in self.lines)
        markdown = f"**{self._heading}** {_escaped(self.claim)}\n\n**{self._verdict}**\n\n{listed}"
        forms = {"text/html": box, "text/markdown": markdown, "text/plain": repr(self)}
        return forms, {"entydig": {"kind": "record", "label": self.label, "look": "exploratory"}}

    @property
    def _heading(self) -> str:
        return text("exploratory_claim", self.language, name=self.name)

    @property
    def _verdict(self) -> str:
        return f"{SYMBOL} {self.word}"


def explore(
    claims: Mapping[str, str],
    estimates: Mapping[str, Sequence[Estimate]],
    *,
    label: str,
    language: str,
    synthetic: bool,
) -> dict[str, Exploration]:
    """Show claims of one notebook that were not registered.

    Parameters
    ----------
    claims : Mapping[str, str]
        Name to sentence.
    estimates : Mapping[str, sequence of Estimate]
        Name to the estimates the sentence rests on, all of which it needs.
    label : str
        Tells the boxes of this notebook from those of others: lower-case letters, digits, hyphens.
    language : str
    synthetic : bool

    Returns
    -------
    dict
        Name to box.  All claims are one family, adjusted by Benjamini and Hochberg; those with an estimate that
        is missing, not shown, or has no test have no p and count for nothing there.

    Raises
    ------
    UsageError
        A name without sentence or without estimates, an estimate that is none, or a label that is none.
    """
    _check(claims, estimates, label)
    p = {name: _largest(estimates[name]) for name in claims}
    corrected = adjusted(p, "fdr_bh")
    return {
        name: Exploration(
            name=name,
            claim=f"{sentence.strip().rstrip('.')}.",
            estimates=tuple(estimates[name]),
            p=p[name],
            p_adjusted=corrected[name],
            label=f"exploratory-{label}-{name}",
            language=language,
            synthetic=synthetic,
        )
        for name, sentence in claims.items()
    }


def _escaped(line: str) -> str:
    return re.sub(r"([<*_|])", r"\\\1", line)


def _largest(estimates: Sequence[Estimate]) -> float:
    hidden = any(math.isnan(each.value) or bound(each)[0] == "suppressed" for each in estimates)
    p = [math.nan if hidden else each.p for each in estimates]
    return math.nan if any(map(math.isnan, p)) else max(p)


def _check(claims: Mapping[str, str], estimates: Mapping[str, Sequence[object]], label: str) -> None:
    problems = Problems(UsageError)
    form = "lower-case letters, digits, hyphens"
    for name in (label, *claims):
        if not LABEL.fullmatch(name):
            problems.add(f"explore, {name!r}", "cannot stand in a link target", form)
    for name, sentence in claims.items():
        if not sentence.strip():
            problems.add(f"explore, claim {name}", "has no sentence", "what you want to look into")
        if not estimates.get(name):
            problems.add(f"explore, claim {name}", "has no estimates", "one at least")
    for name, found in estimates.items():
        if name not in claims:
            problems.add(f"explore, claim {name}", "has estimates and no sentence", ", ".join(claims))
        for each in found:
            if not isinstance(each, Estimate):
                problems.add(f"explore, claim {name}", f"{type(each).__name__} is no estimate", "an Estimate")
    problems.raise_if_any()
