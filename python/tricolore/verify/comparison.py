"""The comparison of a metric's figures with those of its definition and its original."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib import metadata
from typing import Any, NamedTuple

from .checks import Check
from .hard_texts import Segments
from .originals import Figures, OfCorpus, OfSegment, Original

__all__ = ["Outcome", "compared"]


class Outcome(NamedTuple):
    """The outcome of one comparison on the segments of one source."""

    metric: str
    options: str
    data: str
    compared_with: str
    """The definition, or an original and its version."""
    segments: int
    values: int | None
    """The number of figures compared; None if the original is not installed."""
    differ: int
    """The number of figures whose bits differ."""
    first: str
    """The first difference in words, or an empty string."""


def compared(check: Check, data: Segments, with_original: bool) -> Iterator[Outcome]:
    """Yields the outcome for the definition and, if asked for, the original."""
    with warnings.catch_warnings():
        # Warnings about odd texts change no figure.
        warnings.simplefilter("ignore")
        scores = check.metric.score_each(data.predictions, data.references)
        ours = [check.figures(scores[place]) for place in range(len(data.predictions))]
        yield outcome(check, data, "definition", ours, check.definition, None)
        if with_original and check.original is not None:
            yield by_original(check, check.original, data, ours)


def by_original(check: Check, original: Original, data: Segments, ours: Sequence[Figures]) -> Outcome:
    """The comparison with an original, if it is installed."""
    try:
        name = f"{original.package} {metadata.version(original.package)}"
    except metadata.PackageNotFoundError:
        name = f"{original.package} (not installed)"
        return Outcome(check.name, check.options, data.source, name, len(ours), None, 0, "")
    segment: OfSegment
    corpus: OfCorpus | None = None
    try:
        segment, corpus = original.load()
    except Exception as error:
        segment = partial(raised, error)
    return outcome(check, data, name, ours, segment, corpus)


def raised(error: Exception, *texts: Any) -> Figures:
    """Raises the error of an original that cannot be imported."""
    raise error


def outcome(
    check: Check, data: Segments, name: str, ours: Sequence[Figures], segment: OfSegment, corpus: OfCorpus | None
) -> Outcome:
    """The comparison of all segments and, if there is a function for it, of the corpus."""
    pairs = zip(data.predictions, data.references, strict=True)
    others: Iterable[tuple[str, Figures, Figures | Exception]] = (
        (f"segment {place}", own, attempt(segment, *texts))
        for place, (own, texts) in enumerate(zip(ours, pairs, strict=True))
    )
    values = differ = 0
    first = ""
    for where, own, other in others:
        values, differ, first = counted(own, other, where, name, (values, differ, first))
    if corpus is not None:
        own = check.figures(check.metric.corpus(data.predictions, data.references))
        other = attempt(corpus, data.predictions, data.references)
        values, differ, first = counted(own, other, "the corpus", name, (values, differ, first))
    return Outcome(check.name, check.options, data.source, name, len(ours), values, differ, first)


def attempt(function: Callable[..., Figures], *arguments: Any) -> Figures | Exception:
    """The figures as floats, or the error that the function raised."""
    try:
        return tuple(map(float, function(*arguments)))
    except Exception as error:
        return error


def counted(
    ours: Figures, theirs: Figures | Exception, where: str, name: str, before: tuple[int, int, str]
) -> tuple[int, int, str]:
    """The numbers of figures and of differences so far, and the first difference, with those of one more segment."""
    values, differ, first = before
    if not isinstance(theirs, Exception) and len(theirs) != len(ours):
        theirs = ValueError(f"{len(theirs)} figures instead of {len(ours)}")
    if isinstance(theirs, Exception):
        first = first or f"{where}: {name} raises {theirs!r}, tricolore gives {ours}"
        return values + len(ours), differ + len(ours), first
    wrong = [pair for pair in zip(ours, theirs, strict=True) if bits(pair[0]) != bits(pair[1])]
    if wrong and not first:
        own, other = wrong[0]
        first = f"{where}: {name} gives {other!r}, tricolore gives {own!r}"
    return values + len(ours), differ + len(wrong), first


def bits(figure: float) -> bytes:
    """The 64 bits of a figure. A count is compared as the float of the same value."""
    return struct.pack("<d", figure)
