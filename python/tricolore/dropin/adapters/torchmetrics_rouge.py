"""torchmetrics' ROUGE: the scores of a batch, and their means."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tricolore import _core
from tricolore.support.threads import resolve

from .answers import NotServedError, served, theirs
from .guard import Guard, looked_up, require_unchanged
from .nltk_stemmer import MANY_YS, plain_stemmer
from .torchmetrics import TEXT, flat_pairs, require_plain_tensors, torch_itself

__all__ = ["ready", "replaced"]

MODULE = f"{TEXT}.rouge"
BYPASSED = (
    "_normalize_and_tokenize_text _rouge_n_score _rouge_l_score _rouge_lsum_score _union_lcs _lcs _backtracked_lcs "
    "_compute_metrics"
)
FIGURES = ("precision", "recall", "fmeasure")
FMEASURE = FIGURES.index("fmeasure")
MOST_ORDERS = 64


class State:
    """The facts about the imported module."""

    guard: Guard
    mean: Guard
    """The guard of `_rouge_score_compute`."""


@lru_cache(maxsize=64)
def metric_of(types: tuple[str, ...], stemmer: bool) -> _core.Metric:
    """Returns ROUGE with these types, for segments of one reference."""
    return _core.Metric.rouge(list(types), "default", stemmer, "best", [])


def rouge_score_update(
    preds: Any, target: Any, rouge_keys_values: Any, accumulate: Any, stemmer: Any, normalizer: Any, tokenizer: Any
) -> dict[Any, list[dict[str, Any]]]:
    """`_rouge_score_update`."""
    require_unchanged(State.guard)
    if stemmer is not None and not plain_stemmer(stemmer):
        raise NotServedError("hook")
    if normalizer is not None or tokenizer is not None or accumulate not in ("best", "avg"):
        raise NotServedError("option")
    require_plain_tensors()
    keys = rouge_keys_values
    if type(keys) is not list or not keys or len(set(keys)) < len(keys):
        raise NotServedError("option")
    if not all(key in ("L", "Lsum") or (type(key) is int and 1 <= key <= MOST_ORDERS) for key in keys):
        raise NotServedError("option")
    left, right = flat_pairs(preds, target)
    if stemmer is not None and any(MANY_YS in text.lower() for text in (*left, *right)):
        raise NotServedError("input")
    if not left:
        return {key: [] for key in keys}
    if "Lsum" in keys:
        sentences = {text: in_lines(text) for text in dict.fromkeys((*left, *right))}
        left, right = [sentences[text] for text in left], [sentences[text] for text in right]
    metric = metric_of(tuple(f"rouge{key}" for key in keys), stemmer is not None)
    scores = served(metric.batch, left, right, resolve(None), True).scores
    return as_tensors(scores, keys, [len(own) for own in target], accumulate == "best")


def in_lines(text: str) -> str:
    """Returns a text with a line for each sentence that torchmetrics finds by nltk."""
    sentences = theirs(sys.modules[MODULE]._split_sentence, text)
    return "\n".join(sentence.replace("\n", " ") for sentence in sentences)


def as_tensors(scores: bytes, keys: list[Any], references: list[int], best: bool) -> dict[Any, list[dict[str, Any]]]:
    """Returns the results of the original, of scores by pair, type and figure."""
    import numpy as np

    torch = torch_itself()
    figures = np.frombuffer(scores).reshape(-1, len(keys), len(FIGURES)).astype(np.float32)
    if len(references) != len(figures):
        starts = np.cumsum([0, *references[:-1]])
        spans = [slice(start, start + count) for start, count in zip(starts.tolist(), references, strict=True)]
        if best:
            # The first of equals, as on torch's CPU.
            places = [span.start + figures[span, :, FMEASURE].argmax(0) for span in spans]
            figures = figures[np.array(places), np.arange(len(keys))]
        else:
            means = [torch.from_numpy(figures[span].reshape(-1, len(keys) * len(FIGURES)).T.copy()) for span in spans]
            return as_dicts([column.mean() for own in means for column in own], keys, len(spans))
    return as_dicts(torch.from_numpy(figures.reshape(-1)).unbind(), keys, len(references))


def as_dicts(tensors: Any, keys: list[Any], segments: int) -> dict[Any, list[dict[str, Any]]]:
    """Returns the results of the original, of tensors by segment, type and figure."""
    each = zip(*[iter(tensors)] * len(FIGURES), strict=True)
    scores = [{"precision": p, "recall": r, "fmeasure": f} for p, r, f in each]
    assert len(scores) == segments * len(keys)
    return {key: scores[place :: len(keys)] for place, key in enumerate(keys)}


def rouge_score_compute(sentence_results: Any) -> dict[Any, Any]:
    """`_rouge_score_compute`: the means, of tensors that are stacked and not read one by one."""
    require_unchanged(State.mean)
    if type(sentence_results) is not dict:
        raise NotServedError("input")
    torch = torch_itself()
    try:
        stacked = {key: torch.stack(scores) for key, scores in sentence_results.items()}
    except (RuntimeError, TypeError):
        raise NotServedError("input") from None
    if not all(scores.ndim == 1 and scores.dtype is torch.float32 for scores in stacked.values()):
        raise NotServedError("input")
    require_plain_tensors()
    if any(scores.device.type != "cpu" for scores in stacked.values()):
        raise NotServedError("option")
    return {key: scores.mean() for key, scores in stacked.items()}


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    if module != MODULE:
        return {}
    return {"_rouge_score_update": rouge_score_update, "_rouge_score_compute": rouge_score_compute}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE in modules:
        rouge = sys.modules[MODULE]
        original: Any = originals[f"{MODULE}._rouge_score_update"]
        functions = [original, *(getattr(rouge, name) for name in BYPASSED.split())]
        State.guard = Guard(*((MODULE, looked_up(function)) for function in functions))
        mean: Any = originals[f"{MODULE}._rouge_score_compute"]
        State.mean = Guard((MODULE, looked_up(mean)))
