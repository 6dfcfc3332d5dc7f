"""The command `tricolore`."""

from .main import main

__all__ = ["main"]
