"""The option `ignore_ids`: integers in pretokenized texts that are not tokens, such as padding."""

from __future__ import annotations

from ..support.options import token_ids

__all__ = ["ignored_field", "ignored_ids"]


def ignored_ids(ignore_ids: object, tokenizer: object) -> tuple[int, ...]:
    """The ignored integers in order. Raises ValueError if texts are not pretokenized."""
    ids = token_ids("ignore_ids", ignore_ids)
    if ids and tokenizer != "pretokenized":
        raise ValueError(f"ignore_ids is for the tokenizer 'pretokenized', not for {tokenizer!r}")
    return ids


def ignored_field(ids: tuple[int, ...]) -> str:
    """The field of a signature for the ignored integers; empty without any."""
    return f"ignore:{','.join(map(str, ids))}" if ids else ""
