"""The engine papermill finds by its entry point.

Papermill loads this module while it is being imported itself, so nothing of papermill may be imported here at
the top.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Engine"]


class Engine:
    """Papermill's door to `entydig.running.client`: stock execution plus inline expressions."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute a notebook that has its parameters, and give it back."""
        from entydig.running.client import InlineEngine

        return InlineEngine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Give the kernel a notebook names."""
        from entydig.running.client import InlineEngine

        return str(InlineEngine.nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Give the programming language a notebook names."""
        from entydig.running.client import InlineEngine

        return str(InlineEngine.nb_language(nb, language))
