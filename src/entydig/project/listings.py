"""Official lists over time as a notebook shows them: counts, rules, who is listed, and who came and went."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from babel.dates import get_month_names

from entydig.presentation.objects import Table
from entydig.presentation.richtext import RichText
from entydig.presentation.series import SeriesPanel, SeriesPart, SeriesPoint
from entydig.presentation.tables import table
from entydig.project.listing_files import LISTED, UNKNOWN, ListingFiles, read_listings
from entydig.survey.place import find_root
from entydig.wording import number, text

__all__ = ["Listings", "open_listings"]

COUNTED = ["category", "rules", "listed", "count", "source"]
MARKS = {LISTED: "\N{BLACK CIRCLE}", UNKNOWN: "?"}
OWN = (
    *("period", "what", "needed", "criterion", "limit", "source", "area", "year", "move"),
    *("rules", "when", "count", "before", "left", "entered", "after", "published"),
)
SIGNS = {">=": "≥", "<=": "≤"}


class Listings:
    """Lists of one folder, in one language. Open them with `open_listings`.

    Parameters
    ----------
    files : ListingFiles
    language : str
    """

    def __init__(self, files: ListingFiles, language: str) -> None:
        self.files = files
        self.language = language
        self.names: dict[str, str] = dict(
            zip(files.categories["category"], files.categories[language], strict=True)
        )

    def count(self, category: str, listed: str | int) -> str:
        """Write the published count of a list; the word for unknown where it was not found.

        Raises
        ------
        KeyError
            There is no such row.
        """
        counts = self.files.counts
        found = counts[(counts["category"] == category) & (counts["listed"] == str(listed))]
        if found.empty:
            raise KeyError(f"no count of {category!r} for {listed!r}")
        return self._number(found["count"].iloc[0])

    def members(self, year: int, status: str = LISTED) -> str:
        """Write how many names of a year have the status ``listed`` or ``unknown``."""
        found = self.files.membership
        return number(int(((found["year"] == str(year)) & (found["status"] == status)).sum()), self.language)

    def moved(self, year: int, move: str) -> str:
        """Write how many ``left`` or ``entered`` a list, those without a known name included."""
        return number(len(self.files.moved(year, move)), self.language)

    def stayed(self, first: int, last: int, status: str = LISTED) -> str:
        """Write how many names of a first year have the status in a last year."""
        found = self.files.membership
        before = set(found.loc[found["year"] == str(first), "area"])
        after = set(found.loc[(found["year"] == str(last)) & (found["status"] == status), "area"])
        return number(len(before & after), self.language)

    @property
    def agreeing(self) -> str:
        """How many lists have the published count when it is computed from the one before."""
        return number(sum(row[4] == row[5] for row in self._balances()), self.language)

    @property
    def compared(self) -> str:
        """How many lists are computed from the one before."""
        return number(len(list(self._balances())), self.language)

    def series(self, categories: Sequence[str] = ()) -> list[SeriesPanel]:
        """Give the counts for the figure: a panel for each category (default all), a part for each set of rules."""
        panels, cells = [], ["listed", "count", "source"]
        for category in categories or self.names:
            mine = self.files.counts[self.files.counts["category"] == category]
            parts = tuple(
                SeriesPart(
                    rules=text("series_from", self.language, start=rules),
                    points=tuple(self._point(*row) for row in rows[cells].itertuples(index=False)),
                )
                for rules, rows in mine.groupby("rules", sort=False)
            )
            panels.append(SeriesPanel(label=self.names[category], parts=parts))
        return panels

    def counts_table(self, *, label: str, caption: str) -> Table:
        """Set out the counts with their rules and sources; where a count was not found, it has no source."""
        rows = [
            (
                _short(self.names[category]),
                text("series_from", self.language, start=rules),
                self._time(listed)[1],
                self._number(count),
                None if source == UNKNOWN else source,
            )
            for category, rules, listed, count, source in self.files.counts[COUNTED].itertuples(index=False)
        ]
        frame = pd.DataFrame(rows, columns=["what", "rules", "when", "count", "source"])
        return self._table(frame, label, caption, row_headings=3)

    def rules_table(self, units: Mapping[str, str], *, label: str, caption: str) -> Table:
        """Set out the rules: period, category, requirement, criterion, limit, source.

        Parameters
        ----------
        units : mapping
            Unit to how a limit is written, such as ``"{value} %"``.
        label, caption : str
            As in `Table`.
        """
        rows = []
        for row in self.files.thresholds.to_dict("records"):
            limit = self._limit(row, units)
            name = _short(self.names[row["category"]])
            needed, criterion = self._needed(row["rule"]), row[self.language]
            rows.append((self._period(row), name, needed, criterion, limit, row["source"]))
        columns = ["period", "what", "needed", "criterion", "limit", "source"]
        return self._table(pd.DataFrame(rows, columns=columns), label, caption)

    def members_table(self, within: str, heading: str, *, label: str, caption: str) -> Table:
        """Set out who is listed when, by name within a larger unit: a dot, a question mark, or nothing.

        Parameters
        ----------
        within : str
            The column of the larger unit; rows are in its order in the alphabet of the language.
        heading : str
            Its name.
        label, caption : str
            As in `Table`.
        """
        found = self.files.membership.assign(mark=self.files.membership["status"].map(MARKS))
        wide = found.pivot(index=[within, "area"], columns="year", values="mark").reset_index()
        keys = [wide[name].map(_alphabetic) for name in (within, "area")]
        order = sorted(range(len(wide)), key=lambda row: [key.iloc[row] for key in keys])
        frame = wide.iloc[order].rename_axis(columns=None)
        return self._table(frame, label, caption, {within: heading}, row_headings=2)

    def moves_table(self, within: str, heading: str, *, label: str, caption: str) -> Table:
        """Set out who came and went, with the source; as `members_table`, an unknown name as unknown."""
        unknown = text("series_unknown", self.language)
        moves = self.files.moves.replace(UNKNOWN, unknown)
        moves["move"] = [text(f"series_move_{move}", self.language) for move in moves["move"]]
        frame = moves[["year", "move", "area", within, "source"]]
        return self._table(frame, label, caption, {within: heading}, row_headings=3)

    def balance_table(self, *, label: str, caption: str) -> Table:
        """Set out each list from the one before: less those who left, plus those who entered, and as published."""
        columns = ["year", "before", "left", "entered", "after", "published"]
        return self._table(pd.DataFrame(self._balances(), columns=columns), label, caption)

    def _balances(self) -> Iterator[tuple[str, int, int, int, int, int]]:
        for year in sorted(set(self.files.moves["year"])):
            before, published = self.files.total(int(year) - 1), self.files.total(int(year))
            left, entered = (len(self.files.moved(int(year), move)) for move in ("left", "entered"))
            yield year, before, left, entered, before - left + entered, published

    def _point(self, listed: str, count: str, source: str) -> SeriesPoint:
        at, when = self._time(listed)
        value = math.nan if count == UNKNOWN else float(count)
        return SeriesPoint(
            at=at, when=when, value=value, regular=listed.isdecimal(), source=self._sources(source)
        )

    def _time(self, listed: str) -> tuple[float, str]:
        """Give the place of a list in time, and its name: a year is its December."""
        if "/" in listed:
            return int(listed[:4]) + 0.5, listed
        year, _, month = listed.partition("-")
        if not month:
            return float(year), year
        name = get_month_names("wide", locale=self.language)[int(month)]
        return int(year) - 1 + int(month) / 12, text("series_month", self.language, month=name, year=year)

    def _sources(self, keys: str) -> str:
        return "; ".join(self._name(key) for key in keys.split() if key != UNKNOWN)

    def _linked(self, keys: str) -> RichText:
        address = dict(zip(self.files.sources["source"], self.files.sources["address"], strict=True))
        named = [(self._name(key), address[key]) for key in keys.split()]
        return RichText(
            "; ".join(name for name, _ in named),
            markdown="; ".join(f"[{name}](<{target}>)" for name, target in named),
            html="; ".join(f'<a href="{html.escape(to)}">{html.escape(name)}</a>' for name, to in named),
        )

    def _name(self, key: str) -> str:
        return str(self.files.sources.set_index("source").loc[key, "name"])

    def _number(self, count: str) -> str:
        unknown = text("series_unknown", self.language)
        return unknown if count == UNKNOWN else number(int(count), self.language)

    def _limit(self, row: Mapping[Any, str], units: Mapping[str, str]) -> str | None:
        if not row["value"]:
            return None
        decimals = len(row["value"].partition(".")[2])
        value = number(float(row["value"]), self.language, decimals)
        return f"{SIGNS.get(row['sign'], row['sign'])} {units[row['unit']].format(value=value)}"

    def _needed(self, rule: str) -> str:
        needed, _, of = rule.partition(" of ")
        if not of:
            return text("series_required", self.language)
        return text("series_rule", self.language, needed=needed, of=of)

    def _period(self, row: Mapping[Any, str]) -> str:
        key = "series_span" if row["end"] else "series_since"
        return text(key, self.language, start=row["start"], end=row["end"])

    def _table(
        self,
        frame: pd.DataFrame,
        label: str,
        caption: str,
        headings: Mapping[str, str] | None = None,
        row_headings: int = 1,
    ) -> Table:
        named = {name: text(f"series_{name}", self.language) for name in OWN if name in frame.columns}
        return table(
            frame,
            caption=caption,
            label=label,
            language=self.language,
            headings=named | dict(headings or {}),
            formats={"source": self._linked} if "source" in frame.columns else {},
            numeric=[name for name in frame.columns if name == "count"],
            row_headings=row_headings,
        )


def _short(name: str) -> str:
    return name.partition(" (")[0]


def _alphabetic(name: str) -> str:
    """Order as a Danish reader looks names up: Aa with Å, then Æ, Ø, Å behind Z."""
    return name.casefold().replace("aa", "å").translate(str.maketrans("æøå", "{|}"))


def open_listings(lang: str, folder: str) -> Listings:
    """Open the lists of a folder of the project a notebook belongs to.

    Raises
    ------
    DataError
        As `read_listings`.
    """
    return Listings(read_listings(find_root() / folder, lang), lang)
