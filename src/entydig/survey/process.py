"""The parameters of one synthetic world: who is asked, who answers, what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "Cell",
    "ChoiceRule",
    "ClassRule",
    "GivenRow",
    "Offset",
    "People",
    "Process",
    "QuantileCut",
    "Seating",
    "Shares",
]

Cell = tuple[str, int]
"""A group and a wave."""

Shares = Mapping[str, float]
"""A distribution: value of a class to share (0 to 1)."""


@dataclass(frozen=True, kw_only=True)
class Seating:
    """Where one group's seats are.

    Attributes
    ----------
    place : str
        ``"cluster"`` or ``"unit"``.
    seats : Mapping[int, float]
        Number of seats of a place to its share.
    same_person : float
        Share of the seats existing in two waves running that the same person holds.
    """

    group: str
    place: str
    seats: Mapping[int, float]
    same_person: float

    @property
    def mean_seats(self) -> float:
        """Expected number of seats of a place."""
        return sum(number * share for number, share in self.seats.items())


@dataclass(frozen=True, kw_only=True)
class GivenRow:
    """The distribution of a class for some values of another, by wave; seats that lead may have their own."""

    values: tuple[str, ...]
    shares: Mapping[int, Shares]
    lead: Shares | None


@dataclass(frozen=True, kw_only=True)
class ClassRule:
    """How a class of the roster, or a person's class in the answers, is distributed.

    Attributes
    ----------
    per : str
        ``"cluster"``, ``"unit"``, ``"seat"`` or ``"person"``: what carries the value.
    levels : tuple of str
        Values in the instrument's order.
    groups : tuple of str
        Groups the class applies to.
    shares : Mapping[int, Shares]
        Distribution by wave; empty where it depends on another class (`rows`).
    cluster_has : str
        Of a unit's class, what people of the whole cluster carry: the ``"first"`` or the ``"last"`` value
        among the units on the roster.
    leads : tuple of str
        Of a seat's class: the values of the first seats of each place.
    given, rows
        Of a person's class: the class it depends on, and the distributions.
    moves : Mapping[str, Shares]
        Of a person's class: from which value to which those move who stay to the next wave; empty: they keep
        their draw.
    """

    name: str
    per: str
    levels: tuple[str, ...]
    groups: tuple[str, ...]
    shares: Mapping[int, Shares]
    cluster_has: str
    leads: tuple[str, ...]
    given: str
    rows: tuple[GivenRow, ...]
    moves: Mapping[str, Shares]


@dataclass(frozen=True, kw_only=True)
class Offset:
    """A shift of the latent answer (standard deviations) for joiners, or by the value of a class."""

    items: tuple[str, ...]
    joiners: float
    class_name: str
    values: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class People:
    """Groups, and the values of classes that their members must have."""

    groups: tuple[str, ...]
    classes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class QuantileCut:
    """An item whose share, among some people of a wave, is set on the roster drawn.

    It becomes the value nearest `share` on its `side`: ``"at_most"`` or ``"at_least"``.
    """

    item: str
    wave: int
    share: Fraction
    side: str
    people: People


@dataclass(frozen=True, kw_only=True)
class ChoiceRule:
    """A choose-several question.

    Attributes
    ----------
    picks : Mapping[int, float]
        How many options are picked, to its share of people.
    shares : Mapping[Cell, Shares]
        Share of people who pick each option.
    weights : Mapping[Cell, Shares]
        Logarithms of the weights that give these shares.
    """

    item: str
    picks: Mapping[int, float]
    shares: Mapping[Cell, Shares]
    weights: Mapping[Cell, Shares]


@dataclass(frozen=True, kw_only=True)
class Process:
    """One world.

    Attributes
    ----------
    waves : tuple of int
    clusters : Mapping[int, int]
        Number of units of a cluster, to the number of such clusters.
    units_asked : Mapping[int, int]
        Units on the roster, by wave.
    seating : Mapping[str, Seating]
    panel_known, not_relevant, unanswered : float
        Shares (0 to 1).
    classes : Mapping[str, ClassRule]
        Those that another class depends on come first.
    response : Mapping[Cell, float]
        Expected share of the roster that answers.
    response_effects : Mapping[str, Mapping[str, float]]
        Logits, by class and value.
    response_of_positive_people : float
        Logit for people whose stable component is above 0.
    intercepts : Mapping[Cell, float]
        Logits, solved so that the expected shares are `response`.
    variance : Mapping[str, float]
        Parts that add to 1.
    cuts : Mapping[tuple[str, str], tuple of float]
        Cuts of the latent answer, by scale and group.
    offsets : Mapping[str, Offset]
    positive, dont_know : Mapping[str, Mapping[Cell, float]]
        Shares (0 to 1) by item.
    by_class : Mapping[tuple[str, Cell], tuple[str, Shares]]
        Where the positive share depends on a class: its name, and the share for each of its values.
    choices : Mapping[str, ChoiceRule]
    quantile_cuts : tuple of QuantileCut
    """

    name: str
    waves: tuple[int, ...]
    clusters: Mapping[int, int]
    units_asked: Mapping[int, int]
    seating: Mapping[str, Seating]
    panel_known: float
    not_relevant: float
    unanswered: float
    classes: Mapping[str, ClassRule]
    response: Mapping[Cell, float]
    response_effects: Mapping[str, Mapping[str, float]]
    response_of_positive_people: float
    intercepts: Mapping[Cell, float]
    variance: Mapping[str, float]
    cuts: Mapping[tuple[str, str], tuple[float, ...]]
    offsets: Mapping[str, Offset]
    positive: Mapping[str, Mapping[Cell, float]]
    dont_know: Mapping[str, Mapping[Cell, float]]
    by_class: Mapping[tuple[str, Cell], tuple[str, Shares]]
    choices: Mapping[str, ChoiceRule]
    quantile_cuts: tuple[QuantileCut, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every group and wave."""
        return tuple((group, wave) for group in self.seating for wave in self.waves)
