"""The command line's grammar, and which options go together."""

from __future__ import annotations

import argparse
import codecs
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from tricolore import __version__
from tricolore.evaluation.holm import FAMILIES
from tricolore.evaluation.paired_tests import SEED, TESTS
from tricolore.evaluation.tabular import FORMS
from tricolore.metrics.registry import METRICS
from tricolore.support.column_files import COLUMN_FILES
from tricolore.support.options import unknown
from tricolore.support.visible import visible
from tricolore.texts.bleu_tokenizers import TOKENIZERS
from tricolore.texts.nulls import NULLS

from .error import CommandError
from .files.formats import COMPRESSIONS, ENDINGS, FORMATS, form_by_name
from .files.read import DEFAULTS

__all__ = ["OPTIONS", "check_options", "explicit", "parser", "with_repeated"]

# No tokenizer for the command line, because files hold text.
TOKENS = "pretokenized"
GIVEN = "given"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line each, and whose examples keep their lines."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, **options})

    def error(self, message: str) -> NoReturn:
        """Prints the error and ends the command."""
        self.exit(2, f"tricolore: error: {visible(message)}; {self.prog} --help lists the options\n")


class Once(argparse.Action):
    """Stores the value of a single-value option and records that the option was given. Refuses a second value."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: str | None = None
    ) -> None:
        """Stores the value."""
        given = vars(namespace).setdefault(GIVEN, set())
        if self.dest in given:
            raise argparse.ArgumentError(self, "it is given twice and takes one value")
        given.add(self.dest)
        setattr(namespace, self.dest, a_value(self, value))


class Many(argparse.Action):
    """Stores all values of an option, in order."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: str | None = None
    ) -> None:
        """Adds the value."""
        setattr(namespace, self.dest, [*(getattr(namespace, self.dest) or []), a_value(self, value)])


def a_value(action: argparse.Action, value: Any) -> Any:
    """Returns the value of an option. Some releases of argparse pass an empty list for `--option=--`."""
    if isinstance(value, list):
        raise argparse.ArgumentError(action, "-- is not a value")
    return value


def explicit(given: argparse.Namespace) -> set[str]:
    """Returns the names of the single-value options that the command line has."""
    own: set[str] = getattr(given, GIVEN, set())
    return own


EXAMPLES = """examples:
  tricolore score predictions.txt -r references.txt -m bleu chrf ter
  tricolore compare base.txt tuned.txt -r references.txt -m bleu -f latex
  tricolore explain "It is cold, cold, cold" -r "It is very cold" -m rouge
  tricolore report out.html base.jsonl tuned.jsonl --group-key task"""
OF_SCORE = """examples:
  tricolore score predictions.txt -r references.txt -m bleu chrf ter --confidence 0.95
  tricolore score predictions.jsonl --group-key task --per-segment scores.parquet --texts
  tricolore score big/ -m rouge --checkpoint progress --id-key id --confidence 0.95"""
OF_COMPARE = """examples:
  tricolore compare base.txt tuned.txt -r references.txt -m bleu chrf
  tricolore compare base.jsonl tuned.jsonl --group-key task -f markdown
  tricolore compare all.parquet --system-key base --system-key tuned -m rouge"""
OF_EXPLAIN = """examples:
  tricolore explain "It is cold, cold, cold" -r "It is very cold" -m rouge --type rouge1
  tricolore explain predictions.txt -r references.txt --segment 17 -m ter"""
OF_REPORT = """examples:
  tricolore report out.html predictions.txt -r references.txt -m bleu ter
  tricolore report out.html base.jsonl tuned.jsonl --group-key task -m chrf"""


