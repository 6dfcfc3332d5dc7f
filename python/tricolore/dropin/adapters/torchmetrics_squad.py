"""torchmetrics' SQuAD: the sums of F1 and of exact matches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tricolore import _core
from tricolore.support.threads import resolve

from .answers import NotServedError, served
from .guard import Guard, looked_up, require_unchanged
from .torchmetrics import TEXT, flat_pairs, require_plain_tensors, torch_itself

__all__ = ["ready", "replaced"]

MODULE = f"{TEXT}.squad"
BYPASSED = "_metric_max_over_ground_truths _compute_exact_match_score _compute_f1_score _get_tokens _normalize_text"


class State:
    """The facts about the imported module."""

    guard: Guard


@lru_cache(maxsize=1)
def metrics() -> tuple[_core.Metric, _core.Metric]:
    """Returns exact match and token F1."""
    return _core.Metric.exact_match(True), _core.Metric.token_f1()


def squad_update(preds: Any, target: Any) -> tuple[Any, Any, Any]:
    """`_squad_update`."""
    import numpy as np

    require_unchanged(State.guard)
    require_plain_tensors()
    predictions, answers = [], []
    try:
        for article in target:
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    # The original warns about a question without a prediction.
                    predictions.append(preds[qa["id"]])
                    answers.append([answer["text"] for answer in qa["answers"]])
    except (KeyError, TypeError):
        raise NotServedError("input") from None
    left, right = flat_pairs(predictions, answers)
    tensor = torch_itself().tensor
    if not left:
        return tensor(0.0), tensor(0.0), tensor(0)
    exact_match, token_f1 = metrics()
    counts = np.frombuffer(served(token_f1.batch, left, right, resolve(None), False).rows, np.int32).reshape(-1, 3)
    equal = (counts == counts[:, :1]).all(axis=1)
    # Texts are equal only if their bags of tokens are.
    candidates = np.flatnonzero(equal).tolist()
    some = ([left[place] for place in candidates], [right[place] for place in candidates])
    if candidates:
        equal[equal] = memoryview(served(exact_match.batch, *some, resolve(None), False).rows).cast("i").tolist()[::2]
    starts = np.cumsum([0, *map(len, answers[:-1])])
    exact = int(np.maximum.reduceat(equal, starts).sum())
    # From the left, one at a time, as torchmetrics adds: numpy's `sum` adds pairwise.
    f1 = np.add.accumulate(np.maximum.reduceat(f1_of(counts), starts), dtype=np.float32)[-1].item()
    return tensor(f1), tensor(float(exact)), tensor(len(answers))


def f1_of(counts: Any) -> Any:
    """Returns the F1 of each pair, computed in float32 as torchmetrics does."""
    import numpy as np

    same, predicted, true = counts.T.astype(np.float32)
    with np.errstate(all="ignore"):
        precision, recall = same / predicted, same / true
        f1 = np.float32(2) * precision * recall / (precision + recall)
    f1[same == 0] = 0
    # Two texts without tokens are equal.
    f1[(predicted == 0) & (true == 0)] = 1
    return f1


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"_squad_update": squad_update} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE in modules:
        squad = sys.modules[MODULE]
        original: Any = originals[f"{MODULE}._squad_update"]
        functions = [original, *(getattr(squad, name) for name in BYPASSED.split())]
        State.guard = Guard(*((MODULE, looked_up(function)) for function in functions))
