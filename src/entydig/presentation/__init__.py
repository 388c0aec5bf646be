"""Figures and tables as they are published: one look, alt text, data, nothing computed."""

from __future__ import annotations

from entydig.presentation.figures import effects, flow, forest, likert, mini_effect, strips
from entydig.presentation.findings import findings
from entydig.presentation.objects import Data, Figure, Table, Value
from entydig.presentation.richtext import RichText
from entydig.presentation.rows import (
    EffectRow,
    FlowRow,
    ForestRow,
    LikertRow,
    Mark,
)
from entydig.presentation.shares import Segment, Share
from entydig.presentation.strips import StripPoint, StripRow
from entydig.presentation.tables import table

__all__ = [
    "Data",
    "EffectRow",
    "Figure",
    "FlowRow",
    "ForestRow",
    "LikertRow",
    "Mark",
    "RichText",
    "Segment",
    "Share",
    "StripPoint",
    "StripRow",
    "Table",
    "Value",
    "effects",
    "findings",
    "flow",
    "forest",
    "likert",
    "mini_effect",
    "strips",
    "table",
]