def parser() -> Parser:
    """Returns the grammar of the command line."""
    command = Parser(prog="tricolore", description="Scores generated text.", epilog=EXAMPLES)
    command.add_argument("-V", "--version", action="version", version=f"tricolore {__version__}")
    verbs = command.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = common_options()
    drawing = drawing_options()
    output = output_options()
    verb = verbs.add_parser("score", parents=[common, drawing, output], help="score files", epilog=OF_SCORE)
    verb.add_argument(
        "predictions",
        nargs="+",
        metavar="PREDICTIONS",
        help=f"a {any_ending()} file, a folder of such files as one corpus, or - for standard input",
    )
    verb.add_argument("--pool", action="store_true", help="treat several PREDICTIONS as parts of one corpus")
    ids(verb)
    segments(verb)
    verb.add_argument(
        "--checkpoint",
        action=Once,
        metavar="FILE",
        help="save the progress there, and continue from it if it exists",
    )
    verb.add_argument(
        "--checkpoint-seconds",
        action=Once,
        type=float,
        default=5.0,
        metavar="X",
        help="the seconds between saves (default: 5)",
    )
    verb = verbs.add_parser(
        "compare", parents=[common, drawing, output], help="test systems against the first one", epilog=OF_COMPARE
    )
    systems(verb)
    ids(verb)
    segments(verb)
    verb = verbs.add_parser(
        "report", parents=[common, drawing], help="write a page with tables, charts and marked texts", epilog=OF_REPORT
    )
    verb.add_argument("output", metavar="OUT.html", help="the file to write")
    systems(verb)
    verb.add_argument("--title", action=Once, metavar="TEXT", help="the title of the page")
    # `main` gives the arguments of this command to the grammar of the script.
    verbs.add_parser("rouge155", help="the command line of ROUGE-1.5.5, Lin's Perl script", add_help=False)
    verb = verbs.add_parser("explain", parents=[common], help="show the matches behind a score", epilog=OF_EXPLAIN)
    verb.add_argument(
        "predictions", metavar="PREDICTION", help=f"a text, a {any_ending()} file, or - for standard input"
    )
    verb.add_argument(
        "--segment",
        action=Once,
        type=int,
        default=1,
        metavar="N",
        help="the number of the segment of a file, from 1 (default: 1)",
    )
    verb.add_argument("--json", action="store_true", help="print JSON")
    return command


def systems(verb: Parser) -> None:
    """Adds the systems of a comparison, and its test."""
    verb.add_argument(
        "systems",
        nargs="+",
        metavar="PREDICTIONS",
        help="a file for each system, the baseline first; or one file with --system-key",
    )
    verb.add_argument(
        "--system-key",
        action=Many,
        metavar="KEY",
        help="a key or column of predictions in a file of several systems, the baseline first; repeat it",
    )
    verb.add_argument(
        "--test",
        action=Once,
        default=None,
        choices=TESTS,
        help="randomization (default) or bootstrap, which are valid for every metric, or sacreBLEU's paired_ar or "
        "paired_bs, which are not",
    )
    verb.add_argument(
        "--family",
        action=Once,
        default="all",
        choices=FAMILIES,
        help="the tests that p (Holm) corrects together: all (default), or the systems of each score (systems)",
    )


def segments(verb: Parser) -> None:
    """Adds the options of the file of segments."""
    *most, last = COLUMN_FILES
    verb.add_argument(
        "--per-segment",
        action=Once,
        metavar="FILE",
        help=f"write the scores of each segment to a {', '.join(most)} or {last} file",
    )
    verb.add_argument("--texts", action="store_true", help="write the texts there too")


def ids(verb: Parser) -> None:
    """Adds the option of ids."""
    verb.add_argument(
        "--id-key",
        action=Once,
        metavar="KEY",
        help="the key or column of unique ids, which let intervals and the bootstrap test be drawn in one pass, in "
        "constant memory",
    )


def drawing_options() -> Parser:
    """Returns a parser of the options of intervals, tests, labels and threads."""
    drawing = Parser(add_help=False)
    drawing.add_argument(
        "--confidence", action=Once, type=float, metavar="X", help="add intervals with this confidence, such as 0.95"
    )
    drawing.add_argument(
        "--samples",
        action=Once,
        type=int,
        metavar="N",
        help="the number of draws (default: 1000; 10000 for randomization and paired_ar)",
    )
    drawing.add_argument(
        "--seed", action=Once, type=int, default=SEED, metavar="N", help="the seed of the draws (default: 12345)"
    )
    drawing.add_argument(
        "--group-key",
        action=Once,
        metavar="KEY",
        help="the key or column of a label, such as a task: score each label's segments too",
    )
    drawing.add_argument(
        "--num-threads", action=Once, type=int, metavar="N", help="threads to use (default: every processor)"
    )
    return drawing


def output_options() -> Parser:
    """Returns a parser of the options of the printed output."""
    output = Parser(add_help=False)
    output.add_argument(
        "-f",
        "--output-format",
        action=Once,
        default="text",
        choices=("text", *FORMS),
        help="the form of the output (default: text)",
    )
    output.add_argument("--json", action="store_true", help="print JSON, with every digit: -f json")
    return output


def any_ending() -> str:
    """The endings of files that can be read, for help texts."""
    *most, last = ENDINGS
    return f"{', '.join(most)} or {last} (also {', '.join(COMPRESSIONS)})"


