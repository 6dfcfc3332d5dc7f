"""torchmetrics' BLEU: the n-gram counts and lengths of a batch, for `BLEUScore` and `SacreBLEUScore`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache, partial
from types import FunctionType
from typing import Any

import tricolore as tc

from .answers import NotServedError, served
from .guard import Guard, function_within, looked_up, require_unchanged
from .sacrebleu_tokenizers import classes_are_ours
from .torchmetrics import FLOAT32_EXACT, TEXT, flat_pairs, torch_itself

__all__ = ["ready", "replaced"]

MODULE, TOKENIZERS = f"{TEXT}.bleu", f"{TEXT}.sacre_bleu"
METHODS = {
    "none": "_tokenize_base",
    "13a": "_tokenize_13a",
    "zh": "_tokenize_zh",
    "intl": "_tokenize_international",
    "char": "_tokenize_char",
}
"""The methods of torchmetrics' tokenizers, by their names."""
OPTIONS: dict[str, Any] = {"tokenize": None, "lowercase": False}
"""The options of a tokenizer, with their defaults."""
# torchmetrics lower-cases after the tokenizer, tricolore before it. The order matters for a letter whose lower case
# depends on its neighbours, for one that becomes two characters, and for 13a's entities and tag in capitals.
CHANGING = re.compile("[Σİ]")
ENTITIES = re.compile("&(?:quot|amp|lt|gt);|<skipped>", re.IGNORECASE)
CALLED = ("tokenize", "_tokenize_regex", "_is_chinese_char", "_check_tokenizers_validity", "_lower")
MOST_ORDERS = 64


class State:
    """The facts about the imported modules."""

    guards: dict[str, Guard] = {}  # noqa: RUF012
    tokenizer: type
    """The class of SacreBLEU's tokenizers."""
    methods: dict[str, FunctionType | None] = {}  # noqa: RUF012
    """The functions of METHODS."""


@lru_cache(maxsize=64)
def metric_of(tokenize: str, lowercase: bool, orders: int) -> tc.BLEU:
    """Returns the metric that counts n-grams up to this order."""
    return tc.BLEU(tokenize, lowercase, orders)


def bleu_score_update(
    preds: Any,
    target: Any,
    numerator: Any,
    denominator: Any,
    preds_len: Any,
    target_len: Any,
    n_gram: Any,
    tokenizer: Any,
) -> tuple[Any, Any]:
    """`_bleu_score_update`, which changes the four tensors."""
    require_unchanged(State.guards[MODULE])
    name, lowercase = known_tokenizer(tokenizer)
    if type(n_gram) is not int or not 1 <= n_gram <= MOST_ORDERS:
        raise NotServedError("option")
    left, right = flat_pairs(preds, target)
    for text in (*left, *right):
        # tricolore's tokenizers do not see white space at the end.
        if name in ("13a", "intl") and text != text.rstrip():
            raise NotServedError("input")
        if lowercase and name != "none" and is_changed_by_order(text, name):
            raise NotServedError("input")
    if not left:
        return preds_len, target_len
    metric = metric_of(name, lowercase, n_gram)
    rows = served(metric.statistics, preds, target).rows
    lengths = rows[:, 1]
    if len(left) > len(rows):
        lengths = first_closest(served(metric.statistics, right, right).rows[:, 0], rows[:, 0], target)
    sums = rows[:, 2:].sum(axis=0, dtype="int64")
    tensors = (numerator, denominator, preds_len, target_len)
    totals = (sums[:n_gram], sums[n_gram:], rows[:, 0].sum(dtype="int64"), lengths.sum(dtype="int64"))
    torch = torch_itself()
    added = []
    for tensor, total in zip(tensors, totals, strict=True):
        if type(tensor) is not torch.Tensor or tensor.dtype is not torch.float32 or tensor.shape != total.shape:
            raise NotServedError("input")
        made = torch.tensor(total, dtype=tensor.dtype, device=tensor.device)
        # The original adds one by one.
        if not bool((tensor + made <= FLOAT32_EXACT).all()):
            raise NotServedError("input")
        added.append(made)
    for tensor, made in zip(tensors, added, strict=True):
        tensor += made
    return preds_len, target_len


def is_changed_by_order(text: str, tokenizer: str) -> bool:
    """True if a text may have other tokens when it is lower-cased first."""
    entities = ENTITIES.findall(text) if tokenizer == "13a" else []
    return bool(CHANGING.search(text)) or any(entity != entity.lower() for entity in entities)


def first_closest(of_references: Any, of_predictions: Any, target: Any) -> Any:
    """Returns the length of each segment's first reference whose length is closest to the prediction's.

    sacreBLEU and tricolore take the shorter of two that are equally close.
    """
    import numpy as np

    each = iter(of_references.tolist())
    return np.array(
        [
            min([next(each) for _ in own], key=lambda length: abs(length - predicted))
            for own, predicted in zip(target, of_predictions.tolist(), strict=True)
        ]
    )


def known_tokenizer(tokenizer: Any) -> tuple[str, bool]:
    """Returns the name of a tokenizer in tricolore, and True if it lower-cases."""
    if tokenizer is sys.modules[MODULE]._tokenize_fn:
        return "none", False
    require_unchanged(State.guards[TOKENIZERS])
    cls: Any = State.tokenizer
    options = OPTIONS
    if type(tokenizer) is cls:
        # The class `SacreBLEUScore` passes an instance, whose tokenizer is a class method.
        own = vars(tokenizer)
        method = own.get("tokenize_fn")
        function = getattr(method, "__func__", None)
        names = [name for name, known in State.methods.items() if known is function]
        options = {"tokenize": names[0] if names else None, "lowercase": own.get("lowercase")}
        if len(own) != 2 or getattr(method, "__self__", None) is not cls:
            raise NotServedError("option")
    elif type(tokenizer) is partial and tokenizer.func == cls.tokenize and not tokenizer.args:
        options = {**OPTIONS, **tokenizer.keywords}
    name, lowercase = options["tokenize"], options["lowercase"]
    if name not in State.methods or type(lowercase) is not bool or len(options) != len(OPTIONS):
        raise NotServedError("option")
    if name == "intl" and not classes_are_ours():
        raise NotServedError("option")
    return name, lowercase


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"_bleu_score_update": bleu_score_update} if module == MODULE else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if MODULE in modules:
        bleu = sys.modules[MODULE]
        original: Any = originals[f"{MODULE}._bleu_score_update"]
        functions = (original, bleu._count_ngram, bleu._tokenize_fn)
        State.guards[MODULE] = Guard(
            (MODULE, ("_tokenize_fn",)), *((MODULE, looked_up(function)) for function in functions)
        )
    if TOKENIZERS in modules:
        State.tokenizer = cls = vars(sys.modules[TOKENIZERS])["_SacreBLEUTokenizer"]
        methods = {name: function_within(vars(cls)[name]) for name in (*METHODS.values(), *CALLED)}
        State.methods = {name: methods[method] for name, method in METHODS.items()}
        patterns = [name for name in ("_REGEX", "_INT_REGEX") if hasattr(cls, name)]
        members = (*methods, "__call__", "_TOKENIZE_FN", *patterns)
        State.guards[TOKENIZERS] = Guard(
            (f"{TOKENIZERS}:_SacreBLEUTokenizer", members),
            *((TOKENIZERS, looked_up(function)) for function in methods.values()),
        )
