"""The types of arguments: texts, predictions, references, ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .. import _core
    from .prepared import PreparedReferences

__all__ = ["Column", "Ids", "Predictions", "References", "SegmentReferences", "Text", "Texts"]


class ArrowArray(Protocol):
    """An Arrow column in one chunk, by the PyCapsule protocol."""

    def __arrow_c_array__(self, requested_schema: Any = ...) -> Any: ...


class ArrowStream(Protocol):
    """An Arrow column in several chunks, by the PyCapsule protocol."""

    def __arrow_c_stream__(self, requested_schema: Any = ...) -> Any: ...


# A text is a str, or with the tokenizer "pretokenized" a sequence of tokens, all of them str or all of them integers.
# No annotation can exclude a str where an iterable is expected; calls refuse it.
Text = TypeVar("Text", str, list[str], tuple[str, ...], list[int], tuple[int, ...], "npt.NDArray[Any]")
Column: TypeAlias = ArrowArray | ArrowStream
Predictions: TypeAlias = "Iterable[Text] | Column"
SegmentReferences: TypeAlias = "Text | Iterable[Text] | PreparedReferences"
References: TypeAlias = "Iterable[Text] | Iterable[Iterable[Text]] | Column | PreparedReferences"
Ids: TypeAlias = "Iterable[int] | Iterable[str] | npt.NDArray[np.integer[Any]] | Column"
Texts: TypeAlias = "list[object] | tuple[object, ...] | _core.Column"
