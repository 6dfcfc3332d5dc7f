"""Is system A really better than system B? Paired tests over the integer rows of any metric."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from .accumulator import Accumulator
from .bootstrap import CHUNK, Bootstrap, sums_of_draws
from .explained import html_table, text_table
from .inputs import Predictions, References, Text, is_missing, references_by_segment, texts_in
from .named import AnyMetric, metrics_of
from .options import one_of, whole_number
from .prepared import PreparedReferences
from .statistics import Statistics, join_signature
from .ter import TER

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .bootstrap import Seed

__all__ = ["Compared", "Comparison", "compare"]

# As many as sacreBLEU draws.
SAMPLES = {"bootstrap": 1000, "randomization": 10_000}
TESTS = {"bootstrap": "bs", "randomization": "ar"}
SEED = 12345


class Compared(NamedTuple):
    """One figure of one system."""

    group: Hashable
    """The label of the segments that are compared, or None for all."""
    metric: str
    """The flat name of the figure."""
    system: str
    score: float
    mean: float | None
    """Of the resampled corpora's scores; None where the test does not resample."""
    half_width: float | None
    """Half the distance of the bounds of 95 % of them; likewise."""
    difference: float | None
    """From the baseline's score; None for the baseline, here and below."""
    p_value: float | None
    """How often chance alone makes such a difference, two-sided."""
    p_holm: float | None
    """The same, corrected for the number of systems that are compared with the baseline."""


