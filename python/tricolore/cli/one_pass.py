"""Systems compared in one pass over their files, in constant memory: accumulators, with draws by the segments' ids."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Hashable, Iterator
from typing import Any

from tricolore import Accumulator, Comparison
from tricolore.evaluation.compare_accumulators import compare_groups
from tricolore.resampling.poisson import PoissonBootstrap

from .caught import warn
from .error import CommandError
from .files.read import Batch, Files, read_batches
from .run import MetricsByName, Run, as_list

__all__ = ["compare_in_one_pass"]


def compare_in_one_pass(given: argparse.Namespace, metrics: MetricsByName, files: dict[str, Files]) -> Comparison:
    """The comparison of systems by the bootstrap test, for all segments and for each label."""
    confidence = 0.95 if given.confidence is None else given.confidence
    bootstrap = PoissonBootstrap.checked(confidence, 1000 if given.samples is None else given.samples, given.seed)
    by_label: dict[Hashable, dict[str, list[Accumulator[Any]]]] = {None: {}}
    odd: list[str] = []
    first: tuple[str, int] | None = None
    for name, own in files.items():
        run = Run(given, metrics, bootstrap)
        about = 0
        for batch in read_batches(own):
            run.add(batch)
            about = (about + sum(map(fingerprint, segments_of(batch)))) % (1 << 64)
        if not run.corpus.segments:
            raise CommandError(f"{own.predictions} has no segments")
        first = first or (name, about)
        if about != first[1]:
            raise CommandError(f"the ids, references or groups of {name} differ from those of {first[0]}")
        by_label[None][name] = run.corpus.accumulators()
        for label, corpus in run.groups.items():
            # A group has no score if all its segments were left out.
            if corpus.segments:
                by_label.setdefault(label, {})[name] = corpus.accumulators()
        odd += run.odd
    warn(odd)
    return compare_groups(by_label, list(metrics.values()), given.family, given.confidence is not None)


def segments_of(batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Yields the id, the references and the label of each segment."""
    references = as_list(batch.references)
    return zip(as_list(batch.ids), references, batch.groups or [""] * len(references), strict=True)


def fingerprint(segment: tuple[Any, ...]) -> int:
    """A number that stands for the id, the references and the label of a segment.

    The sum of these numbers does not depend on the order of the segments, and is the same for two systems only if their
    files agree, but for one chance in 2^64.
    """
    name, references, label = segment
    texts = [references] if isinstance(references, str) else references
    data = json.dumps((name, texts, label)).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
