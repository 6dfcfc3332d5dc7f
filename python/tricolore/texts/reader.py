"""Readers: the half of a metric that turns texts into integer rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from .. import _core
from ..support.options import one_of
from ..support.threads import resolve
from .blocks import Progress
from .inputs import references_by_segment, sequence, single_expected, texts_in
from .nrefs import ONE_EACH, NRefs
from .nulls import NULLS
from .prepared import PreparedReferences, Preparing, copied
from .read import Read
from .segments import Segments, kept_of, kept_references, segments_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CompiledMetric", "Reader"]

# Pairs that are scored between two calls of a progress hook: half a megabyte of scores for each figure.
BLOCK = 1 << 16


class CompiledMetric(Protocol):
    """The methods of `_core.Metric` that a reader calls."""

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
    def pairs(self, predictions: Any, references: Any, /) -> CompiledPairs: ...
    def scores(self, rows: Any, offsets: Any, /) -> bytes: ...
    def tokenize(self, text: str, /) -> list[str]: ...


class CompiledPairs(Protocol):
    """The methods of `_core.Pairs`: each text of one set compared with each text of another set."""

    def block(self, start: int, stop: int, others: bool, num_threads: int, /) -> list[bytes]: ...


class Reader:
    """Reads texts and makes the integer rows of a metric.

    `compiled` does the work. `pretokenized` is True if texts come as sequences of tokens. `key` stands for the options
    that Python code applies to texts before `compiled` sees them. References that one reader prepared fit another
    reader only if both keys are equal.
    """

    __slots__ = ("compiled", "key", "pretokenized")

    def __init__(self, compiled: CompiledMetric, pretokenized: bool = False, key: Hashable = None) -> None:
        self.compiled = compiled
        self.pretokenized = pretokenized
        self.key = key

    def read(
        self,
        metric: Preparing,
        segments: Segments,
        num_threads: int | None,
        with_scores: bool,
        progress: Progress | None = None,
    ) -> Read:
        """Reads segments for `metric`, which this reader belongs to. Returns rows, and scores if asked for."""
        texts, others = segments.predictions, segments.references
        if isinstance(others, PreparedReferences):
            others = others.compiled_for(metric, len(texts))
        rows = self.compiled.batch(texts, others, resolve(num_threads), with_scores, progress)
        return Read.of(rows, segments.dropped)

    def read_one(self, metric: Preparing, prediction: Any, references: Any) -> tuple[bytes, NRefs]:
        """The scores of one segment (float64) followed by its rows (int32), as bytes, and its number of references."""
        prepared = isinstance(references, PreparedReferences)
        if not self.pretokenized and not isinstance(prediction, str):
            raise single_expected(prediction)
        if self.pretokenized or prepared:
            if prepared:
                references.require_one()
            others = references if prepared else [references]
            read = self.read(metric, segments_of([prediction], others, "error", self.pretokenized), 1, True)
            count = 1 if read.starts is None else memoryview(read.starts).cast("q")[1]
            return read.scores + read.rows, NRefs(count, count)
        if isinstance(references, str):
            return self.compiled.score(prediction, references), ONE_EACH
        texts: Any = sequence("references", references)
        return self.compiled.score(prediction, texts), NRefs(len(texts), len(texts))

    def prepare(self, metric: Preparing, references: Any, nulls: str) -> PreparedReferences:
        """Reads references once, for the metric that this reader belongs to."""
        given: Any = [references] if isinstance(references, str) and not self.pretokenized else references
        texts = references_by_segment(given, one_of("nulls", nulls, NULLS), self.pretokenized)
        kept = kept_of(texts, nulls, self.pretokenized)
        own = copied(texts) if kept is None else kept_references(texts, kept, self.pretokenized)
        return PreparedReferences(metric, own, self.compiled.prepare(own), 0, len(own), kept, len(texts))

    def texts(self, name: str, given: object) -> Any:
        """The texts of the argument `name`, which is a sequence of texts or prepared references."""
        if isinstance(given, str):
            raise TypeError(f"{name} is a str where a sequence of str belongs: wrap it in a list, [{name}]")
        texts = given.texts if isinstance(given, PreparedReferences) else given
        return texts_in(name, texts, "error", self.pretokenized)

    def pair_blocks(
        self, predictions: Any, references: Any, leave_one_out: bool, num_threads: int | None, progress: Progress | None
    ) -> Iterator[tuple[slice, list[npt.NDArray[np.float64]]]]:
        """Yields blocks of predictions with their scores, one matrix per figure.

        A matrix has a column for each reference. With `leave_one_out` it has a single column: the score against all
        references except the reference with the prediction's own index.
        """
        import numpy as np

        threads = resolve(num_threads)
        pairs = self.compiled.pairs(predictions, references)
        count, width = len(predictions), len(references)
        step = max(1, BLOCK // max(width, 1))
        for start in range(0, count, step):
            stop = min(start + step, count)
            blocks = pairs.block(start, stop, leave_one_out, threads)
            yield slice(start, stop), [np.frombuffer(block).reshape(stop - start, -1) for block in blocks]
            if progress is not None:
                progress(stop * width, count * width)

    @property
    def by_word(self) -> Callable[[str], list[str]] | None:
        """The tokenizer, if it is compiled and may be called for each word of a text; None for one in Python."""
        return self.compiled.tokenize if isinstance(self.compiled, _core.Metric) else None

    def refuse_tokens(self) -> None:
        """Raises ValueError if this reader takes tokens instead of texts."""
        if self.pretokenized:
            raise ValueError("with a pretokenized metric texts are tokens already: there is no text to show")
