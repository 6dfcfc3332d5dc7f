"""ROUGE as evaluate's "rouge" computes it: medians of resampled means of F-measures.

evaluate.load(tricolore.metric_folder("rouge"))
"""

from typing import Any

import evaluate
import tricolore.compat.rouge_score.rouge_scorer
import tricolore.compat.rouge_score.scoring
from tricolore.huggingface.text_metric import TextMetric


class Rouge(TextMetric, evaluate.Metric):
    def _compute(
        self,
        predictions: Any,
        references: Any,
        rouge_types: Any = None,
        use_aggregator: bool = True,
        use_stemmer: bool = False,
        tokenizer: Any = None,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "rouge".

        Args:
            rouge_types: the types; None for rouge1, rouge2, rougeL and rougeLsum.
            use_aggregator: True for a number per type, False for a list per type with a number per segment.
            use_stemmer: True if the default tokenizer stems.
            tokenizer: a function from a text to its tokens that replaces the default tokenizer.

        F-measures are from 0 to 1. Of several references, the one with the highest F-measure counts, for each type.
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
    """A function in the form that the scorer takes."""

    def __init__(self, function: Any) -> None:
        self.tokenize = function
