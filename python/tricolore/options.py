"""Options of a metric: what is refused, and how."""

from collections.abc import Iterable

__all__ = ["one_of", "true_or_false", "unknown"]


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
