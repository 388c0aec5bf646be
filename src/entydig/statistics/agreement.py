"""How far coders of the same segments agree beyond chance, with intervals over interviews.

Segments of one interview are alike, so the interview is what is drawn again. A draw gives each interview
the number of times it came up (multinomial weights); every coefficient is a function of weighted sums over
interviews, so all draws are one matrix product. With r_iq coders of r_i giving code q to segment i, n
segments coded by two or more, and o_qk the coincidences (pairs of coders in a segment, divided by r_i - 1)::

    percent   p_a = sum_i sum_q r_iq (r_iq - 1) / (r_i (r_i - 1)) / n
    kappa     (p_a - p_e) / (1 - p_e)        p_e = sum_q p_q1 p_q2                        two coders
    AC1       (p_a - p_e) / (1 - p_e)        p_e = sum_q pi_q (1 - pi_q) / (Q - 1)        pi_q = mean r_iq / r_i
    alpha     1 - (n. - 1) sum_qk o_qk d_qk / sum_qk n_q n_k d_qk     n_q = sum_k o_qk, n. = sum_q n_q

d is 1 for unlike codes (nominal), the squared distance (interval) or that of mid-ranks (ordinal). pi_q
takes in segments that a single coder coded, as Gwet does; all else rests on the n segments.

References
----------
Krippendorff (2004), Reliability in content analysis, doi:10.1111/j.1468-2958.2004.tb00738.x.
Gwet (2008), Reliability in the presence of high agreement, doi:10.1348/000711006X126600.
Cohen (1960), A coefficient of agreement for nominal scales, doi:10.1177/001316446002000104.
Field and Welsh (2007), Bootstrapping clustered data, doi:10.1111/j.1467-9868.2007.00593.x.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from entydig.statistics.cells import Floats
from entydig.statistics.coincidences import PLACE, ROUNDING, Coded, Level, Sums, checked, scheme_of

__all__ = ["Agreement", "CoderAgreement", "Level", "alpha", "by_code", "overall"]

# Drawing again from so few units gives intervals that are too narrow; ten is also the fewest clusters a claim
# may rest on.
FEW_INTERVIEWS = 10


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A coefficient of agreement, with its interval and base.

    Parameters
    ----------
    value
        At most 1; NaN exactly where `reason` is given.
    low, high
        Ends of the percentile interval over draws of interviews. If the draws do not vary, or there is one
        interview, all that is possible: a width of zero would call the coefficient certain.
    confidence
        Of the interval, in (0, 1).
    n_segments
        Segments coded by at least two coders.
    n_interviews
        Interviews with such a segment.
    method
        ``percent``, ``kappa``, ``ac1`` or ``alpha nominal`` (``ordinal``, ``interval``).
    draws, undefined_draws
        Draws of interviews, and those in which the coefficient is undefined and which the interval leaves
        out.
    reason
        Why there is no value: ``no pairs`` (no segment has two coders), ``one category`` (one code was used
        throughout: agreement beyond chance is undefined, neither 0 nor 1), ``not two coders`` (kappa).
    warnings
        ``undefined draws``, ``all alike`` (the draws do not vary), ``one interview``, ``few interviews``
        (under ten: the interval is too narrow).
    """

    value: float
    low: float
    high: float
    confidence: float
    n_segments: int
    n_interviews: int
    method: str
    draws: int
    undefined_draws: int = 0
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.reason is None) == math.isnan(self.value) or self.low > self.high:
            raise ValueError("an agreement has a value or a reason, and an interval whose ends are in order")


@dataclass(frozen=True, kw_only=True)
class CoderAgreement:
    """Everything told of one set of decisions.

    Parameters
    ----------
    code
        The code whose presence is judged; None where all codes are judged together.
    prevalence
        Share of decisions that gave the code (each coded segment counts the same), NaN without any decision;
        None where `code` is.
    single
        Segments that one coder alone coded.
    percent, kappa, ac1, alpha
        Agreement of two coders, Cohen's kappa, Gwet's AC1, Krippendorff's nominal alpha.
    """

    code: Hashable | None
    prevalence: float | None
    single: int
    percent: Agreement
    kappa: Agreement
    ac1: Agreement
    alpha: Agreement


