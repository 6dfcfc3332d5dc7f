"""The command line: arguments in, exit code out."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from tricolore import BLEU, CHRF, ROUGE, TER, ExactMatch, TokenF1, compare
from tricolore.evaluation.paired_tests import test_of
from tricolore.metrics.registry import AnyMetric

from .caught import messages
from .error import CommandError
from .files.inputs import check_paths, refuse_twice
from .files.read import Files, Segments, check_all, read_segments, read_systems
from .options import check_options, keys_of, parser
from .score import score
from .unspaced import warning_of
from .visible import visible

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code.

    0 is success. 1 is an error in the input: one line on standard error says where. 2 is a wrong command line, and 130
    is Ctrl-C.
    """
    given = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that standard output cannot encode are printed as escapes.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            check_options(given)
            # Each metric once, in the order given.
            metrics: dict[str, AnyMetric] = {name: make(name, given) for name in given.metric or ["rouge"]}
            if given.command == "score":
                score(given, metrics)
            elif given.command == "compare":
                compare_systems(given, metrics)
            else:
                explain(given, metrics)
        except (ValueError, ImportError, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        except MemoryError as error:
            raise CommandError("there is not enough memory for this") from error
        if sys.stdout is not None:
            sys.stdout.flush()
    except CommandError as error:
        print(f"tricolore: error: {visible(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The program that reads the output has closed it, as `head` does.
        forget_output()
        return 0
    except OSError as error:
        where = "standard output" if error.filename is None else os.fsdecode(error.filename)
        print(f"tricolore: error: {visible(where)}: {error.strerror}", file=sys.stderr)
        if error.filename is None:
            forget_output()
        return 1
    return 0


def forget_output() -> None:
    """Discards what standard output still buffers, because Python would report an error for it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make(name: str, given: argparse.Namespace) -> AnyMetric:
    """Returns the metric of this name, with the options of the command line."""
    if name == "bleu":
        return BLEU(given.tokenize, given.lowercase, given.max_ngram_order, given.smooth_method, given.smooth_value)
    if name in ("chrf", "chrf++"):
        return CHRF(given.char_order, 2 if name == "chrf++" else 0, given.beta, given.lowercase)
    if name == "ter":
        return TER(given.normalized, given.no_punct, given.asian_support, given.case_sensitive)
    if name == "exact_match":
        return ExactMatch(given.normalization)
    if name == "token_f1":
        return TokenF1()
    return ROUGE(
        given.type or ("rouge1", "rouge2", "rougeL", "rougeLsum"),
        use_stemmer=given.use_stemmer,
        tokenizer=given.tokenizer,
        multi_reference=given.multi_reference,
        split_summaries=given.split_summaries,
    )


def files_of(predictions: Sequence[str], given: argparse.Namespace) -> list[Files]:
    """Returns the files of each system, after checking that they can be read."""
    check_paths(*predictions, *given.references)
    refuse_twice(given.references, "references")
    keys = keys_of(given)
    systems = [Files(path, given.references, given.format, keys, given.encoding, given.nulls) for path in predictions]
    check_all(systems)
    return systems


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


def explain(given: argparse.Namespace, metrics: dict[str, Any]) -> None:
    """Prints the explanation of one segment by each metric."""
    (files,) = files_of([given.predictions], given)
    segments: Segments = read_segments(files)
    count = len(segments.predictions)
    if not 1 <= given.segment <= count:
        raise CommandError(f"--segment is {given.segment}: {given.predictions} has segments 1 to {count}")
    texts = segments.predictions[given.segment - 1], segments.references[given.segment - 1]
    if not texts[1]:
        raise CommandError(f"{given.predictions}: segment {given.segment} has no reference")
    for metric in metrics.values():
        explanation = metric.explain(*texts)
        shown = json.dumps(explanation.to_dict(), indent=2) if given.json else visible(str(explanation), keep="\n")
        print(shown)
