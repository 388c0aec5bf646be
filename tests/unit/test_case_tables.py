"""The tables of a notebook where a place is what another program wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from entydig.cases.coding import write_corpus
from entydig.cases.corpus import Code, Corpus, Segment, Source
from entydig.errors import DataError
from entydig.project import read_evaluation
from entydig.project.case_tables import CaseTables

ROOT = Path(__file__).parents[2]
GUID = "00000000-0000-4000-8000-0000000000{:02d}"
SAID = "Vi har det på dagsordenen 😀."


def foreign(*, synthetic: bool = True) -> Corpus:
    """Four interviews at three levels, all for claim 1.4 as both coders read them."""
    levels = ["Bestyrelse", "bestyrelse", "Residents", "manager"]
    sources = tuple(
        Source(f"Samtale {number}", "Kvarteret", "interview", level, SAID, synthetic)
        for number, level in enumerate(levels)
    )
    codes = (Code(GUID.format(1), "1.4 + vist", "claim", claim="1.4", stance="+"),)
    segments = tuple(
        Segment(source.id, 0, len(SAID), coder, "1.4", "+") for source in sources for coder in ("Anna", "Bo")
    )
    return Corpus(sources, codes, ("Anna", "Bo"), segments)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("private"))
    write_corpus(foreign(), tmp_path / "data" / "cases" / "Y.qdpx", "Kvarteret")
    return tmp_path


def test_a_foreign_project_takes_a_place_and_what_follows_follows(project: Path) -> None:
    before, after = (CaseTables(read_evaluation(root), "da") for root in (ROOT, project))

    assert before.verdict("1.1", "Y").word != "silent"
    assert after.verdict("1.1", "Y").word == "silent"
    assert set(after.verdict("1.4", "Y").by_coder.values()) == {"confirms"}
    assert [each.words for each in after.quoted("1.4", "Y")] == [SAID]
    signs = after.levels_table("Y", ["1.4"], label="tbl-a", caption="c").data.rows[0][1:5]
    assert signs == ("+\N{NO-BREAK SPACE}+", "", "+", "+")
    assert after.sources_table(label="tbl-a", caption="c").data.rows[1][1] == "4"


def test_a_passage_without_a_translation_is_quoted_in_the_original_and_says_so(project: Path) -> None:
    cases = CaseTables(read_evaluation(project), "en")

    assert "(in the original language)" in repr(cases.quotations(["1.4"], ["Y"]))


def test_where_there_is_nothing_the_page_says_so(project: Path) -> None:
    cases = CaseTables(read_evaluation(project), "da")

    assert repr(cases.codes_table("Y", label="tbl-a", caption="c")).startswith("Ingen kode")
    assert repr(cases.quotations(["2.1"], ["Y"])).startswith("Ingen passage")


def test_texts_that_people_said_never_stand_beside_answers_that_were_made_up(project: Path) -> None:
    for place in "XYZ":
        corpus = foreign(synthetic=False)
        corpus = Corpus(
            tuple(
                Source(f"{place} {each.id}", place, "interview", each.level, each.text)
                for each in corpus.sources
            ),
            corpus.codes,
            corpus.coders,
            tuple(
                Segment(f"{place} {each.source}", each.start, each.end, each.coder, each.claim, each.stance)
                for each in corpus.segments
            ),
        )
        write_corpus(corpus, project / "data" / "cases" / f"{place}.qdpx", place)

    with pytest.raises(DataError, match="real texts beside synthetic answers"):
        _ = read_evaluation(project).material
