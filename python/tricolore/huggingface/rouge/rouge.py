"""ROUGE as evaluate's "rouge" gives it: the medians of resampled means of F-measures.

evaluate.load(tricolore.metric_folder("rouge"))
"""

from typing import Any

import evaluate
import tricolore.compat.rouge_score.rouge_scorer
import tricolore.compat.rouge_score.scoring
from tricolore.huggingface.metric_folders import metric_info


class Rouge(evaluate.Metric):
    def _info(self) -> Any:
        return metric_info(__doc__ or "", self._compute.__doc__ or "")

    def _compute(
        self,
        predictions: Any,
        references: Any,
        rouge_types: Any = None,
        use_aggregator: bool = True,
        use_stemmer: bool = False,
        tokenizer: Any = None,
    ) -> dict[str, Any]:
        """Arguments are those of evaluate's "rouge".

        Args:
            rouge_types: None for rouge1, rouge2, rougeL and rougeLsum.
            use_aggregator: a number for each type; else a list, a number for each segment.
            use_stemmer: whether the default tokenizer stems.
            tokenizer: a callable from a text to its tokens, in place of the default one.

        F-measures are from 0 to 1. Of several references the best counts, by type.
        """
        compat = tricolore.compat.rouge_score
        types = ["rouge1", "rouge2", "rougeL", "rougeLsum"] if rouge_types is None else rouge_types
        own = None if tokenizer is None else CallableTokenizer(tokenizer)
        scorer = compat.rouge_scorer.RougeScorer(types, use_stemmer=use_stemmer, tokenizer=own)
        score = scorer.score_multi if isinstance(references[0], list) else scorer.score
        scores = [score(reference, text) for reference, text in zip(references, predictions, strict=True)]
        if not use_aggregator:
            return {kind: [each[kind].fmeasure for each in scores] for kind in scores[0]}
        aggregator = compat.scoring.BootstrapAggregator()
        for each in scores:
            aggregator.add_scores(each)
        return {kind: bounds.mid.fmeasure for kind, bounds in aggregator.aggregate().items()}


class CallableTokenizer:
    """A callable as the scorer takes it."""

    def __init__(self, function: Any) -> None:
        self.tokenize = function
