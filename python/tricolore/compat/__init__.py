"""The originals' own names over tricolore."""
