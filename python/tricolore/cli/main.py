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

from tricolore import BLEU, CHRF, ROUGE, TER, ExactMatch, ROUGEScore, Statistics, TokenF1, __version__, compare
from tricolore.bleu import TOKENIZERS
from tricolore.bootstrap import Bootstrap

from .error import CommandError
from .read import Batch, Files, Keys, Segments, read_batches, read_segments, read_systems
from .records import FORMATS, size_of
from .show import print_table, progress
from .write import segment_writer

__all__ = ["main"]

SEED = 12345
# Not for files of text.
TOKENS = "pretokenized"
METRICS = ("rouge", "bleu", "chrf", "chrf++", "ter", "exact_match", "token_f1")
Metric = ROUGE | BLEU | CHRF | TER | ExactMatch | TokenF1


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Gives the exit code: 0, or 1 where the input is at fault, with one line on
    standard error that says where; 2 for a wrong command line, 130 after Ctrl-C."""
    given = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal cannot show, or no encoding can, is shown by its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            check_options(given)
            # Each once, in the order given.
            metrics = {name: make(name, given) for name in given.metric or ["rouge"]}
            if given.command == "score":
                score(given, metrics)
            elif given.command == "compare":
                compare_systems(given, metrics)
            else:
                segments = read_segments(files_of(given.predictions, given))
                for metric in metrics.values():
                    explain(given, metric, segments)
        except (ValueError, ImportError, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        if sys.stdout is not None:
            sys.stdout.flush()
    except CommandError as error:
        print(f"tricolore: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        forget_output()
        return 0
    except OSError as error:
        print(f"tricolore: error: standard output: {error.strerror}", file=sys.stderr)
        forget_output()
        return 1
    return 0


def files_of(predictions: str, given: argparse.Namespace) -> Files:
    """The files of a system."""
    keys = Keys(given.prediction_key, given.reference_key, getattr(given, "group_key", None))
    return Files(predictions, given.references, given.format, keys)


def forget_output() -> None:
    """Sends what standard output still holds nowhere: Python would complain of it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    command = argparse.ArgumentParser(prog="tricolore", description="Scores generated text.")
    command.add_argument("--version", action="version", version=f"tricolore {__version__}")
    verbs = command.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument(
        "predictions", metavar="PREDICTIONS", help="a .txt, .jsonl, .csv or .parquet file, or - for standard input"
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "-r",
        "--references",
        action="append",
        default=[],
        metavar="FILE",
        help="references, a file each; as often as needed",
    )
    common.add_argument("-m", "--metric", action="append", choices=METRICS, help="what to compute (default: rouge)")
    common.add_argument("--format", choices=FORMATS, help="the format where the ending does not tell it")
    common.add_argument(
        "--prediction-key",
        default="prediction",
        metavar="KEY",
        help="the key in .jsonl, the column in others (default: prediction)",
    )
    common.add_argument("--reference-key", default="references", metavar="KEY", help="likewise (default: references)")
    rouge = common.add_argument_group("ROUGE")
    rouge.add_argument(
        "--type", action="append", metavar="TYPE", help="rouge1, rouge2, ..., rougeL, rougeLsum, rougeLsubstr"
    )
    rouge.add_argument("--use-stemmer", action="store_true", help="Porter-stem tokens")
    rouge.add_argument("--tokenizer", default="default", metavar="NAME", help="default, whitespace, char or unicode")
    rouge.add_argument("--multi-reference", default="best", metavar="HOW", help="best (default) or average")
    sacrebleu = common.add_argument_group("BLEU and chrF")
    sacrebleu.add_argument(
        "--tokenize",
        default="13a",
        metavar="NAME",
        help=f"BLEU: {', '.join(name for name in TOKENIZERS if name != TOKENS)}",
    )
    sacrebleu.add_argument("--lowercase", action="store_true", help="lower-case texts first")
    sacrebleu.add_argument(
        "--max-ngram-order", type=int, default=4, metavar="N", help="BLEU: highest order (default: 4)"
    )
    sacrebleu.add_argument("--smooth-method", default="exp", metavar="NAME", help="BLEU: exp, floor, add-k or none")
    sacrebleu.add_argument("--smooth-value", type=float, metavar="X", help="BLEU: for floor and add-k")
    sacrebleu.add_argument("--char-order", type=int, default=6, metavar="N", help="chrF: highest order (default: 6)")
    sacrebleu.add_argument("--beta", type=int, default=2, metavar="N", help="chrF: weight of recall (default: 2)")
    ter = common.add_argument_group("TER")
    ter.add_argument("--normalized", action="store_true", help="set punctuation apart and read entities")
    ter.add_argument("--no-punct", action="store_true", help="remove punctuation")
    ter.add_argument(
        "--asian-support", action="store_true", help="--normalized and --no-punct know of Chinese and Japanese too"
    )
    ter.add_argument("--case-sensitive", action="store_true", help="take texts as they stand")
    answers = common.add_argument_group("exact match")
    answers.add_argument("--normalization", default="none", metavar="NAME", help="none (default) or squad")
    drawing = argparse.ArgumentParser(add_help=False)
    drawing.add_argument(
        "--samples", type=int, metavar="N", help="how many to draw (default: 1000; randomization 10000)"
    )
    drawing.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the draws (default: 12345)")
    verb = verbs.add_parser("score", parents=[one, common, drawing], help="score a file of predictions")
    verb.add_argument("--confidence", type=float, metavar="X", help="an interval that holds this share, such as 0.95")
    verb.add_argument("--json", action="store_true", help="print JSON, with every digit")
    verb.add_argument(
        "--group-key", metavar="KEY", help="the key or column of a label: score each label's segments too"
    )
    verb.add_argument("--per-segment", metavar="FILE", help="write each segment's figures to a .jsonl or .csv file")
    verb.add_argument("--num-threads", type=int, metavar="N", help="threads to use (default: every processor)")
    verb = verbs.add_parser("compare", parents=[common, drawing], help="test systems against the first one")
    verb.add_argument("systems", nargs="+", metavar="PREDICTIONS", help="a file for each system, the baseline first")
    verb.add_argument("--test", default="bootstrap", metavar="NAME", help="bootstrap (default) or randomization")
    verb.add_argument("--json", action="store_true", help="print JSON, with every digit")
    verb.add_argument("--num-threads", type=int, metavar="N", help="threads to use (default: every processor)")
    verb = verbs.add_parser("explain", parents=[one, common], help="show why a segment scores what it does")
    verb.add_argument("--segment", type=int, default=1, metavar="N", help="which one, from 1 (default: 1)")
    verb.add_argument("--json", action="store_true", help="print JSON")
    return command


