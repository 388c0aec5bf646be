"""What is computed from answers: shares, changes, gaps, and how uncertain they are. Nothing here formats."""

from entydig.statistics.estimate import Estimate

__all__ = ["Estimate"]
