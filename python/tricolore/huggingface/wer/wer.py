"""WER as evaluate's "wer" computes it with jiwer 4.

evaluate.load(tricolore.metric_folder("wer"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric


class WER(TextMetric, evaluate.Metric):
    def _compute(self, predictions: Any, references: Any, concatenate_texts: bool = False) -> float:
        """The arguments are those of evaluate's "wer".

        Args:
            concatenate_texts: True to score references without words too, as jiwer does: the result is then the
                number of insertions. False raises ZeroDivisionError for them.

        The result is the number of errors, divided by the number of words of the references.
        """
        score = tricolore.WER().corpus(predictions, references)
        if concatenate_texts:
            return score.score
        errors = score.substitutions + score.deletions + score.insertions
        return errors / (score.hits + score.substitutions + score.deletions)
