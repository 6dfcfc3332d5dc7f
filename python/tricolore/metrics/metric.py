"""The base class of all metrics: the verbs that users call, over a reader of texts and a layout of rows.

A metric has two halves. Its `reader` turns texts into integer rows, and its `layout` turns rows into scores. The verbs
here join them. A class of metrics adds its options, its signature and its explanation.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..corpus.accumulator import Accumulator
from ..corpus.row_layout import RowLayout
from ..corpus.statistics import Statistics
from ..resampling.bootstrap import Bootstrap
from ..scores.columns import SegmentScores
from ..texts.blocks import Progress
from ..texts.callable_tokenizers import callable_name
from ..texts.inputs import texts_of
from ..texts.prepared import PreparedReferences
from ..texts.reader import Reader
from ..texts.segments import Segments, segments_of
from ..texts.types import Predictions, References, SegmentReferences, Text

if TYPE_CHECKING:
    from ..texts.read import Read

__all__ = ["Metric"]

ScoreT = TypeVar("ScoreT")


class Metric(ABC, Generic[ScoreT]):
    """A metric: a small immutable object that scores segments and corpora.

    Metrics compare, hash and pickle by their options, and threads may share them. `reader` and `layout` are for
    tricolore's own modules.

    A subclass defines `__init__`, which sets `_reader` and `_layout`, and

    - `signature`: the part of the signature that its options decide;
    - `_options`: its options by name, in the order of `__init__`'s parameters;
    - `explain`;
    - `warnings_about`, if some texts hint at a wrong choice of metric;
    - `_columns_type`, the type of its columns of scores, if that is not `SegmentScores`.
    """

    __slots__ = ("_layout", "_reader", "_score_pair")

    _reader: Reader
    _layout: RowLayout[ScoreT]
    # Made at the first call of `score`.
    _score_pair: Callable[[str, str], ScoreT]
    _columns_type: ClassVar[type[SegmentScores[Any]]] = SegmentScores

    @property
    @abstractmethod
    def signature(self) -> str:
        """The part of the signature that the options decide. A signature says how a score was made."""

    @abstractmethod
    def _options(self) -> dict[str, Any]:
        """The options by name, in the order of the parameters."""

    @abstractmethod
    def explain(self, prediction: str, references: SegmentReferences[str]) -> Any:
        """Shows why a segment has its score: tokens, matches and alignment.

        The result prints as text, shows itself in a notebook, and has `to_dict()`. Arguments are those of `score`.
        """

    @property
    def reader(self) -> Reader:
        """The half of the metric that turns texts into integer rows."""
        return self._reader

    @property
    def layout(self) -> RowLayout[ScoreT]:
        """The half of the metric that turns integer rows into scores."""
        return self._layout

    def score(self, prediction: Text, references: SegmentReferences[Text]) -> ScoreT:
        """Scores one segment.

        Args:
            prediction: the text.
            references: a str, or a sequence of str.

        Raises TypeError for an argument that is not a str, naming it, and ValueError if there is no reference.

        >>> import tricolore as tc
        >>> tc.ROUGE(["rouge2"]).score("It is very cold outside", "It is cold outside.").counts["rouge2"]
        Counts(matches=2, prediction_total=4, reference_total=3)
        """
        if type(prediction) is str and type(references) is str:
            try:
                score_pair = self._score_pair
            except AttributeError:
                score_pair = self._score_pair = self._pair_scorer()
            return score_pair(prediction, references)
        return self._layout.score(*self._reader.read_one(self, prediction, references))

    def _pair_scorer(self) -> Callable[[str, str], ScoreT]:
        """A function that scores a str with one reference, which is a str too."""
        reader, layout = self._reader, self._layout
        if reader.pretokenized:
            return lambda prediction, reference: layout.score(*reader.read_one(self, prediction, reference))
        return layout.pair_scorer(reader.compiled)

    def score_each(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
        progress: Progress | None = None,
    ) -> SegmentScores[ScoreT]:
        """Scores every segment.

        Args:
            predictions: a sequence of str, or a column of strings that supports the Arrow PyCapsule protocol.
            references: one str per prediction, or one sequence of str per prediction; a column of either; or
                prepared references. A flat list is one reference each. References by stream, as sacreBLEU takes them,
                go through `from_streams`. A square layout cannot be told from its transpose.
            num_threads: the number of threads that may work. None means TRICOLORE_NUM_THREADS, or every processor
                that this process may use. The result does not depend on it.
            nulls: the treatment of missing texts (nulls, None, NaN). `"error"` raises TypeError. `"empty"` puts an
                empty text in their place. `"drop"` leaves out missing references, and raises ValueError for a segment
                without any other. `"drop_segment"` also leaves out such segments, and the signature states their
                number (`dropped:2`). Predictions are never dropped.
            progress: a function that is called with the number of segments done and the number of all segments,
                after every few thousand. An exception from it ends the work.

        Raises TypeError for a text that is not a str, naming the argument and the index, and ValueError for
        different lengths and for a segment without a reference.

        >>> import tricolore as tc
        >>> tc.ROUGE(types=["rouge1"]).score_each(["a b", "c"], ["a c", "c"])["rouge1_fmeasure"].tolist()
        [0.5, 1.0]
        """
        if progress is not None and not callable(progress):
            raise TypeError(f"progress is of type {type(progress).__name__}: it must take (done, total) when called")
        read = self._read(predictions, references, num_threads, True, nulls, progress)
        return self._columns_type(self, self._layout.segment_scores(read), self._layout.statistics(read))

    def corpus(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> ScoreT:
        """Scores a corpus.

        Args:
            predictions, references, num_threads, nulls: see `score_each`.
            confidence: a share such as 0.95. The score then carries `confidence_interval`, the bounds of that share
                of the scores of corpora resampled from this corpus segment by segment, and also `bootstrap_mean` and
                `half_width`. None for no interval.
            samples: the number of resampled corpora.
            seed: the seed of the draws; None takes one from entropy.

        Errors are those of `score_each`. An empty corpus raises ValueError.

        >>> import tricolore as tc
        >>> tc.ROUGE(types=["rouge1"]).corpus(["a b", "c"], ["a c", "c"])
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        >>> score = tc.ROUGE(types=["rouge1"]).corpus(["a b", "c"] * 10, ["a c", "c"] * 10, confidence=0.95)
        >>> score.confidence_interval["rouge1"].fmeasure
        (0.65, 0.85)
        """
        bootstrap = Bootstrap.checked(confidence, samples, seed)
        read = self._read(predictions, references, num_threads, self._layout.corpus_needs_scores, nulls)
        return self._layout.from_read(read, bootstrap)

    def statistics(
        self,
        predictions: Predictions[Text],
        references: References[Text],
        num_threads: int | None = None,
        nulls: str = "error",
    ) -> Statistics:
        """The integers behind each segment's score. Arguments and errors are those of `score_each`.

        >>> import tricolore as tc
        >>> tc.ROUGE(types=["rouge1"]).statistics(["a b", "c"], ["a c", "c"]).rows.tolist()
        [[1, 2, 2], [1, 1, 1]]
        """
        return self._layout.statistics(self._read(predictions, references, num_threads, False, nulls))

    def from_statistics(
        self,
        statistics: Statistics,
        confidence: float | None = None,
        samples: int = 1000,
        seed: int | None = 12345,
    ) -> ScoreT:
        """The score of the corpus behind statistics, with the bits of `corpus`. For the other arguments, see `corpus`.

        Raises ValueError for statistics of other options and for an empty corpus.

        >>> import tricolore as tc
        >>> rouge = tc.ROUGE(types=["rouge1"])
        >>> first, second = rouge.statistics(["a b"], ["a c"]), rouge.statistics(["c"], ["c"])
        >>> rouge.from_statistics(first + second)
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        """
        if not isinstance(statistics, Statistics):
            raise TypeError(f"statistics is of type {type(statistics).__name__}, not Statistics")
        return self._layout.from_statistics(statistics, Bootstrap.checked(confidence, samples, seed))

    def accumulator(
        self, confidence: float | None = None, samples: int = 1000, seed: int = 12345
    ) -> Accumulator[ScoreT]:
        """An empty accumulator, which scores a corpus batch by batch in constant memory.

        It has `update(predictions, references)`, `compute()`, `a + b`, `reset()` and `to_bytes()`.

        Args:
            confidence: a share such as 0.95 for an interval in the same pass, by the Poisson bootstrap: the number of
                times that a replicate contains a segment is drawn from Poisson(1). The draw is a function of the
                seed, the segment's id and the replicate, so `update` then needs unique `ids`. None for no interval.
            samples: the number of replicates, at most a million. Each takes about 8 bytes per number of a row.
            seed: the seed of the draws, from 0 to 2^64 - 1.

        >>> import tricolore as tc
        >>> accumulator = tc.ROUGE(types=["rouge1"]).accumulator()
        >>> accumulator.update(["a b"], ["a c"])
        >>> accumulator.update(["c"], ["c"])
        >>> accumulator.compute()
        ROUGEScore(rouge1=(0.75, 0.75, 0.75))
        """
        return Accumulator(self, confidence, samples, seed)

    def prepare(self, references: str | References[Text], nulls: str = "error") -> PreparedReferences:
        """Tokenizes references once, for scoring against them repeatedly.

        Args:
            references: the references as `score_each` takes them; or a str, the only reference of one segment.
            nulls: see `score_each`. With `"drop_segment"`, the predictions of segments without a reference are left
                out too when they are scored.

        This metric accepts the result wherever it accepts references. Errors are those of `score_each`.

        >>> import tricolore as tc
        >>> prepared = tc.CHRF().prepare(["the cat sat", "it rained"])
        >>> tc.CHRF().score_each(["it rained", "it rains"], prepared[1])["chrf"].round(1).tolist()
        [100.0, 61.8]
        """
        return self._reader.prepare(self, references, nulls)

    def pairwise(
        self,
        predictions: Predictions[Text],
        references: Predictions[Text],
        num_threads: int | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Scores each prediction against each reference.

        Args:
            predictions, references: two sequences of str of any lengths. Each text is read once.
            num_threads: see `score_each`.
            progress: a function that is called now and then with the number of pairs done and the number of all
                pairs. An exception from it ends the work.

        Returns a float64 array of shape (predictions, references); for ROUGE a dict of such arrays by type, of
        F-measures. A cell has the bits of `score`. Besides the result, memory takes about 4 bytes per token of all
        texts (up to 20 per character for chrF) and a few megabytes.

        >>> import tricolore as tc
        >>> tc.CHRF().pairwise(["a cat", "dogs"], ["a cat", "cats"]).round(1).tolist()
        [[100.0, 47.9], [0.0, 6.2]]
        """
        import numpy as np

        others = self._reader.texts("references", references)
        given = self._reader.texts("predictions", predictions)
        matrices = {name: np.empty((len(given), len(others))) for name in self._layout.pair_figures}
        for rows, blocks in self._reader.pair_blocks(given, others, False, num_threads, progress):
            for matrix, block in zip(matrices.values(), blocks, strict=True):
                self._layout.require_defined("references", block)
                matrix[rows] = block
        return self._layout.pairwise_result(matrices)

    def statistics_of(self, segments: Segments, num_threads: int | None) -> Statistics:
        """The statistics of segments that belong to a larger corpus. For tricolore's own modules."""
        read = self._reader.read(self, segments, num_threads, False)
        self.warn_about(read, whole=False)
        return self._layout.statistics(read)

    def warnings_about(self, read: Read, whole: bool = True) -> list[UserWarning]:
        """Warnings about texts that hint at a wrong choice of metric. For tricolore's own modules.

        `whole` is True if the texts are all texts of a corpus.
        """
        return []

    def warn_about(self, read: Read, whole: bool = True, stacklevel: int = 3) -> None:
        """Issues the warnings of `warnings_about`. For tricolore's own modules. `stacklevel` is 1 for the caller."""
        for warning in self.warnings_about(read, whole):
            warnings.warn(warning, stacklevel=stacklevel + 1)

    @property
    def every_option(self) -> str:
        """All options as text, which the bytes of an accumulator carry. For tricolore's own modules."""
        # sacreBLEU's signatures contain neither the highest order of BLEU nor the beta of chrF.
        options = {name: callable_name(one) if callable(one) else one for name, one in self._options().items()}
        return f"{self.signature}|{self._shown(options)}"

    def _read(
        self,
        predictions: Any,
        references: Any,
        num_threads: int | None,
        with_scores: bool,
        nulls: str,
        progress: Progress | None = None,
    ) -> Read:
        segments = segments_of(predictions, references, nulls, self._reader.pretokenized)
        read = self._reader.read(self, segments, num_threads, with_scores, progress)
        self.warn_about(read)
        return read

    def _explained(self, prediction: str, references: SegmentReferences[str]) -> tuple[Any, ScoreT]:
        """The references of a segment as a list, and its score, for `explain`."""
        self._reader.refuse_tokens()
        texts = texts_of(references)
        return texts, self.score(prediction, texts)

    def __repr__(self) -> str:
        return self._shown(self._options())

    def _shown(self, options: dict[str, Any]) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in options.items())})"

    def __eq__(self, other: object) -> bool:
        return self._options() == other._options() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *self._options().values()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self._options().values())
