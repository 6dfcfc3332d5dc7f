"""Draws of segments: the bootstrap, the Poisson bootstrap, and paired tests."""
