"""One function of an original, and what answers in its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from tricolore.dropin.adapters.answers import NotServedError, OriginalError, is_a_handler_s

__all__ = ["Replaced", "StrictError", "forwarding_code", "saved_copy"]

MARK = "tricolore: what is called"


class StrictError(RuntimeError):
    """Under TRICOLORE_DROPIN_STRICT=1: the original would have answered where the documentation does not say so."""


class Replaced:
    """A function of an original.

    Args:
        name: where it is, with its module.
        original: a copy of it that stays as it was.
        ours: takes the same arguments, by position.
    """

    __slots__ = ("fallbacks", "name", "original", "ours", "served")

    verifier: Callable[[Replaced, tuple[Any, ...]], Any] | None = None
    """What runs both ways, if anything does."""

    def __init__(self, name: str, original: Callable[..., Any], ours: Callable[..., Any]) -> None:
        self.name = name
        self.original = original
        self.ours = ours
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
        # Raised out here, where no error is being handled that would become its context.
        if theirs is not None:
            self.served += 1
            raise theirs
        if failed is not None and is_a_handler_s(failed):
            self.served += 1
            raise failed
        if failed is not None:
            # What ours raises nobody is to see: the original knows what is right here.
            said = f"{type(failed).__name__}: {failed}"[:200]
            self.fallbacks[said] += 1
            if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
                raise StrictError(f"{self.name} fell back to the original: {said}") from failed
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
