"""Checks of options, threads, files and tables: helpers that know nothing of metrics."""
