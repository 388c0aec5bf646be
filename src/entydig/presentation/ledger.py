"""The ledger as a table that stands complete in the page, and the form with which a browser filters it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from entydig.claims.decision import VERDICTS
from entydig.claims.ledger import Entry
from entydig.claims.published import ends_text, family_text, method_text, p_text, value_text
from entydig.claims.register import Claim, Register
from entydig.claims.wording import SYMBOLS, part_text
from entydig.presentation.objects import Cell, Data, Table, escaped
from entydig.presentation.richtext import RichText
from entydig.survey.instrument import Instrument
from entydig.wording import number, text

__all__ = ["Form", "ledger_form", "ledger_table"]

LOOK = "entydig-ledger"
# As seen from the page of a notebook.
CLAIM_PAGE = "../../claims/{claim}.md"
COLUMNS = (
    *("claim", "sentence", "verdict", "estimates", "n", "family"),
    *("p", "p_adjusted", "p_collection", "truth", "built_in", "where"),
)
NUMERIC = ("n", "p", "p_adjusted", "p_collection")
# Places of the columns that the form looks at.
CLAIM, VERDICT, FAMILY = (COLUMNS.index(name) for name in ("claim", "verdict", "family"))


@dataclass(frozen=True)
class Form:
    """A form in the page; hidden until a script finds it."""

    html: str
    about: str

    def __repr__(self) -> str:
        return self.about

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the form, and in words what it is for."""
        return {"text/html": self.html, "text/plain": self.about}, {}


def ledger_table(
    register: Register,
    instrument: Instrument,
    entries: Mapping[str, Entry],
    *,
    confidence: float,
    label: str,
    caption: str,
    language: str,
) -> Table:
    """Set out all registered claims, one a row.

    Parameters
    ----------
    register : Register
        Its claims are the rows, in their order.
    instrument : Instrument
    entries : Mapping[str, Entry]
        By claim id.  A claim without one says that it is not built yet.
    confidence : float
        Of the intervals that need not say theirs.
    label, caption, language : str
        As in `Table`.

    Returns
    -------
    Table
        With links to the claims' own pages and boxes; numbers carry what they are sorted by.
    """
    frame = _Frame(instrument, confidence, language)
    rows = [frame.row(claim, entries.get(claim.id)) for claim in register.claims.values()]
    headings = {name: text(f"ledger_{name}", language) for name in COLUMNS}
    return Table(
        label=label,
        caption=caption,
        data=Data(tuple(headings.values()), tuple(rows)),
        numeric=frozenset(headings[name] for name in NUMERIC),
        look=LOOK,
    )


def ledger_form(register: Register, source: str, *, table: str, language: str) -> Form:
    """Make the form that filters the table of a label by finding, verdict, family and words.

    Parameters
    ----------
    register : Register
    source : str
        ``"real"`` or ``"synthetic"``: the words of the verdicts.
    table, language : str
    """
    findings = {f"{each.id}.": f"{each.id}. {each.title[language]}" for each in register.findings.values()}
    words = {SYMBOLS[word]: _verdict(word, source, language) for word in VERDICTS}
    used = dict.fromkeys(claim.family for claim in register.claims.values())
    families = {family_text(name, language): family_text(name, language) for name in used}
    fields = [
        _choice("ledger_finding", CLAIM, findings, language),
        _choice("ledger_verdict", VERDICT, words, language),
        _choice("ledger_family", FAMILY, families, language),
        f'<label>{escape(text("ledger_search", language))} <input type="search" autocomplete="off"></label>',
        f'<button type="reset">{escape(text("ledger_reset", language))}</button>',
    ]
    about = text("ledger_form", language)
    counted = escape(text("ledger_count", language, shown="{shown}", all="{all}"))
    return Form(
        f'<form class="{LOOK}-form" data-table="{escape(table)}" aria-label="{escape(about)}" hidden>\n'
        + "\n".join(fields)
        + f'\n<output data-count="{counted}"></output>\n</form>',
        about,
    )


def _choice(key: str, column: int, options: Mapping[str, str], language: str) -> str:
    """Write a field that keeps the rows whose cell in the column begins with what is chosen."""
    given = {"": text("ledger_all", language), **options}
    listed = "".join(
        f'<option value="{escape(value)}">{escape(said)}</option>' for value, said in given.items()
    )
    return f'<label>{escape(text(key, language))} <select data-column="{column}">{listed}</select></label>'


