"""What predictions and references may come in, as the lists that the compiled module reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeGuard, TypeVar

from . import _core
from .options import one_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .prepared import PreparedReferences

__all__ = [
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
]


class ArrowArray(Protocol):
    """A column by the Arrow PyCapsule protocol, in one piece."""

    def __arrow_c_array__(self, requested_schema: Any = ...) -> Any: ...


class ArrowStream(Protocol):
    """A column by the Arrow PyCapsule protocol, in pieces."""

    def __arrow_c_stream__(self, requested_schema: Any = ...) -> Any: ...


# A text: where the tokenizer is "pretokenized" a sequence of tokens, all of str or all of integers. A str where
# an iterable belongs is refused when called, which no annotation can say.
Text = TypeVar("Text", str, list[str], tuple[str, ...], list[int], tuple[int, ...], "npt.NDArray[Any]")
Column: TypeAlias = ArrowArray | ArrowStream
Predictions: TypeAlias = "Iterable[Text] | Column"
SegmentReferences: TypeAlias = "Text | Iterable[Text] | PreparedReferences"
References: TypeAlias = "Iterable[Text] | Iterable[Iterable[Text]] | Column | PreparedReferences"
Ids: TypeAlias = "Iterable[int] | Iterable[str] | npt.NDArray[np.integer[Any]] | Column"
Texts: TypeAlias = "list[object] | tuple[object, ...] | _core.Column"

NULLS = ("error", "empty")


def sequence(name: str, given: object, tokens: bool = False) -> list[object] | tuple[object, ...]:
    """A list or tuple of the items of `given`; their own types are for the reader to check."""
    texts = texts_in(name, given)
    return texts.tolist(name, tokens) if isinstance(texts, _core.Column) else texts


def texts_in(name: str, given: object, nulls: str = "error", tokens: bool = False) -> Texts:
    """As `sequence`, but for a column that speaks the Arrow PyCapsule protocol: that is not made into str."""
    if nulls == "error" or one_of("nulls", nulls, NULLS) == "error":
        return items_of(name, given, False)
    texts = items_of(name, given, True)
    return texts if isinstance(texts, _core.Column) else without_nulls(texts, tokens)


def without_nulls(given: Iterable[object], tokens: bool) -> list[object]:
    """The same with empty texts for `None` and NaN: of tokens or not, and in lists where several belong."""
    items = [list(item) if is_list(item) else None if is_missing(item) else item for item in given]
    lists = [item for item in items if isinstance(item, list)]
    text: object = [] if tokens else ""
    # Lists of texts: of references.
    several = bool(lists) and (not tokens or any(is_list(text) or text is None for item in lists for text in item))
    if several:
        return [[text] if item is None else without_nulls(item, tokens) if is_list(item) else item for item in items]
    return [text if item is None else item for item in items]


def is_missing(item: object) -> bool:
    """`None`, NaN, and what pandas has for them."""
    return item is None or (isinstance(item, float) and item != item) or type(item).__name__ in ("NAType", "NaTType")


def is_list(item: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(item, (list, tuple))


def listed(name: str, given: Texts) -> list[Any]:
    """What `texts_in` gave as a new list."""
    return given.tolist(name, False) if isinstance(given, _core.Column) else list(given)


def lists(name: str, given: Texts) -> list[Any]:
    """The same of references, with a new list for each segment unless it is a str."""
    return [list(own) if isinstance(own, (list, tuple)) else own for own in listed(name, given)]


def column_of(name: str, given: object, nulls_are_empty: bool) -> _core.Column | None:
    """The column that an object gives by the protocol, if it does."""
    export = getattr(given, "__arrow_c_stream__", getattr(given, "__arrow_c_array__", None))
    if export is None:
        return None
    require_valid(name, given)
    # What makes a list of itself too can be read one by one.
    or_else = callable(getattr(given, "tolist", getattr(given, "to_list", None)))
    try:
        exported = export()
    except Exception:
        # pandas asks pyarrow, which may not be there or refuse what the column holds.
        if or_else:
            return None
        raise
    try:
        return _core.Column(exported, name, nulls_are_empty)
    except _core.MalformedArrowError:
        # To read it in another way could crash.
        raise
    except ValueError:
        # A layout that is not known.
        if or_else:
            return None
        raise


def require_valid(name: str, given: Any) -> None:
    """Raises ValueError for an array of pyarrow whose offsets go beyond its buffers: only pyarrow knows the lengths
    of these, for the protocol does not hand them over. Takes no time that grows with the array."""
    if type(given).__module__.partition(".")[0] != "pyarrow" or not hasattr(given, "validate"):
        return
    try:
        given.validate()
    except ValueError as error:
        raise ValueError(f"{name} is malformed Arrow data: {error}") from error


def is_table(given: Any) -> bool:
    """Whether an object has columns that are no tables in turn, as the one column of a query of DuckDB is."""
    if not hasattr(given, "columns"):
        return False
    try:
        (name,) = given.columns
        return not isinstance(name, str) or not hasattr(given[name], "columns")
    except (TypeError, ValueError):
        return True


def items_of(name: str, given: object, nulls_are_empty: bool) -> Texts:
    """The items of a sequence, or a column."""
    if isinstance(given, (list, tuple)):
        return given
    if isinstance(given, _core.Column):
        return given
    if isinstance(given, str):
        raise TypeError(f"{name} is a str where a sequence of str belongs: wrap it in a list, [{name}]")
    if isinstance(given, (bytes, bytearray, memoryview, Mapping, Set)):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    if is_table(given):
        # To iterate over a table is to iterate over the names of its columns.
        raise TypeError(f"{name} is of type {type(given).__name__}, a table: pass one of its columns")
    column = column_of(name, given, nulls_are_empty)
    if column is not None:
        return column
    # numpy arrays and pandas Series give Python objects faster this way than one by one.
    tolist = getattr(given, "tolist", getattr(given, "to_list", None))
    items = tolist() if callable(tolist) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    return items if isinstance(items, list) else list(items)


def references_by_segment(given: object, nulls: str = "error", tokens: bool = False) -> Texts:
    """As `texts_in`, with the items of each segment in a list or tuple too, unless they are str."""
    references = texts_in("references", given, nulls, tokens)
    if isinstance(references, _core.Column) or not references or isinstance(references[0], str):
        return references
    if all(isinstance(segment, (list, tuple)) for segment in references):
        return references
    # Arrays of references, or what is no text at all: the index counts.
    return [
        sequence(f"references[{i}]", segment, tokens)
        if isinstance(segment, Iterable) and not isinstance(segment, str)
        else segment
        for i, segment in enumerate(references)
    ]


def from_streams(*streams: Iterable[str | None]) -> list[list[str]]:
    """References by segment from references by stream, as sacreBLEU's files and calls have them.

    Each stream holds one reference for every segment; `None` stands for one that is missing.

    >>> from_streams(["first a", "second a"], ["first b", None])
    [['first a', 'first b'], ['second a']]

    Raises TypeError for a stream that is a str or holds something else than str and None, and
    ValueError where streams differ in length or a segment has no reference at all.
    """
    lists = [sequence(f"streams[{i}]", stream) for i, stream in enumerate(streams)]
    if not lists:
        raise ValueError("no stream was given: a segment needs a reference")
    segments: list[list[str]] = [[] for _ in lists[0]]
    for i, stream in enumerate(lists):
        if len(stream) != len(segments):
            raise ValueError(f"streams[0] has {len(segments)} references and streams[{i}] has {len(stream)}")
        for j, (segment, reference) in enumerate(zip(segments, stream, strict=True)):
            if isinstance(reference, str):
                segment.append(reference)
            elif reference is not None:
                raise TypeError(f"streams[{i}][{j}] is not a str but of type {type(reference).__name__}")
    for j, segment in enumerate(segments):
        if not segment:
            raise ValueError(f"segment {j} has no reference in any stream")
    return segments


def predictions_of(given: object, nulls: str = "error", tokens: bool = False) -> Texts:
    """The predictions of a batch as `texts_in` gives them."""
    if isinstance(given, str):
        raise TypeError("predictions is a str where a sequence of str belongs: wrap it in a list, or call score")
    return texts_in("predictions", given, nulls, tokens)


def texts_of(references: object) -> Any:
    """The references of one segment as a list or tuple; their own types are for the reader to check."""
    from .prepared import PreparedReferences

    if isinstance(references, PreparedReferences):
        references = references._only()
    return [references] if isinstance(references, str) else sequence("references", references)


def single_expected(prediction: object) -> TypeError:
    """The error for what is not one text."""
    kind = type(prediction).__name__
    if isinstance(prediction, (list, tuple)):
        return TypeError(f"prediction is a {kind} where one str belongs: for many segments call score_each")
    return TypeError(f"prediction is not a str but of type {kind}")
