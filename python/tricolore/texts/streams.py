"""References by stream, the layout of sacreBLEU's files and calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..support.options import one_of
from .inputs import sequence
from .nulls import CHOICES, LEAVE_OUT, NULLS, is_missing
from .types import Column

__all__ = ["from_streams"]


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
