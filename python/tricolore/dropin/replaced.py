"""One function of an original, and what answers in its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

__all__ = ["REASONS", "NotServedError", "Replaced", "StrictError", "forwarding_code", "saved_copy", "theirs"]

REASONS = {
    "hook": "a method, tokenizer, module global or attribute that ours passes by is not the original's",
    "input": "texts that are not plain str in lists or tuples, or a segment without references",
    "option": "an option that tricolore does not have",
    "cache": "references that the original prepared, or that somebody has looked into",
    "entropy": "--verify cannot repeat a draw from entropy",
}
"""Why the original answers, as the documentation lists it; the first word is what `status` counts."""

MARK = "tricolore: what is called"


class NotServedError(Exception):
    """Raised by ours, before anything was touched, where the original is to answer."""

    def __init__(self, reason: str) -> None:
        assert reason in REASONS, reason
        super().__init__(reason)
        self.reason = reason


class OriginalError(Exception):
    """What ours raises in place of an error of the original's own code, which is the program's to see."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def theirs(function: Callable[..., Any], *args: Any) -> Any:
    """Calls what is the original's, or the program's, from ours."""
    try:
        return function(*args)
    except Exception as error:
        raise OriginalError(error) from None


class StrictError(RuntimeError):
    """Under TRICOLORE_DROPIN_STRICT=1: the original would have answered where the documentation does not say so."""


class Replaced:
    """A function of an original.

    Args:
        name: where it is, with its module.
        original: a copy of it that stays as it was.
        ours: takes the same arguments, by position.
    """

    __slots__ = ("_ours", "fallbacks", "name", "original", "served")

    verifier: Callable[[Replaced, tuple[Any, ...]], Any] | None = None
    """What runs both ways, if anything does."""

    def __init__(self, name: str, original: Callable[..., Any], ours: Callable[..., Any]) -> None:
        self.name = name
        self.original = original
        self._ours = ours
        # Counts may lose one or another where threads run free of a global lock.
        self.served = 0
        self.fallbacks: Counter[str] = Counter()

    def call(self, *args: Any) -> Any:
        """What a program's call comes to."""
        if Replaced.verifier is not None:
            return Replaced.verifier(self, args)
        return self.run(args)

    def run(self, args: tuple[Any, ...]) -> Any:
        """Ours; or the original where ours does not serve."""
        try:
            result = self._ours(*args)
        except NotServedError as unserved:
            self.fallbacks[unserved.reason] += 1
        except OriginalError as raised:
            self.served += 1
            raise raised.error from None
        except Exception as error:
            # What ours raises nobody is to see: the original knows what is right here.
            self.fallbacks[f"{type(error).__name__}: {error}"[:200]] += 1
            if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
                raise StrictError(f"{self.name} fell back to the original: {type(error).__name__}: {error}") from error
        else:
            self.served += 1
            return result
        return self.original(*args)


def forwarding_code(function: FunctionType, target: Callable[..., Any]) -> CodeType:
    """The code of a function of the same name, place and parameters that calls another.

    Parameters must be plain ones, as those of all that is replaced are. A function that gets it keeps its
    globals and defaults; the target is a constant of the code.
    """
    own = function.__code__
    if own.co_kwonlyargcount or own.co_posonlyargcount or own.co_flags & 0x0C or own.co_freevars:
        raise ValueError(f"{function.__qualname__} has other parameters than plain ones")
    names = ", ".join(own.co_varnames[: own.co_argcount])
    namespace: dict[str, Any] = {}
    exec(f"def forwarding({names}):\n    _target = {MARK!r}\n    return _target({names})", namespace)
    code: CodeType = namespace["forwarding"].__code__
    return code.replace(
        co_consts=tuple(target if constant == MARK else constant for constant in code.co_consts),
        co_name=own.co_name,
        co_qualname=own.co_qualname,
        co_filename=own.co_filename,
        co_firstlineno=own.co_firstlineno,
    )


def saved_copy(function: FunctionType, code: CodeType | None = None) -> FunctionType:
    """A function with the same globals, defaults and names, and the same code or another."""
    from functools import update_wrapper

    made = FunctionType(
        code or function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        None if code else function.__closure__,
    )
    made.__kwdefaults__ = function.__kwdefaults__
    update_wrapper(made, function)
    if not code:
        del made.__wrapped__  # type: ignore[attr-defined]
    return made