def _verdict(word: str, source: str, language: str) -> str:
    key = f"{source}_{word.replace(' ', '_')}"
    return f"{SYMBOLS[word]} {text(key, language)}"


@dataclass(frozen=True)
class _Frame:
    """What all rows share."""

    instrument: Instrument
    confidence: float
    language: str

    def row(self, claim: Claim, entry: Entry | None) -> tuple[Cell, ...]:
        page = CLAIM_PAGE.format(claim=claim.id)
        link = RichText(claim.id, markdown=f"[{claim.id}]({page})", html=escape(claim.id))
        family = family_text(claim.family, self.language)
        built_in = self._answer(claim.built_in)
        sentence = claim.text[self.language]
        if entry is None:
            missing = text("not_yet", self.language)
            return (link, sentence, missing, None, None, family, *[None] * 4, built_in, None)
        record = entry.record
        parts = [part["estimate"] for part in record["parts"]]
        return (
            *(link, sentence, self._verdict(record)),
            *(self._estimates(claim, parts), self._bases(parts), family),
            self._p(record["verdict"]["p"]),
            self._p(record["verdict"]["p_adjusted"]),
            self._p(entry.p_collection),
            None if entry.truth is None else self._answer(entry.truth),
            built_in,
            self._where(record, claim),
        )

    def _verdict(self, record: Mapping[str, Any]) -> RichText:
        said = f"{SYMBOLS[record['verdict']['word']]} {record['words'][self.language]}"
        return RichText(said, markdown=f"[{escaped(said)}](#{record['label']})", html=escape(said))

    def _estimates(self, claim: Claim, parts: Sequence[Mapping[str, Any]]) -> Cell:
        """Write each part with what it is about, a line a part, and the methods; sorted by the first."""
        if not parts:
            return None
        lines = [
            (part_text(part, self.instrument, self.language), self._estimate(estimate))
            for part, estimate in zip(claim.parts, parts, strict=True)
        ]
        methods = ", ".join(dict.fromkeys(method_text(each, self.language) for each in parts))
        shown = [
            f'<small>{escaped(about)}</small> <span class="entydig-value">{escaped(each)}</span>'
            for about, each in lines
        ]
        plain = [f"{about}: {each}" for about, each in lines]
        return RichText(
            "; ".join([*plain, methods]),
            markdown=_sorted(parts[0]["value"], "<br>".join([*shown, f"<small>{escaped(methods)}</small>"])),
            html="<br>".join(map(escape, [*plain, methods])),
        )

    def _estimate(self, estimate: Mapping[str, Any]) -> str:
        ends = ends_text(estimate, self.language, self.confidence)
        return value_text(estimate, self.language) + (f"\N{NO-BREAK SPACE}({ends})" if ends else "")

    def _bases(self, parts: Sequence[Mapping[str, Any]]) -> Cell:
        """Write the smallest and the largest number of answers of the parts."""
        if not parts:
            return None
        low, high = (extreme(part["n"] for part in parts) for extreme in (min, max))
        ends = [number(each, self.language) for each in ((low,) if low == high else (low, high))]
        said = "–".join(ends)
        return RichText(said, markdown=_sorted(low, said), html=escape(said))

    def _p(self, p: float | None) -> Cell:
        if p is None:
            return None
        said = p_text(p, self.language)
        return RichText(said, markdown=_sorted(p, escaped(said)), html=escape(said))

    def _where(self, record: Mapping[str, Any], claim: Claim) -> RichText:
        box, ground = (text(key, self.language) for key in ("ledger_box", "ledger_ground"))
        links = f"[{escaped(box)}](#{record['label']}) [{escaped(ground)}](#page-{claim.label}-source)"
        return RichText(f"{box}, {ground}", markdown=links, html=escape(f"{box}, {ground}"))

    def _answer(self, holds: bool) -> str:
        return text("answer_yes" if holds else "answer_no", self.language)


def _sorted(value: float | None, markdown: str) -> str:
    """Give a cell's Markdown with the number it is sorted by."""
    return markdown if value is None else f'<span data-sort="{value:g}">{markdown}</span>'
