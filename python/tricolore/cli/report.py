"""The command `report`: a page of one system, or of systems against a baseline."""

from __future__ import annotations

import argparse

from tricolore import Comparison, Evaluation, evaluate

from .arguments import systems_of
from .compare import check_test, compared, told
from .error import CommandError
from .files.inputs import check_paths
from .files.read import Files, read_systems
from .options import explicit
from .run import MetricsByName
from .saving.write import refuse_input

__all__ = ["report"]


def report(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Writes the report of one system, or of systems against the first one."""
    if not given.output.lower().endswith((".html", ".htm")):
        raise CommandError(f"{given.output}: the first argument is the file of the report: its name must end in .html")
    check_test(given, metrics)
    files = systems_of(given, least=1)
    check_paths(given.output)
    refuse_input(given.output, [path for own in files.values() for path in own.paths])
    if len(files) > 1:
        result: Comparison | Evaluation = compared(given, metrics, files)
    else:
        for option in sorted({"test", "family"} & explicit(given)):
            raise CommandError(f"--{option} is for several systems, and there is one")
        result = evaluated(given, metrics, files)
    try:
        result.report(given.output, given.title)
    except OSError as error:
        raise CommandError(f"{given.output}: {error.strerror}") from error


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
            samples=1000 if given.samples is None else given.samples,
            seed=given.seed,
            num_threads=given.num_threads,
            nulls=given.nulls,
            name=name,
        )
