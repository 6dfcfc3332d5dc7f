"""References that are tokenized once and scored against many times."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, Protocol, overload

from .. import _core

if TYPE_CHECKING:
    from collections.abc import Hashable

    import numpy as np
    import numpy.typing as npt

__all__ = ["PreparedReferences", "Preparing", "copied"]


class ReadsTexts(Protocol):
    """The facts about a reader that decide whether prepared references fit it."""

    @property
    def key(self) -> Hashable: ...
    @property
    def pretokenized(self) -> bool: ...


class Preparing(Protocol):
    """A metric as prepared references see it."""

    @property
    def reader(self) -> ReadsTexts: ...
    def prepare(self, references: Any, nulls: str = "error") -> PreparedReferences: ...


class PreparedReferences:
    """The references of some segments, tokenized once by `Metric.prepare`.

    A metric accepts its prepared references wherever it accepts references. The references of a single segment serve
    any number of predictions: a reward function scores a group of completions that way. `prepared[i]` selects one
    segment and `prepared[a:b]` several; both share the tokens. Besides the texts, tokens take about 4 bytes each (up
    to 20 bytes per character for chrF) and the distinct tokens are stored once. A thread that scores against the same
    prepared references repeatedly may cache up to 32 MB of tokens until it meets other references. Pickling stores
    the texts.

    >>> import tricolore as tc
    >>> chrf = tc.CHRF()
    >>> prepared = chrf.prepare(["the cat sat on the mat", "it rained"])
    >>> chrf.score_each(["it rains", "it rained", "the rain"], prepared[1])["chrf"].round(2).tolist()
    [61.77, 100.0, 29.4]
    """

    __slots__ = ("_compiled", "_given", "_start", "_stop", "_texts", "kept", "metric")

    metric: Preparing
    """The metric that prepared the references."""
    kept: npt.NDArray[np.int64] | None
    """The numbers of the segments that have a reference, int64; None if no segment was left out."""

    def __init__(
        self,
        metric: Preparing,
        texts: list[Any] | tuple[Any, ...] | _core.Column,
        compiled: _core.Prepared | None,
        start: int,
        stop: int,
        kept: npt.NDArray[np.int64] | None = None,
        given: int | None = None,
    ) -> None:
        self.metric = metric
        self._texts = texts
        # None if a callable makes the tokens: then the texts are tokenized again for each call.
        self._compiled = compiled
        # The range among the segments that are kept.
        self._start, self._stop = start, stop
        self.kept = kept
        self._given = stop - start if given is None else given

    @property
    def texts(self) -> list[Any]:
        """The references of each segment as given: a str or a list of str. None for a segment that was left out."""
        own = self._kept_texts()
        if self.kept is None:
            return own
        by_number = dict(zip(self.kept.tolist(), own, strict=True))
        return [by_number.get(number) for number in range(self._given)]

    def _kept_texts(self) -> list[Any]:
        texts = self._texts
        if isinstance(texts, _core.Column):
            texts = texts.tolist("references", self.metric.reader.pretokenized)
        return [copied(own) for own in texts[self._start : self._stop]]

    def __len__(self) -> int:
        """The number of segments."""
        return self._given

    @overload
    def __getitem__(self, key: int) -> PreparedReferences: ...
    @overload
    def __getitem__(self, key: slice) -> PreparedReferences: ...
    def __getitem__(self, key: int | slice) -> PreparedReferences:
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step != 1:
                raise ValueError(f"prepared references take slices of step 1, not {step}")
            stop = max(start, stop)
        else:
            start = range(len(self))[index(key)]
            stop = start + 1
        kept, first, given = self.kept, start, stop - start
        if kept is not None:
            start, stop = kept.searchsorted([start, stop]).tolist()
            if not isinstance(key, slice) and start == stop:
                raise ValueError(f"references[{key}] was left out: the segment has no reference")
            kept = None if stop - start == given else kept[start:stop] - first
        compiled = None if self._compiled is None else self._compiled.slice(start, stop)
        return PreparedReferences(
            self.metric, self._texts, compiled, self._start + start, self._start + stop, kept, given
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return prepare_again, (self.metric, self.texts, "error" if self.kept is None else "drop_segment")

    def __repr__(self) -> str:
        return f"PreparedReferences({len(self)} segments, {self.metric!r})"

    def only_texts(self) -> Any:
        """The references of the only segment. Raises ValueError if there is not exactly one."""
        self.require_one()
        return self.texts[0]

    def require_one(self) -> None:
        """Raises ValueError unless there is exactly one segment, with a reference."""
        if len(self) != 1:
            raise ValueError(f"references were prepared for {len(self)} segments: choose one, references[i]")
        if self.kept is not None and not len(self.kept):
            raise ValueError("references were left out: the segment has none")

    def compiled_for(self, metric: Preparing, predictions: int) -> Any:
        """The references in the form that the compiled module takes, for this number of predictions.

        Raises ValueError if `metric` makes other tokens than the metric that prepared the references.
        """
        if metric.reader.key != self.metric.reader.key:
            raise ValueError(f"references were prepared by {self.metric!r}, which makes other tokens than {metric!r}")
        if self._compiled is not None:
            return self._compiled
        texts = self._kept_texts()
        return texts * predictions if len(texts) == 1 else texts


def prepare_again(metric: Preparing, texts: list[Any], nulls: str) -> PreparedReferences:
    """Prepares references that were pickled as texts."""
    return metric.prepare(texts, nulls)


def copied(texts: Any) -> Any:
    """A copy of nested lists, so that the caller's later changes do not reach prepared references."""
    return [copied(text) for text in texts] if isinstance(texts, (list, tuple)) else texts
