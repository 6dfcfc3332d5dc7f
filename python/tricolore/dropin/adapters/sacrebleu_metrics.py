"""sacreBLEU's three metrics: their counterparts in tricolore, and the parts of sacreBLEU that these bypass."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import tricolore as tc

from .answers import NotServedError
from .guard import Guard
from .sacrebleu_tokenizers import codes_hold, spaced_by, tercom

__all__ = ["Engine", "Known", "know_metrics", "known_of"]

METRICS = "sacrebleu.metrics"


class Engine(NamedTuple):
    """The metric of tricolore that answers for a metric of sacreBLEU."""

    metric: Any
    preprocess: bool
    """True if the original's `_preprocess_segment` runs first, because a library tokenizes."""
    key: object
    """A key that is equal for engines that accept the same prepared references."""


class Kind(NamedTuple):
    """A class of metrics of sacreBLEU."""

    name: str
    module: str
    statistics: tuple[tuple[str, Any], ...]
    """The names that compute statistics, by place."""
    sums: tuple[tuple[str, Any], ...]
    """The names that add rows, by place."""
    scoring: tuple[tuple[str, Any], ...]
    """The names that compute a score, by place."""
    engine: Callable[[Any], Engine]
    """Returns the engine for the present options of an instance."""
    rows: Callable[[Any], list[list[Any]]]
    """Converts a matrix of our rows to rows of sacreBLEU."""
    total: Callable[[Any], list[Any]]
    """Returns the sum of the rows, as sacreBLEU's loop adds them."""


class Known(NamedTuple):
    """A kind of metric as it was imported."""

    kind: Kind
    cls: type
    methods: frozenset[str]
    statistics: Guard
    sums: Guard
    scoring: Guard

    def require(self, metric: Any) -> None:
        """Raises NotServedError unless all code that computes statistics is the original's."""
        cls = type(metric)
        if cls is not self.cls:
            for name in self.methods:
                if getattr(cls, name, None) is not getattr(self.cls, name):
                    raise NotServedError("hook")
        if not self.methods.isdisjoint(vars(metric)) or not self.statistics.holds():
            raise NotServedError("hook")

    def require_codes(self, metric: Any) -> None:
        """Raises NotServedError if the code of a bypassed function was replaced. For calls with many segments."""
        if not self.statistics.codes_hold() or ("tokenizer" in vars(metric) and not codes_hold(metric.tokenizer)):
            raise NotServedError("hook")


KNOWN: dict[type, Known] = {}


def known_of(metric: Any) -> Known:
    """Returns the known kind of a metric."""
    known = KNOWN.get(type(metric))
    if known is None:
        known = next((KNOWN[cls] for cls in type(metric).__mro__ if cls in KNOWN), None)
        if known is None:
            raise NotServedError("hook")
    return known


def option(make: Callable[..., Any]) -> Callable[..., Any]:
    """Caches the metrics that `make` returns. Options that tricolore does not have are left to the original."""
    made = lru_cache(maxsize=64)(make)

    def checked(*options: Any) -> Any:
        try:
            return made(*options)
        except (TypeError, ValueError, OverflowError):
            raise NotServedError("option") from None

    return checked


@option
def bleu(tokenize: str, lowercase: bool, order: int) -> tc.BLEU:
    return tc.BLEU(tokenize, lowercase, order, "none")


@option
def chrf(char_order: int, word_order: int, beta: float, lowercase: bool, whitespace: bool, eps: bool) -> tc.CHRF:
    return tc.CHRF(char_order, word_order, beta, lowercase, whitespace, eps)


def bleu_order(self: Any) -> int:
    order: int = self.max_ngram_order
    if type(order) is not int:
        raise NotServedError("option")
    return order


def bleu_engine(self: Any) -> Engine:
    tokenize, order, lowercase = spaced_by(self.tokenizer), bleu_order(self), bool(self.lowercase)
    metric = bleu(tokenize or "none", lowercase and bool(tokenize), order)
    return Engine(metric, not tokenize, metric if tokenize else (metric, self.tokenizer, lowercase))


def chrf_orders(self: Any) -> tuple[int, int, Any]:
    chars, words = self.char_order, self.word_order
    if type(chars) is not int or type(words) is not int or type(self.beta) not in (int, float):
        raise NotServedError("option")
    if self.order != chars + words:
        raise NotServedError("option")
    return chars, words, self.beta


def chrf_engine(self: Any) -> Engine:
    metric = chrf(*chrf_orders(self), bool(self.lowercase), bool(self.whitespace), bool(self.eps_smoothing))
    return Engine(metric, False, metric)


def ter_engine(self: Any) -> Engine:
    # The options in effect are those of its tokenizer, even if the metric's own have changed since.
    spaced_by(self.tokenizer)
    own = self.tokenizer
    metric = tercom(*map(bool, (own._normalized, own._no_punct, own._asian_support, own._case_sensitive)))
    return Engine(metric, False, metric)


def integer_rows(matrix: Any) -> list[list[Any]]:
    rows: list[list[Any]] = matrix.tolist()
    return rows


def integer_sum(matrix: Any) -> list[Any]:
    total: list[Any] = matrix.sum(axis=0, dtype="int64").tolist()
    return total


