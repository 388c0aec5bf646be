"""Published surveys as a notebook shows them: others' figures beside ours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from entydig.errors import Problem, UsageError
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.statistics.estimate import Estimate
from entydig.survey.place import find_root
from entydig.survey.published import COUNT, Published, design, read_published
from entydig.wording import listing, number, text

__all__ = ["PUBLIC", "Comparison", "PublicData", "design", "open_public", "parts"]

PUBLIC = Path("data", "public")
# A difference is written with so many decimals more than the figure it belongs to; counts have none.
FINER = 2
# Beyond this a double no longer tells rounding from a difference.
MOST_DECIMALS = 12
DEPARTS = "\N{MULTIPLICATION X}"


class Comparison:
    """Others' figures beside ours, in one language.

    Parameters
    ----------
    rows : DataFrame
        `what` in words, `theirs`, `digits` (the decimals theirs is given with), `ours`.
    kind : str
        ``"published"`` or ``"r"``.
    language : str
    """

    def __init__(self, rows: pd.DataFrame, kind: str, language: str) -> None:
        difference = rows["ours"] - rows["theirs"]
        # Half a unit of the last decimal, and what a double leaves of a tie.
        allowed = 0.5 * 10.0 ** -rows["digits"].astype(float) + 10.0**-MOST_DECIMALS
        self.rows = rows.assign(difference=difference, agrees=difference.abs() <= allowed)
        self.kind = kind
        self.language = language

    @property
    def count(self) -> str:
        """How many figures are compared."""
        return number(len(self.rows), self.language)

    @property
    def agreeing(self) -> str:
        """How many of theirs are ours, rounded."""
        return number(int(self.rows["agrees"].sum()), self.language)

    @property
    def departing(self) -> str:
        """Names of the figures that rounding does not explain."""
        names = self.rows.loc[~self.rows["agrees"], "what"].tolist()
        return listing(names, self.language) or text("public_none", self.language)

    @property
    def decimals(self) -> str:
        """Decimals to which every figure agrees, at most twelve."""
        largest = float(self.rows["difference"].abs().max())
        agreed = math.floor(-math.log10(2 * largest)) if largest else MOST_DECIMALS
        return number(min(max(agreed, 0), MOST_DECIMALS), self.language)

    def table(self, *, label: str, caption: str) -> Table:
        """Set out theirs, ours as they round, and the difference before rounding.

        A cross marks a difference that rounding does not explain.
        """
        written = [self._written(*row) for row in self.rows.itertuples(index=False)]
        figures = (self.kind, "ours", "difference")
        frame = pd.DataFrame(written, columns=["what", *figures])
        headings = {str(name): text(f"public_{name}", self.language) for name in frame.columns}
        made = table(frame, caption=caption, label=label, language=self.language, headings=headings)
        # Each row has its own number of decimals, so the columns reach the table as text.
        return replace(made, numeric=frozenset(headings[name] for name in figures))

    def _written(
        self, what: str, theirs: float, digits: int, ours: float, difference: float, agrees: bool
    ) -> tuple[str, ...]:
        rounded = [number(value, self.language, digits) for value in (theirs, ours)]
        finer = digits + FINER if digits else 0
        sign = "+" if round(difference, finer) > 0 else ""
        beyond = f"{sign}{number(difference, self.language, finer)}"
        return what, *rounded, beyond if agrees else f"{beyond} {DEPARTS}"


class PublicData(Published):
    """The published surveys of a project, in one language; they decide no claim.

    Open it with `open_public`.

    Parameters
    ----------
    found : Published
    language : str
    """

    def __init__(self, found: Published, language: str) -> None:
        super().__init__(found.folder, found.resources)
        self.language = language

    def overview(self, *, label: str, caption: str) -> Table:
        """Set out the surveys: title, people, source."""
        language = self.language
        rows = [
            (
                self.told(name, "title")[language],
                int(self.counts(name)[COUNT].sum()),
                self.told(name, "source")[language],
            )
            for name in self.surveys
        ]
        frame = pd.DataFrame(rows, columns=["survey", "people", "source"])
        headings = {str(name): text(f"public_{name}", language) for name in frame.columns}
        return table(frame, caption=caption, label=label, language=language, headings=headings)

    def compare(self, kind: str, ours: Mapping[str, Mapping[str, float]]) -> Comparison:
        """Put our numbers beside all registered figures of a kind.

        Parameters
        ----------
        kind : str
            ``"published"`` or ``"r"``.
        ours : Mapping
            Survey to quantity to our number. Numbers without a registered figure are not used.

        Raises
        ------
        UsageError
            A survey has no figures of the kind, or a figure has no number of ours.
        """
        figures = self.figures(kind, list(ours))
        keys = list(zip(figures["survey"], figures["quantity"], strict=True))
        if missing := [f"{survey}: {quantity}" for survey, quantity in keys if quantity not in ours[survey]]:
            raise UsageError(Problem(f"compare {kind!r}", f"no number of ours for {'; '.join(missing)}"))
        rows = pd.DataFrame(
            {
                "what": self._named(figures),
                "theirs": figures["value"],
                "digits": figures["digits"],
                "ours": [float(ours[survey][quantity]) for survey, quantity in keys],
            }
        )
        return Comparison(rows, kind, self.language)

    def _named(self, figures: pd.DataFrame) -> list[str]:
        """Name each figure, with its survey where there are several."""
        names = figures[self.language]
        if figures["survey"].nunique() == 1:
            return [name[:1].upper() + name[1:] for name in names]
        surveys = [self.told(survey, "short")[self.language] for survey in figures["survey"]]
        return [f"{survey} \N{EN DASH} {name}" for survey, name in zip(surveys, names, strict=True)]


def open_public(lang: str) -> PublicData:
    """Open the published surveys of the project a notebook belongs to.

    Raises
    ------
    DataError
        As in `read_published`.
    UsageError
        The surveys have no titles in the language.
    """
    found = read_published(find_root() / PUBLIC)
    known = set.intersection(*(set(found.told(name, "title")) for name in found.surveys))
    if lang not in known:
        raise UsageError(Problem("parameter lang", f"no titles in {lang!r}", ", ".join(sorted(known))))
    return PublicData(found, lang)


def parts(**estimates: Estimate) -> dict[str, float]:
    """Return the numbers of estimates by name: ``name``, ``name se``, ``name low``, ``name high``."""
    found: dict[str, float] = {}
    for name, estimate in estimates.items():
        ends = {f"{name} se": estimate.se, f"{name} low": estimate.low, f"{name} high": estimate.high}
        found |= {name: estimate.value, **ends}
    return found
