"""torchmetrics' WER, CER, MER, WIL and WIP: the errors and lengths of a batch.

torchmetrics computes all of them from the edit distance and the lengths, unlike jiwer, which counts the hits of an
alignment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from tricolore import _core
from tricolore.support.threads import resolve

from .answers import NotServedError, served
from .guard import Guard, looked_up, require_unchanged
from .torchmetrics import FLOAT32_EXACT, TEXT, require_plain_tensors, require_texts, torch_itself

__all__ = ["ready", "replaced"]

HELPER = f"{TEXT}.helper"
FUNCTIONS = {
    f"{TEXT}.wer": "_wer_update",
    f"{TEXT}.cer": "_cer_update",
    f"{TEXT}.mer": "_mer_update",
    f"{TEXT}.wil": "_word_info_lost_update",
    f"{TEXT}.wip": "_wip_update",
}
GUARDS: dict[str, Guard] = {}
"""The guard of each imported module in FUNCTIONS."""


@lru_cache(maxsize=2)
def metric_of(tokenizer: str) -> _core.Metric:
    """Returns the metric that counts the errors of these tokens."""
    return _core.Metric.error_rate(tokenizer, [])


def update(module: str, preds: Any, target: Any) -> tuple[Any, ...]:
    """The function in FUNCTIONS of a module."""
    import numpy as np

    require_unchanged(GUARDS[module])
    require_plain_tensors()
    preds, target = ([side] if type(side) is str else side for side in (preds, target))
    require_texts(preds)
    require_texts(target)
    if len(preds) != len(target):
        raise NotServedError("input")
    metric = metric_of("characters" if module == f"{TEXT}.cer" else "whitespace")
    counts = served(metric.batch, preds, target, resolve(None), False).rows
    hits, substitutions, deletions, insertions = np.frombuffer(counts, np.int32).reshape(-1, 4).T.astype(np.int64)
    errors, references = substitutions + deletions + insertions, hits + substitutions + deletions
    predictions = hits + substitutions + insertions
    longer = np.maximum(predictions, references)
    sums = [int(column.sum()) for column in (errors, references, predictions, longer)]
    # The original adds one by one.
    if max(sums) > FLOAT32_EXACT:
        raise NotServedError("input")
    error, reference, prediction, longest = map(float, sums)
    tensor = torch_itself().tensor
    if module in (f"{TEXT}.wil", f"{TEXT}.wip"):
        return tensor(error - longest), tensor(reference), tensor(prediction)
    return tensor(error), tensor(longest if module == f"{TEXT}.mer" else reference)


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {FUNCTIONS[module]: partial(update, module)} if module in FUNCTIONS else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    distance = sys.modules[HELPER]._edit_distance
    for module in modules:
        if module in FUNCTIONS:
            original: Any = originals[f"{module}.{FUNCTIONS[module]}"]
            GUARDS[module] = Guard((module, looked_up(original)), (HELPER, looked_up(distance)))
