"""Reading files: from the names on the command line to batches of segments."""
