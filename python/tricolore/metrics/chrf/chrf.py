"""chrF and chrF++ as evaluate's "chrf" gives them.

evaluate.load(tricolore.metric_folder("chrf"))
"""

from typing import Any

import datasets
import evaluate
import tricolore


class ChrF(evaluate.Metric):
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
        if not isinstance(references[0], str) and any(len(own) != len(references[0]) for own in references):
            raise ValueError("the segments have different numbers of references: sacreBLEU takes as many for each")
        metric = tricolore.CHRF(char_order, word_order, beta, lowercase, whitespace, eps_smoothing)
        score = metric.corpus(predictions, references).score
        return {"score": score, "char_order": char_order, "word_order": word_order, "beta": beta}
