"""Systems compared in one pass over their files, in constant memory: accumulators, with draws by the segments' ids."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Hashable
from typing import Any

from tricolore import Accumulator, Comparison
from tricolore.evaluation.compare_accumulators import compare_groups
from tricolore.resampling.poisson import PoissonBootstrap
from tricolore.support.visible import visible

from .files.read import Files, read_batches
from .run import MetricsByName, Run

__all__ = ["compare_in_one_pass"]


def compare_in_one_pass(given: argparse.Namespace, metrics: MetricsByName, files: dict[str, Files]) -> Comparison:
    """The comparison of systems by the bootstrap test, for all segments and for each label."""
    confidence = 0.95 if given.confidence is None else given.confidence
    bootstrap = PoissonBootstrap.checked(confidence, 1000 if given.samples is None else given.samples, given.seed)
    by_label: dict[Hashable, dict[str, list[Accumulator[Any]]]] = {None: {}}
    odd: dict[str, None] = {}
    for name, own in files.items():
        run = Run(given, metrics, bootstrap)
        for batch in read_batches(own):
            run.add(batch)
        by_label[None][name] = run.corpus.accumulators()
        for label, corpus in run.groups.items():
            by_label.setdefault(label, {})[name] = corpus.accumulators()
        odd.update(dict.fromkeys(run.odd))
    for message in odd:
        print(f"tricolore: warning: {visible(message)}", file=sys.stderr)
    return compare_groups(by_label, list(metrics.values()), given.family, given.confidence is not None)
