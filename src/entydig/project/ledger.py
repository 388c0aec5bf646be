"""The ledger of a build as its page shows it, and what is true of its claims in a synthetic world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from entydig.claims.decision import VERDICTS
from entydig.claims.ledger import Entry, entries
from entydig.claims.truth import is_true
from entydig.presentation.ledger import Form, ledger_form, ledger_table
from entydig.presentation.objects import Table
from entydig.project.evaluation import Evaluation
from entydig.project.records import stage_one_notebooks
from entydig.project.study import Study
from entydig.survey.decisions import Decisions
from entydig.survey.drawn import whole_roster
from entydig.survey.generator import simulate
from entydig.survey.worlds import read_worlds
from entydig.wording import listing, number, text

__all__ = ["Ledger", "read_ledger", "truths"]

WORLDS = "data/worlds.yml"


def truths(evaluation: Evaluation) -> dict[str, bool]:
    """Tell which claims are true in the world the answers were drawn from.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    dict
        Claim id to truth under the registered decisions, for claims that rest on the survey or its roster.
        Empty for real answers, for a world that is not the evaluation's own, and for a draw of it that is not
        the one its seed gives.
    """
    source = evaluation.root / WORLDS
    if evaluation.world is None or evaluation.survey.source != "synthetic" or not source.is_file():
        return {}
    worlds = read_worlds(source, evaluation.instrument)
    if evaluation.world not in worlds.processes:
        return {}
    drawn = simulate(worlds, evaluation.world)
    if not _same_people(evaluation, drawn.roster):
        return {}
    whole = whole_roster(drawn, evaluation.instrument)
    registered = Decisions(evaluation.decisions.registered, {})
    return {
        claim.id: is_true(claim, worlds, evaluation.world, whole, registered)
        for claim in evaluation.register.claims.values()
        if claim.parts
    }


class Ledger:
    """All claims of a build, for one study.

    Parameters
    ----------
    study : Study
    found : sequence of Entry
        Claims that are decided; the others of the register are shown as not yet built.
    """

    def __init__(self, study: Study, found: Sequence[Entry]) -> None:
        self.study = study
        self.entries: Mapping[str, Entry] = {entry.record["claim"]: entry for entry in found}

    @property
    def registered(self) -> str:
        """Write how many claims are registered."""
        return number(len(self.study.register.claims), self.study.language)

    @property
    def confirmatory(self) -> str:
        """Write how many confirmatory claims have a p value that is adjusted over the collection."""
        known = [entry for entry in self.entries.values() if entry.p_collection is not None]
        return number(len(known), self.study.language)

    @property
    def summary(self) -> str:
        """Write how many claims have each verdict, in the verdict's words, and how many are not built."""
        language, source = self.study.language, self.study.survey.source
        counts = Counter(entry.record["verdict"]["word"] for entry in self.entries.values())
        keys = {word: f"{source}_{word.replace(' ', '_')}" for word in VERDICTS if counts[word]}
        said = [f"{number(counts[word], language)} {text(key, language)}" for word, key in keys.items()]
        if missing := len(self.study.register.claims) - len(self.entries):
            said.append(f"{number(missing, language)} {text('not_yet', language)}")
        return listing(said, language)

    @property
    def against_truth(self) -> str:
        """Write how verdicts and truths meet; on answers whose truth nobody knows, that sentence."""
        language = self.study.language
        known = [entry for entry in self.entries.values() if entry.truth is not None]
        if not known:
            return text("ledger_no_truth", language)
        supported = Counter(
            bool(entry.truth) for entry in known if entry.record["verdict"]["word"] == "supported"
        )
        true = sum(bool(entry.truth) for entry in known)
        return text(
            "ledger_against_truth",
            language,
            world=self.study.evaluation.world,
            true=number(true, language),
            found=number(supported[True], language),
            false=number(len(known) - true, language),
            wrong=number(supported[False], language),
        )

    def table(self, *, label: str, caption: str) -> Table:
        """Set out all claims; see `entydig.presentation.ledger.ledger_table`."""
        return ledger_table(
            self.study.register,
            self.study.instrument,
            self.entries,
            confidence=self.study.confidence,
            label=label,
            caption=caption,
            language=self.study.language,
        )

    def form(self, label: str) -> Form:
        """Give the form that filters the table of that label, for a browser that runs our script."""
        return ledger_form(
            self.study.register, self.study.survey.source, table=label, language=self.study.language
        )


def read_ledger(study: Study) -> Ledger:
    """Read what stage 1 of this build decided.

    Raises
    ------
    NotebookError
        Nothing was executed yet.
    """
    notebooks = stage_one_notebooks(study.evaluation.root, study.language)
    return Ledger(study, entries(notebooks, truths(study.evaluation)))


def _same_people(evaluation: Evaluation, drawn: pd.DataFrame) -> bool:
    """Tell whether a draw has the people of the survey's roster, wave by wave."""
    roster, keys = evaluation.survey.roster, ["respondent", "wave", "group", "cluster"]
    if roster is None:
        return False
    mine, other = (frame[keys].astype(str).sort_values(keys) for frame in (roster, drawn))
    return bool(mine.to_numpy().tolist() == other.to_numpy().tolist())
