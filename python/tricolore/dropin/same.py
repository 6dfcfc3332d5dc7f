"""Comparison of two results, which must be the same to the bit in value and in type."""

from __future__ import annotations

import sys
from typing import Any

from tricolore.dropin.adapters.lazy import LazyList

__all__ = ["difference", "exact"]


def difference(a: Any, b: Any, where: str = "result") -> str | None:
    """Returns the first place where two values differ, or None. A lazy list counts as its content."""
    a, b = (x.peek() if isinstance(x, LazyList) else x for x in (a, b))
    if a is b:
        return None
    if type(a) is not type(b):
        return f"{where}: {type(a).__name__} against {type(b).__name__}"
    if isinstance(a, (list, tuple)):
        if len(a) != len(b):
            return f"{where}: length {len(a)} against {len(b)}"
        pairs: Any = zip(range(len(a)), a, b, strict=True)
    elif isinstance(a, dict):
        if list(a) != list(b):
            return f"{where}: keys differ"
        pairs = ((key, a[key], b[key]) for key in a)
    elif same_value(a, b):
        return None
    elif hasattr(a, "__dict__") and not isinstance(a, (type, int, float, str)) and vars(a):
        pairs = ((name, vars(a).get(name), vars(b).get(name)) for name in {**vars(a), **vars(b)})
    else:
        return where
    for key, x, y in pairs:
        found = difference(x, y, f"{where}[{key!r}]")
        if found is not None:
            return found
    return None


def same_value(a: Any, b: Any) -> bool:
    """True if two values of the same type, which hold no other values, are the same."""
    if isinstance(a, float):
        return a.hex() == b.hex() or (a != a and b != b)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(a, torch.Tensor):
        return kind_of(a) == kind_of(b) and bytes_of(a) == bytes_of(b)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(a, (numpy.ndarray, numpy.generic)):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.dtype == object:
            return difference(a.tolist(), b.tolist()) is None
        return bool(a.tobytes() == b.tobytes())
    return bool(a == b)


def kind_of(tensor: Any) -> tuple[Any, ...]:
    return tensor.dtype, tensor.device, tensor.shape


def bytes_of(tensor: Any) -> list[int]:
    """Returns the bytes of the numbers of a tensor of torch."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    made: list[int] = flat.view(sys.modules["torch"].uint8).tolist()
    return made


def exact(value: Any, depth: int = 0) -> str:
    """Returns a value in full, with floats in hexadecimal."""
    if isinstance(value, LazyList):
        value = value.peek()
    numpy, torch = map(sys.modules.get, ("numpy", "torch"))
    if torch is not None and isinstance(value, torch.Tensor):
        return f"{value.dtype} tensor {exact(value.tolist(), depth)}"
    if isinstance(value, float):
        kind = "" if type(value) is float else f"{type(value).__name__} "
        return f"{kind}{value.hex()} ({float(value)!r})"
    if numpy is not None and isinstance(value, numpy.floating):
        return f"{value.dtype} {float(value).hex()}"
    if numpy is not None and isinstance(value, numpy.ndarray):
        return f"{value.dtype} array {exact(value.tolist(), depth)}"
    if depth < 20:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {exact(own, depth + 1)}" for key, own in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            return f"{type(value).__name__}({', '.join(exact(own, depth + 1) for own in value)})"
        if hasattr(value, "__dict__") and not isinstance(value, (type, BaseException)) and not callable(value):
            return f"{type(value).__qualname__} {exact(vars(value), depth + 1)}"
    return repr(value)