def metric_name(name: str) -> str:
    """Returns the name of a metric. The error for a ROUGE type says how to ask for it."""
    if name in METRICS:
        return name
    if "," in name:
        raise argparse.ArgumentTypeError(f"{name!r}: give the names apart: -m {name.replace(',', ' ')}")
    plain = re.sub("[-_ ]", "", name.lower())
    if re.fullmatch("rouge([1-9]|l|lsum|lsubstr)", plain):
        kind = plain.replace("rougel", "rougeL")
        raise argparse.ArgumentTypeError(f"{name!r} is a type of rouge: give -m rouge --type {kind}")
    raise argparse.ArgumentTypeError(str(unknown("a metric", name, METRICS)))


def with_repeated(arguments: Sequence[str]) -> list[str]:
    """Returns the arguments with `-m bleu chrf` written as `-m bleu -m chrf`.

    A name that is no metric and no file, and is nearly that of a metric, is taken for a slip, whose error says so.
    """
    option = ("-m", "--metric")
    out: list[str] = []
    after_metric = False
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if before in option:
            after_metric = True
        elif after_metric and (argument in METRICS or is_slip(argument)):
            out.append(option[0])
        else:
            after_metric = False
        out.append(argument)
    return out


def is_slip(argument: str) -> bool:
    """True for an argument that is nearly the name of a metric, and no option or file."""
    if argument.startswith("-") or form_by_name(argument)[0] is not None or "/" in argument or Path(argument).exists():
        return False
    # Imported here because few commands need it.
    from difflib import get_close_matches

    return bool(get_close_matches(argument.lower(), METRICS, n=1, cutoff=0.7))


def common_options() -> Parser:
    """Returns a parser of the options that all verbs share: files and metrics."""
    common = Parser(add_help=False)
    common.add_argument(
        "-r",
        "--references",
        action=Many,
        default=[],
        metavar="FILE",
        help="a file of references; may be repeated",
    )
    names: Any = common.add_argument(
        "-m",
        "--metric",
        action=Many,
        type=metric_name,
        metavar="NAME",
        help=f"the metric, or several: {', '.join(METRICS)} (default: rouge)",
    )
    # For argcomplete. As `choices` they would make the usage line long, and the error for "rougeL" short.
    names.completer = lambda **_: METRICS
    common.add_argument(
        "--format",
        action=Once,
        choices=FORMATS,
        help="the format of standard input and of files whose ending does not tell it",
    )
    common.add_argument(
        "--encoding", action=Once, default="utf-8", metavar="NAME", help="the encoding of text files (default: utf-8)"
    )
    common.add_argument(
        "--nulls",
        action=Once,
        choices=NULLS,
        default="error",
        help="how to treat a null: as an error (default), as an empty text, as a reference to drop, or as one to drop "
        "together with a segment that has no other (drop_segment)",
    )
    common.add_argument(
        "--prediction-key",
        action=Once,
        default=DEFAULTS.prediction,
        metavar="KEY",
        help="the key or column of predictions; a.b is the key b of the object under a (default: prediction)",
    )
    common.add_argument(
        "--reference-key",
        action=Many,
        metavar="KEY",
        help="a key or column of references; may be repeated (default: references)",
    )
    rouge = common.add_argument_group("ROUGE")
    rouge.add_argument(
        "--type",
        action=Many,
        metavar="TYPE",
        help="rouge1, rouge2, ..., rougeL, rougeLsum, rougeLsubstr; ROUGE-1.5.5: rougeW1.2, rougeS4, rougeSU* too",
    )
    rouge.add_argument("--use-stemmer", action="store_true", help="stem tokens")
    rouge.add_argument(
        "--tokenizer",
        action=Once,
        default="default",
        metavar="NAME",
        help="default, whitespace, char or unicode; WER: default or whitespace; CER: default or none",
    )
    rouge.add_argument(
        "--multi-reference", action=Once, default="best", metavar="HOW", help="best (default) or average"
    )
    rouge.add_argument(
        "--split-summaries",
        action=Once,
        metavar="TEXT",
        help="rougeLsum: text that ends a sentence, besides a newline, such as '<n>' or '. '",
    )
    sacrebleu = common.add_argument_group("BLEU, chrF, GLEU and edit similarity")
    sacrebleu.add_argument(
        "--tokenize",
        action=Once,
        default="13a",
        metavar="NAME",
        help=f"BLEU, GLEU: {', '.join(name for name in TOKENIZERS if name != TOKENS)}",
    )
    sacrebleu.add_argument("--lowercase", action="store_true", help="lowercase texts first")
    sacrebleu.add_argument(
        "--max-ngram-order", action=Once, type=int, default=4, metavar="N", help="BLEU: highest order (default: 4)"
    )
    sacrebleu.add_argument(
        "--smooth-method", action=Once, default="exp", metavar="NAME", help="BLEU: exp, floor, add-k or none"
    )
    sacrebleu.add_argument("--smooth-value", action=Once, type=float, metavar="X", help="BLEU: for floor and add-k")
    sacrebleu.add_argument(
        "--char-order", action=Once, type=int, default=6, metavar="N", help="chrF: highest order (default: 6)"
    )
    sacrebleu.add_argument(
        "--beta", action=Once, type=int, default=2, metavar="N", help="chrF: weight of recall (default: 2)"
    )
    edits = common.add_argument_group("edit similarity")
    edits.add_argument("--no-substitutions", action="store_true", help="count a replaced character as two edits")
    gleu = common.add_argument_group("GLEU")
    gleu.add_argument("--min-len", action=Once, type=int, default=1, metavar="N", help="lowest order (default: 1)")
    gleu.add_argument("--max-len", action=Once, type=int, default=4, metavar="N", help="highest order (default: 4)")
    anls = common.add_argument_group("ANLS")
    anls.add_argument(
        "--threshold", action=Once, type=float, default=0.5, metavar="X", help="lowest similarity that counts"
    )
    ter = common.add_argument_group("TER")
    ter.add_argument("--normalized", action="store_true", help="separate punctuation and decode entities")
    ter.add_argument("--no-punct", action="store_true", help="remove punctuation")
    ter.add_argument(
        "--asian-support", action="store_true", help="apply --normalized and --no-punct to Chinese and Japanese too"
    )
    ter.add_argument("--case-sensitive", action="store_true", help="do not lowercase texts")
    answers = common.add_argument_group("exact match")
    answers.add_argument("--normalization", action=Once, default="none", metavar="NAME", help="none (default) or squad")
    return common


