"""What is wrong with answers or a roster: every fault with line and column, never with the person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from entydig.errors import Problems
from entydig.survey.instrument import Instrument, Item

__all__ = ["check_answers", "check_roster"]

EXAMPLES = 5


def check_answers(
    instrument: Instrument, path: Path, rows: pd.DataFrame, roster: pd.DataFrame | None, problems: Problems
) -> None:
    """Note every problem of an answers table.

    Parameters
    ----------
    instrument : Instrument
    path : Path
        For the messages.
    rows : DataFrame of str
        Index = line of the file.
    roster : DataFrame of str, or None
    problems : Problems
        Is added to.
    """
    keys = ("wave", "group", "count") if "count" in rows else ("respondent", "wave", "group")
    if not _check_columns(path, rows, keys, _known_columns(instrument, "answers"), problems):
        return
    good = _check_keys(instrument, path, rows, problems)
    if "count" in rows:
        _add(
            problems,
            path,
            rows[~rows["count"].str.fullmatch(r"[0-9]+")],
            "count",
            "a whole number of answer sheets",
        )
    else:
        _check_duplicates(path, rows, problems)
        _check_on_roster(path, rows, roster, problems)
    if roster is None and "cluster" in rows:
        _add(
            problems,
            path,
            rows[rows["cluster"] == ""],
            "cluster",
            "a cluster in every row, or no such column",
        )
    for item in instrument.of_source("answers"):
        _check_item(instrument, path, rows[good], item, roster, problems)


def check_roster(instrument: Instrument, path: Path, rows: pd.DataFrame, problems: Problems) -> None:
    """Note every problem of a roster table."""
    if not _check_columns(
        path, rows, ("respondent", "wave", "group"), _known_columns(instrument, "roster"), problems
    ):
        return
    _check_keys(instrument, path, rows, problems)
    _check_duplicates(path, rows, problems)
    if "cluster" in rows:
        _add(problems, path, rows[rows["cluster"] == ""], "cluster", "a cluster in every row")
    if "panel" in rows:
        linked = rows[rows["panel"] != ""]
        twice = linked[linked.duplicated(["panel", "wave"], keep=False)]
        _add(problems, path, twice, "panel", "a person at most once a wave")
    for item in instrument.of_source("roster"):
        if item.id in rows:
            _check_codes(path, rows, item.id, {"", *item.classes}, problems)


def _known_columns(instrument: Instrument, source: str) -> set[str]:
    known = {"respondent", "wave", "group", "cluster", "unit", "panel", "count"}
    return known.union(*(item.columns for item in instrument.of_source(source)))


def _check_columns(
    path: Path, rows: pd.DataFrame, required: tuple[str, ...], known: set[str], problems: Problems
) -> bool:
    for column in required:
        if column not in rows:
            problems.add(f"{path}, line 1", f"no column {column!r}", f"the columns {', '.join(required)}")
    for column in rows.columns:
        if column not in known:
            problems.add(
                f"{path}, line 1",
                f"unknown column {column!r}",
                "the instrument's items",
                "add the item or drop the column",
            )
    return all(column in rows for column in required)


def _check_keys(instrument: Instrument, path: Path, rows: pd.DataFrame, problems: Problems) -> pd.Series:
    """Check wave and group; tell which rows have both right."""
    waves = {str(wave) for wave in instrument.waves}
    wave_good, group_good = rows["wave"].isin(waves), rows["group"].isin(list(instrument.groups))
    _add(problems, path, rows[~wave_good], "wave", f"one of {', '.join(sorted(waves))}", show=True)
    _add(problems, path, rows[~group_good], "group", f"one of {', '.join(instrument.groups)}", show=True)
    return wave_good & group_good


def _check_duplicates(path: Path, rows: pd.DataFrame, problems: Problems) -> None:
    _add(problems, path, rows[rows["respondent"] == ""], "respondent", "an identifier in every row")
    named = rows[rows["respondent"] != ""]
    twice = named[named.duplicated(["respondent", "wave"], keep=False)]
    for _, same in twice.groupby(["respondent", "wave"]):
        lines = ", ".join(map(str, same.index))
        problems.add(
            f"{path}, lines {lines} (respondent)", "the same respondent twice in one wave", "one row each"
        )


def _check_on_roster(path: Path, rows: pd.DataFrame, roster: pd.DataFrame | None, problems: Problems) -> None:
    if roster is None or not {"respondent", "wave", "group"} <= set(roster):
        return
    asked = roster.drop_duplicates(["respondent", "wave"]).set_index(["respondent", "wave"])["group"]
    keys = pd.MultiIndex.from_frame(rows[["respondent", "wave"]])
    group = pd.Series(asked.reindex(keys).to_numpy(), index=rows.index)
    _add(problems, path, rows[group.isna()], "respondent", "someone on the roster of that wave")
    _add(
        problems,
        path,
        rows[group.notna() & (group != rows["group"])],
        "group",
        "the group the roster gives",
        show=True,
    )
    if "cluster" in rows and "cluster" in roster:
        clusters = rows["cluster"].isin([*roster["cluster"], ""])
        _add(problems, path, rows[~clusters], "cluster", "a cluster of the roster", show=True)


def _check_item(
    instrument: Instrument,
    path: Path,
    rows: pd.DataFrame,
    item: Item,
    roster: pd.DataFrame | None,
    problems: Problems,
) -> None:
    present = [column for column in item.columns if column in rows]
    if not present:
        return
    asked = pd.Series(
        [item.is_asked(group, int(wave)) for group, wave in zip(rows["group"], rows["wave"], strict=True)],
        index=rows.index,
        dtype=bool,
    )
    not_asked = str(instrument.not_asked)
    for column in present:
        stray = rows[~asked & ~rows[column].isin(["", not_asked])]
        _add(problems, path, stray, column, "no answer: the item is not asked of this group in this wave")
        if item.only_if is None:
            marked = rows[asked & (rows[column] == not_asked)]
            _add(problems, path, marked, column, "an answer or an empty cell: the item is asked here")
        if allowed := _allowed(instrument, item):
            _check_codes(path, rows[asked], column, allowed | {not_asked, ""}, problems)
    if item.only_if is not None:
        _check_condition(instrument, path, rows[asked], item, roster, problems)
    if item.at_most and len(present) == len(item.columns):
        chosen = (rows[list(item.columns)] == "1").sum(axis=1)
        _add(problems, path, rows[chosen > item.at_most], item.id, f"at most {item.at_most} options chosen")


def _allowed(instrument: Instrument, item: Item) -> set[str]:
    if item.scale is not None:
        return {str(code) for code in (*item.scale.levels, *instrument.no_opinion)}
    return {"0", "1"} if item.options else set(item.classes)


def _check_condition(
    instrument: Instrument,
    path: Path,
    rows: pd.DataFrame,
    item: Item,
    roster: pd.DataFrame | None,
    problems: Problems,
) -> None:
    """Check that an item with a filter is answered only where the filter is open."""
    name, open_values = item.only_if or ("", ())
    if roster is None or name not in roster or "respondent" not in rows:
        return
    values: Mapping[tuple[str, str], str] = dict(
        zip(zip(roster["respondent"], roster["wave"], strict=True), roster[name], strict=True)
    )
    is_open = pd.Series(
        [values.get(key) in open_values for key in zip(rows["respondent"], rows["wave"], strict=True)],
        index=rows.index,
        dtype=bool,
    )
    answered = ~rows[item.id].isin(["", str(instrument.not_asked)])
    wanted = f"no answer: asked only where {name} is {' or '.join(open_values)}"
    _add(problems, path, rows[answered & ~is_open], item.id, wanted)


def _check_codes(path: Path, rows: pd.DataFrame, column: str, allowed: set[str], problems: Problems) -> None:
    wanted = ", ".join(sorted(value for value in allowed if value)) + " or empty"
    _add(problems, path, rows[~rows[column].isin(list(allowed))], column, wanted, show=True)


def _add(
    problems: Problems, path: Path, wrong: pd.DataFrame, column: str, expected: str, *, show: bool = False
) -> None:
    """Note one problem for all rows that share it; only unknown codes are shown, never answers."""
    if wrong.empty:
        return
    lines = [str(line) for line in wrong.index[:EXAMPLES]]
    more = f" and {len(wrong) - EXAMPLES} more" if len(wrong) > EXAMPLES else ""
    plural = "s" if len(wrong) > 1 else ""
    found = "does not fit"
    if show:
        codes = sorted({f"{value[:20]!r}" for value in wrong[column]})[:EXAMPLES]
        found = f"unknown: {', '.join(codes)}"
    problems.add(f"{path}, line{plural} {', '.join(lines)}{more} (column {column})", found, expected)
