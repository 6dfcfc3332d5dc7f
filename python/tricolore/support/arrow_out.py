"""Export of columns by the Arrow PyCapsule protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _core

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SIGNATURE", "arrow_stream"]

SIGNATURE = "tricolore.signature"
"""The key of the signature in the metadata of a schema or field."""


def arrow_stream(columns: Mapping[str, npt.NDArray[Any]], signature: str) -> object:
    """Returns a capsule with a table of these columns, which keep their types: float64, int64 or int32.

    The metadata of the schema and of each field have the signature under `tricolore.signature`.
    """
    return _core.arrow_stream(list(columns.items()), {SIGNATURE: signature})