# Options that only some metrics have, with the names of these metrics.
OPTIONS = {
    "type": {"rouge", "rouge155"},
    "use_stemmer": {"rouge", "rouge155"},
    "tokenizer": {"rouge", "wer", "cer"},
    "multi_reference": {"rouge"},
    "split_summaries": {"rouge"},
    "tokenize": {"bleu", "gleu"},
    "lowercase": {"bleu", "chrf", "chrf++", "edit_similarity", "gleu"},
    "max_ngram_order": {"bleu"},
    "smooth_method": {"bleu"},
    "smooth_value": {"bleu"},
    "char_order": {"chrf", "chrf++"},
    "beta": {"chrf", "chrf++"},
    "no_substitutions": {"edit_similarity"},
    "threshold": {"anls"},
    "min_len": {"gleu"},
    "max_len": {"gleu"},
    "normalized": {"ter"},
    "no_punct": {"ter"},
    "asian_support": {"ter"},
    "case_sensitive": {"ter"},
    "normalization": {"exact_match"},
}


def check_options(given: argparse.Namespace) -> None:
    """Raises CommandError for an option that would have no effect. Replaces the encoding by its name in Python."""
    if TOKENS in (given.tokenizer, given.tokenize):
        raise CommandError(f"{TOKENS!r} takes lists of tokens, and files hold text")
    # Options with one value, switches, and options that may be repeated.
    has = explicit(given) | {name for name, value in vars(given).items() if value is True or isinstance(value, list)}
    for option, metrics in OPTIONS.items():
        if option in has and metrics.isdisjoint(given.metric or ["rouge"]):
            names = " and ".join(sorted(metrics))
            raise CommandError(f"--{option.replace('_', '-')} is an option of {names}, which -m does not name")
    if "smooth_value" in has and given.smooth_method in ("exp", "none"):
        raise CommandError(
            f"--smooth-value goes with --smooth-method floor and add-k, and {given.smooth_method} has no value"
        )
    if given.asian_support and not (given.normalized or given.no_punct):
        raise CommandError("--asian-support needs --normalized or --no-punct")
    if "checkpoint_seconds" in has and given.checkpoint is None:
        raise CommandError("--checkpoint-seconds needs --checkpoint")
    if getattr(given, "texts", False) and given.per_segment is None:
        raise CommandError("--texts needs --per-segment")
    if "json" in has and hasattr(given, "output_format"):
        if "output_format" in has and given.output_format != "json":
            raise CommandError(f"--json is -f json, and -f {given.output_format} is given too")
        given.output_format = "json"
    given.encoding = encoding_of(given.encoding)


def encoding_of(name: str) -> str:
    """Returns the name of an encoding of text in Python."""
    try:
        io.TextIOWrapper(io.BytesIO(), name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise CommandError(
            f"--encoding is {name!r}, which Python does not know: give one such as utf-8, utf-16, latin-1 or cp1252"
        ) from None
