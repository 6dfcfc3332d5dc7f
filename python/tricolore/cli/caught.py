"""The warnings of metrics, as standard error shows them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from tricolore.support.visible import visible
from tricolore.texts.split_summaries import OneLineWarning

__all__ = ["messages", "warn"]

ONE_LINE = "rougeLsum is rougeL here, because no text has a newline: --split-summaries says what ends a sentence"


def warn(texts: Iterable[str]) -> None:
    """Prints each warning once, in a line on standard error."""
    for text in dict.fromkeys(texts):
        print(f"tricolore: warning: {visible(text)}", file=sys.stderr)


def messages(warnings: Sequence[str | Warning], given: argparse.Namespace) -> list[str]:
    """The messages of warnings. Texts of one line are expected unless the command asks for rougeLsum by name."""
    asked = "rougeLsum" in (given.type or ())
    texts = [str(warning) for warning in warnings if not isinstance(warning, OneLineWarning)]
    if asked and len(texts) < len(warnings):
        texts.append(ONE_LINE)
    return texts
