"""Reproducible survey evaluations: parameterised notebooks, registered claims, one published book."""

__all__ = ["__version__"]

__version__ = "0.1.0"
