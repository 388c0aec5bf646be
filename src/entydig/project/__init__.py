"""One evaluation, opened: the only object a notebook needs."""

from __future__ import annotations

from entydig.project.evaluation import Evaluation, read_evaluation
from entydig.project.study import Study, open_study
from entydig.survey.place import find_root

open = open_study

__all__ = ["Evaluation", "Study", "find_root", "open", "open_study", "read_evaluation"]
