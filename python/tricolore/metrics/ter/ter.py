"""TER as evaluate's "ter" gives it.

evaluate.load(tricolore.metric_folder("ter"))
"""

from typing import Any

import datasets
import evaluate
import tricolore


class TER(evaluate.Metric):
    def _info(self) -> Any:
        texts = datasets.Value("string", id="sequence")
        return evaluate.MetricInfo(
            description=__doc__,
            citation="",
            inputs_description=self._compute.__doc__,
            # Several references for each prediction, or one.
            features=[
                datasets.Features({"predictions": texts, "references": datasets.Sequence(texts, id="references")}),
                datasets.Features({"predictions": texts, "references": texts}),
            ],
        )

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
        if not isinstance(references[0], str) and any(len(own) != len(references[0]) for own in references):
            raise ValueError("the segments have different numbers of references: sacreBLEU takes as many for each")
        metric = tricolore.TER(normalized, ignore_punct, support_zh_ja_chars, case_sensitive)
        score = metric.corpus(predictions, references)
        return {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
