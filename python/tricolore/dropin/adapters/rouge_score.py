"""The scorer, LCS, aggregator and tokenizer of rouge_score 0.1.2."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from tricolore.compat.rouge_score.rouge_scorer import LCS, count, is_of_nothing, plan
from tricolore.compat.rouge_score.scoring import percentiles
from tricolore.compat.rouge_score.tokenize import PLAIN, STEMMED
from tricolore.reference.rouge import Counts, measure

from .answers import NotServedError, theirs
from .guard import Guard
from .nltk_stemmer import MANY_YS, plain_stemmer

__all__ = ["ready", "replaced"]

PACKAGE = "rouge_score"


class State:
    """The facts about the imported modules."""

    score_class: Any
    tokenizer_class: Any
    guards: dict[str, Guard] = {}  # noqa: RUF012


GUARDS: dict[str, tuple[tuple[str, Any], ...]] = {
    "tokenize": (
        (f"{PACKAGE}.tokenize", ("six.ensure_str", "len")),
        (
            f"{PACKAGE}.tokenize",
            {
                "NON_ALPHANUM_RE": re.compile(r"[^a-z0-9]+"),
                "SPACES_RE": re.compile(r"\s+"),
                "VALID_TOKEN_RE": re.compile(r"^[a-z0-9]+$"),
            },
        ),
    ),
    "scoring": (
        (
            f"{PACKAGE}.scoring",
            (
                *("np.arange", "np.array", "np.mean", "np.percentile", "np.random.choice", "np.zeros", "range"),
                # The adapter draws by this function.
                "np.random.randint",
            ),
        ),
    ),
    "rouge_scorer": (
        (f"{PACKAGE}.tokenizers", ("tokenize.tokenize",)),
        (f"{PACKAGE}.tokenizers:DefaultTokenizer", ("tokenize",)),
        (
            f"{PACKAGE}.rouge_scorer",
            tuple(
                "_create_ngrams _score_lcs _lcs_table _backtrack_norec _summary_level_lcs _union_lcs _find_union "
                "lcs_ind _score_ngrams scoring.Score scoring.fmeasure six.ensure_str six.iterkeys re.match "
                "collections.Counter "
                "int len list map max min range set sorted sum tuple".split()
            ),
        ),
    ),
}


def require(module: str) -> None:
    if not State.guards[module].holds():
        raise NotServedError("hook")


def tokenize(text: Any, stemmer: Any) -> list[str]:
    """`tokenize.tokenize`."""
    require("tokenize")
    if type(text) is not str:
        raise NotServedError("input")
    if not stemmer:
        return PLAIN.tokenize(text)
    if not plain_stemmer(stemmer):
        raise NotServedError("hook")
    if MANY_YS in text.lower():
        raise NotServedError("input")
    return STEMMED.tokenize(text)


def score(self: Any, target: Any, prediction: Any) -> dict[Any, Any]:
    """`RougeScorer.score`."""
    tokenizer = self._tokenizer
    types = self.rouge_types
    if type(tokenizer) is not State.tokenizer_class or "tokenize" in vars(tokenizer):
        raise NotServedError("hook")
    require("rouge_scorer")
    require("tokenize")
    stemmer = tokenizer._stemmer
    if stemmer and not plain_stemmer(stemmer):
        raise NotServedError("hook")
    if self._split_summaries:
        raise NotServedError("option")
    if type(target) is not str or type(prediction) is not str or type(types) not in (list, tuple):
        raise NotServedError("input")
    if stemmer and (MANY_YS in target.lower() or MANY_YS in prediction.lower()):
        raise NotServedError("input")
    # An object that equals a str but is none would hit the cache of `plan`.
    if not set(map(type, types)) <= {str}:
        raise NotServedError("input")
    try:
        metric, names = plan(tuple(types), bool(stemmer))
    except (TypeError, ValueError):
        raise NotServedError("option") from None
    if metric is None:
        return {}
    made = State.score_class
    scores = metric.score(prediction, target)
    return {
        kind: made(0, 0, 0) if name in LCS and is_of_nothing(scores, name) else made(*scores[name])
        for kind, name in names
    }


def plain_tokens(tokens: Any) -> bool:
    return type(tokens) in (list, tuple) and set(map(type, tokens)) <= {str}


def score_lcs(target_tokens: Any, prediction_tokens: Any) -> Any:
    """`_score_lcs`, which gets the tokens of any tokenizer of the program."""
    require("rouge_scorer")
    if not plain_tokens(target_tokens) or not plain_tokens(prediction_tokens):
        raise NotServedError("input")
    made = State.score_class
    if not target_tokens or not prediction_tokens:
        return made(0, 0, 0)
    return made(*measure(Counts(*count("rougeL", [prediction_tokens], [target_tokens]))))


def summary_level_lcs(ref_sent: Any, can_sent: Any) -> Any:
    """`_summary_level_lcs`."""
    require("rouge_scorer")
    for lines in (ref_sent, can_sent):
        if type(lines) not in (list, tuple) or not all(map(plain_tokens, lines)):
            raise NotServedError("input")
    made = State.score_class
    if not any(map(len, ref_sent)) or not any(map(len, can_sent)):
        return made(0, 0, 0)
    return made(*measure(Counts(*count("rougeLsum", list(can_sent), list(ref_sent)))))


def bootstrap_resample(self: Any, matrix: Any) -> Any:
    """`BootstrapAggregator._bootstrap_resample`."""
    require("scoring")
    if not State.guards["scoring"].codes_hold():
        raise NotServedError("hook")
    if type(self._n_samples) is not int or matrix.ndim != 2:
        raise NotServedError("input")
    return theirs(percentiles, matrix, self._n_samples, self._confidence_interval)


REPLACED: dict[str, dict[str, Callable[..., Any]]] = {
    "rouge_scorer": {"RougeScorer.score": score, "_score_lcs": score_lcs, "_summary_level_lcs": summary_level_lcs},
    "scoring": {"BootstrapAggregator._bootstrap_resample": bootstrap_resample},
    "tokenize": {"tokenize": tokenize},
}


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return REPLACED.get(module.removeprefix(f"{PACKAGE}."), {})


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if f"{PACKAGE}.scoring" in modules:
        # numpy imports this submodule only on first use.
        import numpy.random  # noqa: F401
    for name, hooks in GUARDS.items():
        if f"{PACKAGE}.{name}" in modules:
            State.guards[name] = Guard(*hooks)
    if f"{PACKAGE}.scoring" in modules:
        State.score_class = sys.modules[f"{PACKAGE}.scoring"].Score
    if f"{PACKAGE}.rouge_scorer" in modules:
        State.tokenizer_class = sys.modules[f"{PACKAGE}.tokenizers"].DefaultTokenizer
