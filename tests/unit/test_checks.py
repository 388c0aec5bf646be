"""A file with ten planted faults is refused with one message that names them all."""

from pathlib import Path

import pytest

from entydig.errors import DataError
from entydig.survey.answers import read_survey
from entydig.survey.instrument import read_instrument

ROOT = Path(__file__).parents[2]
ROSTER = """respondent,wave,group,cluster,unit,panel,A1,A2,A4_region,A4_size,G3
r1,2018,board,c1,,,municipality,head,nordjylland,small,yes
r2,2018,board,c1,,,housing,head,nordjylland,small,yes
r3,2020,board,c2,,,housing,head,nordjylland,small,no
r4,2020,manager,c2,u2,,,,nordjylland,small,no
"""
FAULTY = """respondent,wave,group,cluster,B1,E5,H6a,G4a,C1_implementation,C1_strategy,C1_coherence,C1_finance,C1_data,C1_political_backing,C1_residents,C1_other,Z9
r1,2018,board,c1,7,,,,0,0,0,0,0,0,0,0,1
r1,2018,board,c1,4,,,,0,0,0,0,0,0,0,0,1
r2,2018,board,c1,4,3,,,0,0,0,0,0,0,0,0,1
r2,2019,board,c1,4,,,,0,0,0,0,0,0,0,0,1
r9,2020,board,c2,4,,,,0,0,0,0,0,0,0,0,1
r3,2020,chair,c2,4,,,,0,0,0,0,0,0,0,0,1
r3,2020,board,c2,4,,4,5,1,1,1,1,0,0,0,0,1
r4,2020,manager,c7,-1,3,4,,0,0,0,0,0,0,0,0,1
"""
FAULTS = {
    "unknown column": "unknown column 'Z9'",
    "unknown code": "line 2 (column B1): unknown: '7'",
    "duplicate respondent": "lines 2, 3 (respondent): the same respondent twice",
    "item of the wrong group": "line 4 (column E5): does not fit",
    "impossible wave": "line 5 (column wave): unknown: '2019'",
    "not on the roster": "(column respondent): does not fit",
    "unknown group": "line 7 (column group): unknown: 'chair'",
    "filter closed": "line 8 (column G4a): does not fit",
    "too many options": "line 8 (column C1): does not fit",
    "unknown cluster": "line 9 (column cluster): unknown: 'c7'",
    "asked but marked as not asked": "line 9 (column B1): does not fit",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(FAULTY, encoding="utf-8")
    return tmp_path


def test_all_faults_are_named_in_one_message(folder):
    with pytest.raises(DataError) as caught:
        read_survey(folder, read_instrument(ROOT / "data" / "instrument.yml"), "synthetic")

    message = str(caught.value)
    missing = [name for name, said in FAULTS.items() if said not in message]
    assert not missing, message
    assert caught.value.exit_code == 3


def test_the_shipped_answers_have_no_faults():
    survey = read_survey(
        ROOT / "data" / "survey", read_instrument(ROOT / "data" / "instrument.yml"), "synthetic"
    )

    assert survey.has_clusters
    assert survey.roster is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"respondent,wave,group\nr1,2018\n", "line 2: 2 cells"),
        (b"respondent,wave,wave\n", "'wave' stands 2 times"),
        (b"respondent,wave,group\nr\xe6,2018,board\n", "is not UTF-8"),
        (b"respondent,wave,group\nr\x00,2018,board\n", "NUL"),
        (b"wave,group\n2018,board\n", "no column 'respondent'"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path, content, said):
    (tmp_path / "answers.csv").write_bytes(content)

    with pytest.raises(DataError, match=said):
        read_survey(tmp_path, read_instrument(ROOT / "data" / "instrument.yml"), "real")