# Options that only some metrics have.
OPTIONS = {
    "type": {"rouge"},
    "use_stemmer": {"rouge"},
    "tokenizer": {"rouge"},
    "multi_reference": {"rouge"},
    "tokenize": {"bleu"},
    "lowercase": {"bleu", "chrf", "chrf++"},
    "max_ngram_order": {"bleu"},
    "smooth_method": {"bleu"},
    "smooth_value": {"bleu"},
    "char_order": {"chrf", "chrf++"},
    "beta": {"chrf", "chrf++"},
    "normalized": {"ter"},
    "no_punct": {"ter"},
    "asian_support": {"ter"},
    "case_sensitive": {"ter"},
    "normalization": {"exact_match"},
}


def check_options(given: argparse.Namespace) -> None:
    """Refuses an option that no metric that was asked for has: it would change nothing."""
    if TOKENS in (given.tokenizer, given.tokenize):
        raise CommandError(f"{TOKENS!r} takes texts that are tokens already, and files hold text")
    defaults = vars(parser().parse_args([given.command, "-"]))
    for option, metrics in OPTIONS.items():
        if vars(given)[option] != defaults[option] and metrics.isdisjoint(given.metric or ["rouge"]):
            names = " and ".join(sorted(metrics))
            raise CommandError(f"--{option.replace('_', '-')} is an option of {names}, which -m does not ask for")


def make(name: str, given: argparse.Namespace) -> Metric:
    """The metric of this name, with the options given."""
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
    )


def samples_of(given: argparse.Namespace) -> int:
    """How many to draw for an interval."""
    return 1000 if given.samples is None else int(given.samples)


class Corpus:
    """The segments of a label, or all: in constant memory unless an interval is asked for, which takes the
    rows of all segments."""

    def __init__(self, metrics: dict[str, Metric], keep: bool) -> None:
        self.segments = 0
        self._metrics = metrics
        self._accumulators = {name: metric.accumulator() for name, metric in metrics.items()}
        self._rows: dict[str, list[Statistics]] | None = {name: [] for name in metrics} if keep else None

    def add(self, statistics: dict[str, Statistics]) -> None:
        """Adds segments."""
        self.segments += len(next(iter(statistics.values())))
        for name, own in statistics.items():
            if self._rows is not None:
                self._rows[name].append(own)
            else:
                self._accumulators[name].update_statistics(own)

    def results(self, given: argparse.Namespace) -> dict[str, Any]:
        """The scores by metric."""
        if self._rows is None:
            return {name: accumulator.compute() for name, accumulator in self._accumulators.items()}
        drawing = given.confidence, samples_of(given), given.seed
        return {
            name: self._metrics[name].from_statistics(sum(rows[1:], start=rows[0]), *drawing)
            for name, rows in self._rows.items()
        }


