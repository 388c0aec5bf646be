"""The figures an evaluation can show, one function each."""

from __future__ import annotations

from entydig.presentation.composition import composition
from entydig.presentation.control import control
from entydig.presentation.coverage import coverage
from entydig.presentation.effects import effects
from entydig.presentation.flow import flow
from entydig.presentation.forest import forest
from entydig.presentation.likert import likert
from entydig.presentation.mini import mini_effect
from entydig.presentation.series import series
from entydig.presentation.strips import strips
from entydig.presentation.tasks import tasks

__all__ = [
    "composition",
    "control",
    "coverage",
    "effects",
    "flow",
    "forest",
    "likert",
    "mini_effect",
    "series",
    "strips",
    "tasks",
]
