"""What all metrics share: how segments are read, references prepared and every text compared with every other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from ..corpus.accumulator import Accumulator
from ..corpus.statistics import ONE_EACH, NRefs
from ..support.options import one_of
from ..support.threads import resolve
from ..texts.blocks import Progress
from ..texts.inputs import (
    NULLS,
    Predictions,
    References,
    Text,
    references_by_segment,
    sequence,
    single_expected,
    texts_in,
)
from ..texts.prepared import PreparedReferences, copied
from ..texts.segments import Segments, kept_of, kept_references, segments_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .. import _core
    from ..corpus.statistics import Statistics
    from ..resampling.bootstrap import Interval

__all__ = ["Metric", "Progress", "Read"]

ScoreT = TypeVar("ScoreT")

# Pairs that are scored between two calls of a progress hook: some megabytes of scores.
BLOCK = 1 << 16


class Read(NamedTuple):
    """The rows and scores of segments."""

    rows: bytes
    """int32, row-major."""
    scores: bytes
    """float64, row-major."""
    starts: bytes | None
    """int64: where the rows of each segment start if it may have several references."""
    counts: tuple[int, int, int]
    """Predictions that have text and no token, predictions that have text, and segments in which a text has several
    lines, where lines count."""
    dropped: int = 0
    """Segments that were left out for want of a reference."""

    @classmethod
    def of(cls, read: _core.Rows, dropped: int) -> Read:
        """The result of the compiled module, and the number of segments that were left out before."""
        return cls(read.rows, read.scores, read.starts, (read.emptied, read.filled, read.lined), dropped)


class Compiled(Protocol):
    """What a metric asks of the compiled module."""

    def score(self, prediction: Any, references: Any, /) -> bytes: ...
    def batch(
        self,
        predictions: Any,
        references: Any,
        num_threads: int,
        with_scores: bool,
        progress: Progress | None = None,
        /,
    ) -> _core.Rows: ...
    def prepare(self, references: Any, /) -> _core.Prepared | None: ...
    def pairs(self, predictions: Any, references: Any, /) -> Pairs: ...


class Pairs(Protocol):
    """Texts each of which is compared with each."""

    def block(self, start: int, stop: int, others: bool, num_threads: int, /) -> list[bytes]: ...


class Metric(ABC, Generic[ScoreT]):
    """A metric: small, immutable, picklable, comparable by its options."""

    __slots__ = ()

    @property
    @abstractmethod
    def _engine(self) -> Compiled:
        """What does the work."""

    @property
    @abstractmethod
    def signature(self) -> str:
        """How scores are made, as far as the options decide it."""

    @property
    def _every_option(self) -> str:
        """What must be the same for parts of a corpus to be added: the signature, where all options are in it."""
        return self.signature

    @property
    @abstractmethod
    def _figures(self) -> tuple[str, ...]:
        """The flat names of the numbers of a score."""

    @abstractmethod
    def _figures_of(self, score: ScoreT) -> list[float]:
        """The numbers of a score in the order of these names, without intervals."""

    @property
    def _pair_figures(self) -> tuple[str, ...]:
        """The names of the numbers that stand for a score where there is room for one."""
        return self._figures

    @abstractmethod
    def _columns(self) -> tuple[str, ...]:
        """The names of the numbers of a row."""

    @abstractmethod
    def statistics(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> Statistics:
        """The integers behind each segment's score."""

    @abstractmethod
    def _statistics_of(self, read: Read) -> Statistics:
        """The same of what was read."""

    @abstractmethod
    def _scores_of(self, read: Read) -> Any:
        """The scores of each segment of what was read: columns by flat name."""

    @abstractmethod
    def from_statistics(
        self, statistics: Statistics, confidence: float | None = None, samples: int = 1000, seed: int | None = 12345
    ) -> ScoreT:
        """The score of the corpus that statistics were made of."""

    @classmethod
    def _summed(cls, statistics: Statistics) -> dict[str, float]:
        """The sums that a corpus score is made of."""
        return dict(zip(statistics.columns, statistics.rows.sum(axis=0, dtype="int64").tolist(), strict=True))

    @classmethod
    def _no_sum(cls) -> ValueError:
        return ValueError(f"the corpus score of {cls.__name__} is the mean of its segments' scores, not that of a sum")

    @abstractmethod
    def _add(self, sums: list[Any], statistics: Statistics) -> list[Any]:
        """Sums with those of some more segments; empty at first."""

    @abstractmethod
    def _of_sums(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        """The score of a corpus from its sums."""

    @abstractmethod
    def _sample_rows(self, statistics: Statistics, double: bool = False) -> npt.NDArray[Any]:
        """What the sums of samples are made of, a row a segment."""

    @abstractmethod
    def _sample_scores(self, sums: npt.NDArray[Any], segments: int) -> npt.NDArray[Any]:
        """The figures of each sum, of shape (samples, figures)."""

    @abstractmethod
    def _replicated(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        """What the sums of replicates are made of, a row a segment: whole numbers below 2^31."""

    @abstractmethod
    def _replicate_scores(self, sums: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The figures of each sum, of shape (replicates, figures), where as many segments were drawn."""

    @abstractmethod
    def _with_intervals(self, score: ScoreT, intervals: list[Interval], signature: str) -> ScoreT:
        """A score with an interval for each figure, drawn as the signature says."""

    def _merged(self, sums: list[Any], others: list[Any]) -> list[Any]:
        """The sums of two parts."""
        return [a + b for a, b in zip(sums, others, strict=True)]

    def _unordered(self, sums: list[Any]) -> list[Any]:
        """Sums as those of a part of which it is not known what comes before."""
        return sums

    def _reader(self) -> Hashable:
        """What splits texts where that is not the compiled module alone."""
        return None

    @property
    def _pretokenized(self) -> bool:
        """Whether texts come as tokens."""
        return False

    def accumulator(
        self, confidence: float | None = None, samples: int = 1000, seed: int = 12345
    ) -> Accumulator[ScoreT]:
        """What scores a corpus in constant memory: `update(predictions, references)`, `compute()`, `a + b`,
        `reset()`, `to_bytes()`.

        Args:
            confidence: a share, such as 0.95, for an interval in the same pass, by the Poisson bootstrap: each
                segment is in each of `samples` replicates as often as a draw from Poisson(1) says. Then
                `update` needs the segments' `ids`, unique ones, for a draw is a function of the seed, the id
                and the replicate. None for no interval.
            samples: how many replicates, up to a million. Each takes some 8 bytes a number of a row.
            seed: of the draws, from 0 to 2^64 - 1.

        >>> import tricolore as tc
        >>> accumulator = tc.ROUGE(types=["rouge1"]).accumulator()
        >>> accumulator.update(["a b"], ["a c"])
        >>> accumulator.update(["c"], ["c"])
        >>> accumulator.compute()
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        """
        return Accumulator(self, confidence, samples, seed)

    def prepare(self, references: str | References[Text], nulls: str = "error") -> PreparedReferences:
        """Reads references once, for those that are scored against again and again.

        Args:
            references: those of `score_each`; or a str, the one reference of one segment.
            nulls: as of `score_each`. With `"drop_segment"` a segment without a reference is also left out of the
                predictions when they are scored.

        What this gives stands wherever this metric takes references. Errors are those of `score_each`.
        """
        given: Any = [references] if isinstance(references, str) and not self._pretokenized else references
        texts = references_by_segment(given, one_of("nulls", nulls, NULLS), self._pretokenized)
        kept = kept_of(texts, nulls, self._pretokenized)
        own = copied(texts) if kept is None else kept_references(texts, kept, self._pretokenized)
        return PreparedReferences(self, own, self._engine.prepare(own), 0, len(own), kept, len(texts))

    def pairwise(
        self,
        predictions: Predictions[Text],
        references: Predictions[Text],
        num_threads: int | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Scores each prediction against each reference.

        Args:
            predictions, references: two sequences of str, of any lengths. Each text is read once.
            num_threads: as of `score_each`.
            progress: is called with the number of pairs done and that of all, now and then; what it raises
                ends the work.

        Gives a float64 array of shape (predictions, references), of ROUGE a dict of them by type: its
        F-measures. A cell has the bits of `score`. Beside the result memory takes some 4 bytes a token (for
        chrF up to 20 a character) of all texts and a few megabytes.

        >>> import tricolore as tc
        >>> tc.CHRF().pairwise(["a cat", "dogs"], ["a cat", "cats"]).round(1).tolist()
        [[100.0, 47.9], [0.0, 6.2]]
        """
        import numpy as np

        others = self._texts("references", references)
        given = self._texts("predictions", predictions)
        shape = len(given), len(others)
        matrices = {name: np.empty(shape) for name in self._pair_figures}
        for rows, blocks in self._pair_blocks(given, others, False, num_threads, progress):
            for matrix, block in zip(matrices.values(), blocks, strict=True):
                matrix[rows] = block
        return self._one_or_all(matrices)

    def _texts(self, name: str, given: object) -> Any:
        if isinstance(given, str):
            raise TypeError(f"{name} is a str where a sequence of str belongs: wrap it in a list, [{name}]")
        return texts_in(
            name, given.texts if isinstance(given, PreparedReferences) else given, "error", self._pretokenized
        )

    def _one_or_all(self, by_name: dict[str, Any]) -> Any:
        """What stands for all figures: the only one."""
        return by_name[self._pair_figures[0]]

    def _pair_blocks(
        self, predictions: Any, references: Any, others: bool, num_threads: int | None, progress: Progress | None
    ) -> Iterator[tuple[slice, list[npt.NDArray[np.float64]]]]:
        """Blocks of predictions and what they score, by figure: against each reference, or, if `others`, against
        all but that of its number at once."""
        import numpy as np

        threads = resolve(num_threads)
        pairs = self._engine.pairs(predictions, references)
        count, width = len(predictions), len(references)
        step = max(1, BLOCK // max(width, 1))
        for start in range(0, count, step):
            stop = min(start + step, count)
            blocks = pairs.block(start, stop, others, threads)
            yield slice(start, stop), [np.frombuffer(block).reshape(stop - start, -1) for block in blocks]
            if progress is not None:
                progress(stop * width, count * width)

    def _refuse_tokens(self) -> None:
        if self._pretokenized:
            raise ValueError("with a pretokenized metric texts are tokens already: there is no text to show")

    def _warn_of(self, read: Read, whole: bool = True) -> None:
        """Warns the caller's caller's caller of texts for which the metric may not be meant. `whole` says whether these
        are all the texts of a corpus."""

    def _read(
        self,
        predictions: Any,
        references: Any,
        num_threads: int | None,
        with_scores: bool,
        nulls: str = "error",
        warn: bool = True,
        progress: Progress | None = None,
    ) -> Read:
        """Rows and scores as the compiled module gives them."""
        if progress is not None and not callable(progress):
            raise TypeError(f"progress is of type {type(progress).__name__}: it must take (done, total) when called")
        segments = segments_of(predictions, references, nulls, self._pretokenized)
        read = self._read_segments(segments, num_threads, with_scores, progress)
        if warn:
            self._warn_of(read)
        return read

    def _read_segments(
        self, segments: Segments, num_threads: int | None, with_scores: bool, progress: Progress | None = None
    ) -> Read:
        """Rows and scores of segments. Nothing is warned of."""
        texts, others = segments.predictions, segments.references
        if isinstance(others, PreparedReferences):
            others = others._for(self, len(texts))
        read = self._engine.batch(texts, others, resolve(num_threads), with_scores, progress)
        return Read.of(read, segments.dropped)

    def _statistics_in(self, segments: Segments, num_threads: int | None) -> Statistics:
        """The integers of some segments of a corpus."""
        read = self._read_segments(segments, num_threads, False)
        self._warn_of(read, whole=False)
        return self._statistics_of(read)

    def _read_one(self, prediction: Any, references: Any) -> tuple[bytes, NRefs]:
        """The scores and then the rows of one segment, and how many references it has."""
        prepared = isinstance(references, PreparedReferences)
        if not self._pretokenized and not isinstance(prediction, str):
            raise single_expected(prediction)
        if self._pretokenized or prepared:
            others = references if prepared else [references]
            if prepared:
                references._require_one()
            read = self._read([prediction], others, 1, True, warn=False)
            count = 1 if read.starts is None else memoryview(read.starts).cast("q")[1]
            return read.scores + read.rows, NRefs(count, count)
        if isinstance(references, str):
            return self._engine.score(prediction, references), ONE_EACH
        texts: Any = sequence("references", references)
        return self._engine.score(prediction, texts), NRefs(len(texts), len(texts))
