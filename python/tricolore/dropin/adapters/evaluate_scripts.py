"""The scripts behind evaluate's `bleu` and `squad`, which evaluate loads from a folder or keeps after a download.

They are the modules `nmt_bleu` (tensorflow/nmt's BLEU) and `compute_score` (version 1.1 of SQuAD's script).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from tricolore.dropin.forms import form_of
from tricolore.dropin.sources import source_of
from tricolore.huggingface.nmt_bleu import figures_of
from tricolore.huggingface.question_answers import scores_of

from .answers import NotServedError, served
from .guard import Guard, looked_up, require_unchanged
from .nltk_bleu import references_of, tokens_of

__all__ = ["ready", "replaced"]

MOST_ORDERS = 64
# Two versions beside that of tensorflow/nmt's main branch circulate. The form of each, and what it does otherwise.
FIRST_ORDER_UNSMOOTHED = "6732da26406b529c"
ZERO_WITHOUT_REFERENCES = "d0ccbce50a7c19d9"
GUARDS: dict[str, Guard] = {}
"""The guard of each imported script."""
FORMS: dict[str, str] = {}
"""The form of each imported `nmt_bleu`."""


def compute_bleu(
    module: str, reference_corpus: Any, translation_corpus: Any, max_order: Any, smooth: Any
) -> tuple[Any, ...]:
    """`nmt_bleu.compute_bleu`."""
    require_unchanged(GUARDS[module])
    if type(max_order) is not int or not 1 <= max_order <= MOST_ORDERS or type(smooth) is not bool:
        raise NotServedError("option")
    if type(translation_corpus) not in (list, tuple) or type(reference_corpus) not in (list, tuple):
        raise NotServedError("input")
    if not translation_corpus or len(translation_corpus) != len(reference_corpus):
        raise NotServedError("input")
    texts, others = [*map(tokens_of, translation_corpus)], [*map(references_of, reference_corpus)]
    form = FORMS[module]
    length, shortest = sum(map(len, texts)), sum(min(map(len, own)) for own in others)
    if form == ZERO_WITHOUT_REFERENCES and not shortest:
        return 0, [0] * max_order, 0, 0, length, 0
    if not length or not shortest:
        # The original divides by zero.
        raise NotServedError("input")
    figures = served(figures_of, texts, others, max_order, smooth, form != FIRST_ORDER_UNSMOOTHED)
    return tuple(figures.values())


def compute_score(module: str, dataset: Any, predictions: Any) -> dict[str, float]:
    """`compute_score.compute_score`."""
    require_unchanged(GUARDS[module])
    pairs: list[tuple[Any, Any]] = []
    counts = []
    try:
        for article in dataset:
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    # The original prints a line about a question without a prediction.
                    prediction = predictions[question["id"]]
                    answers = [answer["text"] for answer in question["answers"]]
                    pairs += [(prediction, answer) for answer in answers]
                    counts.append(len(answers))
    except (KeyError, TypeError):
        raise NotServedError("input") from None
    if not counts or 0 in counts or {type(text) for pair in pairs for text in pair} != {str}:
        raise NotServedError("input")
    left, right = map(list, zip(*pairs, strict=True))
    each = iter(served(scores_of, left, right, 0))
    f1: Any = 0
    exact_match = 0
    for count in counts:
        exact, scores = zip(*[next(each) for _ in range(count)], strict=True)
        exact_match += max(exact)
        f1 += max(scores)
    return {"exact_match": 100.0 * exact_match / len(counts), "f1": 100.0 * f1 / len(counts)}


ANSWERS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "nmt_bleu": (compute_bleu, ("_get_ngrams",)),
    "compute_score": (
        compute_score,
        ("normalize_answer", "f1_score", "exact_match_score", "metric_max_over_ground_truths"),
    ),
}
"""For the last part of a script's name, the function that answers and the functions that it bypasses."""


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    function, _ = ANSWERS[module.rpartition(".")[2]]
    return {function.__name__: partial(function, module)}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    for module in modules:
        function, bypassed = ANSWERS[module.rpartition(".")[2]]
        original: Any = originals[f"{module}.{function.__name__}"]
        names = vars(sys.modules[module])
        functions = (original, *(names[name] for name in bypassed))
        GUARDS[module] = Guard(*((module, looked_up(each)) for each in functions))
        source = source_of(module)
        assert source is not None
        FORMS[module] = form_of(source[0])
