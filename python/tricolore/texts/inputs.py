"""The forms in which predictions and references may be given, as lists or columns that the compiled module reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from .. import _core
from .arrow_columns import arrow_behind, column_of, is_table
from .nulls import is_list, is_missing, with_empty, without_nulls
from .prepared import PreparedReferences
from .types import Texts

__all__ = [
    "items_of",
    "listed",
    "lists",
    "predictions_of",
    "references_by_segment",
    "require_texts",
    "sequence",
    "single_expected",
    "texts_in",
    "texts_of",
]


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


def require_texts(name: str, texts: Sequence[Any], pretokenized: bool = False) -> None:
    """Raises TypeError for the first item that is not a text, naming its index."""
    for place, text in enumerate(texts):
        if is_missing(text):
            hint = '; nulls="empty" takes it as an empty text' if name == "predictions" else ""
            raise TypeError(f"{name}[{place}] is null{hint}")
        if not pretokenized and not isinstance(text, str):
            raise TypeError(f"{name}[{place}] is not a str but of type {type(text).__name__}")


def listed(name: str, given: Texts) -> list[Any]:
    """The texts that `texts_in` returned, as a new list."""
    return given.tolist(name, False) if isinstance(given, _core.Column) else list(given)


def lists(name: str, given: Texts) -> list[Any]:
    """References that `texts_in` returned, as a new list with a new list per segment; a str stays a str."""
    return [list(own) if isinstance(own, (list, tuple)) else own for own in listed(name, given)]


def predictions_of(given: object, nulls: str = "error", pretokenized: bool = False) -> Texts:
    """The predictions of a batch, as `texts_in` returns them."""
    if isinstance(given, str):
        raise TypeError("predictions is a str where a sequence of str belongs: wrap it in a list, or call score")
    return texts_in("predictions", given, nulls, pretokenized)


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
