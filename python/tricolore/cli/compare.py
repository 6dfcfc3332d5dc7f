"""The commands `compare` and `report`: systems against a baseline."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tricolore import Comparison, Evaluation, compare, evaluate
from tricolore.evaluation.paired_tests import test_of
from tricolore.metrics.registry import AnyMetric
from tricolore.support.visible import visible

from .arguments import systems_of
from .caught import messages
from .error import CommandError
from .files.inputs import check_paths
from .files.read import Files, Segments, read_systems
from .one_pass import compare_in_one_pass
from .run import MetricsByName
from .saving.write import segment_writer
from .show import print_result
from .unspaced import warning_of

__all__ = ["compare_systems", "report"]


def compare_systems(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Tests each system against the first one, and prints the comparison."""
    check_test(given, metrics)
    files = systems_of(given)
    if given.id_key is not None:
        if given.per_segment is not None:
            raise CommandError("--per-segment keeps all segments, and --id-key none: leave one of them out")
        print_result(given, compare_in_one_pass(given, metrics, files))
        return
    inputs = [path for own in files.values() for path in (own.predictions, *own.references)]
    check_paths(given.per_segment)
    with segment_writer(given.per_segment, inputs) as writer:
        comparison = compared(given, metrics, files)
        if writer is not None:
            segments = comparison.segments
            assert segments is not None
            places = [number - 1 for number in segments.numbers()]
            writer.write(segments.side_by_side(given.texts), places, len(segments))
    print_result(given, comparison)


def report(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Writes the report of one system, or of systems against the first one."""
    if not given.output.lower().endswith((".html", ".htm")):
        raise CommandError(f"{given.output}: the first argument is the report, and its name ends in .html")
    if given.id_key is not None:
        raise CommandError("--id-key is for runs that keep no segment, and a report shows them")
    check_test(given, metrics)
    files = systems_of(given, least=1)
    inputs = [path for own in files.values() for path in (own.predictions, *own.references)]
    check_paths(given.output)
    if given.output in inputs:
        raise CommandError(f"{given.output} is an input: it would be overwritten")
    result = compared(given, metrics, files) if len(files) > 1 else evaluated(given, metrics, files)
    try:
        result.report(given.output, given.title)
    except OSError as error:
        raise CommandError(f"{given.output}: {error.strerror}") from error


def check_test(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Refuses an unsuitable test before files are read."""
    if given.id_key is not None and given.test not in (None, "bootstrap"):
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
    names = names_of(given, list(systems))
    with told(given, list(metrics.values()), list(systems.values())):
        return compare(
            {names[name]: segments.predictions for name, segments in systems.items()},
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


def evaluated(given: argparse.Namespace, metrics: MetricsByName, files: dict[str, Files]) -> Evaluation:
    """The evaluation of the only system."""
    ((name, segments),) = read_systems(files).items()
    with told(given, list(metrics.values()), [segments]):
        return evaluate(
            segments.predictions,
            segments.references,
            list(metrics.values()),
            groups=segments.groups,
            confidence=given.confidence,
            samples=given.samples or 1000,
            seed=given.seed,
            num_threads=given.num_threads,
            nulls=given.nulls,
            name=names_of(given, [name])[name],
        )


def names_of(given: argparse.Namespace, systems: list[str]) -> dict[str, str]:
    """The names of systems as tables show them: a name must not control the terminal, and JSON escapes by itself."""
    names = {name: name if getattr(given, "output_format", "") == "json" else visible(name) for name in systems}
    if len(set(names.values())) < len(names):
        raise CommandError("two systems have names that a terminal cannot tell apart: give -f json")
    return names


@contextmanager
def told(given: argparse.Namespace, metrics: list[AnyMetric], systems: list[Segments]) -> Iterator[Any]:
    """Prints the warnings of a block, and those about the texts of the systems, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    odd = messages([one.message for one in caught], given)
    odd += [warning_of(metric, own.predictions) or "" for metric in metrics for own in systems]
    for message in dict.fromkeys(filter(None, odd)):
        print(f"tricolore: warning: {visible(message)}", file=sys.stderr)
