"""Running notebooks: parameters, inline expressions, execution, content keys.

Import from the modules; this package imports nothing itself, because papermill loads its engine while it is
being imported.
"""

from __future__ import annotations

__all__: list[str] = []
