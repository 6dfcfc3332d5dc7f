"""jiwer's `process_words`, which all its functions call.

Transforms are jiwer's own code or the program's, except the two default ones. The counts come from tricolore at once,
and the words and alignments when the program first accesses them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import FunctionType
from typing import Any

import tricolore as tc
from tricolore.explanations.alignments import aligned, chunks_of

from .answers import NotServedError, theirs
from .guard import Guard, looked_up
from .lazy import LazyList

__all__ = ["ready", "replaced"]

PROCESS, TRANSFORMS, DEFAULTS = "jiwer.process", "jiwer.transforms", "jiwer.transformations"
# The steps of the default transforms, with the fields of those that have any.
STEPS: dict[str, tuple[str, ...]] = {
    "wer_default": ("RemoveMultipleSpaces", "Strip", "ReduceToListOfListOfWords"),
    "cer_default": ("Strip", "ReduceToListOfListOfChars"),
}
FIELDS = {"ReduceToListOfListOfWords": {"word_delimiter": " "}}
# The members of the default transforms' classes.
MEMBERS = {
    "AbstractTransform": ("__call__",),
    "Compose": ("__call__",),
    "RemoveMultipleSpaces": ("process_list", "process_string"),
    "Strip": ("process_string",),
    "ReduceToListOfListOfWords": ("process_list", "process_string"),
    "ReduceToListOfListOfChars": ("process_list", "process_string"),
}


class State:
    """The facts about the imported modules."""

    guard: Guard
    original: Callable[..., Any]
    apply: Callable[..., Any]
    output: Any
    chunk: Any
    # For each default transform, its steps and the metric that reads texts as it does.
    defaults: dict[int, tuple[Any, tuple[str, ...], Any]] = {}  # noqa: RUF012
    classes: dict[str, type] = {}  # noqa: RUF012
    refuses_empty = False


@lru_cache(maxsize=1)
def pretokenized() -> Any:
    """Returns the metric of texts that transforms have split."""
    return tc.WER("pretokenized")


def process_words(reference: Any, hypothesis: Any, reference_transform: Any, hypothesis_transform: Any) -> Any:
    """`process_words`."""
    if not State.guard.holds():
        raise NotServedError("hook")
    sides = [[side] if type(side) is str else side for side in (reference, hypothesis)]
    for side in sides:
        # An empty list becomes a list of one text without words.
        if type(side) is not list or not side or set(map(type, side)) != {str}:
            raise NotServedError("input")
    metric = default_metric(reference_transform)
    if metric is not None and reference_transform is hypothesis_transform:
        references, hypotheses = map(list, sides)
        if len(references) != len(hypotheses) or (State.refuses_empty and not all(references)):
            raise NotServedError("input")
        counts = counts_of(metric, hypotheses, references)
        if counts is None:
            raise NotServedError("input")
        tokens = metric.tokens
        return made(
            counts,
            LazyList(len(references), lambda: [tokens(text) for text in references]),
            LazyList(len(hypotheses), lambda: [tokens(text) for text in hypotheses]),
            LazyList(len(references), lambda: chunks(map(tokens, references), map(tokens, hypotheses))),
        )
    if State.refuses_empty and not all(sides[0]):
        raise NotServedError("input")
    # The program's transforms run once: after them the original cannot be called again.
    references = theirs(State.apply, sides[0], reference_transform, True)
    hypotheses = theirs(State.apply, sides[1], hypothesis_transform, False)
    kinds = {type(word) for own in (*references, *hypotheses) for word in own}
    if len(references) == len(hypotheses) and kinds <= {str}:
        counts = counts_of(pretokenized(), hypotheses, references)
        if counts is not None and not any("" in own for own in (*references, *hypotheses)):
            left, right = ([tuple(own) for own in side] for side in (references, hypotheses))
            alignments = LazyList(len(references), lambda: chunks(left, right))
            return made(counts, references, hypotheses, alignments)
    transformed = iter((references, hypotheses))
    names = {
        **State.original.__globals__,
        "_apply_transform": lambda sentence, transform, is_reference: next(transformed),
    }
    original: Any = State.original
    rest = FunctionType(original.__code__, names, original.__name__, original.__defaults__)
    return theirs(rest, reference, hypothesis, reference_transform, hypothesis_transform)


def default_metric(transform: Any) -> Any:
    """Returns the metric that reads texts as this transform does, if it is a default transform as jiwer made it."""
    found = State.defaults.get(id(transform))
    if found is None or found[0] is not transform:
        return None
    steps = vars(transform).get("transforms")
    if type(steps) is not list or len(steps) != len(found[1]):
        return None
    for step, name in zip(steps, found[1], strict=True):
        if type(step) is not State.classes[name] or vars(step) != FIELDS.get(name, {}):
            return None
    return found[2]


def counts_of(metric: Any, hypotheses: list[Any], references: list[Any]) -> list[int] | None:
    """Returns the sums of the four counts. None for a reference without words, which jiwer 3 refuses."""
    try:
        if len(references) == 1:
            # `statistics` would take longer than the alignment.
            row: list[int] = metric.layout.row(metric.reader.read_one(metric, hypotheses[0], references)[0])
            return row if any(row[:3]) or not State.refuses_empty else None
        rows = metric.statistics(hypotheses, references).rows
    except (TypeError, ValueError):
        return None
    if State.refuses_empty and not rows[:, :3].sum(axis=1).all():
        return None
    sums: list[int] = rows.sum(axis=0, dtype="int64").tolist()
    return sums


def made(counts: list[int], references: Any, hypotheses: Any, alignments: Any) -> Any:
    """Returns jiwer's result, with jiwer's operations and types (process.py, process_words)."""
    hits, substitutions, deletions, insertions = counts
    errors = substitutions + deletions + insertions
    in_references, in_hypotheses = hits + substitutions + deletions, hits + substitutions + insertions
    wer: float
    mer: float
    wip: float
    if in_references == 0:
        wer, mer, wip = insertions, int(in_hypotheses > 0), int(in_hypotheses == 0)
    else:
        wer = float(errors) / float(in_references)
        mer = float(errors) / float(hits + errors)
        wip = (float(hits) / in_references) * (float(hits) / in_hypotheses) if in_hypotheses >= 1 else 0
    return State.output(
        references=references,
        hypotheses=hypotheses,
        alignments=alignments,
        wer=wer,
        mer=mer,
        wil=1 - wip,
        wip=wip,
        hits=hits,
        substitutions=substitutions,
        insertions=insertions,
        deletions=deletions,
    )


def chunks(references: Iterable[Any], hypotheses: Iterable[Any]) -> list[list[Any]]:
    """Returns the chunks of each pair, as objects of jiwer's class."""
    return [
        [State.chunk(*chunk) for chunk in chunks_of(aligned(hypothesis, reference))]
        for reference, hypothesis in zip(references, hypotheses, strict=True)
    ]


