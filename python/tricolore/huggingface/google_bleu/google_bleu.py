"""GLEU as evaluate's "google_bleu" computes it.

evaluate.load(tricolore.metric_folder("google_bleu"))
"""

from collections.abc import Callable
from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric


class GoogleBleu(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        tokenizer: Callable[[str], list[str]] | None = None,
        min_len: int = 1,
        max_len: int = 4,
    ) -> dict[str, float]:
        """The arguments are those of evaluate's "google_bleu".

        Args:
            tokenizer: a function that returns the tokens of a text. None for mteval-v13a's tokenizer.
            min_len: the lowest order of n-grams.
            max_len: the highest order of n-grams.

        The score is from 0 to 1.
        """
        metric = tricolore.GLEU("13a" if tokenizer is None else tokenizer, min_len=min_len, max_len=max_len)
        return {"google_bleu": metric.corpus(predictions, references).score}
