"""The checks that the adapters of torchmetrics share.

An adapter replaces the function of a metric that turns texts into counts. Everything from there on, such as the
logarithms of BLEU, stays torch's own code, because its float32 results have bits of their own.
"""

from __future__ import annotations

import sys
from typing import Any

from .answers import NotServedError

__all__ = [
    "FLOAT32_EXACT",
    "TEXT",
    "flat_pairs",
    "require_plain_tensors",
    "require_texts",
    "torch_itself",
]

TEXT = "torchmetrics.functional.text"
FLOAT32_EXACT = 1 << 24
"""The largest number up to which float32 holds every integer, so that one addition equals many."""


def torch_itself() -> Any:
    """Returns the module `torch`, which torchmetrics has imported."""
    return sys.modules["torch"]


def require_plain_tensors() -> None:
    """Leaves the call to the original if new tensors are not float32 on the CPU."""
    torch = torch_itself()
    made = torch.empty(0)
    if made.dtype is not torch.float32 or made.device.type != "cpu":
        raise NotServedError("option")


def require_texts(texts: Any) -> None:
    """Leaves the call to the original if this is not a list or tuple of str."""
    if type(texts) not in (list, tuple) or not set(map(type, texts)) <= {str}:
        raise NotServedError("input")


def flat_pairs(preds: Any, target: Any) -> tuple[list[str], list[str]]:
    """Returns a prediction and a reference for each reference of each segment.

    `target` has a list or tuple of references for each segment, at least one.
    """
    require_texts(preds)
    if type(target) not in (list, tuple) or len(target) != len(preds):
        raise NotServedError("input")
    references: list[str] = []
    for own in target:
        require_texts(own)
        if not own:
            raise NotServedError("input")
        references += own
    return [pred for pred, own in zip(preds, target, strict=True) for _ in own], references
