"""The objects among a call's arguments that the call may change: their contents, and how to put these back."""

from __future__ import annotations

import sys
from typing import Any

from .groups import ORIGINALS

__all__ = ["changing", "contents", "put_back"]

IN_PLACE = "torchmetrics."
"""The start of the names of functions that change tensors, lists and dicts among their arguments."""


def changing(name: str, args: tuple[Any, ...]) -> list[Any]:
    """Returns the objects that a call of the function `name` may change, among its arguments and in its dicts."""
    things = [*args, *(value for arg in args if isinstance(arg, dict) for value in arg.values())]
    if name.startswith(IN_PLACE):
        return [thing for thing in things if isinstance(thing, (list, dict)) or is_tensor(thing)]
    return [t for t in things if hasattr(t, "__dict__") and is_of_an_original(t)]


def is_of_an_original(thing: Any) -> bool:
    return any(cls.__module__.split(".")[0] in ORIGINALS for cls in type(thing).__mro__)


def is_tensor(thing: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(thing, torch.Tensor)


def contents(thing: Any) -> Any:
    """Returns a copy of what an object holds: a tensor, a list, or a dict of its items or attributes."""
    if is_tensor(thing):
        return thing.detach().clone()
    return list(thing) if isinstance(thing, list) else dict(thing if isinstance(thing, dict) else vars(thing))


def put_back(thing: Any, held: Any) -> None:
    """Makes an object hold what `contents` returned."""
    if is_tensor(thing):
        thing.data.copy_(held)
    elif isinstance(thing, list):
        thing[:] = held
    else:
        own = thing if isinstance(thing, dict) else vars(thing)
        own.clear()
        own.update(held)
