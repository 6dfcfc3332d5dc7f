"""chrF and chrF++ as evaluate's "chrf" gives them.

evaluate.load(tricolore.metric_folder("chrf"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.metric_folders import metric_info, require_as_many_references


class ChrF(evaluate.Metric):
    def _info(self) -> Any:
        return metric_info(__doc__ or "", self._compute.__doc__ or "")

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
        """Arguments are those of evaluate's "chrf", which are those of `tricolore.CHRF`.

        The score is from 0 to 100.
        """
        require_as_many_references(references)
        metric = tricolore.CHRF(char_order, word_order, beta, lowercase, whitespace, eps_smoothing)
        score = metric.corpus(predictions, references).score
        return {"score": score, "char_order": char_order, "word_order": word_order, "beta": beta}
