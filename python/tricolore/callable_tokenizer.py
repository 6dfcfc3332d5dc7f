"""Tokenizers that are Python callables.

The compiled module splits texts at white space, so tokens are written with spaces between them. Equal tokens are
written alike, and different ones differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["TokenizerCallable", "callable_name", "spaced", "tokens_of"]

TokenizerCallable: TypeAlias = Callable[[str], list[str]]


def tokens_of(tokenizer: TokenizerCallable, text: str) -> list[str]:
    """The tokens that the callable makes of a text. Raises TypeError for anything but a list or tuple of str."""
    tokens = tokenizer(text)
    if not isinstance(tokens, (list, tuple)):
        raise TypeError(f"the tokenizer gave a {type(tokens).__name__} for {text!r:.60}: it must give a list of str")
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"the tokenizer gave {token!r} as a token of {text!r:.60}: tokens must be str")
    return list(tokens)


def spaced(tokens: list[str]) -> str:
    """Tokens with spaces between them, so that `split` gives as many. A token that holds white space or a backslash
    is escaped, and so is an empty one."""
    text = " ".join(tokens)
    if "\\" in text or text.split() != tokens:
        return " ".join(map(escaped, tokens))
    return text


def escaped(token: str) -> str:
    """A token without white space. Every backslash in it begins an escape, so no two tokens become one."""
    return "".join(f"\\{ord(c):x};" if c == "\\" or c.isspace() else c for c in token) or "\\"


def callable_name(given: object) -> str:
    """The name of a callable in signatures."""
    name = getattr(given, "__qualname__", type(given).__qualname__)
    module = getattr(given, "__module__", None)
    return f"{module}.{name}" if module else str(name)
