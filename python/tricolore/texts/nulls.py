"""Missing texts: which items are nulls, and the treatments that the option `nulls` offers."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import TypeGuard

from .. import _core
from .types import Texts

__all__ = ["CHOICES", "LEAVE_OUT", "NULLS", "is_list", "is_missing", "with_empty", "without_nulls", "without_reference"]

NULLS = ("error", "empty", "drop", "drop_segment")
# `rust/py/src/null.rs` has the same words.
LEAVE_OUT = 'nulls="drop_segment" leaves out segments without a reference'
CHOICES = f'nulls="drop" leaves out such references, {LEAVE_OUT} too, nulls="empty" takes them as empty texts'


def is_missing(item: object) -> bool:
    """True for an item that stands for a missing text: None, NaN of any type, and pandas' NA and NaT."""
    if isinstance(item, str):
        return False
    return item is None or (isinstance(item, Real) and item != item) or type(item).__name__ in ("NAType", "NaTType")


def is_list(item: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(item, (list, tuple))


def with_empty(texts: Iterable[object], pretokenized: bool) -> list[object]:
    """The texts, with an empty text in place of each null."""
    empty: object = [] if pretokenized else ""
    return [empty if is_missing(text) else text for text in texts]


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
