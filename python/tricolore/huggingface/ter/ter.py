"""TER as evaluate's "ter" computes it.

evaluate.load(tricolore.metric_folder("ter"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric, require_as_many_references


class TER(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        normalized: bool = False,
        ignore_punct: bool = False,
        support_zh_ja_chars: bool = False,
        case_sensitive: bool = False,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "ter".

        Args:
            normalized, case_sensitive: the options of `tricolore.TER`.
            ignore_punct: the option `no_punct` of `tricolore.TER`.
            support_zh_ja_chars: the option `asian_support` of `tricolore.TER`.

        The score is 100 times the number of edits, divided by the length of the reference.
        """
        require_as_many_references(references)
        metric = tricolore.TER(normalized, ignore_punct, support_zh_ja_chars, case_sensitive)
        score = metric.corpus(predictions, references)
        return {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
