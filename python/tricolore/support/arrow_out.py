"""Columns out by the Arrow PyCapsule protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _core

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SIGNATURE", "arrow_stream"]

SIGNATURE = "tricolore.signature"
"""The key of a signature in the metadata of a schema or a field."""


def arrow_stream(columns: Mapping[str, npt.NDArray[Any]], signature: str) -> object:
    """A capsule with a table of these columns, of float64, int64 or int32: the same types in Arrow. The metadata of its
    schema and of each field have the signature, as `tricolore.signature`."""
    return _core.arrow_stream(list(columns.items()), {SIGNATURE: signature})
