"""TER as evaluate's "ter" gives it.

evaluate.load(tricolore.metric_folder("ter"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.metric_folders import metric_info, require_as_many_references


class TER(evaluate.Metric):
    def _info(self) -> Any:
        return metric_info(__doc__ or "", self._compute.__doc__ or "")

    def _compute(
        self,
        predictions: Any,
        references: Any,
        normalized: bool = False,
        ignore_punct: bool = False,
        support_zh_ja_chars: bool = False,
        case_sensitive: bool = False,
    ) -> dict[str, Any]:
        """Arguments are those of evaluate's "ter".

        Args:
            normalized, case_sensitive: those of `tricolore.TER`.
            ignore_punct: its `no_punct`.
            support_zh_ja_chars: its `asian_support`.

        The score is 100 times the edits by the length of the reference.
        """
        require_as_many_references(references)
        metric = tricolore.TER(normalized, ignore_punct, support_zh_ja_chars, case_sensitive)
        score = metric.corpus(predictions, references)
        return {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
