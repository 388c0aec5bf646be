"""Everything a page publishes on its questions: a table that stands complete, and what a script draws from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from entydig.presentation.explorer_picture import picture
from entydig.presentation.explorer_rows import AnswersEntry, ChangeEntry
from entydig.presentation.forest_rows import count, written
from entydig.presentation.ledger import Form
from entydig.presentation.objects import Cell, Data, Table, escaped
from entydig.presentation.richtext import RichText
from entydig.presentation.rows import base
from entydig.wording import text

__all__ = ["explorer_form", "explorer_table", "island"]

LOOK = "entydig-explorer"
NBSP = "\N{NO-BREAK SPACE}"
WIDE = "entydig-wide"  # takes the room at its side
COLUMNS = ("item", "group", "wave", "answers", "positive", "dont_know", "base", "change", "source")


def explorer_table(
    answers: Sequence[AnswersEntry],
    changes: Sequence[ChangeEntry],
    *,
    label: str,
    caption: str,
    language: str,
) -> Table:
    """Set out all answers, a row for each question, group and wave, with the changes that end in it.

    Parameters
    ----------
    answers, changes : sequence
        Answers of one question stand together.
    label, caption, language : str
        As in `Table`.

    Returns
    -------
    Table
        Everything in whole percent or points, bounded where it is published bounded; a link to each figure.
    """
    headings = {
        **{name: text(name, language) for name in ("group", "wave", "dont_know")},
        **{
            name: text(f"explorer_{name}", language)
            for name in ("item", "answers", "positive", "change", "source")
        },
        "base": text(_base_heading(answers), language),
    }
    seen: set[str] = set()
    rows = []
    for entry in answers:
        mine = [each for each in changes if (each.item, each.group) == (entry.item, entry.group)]
        ended = [each for each in mine if each.waves[-1] == entry.wave]
        rows.append(_row(entry, ended, first=entry.item not in seen, language=language))
        seen.add(entry.item)
    columns = tuple(headings[name] for name in COLUMNS)
    right = frozenset(headings[name] for name in ("positive", "dont_know", "base"))
    return Table(
        label=label,
        caption=caption,
        data=Data(columns, tuple(rows)),
        numeric=right,
        look=f"{LOOK}-table {WIDE}",
    )


def explorer_form(
    answers: Sequence[AnswersEntry],
    changes: Sequence[ChangeEntry],
    *,
    table: str,
    groups: Mapping[str, str],
    waves: Sequence[str],
    sesoi: float,
    footer: str | None,
    language: str,
) -> Form:
    """Make the form that chooses rows of the table of a label, and what a script draws of them.

    Parameters
    ----------
    answers, changes : sequence
        As in the table, in the same order.
    table : str
        Label of the table.
    groups : Mapping
        Id to name of every group of the evaluation, in order.
    waves : sequence of str
        All waves in order.
    sesoi : float
        Smallest difference that matters (0..1 scale).
    footer : str or None
        The line that stands in every picture.
    language : str

    Returns
    -------
    Form
        Hidden until the script finds it.  A choice among one thing is left out.
    """
    items = {each.item: f"{each.item} {each.row.label}" for each in answers}
    asked = {name: said for name, said in groups.items() if name in {each.group for each in answers}}
    held = {wave: wave for wave in waves if wave in {each.wave for each in answers}}
    about, whole = text("explorer_form", language), escape(text("explorer_whole", language))
    fields = [
        _choice("item", items, language),
        _choice("group", asked, language, whole="explorer_all_groups"),
        _choice("wave", held, language, whole="explorer_all_waves"),
        f'<label class="{LOOK}-whole"><input type="checkbox" name="whole"> {whole}</label>',
    ]
    data = picture(
        answers, changes, groups=list(groups.values()), waves=waves, sesoi=sesoi, language=language
    )
    foot = f'<p class="{LOOK}-foot">{escape(footer)}</p>' if footer else ""
    return Form(
        f'<div class="{LOOK}" data-table="{escape(table)}" hidden>\n'
        f'<form class="{LOOK}-form" aria-label="{escape(about)}">\n' + "\n".join(filter(None, fields)) + "\n"
        f'<output></output>\n</form>\n<div class="{LOOK}-picture">\n<p class="{LOOK}-item"></p>\n'
        f'<div class="{LOOK}-drawing"></div>\n<div class="{LOOK}-notes"></div>\n{foot}</div>\n'
        f"{island(data)}\n</div>",
        about,
    )


def island(data: Mapping[str, Any]) -> str:
    r"""Write data for a script into a page, so that no text of it can end the element or begin another.

    Examples
    --------
    >>> island({"a": "</script>"})
    '<script type="application/json">{"a":"\\u003c/script\\u003e"}</script>'
    """
    said = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        said = said.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json">{said}</script>'


def _base_heading(answers: Iterable[AnswersEntry]) -> str:
    return "n" if all(each.row.N is None for each in answers) else "n_of_N"


def _row(
    entry: AnswersEntry, ended: Sequence[ChangeEntry], *, first: bool, language: str
) -> tuple[Cell, ...]:
    row = entry.row
    return (
        _item(entry, first),
        row.group,
        row.wave,
        entry.said(language),
        row.positive.written(language) if row.positive else None,
        row.dont_know.written(language) if row.dont_know else None,
        base(row.n, row.N, language),
        _changes(ended, language),
        _sources(entry, ended, language),
    )


def _item(entry: AnswersEntry, first: bool) -> RichText:
    """Name the question; the first time with its full wording."""
    name, wording = f"{entry.item} {entry.row.label}", entry.row.wording
    if not first:
        return RichText(name, markdown=escaped(name), html=escape(name))
    return RichText(
        f"{name}: {wording}",
        markdown=f"{escaped(name)}<br><small>{escaped(wording)}</small>",
        html=f"{escape(name)}<br><small>{escape(wording)}</small>",
    )


def _changes(ended: Sequence[ChangeEntry], language: str) -> Cell:
    """Write each change with its interval and, where there are others, the wave it begins in."""
    lines = []
    for each in ended:
        n = base(count(each.row), None, language)
        since = f"{'–'.join(each.waves)}: " if len(ended) > 1 else ""
        lines.append(f"{since}{written(each.row, language)}" + (f", n{NBSP}={NBSP}{n}" if n else ""))
    if not lines:
        return None
    return RichText(
        "; ".join(lines), markdown="<br>".join(map(escaped, lines)), html="<br>".join(map(escape, lines))
    )


def _sources(entry: AnswersEntry, ended: Sequence[ChangeEntry], language: str) -> RichText:
    labels = [("answers", entry.source), *(("change", each.source) for each in ended)]
    named = {label: text(f"explorer_source_{name}", language) for name, label in labels}
    said = ", ".join(named.values())
    links = ", ".join(f"[{escaped(name)}](#{label})" for label, name in named.items())
    return RichText(said, markdown=links, html=escape(said))


def _choice(name: str, options: Mapping[str, str], language: str, whole: str = "") -> str:
    """Write a field; where all can be chosen together and there is but one, none."""
    if whole and len(options) < 2:
        return ""
    given = {"": text(whole, language), **options} if whole else options
    listed = "".join(f'<option value="{escape(key)}">{escape(said)}</option>' for key, said in given.items())
    label = escape(text(f"explorer_{name}", language))
    return f'<label>{label} <select name="{name}">{listed}</select></label>'
