"""The progress of a run, and its form as JSON and bytes. Reading checks every field, because a file may be forged."""

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

# Places and counts of real runs are below this number.
LARGE = 1 << 62


class Group(NamedTuple):
    """The scores so far of the segments of one label, or of all segments."""

    label: str | None
    """None for all segments."""
    segments: int
    accumulators: dict[str, Accumulator[Any]]


class Warned(NamedTuple):
    """A warning, and the number of segments that it was given for."""

    message: str
    segments: int


class State(NamedTuple):
    """The progress of a run."""

    file: int
    """The number of the file that is being read; the number of files when all have been read."""
    places: list[Place]
    """The places where the next batch starts, in that file and in its files of references."""
    groups: list[Group]
    """The group of all segments comes first."""
    warnings: dict[str, Warned]
    """The warnings by metric."""
    written: Written | None
    """The file of the scores of segments, if there is one."""


class Expected(NamedTuple):
    """The facts about a state that follow from the command line."""

    metrics: dict[str, Metric[Any]]
    bootstrap: Bootstrap | None
    grouped: bool
    output: Path | None
    sizes: list[list[int | None]]
    """For each file and its files of references, the bytes in it that a place can count, or None if unknown."""


def accumulators_of(state: State) -> Iterator[tuple[int, str, bytes]]:
    """Yields the bytes of each accumulator, with the number of its group and the name of its metric."""
    for place, group in enumerate(state.groups):
        for name, accumulator in group.accumulators.items():
            yield place, name, accumulator.to_bytes()


def packed(state: State, lengths: list[tuple[int, str, int]]) -> dict[str, Any]:
    """Returns a state as JSON, given the lengths of the accumulators' bytes."""
    groups = [(group.label, group.segments) for group in state.groups]
    return {**state._asdict(), "groups": groups, "accumulators": lengths}


def unpacked(about: dict[str, Any], data: bytes, expected: Expected) -> State:
    """Returns the state in JSON and bytes. Raises ValueError if no run of this command can be in that state."""
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
        # Segments that were left out are numbered too.
        dropped = next(iter(groups[0].accumulators.values())).dropped
        require(isinstance(part, str) and is_part_of(part, expected.output) and lines == segments + dropped)
        written = Written(part, whole(lines, LARGE), whole(size, LARGE))
    return State(file, places, groups, warnings, written)


def groups_of(about: dict[str, Any], data: bytes, expected: Expected) -> list[Group]:
    """Returns the groups of a state."""
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
    """False if computing the score overflows or divides by zero, which only forged numbers can cause."""
    if len(accumulator):
        try:
            accumulator.compute()
        except ArithmeticError:
            return False
        except ValueError:
            pass
    return True


def require(holds: object) -> None:
    """Raises ValueError unless `holds` is true."""
    if not holds:
        raise ValueError("no state of this run")


def whole(value: object, most: int) -> int:
    """Returns `value` if it is a whole number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError("no state of this run")
    return value


def items(value: object, width: int, count: int | None = None) -> Sequence[Any]:
    """Returns `value` if it is a list of lists of `width` items each, and `count` long if that is given."""
    if not isinstance(value, list) or count not in (None, len(value)):
        raise ValueError("no state of this run")
    require(all(isinstance(item, list) and len(item) == width for item in value))
    return value


def mapping(value: object, width: int) -> dict[str, Any]:
    """Returns `value` if it is an object whose values are lists of `width` items each."""
    if not isinstance(value, dict):
        raise ValueError("no state of this run")
    items(list(value.values()), width)
    return value
