"""What a registered claim asks for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from entydig.claims.register import Claim, Condition, Part
from entydig.claims.wording import part_text
from entydig.survey.instrument import Instrument, Item
from entydig.wording import listing, percent, points, text

__all__ = ["condition_rule", "items_of", "part_rule"]


def part_rule(part: Part, instrument: Instrument, language: str) -> str:
    """Write what a part is about and what its value must be.

    Parameters
    ----------
    part : Part
    instrument : Instrument
        Names groups and classes.
    language : str

    Returns
    -------
    str
        Without a full stop.
    """
    item, split = instrument.items[part.items[0]], part.by
    rule = text(
        _key(part),
        language,
        than=text("than_at_least" if part.at_least else f"than_{part.direction}", language),
        against=_share(part.against, language),
        margin=points(part.margin, language, sign=False),
        limit=points(-part.sign * part.margin, language),
        people=listing([_people(each, instrument, language) for each in part.having], language),
        over=listing([item.options[name][language] for name in part.over], language),
        others=", ".join(_classes(split.item, split.second, instrument, language)) if split else "",
    )
    return f"{part_text(part, instrument, language)}: {rule}"


def condition_rule(condition: Condition, language: str) -> str:
    """Write what a size condition asks for, without a full stop."""
    return text(
        f"condition_rule_{condition.kind}",
        language,
        items=listing(list(condition.items), language),
        count=condition.count,
        size=points(condition.size, language, sign=False),
    )


def items_of(claim: Claim, instrument: Instrument) -> tuple[Item, ...]:
    """Give the items a claim speaks of, in its order, each once."""
    named = [name for part in claim.parts for name in part.items]
    named += [name for condition in claim.conditions for name in condition.items]
    return tuple(instrument.items[name] for name in dict.fromkeys(named))


def _key(part: Part) -> str:
    if part.one_sided:
        return "rule_non_inferiority"
    if part.estimand == "census" and part.per == "cluster":
        return "rule_census_cluster"
    return f"rule_{part.estimand}"


def _share(value: float, language: str) -> str:
    """Write a threshold; one that is no whole percentage keeps a decimal."""
    whole = abs(100 * value - round(100 * value)) < 1e-6
    return percent(value, language, 0 if whole else 1)


def _people(kept: Mapping[str, Sequence[str]], instrument: Instrument, language: str) -> str:
    return ", ".join("/".join(_classes(name, values, instrument, language)) for name, values in kept.items())


def _classes(name: str, values: Iterable[str], instrument: Instrument, language: str) -> list[str]:
    return [instrument.items[name].classes[value][language] for value in values]
