"""The shipped survey files: remade byte for byte, valid, and silent about who is who."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from entydig.survey.generator import simulate
from entydig.survey.instrument import Instrument, read_instrument
from entydig.survey.package import read_package, write_survey
from entydig.survey.worlds import Worlds, read_worlds

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "survey"
FILES = ("answers.csv", "datapackage.json", "roster.csv", "truth.csv")
NEEDED = ("numpy", "scipy", "pandas", "jsonschema", "ruamel.yaml")
REMAKE = """
import sys
from pathlib import Path
from entydig.survey.generator import simulate
from entydig.survey.instrument import read_instrument
from entydig.survey.package import write_survey
from entydig.survey.worlds import read_worlds
data, out = map(Path, sys.argv[1:])
instrument = read_instrument(data / "instrument.yml")
worlds = read_worlds(data / "worlds.yml", instrument)
write_survey(simulate(worlds, worlds.default), out, instrument)
"""


@cache
def instrument() -> Instrument:
    return read_instrument(ROOT / "data" / "instrument.yml")


@cache
def worlds() -> Worlds:
    return read_worlds(ROOT / "data" / "worlds.yml", instrument())


def differing(folder: Path) -> list[str]:
    return [name for name in FILES if (folder / name).read_bytes() != (SHIPPED / name).read_bytes()]


def interpreter(version: str) -> str | None:
    """Find a working interpreter of a minor version on the PATH or among pyenv's."""
    pyenv = sorted(Path.home().joinpath(".pyenv", "versions").glob(f"{version}.*/bin/python"))
    usual = [Path(f"/usr/bin/python{version}"), Path(f"/usr/local/bin/python{version}")]
    for candidate in (shutil.which(f"python{version}"), *map(str, pyenv), *map(str, usual)):
        if candidate:
            ask = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            try:
                answer = subprocess.run(ask, capture_output=True, text=True, timeout=20, check=False)
            except OSError:
                continue
            if answer.stdout.strip() == version:
                return candidate
    return None


def test_this_python_remakes_the_files(tmp_path: Path) -> None:
    write_survey(simulate(worlds(), worlds().default), tmp_path, instrument())

    assert differing(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_other_pythons_with_the_locked_packages_remake_the_files(version: str, tmp_path: Path) -> None:
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip("the running Python: remade by the test above")
    found, uv = interpreter(version), shutil.which("uv")
    if not found or not uv:
        pytest.skip(f"Python {version} or uv not found on this machine")
    target = tmp_path / "venv"
    subprocess.run([uv, "venv", "--quiet", "--python", found, str(target)], check=True, timeout=60)
    python = target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        str(python),
        "-c",
        str(ROOT / "requirements.lock"),
        *NEEDED,
    ]
    try:
        done = subprocess.run(install, capture_output=True, text=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the locked packages could not be fetched within four minutes")
    if done.returncode:
        pytest.skip(
            f"the locked packages cannot be installed for Python {version}: {done.stderr.strip()[-200:]}"
        )

    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), "-c", REMAKE, str(ROOT / "data"), str(tmp_path / "out")]
    subprocess.run(command, check=True, env=environment, timeout=120)

    assert differing(tmp_path / "out") == []


