"""WER as evaluate's "wer" computes it with jiwer 4.

evaluate.load(tricolore.metric_folder("wer"))
"""

from typing import Any

import evaluate
import tricolore
from tricolore.huggingface.text_metric import TextMetric, error_rate


class WER(TextMetric, evaluate.Metric):
    def _compute(self, predictions: Any, references: Any, concatenate_texts: bool = False) -> float:
        """The arguments are those of evaluate's "wer".

        Args:
            concatenate_texts: True to score references without words, by the number of insertions. False raises
                ZeroDivisionError for them. Other references score alike.

        The result is the number of errors, divided by the number of words of the references.
        """
        return error_rate(tricolore.WER(), predictions, references, concatenate_texts)
