"""The metrics and files that the arguments of the command line name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tricolore.metrics.registry import AnyMetric, metric

from .error import CommandError
from .files.inputs import check_paths, refuse_twice
from .files.keys import Keys
from .files.read import DEFAULTS, Files, check_all
from .options import OPTIONS, explicit

__all__ = ["files_of", "keys_of", "metrics_of", "systems_of"]


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
    keys = keys_of(given)
    return checked_files([(path, keys) for path in predictions], given)


def checked_files(systems: Sequence[tuple[str, Keys]], given: argparse.Namespace) -> list[Files]:
    """Returns the files of systems, each given by a path and its keys, after checking that they can be read."""
    check_paths(*(path for path, _ in systems), *given.references)
    refuse_twice(given.references, "references")
    files = [Files(path, given.references, given.format, keys, given.encoding, given.nulls) for path, keys in systems]
    check_all(files)
    return files


def systems_of(given: argparse.Namespace, least: int = 2) -> dict[str, Files]:
    """Returns the files of each system by its name: the path, or with --system-key the key."""
    keys = keys_of(given)._replace(group=given.group_key, ids=getattr(given, "id_key", None))
    if given.system_key:
        if len(given.systems) > 1:
            raise CommandError(
                f"--system-key goes with one file of several systems, and there are {len(given.systems)}"
            )
        if "prediction_key" in explicit(given):
            raise CommandError("--system-key names the keys of predictions: leave out --prediction-key")
        for key in given.system_key:
            if given.system_key.count(key) > 1:
                raise CommandError(f"--system-key {key} is given twice: give it once")
        (path,) = given.systems
        if path == "-" and len(given.system_key) > 1:
            raise CommandError("standard input can be read once: put the systems of --system-key into a file")
        pairs = [(path, keys._replace(prediction=key, prediction_option="--system-key")) for key in given.system_key]
        names = given.system_key
    else:
        pairs = [(path, keys) for path in given.systems]
        names = given.systems
    if len(set(names)) < least:
        raise CommandError(
            "compare needs at least two files of predictions, with different names, or --system-key twice"
        )
    refuse_twice(given.systems, "a system")
    return dict(zip(names, checked_files(pairs, given), strict=True))


def keys_of(given: argparse.Namespace) -> Keys:
    """Returns the keys of predictions and references."""
    references = tuple(given.reference_key or DEFAULTS.references)
    for key in references:
        if references.count(key) > 1:
            raise CommandError(f"--reference-key {key} is given twice: give it once")
    return Keys(given.prediction_key, references)
