"""The command line of ROUGE-1.5.5: its options, and the lines that it prints, byte for byte.

Line numbers (L) refer to ROUGE-1.5.5.pl.
"""

from __future__ import annotations

import getopt
import os
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from ...metrics.rouge155 import MOST_WEIGHT, ROUGE155, UndefinedScoreError
from ...reference.rouge155 import Counts, is_weighted, printed_counts, with_best_recall
from ...resampling.bootstrap import Interval
from ...resampling.rouge155 import as_bytes, average, averages, items_by_name, sums_of_samples
from ...texts.segments import segments_of
from .evaluations import NO_FILE, NO_TERMINAL, Evaluation, ScriptError, evaluations_in_list, evaluations_in_xml, text_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["REFUSED", "USAGE", "Options", "flags_of", "options_of", "print_scores", "run_script"]

USAGE = """\
usage: tricolore rouge155 [-a] [-c CONFIDENCE] [-d] [-e FOLDER] [-f A|B] [-l WORDS | -b BYTES] [-m] [-n ORDER]
           [-p ALPHA] [-r SAMPLES] [-s] [-t 0|1|2] [-u | -U] [-w WEIGHT] [-x] [-2 DISTANCE]
           [--exceptions wordnet|none] [--stop-words FILE] (EVALUATION_FILE | -z SPL|SEE|ISI LIST) [SYSTEM]

The command line of ROUGE-1.5.5.pl, which prints the same lines. Its flags:
  -a  all systems of the evaluation file          -c  the interval in percent: 95
  -d  the scores of each text too                 -e  the folder of smart_common_words.txt, for -s
  -f  several references: A adds up, B takes the best      -l, -b  cut texts to words, to bytes
  -m  stem                                        -n  ROUGE-1 to ROUGE-N
  -p  the weight of precision in F: 0.5           -r  the number of samples: 1000
  -s  leave out stop words                        -t  0: per text, 1: per token, 2: the counts alone
  -u, -U  ROUGE-SU instead of S, or both          -w  ROUGE-W with this weight
  -x  no ROUGE-L                                  -z  LIST has a line for each text: its file, then its references'
  -2  ROUGE-S with this distance, -1 for any
Two options are not the script's:
  --exceptions none   as where WordNet-2.0.exc.db is empty, which is so in many installations
  --stop-words FILE   the list for -s, a word a line; it does not come with tricolore
Not here: -3 (basic elements), -M (stems references alone), -v.
"""

REFUSED = {"-3", "-M", "-v"}
"""The script's flags that this command line refuses."""

# The most bytes of a database without an entry: that of files2rouge has 12,288, and a full one has 300,000.
EMPTY_DATABASE = 1 << 14

LINE, DOTS = "-" * 45, "." * 45


class Options(NamedTuple):
    """The options of a run."""

    types: tuple[str, ...]
    tags: tuple[str, ...]
    """The names of the types, as they are printed."""
    metric: dict[str, Any]
    """The options of `ROUGE155`, without its types."""
    everything: bool
    """False if a negative limit leaves nothing of the texts."""
    confidence: str
    samples: int
    unit: int
    """The mode of averages (`-t`): 0 averages the scores of texts, 1 adds up their counts, 2 has no average."""
    each: bool
    """True to print the scores of each text."""
    all_systems: bool
    kind: str | None
    """The format of the texts in a list of files; None for an evaluation file."""
    files: tuple[str, ...]


def run_script(arguments: Sequence[str], out: TextIO | None = None, errors: TextIO | None = None) -> int:
    """Runs a command line of ROUGE-1.5.5.pl, without the script's own name, and returns its exit status.

    Prints to `out` and `errors`, by default standard output and standard error. Errors are printed, not raised.

    >>> run_script(["-n", "1", "-z", "SPL", "no such list", "X"])
    2
    """
    out, errors = sys.stdout if out is None else out, sys.stderr if errors is None else errors
    try:
        options = options_of(arguments)
        if options is None:
            out.write(USAGE)
            return 0
        evaluations, systems = work_of(options)
        for system in systems:
            print_scores(options, evaluations, system, out, errors)
    except ScriptError as error:
        out.flush()
        print(error, file=errors)
        return error.status
    return 0


