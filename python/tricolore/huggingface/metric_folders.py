"""The folders of the metrics for Hugging Face's evaluate."""

from __future__ import annotations

import os

from ..support.options import one_of

__all__ = ["metric_folder"]

NAMES = ("bleu", "cer", "chrf", "exact_match", "google_bleu", "rouge", "sacrebleu", "squad", "squad_v2", "ter", "wer")


def metric_folder(name: str) -> str:
    """Returns the folder of a metric for `evaluate.load`, which then fetches nothing from a hub.

    Args:
        name: `"bleu"`, `"cer"`, `"chrf"`, `"exact_match"`, `"google_bleu"`, `"rouge"`, `"sacrebleu"`, `"squad"`,
            `"squad_v2"`, `"ter"` or `"wer"`. The results equal those of evaluate's metric with the same name in every
            key.

    Raises ValueError for any other name.

    >>> metric_folder("rouge").endswith("rouge")
    True
    """
    return os.path.join(os.path.dirname(__file__), one_of("name", name, NAMES))
