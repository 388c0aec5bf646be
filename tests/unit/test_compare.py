"""Two hand-made ledgers side by side: what is told to differ, in which words, and what a bad ledger can do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from entydig.claims.ledger import VERSION
from entydig.errors import DataError, UsageError, UserError
from entydig.publishing.provenance import Provenance, provenance
from entydig.release.compare import Comparison, compare, content
from entydig.release.report import Report, report
from entydig.release.sides import builds, read_side
from entydig.release.terminal import plain
from entydig.release.written import write_page
from entydig.survey.decisions import Decision, Decisions

NONE = "–"

Pair = Callable[..., Comparison]


def estimate(
    value: float | None, low: float | None = None, high: float | None = None, **other: Any
) -> dict[str, Any]:
    found = {
        "value": value,
        "low": low,
        "high": high,
        "bound": "exact",
        "confidence": 0.95,
        "n": 113,
        "N": None,
    }
    about = {"clusters": 49, "unit": "points", "population": "process", "method": "cr2", "reason": None}
    return {**found, **about, **other}


def part(found: dict[str, Any], key: str = "change D1 first 2018-2020") -> dict[str, Any]:
    about = {"key": key, "estimand": key.partition(" ")[0], "direction": "less", "against": 0.0}
    return {**about, "estimate": found, "superiority": None}


def record(claim: str, *parts: dict[str, Any], word: str = "undecided", **other: Any) -> dict[str, Any]:
    whole, place = claim.split(".")
    made = {
        "schema": "entydig.record/1",
        "claim": claim,
        "finding": whole,
        "label": f"claim-{whole}-{place}",
        "notebook": f"findings/{whole}",
        "data": "synthetic",
        "built_in": True,
        "text": {"da": f"Sætning {claim}", "en": f"Sentence {claim}"},
        "registered": {"date": "2026-11-24", "sha256": "a" * 64},
        "family": "confirmatory",
        "decisions": {},
        "verdict": {"word": word, "reason": "", "p": 0.027, "p_adjusted": 0.038, "only_adjustment": False},
        "words": {"da": "dom", "en": "verdict"},
        "parts": list(parts) or [part(estimate(-0.11, -0.22, 0.0))],
        "conditions": [],
    }
    made["verdict"]["detectable"] = None
    return {**made, **other}


def decided(claim: str, p: float, **other: Any) -> dict[str, Any]:
    made = record(claim, **other)
    return {**made, "verdict": {**made["verdict"], "p_adjusted": p}}


def ledger(folder: Path, *records: Any, made_from: Provenance | None = None, version: str = VERSION) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "ledger.json"
    file.write_text(json.dumps({"schema": version, "records": records}), encoding="utf-8")
    if made_from:
        made_from.write(folder)
    return file


def told(found: Comparison, language: str = "en") -> Report:
    return report(found, language)


def rows(found: Comparison, claim: str, language: str = "en") -> dict[str, tuple[str, str, str]]:
    blocks = [block for section in told(found, language).sections for block in section.blocks]
    (block,) = [block for block in blocks if block.claim == claim]
    return {row.label: (plainly(row.first), plainly(row.second), row.difference) for row in block.rows}


def plainly(cell: str) -> str:
    return cell.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Return a function that compares two ledgers of the records given."""

    def compared(first: list[Any], second: list[Any], *made_from: Provenance) -> Comparison:
        whence = (*made_from, None, None)
        ledger(tmp_path / "_build" / "site", *first, made_from=whence[0])
        ledger(tmp_path / "_build" / "site-counted", *second, made_from=whence[1])
        return compare(read_side(tmp_path, "main"), read_side(tmp_path, "counted"))

    return compared


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one project for all pages, since the fonts are made once a project."""
    return tmp_path_factory.mktemp("shared")


# ------------------------------------------------------------------------------------------ what differs


def test_another_verdict_comes_first_then_numbers_then_one_side_then_what_is_alike(pair: Pair) -> None:
    moved = part(estimate(-0.12, -0.22, 0.0))
    first = [record("1.1"), record("2.1"), record("2.10"), record("3.1"), record("3.2"), record("4.1")]
    second = [
        record("1.1"),
        record("2.1", moved),
        record("2.10", word="supported"),
        record("3.1", word="supported"),
        record("3.2"),
        record("5.1"),
    ]
    found = pair(first, second)
    assert [(each.claim, each.change) for each in found.claims] == [
        ("2.10", "verdict"),
        ("3.1", "verdict"),
        ("2.1", "numbers"),
        ("4.1", "only_first"),
        ("5.1", "only_second"),
        ("1.1", "none"),
        ("3.2", "none"),
    ]
    assert told(found).counts == (
        "7 claims: 2 with another verdict, 1 with other numbers alone, 2 alike, 1 only in main, 1 only in counted."
    )
    assert [section.title for section in told(found).sections] == [
        "Another verdict",
        "Same verdict, other numbers",
        "Only in main",
        "Only in counted",
        "Alike",
    ]


def test_estimate_interval_base_and_verdict_stand_on_both_sides_with_their_difference(pair: Pair) -> None:
    found = pair(
        [record("3.2", part(estimate(-0.11, -0.22, 0.0)))],
        [record("3.2", part(estimate(-0.15, -0.25, -0.05, n=1120)), word="supported")],
    )
    assert rows(found, "3.2") == {
        "Verdict": ("◐ undecided in synthetic data", "● recovered in synthetic data", ""),
        "change D1 first 2018-2020": ("−11 (−22 to 0, n = 113)", "−15 (−25 to −5, n = 1,120)", "−4"),
    }
    assert rows(found, "3.2", "da") == {
        "Dom": ("◐ uafgjort i syntetiske data", "● genfundet i syntetiske data", ""),
        "ændring D1 first 2018-2020": ("−11 (−22 til 0, n = 113)", "−15 (−25 til −5, n = 1.120)", "−4"),
    }


SHARE = {"unit": "share", "clusters": None}


@pytest.mark.parametrize(
    ("first", "second", "shown", "difference"),
    [
        # .57 - .29 is .28 in decimals, not .27999999999999997 as in binary.
        (
            estimate(0.29, 0.2, 0.4, **SHARE),
            estimate(0.57, 0.5, 0.6, **SHARE),
            "57% (50% to 60%, n = 113)",
            "+28",
        ),
        (estimate(0.1, 0, 0.2), estimate(0.1, 0, 0.2, n=114), "+10 (0 to +20, n = 114)", "0"),
        (estimate(0.9, **SHARE), estimate(0.95, bound="at_least", **SHARE), "at least 95% (n = 113)", NONE),
        (estimate(0.9, **SHARE), estimate(0.05, bound="at_most", **SHARE), "at most 5% (n = 113)", NONE),
        (estimate(0.1), estimate(0.1, **SHARE), "10% (n = 113)", NONE),
        (
            estimate(0.1),
            estimate(None, bound="suppressed", reason="too few answers"),
            "not shown: too few answers",
            NONE,
        ),
        (estimate(0.1), estimate(None, bound="suppressed"), "not shown: too few answers", NONE),
        (
            estimate(0.1),
            estimate(None, bound="suppressed", reason="of its own"),
            "not shown: of its own",
            NONE,
        ),
    ],
)
def test_a_difference_needs_two_exact_values_of_one_unit(
    pair: Pair, first: dict[str, Any], second: dict[str, Any], shown: str, difference: str
) -> None:
    found = rows(pair([record("3.2", part(first))], [record("3.2", part(second))]), "3.2")
    assert found["change D1 first 2018-2020"][1:] == (shown, difference)


def test_an_interval_of_another_confidence_than_the_usual_says_its_own(pair: Pair) -> None:
    usual = [part(estimate(0.1, 0.0, 0.2), f"change D{number} first 2018-2020") for number in (1, 2)]
    narrow = part(estimate(0.1, 0.0, 0.2, confidence=0.9), "equivalence D3 first 2018-2020")
    found = pair([record("3.2", *usual, narrow)], [record("3.2", *usual, narrow)])
    assert told(found).legend.startswith("Estimate (95% interval, n).")
    assert rows(found, "3.2")["difference inside the margin D3 first 2018-2020"][0] == (
        "+10 (90% interval 0 to +20, n = 113)"
    )


def test_a_part_that_only_one_register_has_is_a_dash_on_the_other_side(pair: Pair) -> None:
    gone, new = (
        part(estimate(0.1), "gap A1 first-second 2020"),
        part(estimate(0.2), "gap A2 first-second 2020"),
    )
    found = rows(pair([record("3.2", gone)], [record("3.2", new)]), "3.2")
    assert found["gap A1 first-second 2020"] == ("+10 (n = 113)", NONE, NONE)
    assert found["gap A2 first-second 2020"] == (NONE, "+20 (n = 113)", NONE)


def test_a_verdict_that_its_family_or_its_size_condition_changed_shows_what_did(pair: Pair) -> None:
    def sized(holds: bool) -> list[dict[str, Any]]:
        return [{"kind": "same_sign", "holds": holds, "count": 2, "size": 0.0, "items": ["D2", "D3"]}]

    found = pair(
        [decided("3.2", 0.038, conditions=sized(False))],
        [decided("3.2", 0.0, conditions=sized(True), word="supported")],
    )
    assert rows(found, "3.2")["p, adjusted"] == ("0.038", "< 0.001", "")
    assert rows(found, "3.2")["Same sign on D2 and D3"] == ("no", "yes", "")


def test_a_claim_without_parts_is_compared_by_its_verdict(pair: Pair) -> None:
    bare = {**record("5.1", word="not testable"), "parts": []}
    found = pair([bare], [{**bare, "verdict": {**bare["verdict"], "word": "supported"}}])
    assert rows(found, "5.1")["Verdict"][:2] == (
        "○ not testable in synthetic data",
        "● recovered in synthetic data",
    )


def test_a_claim_that_reads_otherwise_is_told_in_both_wordings(pair: Pair) -> None:
    found = pair([record("3.2")], [record("3.2", text={"da": "Andet", "en": "Something else"})])
    (block,) = told(found).sections[0].blocks
    assert (block.sentence, block.reworded) == ("Sentence 3.2", "Something else")
    assert "  counted: Something else" in plain(told(found)).splitlines()


def test_the_same_ledger_twice_differs_in_nothing(pair: Pair, tmp_path: Path) -> None:
    pair([record("3.2")], [])
    side = read_side(tmp_path, "main")
    found = compare(side, side)
    assert (told(found).names, told(found).inputs) == (("main (1)", "main (2)"), ())
    assert [each.change for each in found.claims] == ["none"]


def test_two_ledgers_without_claims_can_be_compared(pair: Pair) -> None:
    assert "0 claims" in plain(told(pair([], [])))


# ------------------------------------------------------------------------------------------ what they were made from

MADE = Provenance(
    build="main",
    version="0.1.0",
    source="synthetic",
    world="plain",
    languages=("da", "en"),
    digests={"package": "b" * 64, "lock": "c" * 64},
    notebooks={"notebooks/a.ipynb": "d" * 64},
    files={"data/survey/answers.csv": "e" * 64},
)


def other(**changed: Any) -> Provenance:
    return Provenance(**{**MADE.__dict__, "build": "counted", **changed})


def inputs(found: Comparison) -> dict[str, tuple[str, str]]:
    return {row.label: (row.first, row.second) for row in told(found).inputs}


def test_the_inputs_that_differ_are_named_and_the_others_counted_as_alike(pair: Pair) -> None:
    counted = record(
        "3.2", decisions={"dont_know": "counted"}, registered={"date": "2026-12-01", "sha256": "f" * 64}
    )
    made = other(
        data="world:none",
        world="none",
        digests={"package": "0" * 64, "lock": "c" * 64},
        files={"data/worlds.yml": "1" * 64},
    )
    found = pair([record("3.2")], [counted], MADE, made)
    assert inputs(found) == {
        "decision dont_know": ("as registered", "counted"),
        "registered claims": ("2026-11-24 aaaaaaaaaaaa", "2026-12-01 ffffffffffff"),
        "data set": ("shipped", "world:none"),
        "world": ("plain", "none"),
        "source of entydig": ("bbbbbbbbbbbb", "000000000000"),
        "data/survey/answers.csv": ("eeeeeeeeeeee", NONE),
        "data/worlds.yml": (NONE, "111111111111"),
    }
    assert told(found).alike == (
        "Alike on both sides: kind of answers, languages, version of entydig, lock and notebooks."
    )


def test_a_decision_that_only_some_claims_depart_from_names_them(pair: Pair) -> None:
    strict = {"decisions": {"positive_cut": "top1"}}
    found = pair([record("3.1"), record("3.2")], [record("3.1"), record("3.2", **strict)], MADE, MADE)
    assert inputs(found) == {"decision positive_cut": ("as registered", "top1 (3.2)")}


def test_a_ledger_that_stands_alone_says_that_its_inputs_are_not_known(pair: Pair) -> None:
    found = pair([record("3.2")], [record("3.2")], MADE)
    assert inputs(found) == {}
    (warning,) = told(found).warnings
    assert warning.startswith("Nothing beside the ledger of counted tells what it was made from")
    assert "lock" not in told(found).alike


def test_real_and_synthetic_are_compared_but_it_is_said_loudly(pair: Pair) -> None:
    found = pair([record("3.2", data="real")], [record("3.2")], other(source="real"), MADE)
    assert found.mixed
    assert (
        plain(told(found))
        .splitlines()[2]
        .startswith("!! REAL AND SYNTHETIC MIXED: main rests on real answers, counted on synthetic answers.")
    )
    assert rows(found, "3.2")["Verdict"] == ("◐ undecided", "◐ undecided in synthetic data", "")
    assert inputs(found)["Answers"] == ("real answers", "synthetic answers")


DECISIONS = Decisions(
    {
        "dont_know": Decision("dont_know", ("excluded", "counted"), {"en": "Why"}),
        "unit": Decision("unit", ("person", "cluster"), {"en": "Why"}),
    },
    {},
)


def executed(language: str, records: int = 1, **parameters: Any) -> bytes:
    output = {"output_type": "display_data", "data": {"application/vnd.entydig.record+json": {}}}
    parts = {"notebook": "d" * 64, "package": "b" * 64, "data/survey/answers.csv": "e" * 64}
    about = {"language": language, "package": "0.1.0", "stage": 1, "key": {"parts": parts}}
    run = {"input_path": "notebooks/a.ipynb", "parameters": {"lang": language, **parameters}}
    cells = [{"cell_type": "code", "outputs": [output] * records}, {"cell_type": "markdown"}]
    return json.dumps({"metadata": {"entydig": about, "papermill": run}, "cells": cells}).encode()


def test_what_a_build_was_made_from_is_read_off_its_executed_notebooks(tmp_path: Path) -> None:
    given = {"dont_know": "counted", "unit": "person", "rounds": 3}
    made = provenance(
        [
            executed("da", data="/somewhere/of/mine", **given),
            executed("en", data="/somewhere/of/mine", **given),
            executed("en", records=0),
        ],
        [record("3.2")],
        DECISIONS,
        build="counted",
        world="plain",
    )
    assert made == Provenance(
        build="counted",
        version="0.1.0",
        source="synthetic",
        data="outside/mine",
        world="plain",
        registered={"date": "2026-11-24", "sha256": "a" * 64},
        decisions={"dont_know": "counted"},
        parameters={"rounds": 3},
        languages=("da", "en"),
        digests={"package": "b" * 64, "lock": "", "python": "", "packages": ""},
        notebooks={"notebooks/a.ipynb": "d" * 64},
        files={"data/survey/answers.csv": "e" * 64},
    )
    made.write(tmp_path)
    assert Provenance.read(tmp_path) == made


# ------------------------------------------------------------------------------------------ how it is shown


def test_columns_are_aligned_and_cells_that_are_too_long_go_on_below(pair: Pair) -> None:
    long = "gap D1+D2+D3+D4+D5+D6+D7+D8 first-second 2018-2020"
    refused = estimate(None, bound="suppressed", reason="strict cut not published")
    found = pair([record("3.2", part(estimate(0.1), long))], [record("3.2", part(refused, long))])
    lines = plain(told(found)).splitlines()
    heading = next(line for line in lines if line.split() == ["main", "counted", "Difference"])
    verdict = next(line for line in lines if line.startswith("  Verdict"))
    first, second = heading.index("main"), heading.index("counted")
    assert (verdict[first], verdict[second]) == ("◐", "◐")
    begun = next(number for number, line in enumerate(lines) if line.startswith("  gap D1"))
    assert lines[begun][first:].startswith("+10 (n\xa0=\xa0113)")
    assert lines[begun][second:].startswith("not shown: this cut is not")
    assert lines[begun].endswith(NONE)
    assert lines[begun + 1].startswith("  2018-2020 ")
    assert lines[begun + 1][second:].startswith("published for small groups")
    assert max(map(len, lines[begun:])) <= 123


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e&\"'{{ 7 * 7 }}"


def hostile() -> dict[str, Any]:
    bad = part(estimate(None, bound="suppressed", reason=HOSTILE), f"gap {HOSTILE}")
    condition = {"kind": HOSTILE, "holds": True, "count": 1, "size": 0.1, "items": [HOSTILE]}
    return record(
        "3.2",
        bad,
        text={"en": HOSTILE},
        words={HOSTILE: HOSTILE},
        notebook=HOSTILE,
        decisions={HOSTILE: HOSTILE},
        registered={"date": HOSTILE, "sha256": "a" * 64},
        conditions=[condition],
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_hostile_ledger_says_is_text_on_the_page_and_obeyed_by_no_terminal(
    pair: Pair, shared: Path
) -> None:
    gone = {**hostile(), "conditions": [{**hostile()["conditions"][0], "holds": False}]}
    made = other(data=HOSTILE, notebooks={HOSTILE: HOSTILE}, parameters={HOSTILE: HOSTILE})
    found = pair([hostile()], [{**gone, "text": {"en": HOSTILE * 2}}], MADE, made)
    shown = plain(told(found))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)
    assert "alert(1)" in shown

    page = write_page(shared, told(found), shared / "hostile.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert {"script", "img", "iframe", "link"} & {tag for tag, _ in tags.found} == set()
    assert [name for _, attributes in tags.found for name in attributes if name.startswith("on")] == []
    assert "<script>alert(1)</script>" in tags.text
    assert "{{ 7 * 7 }}" in tags.text


def test_the_page_stands_alone_in_the_language_asked_for(pair: Pair, shared: Path) -> None:
    found = pair([record("3.2")], [record("3.2", word="supported")], MADE, MADE)
    page = write_page(shared, told(found, "da"), shared / "page.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.found[0] == ("html", {"lang": "da"})
    loaded = [value for _, each in tags.found for name, value in each.items() if name in {"src", "href"}]
    assert loaded == []
    assert re.findall(r"url\(\"(?!data:)", page) == []
    assert "default-src 'none'" in page
    assert "Dommen er en anden (1)" in tags.text
    assert "● genfundet i syntetiske data" in tags.text


def test_as_data_a_comparison_has_what_the_report_has(pair: Pair) -> None:
    found = pair(
        [record("3.2"), record("4.1")],
        [
            record(
                "3.2",
                part(estimate(-0.15, -0.25, -0.05)),
                decisions={"dont_know": "counted"},
                word="supported",
            )
        ],
    )
    data = content(found)
    assert data["inputs"] == [
        {"kind": "decision", "name": "dont_know", "first": "registered", "second": "counted"}
    ]
    changed, gone = data["claims"]
    assert (changed["claim"], changed["change"], changed["second"]["word"]) == ("3.2", "verdict", "supported")
    assert changed["parts"][0]["difference"] == -0.04
    assert (gone["change"], gone["second"], gone["parts"][0]["difference"]) == ("only_first", None, None)
    assert json.loads(json.dumps(data)) == data


# ------------------------------------------------------------------------------------------ where a side is found


def test_a_build_has_the_name_of_its_site_or_of_its_runs(tmp_path: Path) -> None:
    for name in ("site", "site-counted", "site-old-one"):
        ledger(tmp_path / "_build" / name)
    (tmp_path / "_build" / "site-broken").mkdir()
    runs = tmp_path / "_build" / "runs"
    for name in ("main/da/a.ipynb", "tried/da/notebooks/a.ipynb", "failed/da/a.failed.ipynb"):
        (runs / name).parent.mkdir(parents=True)
        (runs / name).write_bytes(executed("da"))
    assert builds(tmp_path) == ("main", "counted", "old-one", "tried")
    assert builds(tmp_path / "nowhere") == ()


def test_a_side_is_a_build_a_site_or_a_ledger(tmp_path: Path) -> None:
    file = ledger(tmp_path / "_build" / "site", record("3.2"), made_from=MADE)
    for given in ("main", str(file), str(file.parent)):
        side = read_side(tmp_path, given)
        assert (list(side.records), side.made_from, side.place) == (["3.2"], MADE, "_build/site/ledger.json")


def test_an_unknown_build_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no build yet: `entydig build`"):
        read_side(tmp_path, "main")
    ledger(tmp_path / "_build" / "site")
    ledger(tmp_path / "_build" / "site-counted")
    with pytest.raises(UsageError, match=r"did you mean counted\? builds there are: main, counted"):
        read_side(tmp_path, "countd")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "cannot be read"),
        ("\x00\x01", "cannot be read"),
        ("[]", "is no ledger"),
        ('{"cells": []}', "is no ledger"),
        ('{"schema": "entydig.record/1"}', "is no ledger"),
        (
            '{"schema": "entydig.ledger/99", "records": []}',
            "is a ledger of another version: entydig.ledger/99",
        ),
        (f'{{"schema": "{VERSION}"}}', "record 0: None is not of type 'object'"),
        (f'{{"schema": "{VERSION}", "records": [{{}}]}}', "'claim' is a required property"),
    ],
)
def test_what_is_no_ledger_of_this_version_is_refused(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "ledger.json"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        read_side(tmp_path, str(file))


def test_a_claim_that_stands_twice_or_a_broken_record_is_told_with_its_place(tmp_path: Path) -> None:
    file = ledger(tmp_path, record("3.2"), record("3.2"), {**record("3.3"), "data": "invented"})
    with pytest.raises(DataError) as error:
        read_side(tmp_path, str(file))
    assert [(each.where.partition(", ")[2], each.found) for each in error.value.problems] == [
        ("record 1", "claim 3.2 a second time"),
        ("record 2 (data)", "'invented' is not one of ['real', 'synthetic']"),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "cannot be used"),
        ("[]", "cannot be used"),
        ('{"schema": "entydig.build/99"}', "is of another version: entydig.build/99"),
        ('{"schema": "entydig.build/1", "build": "a"}', "cannot be used"),
        ('{"schema": "entydig.build/1", "build": "a", "version": "1", "colour": "red"}', "cannot be used"),
        (
            '{"schema": "entydig.build/1", "build": "a", "version": "1", "files": {"a": 1}}',
            "a digest is no text",
        ),
        ('{"schema": "entydig.build/1", "build": "a", "version": "1", "files": []}', "cannot be used"),
        ('{"schema": "entydig.build/1", "build": "a", "version": "1", "languages": 3}', "cannot be used"),
        ('{"schema": "entydig.build/1", "build": 1, "version": "1"}', "a name is no text"),
    ],
)
def test_what_stands_beside_a_ledger_is_checked_too(tmp_path: Path, written: str, said: str) -> None:
    file = ledger(tmp_path)
    (tmp_path / "build.json").write_text(written, encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(said)):
        read_side(tmp_path, str(file))


def test_a_folder_without_a_ledger_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no ledger.json and no executed notebooks"):
        read_side(tmp_path, str(tmp_path))
