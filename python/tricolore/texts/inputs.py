"""The forms in which predictions and references may be given, as lists or columns that the compiled module reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from numbers import Real
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeGuard, TypeVar

from .. import _core
from ..support.options import one_of
from .prepared import PreparedReferences

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "LEAVE_OUT",
    "NULLS",
    "Ids",
    "Predictions",
    "References",
    "SegmentReferences",
    "Text",
    "from_streams",
    "is_missing",
    "listed",
    "lists",
    "predictions_of",
    "references_by_segment",
    "sequence",
    "single_expected",
    "texts_in",
    "texts_of",
    "without_reference",
]


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

NULLS = ("error", "empty", "drop", "drop_segment")
# `rust/py/src/null.rs` has the same words.
LEAVE_OUT = 'nulls="drop_segment" leaves out segments without a reference'
CHOICES = f'nulls="drop" leaves out such references, {LEAVE_OUT} too, nulls="empty" takes them as empty texts'


def sequence(
    name: str, given: object, pretokenized: bool = False, nulls: str = "error"
) -> list[object] | tuple[object, ...]:
    """The items of `given` as a list or tuple. Their types are checked later, when they are read.

    If nulls are dropped, the nulls of a column become None.
    """
    texts = items_of(name, given, nulls)
    return texts.tolist(name, pretokenized) if isinstance(texts, _core.Column) else texts


def texts_in(name: str, given: object, nulls: str = "error", pretokenized: bool = False) -> Texts:
    """The texts of the argument `name`: a list, a tuple, or an Arrow column as it is.

    With `"empty"`, an empty text replaces each null. Only references are ever dropped.
    """
    empty = nulls == "empty"
    texts = items_of(name, given, "empty" if empty else "error")
    if not empty or isinstance(texts, _core.Column):
        return texts
    return with_empty(texts, pretokenized)


def is_missing(item: object) -> bool:
    """True for an item that stands for a missing text: None, NaN of any type, and pandas' NA and NaT."""
    if isinstance(item, str):
        return False
    return item is None or (isinstance(item, Real) and item != item) or type(item).__name__ in ("NAType", "NaTType")


def require_texts(name: str, texts: Sequence[Any], pretokenized: bool = False) -> None:
    """Raises TypeError for the first item that is not a text, naming its index."""
    for place, text in enumerate(texts):
        if is_missing(text):
            hint = '; nulls="empty" takes it as an empty text' if name == "predictions" else ""
            raise TypeError(f"{name}[{place}] is null{hint}")
        if not pretokenized and not isinstance(text, str):
            raise TypeError(f"{name}[{place}] is not a str but of type {type(text).__name__}")


def with_empty(texts: Iterable[object], pretokenized: bool) -> list[object]:
    """The texts, with an empty text in place of each null."""
    empty: object = [] if pretokenized else ""
    return [empty if is_missing(text) else text for text in texts]


