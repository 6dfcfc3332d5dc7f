"""Several metrics, systems or candidates at once: `evaluate`, `compare`, `mbr` and `self_score`."""
