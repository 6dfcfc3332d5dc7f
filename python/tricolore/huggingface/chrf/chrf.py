"""chrF and chrF++ as evaluate's "chrf" computes them.

evaluate.load(tricolore.metric_folder("chrf"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric, require_as_many_references


class ChrF(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        char_order: int = 6,
        word_order: int = 0,
        beta: int = 2,
        lowercase: bool = False,
        whitespace: bool = False,
        eps_smoothing: bool = False,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "chrf" and of `tricolore.CHRF`.

        The score is from 0 to 100.
        """
        require_as_many_references(references)
        metric = tricolore.CHRF(char_order, word_order, beta, lowercase, whitespace, eps_smoothing)
        score = metric.corpus(predictions, references).score
        return {"score": score, "char_order": char_order, "word_order": word_order, "beta": beta}
