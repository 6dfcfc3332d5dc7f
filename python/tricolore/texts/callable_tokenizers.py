"""Tokenizers that are Python callables.

The compiled module splits texts at white space, so tokens are joined by spaces. Escapes keep different tokens
different.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, TypeAlias

__all__ = ["TokenizerCallable", "callable_name", "spaced", "tokens_of"]

TokenizerCallable: TypeAlias = Callable[[str], list[str]]


def tokens_of(tokenizer: TokenizerCallable, text: str) -> list[str]:
    """The tokens that the callable returns for a text. Raises TypeError unless they are a list or tuple of str."""
    tokens = tokenizer(text)
    if not isinstance(tokens, (list, tuple)):
        raise TypeError(f"the tokenizer gave a {type(tokens).__name__} for {text!r:.60}: it must give a list of str")
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"the tokenizer gave {token!r} as a token of {text!r:.60}: tokens must be str")
    return list(tokens)


def spaced(tokens: list[str]) -> str:
    """The tokens joined by spaces, so that `str.split` returns as many tokens.

    Empty tokens and tokens with white space or a backslash are escaped.
    """
    text = " ".join(tokens)
    if "\\" in text or text.split() != tokens:
        return " ".join(map(escaped, tokens))
    return text


def escaped(token: str) -> str:
    """The token with white space and backslashes escaped. Different tokens have different escaped forms."""
    return "".join(f"\\{ord(c):x};" if c == "\\" or c.isspace() else c for c in token) or "\\"


def callable_name(given: Any) -> str:
    """The name of a callable in signatures.

    A method's name includes its instance, and a partial function's name its arguments, unless their repr contains an
    address. Lambdas cannot be told apart.
    """
    if isinstance(given, partial):
        arguments = [shown(one) for one in given.args]
        arguments += [f"{name}={shown(one)}" for name, one in given.keywords.items()]
        return f"{callable_name(given.func)}({','.join(arguments)})"
    name = getattr(given, "__qualname__", type(given).__qualname__)
    module = getattr(given, "__module__", None)
    instance = getattr(given, "__self__", None if hasattr(given, "__qualname__") else given)
    own = "" if instance is None or isinstance(instance, ModuleType) else f"[{shown(instance)}]"
    return f"{module}.{name}{own}" if module else f"{name}{own}"


def shown(value: object) -> str:
    """The repr of a value with bars escaped, or the name of its type if the repr contains an address."""
    text = repr(value)
    return (type(value).__qualname__ if " at 0x" in text else text).replace("|", "\\x7c")
