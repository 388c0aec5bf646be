"""Benchmarks that anyone can run; ratios, never seconds, are quoted."""
