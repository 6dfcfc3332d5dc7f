"""The option `ignore_ids`: integers in pretokenized texts that are not tokens, such as padding."""

from __future__ import annotations

from ..support.options import token_ids

__all__ = ["ignored_field", "ignored_ids"]


def ignored_ids(ignore_ids: object, tokenizer: object) -> tuple[int, ...]:
    """The integers that a metric leaves out, in order. Raises ValueError where texts do not come as tokens."""
    ids = token_ids("ignore_ids", ignore_ids)
    if ids and tokenizer != "pretokenized":
        raise ValueError(f"ignore_ids is for the tokenizer 'pretokenized', not for {tokenizer!r}")
    return ids


def ignored_field(ids: tuple[int, ...]) -> str:
    """The part of a signature that says which integers are left out."""
    return f"ignore:{','.join(map(str, ids))}" if ids else ""
