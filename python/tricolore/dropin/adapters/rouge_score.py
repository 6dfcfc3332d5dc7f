"""The scorer, LCS, aggregator and tokenizer of rouge_score 0.1.2, and of its copies in other packages."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from tricolore.compat.rouge_score.rouge_scorer import as_original, count, plan
from tricolore.compat.rouge_score.scoring import percentiles
from tricolore.compat.rouge_score.tokenize import PLAIN, STEMMED
from tricolore.reference.rouge import Counts, measure

from .answers import NotServedError, theirs
from .guard import Guard
from .nltk_stemmer import MANY_YS, plain_stemmer

__all__ = ["Package", "packages", "ready", "replaced"]

# The methods of str by which the scorer reads the name of a type.
READ = ("__eq__", "__getitem__", "__hash__", "__len__")
Hooks: TypeAlias = tuple[tuple[str, Any], ...]


def rouge_scorer_hooks(module: str, tokenizers: str) -> Hooks:
    """The names that the scorer bypasses."""
    functions = (
        "_create_ngrams _score_lcs _lcs_table _backtrack_norec _summary_level_lcs _union_lcs _find_union lcs_ind "
        "_score_ngrams scoring.Score scoring.fmeasure six.ensure_str six.iterkeys re.match collections.Counter "
        "int len list map max min range set sorted sum tuple"
    )
    return (
        (tokenizers, ("tokenize.tokenize",)),
        (f"{tokenizers}:DefaultTokenizer", ("tokenize",)),
        (module, present(module, functions)),
    )


def scoring_hooks(module: str) -> Hooks:
    """The names that the aggregator bypasses, and `np.random.randint`, by which the adapter draws."""
    functions = "np.arange np.array np.mean np.percentile np.random.choice np.zeros range np.random.randint"
    return ((module, tuple(functions.split())),)


def tokenize_hooks(module: str) -> Hooks:
    """The names that the tokenizer bypasses."""
    patterns = {
        "NON_ALPHANUM_RE": re.compile(r"[^a-z0-9]+"),
        "SPACES_RE": re.compile(r"\s+"),
        "VALID_TOKEN_RE": re.compile(r"^[a-z0-9]+$"),
    }
    return ((module, present(module, "six.ensure_str len")), (module, patterns))


def present(module: str, names: str) -> tuple[str, ...]:
    """Returns the names without those of six, if a copy does not use it."""
    return tuple(name for name in names.split() if not name.startswith("six.") or "six" in vars(sys.modules[module]))


class Package:
    """rouge_score, or a copy of it in another package. Its methods answer in place of the functions."""

    score_class: Any
    tokenizer_class: Any

    def __init__(self) -> None:
        self.guards: dict[str, Guard] = {}
        """The guards of the modules that bypass code, by the module's own name."""

    def require(self, module: str) -> None:
        if not self.guards[module].holds():
            raise NotServedError("hook")

    def tokenize(self, text: Any, stemmer: Any) -> list[str]:
        """`tokenize.tokenize`."""
        self.require("tokenize")
        if type(text) is not str:
            raise NotServedError("input")
        if not stemmer:
            return PLAIN.tokenize(text)
        if not plain_stemmer(stemmer):
            raise NotServedError("hook")
        if MANY_YS in text.lower():
            raise NotServedError("input")
        return STEMMED.tokenize(text)

    def score(self, scorer: Any, target: Any, prediction: Any) -> dict[Any, Any]:
        """`RougeScorer.score`."""
        tokenizer = scorer._tokenizer
        types = scorer.rouge_types
        if type(tokenizer) is not self.tokenizer_class or "tokenize" in vars(tokenizer):
            raise NotServedError("hook")
        self.require("rouge_scorer")
        self.require("tokenize")
        stemmer = tokenizer._stemmer
        if stemmer and not plain_stemmer(stemmer):
            raise NotServedError("hook")
        if scorer._split_summaries:
            raise NotServedError("option")
        if type(target) is not str or type(prediction) is not str or type(types) not in (list, tuple):
            raise NotServedError("input")
        if stemmer and (MANY_YS in target.lower() or MANY_YS in prediction.lower()):
            raise NotServedError("input")
        # An object that equals a str but is none would hit the cache of `plan`.
        given, types = types, types if set(map(type, types)) <= {str} else [plain_name(kind) for kind in types]
        try:
            metric, places = plan(tuple(types), bool(stemmer))
        except (TypeError, ValueError):
            raise NotServedError("option") from None
        if metric is None:
            return {}
        return dict(zip(given, as_original(metric.score(prediction, target), places, self.score_class), strict=True))

    def score_lcs(self, target_tokens: Any, prediction_tokens: Any) -> Any:
        """`_score_lcs`, which gets the tokens of any tokenizer of the program."""
        self.require("rouge_scorer")
        if not plain_tokens(target_tokens) or not plain_tokens(prediction_tokens):
            raise NotServedError("input")
        made = self.score_class
        if not target_tokens or not prediction_tokens:
            return made(0, 0, 0)
        return made(*measure(Counts(*count("rougeL", [prediction_tokens], [target_tokens]))))

    def summary_level_lcs(self, ref_sent: Any, can_sent: Any) -> Any:
        """`_summary_level_lcs`."""
        self.require("rouge_scorer")
        for lines in (ref_sent, can_sent):
            if type(lines) not in (list, tuple) or not all(map(plain_tokens, lines)):
                raise NotServedError("input")
        made = self.score_class
        if not any(map(len, ref_sent)) or not any(map(len, can_sent)):
            return made(0, 0, 0)
        return made(*measure(Counts(*count("rougeLsum", list(can_sent), list(ref_sent)))))

    def bootstrap_resample(self, aggregator: Any, matrix: Any) -> Any:
        """`BootstrapAggregator._bootstrap_resample`."""
        self.require("scoring")
        if not self.guards["scoring"].codes_hold():
            raise NotServedError("hook")
        if type(aggregator._n_samples) is not int or matrix.ndim != 2:
            raise NotServedError("input")
        return theirs(percentiles, matrix, aggregator._n_samples, aggregator._confidence_interval)


