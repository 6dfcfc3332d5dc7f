"""BLEU as evaluate's "sacrebleu" gives it.

evaluate.load(tricolore.metric_folder("sacrebleu"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.metric_folders import metric_info, require_as_many_references


class SacreBLEU(evaluate.Metric):
    def _info(self) -> Any:
        return metric_info(__doc__ or "", self._compute.__doc__ or "")

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
        """Arguments are those of evaluate's "sacrebleu", and by these names those of `tricolore.BLEU`.

        Args:
            tokenize: None for "13a".
            force: changes nothing: no warning of tokenized text is given here.

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
