"""Exceptions by which an adapter leaves a call to the original, or passes on an error of the program's code."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

__all__ = ["REASONS", "NotServedError", "OriginalError", "is_a_handler_s", "served", "theirs"]

REASONS = {
    "hook": "a method, tokenizer, module global or attribute that tricolore bypasses is not the original's",
    "input": "texts that are not plain str in lists or tuples, or a segment without references",
    "option": "an option that tricolore does not have",
    "cache": "references that the original prepared, or that the program has accessed",
}
"""The reasons for which the original answers, as the documentation lists them. `status` counts calls by reason."""


class NotServedError(Exception):
    """The original must answer. Raised by an adapter before it has changed anything."""

    def __init__(self, reason: str) -> None:
        assert reason in REASONS, reason
        super().__init__(reason)
        self.reason = reason


class OriginalError(Exception):
    """An error raised by the original's code or the program's, which the program must see."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def theirs(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a function of the original or of the program. Wraps its errors in OriginalError."""
    try:
        return function(*args)
    except Exception as error:
        raise OriginalError(error) from None


def is_a_handler_s(error: BaseException) -> bool:
    """True if a signal handler raised the error, such as a time limit that expired during a call."""
    codes = set()
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        # A handler is a function, a method or a callable object.
        for function in (handler, getattr(handler, "__func__", None), vars(type(handler)).get("__call__")):
            codes.add(getattr(function, "__code__", None))
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False


def served(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a metric of tricolore. Arguments that it refuses are left to the original."""
    try:
        return function(*args)
    except (TypeError, ValueError) as error:
        if is_a_handler_s(error):
            raise
        raise NotServedError("input") from None