def plain_name(kind: Any) -> str:
    """Returns the name of a type of ROUGE, which may be a member of an enumeration, as in azure-ai-evaluation."""
    if type(kind) is str:
        return kind
    if isinstance(kind, str) and all(getattr(type(kind), name) is getattr(str, name) for name in READ):
        return str.__str__(kind)
    raise NotServedError("input")


def plain_tokens(tokens: Any) -> bool:
    return type(tokens) in (list, tuple) and set(map(type, tokens)) <= {str}


packages: dict[str, Package] = {}
"""The packages that are imported, by name."""


def package_of(module: str) -> Package:
    """Returns the package of a module."""
    return packages.setdefault(module.rpartition(".")[0], Package())


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    own, package = module.rpartition(".")[2], package_of(module)
    if own == "rouge_scorer":
        return {
            "RougeScorer.score": package.score,
            "_score_lcs": package.score_lcs,
            "_summary_level_lcs": package.summary_level_lcs,
        }
    if own == "scoring" and hasattr(sys.modules[module], "BootstrapAggregator"):
        return {"BootstrapAggregator._bootstrap_resample": package.bootstrap_resample}
    return {"tokenize": package.tokenize} if own == "tokenize" else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    for module in modules:
        own, package = module.rpartition(".")[2], package_of(module)
        if own == "tokenize":
            package.guards[own] = Guard(*tokenize_hooks(module))
        elif own == "scoring" and hasattr(sys.modules[module], "BootstrapAggregator"):
            # numpy imports this submodule only on first use.
            import numpy.random  # noqa: F401

            package.guards[own] = Guard(*scoring_hooks(module))
        elif own == "rouge_scorer":
            # A copy may take these modules from rouge_score.
            scorer: Any = sys.modules[module]
            tokenizers = scorer.tokenizers
            package.guards[own] = Guard(*rouge_scorer_hooks(module, tokenizers.__name__))
            if "tokenize" not in package.guards:
                package.guards["tokenize"] = Guard(*tokenize_hooks(tokenizers.tokenize.__name__))
            package.score_class = scorer.scoring.Score
            package.tokenizer_class = tokenizers.DefaultTokenizer
