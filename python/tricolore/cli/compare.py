"""The command `compare`: systems against a baseline."""

from __future__ import annotations

import argparse
import json
import sys
import warnings

from tricolore import compare
from tricolore.evaluation.paired_tests import test_of
from tricolore.metrics.registry import AnyMetric

from .arguments import files_of
from .caught import messages
from .error import CommandError
from .files.inputs import refuse_twice
from .files.read import read_systems
from .unspaced import warning_of
from .visible import visible

__all__ = ["compare_systems"]


def compare_systems(given: argparse.Namespace, metrics: dict[str, AnyMetric]) -> None:
    """Tests each system against the first one, and prints the comparison."""
    if len(set(given.systems)) < 2:
        raise CommandError("compare needs at least two files of predictions, with different names")
    refuse_twice(given.systems, "a system")
    # Refuse an unsuitable test before reading files.
    test_of(given.test, list(metrics.values()))
    systems = read_systems(files_of(given.systems, given))
    first, *others = systems.items()
    for path, segments in others:
        if segments.references != first[1].references:
            raise CommandError(f"the references of {path} differ from those of {first[0]}")
    # Names in a table must not control the terminal. JSON has escapes of its own.
    names = {path: path if given.json else visible(path) for path in systems}
    if len(set(names.values())) < len(names):
        raise CommandError("two files of predictions have names that a terminal cannot tell apart: give --json")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        comparison = compare(
            {names[path]: segments.predictions for path, segments in systems.items()},
            first[1].references,
            list(metrics.values()),
            test=given.test,
            samples=given.samples,
            seed=given.seed,
            num_threads=given.num_threads,
            family=given.family,
            nulls=given.nulls,
        )
    odd = messages([one.message for one in caught], given)
    odd += [warning_of(metric, own.predictions) or "" for metric in metrics.values() for own in systems.values()]
    for message in dict.fromkeys(filter(None, odd)):
        print(f"tricolore: warning: {visible(message)}", file=sys.stderr)
    print(json.dumps(comparison.to_dict(), indent=2) if given.json else comparison)
