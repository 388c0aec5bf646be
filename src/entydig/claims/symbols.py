"""The signs of the verdicts; apart from the words, so that what only draws them loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SYMBOLS"]

SYMBOLS: Mapping[str, str] = {
    "supported": "●",
    "not supported": "✕",
    "undecided": "◐",
    "not testable": "○",
}
