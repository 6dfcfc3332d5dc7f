"""A comparison of every score with the definitions and the installed originals: `python -m tricolore.verify`."""
