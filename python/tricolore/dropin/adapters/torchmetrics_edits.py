"""torchmetrics' other edit distances: TER, `edit_distance`, and the extended edit distance (EED)."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Any

from tricolore import _core
from tricolore.explanations.ngram_matches import numbered

from .answers import NotServedError, served
from .guard import Guard, looked_up, require_unchanged
from .torchmetrics import TEXT, require_texts, torch_itself

__all__ = ["ready", "replaced"]

HELPER = f"{TEXT}.helper"
CALLED = {
    f"{TEXT}.ter": "_shift_words _find_shifted_pairs _handle_corner_cases_during_shifting _perform_shift",
    f"{TEXT}.eed": "_distance_between_words",
}
"""The other functions of a module that ours replace."""
# ter.py: `range(1, _MAX_SHIFT_SIZE)`. sacreBLEU's moves have one token more.
MOST_MOVED = 9
GUARDS: dict[str, Guard] = {}
"""The guard of each imported module in ANSWERS."""


def edits(prediction: Iterable[str], reference: Iterable[str], most_moved: int) -> int:
    """Returns the number of edits that TER's search finds with moves of at most this many tokens."""
    left, right = numbered(prediction, reference)
    steps = _core.ter_search(left, right, most_moved)
    # A move is four int32, and a space of the trace stands for a token that stays.
    return len(steps.moves) // 16 + len(steps.trace) - steps.trace.count(" ")


def translation_edit_rate(pred_words: Any, target_words: Any) -> Any:
    """`ter._translation_edit_rate`. torchmetrics passes the reference first, so its words are moved."""
    require_unchanged(GUARDS[f"{TEXT}.ter"])
    require_texts(pred_words)
    require_texts(target_words)
    tensor = torch_itself().tensor
    return tensor(edits(pred_words, target_words, MOST_MOVED)) if target_words else tensor(0.0)


def edit_distance_update(preds: Any, target: Any, substitution_cost: Any) -> Any:
    """`edit._edit_distance_update`: the distance of characters within TER's beam."""
    require_unchanged(GUARDS[f"{TEXT}.edit"])
    if type(substitution_cost) is not int or substitution_cost != 1:
        raise NotServedError("option")
    preds, target = ([side] if type(side) is str else side for side in (preds, target))
    require_texts(preds)
    require_texts(target)
    if len(preds) != len(target):
        raise NotServedError("input")
    torch = torch_itself()
    return torch.tensor([edits(pred, own, 0) for pred, own in zip(preds, target, strict=True)], dtype=torch.int)


def extended_edit_distance(hyp: Any, ref: Any, alpha: Any, rho: Any, deletion: Any, insertion: Any) -> float:
    """`eed._eed_function`."""
    require_unchanged(GUARDS[f"{TEXT}.eed"])
    if type(hyp) is not str or type(ref) is not str:
        raise NotServedError("input")
    for cost in (alpha, rho, deletion, insertion):
        if type(cost) is not float or not 0 <= cost < math.inf:
            raise NotServedError("option")
    distance, visits = served(_core.extended_edit_distance, hyp, ref, alpha, deletion, insertion)
    coverage = rho * visits
    length = float(len(ref)) + coverage
    if length == 0:
        # The original divides by zero.
        raise NotServedError("input")
    score: float = min(1, (distance + coverage) / length)
    return score


ANSWERS: dict[str, dict[str, Callable[..., Any]]] = {
    f"{TEXT}.ter": {"_translation_edit_rate": translation_edit_rate},
    f"{TEXT}.edit": {"_edit_distance_update": edit_distance_update},
    f"{TEXT}.eed": {"_eed_function": extended_edit_distance},
}


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return ANSWERS.get(module, {})


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    for module in modules:
        if module not in ANSWERS:
            continue
        hooks = hooks_of_distance() if module in (f"{TEXT}.ter", f"{TEXT}.edit") else []
        for name in (*ANSWERS[module], *CALLED.get(module, "").split()):
            function: Any = originals.get(f"{module}.{name}", vars(sys.modules[module])[name])
            hooks.append((module, looked_up(function)))
        GUARDS[module] = Guard(*hooks)


def hooks_of_distance() -> list[tuple[str, Any]]:
    """Returns the names that the distance within TER's beam looks up."""
    helper = sys.modules[HELPER]
    distance = helper._LevenshteinEditDistance
    methods = [name for name, value in vars(distance).items() if callable(value)]
    functions = [getattr(distance, name) for name in methods]
    return [
        (f"{HELPER}:_LevenshteinEditDistance", methods),
        *((HELPER, looked_up(function)) for function in (*functions, helper._flip_trace, helper._trace_to_alignment)),
    ]