def score(given: argparse.Namespace, metrics: dict[str, Metric]) -> None:
    """Scores the corpus by every metric, in one pass, and prints it."""
    keep = given.confidence is not None
    if not keep and (given.samples is not None or given.seed != SEED):
        raise CommandError("--samples and --seed are of --confidence, which is not asked for")
    # Before the work, not after it.
    Bootstrap.checked(given.confidence, samples_of(given), given.seed)
    corpus = Corpus(metrics, keep)
    groups: dict[str, Corpus] = {}
    warned: list[tuple[str, int]] = []
    files = files_of(given.predictions, given)
    batches = read_batches(files)
    size = size_of(given.predictions, files.check())
    with segment_writer(given.per_segment, [given.predictions, *given.references]) as writer, progress(size) as show:
        for batch in batches:
            scores, messages = score_batch(given, metrics, batch)
            segments = len(next(iter(scores.values())))
            warned += [(message, segments) for message in messages[:1]]
            statistics = {name: own.statistics for name, own in scores.items()}
            corpus.add(statistics)
            for label, which in labels(batch.groups).items():
                part = {name: everything.take(which) for name, everything in statistics.items()}
                groups.setdefault(label, Corpus(metrics, keep)).add(part)
            if writer:
                writer.write(*figures(scores))
            show(batch.done)
    # A batch that looks odd is not a file that does.
    if 2 * sum(segments for _, segments in warned) > corpus.segments:
        print(f"tricolore: warning: {warned[0][0]}", file=sys.stderr)
    if given.json:
        out = as_json(given, corpus)
        for label, own in groups.items():
            for name, figures_of_group in as_json(given, own).items():
                out[name].setdefault("groups", {})[label] = figures_of_group
        print(json.dumps(out, indent=2))
        return
    print_scores(given, corpus)
    for label, own in groups.items():
        print(f"\n{given.group_key}: {label}")
        print_scores(given, own)


def score_batch(
    given: argparse.Namespace, metrics: dict[str, Metric], batch: Batch
) -> tuple[dict[str, Any], list[str]]:
    """The scores of a batch by metric, and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = {
            name: metric.score_each(batch.predictions, batch.references, num_threads=given.num_threads)
            for name, metric in metrics.items()
        }
    return scores, [str(warning.message) for warning in caught]


def labels(groups: list[str] | None) -> dict[str, Any]:
    """The places of each label, in order of first sight."""
    import numpy as np

    places: dict[str, list[int]] = {}
    for place, label in enumerate(groups or []):
        places.setdefault(label, []).append(place)
    return {label: np.array(own) for label, own in places.items()}


def figures(scores: dict[str, Any]) -> tuple[tuple[str, ...], list[list[float]]]:
    """The columns of all metrics, and a row a segment."""
    columns: list[str] = []
    rows: list[list[float]] = []
    for name, own in scores.items():
        columns += [name] if name == "chrf++" else own.columns
        new = own.values.reshape(len(own), -1).tolist()
        rows = [row + more for row, more in zip(rows, new, strict=True)] if rows else new
    return tuple(columns), rows


def as_json(given: argparse.Namespace, corpus: Corpus) -> dict[str, dict[str, Any]]:
    """The scores by metric, with every digit."""
    return {
        name: {**result.to_dict(), **interval(result), "signature": result.signature, "segments": corpus.segments}
        for name, result in corpus.results(given).items()
    }


def print_scores(given: argparse.Namespace, corpus: Corpus) -> None:
    """Prints the scores of some segments."""
    for result in corpus.results(given).values():
        if isinstance(result, ROUGEScore):
            bounds = [] if result.confidence_interval is None else ["low", "high"]
            print_table(["", "precision", "recall", "fmeasure", *bounds], table(result))
        else:
            print(result)
        print(f"{corpus.segments} segments, {result.signature}")


def table(result: ROUGEScore) -> list[list[str]]:
    """A row a type: the figures, and the bounds of the F-measure if there are some."""
    bounds = result.confidence_interval or {}
    rows = {name: [*measures, *(bounds[name].fmeasure if bounds else ())] for name, measures in result.items()}
    return [[name, *(f"{figure:.4f}" for figure in figures)] for name, figures in rows.items()]


def interval(result: Any) -> dict[str, Any]:
    """What a score says of its interval, if it has one."""
    if result.confidence_interval is None:
        return {}
    if isinstance(result, ROUGEScore):
        return {"confidence_interval": {name: own._asdict() for name, own in result.confidence_interval.items()}}
    return {
        "confidence_interval": result.confidence_interval,
        "bootstrap_mean": result.bootstrap_mean,
        "half_width": result.half_width,
    }


def compare_systems(given: argparse.Namespace, metrics: dict[str, Metric]) -> None:
    """Tests each file's predictions against the first one's."""
    if len(set(given.systems)) < 2:
        raise CommandError("compare needs two files of predictions or more, each of its own name")
    systems = read_systems(given.systems, files_of(given.systems[0], given))
    first, *others = systems.items()
    for path, segments in others:
        if segments.references != first[1].references:
            raise CommandError(f"{path} is not compared with the references of {first[0]}")
    comparison = compare(
        {path: segments.predictions for path, segments in systems.items()},
        first[1].references,
        list(metrics.values()),
        test=given.test,
        samples=given.samples,
        seed=given.seed,
        num_threads=given.num_threads,
    )
    print(json.dumps(comparison.to_dict(), indent=2) if given.json else comparison)


def explain(given: argparse.Namespace, metric: Metric, segments: Segments) -> None:
    """Explains one segment."""
    count = len(segments.predictions)
    if not 1 <= given.segment <= count:
        raise CommandError(f"--segment is {given.segment}: {given.predictions} has segments 1 to {count}")
    explanation = metric.explain(segments.predictions[given.segment - 1], segments.references[given.segment - 1])
    print(json.dumps(explanation.to_dict(), indent=2) if given.json else explanation)
