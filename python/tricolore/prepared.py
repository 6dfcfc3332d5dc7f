"""References that are read once and scored against many times."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, overload

from . import _core

if TYPE_CHECKING:
    from .metric import Metric

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

    __slots__ = ("_compiled", "_start", "_stop", "_texts", "metric")

    metric: Metric[Any]
    """What prepared them."""

    def __init__(
        self,
        metric: Metric[Any],
        texts: list[Any] | tuple[Any, ...] | _core.Column,
        compiled: _core.Prepared | None,
        start: int,
        stop: int,
    ) -> None:
        self.metric = metric
        self._texts = texts
        # None where tokens are made by a callable: then texts are all there is.
        self._compiled = compiled
        self._start, self._stop = start, stop

    @property
    def texts(self) -> list[Any]:
        """The references of each segment: a str or a list of str, as they came."""
        texts = self._texts
        if isinstance(texts, _core.Column):
            texts = texts.tolist("references", self.metric._pretokenized)
        return [copied(own) for own in texts[self._start : self._stop]]

    def __len__(self) -> int:
        """Segments that they are for."""
        return self._stop - self._start

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
        compiled = None if self._compiled is None else self._compiled.slice(start, stop)
        return PreparedReferences(self.metric, self._texts, compiled, self._start + start, self._start + stop)

    def __reduce__(self) -> tuple[Any, ...]:
        return prepare_again, (self.metric, self.texts)

    def __repr__(self) -> str:
        return f"PreparedReferences({len(self)} segments, {self.metric!r})"

    def _only(self) -> Any:
        """The references of the only segment."""
        self._require_one()
        return self.texts[0]

    def _require_one(self) -> None:
        if len(self) != 1:
            raise ValueError(f"references were prepared for {len(self)} segments: choose one, references[i]")

    def _for(self, metric: Metric[Any], predictions: int) -> Any:
        """What the compiled module takes, for so many predictions."""
        if metric._reader() != self.metric._reader():
            raise ValueError(
                f"references were prepared by {self.metric!r}, which reads texts otherwise than {metric!r}"
            )
        if self._compiled is not None:
            return self._compiled
        return self.texts * predictions if len(self) == 1 else self.texts


def prepare_again(metric: Metric[Any], texts: list[Any]) -> PreparedReferences:
    """What was pickled."""
    return metric.prepare(texts)


def copied(texts: Any) -> Any:
    """Lists all the way down, for what was prepared does not change."""
    return [copied(text) for text in texts] if isinstance(texts, (list, tuple)) else texts