def options_of(arguments: Sequence[str]) -> Options | None:
    """The options in a command line; None if it asks for help. Raises ScriptError for a wrong one (L278)."""
    given, files = flags_of(arguments)
    if not arguments or {"-h", "-H", "--help"} & given.keys():
        return None
    for flag in sorted(REFUSED & given.keys()):
        raise ScriptError(f"{flag} is refused: it is not supported here")
    types = types_of(given)
    limits = {name: whole(given, flag, 0) for name, flag in (("max_words", "-l"), ("max_bytes", "-b"))}
    if all(limits.values()):
        raise ScriptError("-l and -b are both given: a text is cut to words or to bytes")
    alpha, confidence = number(given, "-p", 0.5), number(given, "-c", 95)
    if not 0 <= alpha <= 1:
        raise ScriptError(f"-p is {given['-p']}: it must be from 0 to 1")
    if not 0 <= confidence <= 100:
        raise ScriptError(f"-c is {given['-c']}: it must be from 0 to 100")
    unit = whole(given, "-t", 0)
    samples = whole(given, "-r", 1000)
    if samples < 1 and unit != 2:
        raise ScriptError(f"-r is {samples}: it must be at least 1")
    metric: dict[str, Any] = {
        "use_stemmer": "-m" in given,
        "exceptions": exceptions_of(given),
        "stop_words": stop_words_of(given) if "-s" in given else (),
        "multi_reference": "best" if given.get("-f") == "B" else "average",
        "alpha": alpha,
        **{name: limit for name, limit in limits.items() if limit > 0},
    }
    return Options(
        types,
        tuple(f"ROUGE-W-{given['-w']}" if is_weighted(name) else f"ROUGE-{name[5:]}" for name in types),
        metric,
        min(limits.values()) >= 0,
        given.get("-c", "95"),
        samples,
        unit if unit in (1, 2) else 0,
        "-d" in given,
        "-a" in given and "-z" not in given,
        given.get("-z"),
        tuple(files),
    )


