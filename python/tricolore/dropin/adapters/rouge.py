"""The scores of `Rouge.get_scores`, in the packages rouge 1.0.1 and rouge_chinese 1.0.3.

`get_scores` itself, which checks its arguments, and `FilesRouge`, which calls it, stay the originals' own code.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from itertools import starmap
from operator import add, methodcaller
from struct import Struct
from typing import Any, NamedTuple

from tricolore import _core
from tricolore.support.threads import resolve

from .answers import NotServedError, OriginalError, served, theirs
from .guard import ForeignError, Guard

__all__ = ["KNOWN", "ready", "replaced"]

STR = {str}
METRICS = ("rouge-1", "rouge-2", "rouge-3", "rouge-4", "rouge-5", "rouge-l")
# The places of figures in a row and in the scores of a type.
IN_ROW = {"overlap": 0, "hyp": 1, "ref": 2}
IN_SCORES = {"p": 0, "r": 1, "f": 2}
FIGURES = 3
# The product of two texts' lengths above which a sum over pairs of sentences may not fit in a row.
MOST_CHARACTERS = 1 << 32

CALLED = {
    "rouge": "_union_lcs _recon_lcs _lcs",
    "rouge_chinese": "_len_lcs _lcs",
}
"""The functions that only one package's ROUGE-L calls."""
COMMON = (
    "Ngrams _get_ngrams _get_word_ngrams _split_into_words f_r_p_rouge_n itertools.chain "
    "dict len list map max range set tuple"
)


class Plan(NamedTuple):
    """The way to score with one choice of options."""

    metric: _core.Metric
    types: tuple[str, ...]
    """The distinct metrics."""
    width: int
    """The number of figures of a segment."""
    figures: Struct
    """The figures of one segment, as the compiled module returns them."""
    as_dict: Callable[..., dict[str, dict[str, Any]]]
    """Makes the result of a segment from its figures."""


@lru_cache(maxsize=64)
def plan(chinese: bool, metrics: tuple[str, ...], stats: tuple[str, ...], raw: bool, exclusive: bool) -> Plan:
    """Returns the plan for these options. Raises NotServedError for metrics and statistics that rouge does not have."""
    types = tuple(dict.fromkeys(metrics))
    places = IN_ROW if raw else IN_SCORES
    if not types or not set(types) <= set(METRICS) or not set(stats) <= set(places):
        raise NotServedError("option")
    width = len(types) * FIGURES
    # A dict display takes a third of the time of a comprehension.
    each = (
        f"{name!r}: {{{', '.join(f'{stat!r}: x{i * FIGURES + places[stat]}' for stat in stats)}}}"
        for i, name in enumerate(types)
    )
    as_dict = eval(f"lambda {', '.join(f'x{i}' for i in range(width))}: {{{', '.join(each)}}}")
    # The scores come first, and then the rows.
    figures = Struct(f"{8 * width}x{width}i" if raw else f"{width}d{4 * width}x")
    return Plan(_core.Metric.rouge_pltrdy(list(types), chinese, exclusive), types, width, figures, as_dict)


class Choice(NamedTuple):
    """The fields of a `Rouge` object, as they were when its plan was made."""

    metrics: list[str]
    stats: list[str]
    raw: Any
    exclusive: Any
    plan: Plan


