"""The metrics and files that the arguments of the command line name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tricolore.metrics.registry import AnyMetric, metric

from .error import CommandError
from .files.inputs import check_paths, refuse_twice
from .files.keys import Keys
from .files.read import DEFAULTS, Files, check_all
from .options import OPTIONS

__all__ = ["files_of", "keys_of", "metrics_of"]


def metrics_of(given: argparse.Namespace) -> dict[str, AnyMetric]:
    """Returns the metrics by name, each once, in the order given."""
    return {name: metric_of(name, given) for name in given.metric or ["rouge"]}


def metric_of(name: str, given: argparse.Namespace) -> AnyMetric:
    """Returns the metric of this name, with the options of the command line."""
    own = {option: getattr(given, option) for option, metrics in OPTIONS.items() if name in metrics}
    if "type" in own:
        own["types"] = own.pop("type")
    if "no_substitutions" in own:
        own["substitutions"] = not own.pop("no_substitutions")
    return metric(name, **{option: value for option, value in own.items() if value is not None})


def files_of(predictions: Sequence[str], given: argparse.Namespace) -> list[Files]:
    """Returns the files of each system, after checking that they can be read."""
    check_paths(*predictions, *given.references)
    refuse_twice(given.references, "references")
    keys = keys_of(given)
    systems = [Files(path, given.references, given.format, keys, given.encoding, given.nulls) for path in predictions]
    check_all(systems)
    return systems


def keys_of(given: argparse.Namespace) -> Keys:
    """Returns the keys of predictions and references."""
    references = tuple(given.reference_key or DEFAULTS.references)
    for key in references:
        if references.count(key) > 1:
            raise CommandError(f"--reference-key {key} is given twice: give it once")
    return Keys(given.prediction_key, references)
