"""What must hold of questions with several choices, whatever people choose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from entydig.statistics import ranks, tasks

few = settings(derandomize=True, max_examples=20, deadline=None)
# statsmodels' multipletests collects garbage on each call, which takes long in a large test process.
fewer = settings(few, max_examples=8)

OPTIONS = list("abcd")
people = st.tuples(*[st.integers(0, 1)] * 4, st.sampled_from("pqrstu"))
frames = st.lists(people, min_size=4, max_size=50).map(
    lambda rows: pd.DataFrame(rows, columns=[*OPTIONS, "cluster"])
)


def by_option(found):
    return {each.option: (each.best, each.worst) for each in found.sets}


@fewer
@given(answers=frames, seed=st.integers(0, 999), order=st.permutations(OPTIONS))
def test_order_of_rows_and_options_and_names_of_clusters_do_not_matter(answers, seed, order):
    other = answers.sample(frac=1, random_state=seed)
    other = other.assign(cluster="!" + other["cluster"])
    assert by_option(ranks.rank_sets(answers, OPTIONS)) == by_option(ranks.rank_sets(other, order))
    claims = [ranks.chosen_by_more(frame, options, over=["b", "c"]) for frame, options in
              ((answers, OPTIONS), (other, order))]  # fmt: skip
    assert claims[0].p == claims[1].p
    assert {(each.first, each.second, each.more) for each in claims[0].pairs} == {
        (each.first, each.second, each.more) for each in claims[1].pairs
    }
    left, right = tasks.cochran(answers, OPTIONS), tasks.cochran(other, order)
    assert (left.statistic, left.df) == (pytest.approx(right.statistic, nan_ok=True), right.df)


@fewer
@given(answers=frames)
def test_rank_sets_hold_the_observed_ranks(answers):
    totals = answers[OPTIONS].sum()
    for option, (best, worst) in by_option(ranks.rank_sets(answers, OPTIONS)).items():
        assert 1 <= best <= 1 + int((totals > totals[option]).sum())
        assert len(OPTIONS) - int((totals < totals[option]).sum()) <= worst <= len(OPTIONS)


@fewer
@given(answers=frames)
def test_more_confidence_never_narrows_a_rank_set(answers):
    loose, strict = (by_option(ranks.rank_sets(answers, OPTIONS, confidence=each)) for each in (0.8, 0.99))
    assert all(strict[each][0] <= loose[each][0] and loose[each][1] <= strict[each][1] for each in OPTIONS)


@few
@given(answers=frames)
def test_turning_a_claim_round_turns_its_pairs_round(answers):
    claim = ranks.chosen_by_more(answers, OPTIONS, over=["a", "b"])
    turned = ranks.chosen_by_more(answers, OPTIONS, over=["c", "d"])
    p = {(each.first, each.second): each for each in turned.pairs}
    for each in claim.pairs:
        other = p[each.second, each.first]
        assert (each.p, each.more, each.fewer) == (
            pytest.approx(other.p_reverse, nan_ok=True), other.fewer, other.more,
        )  # fmt: skip


@few
@given(answers=frames)
def test_a_claim_is_as_weak_as_its_weakest_pair(answers):
    claim = ranks.chosen_by_more(answers, OPTIONS, over=["a", "b"])
    assert claim.p == max(each.p for each in claim.pairs) == claim.weakest.p
    single = [ranks.chosen_by_more(answers, OPTIONS, over=[each]).p for each in "ab"]
    assert claim.p <= max(single)


@few
@given(answers=frames)
def test_pairs_as_binomtest(answers):
    found = ranks.chosen_by_more(answers, OPTIONS, over=["a"])
    for each in found.pairs:
        if each.more + each.fewer:
            expected = stats.binomtest(each.more, each.more + each.fewer, alternative="greater").pvalue
            assert each.p == pytest.approx(expected)
    assert found.difference.n == len(answers)


@fewer
@given(answers=frames, missing=st.integers(1, 5))
def test_people_who_did_not_reach_the_question_change_nothing(answers, missing):
    silent = pd.DataFrame({**dict.fromkeys(OPTIONS, np.nan), "cluster": ["z"] * missing})
    longer = pd.concat([answers.astype(dict.fromkeys(OPTIONS, float)), silent], ignore_index=True)
    assert ranks.rank_sets(longer, OPTIONS) == ranks.rank_sets(answers, OPTIONS)
    assert tasks.shares(longer, OPTIONS) == tasks.shares(answers, OPTIONS)
    assert ranks.chosen_by_more(longer, OPTIONS, over=["a"]) == ranks.chosen_by_more(
        answers, OPTIONS, over=["a"]
    )
