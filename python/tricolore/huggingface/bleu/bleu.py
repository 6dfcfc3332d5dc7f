"""BLEU as evaluate's "bleu" computes it: from 0 to 1, with the shortest reference and its own smoothing.

evaluate.load(tricolore.metric_folder("bleu"))
"""

from typing import Any

import evaluate
from tricolore.huggingface.nmt_bleu import nmt_bleu
from tricolore.huggingface.text_metric import TextMetric


class BLEU(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        tokenizer: Any = None,
        max_order: int = 4,
        smooth: bool = False,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "bleu".

        Args:
            tokenizer: a function from a text to its tokens; None for the tokenizer of mteval-v13a.
            max_order: the highest order of n-grams.
            smooth: True to add one to the matches and n-grams of every order.

        The score is from 0 to 1. Raises ZeroDivisionError if all predictions or all references are empty.
        """
        return nmt_bleu(predictions, references, tokenizer, max_order, smooth)
