"""BLEU as evaluate's "sacrebleu" computes it.

evaluate.load(tricolore.metric_folder("sacrebleu"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric, require_as_many_references


class SacreBLEU(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        smooth_method: str = "exp",
        smooth_value: float | None = None,
        force: bool = False,
        lowercase: bool = False,
        tokenize: str | None = None,
        use_effective_order: bool = False,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "sacrebleu". `tricolore.BLEU` describes the others.

        Args:
            tokenize: the tokenizer; None for "13a".
            force: has no effect, because this metric never warns about tokenized text.

        The score and the precisions are from 0 to 100.
        """
        require_as_many_references(references)
        metric = tricolore.BLEU(
            tokenize or "13a",
            lowercase,
            smooth_method=smooth_method,
            smooth_value=smooth_value,
            effective_order=use_effective_order,
        )
        score = metric.corpus(predictions, references)
        return {
            "score": score.score,
            "counts": list(score.counts),
            "totals": list(score.totals),
            "precisions": list(score.precisions),
            "bp": score.bp,
            "sys_len": score.sys_len,
            "ref_len": score.ref_len,
        }