def overall(
    decisions: pd.DataFrame,
    *,
    rng: np.random.Generator,
    codes: Sequence[Hashable] | None = None,
    draws: int = 2000,
    confidence: float = 0.95,
) -> CoderAgreement:
    """Return how far coders give segments the same code.

    Parameters
    ----------
    decisions
        A row per decision: `interview`, `segment` (a name that is unique within the interview), `coder`,
        `code`. A missing code means that the coder did not code the segment; having seen it and found
        nothing is a code of its own.
    rng
        Source of the draws.
    codes
        All codes of the scheme (AC1 depends on their number); default: those used.
    draws
        Of interviews, at least 1.
    confidence
        Of the intervals, in (0, 1).

    Returns
    -------
    CoderAgreement
        Without `code` and `prevalence`; missing coefficients carry a reason (see `Agreement`).

    Raises
    ------
    ValueError
        A coder decided on a segment twice; an interview, segment or coder is missing; a code is not of the
        scheme, or the scheme repeats one; draws or confidence are outside their range.

    Notes
    -----
    Alpha and kappa come from `krippendorff` and `statsmodels`. Kappa agrees with psych's ``cohen.kappa`` and
    vcd's ``Kappa`` to 12 digits, AC1 with irrCAC's published examples to all 5 to 7 digits given.

    Examples
    --------
    >>> decisions = pd.DataFrame(
    ...     [("i", 1, "a", "x"), ("i", 1, "b", "x"), ("j", 1, "a", "y"), ("j", 1, "b", "x")],
    ...     columns=["interview", "segment", "coder", "code"],
    ... )
    >>> found = overall(decisions, rng=np.random.default_rng(1))
    >>> found.percent.value, found.kappa.value, round(found.ac1.value, 3), found.alpha.value
    (0.5, 0.0, 0.2, 0.0)
    """
    coded = Coded.of(decisions, codes)
    return _judged(coded, _weights(coded, rng, draws, confidence), confidence)


def by_code(
    decisions: pd.DataFrame,
    *,
    rng: np.random.Generator,
    codes: Sequence[Hashable] | None = None,
    draws: int = 2000,
    confidence: float = 0.95,
) -> tuple[CoderAgreement, ...]:
    """Return for each code how far coders agree whether it is present.

    Parameters
    ----------
    decisions
        As in `overall`, but a coder may give a segment several codes, a row each.
    rng, draws, confidence
        As in `overall`; all codes are judged on the same draws.
    codes
        The codes to judge, in this order; default: those used, in the order of their names. Others count as
        absence.

    Returns
    -------
    tuple of CoderAgreement
        One for each code.

    Raises
    ------
    ValueError
        As in `overall`, but for the repeated decisions and codes outside the scheme; a coder gave a segment
        the same code twice, or has for it both a code and a missing one.
    """
    table = checked(decisions)
    given = table["code"].notna()
    both = given.groupby([table[name] for name in PLACE]).transform("nunique") > 1
    if table.duplicated().any() or both.any():
        raise ValueError("a coder has for a segment the same code twice, or both a code and none")
    weights: Floats | None = None
    found = []
    for code in scheme_of(table["code"], codes):
        hit = (table["code"] == code).fillna(False)
        presence = hit.astype(float).where(given).groupby([table[name] for name in PLACE]).max()
        coded = Coded.of(presence.rename("code").reset_index(), (0.0, 1.0))
        weights = _weights(coded, rng, draws, confidence) if weights is None else weights
        found.append(_judged(coded, weights, confidence, code))
    return tuple(found)


