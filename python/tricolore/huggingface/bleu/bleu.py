"""BLEU as evaluate's "bleu" gives it: from 0 to 1, the shortest reference, another smoothing.

evaluate.load(tricolore.metric_folder("bleu"))
"""

from typing import Any

import evaluate
from tricolore.huggingface.metric_folders import metric_info
from tricolore.huggingface.nmt_bleu import nmt_bleu


class BLEU(evaluate.Metric):
    def _info(self) -> Any:
        return metric_info(__doc__ or "", self._compute.__doc__ or "")

    def _compute(
        self,
        predictions: Any,
        references: Any,
        tokenizer: Any = None,
        max_order: int = 4,
        smooth: bool = False,
    ) -> dict[str, Any]:
        """Arguments are those of evaluate's "bleu".

        Args:
            tokenizer: a callable from a text to its tokens; None for mteval-v13a's.
            max_order: the highest order of n-grams that counts.
            smooth: whether one is added to the matches and the n-grams of every order.

        The score is from 0 to 1. Raises ZeroDivisionError where all predictions or all references are empty.
        """
        return nmt_bleu(predictions, references, tokenizer, max_order, smooth)
