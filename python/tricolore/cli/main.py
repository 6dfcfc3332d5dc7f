"""The command line: arguments in, exit code out."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from tricolore import BLEU, CHRF, ROUGE, TER, ExactMatch, TokenF1, __version__, compare
from tricolore.bleu import TOKENIZERS
from tricolore.comparison import FAMILIES
from tricolore.named import AnyMetric
from tricolore.paired_tests import TESTS, test_of

from .error import CommandError
from .read import Files, Keys, Segments, read_segments, read_systems
from .records import FORMATS
from .score import SEED, score

__all__ = ["main"]

# Not for files of text.
TOKENS = "pretokenized"
METRICS = ("rouge", "bleu", "chrf", "chrf++", "ter", "exact_match", "token_f1")


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
            metrics: dict[str, AnyMetric] = {name: make(name, given) for name in given.metric or ["rouge"]}
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
    return Files(predictions, given.references, given.format, Keys(given.prediction_key, given.reference_key))


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
        "--samples",
        type=int,
        metavar="N",
        help="how many to draw (default: 1000; of randomization and paired_ar 10000)",
    )
    drawing.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the draws (default: 12345)")
    verb = verbs.add_parser("score", parents=[common, drawing], help="score files of predictions")
    verb.add_argument(
        "predictions",
        nargs="+",
        metavar="PREDICTIONS",
        help=".txt, .jsonl, .csv or .parquet files, folders of them, or - for standard input",
    )
    verb.add_argument("--confidence", type=float, metavar="X", help="an interval that holds this share, such as 0.95")
    verb.add_argument(
        "--id-key", metavar="KEY", help="the key or column of unique ids: the interval is drawn in the same pass"
    )
    verb.add_argument("--json", action="store_true", help="print JSON, with every digit")
    verb.add_argument(
        "--group-key", metavar="KEY", help="the key or column of a label: score each label's segments too"
    )
    verb.add_argument("--per-segment", metavar="FILE", help="write each segment's figures to a .jsonl or .csv file")
    verb.add_argument(
        "--checkpoint", metavar="FILE", help="save how far it has come there, and go on from it where it exists"
    )
    verb.add_argument(
        "--checkpoint-seconds", type=float, default=5.0, metavar="X", help="how often, in seconds (default: 5)"
    )
    verb.add_argument("--num-threads", type=int, metavar="N", help="threads to use (default: every processor)")
    verb = verbs.add_parser("compare", parents=[common, drawing], help="test systems against the first one")
    verb.add_argument("systems", nargs="+", metavar="PREDICTIONS", help="a file for each system, the baseline first")
    verb.add_argument(
        "--test",
        default="randomization",
        choices=TESTS,
        help="randomization (default) or bootstrap, which are valid tests of every metric, or sacreBLEU's paired_ar or "
        "paired_bs, which are not",
    )
    verb.add_argument(
        "--family",
        default="all",
        choices=FAMILIES,
        help="the tests that p (Holm) corrects for together: all (default), or those of each figure (systems)",
    )
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


def make(name: str, given: argparse.Namespace) -> AnyMetric:
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


def compare_systems(given: argparse.Namespace, metrics: dict[str, AnyMetric]) -> None:
    """Tests each file's predictions against the first one's."""
    if len(set(given.systems)) < 2:
        raise CommandError("compare needs two files of predictions or more, each of its own name")
    # Before files are read.
    test_of(given.test, list(metrics.values()))
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
        family=given.family,
    )
    print(json.dumps(comparison.to_dict(), indent=2) if given.json else comparison)


def explain(given: argparse.Namespace, metric: Any, segments: Segments) -> None:
    """Explains one segment."""
    count = len(segments.predictions)
    if not 1 <= given.segment <= count:
        raise CommandError(f"--segment is {given.segment}: {given.predictions} has segments 1 to {count}")
    explanation = metric.explain(segments.predictions[given.segment - 1], segments.references[given.segment - 1])
    print(json.dumps(explanation.to_dict(), indent=2) if given.json else explanation)