def test_frictionless_accepts_the_package() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import validate

        report = validate(str(SHIPPED / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_the_package_says_that_the_data_are_synthetic_and_free() -> None:
    content = json.loads((SHIPPED / "datapackage.json").read_text(encoding="utf-8"))

    assert content["entydig"] == {"data": "synthetic", "world": "announced", "seed": 20210901}
    assert content["licenses"][0]["name"] == "CC0-1.0"
    assert read_package(SHIPPED).changed() == ()


def test_files_have_one_row_each_and_end_lines_with_a_line_feed() -> None:
    roster, answers, truth = (
        pd.read_csv(SHIPPED / name, dtype=str) for name in ("roster.csv", "answers.csv", "truth.csv")
    )

    assert roster["respondent"].is_unique
    assert list(roster["respondent"]) == list(truth["respondent"]) == sorted(roster["respondent"])
    assert list(answers["respondent"]) == sorted(answers["respondent"])
    assert answers[["J1", "J2"]].isna().all().all()
    for name in FILES:
        content = (SHIPPED / name).read_bytes()
        assert b"\r" not in content and content.endswith(b"\n")


def test_an_answer_is_what_the_truth_says_or_empty() -> None:
    answers, truth = (
        pd.read_csv(SHIPPED / name, dtype=str, keep_default_na=False) for name in ("answers.csv", "truth.csv")
    )
    same = truth.set_index("respondent").loc[answers["respondent"]].reset_index()
    given = answers != ""

    assert ((answers == same) | ~given).all().all()
    assert (given | (same != "-1")).all().all()


def test_names_have_the_stated_form() -> None:
    roster = pd.read_csv(SHIPPED / "roster.csv", dtype=str)

    assert roster["respondent"].map(lambda name: bool(re.fullmatch(r"r\d{4}", name))).all()
    assert set(roster["cluster"]) == {f"c{number:02d}" for number in range(1, 55)}
    assert set(roster["unit"].dropna()) == {f"u{number:02d}" for number in range(1, 67)}


def test_numbers_of_respondents_say_nothing_about_who_is_who() -> None:
    """Known persons' two numbers are unrelated; so are numbers and cluster, wave, group, having answered."""
    pairs, others = [], []
    for seed in range(20):
        drawn = simulate(worlds(), "announced", seed=seed)
        roster = drawn.roster.assign(number=range(len(drawn.roster)))
        known = roster.dropna(subset=["panel"]).pivot(index="panel", columns="wave", values="number")
        pairs.append(float(spearmanr(known[2018], known[2020]).statistic))
        answered = roster["respondent"].isin(drawn.answers["respondent"])
        features = [
            roster["cluster"].str[1:].astype(int),
            roster["wave"],
            roster["group"] == "board",
            answered,
        ]
        others.append([float(spearmanr(roster["number"], feature).statistic) for feature in features])

    # About 160 pairs and 900 rows a draw, 20 draws: standard errors .018 and .0075.
    assert abs(float(np.mean(pairs))) < 4 * 0.018
    assert (np.abs(np.mean(others, axis=0)) < 4 * 0.0075).all()


def test_a_person_is_known_in_both_waves_or_in_none() -> None:
    roster = pd.read_csv(SHIPPED / "roster.csv", dtype=str)
    known = roster.dropna(subset=["panel"])

    assert (known.groupby("panel")["wave"].apply(lambda waves: sorted(waves) == ["2018", "2020"])).all()
    assert (known.groupby("panel")[["cluster", "group"]].nunique() == 1).all().all()


def test_those_who_stay_move_up() -> None:
    roster, truth = (pd.read_csv(SHIPPED / name, dtype=str) for name in ("roster.csv", "truth.csv"))
    moves = roster.merge(truth[["respondent", "A3"]], on="respondent").dropna(subset=["panel"])
    moves = moves.pivot(index="panel", columns="wave", values="A3")

    assert (moves.loc[moves["2018"] == "under_1", "2020"] == "from_1_to_3").all()
    assert (moves["2020"] != "under_1").all()
    assert (moves.loc[moves["2018"] == "from_3", "2020"] == "from_3").all()


def test_a_plan_with_a_group_keeps_it_and_a_board_has_the_best_of_its_plans() -> None:
    roster = pd.read_csv(SHIPPED / "roster.csv", dtype=str)
    plans = roster[roster["group"] == "manager"].drop_duplicates(["unit", "wave"])
    waves = plans.pivot(index="unit", columns="wave", values="G3")
    assert (waves.loc[waves["2018"] == "yes", "2020"] == "yes").all()

    rank = {"yes": 0, "planned": 1, "no": 2}
    best = plans.assign(rank=plans["G3"].map(rank)).groupby(["cluster", "wave"])["rank"].min()
    boards = roster[roster["group"] == "board"].groupby(["cluster", "wave"])["G3"].agg(["nunique", "first"])
    assert (boards["nunique"] == 1).all()
    assert (boards["first"].map(rank) == best.loc[boards.index]).all()
