"""Metrics for Hugging Face's evaluate, which come with the package."""

from __future__ import annotations

import os

from .options import one_of

__all__ = ["metric_folder"]

NAMES = ("bleu", "chrf", "rouge", "sacrebleu", "ter")


def metric_folder(name: str) -> str:
    """The folder of a metric that `evaluate.load` takes: nothing is fetched from a hub.

    Args:
        name: `"bleu"`, `"chrf"`, `"rouge"`, `"sacrebleu"` or `"ter"`, as evaluate calls its own, to which they are
            equal in every key.

    Raises ValueError for another name.

    >>> metric_folder("rouge").endswith("rouge")
    True
    """
    return os.path.join(os.path.dirname(__file__), "metrics", one_of("name", name, NAMES))