def is_list(item: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(item, (list, tuple))


def listed(name: str, given: Texts) -> list[Any]:
    """The texts that `texts_in` returned, as a new list."""
    return given.tolist(name, False) if isinstance(given, _core.Column) else list(given)


def lists(name: str, given: Texts) -> list[Any]:
    """References that `texts_in` returned, as a new list with a new list per segment; a str stays a str."""
    return [list(own) if isinstance(own, (list, tuple)) else own for own in listed(name, given)]


def column_of(name: str, given: object, nulls: str) -> _core.Column | None:
    """The Arrow column of an object that supports the PyCapsule protocol; None for any other object."""
    export = getattr(given, "__arrow_c_stream__", getattr(given, "__arrow_c_array__", None))
    if export is None:
        return None
    require_valid(name, given)
    # An object with `tolist` can also be read item by item.
    or_else = callable(getattr(given, "tolist", getattr(given, "to_list", None)))
    try:
        exported = export()
    except Exception:
        # pandas calls pyarrow, which may be missing or may refuse the column's type.
        if or_else:
            return None
        raise
    try:
        return _core.Column(exported, name, nulls)
    except _core.MalformedArrowError:
        # Reading malformed data in another way could crash.
        raise
    except ValueError:
        # The column has an unknown layout.
        if or_else:
            return None
        raise


def arrow_behind(given: Any) -> Any:
    """The Arrow column behind a lazy column of Hugging Face's datasets, which would otherwise be read row by row.

    Any other object is returned unchanged. A column with a transform, or with a feature that must be decoded, is
    returned unchanged too, because its rows differ from the Arrow data.
    """
    datasets: Any = sys.modules.get("datasets.arrow_dataset")
    # Lazy columns exist since datasets 4.0.
    lazy: Any = getattr(datasets, "Column", ())
    if not isinstance(given, lazy):
        return given
    feature = given.features
    while hasattr(feature, "feature"):
        feature = feature.feature
    source, names = given.source, [given.column_name]
    while not isinstance(source, datasets.Dataset):
        source, names = source.source, [source.column_name, *names]
    if type(feature).__name__ != "Value" or source.format["type"] == "custom":
        return given
    table = source.select_columns(names[:1]).with_format("arrow")[:]
    # A shuffled dataset has a chunk for each row.
    if table.column(0).num_chunks > len(table) // 100:
        table = table.combine_chunks()
    if len(names) == 1:
        return table.column(0)
    from pyarrow.compute import struct_field

    return struct_field(table.column(0), names[1:])


def require_valid(name: str, given: Any) -> None:
    """Raises ValueError for a pyarrow array whose offsets exceed its buffers.

    Only pyarrow knows the lengths of the buffers, because the protocol does not pass them on. The check takes constant
    time.
    """
    if type(given).__module__.partition(".")[0] != "pyarrow" or not hasattr(given, "validate"):
        return
    try:
        given.validate()
    except ValueError as error:
        raise ValueError(f"{name} is malformed Arrow data: {error}") from error


def is_table(given: Any) -> bool:
    """True for a table. A query of DuckDB with a single column, which is a table in turn, counts as a column."""
    if not hasattr(given, "columns"):
        return False
    try:
        (name,) = given.columns
        return not isinstance(name, str) or not hasattr(given[name], "columns")
    except (TypeError, ValueError):
        return True


def items_of(name: str, given: object, nulls: str) -> Texts:
    """The items of a sequence, or an Arrow column that treats its nulls as `nulls` says."""
    if isinstance(given, (list, tuple)):
        return given
    if isinstance(given, _core.Column):
        return given
    if isinstance(given, str):
        raise TypeError(f"{name} is a str where a sequence of str belongs: wrap it in a list, [{name}]")
    if isinstance(given, (bytes, bytearray, memoryview, Mapping, Set)):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    if is_table(given):
        # Iterating over a table would give the names of its columns.
        raise TypeError(f"{name} is of type {type(given).__name__}, a table: pass one of its columns")
    column = column_of(name, arrow_behind(given), nulls)
    if column is not None:
        return column
    # numpy arrays and pandas Series make Python objects faster this way than item by item.
    tolist = getattr(given, "tolist", getattr(given, "to_list", None))
    items = tolist() if callable(tolist) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    return items if isinstance(items, list) else list(items)


def references_by_segment(given: object, nulls: str = "error", pretokenized: bool = False) -> Texts:
    """The references of each segment: an Arrow column as it is, or a list or tuple.

    The items of a list are texts (one reference per segment), or lists or tuples of texts. If nulls are dropped, every
    item is a list, which is empty if no reference is left.
    """
    references = items_of("references", given, nulls)
    if isinstance(references, _core.Column) or not references:
        return references
    if nulls == "error" and (isinstance(references[0], str) or all(map(is_list, references))):
        return references
    # Arrays of references, or invalid items, whose index the error names.
    listed = [
        sequence(f"references[{i}]", segment, pretokenized, nulls)
        if isinstance(segment, Iterable) and not isinstance(segment, str)
        else segment
        for i, segment in enumerate(references)
    ]
    return listed if nulls == "error" else without_nulls(listed, nulls, pretokenized)


def without_nulls(segments: list[object], nulls: str, pretokenized: bool) -> list[object]:
    """References without nulls, as a list per segment; with `"empty"`, an empty text replaces each null."""
    several = are_several(segments, pretokenized)
    if nulls == "empty":
        if not several:
            return with_empty(segments, pretokenized)
        return [with_empty(texts_of_segment(own, True), pretokenized) for own in segments]
    return [[text for text in texts_of_segment(own, several) if not is_missing(text)] for own in segments]


def texts_of_segment(segment: object, several: bool) -> list[object]:
    """The references of a segment, nulls included."""
    return list(segment) if several and is_list(segment) else [segment]


def are_several(segments: list[object], pretokenized: bool) -> bool:
    """True if references are lists of texts, and not a text for each segment."""
    lists = [segment for segment in segments if is_list(segment)]
    if not pretokenized:
        return bool(lists)
    # A null among tokens is a missing token, which is refused when the text is read.
    return any(
        bool(segment) and all(is_list(text) or is_missing(text) or getattr(text, "ndim", 0) > 0 for text in segment)
        for segment in lists
    )


def without_reference(references: Texts, pretokenized: bool) -> list[int]:
    """The numbers of the segments that have no reference after nulls were dropped."""
    if isinstance(references, _core.Column):
        return references.without_reference(pretokenized)
    return [number for number, own in enumerate(references) if is_list(own) and not own]


def from_streams(*streams: Iterable[str | None] | Column, nulls: str = "drop") -> list[list[str]]:
    """Converts references by stream, as sacreBLEU's files and calls have them, to references by segment.

    Args:
        streams: sequences or columns of str, each with one reference for every segment.
        nulls: the treatment of a reference that is missing in a stream (None, NaN, a null of a column). `"drop"`
            leaves it out, as sacreBLEU does. `"drop_segment"` leaves it out too, and gives a segment without any
            reference an empty list, which `nulls="drop_segment"` of the verbs then leaves out. `"empty"` puts an
            empty text in its place, and `"error"` refuses it.

    >>> from_streams(["first a", "second a"], ["first b", None])
    [['first a', 'first b'], ['second a']]

    Raises TypeError for a stream that is a str or that holds anything but str and nulls, and ValueError for streams of
    different lengths and for a segment without any reference.
    """
    one_of("nulls", nulls, NULLS)
    lists = [sequence(f"streams[{i}]", stream, nulls=nulls) for i, stream in enumerate(streams)]
    if not lists:
        raise ValueError("no stream was given: a segment needs a reference")
    segments: list[list[str]] = [[] for _ in lists[0]]
    for i, stream in enumerate(lists):
        if len(stream) != len(segments):
            raise ValueError(f"streams[0] has {len(segments)} references and streams[{i}] has {len(stream)}")
        for j, (segment, reference) in enumerate(zip(segments, stream, strict=True)):
            if isinstance(reference, str):
                segment.append(reference)
            elif len(lists) == 1 and isinstance(reference, Iterable) and not isinstance(reference, (bytes, Mapping)):
                raise TypeError(
                    "streams[0] holds streams, as sacreBLEU's calls have them: each stream is an argument of its own, "
                    "from_streams(*streams)"
                )
            elif not is_missing(reference):
                raise TypeError(f"streams[{i}][{j}] is not a str but of type {type(reference).__name__}")
            elif nulls == "empty":
                segment.append("")
            elif nulls == "error":
                raise TypeError(f"streams[{i}][{j}] is null; {CHOICES}")
    for j, segment in enumerate(segments):
        if not segment and nulls != "drop_segment":
            raise ValueError(f"segment {j} has no reference in any stream; {LEAVE_OUT}")
    return segments


def predictions_of(given: object, nulls: str = "error", pretokenized: bool = False) -> Texts:
    """The predictions of a batch, as `texts_in` returns them."""
    if isinstance(given, str):
        raise TypeError("predictions is a str where a sequence of str belongs: wrap it in a list, or call score")
    return texts_in("predictions", given, nulls, pretokenized)


def texts_of(references: object) -> Any:
    """The references of one segment as a list or tuple. Their types are checked later, when they are read."""
    if isinstance(references, PreparedReferences):
        references = references.only_texts()
    return [references] if isinstance(references, str) else sequence("references", references)


def single_expected(prediction: object) -> TypeError:
    """The error for a prediction that is not a single text."""
    kind = type(prediction).__name__
    if isinstance(prediction, (list, tuple)):
        return TypeError(f"prediction is a {kind} where one str belongs: for many segments call score_each")
    return TypeError(f"prediction is not a str but of type {kind}")
