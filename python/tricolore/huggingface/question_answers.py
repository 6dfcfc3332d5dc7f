"""The part that the metrics of SQuAD share: the features of questions, and the scores of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tricolore

__all__ = ["question_features", "scores_of"]


def question_features(*of_predictions: tuple[str, str]) -> Any:
    """Returns the features of predictions and references for `evaluate.MetricInfo`.

    Args:
        of_predictions: pairs of the name and the type of a field, besides `id` and `prediction_text`.
    """
    from datasets import Features, Sequence, Value

    return Features(
        {
            "predictions": {
                "id": Value("string"),
                "prediction_text": Value("string"),
                **{name: Value(kind) for name, kind in of_predictions},
            },
            "references": {
                "id": Value("string"),
                "answers": Sequence({"text": Value("string"), "answer_start": Value("int32")}),
            },
        }
    )


def scores_of(predictions: Sequence[str], references: Any, of_nothing: int) -> list[tuple[int, int | float]]:
    """Returns the exact match (0 or 1) and the F1 (0 to 1) of each segment, as SQuAD's scripts compute them.

    Args:
        predictions, references: as `Metric.score_each` takes them.
        of_nothing: the F1 of two texts without tokens: 0 in version 1.1 of the script, 1 in version 2.0.

    An F1 is an int where the script returns an int, because `sum` rounds ints and floats differently since Python 3.12.
    """
    if not predictions:
        return []
    equal = tricolore.ExactMatch("squad").statistics(predictions, references).rows[:, 0].tolist()
    counts = tricolore.TokenF1().statistics(predictions, references).rows.tolist()
    each = zip(equal, counts, strict=True)
    return [(exact, f1_of(same, predicted, true, of_nothing)) for exact, (same, predicted, true) in each]


def f1_of(same: int, predicted: int, true: int, of_nothing: int) -> int | float:
    """Returns the F1 of the counts of one pair, by the operations of SQuAD's script in their order."""
    if not same:
        return of_nothing if predicted == true == 0 else 0
    precision, recall = same / predicted, same / true
    return (2 * precision * recall) / (precision + recall)