def replaced(module: str) -> dict[str, Callable[..., Any]]:
    """Returns the functions that answer in place of a module's functions, by name."""
    return {"process_words": process_words} if module == PROCESS else {}


def ready(modules: list[str], version: str, originals: dict[str, Callable[..., Any]]) -> None:
    """Records the modules as imported: each call must find them unchanged."""
    if PROCESS not in modules:
        return
    process, defaults = sys.modules[PROCESS], sys.modules[DEFAULTS]
    original: Any = originals[f"{PROCESS}.process_words"]
    State.original, State.apply = original, process._apply_transform
    State.output, State.chunk = process.WordOutput, process.AlignmentChunk
    State.refuses_empty = version.startswith("3.")
    called = [name for name in ("_word2int", "_word2char") if hasattr(process, name)]
    # Transforms go through the last two.
    names = (*called, "_apply_transform", "_is_list_of_list_of_strings")
    bypassed = [original, *(getattr(process, name) for name in names)]
    aligning = "editops" if "_word2char" in called else "opcodes"
    State.guard = Guard(
        *((PROCESS, looked_up(function)) for function in bypassed),
        (PROCESS, ("_apply_transform", f"rapidfuzz.distance.Levenshtein.{aligning}", *called)),
        (f"{PROCESS}:AlignmentChunk", ("__init__", "__post_init__")),
        (f"{PROCESS}:WordOutput", ("__init__",)),
        (TRANSFORMS, ("re.sub", "len", "isinstance")),
        *((f"{TRANSFORMS}:{name}", members) for name, members in MEMBERS.items()),
    )
    State.classes = {name: vars(sys.modules[TRANSFORMS])[name] for name in MEMBERS}
    metrics = {"wer_default": tc.WER(), "cer_default": tc.CER()}
    # The transforms are arguments' defaults, which stay the same objects.
    State.defaults = {
        id(vars(defaults)[name]): (vars(defaults)[name], STEPS[name], metric) for name, metric in metrics.items()
    }
