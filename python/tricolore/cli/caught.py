"""Warnings of metrics that are shown on standard error."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from warnings import WarningMessage

from tricolore.texts.split_summaries import OneLineWarning

__all__ = ["messages"]

ONE_LINE = "rougeLsum is rougeL here, for no text has a newline: --split-summaries says what ends a sentence"


def messages(caught: Sequence[WarningMessage], given: argparse.Namespace) -> list[str]:
    """The texts of warnings. Texts of one line are no surprise unless the command asks for rougeLsum by name."""
    asked = "rougeLsum" in (given.type or ())
    texts = [str(one.message) for one in caught if not issubclass(one.category, OneLineWarning)]
    if asked and len(texts) < len(caught):
        texts.append(ONE_LINE)
    return texts
