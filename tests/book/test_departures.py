"""What a build says on each page of how it departs from the registered one, and where nothing was made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entydig.publishing.departures import edition_note
from entydig.publishing.provenance import Provenance
from entydig.publishing.staging import public_pages


@pytest.mark.parametrize("data", ["shipped", "private"])
def test_the_registered_analysis_under_the_usual_name_needs_no_note(data: str) -> None:
    assert edition_note(Provenance("main", "1", data=data), "da") == ""


@pytest.mark.parametrize(
    ("build", "departures", "language", "what", "how"),
    [
        (
            "counted",
            {"decisions": {"dont_know": "counted"}},
            "da",
            "Ikke den registrerede analyse.",
            "Udgaven `counted` afviger fra den (Ved ikke: talt som ikke positiv).",
        ),
        (
            "m",
            {"decisions": {"sesoi": 0.05}, "parameters": {"rounds": 3}},
            "en",
            "Not the registered analysis.",
            "The edition `m` departs from it (Smallest effect of interest: 5 points; `rounds`: `3`).",
        ),
        (
            "strict",
            {"decisions": {"positive_cut": "top1"}, "data": "world:null"},
            "en",
            "Not the registered analysis.",
            "The edition `strict` departs from it (Positive: the top level only; Answers: `world:null`).",
        ),
        (
            "main",
            {"data": "world:null"},
            "en",
            "Not the published answers.",
            "The edition `main` is the registered analysis of other answers (`world:null`).",
        ),
        (
            "again",
            {},
            "da",
            "Ikke den registrerede udgave.",
            "Udgaven `again` er bygget ved siden af den; ingen registreret beslutning er ændret.",
        ),
    ],
)
def test_a_build_that_departs_says_so_and_how(
    build: str, departures: dict[str, Any], language: str, what: str, how: str
) -> None:
    assert edition_note(Provenance(build, "1", **departures), language) == f"**{what}** {how}"


def test_pages_on_public_data_alone_are_told_from_the_others(tmp_path: Path) -> None:
    declared: dict[str, list[str] | None] = {
        "public": ["data/public/*"],
        "mixed": ["data/public/*", "data/survey/*.csv"],
        "answers": ["data/survey/*.csv"],
        "nothing": [],
        "silent": None,
    }
    for name, reads in declared.items():
        about = {} if reads is None else {"entydig": {"reads": reads}}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"metadata": about}), encoding="utf-8")
    assert public_pages(tmp_path, [*declared, "page"]) == ["public"]