def ter_rows(matrix: Any) -> list[list[Any]]:
    lengths = (matrix[:, 1] / matrix[:, 2]).tolist()
    return [[edits, length] for edits, length in zip(matrix[:, 0].tolist(), lengths, strict=True)]


def ter_sum(matrix: Any) -> list[Any]:
    # Add in order, as sacreBLEU's loop does: means are fractions, so a different order may change the last bit.
    return [int(matrix[:, 0].sum(dtype="int64")), float((matrix[:, 1] / matrix[:, 2]).cumsum()[-1])]


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PREPARED = "_preprocess_segment _extract_reference_info _compute_segment_statistics"
METRIC = (f"{METRICS}.base:Metric", ("_cache_references",))
BASE = (METRIC, (f"{METRICS}.base", names("len list set zip")))
SCORE = (f"{METRICS}.base:Score", ("__init__",))
HELPERS = ((f"{METRICS}.helpers", {"Counter": Counter}), (f"{METRICS}.helpers", names("len range")))
SUM = ("sacrebleu.utils", names("len range type"))
# Constants are given by value, because other code may have changed them before.
KINDS = (
    Kind(
        "BLEU",
        f"{METRICS}.bleu",
        (
            *BASE,
            *HELPERS,
            (f"{METRICS}.helpers", ("tuple",)),
            (f"{METRICS}.bleu:BLEU", names(f"{PREPARED} _get_closest_ref_len")),
            (f"{METRICS}.bleu", names("extract_all_word_ngrams abs len max min range")),
        ),
        ((f"{METRICS}.bleu", ("sum_of_lists",)), SUM),
        (
            (f"{METRICS}.bleu:BLEU", names("_aggregate_and_compute _compute_score_from_stats compute_bleu")),
            (f"{METRICS}.bleu:BLEUScore", ("__init__",)),
            SCORE,
            (
                f"{METRICS}.bleu:BLEU",
                {"SMOOTH_DEFAULTS": {"none": None, "floor": 0.1, "add-k": 1, "exp": None}},
            ),
            (f"{METRICS}.bleu", names("BLEU BLEUScore my_log math.exp any int len range sum super")),
            ("sacrebleu.utils", ("math.log",)),
        ),
        bleu_engine,
        integer_rows,
        integer_sum,
    ),
    Kind(
        "CHRF",
        f"{METRICS}.chrf",
        (
            *BASE,
            *HELPERS,
            (f"{METRICS}.chrf:CHRF", names(f"{PREPARED} _get_match_statistics _remove_punctuation _compute_f_score")),
            (f"{METRICS}.chrf:CHRF", {"_PUNCTS": set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")}),
            (f"{METRICS}.chrf", names("extract_all_char_ngrams extract_word_ngrams len min range sum zip")),
        ),
        ((f"{METRICS}.chrf", ("sum_of_lists",)), SUM),
        (
            (f"{METRICS}.chrf:CHRF", names("_aggregate_and_compute _compute_score_from_stats _compute_f_score")),
            (f"{METRICS}.chrf:CHRFScore", ("__init__",)),
            (f"{METRICS}.chrf", names("CHRFScore range super")),
            SCORE,
        ),
        chrf_engine,
        integer_rows,
        integer_sum,
    ),
    Kind(
        "TER",
        f"{METRICS}.ter",
        (
            *BASE,
            (f"{METRICS}.ter:TER", names(PREPARED)),
            (f"{METRICS}.ter", names("translation_edit_rate int len")),
            (
                f"{METRICS}.lib_ter",
                names(
                    "_shift _perform_shift _find_shifted_pairs _flip_trace trace_to_alignment BeamEditDistance "
                    "math.ceil math.floor abs len list max min range sum tuple zip"
                ),
            ),
            (
                f"{METRICS}.lib_ter",
                {
                    "_COST_INS": 1,
                    "_COST_DEL": 1,
                    "_COST_SUB": 1,
                    "_MAX_SHIFT_SIZE": 10,
                    "_MAX_SHIFT_DIST": 50,
                    "_BEAM_WIDTH": 25,
                    "_MAX_CACHE_SIZE": 10000,
                    "_MAX_SHIFT_CANDIDATES": 1000,
                    "_INT_INFINITY": 10**16,
                    "_OP_INS": "i",
                    "_OP_DEL": "d",
                    "_OP_NOP": " ",
                    "_OP_SUB": "s",
                    "_OP_UNDEF": "x",
                    "_FLIP_OPS": str.maketrans("id", "di"),
                },
            ),
            (f"{METRICS}.lib_ter:BeamEditDistance", names("__init__ __call__ _edit_distance _add_cache _find_cache")),
        ),
        ((f"{METRICS}.ter", ("sum_of_lists",)), SUM),
        ((f"{METRICS}.ter:TER", names("_aggregate_and_compute _compute_score_from_stats")),),
        ter_engine,
        ter_rows,
        ter_sum,
    ),
)


def know_metrics() -> None:
    """Records the metrics as imported."""
    for kind in KINDS:
        cls = getattr(sys.modules[kind.module], kind.name)
        places = (METRIC[0], f"{kind.module}:{kind.name}")
        methods = {name for place, listed in (*kind.statistics, *kind.scoring) if place in places for name in listed}
        guards = (Guard(*hooks) for hooks in (kind.statistics, kind.sums, kind.scoring))
        KNOWN[cls] = Known(kind, cls, frozenset(methods), *guards)
