"""The error that ends the command with a line on standard error."""

__all__ = ["CommandError"]


class CommandError(Exception):
    """A message for the user: what is wrong, and where."""
