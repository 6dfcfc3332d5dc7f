"""Metrics for `evaluate.load`, a folder each."""
