"""How ours says that the original is to answer, or that an error is not its own."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

__all__ = ["REASONS", "NotServedError", "OriginalError", "is_a_handler_s", "served", "theirs"]

REASONS = {
    "hook": "a method, tokenizer, module global or attribute that ours passes by is not the original's",
    "input": "texts that are not plain str in lists or tuples, or a segment without references",
    "option": "an option that tricolore does not have",
    "cache": "references that the original prepared, or that somebody has looked into",
}
"""Why the original answers, as the documentation lists it; the first word is what `status` counts."""


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


def is_a_handler_s(error: BaseException) -> bool:
    """Whether the handler of a signal raised it, such as a time limit, that came while ours was at work."""
    codes = set()
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        # A function, a method, or an object that is called.
        for function in (handler, getattr(handler, "__func__", None), vars(type(handler)).get("__call__")):
            codes.add(getattr(function, "__code__", None))
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False


def served(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a metric of ours; what it refuses is the original's to answer."""
    try:
        return function(*args)
    except (TypeError, ValueError) as error:
        if is_a_handler_s(error):
            raise
        raise NotServedError("input") from None
