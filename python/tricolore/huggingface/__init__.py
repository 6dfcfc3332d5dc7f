"""Metrics for `evaluate.load` of Hugging Face, a folder each."""
