"""Files that a run writes: scores of segments under temporary names, and checkpoints to continue from."""
