"""Instrument, roster and answers of a survey, real or drawn from a stated model."""

__all__: list[str] = []