def flags_of(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The flags of a command line with their values, and the other arguments. Raises ScriptError for a wrong flag."""
    try:
        pairs, files = getopt.getopt(
            list(arguments), "aHhMmsduUvxb:c:e:f:l:n:p:r:t:2:3:w:z:", ["exceptions=", "stop-words=", "help"]
        )
    except getopt.GetoptError as error:
        raise ScriptError(f"{error}\n{USAGE}") from error
    return dict(pairs), files


def types_of(given: dict[str, str]) -> tuple[str, ...]:
    """The types that the flags ask for, in the order in which they are printed (L530)."""
    types = [f"rouge{order}" for order in range(1, whole(given, "-n", 0) + 1)]
    if "-x" not in given:
        types.append("rougeL")
    if "-w" in given:
        value = number(given, "-w", 0)
        if not 0 < value <= MOST_WEIGHT:
            raise ScriptError(f"-w is {given['-w']}: it must be above 0 and at most {MOST_WEIGHT}")
        types.append(f"rougeW{value:.17f}".rstrip("0").rstrip("."))
    if "-2" in given:
        distance = whole(given, "-2", 0)
        reach = "*" if distance < 0 else str(distance)
        types += [] if "-u" in given else [f"rougeS{reach}"]
        types += [f"rougeSU{reach}"] if {"-u", "-U"} & given.keys() else []
    return tuple(types)


def whole(given: dict[str, str], flag: str, default: int) -> int:
    """The value of a flag as a whole number."""
    text = given.get(flag, str(default))
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise ScriptError(f"{flag} is {text!r}: it must be a whole number")
    return int(text)


def number(given: dict[str, str], flag: str, default: float) -> float:
    """The value of a flag as a number."""
    text = given.get(flag, str(default))
    if not re.fullmatch(r"[+-]?([0-9]{1,9}\.?[0-9]{0,17}|\.[0-9]{1,17})", text):
        raise ScriptError(f"{flag} is {text!r}: it must be a number")
    return float(text)


def exceptions_of(given: dict[str, str]) -> str:
    """The option `--exceptions`, or what the data folder has: many have a database without an entry."""
    exceptions = given.get("--exceptions")
    if exceptions is None:
        database = data_folder(given) / "WordNet-2.0.exc.db"
        return "none" if database.is_file() and database.stat().st_size <= EMPTY_DATABASE else "wordnet"
    if exceptions not in ("wordnet", "none"):
        raise ScriptError(f"--exceptions is {exceptions!r}: it must be wordnet or none")
    return exceptions


def data_folder(given: dict[str, str]) -> Path:
    """The folder of the script's data, which the command line or the environment names (L475)."""
    return Path(given.get("-e") or os.environ.get("ROUGE_EVAL_HOME") or os.environ.get("RED_EVAL_HOME") or ".")


def stop_words_of(given: dict[str, str]) -> Collection[str]:
    """The words of the list that `--stop-words` names, or of the data folder's."""
    path = Path(given.get("--stop-words") or data_folder(given) / "smart_common_words.txt")
    try:
        return sorted(set(path.read_text("latin-1").split()))
    except OSError as error:
        what = f"Cannot open {path}: -s needs a list of words, which --stop-words or -e names"
        raise ScriptError(what, error.errno or 255) from error


def work_of(options: Options) -> tuple[list[Evaluation], list[str]]:
    """The evaluations of a run and the systems that are scored."""
    if not options.files:
        raise ScriptError(USAGE)
    path, *names = options.files
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ScriptError(f"Cannot open {path}", getattr(error, "errno", None) or NO_FILE) from error
    if options.kind is not None:
        system = names[0] if names else "X"
        return evaluations_in_list(data, options.kind, system), [system]
    evaluations = evaluations_in_xml(data)
    if options.all_systems:
        return evaluations, sorted({name for one in evaluations for name in one.peers}, key=as_bytes)
    if not names:
        raise ScriptError(f"no system is named: name one after {path}, or use -a for all\n{USAGE}")
    return evaluations, names[:1]


def print_scores(options: Options, evaluations: Iterable[Evaluation], system: str, out: TextIO, errors: TextIO) -> None:
    """Prints all that the script prints about a system. Raises ScriptError where the script dies."""
    items: list[Evaluation] = []
    for evaluation in evaluations:
        if system in evaluation.peers:
            items.append(evaluation)
        else:
            what = f"*ROUGE Warning: test instance for peer {system} does not exist for evaluation {evaluation.name}"
            print(what, file=errors)
    texts = [text_of(one.peers[system], one.kind) for one in items]
    references = [[text_of(model, one.kind) for model in one.models] for one in items]
    for one, models in zip(items, references, strict=True):
        if not models:
            raise ScriptError(f"evaluation {one.name} has no model", NO_TERMINAL)
    if not options.everything:
        texts, references = [""] * len(texts), [[""] * len(models) for models in references]
    names = [f"{one.name}.{system}" for one in items]
    try:
        print_types(options, options.types, names, texts, references, system, out)
    except UndefinedScoreError as error:
        # N-grams and ROUGE-L come before ROUGE-W, and are printed by then.
        before = options.types[: next(place for place, name in enumerate(options.types) if is_weighted(name))]
        if before:
            print_types(options, before, names, texts, references, system, out)
        raise ScriptError("Illegal division by zero at ROUGE-1.5.5.pl line 2450.") from error


def print_types(
    options: Options,
    types: tuple[str, ...],
    names: list[str],
    texts: list[str],
    references: list[list[str]],
    system: str,
    out: TextIO,
) -> None:
    """Prints the scores of these types."""
    if not types:
        return
    metric = ROUGE155(types, **options.metric)
    order = items_by_name(names)
    statistics = None
    if texts:
        read = metric.reader.read(metric, segments_of(texts, references, "error", False), None, False)
        statistics = metric.layout.statistics(read)
    figures = None if statistics is None else metric.layout.sample_rows(statistics)
    counts = None
    if statistics is not None and options.unit:
        counts = counts_of(statistics, types, options.metric["multi_reference"] == "best")
    for place, tag in enumerate(options.tags[: len(types)]):
        print(LINE, file=out)
        own = None if counts is None else counts[:, place]
        if options.unit == 2:
            hits, peer, model = (0, 0, 0) if own is None else added(own)
            print(f"{system} {tag} M_count: {int(model)} P_count: {int(peer)} H_count: {int(hits)}", file=out)
            continue
        if figures is None:
            precision = recall = f = Interval(0, 0, 0, 0)
        elif own is not None:
            precision, recall, f = averages_of_counts(own, options, order)
        else:
            columns = figures[:, 3 * place : 3 * place + 3]
            precision, recall, f = averages(columns, float(options.confidence), options.samples, order)
        for letter, interval in zip("RPF", (recall, precision, f), strict=True):
            bounds = f"({options.confidence}%-conf.int. {interval.low:7.5f} - {interval.high:7.5f})"
            print(f"{system} {tag} Average_{letter}: {interval.mean:7.5f} {bounds}", file=out)
        if options.each:
            print(DOTS, file=out)
            for number in sorted(range(len(names)), key=lambda number: place_of(names[number])):
                if own is not None:
                    hits, peer, model = own[number].tolist()
                    shown = f"R:{model:.15g} P:{peer:.15g} F:{hits:.15g}"
                else:
                    assert figures is not None
                    p, r, f_ = figures[number, 3 * place : 3 * place + 3].tolist()
                    shown = f"R:{r:7.5f} P:{p:7.5f} F:{f_:7.5f}"
                print(f"{system} {tag} Eval {names[number]} {shown}", file=out)


def place_of(name: str) -> tuple[bool, int, bytes]:
    """The place of an item among the items that `-d` prints: by the number at its start, or as a string (L670)."""
    found = re.match("0*([0-9]*)", name)
    digits = found[1] if found and found[0] else None
    return (digits is None, len(digits or ""), as_bytes(name if digits is None else digits))


def counts_of(statistics: Any, types: Sequence[str], best: bool) -> npt.NDArray[np.float64]:
    """The counts of each item and type as `-t 1` prints them: hits, and those of the system and of the references."""
    import numpy as np

    rows = statistics.rows.reshape(len(statistics.rows), len(types), 3).tolist()
    counts = []
    for start, end in zip(statistics.offsets[:-1], statistics.offsets[1:], strict=True):
        own = []
        for place, name in enumerate(types):
            each = [Counts(*row[place]) for row in rows[start:end]]
            own.append(printed_counts([with_best_recall(each, name)] if best else each, name))
        counts.append(own)
    return np.array(counts, np.float64)


def added(rows: npt.NDArray[np.float64]) -> list[float]:
    """The sum of each column, adding from the first row on."""
    import numpy as np

    totals: list[float] = np.cumsum(rows, axis=0)[-1].tolist()
    return totals


def averages_of_counts(
    counts: npt.NDArray[np.float64], options: Options, order: npt.NDArray[np.int64]
) -> list[Interval]:
    """The averages and bounds of precision, recall and F where the counts of a sample are added (`-t 1`).

    Here the script does not undo the weights of ROUGE-W."""
    import numpy as np

    alpha = options.metric["alpha"]
    samples = []
    for hits, peer, model in sums_of_samples(counts, options.samples, order).tolist():
        p, r = (hits / total if total else 0.0 for total in (peer, model))
        divisor = (1 - alpha) * p + alpha * r
        samples.append((p, r, p * r / divisor if divisor > 0 else 0.0))
    return [average(column, float(options.confidence)) for column in np.array(samples).T]
