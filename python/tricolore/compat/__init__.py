"""The names of other tools, implemented by tricolore."""
