"""A function of an original, and the function of tricolore that answers in its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from tricolore.dropin.adapters.answers import NotServedError, OriginalError, is_a_handler_s

__all__ = ["Replaced", "StrictError", "forwarding_code", "saved_copy"]

MARK = "tricolore: the function that is called"


class StrictError(RuntimeError):
    """The original would have answered for an undocumented reason. Raised only if TRICOLORE_DROPIN_STRICT is 1."""


class Replaced:
    """A function of an original that is replaced.

    Args:
        name: its qualified name, with the module.
        original: a copy of the function, which stays as it was.
        ours: the function of tricolore. It takes the same arguments, by position.
    """

    __slots__ = ("fallbacks", "name", "original", "ours", "served")

    verifier: Callable[[Replaced, tuple[Any, ...]], Any] | None = None
    """The verifier that runs each call both ways, if calls are verified."""

    def __init__(self, name: str, original: Callable[..., Any], ours: Callable[..., Any]) -> None:
        self.name = name
        self.original = original
        self.ours = ours
        # On free-threaded builds a count may miss a call.
        self.served = 0
        self.fallbacks: Counter[str] = Counter()

    def call(self, *args: Any) -> Any:
        """Answers a call of the program."""
        if Replaced.verifier is not None:
            return Replaced.verifier(self, args)
        return self.run(args)

    def run(self, args: tuple[Any, ...]) -> Any:
        """Calls `ours`, or the original if `ours` does not serve the call."""
        failed: Exception | None = None
        theirs: Exception | None = None
        try:
            result = self.ours(*args)
        except NotServedError as unserved:
            self.fallbacks[unserved.reason] += 1
        except OriginalError as raised:
            theirs = raised.error
        except Exception as error:
            failed = error
        else:
            self.served += 1
            return result
        # Raise outside the `except` blocks, whose error would become the context of this one.
        if theirs is not None:
            self.served += 1
            raise theirs
        if failed is not None and is_a_handler_s(failed):
            self.served += 1
            raise failed
        if failed is not None:
            # The program must not see an error of ours: the original decides what is right.
            said = f"{type(failed).__name__}: {failed}"[:200]
            self.fallbacks[said] += 1
            if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
                raise StrictError(f"{self.name} fell back to the original: {said}") from failed
        return self.original(*args)


def forwarding_code(function: FunctionType, target: Callable[..., Any]) -> CodeType:
    """Returns code with the name, place and parameters of `function` that calls `target`.

    Parameters must be plain, as they are in all functions that are replaced. A function that is given this code keeps
    its globals and defaults. The target is a constant of the code.
    """
    own = function.__code__
    if own.co_kwonlyargcount or own.co_posonlyargcount or own.co_flags & 0x0C or own.co_freevars:
        raise ValueError(f"{function.__qualname__} has parameters that are not plain")
    code = forwarding(", ".join(own.co_varnames[: own.co_argcount]))
    return code.replace(
        co_consts=tuple(target if constant == MARK else constant for constant in code.co_consts),
        co_name=own.co_name,
        co_qualname=own.co_qualname,
        co_filename=own.co_filename,
        co_firstlineno=own.co_firstlineno,
    )


@cache
def forwarding(names: str) -> CodeType:
    """Returns the code of a function that has these parameters and calls MARK with them."""
    namespace: dict[str, Any] = {}
    exec(f"def forwarding({names}):\n    _target = {MARK!r}\n    return _target({names})", namespace)
    code: CodeType = namespace["forwarding"].__code__
    return code


def saved_copy(function: FunctionType, code: CodeType | None = None) -> FunctionType:
    """Returns a copy of a function, with the same code or with `code`."""
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
