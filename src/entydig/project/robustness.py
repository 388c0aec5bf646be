"""How often each claim keeps its registered verdict over all combinations of the registered decisions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from entydig.claims.robustness import Held, Specification
from entydig.claims.wording import SYMBOLS, bound, choice_text, part_text, value_text, verdict_text
from entydig.errors import Problem, UsageError
from entydig.presentation.objects import Table, Value
from entydig.presentation.strips import StripPoint, StripRow
from entydig.presentation.tables import table
from entydig.project.evaluation import Evaluation
from entydig.project.grids import grid
from entydig.project.kept import kept
from entydig.survey.decisions import Choice
from entydig.wording import interval, listing, number, points, text

__all__ = ["Robustness", "robustness"]

NBSP = "\N{NO-BREAK SPACE}"


def robustness(evaluation: Evaluation, claims: Sequence[str], language: str) -> Robustness:
    """Decide claims under every combination of the registered decisions; kept in the cache by finding.

    Parameters
    ----------
    evaluation : Evaluation
        What is chosen in its decisions does not matter.
    claims : sequence of str
        Those that rest on cases or texts are left out: no decision touches them.
    language : str

    Raises
    ------
    UsageError
        A claim is not registered.
    """
    known = evaluation.register.claims
    if unknown := sorted(set(claims) - set(known)):
        found = f"claims {', '.join(unknown)} are not registered"
        raise UsageError(Problem("robustness", found, ", ".join(known)))
    wanted = [known[name] for name in claims if known[name].parts]
    grids = {finding: kept(grid, evaluation, finding) for finding in {claim.finding for claim in wanted}}
    held = {claim.id: Held(claim, grids[claim.finding][claim.id]) for claim in wanted}
    return Robustness(evaluation, held, language)


class Robustness:
    """Claims under all combinations of decisions, in the words of a page.

    Parameters
    ----------
    evaluation : Evaluation
    held : Mapping[str, Held]
        By claim id.
    language : str
    """

    def __init__(self, evaluation: Evaluation, held: Mapping[str, Held], language: str) -> None:
        self.evaluation = evaluation
        self.held = held
        self.language = language

    @property
    def combinations(self) -> str:
        """How many combinations of decisions there are."""
        registered = self.evaluation.decisions.registered.values()
        return number(math.prod(len(each.values) for each in registered), self.language)

    @property
    def lines(self) -> list[StripRow]:
        """Rows for `figures.strips`."""
        return [self._line(held) for held in self.held.values()]

    @property
    def sections(self) -> list[StripRow]:
        """Rows for `figures.strips`, each under the title of its finding."""
        findings = self.evaluation.register.findings
        titles = {name: f"{name}. {each.title[self.language]}" for name, each in findings.items()}
        return [
            replace(line, section=titles[held.claim.finding])
            for line, held in zip(self.lines, self.held.values(), strict=True)
        ]

    def agreeing(self, claim: str) -> Value:
        """Write how many combinations give the registered verdict."""
        return self._value(claim, self._of(claim).agreeing)

    def count(self, claim: str) -> Value:
        """Write how many combinations can test the claim."""
        return self._value(claim, len(self._of(claim).tested))

    def same_sign(self, claim: str) -> Value:
        """Write how many estimates lie on the same side as the registered one."""
        return self._value(claim, self._of(claim).same_side)

    def refused(self, claim: str) -> Value:
        """Write how many combinations cannot test the claim."""
        held = self._of(claim)
        return self._value(claim, len(held.grid) - len(held.tested))

    def span(self, claim: str) -> Value:
        """Write the smallest and the largest estimate."""
        return self._value(claim, self._span(self._of(claim)))

    @property
    def steady(self) -> str:
        """Name the claims whose verdict is the registered one under every combination that can test them."""
        return self._named(lambda held: bool(held.tested) and held.agreeing == len(held.tested))

    @property
    def wavering(self) -> str:
        """Name the claims that lose their registered verdict under some combination."""
        return self._named(lambda held: held.agreeing < len(held.tested))

    @property
    def turning(self) -> str:
        """Name the claims of which some estimate lies on the other side."""
        return self._named(lambda held: held.same_side < len(held.tested))

    def table(self, *, label: str, caption: str) -> Table:
        """Set out, for each claim, how its verdict and estimate hold over all combinations."""
        language, sesoi = self.language, self.evaluation.decisions.sesoi
        rows = [
            (
                name,
                self._verdict(held),
                self._share(held.agreeing, held),
                self._share(held.same_side, held),
                self._span(held),
                self._share(held.inside(sesoi), held),
                len(held.grid) - len(held.tested),
            )
            for name, held in self.held.items()
        ]
        columns = ["claim", "verdict", "same_verdict", "same_side", "range", "inside", "refused"]
        shown = points(sesoi, language, sign=False)
        headings = {name: text(f"grid_{name}", language, sesoi=shown) for name in columns}
        return table(
            pd.DataFrame(rows, columns=columns),
            caption=caption,
            label=label,
            language=language,
            headings=headings,
            numeric=("same_verdict", "same_side", "range", "inside"),
        )

    def single_table(self, *, label: str, caption: str) -> Table:
        """Set out the verdicts, as symbols, where one decision at a time departs from the registered ones."""
        language, decisions = self.language, self.evaluation.decisions.registered
        variants: dict[str, dict[str, Choice]] = {text("registered_choice", language): {}}
        variants |= {
            choice_text(name, value, language): {name: value}
            for name, decision in decisions.items()
            for value in decision.values[1:]
        }
        rows = [
            [name, *(SYMBOLS[held.under(chosen).verdict.word] for chosen in variants.values())]
            for name, held in self.held.items()
        ]
        frame = pd.DataFrame(rows, columns=[text("grid_claim", language), *variants])
        return table(frame, caption=caption, label=label, language=language)

    def refusals_table(self, *, label: str, caption: str) -> Table:
        """Set out how many combinations cannot test each claim, and why."""
        reasons = dict.fromkeys(reason for held in self.held.values() for reason in held.refusals)
        rows = [[name, *(held.refusals.get(each) for each in reasons)] for name, held in self.held.items()]
        columns = [text(f"reason_{each}", self.language) for each in reasons]
        frame = pd.DataFrame(rows, columns=[text("grid_claim", self.language), *columns])
        # Whole numbers, with a gap where a reason stops nothing.
        frame = frame.astype(dict.fromkeys(columns, "Int64"))
        return table(frame, caption=caption, label=label, language=self.language)

    def _of(self, claim: str) -> Held:
        if claim not in self.held:
            found = f"claim {claim} is not among them"
            raise UsageError(Problem("robustness", found, ", ".join(self.held)))
        return self.held[claim]

    def _named(self, wanted: Callable[[Held], bool]) -> str:
        found = [name for name, held in self.held.items() if wanted(held)]
        return listing(found, self.language) or text("grid_none", self.language)

    def _line(self, held: Held) -> StripRow:
        symbol = SYMBOLS[held.registered.verdict.word]
        return StripRow(
            label=f"{held.claim.id} {symbol}",
            about=self._about(held),
            points=tuple(self._point(held, each) for each in held.tested),
            note=text("grid_untested", self.language),
        )

    def _point(self, held: Held, specification: Specification) -> StripPoint:
        kind, value = bound(held.estimate(specification))
        return StripPoint(
            value=value - held.part.against,
            agrees=held.agrees(specification),
            registered=specification.registered,
            bounded=kind in ("at_least", "at_most"),
        )

    def _about(self, held: Held) -> str:
        kind = text(held.part.estimand, self.language)
        return f"{kind}, {part_text(held.part, self.evaluation.instrument, self.language)}"

    def _verdict(self, held: Held) -> str:
        verdict = held.registered.verdict
        word = verdict_text(verdict, self.evaluation.survey.source, self.language)
        return f"{SYMBOLS[verdict.word]} {word}"

    def _share(self, count: int | None, held: Held) -> str | None:
        return None if count is None else f"{count}{NBSP}/{NBSP}{len(held.tested)}"

    def _span(self, held: Held) -> str:
        if held.ends is None:
            return text("grid_untested", self.language)
        low, high = (value_text(each, self.language) for each in held.ends)
        return low if low == high else interval(low, high, self.language)

    def _value(self, claim: str, written: int | str) -> Value:
        held = self._of(claim)
        title = text(
            "grid_title",
            self.language,
            claim=claim,
            agreeing=held.agreeing,
            count=len(held.tested),
            all=len(held.grid),
        )
        shown = written if isinstance(written, str) else number(written, self.language)
        return Value(shown, claim=claim, label=held.claim.label, title=title)
