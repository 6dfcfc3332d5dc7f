"""The command `compare`: systems against a baseline."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tricolore import Comparison, compare
from tricolore.evaluation.paired_tests import test_of
from tricolore.metrics.registry import AnyMetric
from tricolore.support.visible import visible

from .arguments import systems_of
from .caught import messages, warn
from .error import CommandError
from .files.inputs import check_paths
from .files.read import Files, Segments, read_systems
from .one_pass import compare_in_one_pass
from .run import MetricsByName
from .saving.write import segment_writer
from .show import print_result
from .unspaced import warning_of

__all__ = ["check_test", "compare_systems", "compared", "told"]


def compare_systems(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Tests each system against the first one, and prints the comparison."""
    check_test(given, metrics)
    files = systems_of(given)
    if given.id_key is not None:
        check_names(given, files)
        if given.per_segment is not None:
            raise CommandError("--per-segment keeps all segments, and --id-key none: leave one of them out")
        print_result(given, compare_in_one_pass(given, metrics, files))
        return
    check_paths(given.per_segment)
    with segment_writer(given.per_segment, [path for own in files.values() for path in own.paths]) as writer:
        comparison = compared(given, metrics, files)
        if writer is not None:
            segments = comparison.segments
            assert segments is not None
            places = [number - 1 for number in segments.numbers()]
            writer.write(segments.side_by_side(given.texts), places, len(segments))
    print_result(given, comparison)


def check_test(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Refuses an unsuitable test before files are read."""
    if getattr(given, "id_key", None) is not None and given.test not in (None, "bootstrap"):
        raise CommandError(f"--id-key draws the bootstrap test, and --test is {given.test}")
    test_of(given.test or "randomization", list(metrics.values()))


def compared(given: argparse.Namespace, metrics: MetricsByName, files: dict[str, Files]) -> Comparison:
    """The comparison of systems whose segments are all read."""
    systems = read_systems(files)
    first, *others = systems.items()
    for name, segments in others:
        for what in ("references", "groups"):
            if getattr(segments, what) != getattr(first[1], what):
                raise CommandError(f"the {what} of {name} differ from those of {first[0]}")
    check_names(given, systems)
    with told(given, list(metrics.values()), list(systems.values())):
        return compare(
            {name: segments.predictions for name, segments in systems.items()},
            first[1].references,
            list(metrics.values()),
            groups=first[1].groups,
            test=given.test,
            samples=given.samples,
            seed=given.seed,
            num_threads=given.num_threads,
            family=given.family,
            nulls=given.nulls,
            confidence=given.confidence,
        )


def check_names(given: argparse.Namespace, systems: Iterable[str]) -> None:
    """Refuses systems whose names look alike once characters that would control a terminal are shown as escapes."""
    names = list(systems)
    if getattr(given, "output_format", "") != "json" and len(set(map(visible, names))) < len(names):
        raise CommandError("two systems have names that a terminal cannot tell apart: give -f json")


@contextmanager
def told(given: argparse.Namespace, metrics: list[AnyMetric], systems: list[Segments]) -> Iterator[None]:
    """Prints the warnings of a block, and those about the texts of the systems, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    odd = messages([one.message for one in caught], given)
    odd += [warning_of(metric, own.predictions) or "" for metric in metrics for own in systems]
    warn(filter(None, odd))
