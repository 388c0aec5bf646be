"""Checks that the parameters of a world add up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from entydig.errors import DataError, Problems
from entydig.survey.expectation import marginal, newcomers, not_leading, not_leading_given
from entydig.survey.instrument import Instrument, Scale
from entydig.survey.process import ClassRule, Process

__all__ = ["check_process"]

TOLERANCE = 1e-9
MEAN_TOLERANCE = 0.01


def check_process(path: Path, process: Process, instrument: Instrument) -> None:
    """Check that shares add to 1, cuts fit their scales, and targets by class have the mean of the table.

    Raises
    ------
    DataError
        Everything that does not add up.
    """
    problems = Problems()
    where = f"{path}, world {process.name}"
    _check_variance(problems, where, process)
    for rule in process.classes.values():
        _check_class(problems, where, rule, process)
    for item in instrument.items.values():
        for group in item.asked if item.scale else ():
            cuts = process.cuts.get((item.scale.name, group), ()) if item.scale else ()
            _check_cuts(problems, f"{where}, cuts of {item.id}, {group}", cuts, item.scale)
    _check_choices(problems, where, process)
    problems.raise_if_any()
    _check_means(problems, where, process)
    _check_totals(problems, where, process)
    problems.raise_if_any()


def _check_variance(problems: Problems, where: str, process: Process) -> None:
    total = sum(process.variance.values())
    if abs(total - 1) > TOLERANCE:
        problems.add(f"{where}, variance", f"the parts add to {total:g}", "1")


def _check_class(problems: Problems, where: str, rule: ClassRule, process: Process) -> None:
    rows = [*rule.shares.values(), *rule.moves.values()]
    for given in rule.rows:
        rows += [*given.shares.values(), *([given.lead] if given.lead else [])]
    for total in (sum(shares.values()) for shares in rows):
        if abs(total - 1) > TOLERANCE:
            found = f"shares add to {100 * total:g} per cent"
            problems.add(f"{where}, class {rule.name}", found, "100 per cent")
    fewest = min(min(process.seating[group].seats) for group in rule.groups)
    if len(rule.leads) > fewest:
        found = f"{len(rule.leads)} seats lead"
        problems.add(f"{where}, class {rule.name}", found, f"at most {fewest}, the fewest seats of a place")


def _check_cuts(problems: Problems, where: str, cuts: tuple[float, ...], scale: Scale | None) -> None:
    if scale is None:
        return
    below = len(scale.levels) - len(scale.positive)
    if len(cuts) != len(scale.levels) - 1 or list(cuts) != sorted(cuts) or cuts[below - 1] != 0:
        expected = (
            f"{len(scale.levels) - 1} rising cuts, of which number {below}, below the positive levels, is 0"
        )
        problems.add(where, str(list(cuts)), expected)


def _check_choices(problems: Problems, where: str, process: Process) -> None:
    for rule in process.choices.values():
        mean = sum(number * share for number, share in rule.picks.items())
        if abs(sum(rule.picks.values()) - 1) > TOLERANCE:
            problems.add(f"{where}, {rule.item}, picks", "the shares do not add up", "100 per cent")
        for (group, wave), shares in rule.shares.items():
            total = sum(shares.values())
            if abs(total - mean) > TOLERANCE:
                found = f"the shares add to {100 * total:g} per cent"
                expected = f"{100 * mean:g} per cent, the mean number of picks"
                problems.add(f"{where}, {rule.item}, {group} {wave}", found, expected)


def _check_means(problems: Problems, where: str, process: Process) -> None:
    for (item, cell), (name, shares) in process.by_class.items():
        weights = marginal(process, name, *cell)
        mean = sum(share * shares[value] for value, share in weights.items())
        if not weights or abs(mean - process.positive[item][cell]) > MEAN_TOLERANCE:
            found = f"the targets by {name} have mean {100 * mean:.1f} per cent"
            expected = f"{100 * process.positive[item][cell]:g} per cent, as in the table, to 1 point"
            problems.add(f"{where}, {item}, {cell[0]} {cell[1]}", found, expected)


def _check_totals(problems: Problems, where: str, process: Process) -> None:
    """Note totals that what is fixed, by seats that lead or people who stay, already exceeds."""
    for rule in process.classes.values():
        for group, wave in ((group, wave) for group in rule.groups for wave in process.waves):
            try:
                if rule.per == "seat":
                    not_leading(process, rule, group, wave)
                elif rule.per == "person" and not rule.rows:
                    newcomers(process, rule, group, wave)
                for row in rule.rows:
                    not_leading_given(process, rule, row, group, wave)
            except DataError as error:
                problems.found += [
                    replace(found, where=f"{where}, {found.where}") for found in error.problems
                ]
