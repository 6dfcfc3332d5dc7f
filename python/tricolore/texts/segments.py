"""Segments: predictions with their references, optionally without the segments that have no reference."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..support.options import one_of
from .inputs import predictions_of, references_by_segment, require_texts
from .nulls import LEAVE_OUT, NULLS, is_list, without_reference
from .prepared import PreparedReferences

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Segments", "kept_of", "kept_references", "labels_in", "of_kept", "segments_of"]


class Segments(NamedTuple):
    """Predictions and references in the form that the compiled module reads. References may be prepared."""

    predictions: Any
    references: Any
    given: int
    """The number of segments that were given."""
    kept: npt.NDArray[np.int64] | None = None
    """The numbers of the segments that are scored; None for all of them."""

    @property
    def dropped(self) -> int:
        """The number of segments that were left out."""
        return 0 if self.kept is None else self.given - len(self.kept)

    def of_kept_array(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The values of the scored segments, given a value for every segment."""
        return values if self.kept is None else values[self.kept]

    def places_of(self, given: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The places among the scored segments of the segments with these numbers, which must be ascending."""
        import numpy as np

        return given if self.kept is None else np.flatnonzero(np.isin(self.kept, given))


def labels_in(name: str, labels: Any) -> list[Any]:
    """The labels of segments as a list. Labels are not read by the Arrow protocol, which is for texts."""
    if isinstance(labels, (str, bytes, Mapping, Set)):
        raise TypeError(f"{name} is of type {type(labels).__name__}: it must be a sequence of labels")
    tolist = getattr(labels, "tolist", getattr(labels, "to_list", None))
    return tolist() if callable(tolist) else list(labels)


def of_kept(name: str, values: Any, given: int, kept: npt.NDArray[np.int64] | None) -> Any:
    """The values of the kept segments, given a value for every segment. None stays None."""
    if kept is None or values is None:
        return values
    listed = labels_in(name, values)
    if len(listed) != given:
        raise ValueError(f"{given} segments, but {name} has {len(listed)}")
    return [listed[number] for number in kept.tolist()]


def segments_of(predictions: object, references: Any, nulls: str = "error", pretokenized: bool = False) -> Segments:
    """The segments of a call.

    Args:
        predictions, references: see `Metric.score_each`.
        nulls: `"error"`, `"empty"`, `"drop"` or `"drop_segment"`. Only references are dropped; a null prediction is an
            error except with `"empty"`.
        pretokenized: True if texts are sequences of tokens.
    """
    texts = predictions_of(predictions, one_of("nulls", nulls, NULLS), pretokenized)
    prepared = isinstance(references, PreparedReferences)
    others: Any = references if prepared else references_by_segment(references, nulls, pretokenized)
    kept = kept_of(others, nulls, pretokenized)
    if kept is None:
        return Segments(texts, others, len(texts))
    if len(texts) != len(others):
        raise ValueError(f"{len(texts)} predictions, but references for {len(others)}")
    # Predictions are checked before segments are left out, so that errors name their original numbers.
    texts = texts.tolist("predictions", pretokenized) if isinstance(texts, _core.Column) else texts
    require_texts("predictions", texts, pretokenized)
    others = others if prepared else kept_references(others, kept, pretokenized)
    return Segments([texts[number] for number in kept.tolist()], others, len(texts), kept)


def kept_of(references: Any, nulls: str, pretokenized: bool) -> npt.NDArray[np.int64] | None:
    """The numbers of the segments that have a reference; None if all have one or no null is dropped.

    Raises ValueError for a segment without a reference, unless `nulls` is `"drop_segment"`.
    """
    if isinstance(references, PreparedReferences):
        return references.kept
    if nulls not in ("drop", "drop_segment"):
        return None
    lacking = without_reference(references, pretokenized)
    if not lacking:
        return None
    if nulls == "drop":
        raise ValueError(f"references[{lacking[0]}] has no reference that is not null; {LEAVE_OUT}")
    import numpy as np

    return np.delete(np.arange(len(references)), lacking)


def kept_references(references: Any, kept: npt.NDArray[np.int64], pretokenized: bool) -> list[Any]:
    """The references of the kept segments. Raises TypeError for a reference that is not a text, naming its index."""
    listed = references.tolist("references", pretokenized) if isinstance(references, _core.Column) else references
    numbers = kept.tolist()
    for number in numbers:
        own = listed[number]
        require_texts(f"references[{number}]", own if is_list(own) else [own], pretokenized)
    return [listed[number] for number in numbers]
