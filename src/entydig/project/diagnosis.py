"""The diagnosis of the registered analysis, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from entydig.claims.diagnosis import diagnosis_digest
from entydig.claims.wording import part_text
from entydig.errors import DataError, Problem
from entydig.presentation.coverage import CoverageRow
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.project.study import Study
from entydig.wording import number, percent, points, text

__all__ = ["DIAGNOSIS", "Diagnosis", "read_diagnosis"]

DIAGNOSIS = Path("data", "diagnosis.csv")
RATES = ("supported", "not_supported", "undecided", "not_testable")


class Diagnosis:
    """What `entydig diagnose` found, for one study.

    Parameters
    ----------
    study : Study
    found : DataFrame
        Columns as in `entydig.claims.diagnosis.COLUMNS`.
    """

    def __init__(self, study: Study, found: pd.DataFrame) -> None:
        self.study = study
        self.found = found

    @cached_property
    def is_stale(self) -> bool:
        """Whether the code or the registered files changed since."""
        code = diagnosis_digest(self.study.evaluation.root)
        return not code.startswith(str(self.found["code"].iloc[0]))

    @property
    def freshness(self) -> str:
        """One sentence: whether the table belongs to the code in use."""
        return text("diagnosis_stale" if self.is_stale else "diagnosis_fresh", self.study.language)

    @property
    def rosters(self) -> str:
        """Rosters drawn in each setting."""
        return number(int(self.found["rosters"].iloc[0]), self.study.language)

    @property
    def sizes(self) -> list[int]:
        """Numbers of clusters, the largest first."""
        return sorted(map(int, self.found["clusters"].unique()), reverse=True)

    def estimates(self, world: str, size: int | None = None) -> pd.DataFrame:
        """Give the rows of estimates in a world, of one size or all; a census has no error and is left out."""
        mine = self._rows("estimate", world, size)
        return mine[mine["method"] != "census"]

    def claims(self, world: str, size: int) -> pd.DataFrame:
        """Give the rows of claims in a world of a size."""
        return self._rows("claim", world, size)

    def coverage(self, world: str) -> list[CoverageRow]:
        """Give the coverage in all sizes of each estimate with the usual confidence, for the figure."""
        language = self.study.language
        names = {size: text("size_name", language, count=size) for size in self.sizes}
        rows = {size: self.estimates(world, size) for size in self.sizes}
        usual = {size: mine[mine["confidence"] == self.study.confidence] for size, mine in rows.items()}
        return [
            CoverageRow(
                label=label,
                covered={names[size]: float(usual[size]["coverage"].iloc[place]) for size in self.sizes},
            )
            for place, label in enumerate(self._names(usual[self.sizes[0]]))
        ]

    def verdict_table(self, world: str, *, label: str, caption: str) -> Table:
        """Set out how often each claim gets each verdict in a world, at full size."""
        language, rows = self.study.language, self.claims(world, self.sizes[0])
        frame = rows[["claim", "true", *RATES, "wrongly_supported"]]
        wrong = pd.Series(
            [
                None
                if pd.isna(value)
                else f"{percent(value, language, 1)} ± {number(200 * error, language, 1)}"
                for value, error in zip(
                    rows["wrongly_supported"], rows["wrongly_supported_error"], strict=True
                )
            ],
            index=rows.index,
        )
        headings = {name: text(f"diagnosis_{name}", language) for name in frame.columns}
        return table(
            frame.assign(wrongly_supported=wrong),
            caption=caption,
            label=label,
            language=language,
            headings=headings,
            formats={name: lambda value: percent(value, language) for name in ("true", *RATES)},
            numeric=("wrongly_supported",),
        )

    def performance_table(self, world: str, size: int, *, label: str, caption: str) -> Table:
        """Set out bias, uncertainty, coverage and smallest detectable effect of each estimate."""
        language, rows = self.study.language, self.estimates(world, size)
        names = self._names(rows)
        columns = ["bias", "sd", "se", "confidence", "coverage", "detectable"]
        frame = rows[columns].assign(what=names)[["what", *columns]]
        fine = {name: lambda value: points(value, language, 1) for name in ("bias",)}
        plain = {
            name: lambda value: points(value, language, 1, sign=False) for name in ("sd", "se", "detectable")
        }
        return table(
            frame,
            caption=caption,
            label=label,
            language=language,
            headings={name: text(f"diagnosis_{name}", language) for name in frame.columns},
            formats=fine
            | plain
            | {
                "confidence": lambda value: percent(value, language),
                "coverage": lambda value: percent(value, language, 1),
            },
        )

    def outside(self, world: str, tolerance: float) -> str:
        """Name the estimates whose coverage differs by more than that from what is promised, at full size."""
        rows = self.estimates(world, self.sizes[0])
        beyond = rows[(rows["coverage"] - rows["confidence"]).abs() > tolerance]
        names = self._names(beyond)
        return "; ".join(names) or text("diagnosis_none", self.study.language)

    def exceeding(self, worlds: Sequence[str]) -> str:
        """Name the false claims that are supported more often than registered, by two Monte Carlo errors."""
        rows = pd.concat([self._limited(world) for world in worlds])
        beyond = rows["wrongly_supported"] > rows["limit"] + 2 * rows["wrongly_supported_error"]
        found = [f"{row.claim} ({row.world})" for row in rows[beyond].itertuples()]
        return ", ".join(found) or text("diagnosis_none", self.study.language)

    def largest_error(self, worlds: Sequence[str], kind: str) -> str:
        """Write the largest chance of supporting a false claim of a kind: a key of the registered limits."""
        rows = pd.concat([self._limited(world) for world in worlds])
        return percent(
            float(rows.loc[rows["limited"] == kind, "wrongly_supported"].max()), self.study.language, 1
        )

    def error_limit(self, kind: str) -> str:
        """Write the registered limit of a kind."""
        return percent(self.study.register.error_limits[kind], self.study.language, 1)

    def _limited(self, world: str) -> pd.DataFrame:
        """Give, at full size, the families and claims that have a registered limit and can be false."""
        rows = pd.concat([self._rows(kind, world, self.sizes[0]) for kind in ("claim", "family")])
        kinds = [self._limit_of(str(claim)) for claim in rows["claim"]]
        limits = self.study.register.error_limits
        rows = rows.assign(limited=kinds, limit=[limits.get(kind, float("nan")) for kind in kinds])
        return rows.dropna(subset=["limit", "wrongly_supported"])

    def _limit_of(self, name: str) -> str:
        """Tell which limit a row has; a confirmatory claim is judged with its family."""
        register = self.study.register
        if name in register.findings:
            return "confirmatory"
        claim = register.claims[name]
        if any(part.estimand == "equivalence" for part in claim.parts):
            return "equivalence"
        return claim.family if claim.family == "secondary" else ""

    def _names(self, rows: pd.DataFrame) -> list[str]:
        columns = (rows[name].map(str) for name in ("claim", "part", "method"))
        return [self._named(*each) for each in zip(*columns, strict=True)]

    def _named(self, claim: str, key: str, method: str) -> str:
        """Write claim, part and estimator in the words of the page."""
        language = self.study.language
        part = next(part for part in self.study.register.claims[claim].parts if part.key == key)
        about = part_text(part, self.study.instrument, language)
        return f"{claim} {text(f'method_{method}', language)}: {about}"

    def _rows(self, kind: str, world: str, size: int | None) -> pd.DataFrame:
        mine = (self.found["kind"] == kind) & (self.found["world"] == world)
        return self.found[mine if size is None else mine & (self.found["clusters"] == size)]


def read_diagnosis(study: Study) -> Diagnosis:
    """Read the diagnosis of a study's evaluation.

    Raises
    ------
    DataError
        There is none.
    """
    path = study.evaluation.root / DIAGNOSIS
    if not path.is_file():
        raise DataError(Problem(str(path), "the file does not exist", "a diagnosis", "entydig diagnose"))
    # A world may be called "null", which pandas would take for a missing value.
    found = pd.read_csv(path, dtype={"claim": str, "code": str}, keep_default_na=False, na_values=[""])
    return Diagnosis(study, found)
