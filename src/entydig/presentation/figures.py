"""The figures an evaluation can show, one function each."""

from __future__ import annotations

from entydig.presentation.coverage import coverage
from entydig.presentation.effects import effects
from entydig.presentation.flow import flow
from entydig.presentation.forest import forest
from entydig.presentation.likert import likert
from entydig.presentation.mini import mini_effect
from entydig.presentation.strip import strip

__all__ = ["coverage", "effects", "flow", "forest", "likert", "mini_effect", "strip"]
