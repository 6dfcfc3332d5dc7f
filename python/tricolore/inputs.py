"""What predictions and references may come in, as the lists that the compiled module reads."""

from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeAlias

__all__ = [
    "Predictions",
    "References",
    "SegmentReferences",
    "from_streams",
    "references_by_segment",
    "sequence",
    "single_expected",
]

# Iterables of str; a str itself is refused when called, which no annotation can say.
Predictions: TypeAlias = Iterable[str]
SegmentReferences: TypeAlias = str | Iterable[str]
References: TypeAlias = Iterable[str] | Iterable[Iterable[str]]


def sequence(name: str, given: object) -> list[object] | tuple[object, ...]:
    """A list or tuple of the items of `given`; their own types are for the reader to check."""
    if isinstance(given, (list, tuple)):
        return given
    if isinstance(given, str):
        raise TypeError(f"{name} is a str where a sequence of str belongs: wrap it in a list, [{name}]")
    if isinstance(given, (bytes, bytearray, memoryview, Mapping, Set)):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    if hasattr(given, "columns"):
        # To iterate over a table is to iterate over the names of its columns.
        raise TypeError(f"{name} is of type {type(given).__name__}, a table: pass one of its columns")
    # numpy arrays and pandas Series give Python objects faster this way than one by one.
    tolist = getattr(given, "tolist", None)
    items = tolist() if callable(tolist) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise TypeError(f"{name} is of type {type(given).__name__}: it must be a sequence of str")
    return items if isinstance(items, list) else list(items)


def references_by_segment(given: object) -> list[object] | tuple[object, ...]:
    """As `sequence`, with the items of each segment in a list or tuple too, unless they are str."""
    references = sequence("references", given)
    if not references or isinstance(references[0], str):
        return references
    if all(isinstance(segment, (list, tuple)) for segment in references):
        return references
    # Arrays of references, or what is no text at all: the index counts.
    return [
        sequence(f"references[{i}]", segment)
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


def predictions_of(given: object) -> list[object] | tuple[object, ...]:
    """The predictions of a batch as `sequence` gives them."""
    if isinstance(given, str):
        raise TypeError("predictions is a str where a sequence of str belongs: wrap it in a list, or call score")
    return sequence("predictions", given)


def texts_of(references: object) -> Any:
    """The references of one segment as a list or tuple; their own types are for the reader to check."""
    return [references] if isinstance(references, str) else sequence("references", references)


def single_expected(prediction: object) -> TypeError:
    """The error for what is not one text."""
    kind = type(prediction).__name__
    if isinstance(prediction, (list, tuple)):
        return TypeError(f"prediction is a {kind} where one str belongs: for many segments call score_each")
    return TypeError(f"prediction is not a str but of type {kind}")