def alpha(
    decisions: pd.DataFrame,
    *,
    level: Level,
    rng: np.random.Generator,
    codes: Sequence[Hashable] | None = None,
    draws: int = 2000,
    confidence: float = 0.95,
) -> Agreement:
    """Return Krippendorff's alpha at a level of measurement.

    Parameters
    ----------
    decisions, rng, draws, confidence
        As in `overall`.
    level
        ``nominal``; ``ordinal``: `codes` stand in their order; ``interval``: they are numbers.
    codes
        All codes of the scheme; needed but for ``nominal``.

    Returns
    -------
    Agreement
        Missing with ``no pairs`` or ``one category``.

    Raises
    ------
    ValueError
        As in `overall`; or the level is unknown, or its codes are not given or no numbers.

    Notes
    -----
    From `krippendorff`; agrees with Krippendorff's own example (0.743, 0.815, 0.849) and R by hand.
    """
    if level not in ("nominal", "ordinal", "interval"):
        raise ValueError("the level is nominal, ordinal or interval")
    if level != "nominal" and codes is None:
        raise ValueError("an ordinal or interval alpha needs the codes in their order")
    if level == "interval" and not all(isinstance(code, (int, float)) for code in codes or ()):
        raise ValueError("the codes of an interval alpha are numbers")
    coded = Coded.of(decisions, codes)
    return _alpha(coded, coded.summed(_weights(coded, rng, draws, confidence)), confidence, level)


def _judged(coded: Coded, weights: Floats, confidence: float, code: Hashable | None = None) -> CoderAgreement:
    drawn, now, beyond = coded.summed(weights), coded.summed(), coded.obstacle()
    kappa, without_kappa = math.nan, "not two coders" if coded.chosen is None else beyond
    if without_kappa is None:
        kappa = float(cohens_kappa(now.table[0], return_results=False))
    ac1 = math.nan if beyond else float(now.ac1()[0])
    percent = float(now.percent()[0])
    none = None if coded.paired.any() else "no pairs"
    prevalence = None
    if code is not None:
        prevalence = float(now.shares[0, -1] / now.coded[0]) if now.coded[0] else math.nan
    return CoderAgreement(
        code=code,
        prevalence=prevalence,
        single=int((~coded.paired).sum()),
        percent=_agreement(coded, "percent", percent, none, drawn.percent(), confidence),
        kappa=_agreement(coded, "kappa", kappa, without_kappa, drawn.kappa(), confidence),
        ac1=_agreement(coded, "ac1", ac1, beyond, drawn.ac1(), confidence),
        alpha=_alpha(coded, drawn, confidence, "nominal"),
    )


def _alpha(coded: Coded, drawn: Sums, confidence: float, level: Level) -> Agreement:
    reason, value = coded.obstacle(), math.nan
    if reason is None:
        domain = coded.scheme if level == "interval" else range(len(coded.scheme))
        value = float(
            krippendorff.alpha(
                value_counts=coded.counts, value_domain=np.array(domain), level_of_measurement=level
            )
        )
    return _agreement(coded, f"alpha {level}", value, reason, drawn.alpha(level, coded.scheme), confidence)


def _agreement(
    coded: Coded, method: str, value: float, reason: str | None, drawn: Floats, confidence: float
) -> Agreement:
    defined = drawn[~np.isnan(drawn)]
    n_interviews = len(np.unique(coded.interview[coded.paired]))
    low, high, warnings = math.nan, math.nan, []
    if reason is None:
        low, high, warnings = 0.0 if method == "percent" else -1.0, 1.0, _doubts(drawn, defined, n_interviews)
        if not {"all alike", "one interview"} & set(warnings):
            low, high = map(float, np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2]))
    return Agreement(
        value=value,
        low=low,
        high=high,
        confidence=confidence,
        n_segments=int(coded.paired.sum()),
        n_interviews=n_interviews,
        method=method,
        draws=len(drawn),
        undefined_draws=len(drawn) - len(defined) if reason is None else 0,
        reason=reason,
        warnings=tuple(warnings),
    )


def _doubts(drawn: Floats, defined: Floats, n_interviews: int) -> list[str]:
    alike = not defined.size or np.ptp(defined) < ROUNDING
    doubts = {
        "undefined draws": len(defined) < len(drawn),
        "one interview": n_interviews == 1,
        "few interviews": 1 < n_interviews < FEW_INTERVIEWS,
        "all alike": alike,
    }
    return [warning for warning, holds in doubts.items() if holds]


def _weights(coded: Coded, rng: np.random.Generator, draws: int, confidence: float) -> Floats:
    if draws < 1 or not 0 < confidence < 1:
        raise ValueError("draws must be at least 1 and confidence between 0 and 1")
    n = int(coded.interview.max(initial=-1)) + 1
    if n == 0:
        return np.zeros((draws, 0))
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
