"""Registered claims, what decides them, and how the decision travels."""

__all__: list[str] = []
