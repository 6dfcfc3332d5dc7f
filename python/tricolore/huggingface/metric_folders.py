"""Metrics for Hugging Face's evaluate, which come with the package."""

from __future__ import annotations

import os
from typing import Any

from ..support.options import one_of

__all__ = ["metric_folder", "metric_info", "require_as_many_references"]

NAMES = ("bleu", "chrf", "rouge", "sacrebleu", "ter")


def metric_folder(name: str) -> str:
    """The folder of a metric that `evaluate.load` takes: nothing is fetched from a hub.

    Args:
        name: `"bleu"`, `"chrf"`, `"rouge"`, `"sacrebleu"` or `"ter"`, as evaluate calls its own, to which they are
            equal in every key.

    Raises ValueError for another name.

    >>> metric_folder("rouge").endswith("rouge")
    True
    """
    return os.path.join(os.path.dirname(__file__), one_of("name", name, NAMES))


def metric_info(description: str, arguments: str) -> Any:
    """What evaluate is told of a metric of texts with one reference each, or several.

    Args:
        description: of the metric.
        arguments: what its `compute` takes.
    """
    import datasets
    import evaluate

    texts = datasets.Value("string", id="sequence")
    return evaluate.MetricInfo(
        description=description,
        citation="",
        inputs_description=arguments,
        features=[
            datasets.Features({"predictions": texts, "references": datasets.Sequence(texts, id="references")}),
            datasets.Features({"predictions": texts, "references": texts}),
        ],
    )


def require_as_many_references(references: Any) -> None:
    """Raises ValueError where lists of references differ in length, as evaluate's metrics over sacreBLEU do."""
    if not isinstance(references[0], str):
        for i, own in enumerate(references):
            if len(own) != len(references[0]):
                raise ValueError(
                    f"references[{i}] has {len(own)}, references[0] has {len(references[0])}: there must be as many "
                    "for each segment"
                )
