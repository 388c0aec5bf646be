"""Releases: what two builds have and do not have in common.

Import from the modules.
"""

from __future__ import annotations

__all__: list[str] = []
