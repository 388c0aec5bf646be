"""Publishing: one filter from executed notebooks to pages, and the site made of them."""

from __future__ import annotations

__all__: list[str] = []
