"""Checks of the values of options, and the errors for invalid values."""

from collections.abc import Iterable
from operator import index

__all__ = ["number", "one_of", "token_ids", "true_or_false", "unknown", "whole_number"]


def unknown(what: str, given: object, valid: Iterable[str]) -> ValueError:
    """The error for a name that is not one of `valid`, with the nearest that is."""
    # Imported for an error only: importing the package is to be quick.
    from difflib import get_close_matches

    valid = list(valid)
    near = get_close_matches(str(given).lower(), valid, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ValueError(f"{what} is {given!r}, which is none of {', '.join(map(repr, valid))}{hint}")


def one_of(name: str, given: object, valid: Iterable[str]) -> str:
    """`given`, if it is one of the strings `valid`."""
    valid = list(valid)
    if isinstance(given, str) and given in valid:
        return given
    raise unknown(name, given, valid)


def true_or_false(name: str, given: object) -> bool:
    """`given`, if it is a bool."""
    if isinstance(given, bool):
        return given
    raise TypeError(f"{name} is {given!r}: it must be True or False")


def whole_number(name: str, given: object, least: int, most: int) -> int:
    """`given`, if it is an int within these bounds."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f"{name} is {given!r}: it must be an int")
    if not least <= given <= most:
        raise ValueError(f"{name} is {given}: it must be from {least} to {most}")
    return given


def number(name: str, given: object, least: float) -> float:
    """`given`, if it is a finite number of at least this."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"{name} is {given!r}: it must be a number")
    if not least <= given < float("inf"):
        raise ValueError(f"{name} is {given}: it must be a finite number from {least} on")
    return given


def token_ids(name: str, given: object) -> tuple[int, ...]:
    """The integers of an iterable, each once and in order."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(f"{name} is {given!r}: it must be a set of integers, such as {{-100, 0}}")
    ids = set()
    for one in given:
        try:
            number = index(one)
        except TypeError:
            raise TypeError(f"{name} holds {one!r}, which is not an integer") from None
        if isinstance(one, bool) or not -(2**63) <= number < 2**63:
            raise ValueError(f"{name} holds {one!r}: it must be an integer of 64 bits")
        ids.add(number)
    return tuple(sorted(ids))