class Adapter:
    """The answering functions of one package."""

    guard: Guard

    def __init__(self, package: str) -> None:
        self.package = package
        self.chinese = package == "rouge_chinese"
        self.cut_sent: Any = None
        # The result is empty if the package finds no sentence in a text.
        self.content: Callable[[str], str] = methodcaller("strip") if self.chinese else methodcaller("strip", ".")
        self.last: Choice | None = None

    def ready(self) -> None:
        """Records the package as imported."""
        rouge, scores = f"{self.package}.rouge", f"{self.package}.rouge_score"
        cls = sys.modules[rouge].Rouge
        # The metrics are lambdas, each on its own line.
        metrics = [cls.AVAILABLE_METRICS.get(name) for name in METRICS]
        whose = {(getattr(each, "__module__", ""), getattr(each, "__qualname__", "")) for each in metrics}
        lines = [each.__code__.co_firstlineno for each in metrics] if whose == {(rouge, "Rouge.<lambda>")} else []
        if not lines or lines != sorted(set(lines)):
            raise ForeignError(f"{rouge}: Rouge.AVAILABLE_METRICS has other metrics")
        hooks: list[tuple[str, Any]] = [
            (rouge, ("Rouge", "rouge_score.rouge_n", "rouge_score.rouge_l_summary_level", "len", "zip")),
            (f"{rouge}:Rouge", ("AVAILABLE_METRICS", *(["cut_sent"] if self.chinese else []))),
            (scores, (*COMMON.split(), *CALLED[self.package].split())),
            (scores, {"deepcopy": copy.deepcopy}),
            (f"{scores}:Ngrams", ("__init__", "__len__", "add", "intersection", "union")),
        ]
        if self.chinese:
            hooks.append((rouge, ("re.sub",)))
            self.cut_sent = cls.cut_sent
        self.guard = Guard(*hooks)

    def scores(self, rouge: Any, hyps: Any, refs: Any) -> list[dict[str, dict[str, Any]]]:
        """`Rouge._get_scores`."""
        raw = rouge.raw_results
        plan = self._plan(rouge, hyps, refs, raw)
        figures = self._figures(plan, hyps, refs, raw)
        if len(hyps) == 1:
            results = [plan.as_dict(*figures)]
        else:
            results = list(starmap(plan.as_dict, zip(*[iter(figures)] * plan.width, strict=True)))
        if rouge.return_lengths:
            for result, lengths in zip(results, self._lengths(rouge, hyps, refs), strict=True):
                result["lengths"] = lengths
        return results

    def averages(self, rouge: Any, hyps: Any, refs: Any) -> dict[str, dict[str, float]]:
        """`Rouge._get_avg_scores`."""
        if rouge.raw_results:
            # The original finds none of these results among the scores and raises a KeyError.
            raise NotServedError("option")
        plan = self._plan(rouge, hyps, refs, False)
        figures = self._figures(plan, hyps, refs, False)
        averages = []
        for place in range(plan.width):
            column = figures[place :: plan.width]
            # A metric that is named twice is added twice.
            times = rouge.metrics.count(plan.types[place // FIGURES])
            # `sum` would compensate for rounding since Python 3.12.
            averages.append(
                reduce(add, [x for x in column for _ in range(times)] if times > 1 else column, 0) / len(hyps)
            )
        result = plan.as_dict(*averages)
        if rouge.return_lengths:
            lengths = [*self._lengths(rouge, hyps, refs)]
            result["lengths"] = {side: sum(each[side] for each in lengths) / len(hyps) for side in ("hyp", "ref")}
        return result

    def _plan(self, rouge: Any, hyps: Any, refs: Any, raw: Any) -> Plan:
        """Returns the plan for this call, which must be plain."""
        if not self.guard.holds():
            raise NotServedError("hook")
        if type(hyps) not in (list, tuple) or type(refs) not in (list, tuple) or not hyps or len(hyps) != len(refs):
            raise NotServedError("input")
        if len(hyps) > 1 and not self.guard.codes_hold():
            raise NotServedError("hook")
        if self.chinese and getattr(rouge.cut_sent, "__func__", None) is not self.cut_sent:
            raise NotServedError("hook")
        metrics, stats, exclusive = rouge.metrics, rouge.stats, rouge.exclusive
        if type(metrics) is not list or type(stats) is not list:
            raise NotServedError("option")
        if set(map(type, (*metrics, *stats, *hyps, *refs))) != STR:
            raise NotServedError("input")
        choice = self.last
        if (
            choice is None
            or metrics != choice.metrics
            or stats != choice.stats
            or raw is not choice.raw
            or exclusive is not choice.exclusive
        ):
            self.last = choice = self._choice(metrics, stats, raw, exclusive)
        if not choice.exclusive and not self.chinese and "rouge-l" in choice.metrics:
            for hyp, ref in zip(hyps, refs, strict=True):
                if len(hyp) * len(ref) > MOST_CHARACTERS:
                    raise NotServedError("input")
        return choice.plan

    def _choice(self, metrics: Any, stats: Any, raw: Any, exclusive: Any) -> Choice:
        """Returns the plan for these fields, with a copy of them."""
        # Other objects have a truth of their own.
        if type(raw) not in (bool, int, type(None)) or type(exclusive) not in (bool, int, type(None)):
            raise NotServedError("option")
        made = plan(self.chinese, tuple(metrics), tuple(stats), bool(raw), bool(exclusive))
        return Choice([*metrics], [*stats], raw, exclusive, made)

    def _figures(self, plan: Plan, hyps: Any, refs: Any, raw: Any) -> Any:
        """Returns the figures of all pairs, one pair after the other: counts if `raw`, else scores.

        Raises the original's error for an empty text.
        """
        if len(hyps) == 1:
            figures: Any = plan.figures.unpack(served(plan.metric.score, hyps[0], refs[0]))
        else:
            rows = served(lambda: plan.metric.batch(hyps, refs, resolve(None), not raw))
            figures = memoryview(rows.rows).cast("i") if raw else memoryview(rows.scores).cast("d")
            figures = figures.tolist()
        # The first figure is 0 for an empty text.
        if not all(figures[:: plan.width]):
            for hyp, ref in zip(map(self.content, hyps), map(self.content, refs), strict=True):
                if not hyp or not ref:
                    raise OriginalError(error_of_empty(plan.types[0], bool(hyp)))
        return figures

    def _lengths(self, rouge: Any, hyps: Any, refs: Any) -> Iterator[dict[str, int]]:
        """Yields the numbers of words of each pair."""

        def length(text: str) -> int:
            return len((" ".join(theirs(rouge.cut_sent, text)) if self.chinese else text.replace(".", " ")).split())

        for hyp, ref in zip(hyps, refs, strict=True):
            yield {"hyp": length(hyp), "ref": length(ref)}


def error_of_empty(metric: str, has_hypothesis: bool) -> ValueError:
    """Returns the error of the original for a pair with an empty text."""
    if metric == "rouge-l":
        return ValueError("Collections must contain at least 1 sentence.")
    return ValueError("Reference is empty." if has_hypothesis else "Hypothesis is empty.")


KNOWN = {package: Adapter(package) for package in CALLED}


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    package, _, name = module.partition(".")
    adapter = KNOWN[package]
    return {"Rouge._get_scores": adapter.scores, "Rouge._get_avg_scores": adapter.averages} if name == "rouge" else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    for package, adapter in KNOWN.items():
        if f"{package}.rouge" in modules:
            adapter.ready()