class Comparison(NamedTuple):
    """What `compare` gives: a row for each group, figure and system. Prints as a table, shows itself in a
    notebook, `.to_dict()`."""

    rows: tuple[Compared, ...]
    baseline: str
    signatures: dict[str, str]
    """How each figure was made and tested."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {"baseline": self.baseline, "rows": [row._asdict() for row in self.rows], "signatures": self.signatures}

    def table(self) -> list[list[str]]:
        """The table as text, the head first."""
        grouped = any(row.group is not None for row in self.rows)
        several = any(row.p_holm != row.p_value for row in self.rows)
        head = ["group"] * grouped + ["metric", "system", "score", "mean", "±", "difference", "p"]
        cells = [
            ["all" if row.group is None else str(row.group)] * grouped
            + [row.metric, row.system, *(shown(x, 4) for x in row[3:8])]
            + [shown(row.p_holm, 4)] * several
            for row in self.rows
        ]
        return [head + ["p (Holm)"] * several, *cells]

    def __str__(self) -> str:
        return "\n".join([text_table(self.table()), *(f"{name}: {text}" for name, text in self.signatures.items())])

    def _repr_html_(self) -> str:
        return html_table(self.table())


def compare(
    systems: Mapping[
        str, Predictions[Text] | Statistics | Sequence[Statistics] | Accumulator[Any] | Sequence[Accumulator[Any]]
    ],
    references: References[Text] | None = None,
    metrics: Iterable[str | AnyMetric] = ("bleu",),
    baseline: str | None = None,
    groups: Iterable[Hashable] | None = None,
    test: str = "bootstrap",
    samples: int | None = None,
    seed: int | None = SEED,
    num_threads: int | None = None,
) -> Comparison:
    """Tests each system against the baseline: the same draws of segments for all of them.

    Args:
        systems: by name, predictions; or `Statistics`, or one for each metric; or, for a corpus that is not in
            one place, `Accumulator`s with `confidence`, one for each metric, of the same ids.
        references: as of `score_each`; None where every system comes as statistics or accumulators.
        metrics: names or metrics.
        baseline: the name of the system to compare with; None for the first.
        groups: a label for each segment, such as its task: what holds for all segments is then also
            shown for those of each label.
        test: `"bootstrap"`, paired bootstrap resampling (Koehn, EMNLP 2004), or `"randomization"`,
            approximate randomization (Riezler and Maxwell, 2005).
        samples: None for 1,000 and 10,000.
        seed: of the draws; None takes it from entropy.
        num_threads: as of `score_each`.

    For BLEU, chrF and TER scores, means, half widths and p-values are those of sacreBLEU's `PairedTest`. Of
    ROUGE and the others the figures are means of segments' figures, drawn likewise; of ROUGE the
    F-measures are compared.

    Raises ValueError for unknown names, for systems of different lengths and for too few systems.

    >>> a, b = ["the cat sat on a mat", "it rains"] * 20, ["the cat sat on the mat", "it rained"] * 20
    >>> references = ["the cat sat on the mat", "it rained a bit"] * 20
    >>> row = compare({"a": a, "b": b}, references, metrics=["chrf"]).rows[1]
    >>> row.system, round(row.difference, 2), row.p_value < 0.01
    ('b', 30.08, True)
    """
    test = one_of("test", test, TESTS)
    count = SAMPLES[test] if samples is None else whole_number("samples", samples, 2, 10**9)
    bootstrap = Bootstrap(0.95, count, None if seed is None else whole_number("seed", seed, 0, 2**128 - 1))
    made = metrics_of(metrics)
    if not isinstance(systems, Mapping):
        raise TypeError(f"systems is of type {type(systems).__name__}: it must be a dict of systems by name")
    names = list(systems)
    if len(names) < 2:
        raise ValueError(f"systems holds {len(names)}: there must be two or more to compare")
    first = names[0] if baseline is None else one_of("baseline", baseline, names)
    names.remove(first)
    names.insert(0, first)
    if any(map(is_accumulated, systems.values())):
        if references is not None or groups is not None or not all(map(is_accumulated, systems.values())):
            raise ValueError("systems of accumulators stand alone: without text, references, statistics or groups")
        return accumulated({name: systems[name] for name in names}, made, test, samples, seed)
    # What may be read once is read once.
    if references is not None and not isinstance(references, PreparedReferences):
        references = references_by_segment(references)  # type: ignore[assignment]
    statistics: dict[str, list[Statistics]] = {}
    for name in names:
        given: Any = systems[name]
        given = [given] if isinstance(given, Statistics) else texts_in(f"systems[{name!r}]", given)
        statistics[name] = [statistics_of(name, given, references, metric, num_threads) for metric in made]
    length = len(statistics[first][0])
    for name, each in statistics.items():
        for own in each:
            if len(own) != length:
                raise ValueError(f"systems[{name!r}] has {len(own)} segments, systems[{first!r}] has {length}")
    if not length:
        raise ValueError("there is no segment: nothing can be compared")
    rows: list[Compared] = []
    for label, which in parts(groups, length):
        taken = {n: each if which is None else [own.take(which) for own in each] for n, each in statistics.items()}
        scores = {name: [corpus_figures(*each) for each in zip(made, own, strict=True)] for name, own in taken.items()}
        draw = randomized if test == "randomization" else resampled
        rows += Tested(made, scores, draw(made, taken, bootstrap), test, bootstrap).rows(label)
    how = f"{TESTS[test]}:{count}|seed:{'none' if seed is None else seed}"
    signatures = {}
    for metric, own in zip(made, statistics[first], strict=True):
        nrefs, _, rest = metric.from_statistics(own).signature.partition("|")
        signatures.update(dict.fromkeys(compared_figures(metric), join_signature(nrefs, how, rest)))
    return Comparison(tuple(rows), first, signatures)


def accumulated(
    systems: dict[str, Any], metrics: list[AnyMetric], test: str, samples: int | None, seed: int | None
) -> Comparison:
    """`compare` of accumulators, the baseline first."""
    if test != "bootstrap":
        raise ValueError("systems are accumulators, which have replicates of the bootstrap and no others: test is that")
    each = {name: [accumulator_of(name, given, metric) for metric in metrics] for name, given in systems.items()}
    first, *_ = each
    one = each[first][0]
    computed: dict[str, list[Any]] = {}
    replicates = {}
    drawn = one._drawn()
    for name, accumulators in each.items():
        for k, own in enumerate(accumulators):
            if own._replicates is None or one._replicates is None or own._bootstrap != one._bootstrap:
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] were not drawn alike: {own._bootstrap}")
            if not (own._replicates[:, -1] == one._replicates[:, -1]).all():
                raise ValueError(f"systems[{name!r}] and systems[{first!r}] are not of the same segments, by their ids")
            replicates[name, k] = own._replicate_scores()[drawn]
        computed[name] = [own.compute() for own in accumulators]
    bootstrap = one._bootstrap
    assert bootstrap is not None
    if samples not in (None, bootstrap.samples):
        raise ValueError(f"samples is {samples}, and the accumulators were made with {bootstrap.samples}")
    if seed not in (SEED, bootstrap.seed):
        raise ValueError(f"seed is {seed}, and the accumulators were made with {bootstrap.seed}")
    made = zip(metrics, computed[first], strict=True)
    signatures = {figure: score.signature for metric, score in made for figure in compared_figures(metric)}
    scores = {
        name: [metric._figures_of(score) for metric, score in zip(metrics, own, strict=True)]
        for name, own in computed.items()
    }
    tested = Tested(metrics, scores, replicates, test, bootstrap._replace(confidence=0.95))
    return Comparison(tuple(tested.rows(None)), first, signatures)


def accumulator_of(name: str, given: Any, metric: AnyMetric) -> Accumulator[Any]:
    """The accumulator of a system by a metric."""
    for own in [given] if isinstance(given, Accumulator) else given:
        if own.metric == metric:
            own._require_replicates()
            return own
    raise ValueError(f"systems[{name!r}] has no accumulator of {metric!r}")


def is_accumulated(given: Any) -> bool:
    """Whether a system comes as accumulators."""
    return isinstance(given, Accumulator) or (
        isinstance(given, (list, tuple)) and bool(given) and all(isinstance(own, Accumulator) for own in given)
    )


def statistics_of(
    name: str, given: Any, references: References[Text] | None, metric: AnyMetric, num_threads: int | None
) -> Statistics:
    """The rows of a system by a metric."""
    if isinstance(given, (list, tuple)) and given and all(isinstance(own, Statistics) for own in given):
        for own in given:
            if own.columns == metric._columns() and own.of(metric.signature):
                return own  # type: ignore[no-any-return]
        raise ValueError(f"systems[{name!r}] has no statistics of {metric!r}")
    if references is None:
        raise ValueError(f"systems[{name!r}] is text: references are needed")
    try:
        return metric.statistics(given, references, num_threads=num_threads)
    except (TypeError, ValueError) as error:
        raise type(error)(f"systems[{name!r}]: {error}") from error


def parts(groups: Iterable[Hashable] | None, length: int) -> Iterator[tuple[Hashable, npt.NDArray[np.int64] | None]]:
    """All segments, then those of each label, in order of first sight."""
    import numpy as np

    yield None, None
    if groups is None:
        return
    if isinstance(groups, (str, bytes, Mapping, Set)):
        raise TypeError(f"groups is of type {type(groups).__name__}: it must be a sequence of labels")
    # Not by Arrow, which knows of texts alone here.
    tolist = getattr(groups, "tolist", getattr(groups, "to_list", None))
    labels: list[Any] = tolist() if callable(tolist) else list(groups)
    if len(labels) != length:
        raise ValueError(f"{length} segments, but groups has {len(labels)} labels")
    places: dict[Any, list[int]] = {}
    for i, label in enumerate(labels):
        if not isinstance(label, Hashable):
            raise TypeError(f"groups[{i}] is of type {type(label).__name__}: it must be a label that can be hashed")
        # NaN is not equal to itself, and None stands for all segments.
        places.setdefault(math.nan if is_missing(label) else label, []).append(i)
    for label, which in places.items():
        yield label, np.array(which, np.int64)


def compared_figures(metric: AnyMetric) -> list[str]:
    """Of ROUGE the F-measures."""
    return [name for name in metric._figures if not name.endswith(("_precision", "_recall"))]


class Tested:
    """The tests of several systems by several metrics on the same segments."""

    def __init__(
        self,
        metrics: list[AnyMetric],
        scores: dict[str, list[list[float]]],
        samples: dict[tuple[str, int], Any],
        test: str,
        bootstrap: Bootstrap,
    ) -> None:
        """Takes the figures of each system, the baseline first, by metric, and those of each sample by system and
        metric: of randomization those of both sides."""
        self._metrics = metrics
        self._scores = scores
        self._samples = samples
        self._test = test
        self._bootstrap = bootstrap

    def rows(self, label: Hashable) -> list[Compared]:
        """A row for each figure and system."""
        out: list[Compared] = []
        for k, metric in enumerate(self._metrics):
            for i, figure in enumerate(metric._figures):
                if figure in compared_figures(metric):
                    out += self._figure(label, figure, i, k)
        return out

    def _figure(self, label: Hashable, figure: str, i: int, k: int) -> list[Compared]:
        import numpy as np

        first, *others = self._scores
        samples = self._samples
        rows, raw = [], []
        for name, scores in self._scores.items():
            score = scores[k][i]
            difference = score - self._scores[first][k][i]
            p = mean = half_width = None
            if self._test == "bootstrap":
                own, base = samples[name, k][:, i], samples[first, k][:, i]
                # In this order, which decides the mean's last bit (significance.py:47-58).
                ordered = np.sort(own)
                mean, half_width = float(ordered.mean()), self._bootstrap.half_width(ordered)
                changes = np.abs(own - base)
                p = p_value(changes - changes.mean(), abs(difference))
            elif name != first:
                own, base = (side[:, i] for side in samples[name, k])
                p = p_value(np.abs(own - base), abs(difference))
            if name == first:
                rows.append(Compared(label, figure, name, score, mean, half_width, None, None, None))
            else:
                assert p is not None
                raw.append(p)
                rows.append(Compared(label, figure, name, score, mean, half_width, difference, p, p))
        corrected = holm(raw) if len(others) > 1 else raw
        return [rows[0], *(row._replace(p_holm=p) for row, p in zip(rows[1:], corrected, strict=True))]


def resampled(
    metrics: list[AnyMetric], statistics: dict[str, list[Statistics]], bootstrap: Bootstrap
) -> dict[tuple[str, int], npt.NDArray[Any]]:
    """The scores of each sample by system and metric. Systems share the draws, and columns of one type are
    summed together."""
    import numpy as np

    rows = {
        (name, k): metric._sample_rows(own[k]) for name, own in statistics.items() for k, metric in enumerate(metrics)
    }
    out = {}
    for dtype in {matrix.dtype for matrix in rows.values()}:
        same = [(key, matrix) for key, matrix in rows.items() if matrix.dtype == dtype]
        together = np.concatenate([matrix for _, matrix in same], axis=1)
        sums = sums_of_draws(together, bootstrap.samples, bootstrap.seed)
        column = 0
        for (name, k), matrix in same:
            own = np.ascontiguousarray(sums[:, column : column + matrix.shape[1]])
            out[name, k] = metrics[k]._sample_scores(own, len(matrix))
            column += matrix.shape[1]
    return out


def randomized(
    metrics: list[AnyMetric], statistics: dict[str, list[Statistics]], bootstrap: Bootstrap
) -> dict[tuple[str, int], tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """The scores of both sides after each shuffle, by system and metric: each segment changes sides or not."""
    out = {}
    for k, metric in enumerate(metrics):
        rows = [metric._sample_rows(own[k], double=True) for own in statistics.values()]
        sides = shuffled_sums(rows, bootstrap.samples, bootstrap.seed, isinstance(metric, TER))
        for name, (a, b) in zip(list(statistics)[1:], sides, strict=True):
            out[name, k] = (metric._sample_scores(a, len(rows[0])), metric._sample_scores(b, len(rows[0])))
    return out


def shuffled_sums(
    rows: list[npt.NDArray[np.float64]], samples: int, seed: Seed, fractions: bool
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """The sums of both sides after each shuffle, of the first matrix and each other.

    Args:
        rows: of shape (segments, columns).
        samples, seed: of the shuffles.
        fractions: whether sums that depend on the order of adding are to be those of numpy's product.
    """
    import numpy as np

    length = len(rows[0])
    chunks = selections(length, samples, seed)
    if fractions and not all(bool((matrix * 2 == np.floor(matrix * 2)).all()) for matrix in rows):
        chosen = np.concatenate(list(chunks))
        return [(chosen @ rows[0] + ~chosen @ own, ~chosen @ rows[0] + chosen @ own) for own in rows[1:]]
    together = np.concatenate(rows, axis=1)
    matrix = _core.Samples(np.ascontiguousarray(together), together.shape[1], True)
    sums = b"".join(matrix.selected(chunk.view(np.uint8)) for chunk in chunks)
    taken = np.split(np.frombuffer(sums, np.float64).reshape(-1, together.shape[1]), len(rows), axis=1)
    totals = [matrix.sum(axis=0) for matrix in rows]
    return [
        (taken[0] + (total - own), (totals[0] - taken[0]) + own)
        for own, total in zip(taken[1:], totals[1:], strict=True)
    ]


def selections(length: int, samples: int, seed: Seed) -> Iterator[npt.NDArray[np.bool_]]:
    """Which segments each shuffle takes of the baseline, some shuffles at a time. Chunks of 32 shuffles, for
    numpy makes 32 draws of one number."""
    import numpy as np

    generator = np.random.default_rng(seed)
    together = max(1, CHUNK // length // 32) * 32
    for start in range(0, samples, together):
        yield generator.integers(2, size=(min(together, samples - start), length), dtype=bool)


def corpus_figures(metric: AnyMetric, statistics: Statistics) -> list[float]:
    """The scores of a corpus, in the order of the metric's figures."""
    return metric._figures_of(metric.from_statistics(statistics))


def p_value(samples: npt.NDArray[Any], observed: float) -> float:
    """The share of samples beyond what was observed, with one added to both (sacreBLEU's
    significance.py:81-107)."""
    return (int((samples > observed).sum()) + 1) / (len(samples) + 1)


def holm(raw: list[float]) -> list[float]:
    """Corrected for their number (Holm, Scandinavian Journal of Statistics 1979)."""
    out, least = [0.0] * len(raw), 0.0
    for rank, i in enumerate(sorted(range(len(raw)), key=raw.__getitem__)):
        least = max(least, min(1.0, (len(raw) - rank) * raw[i]))
        out[i] = least
    return out


def shown(number: float | None, digits: int) -> str:
    """A cell of the table."""
    return "" if number is None else f"{number:.{digits}f}"
