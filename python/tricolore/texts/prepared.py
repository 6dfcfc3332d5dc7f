"""References that are read once and scored against many times."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, overload

from .. import _core

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..metrics.metric import Metric

__all__ = ["PreparedReferences"]


class PreparedReferences:
    """The references of some segments as a metric's tokens: what `prepare` of a metric gives.

    Stands wherever that metric takes references. Those of a single segment serve any number of predictions,
    as a reward function scores a group of completions. `prepared[i]` is the segment of this number and
    `prepared[a:b]` are several; they share the tokens. Memory is some 4 bytes a token (for chrF up to 20
    a character) and the distinct ones, beside the texts; each thread that scores against them again and again may
    keep tokens of its own, up to 32 MB, until it meets others. Pickles, by its texts.

    >>> import tricolore as tc
    >>> chrf = tc.CHRF()
    >>> prepared = chrf.prepare(["the cat sat on the mat", "it rained"])
    >>> chrf.score_each(["it rains", "it rained", "the rain"], prepared[1])["chrf"].round(2).tolist()
    [61.77, 100.0, 29.4]
    """

    __slots__ = ("_compiled", "_given", "_start", "_stop", "_texts", "kept", "metric")

    metric: Metric[Any]
    """What prepared them."""
    kept: npt.NDArray[np.int64] | None
    """The numbers of the segments that have a reference, int64, where others were left out; else None."""

    def __init__(
        self,
        metric: Metric[Any],
        texts: list[Any] | tuple[Any, ...] | _core.Column,
        compiled: _core.Prepared | None,
        start: int,
        stop: int,
        kept: npt.NDArray[np.int64] | None = None,
        given: int | None = None,
    ) -> None:
        self.metric = metric
        self._texts = texts
        # None where tokens are made by a callable: then texts are all there is.
        self._compiled = compiled
        # Of the segments that are kept.
        self._start, self._stop = start, stop
        self.kept = kept
        self._given = stop - start if given is None else given

    @property
    def texts(self) -> list[Any]:
        """The references of each segment: a str or a list of str, as they came; None for a segment that was left
        out."""
        own = self._kept_texts()
        if self.kept is None:
            return own
        by_number = dict(zip(self.kept.tolist(), own, strict=True))
        return [by_number.get(number) for number in range(self._given)]

    def _kept_texts(self) -> list[Any]:
        texts = self._texts
        if isinstance(texts, _core.Column):
            texts = texts.tolist("references", self.metric._pretokenized)
        return [copied(own) for own in texts[self._start : self._stop]]

    def __len__(self) -> int:
        """Segments that they are for."""
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

    def _only(self) -> Any:
        """The references of the only segment."""
        self._require_one()
        return self.texts[0]

    def _require_one(self) -> None:
        if len(self) != 1:
            raise ValueError(f"references were prepared for {len(self)} segments: choose one, references[i]")
        if self.kept is not None and not len(self.kept):
            raise ValueError("references were left out: the segment has none")

    def _for(self, metric: Metric[Any], predictions: int) -> Any:
        """What the compiled module takes, for so many predictions."""
        if metric._reader() != self.metric._reader():
            raise ValueError(
                f"references were prepared by {self.metric!r}, which reads texts otherwise than {metric!r}"
            )
        if self._compiled is not None:
            return self._compiled
        texts = self._kept_texts()
        return texts * predictions if len(texts) == 1 else texts


def prepare_again(metric: Metric[Any], texts: list[Any], nulls: str) -> PreparedReferences:
    """The references that were pickled."""
    return metric.prepare(texts, nulls)


def copied(texts: Any) -> Any:
    """Lists all the way down, for what was prepared does not change."""
    return [copied(text) for text in texts] if isinstance(texts, (list, tuple)) else texts
