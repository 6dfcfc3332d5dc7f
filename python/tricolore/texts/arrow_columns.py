"""Arrow columns behind objects that support the PyCapsule protocol."""

from __future__ import annotations

import sys
from typing import Any

from .. import _core

__all__ = ["arrow_behind", "column_of", "is_table"]


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
