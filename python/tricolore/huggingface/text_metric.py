"""The part that the metrics in the folders beside this file share."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["TextMetric", "error_rate", "require_as_many_references"]


class TextMetric:
    """A metric of texts, each with one reference or several; a mixin for `evaluate.Metric`.

    It does not derive from `evaluate.Metric`, because evaluate loads the first class in a script that does.
    """

    _compute: Any

    def _info(self) -> Any:
        import datasets
        import evaluate

        texts = datasets.Value("string", id="sequence")
        return evaluate.MetricInfo(
            description=sys.modules[type(self).__module__].__doc__ or "",
            citation="",
            inputs_description=self._compute.__doc__ or "",
            features=[
                datasets.Features({"predictions": texts, "references": datasets.Sequence(texts, id="references")}),
                datasets.Features({"predictions": texts, "references": texts}),
            ],
        )


def error_rate(metric: Any, predictions: Any, references: Any, concatenate_texts: bool) -> float:
    """Returns the score of `WER` or `CER` as evaluate computes it.

    Without any token in the references, the result is the number of insertions with `concatenate_texts`, as in jiwer,
    and otherwise a ZeroDivisionError, as in evaluate.
    """
    score = metric.corpus(predictions, references)
    if not concatenate_texts and not score.hits + score.substitutions + score.deletions:
        raise ZeroDivisionError("division by zero")
    rate: float = score.score
    return rate


def require_as_many_references(references: Any) -> None:
    """Raises ValueError if lists of references differ in length, as evaluate's metrics over sacreBLEU do."""
    if not isinstance(references[0], str):
        for i, own in enumerate(references):
            if len(own) != len(references[0]):
                raise ValueError(
                    f"references[{i}] has {len(own)}, references[0] has {len(references[0])}: there must be as many "
                    "for each segment"
                )
