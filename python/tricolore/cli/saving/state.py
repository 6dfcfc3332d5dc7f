"""The progress of a run, and its form as JSON and bytes. A file may have been forged, so reading checks all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tricolore import Accumulator
from tricolore.metrics.metric import Metric
from tricolore.resampling.bootstrap import Bootstrap

from ..files.records import Place
from .parts import is_part_of
from .write import Written

__all__ = ["Expected", "Group", "State", "Warned", "accumulators_of", "packed", "unpacked"]

# Every place and every count of a real run is below this number.
LARGE = 1 << 62


class Group(NamedTuple):
    """The segments of a label, or all."""

    label: str | None
    segments: int
    accumulators: dict[str, Accumulator[Any]]


class Warned(NamedTuple):
    """A warning, and for how many segments it was given."""

    message: str
    segments: int


class State(NamedTuple):
    """How far a run has come."""

    file: int
    """The number of the file that is being read; the number of files when all have been read."""
    places: list[Place]
    """Where its next batch starts, and that of its references."""
    groups: list[Group]
    """The group of all segments comes first."""
    warnings: dict[str, Warned]
    """The warnings, by metric."""
    written: Written | None
    """The file of the segments' figures, if there is one."""


class Expected(NamedTuple):
    """The facts that the command line tells of a state."""

    metrics: dict[str, Metric[Any]]
    bootstrap: Bootstrap | None
    grouped: bool
    output: Path | None
    sizes: list[list[int | None]]
    """For each file, and each of its references, the bytes that a place is among, where they are known."""


def accumulators_of(state: State) -> Iterator[tuple[int, str, bytes]]:
    """The bytes of each accumulator, with the number of its group and its metric."""
    for place, group in enumerate(state.groups):
        for name, accumulator in group.accumulators.items():
            yield place, name, accumulator.to_bytes()


def packed(state: State, lengths: list[tuple[int, str, int]]) -> dict[str, Any]:
    """A state as JSON, where the bytes of accumulators have these lengths."""
    groups = [(group.label, group.segments) for group in state.groups]
    return {**state._asdict(), "groups": groups, "accumulators": lengths}


def unpacked(about: dict[str, Any], data: bytes, expected: Expected) -> State:
    """The state of JSON and bytes. Raises ValueError where it is not one that a run of this command can be in."""
    files = len(expected.sizes)
    file = whole(about.get("file"), files)
    sizes = expected.sizes[file] if file < files else []
    places = [
        Place(whole(in_file, LARGE if size is None else size), whole(number, LARGE))
        for size, (in_file, number) in zip(sizes, items(about.get("places"), 2, len(sizes)), strict=True)
    ]
    groups = groups_of(about, data, expected)
    segments = groups[0].segments
    warnings = {}
    for name, (message, count) in mapping(about.get("warnings"), 2).items():
        require(name in expected.metrics and isinstance(message, str))
        warnings[name] = Warned(message, whole(count, segments))
    written = None
    require((about.get("written") is None) == (expected.output is None))
    if expected.output is not None:
        ((part, lines, size),) = items([about.get("written")], 3, 1)
        # Segments that were left out have a number too.
        dropped = next(iter(groups[0].accumulators.values())).dropped
        require(isinstance(part, str) and is_part_of(part, expected.output) and lines == segments + dropped)
        written = Written(part, whole(lines, LARGE), whole(size, LARGE))
    return State(file, places, groups, warnings, written)


def groups_of(about: dict[str, Any], data: bytes, expected: Expected) -> list[Group]:
    """The groups of a state."""
    groups = [Group(label, whole(count, LARGE), {}) for label, count in items(about.get("groups"), 2)]
    require(bool(groups) and groups[0].label is None and (expected.grouped or len(groups) == 1))
    labels = [group.label for group in groups[1:]]
    require(all(isinstance(label, str) for label in labels) and len(set(labels)) == len(labels))
    require(not expected.grouped or sum(group.segments for group in groups[1:]) == groups[0].segments)
    order = [(place, name) for place in range(len(groups)) for name in expected.metrics]
    at = 0
    for own, (place, name, size) in zip(order, items(about.get("accumulators"), 3, len(order)), strict=True):
        require(own == (place, name))
        end = at + whole(size, len(data) - at)
        accumulator = Accumulator.from_bytes(expected.metrics[name], data[at:end])
        require(len(accumulator) == groups[place].segments and accumulator.bootstrap == expected.bootstrap)
        require(has_a_score(accumulator))
        groups[place].accumulators[name] = accumulator
        at = end
    require(at == len(data))
    return groups


def has_a_score(accumulator: Accumulator[Any]) -> bool:
    """True unless computing the score overflows or divides by zero, as numbers that were forged can make it."""
    if len(accumulator):
        try:
            accumulator.compute()
        except ArithmeticError:
            return False
        except ValueError:
            pass
    return True


def require(holds: object) -> None:
    """Raises ValueError unless it holds."""
    if not holds:
        raise ValueError("no state of this run")


def whole(value: object, most: int) -> int:
    """A whole number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError("no state of this run")
    return value


def items(value: object, width: int, count: int | None = None) -> Sequence[Any]:
    """A list of lists of as many items."""
    if not isinstance(value, list) or count not in (None, len(value)):
        raise ValueError("no state of this run")
    require(all(isinstance(item, list) and len(item) == width for item in value))
    return value


def mapping(value: object, width: int) -> dict[str, Any]:
    """An object of lists of as many items."""
    if not isinstance(value, dict):
        raise ValueError("no state of this run")
    items(list(value.values()), width)
    return value
