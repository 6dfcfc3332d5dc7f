"""Compares every score with the definitions and the installed originals, bit by bit.

    python -m tricolore.verify [--originals] [--data PATH ...] [-m METRIC ...] [--segments N] [-f FORM]

Without data it scores built-in texts that tokenizers often treat wrongly. The exit code is 1 if any figure differs.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from .._core import __version__
from ..cli.error import CommandError
from ..cli.files.inputs import check_paths, files_in
from ..cli.files.keys import Keys
from ..cli.files.read import DEFAULTS, Files, read_segments
from ..support.tables.latex import as_latex
from ..support.tables.markdown import as_markdown, escaped
from ..support.tables.table import Table, table_of
from ..support.tables.text import as_text
from ..support.visible import visible
from .checks import checks
from .comparison import Outcome, compared
from .hard_texts import Segments, hard_segments

__all__ = ["main"]

FORMS = ("text", "markdown", "latex", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compares, and returns the exit code: 0 if all figures are equal, 1 if any differs, 2 for wrong input."""
    parser = argparse.ArgumentParser(prog="python -m tricolore.verify", description=(__doc__ or "").splitlines()[0])
    names = list(dict.fromkeys(check.name for check in checks()))
    parser.add_argument("--data", nargs="+", metavar="PATH", default=[], help="files of segments, or folders of them")
    parser.add_argument("--originals", action="store_true", help="compare with the originals that are installed, too")
    parser.add_argument("-m", "--metric", nargs="+", choices=names, default=names, help="metrics (default: all)")
    parser.add_argument(
        "--segments", type=positive, default=100, help="the most segments of a file, evenly spaced (default: 100)"
    )
    parser.add_argument("--prediction-key", default=DEFAULTS.prediction, metavar="KEY", help="as for tricolore score")
    parser.add_argument("--reference-key", nargs="+", default=DEFAULTS.references, metavar="KEY")
    parser.add_argument("-f", "--format", choices=FORMS, default="text", help="the form of the table")
    given = parser.parse_args(arguments)
    try:
        sources = sources_of(given)
    except CommandError as error:
        print(f"tricolore.verify: error: {visible(str(error))}", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    for check in checks():
        if check.name in given.metric:
            for data in sources:
                show(f"{check.name} {check.options} on {visible(data.source)}")
                outcomes += compared(check, data, given.originals)
    show("")
    print_all(outcomes, sources, given.format)
    return 1 if any(outcome.differ for outcome in outcomes) else 0


def show(progress: str) -> None:
    """Shows a line in place of the last one, on a terminal."""
    if sys.stderr.isatty():
        print(progress, end="\033[K\r", file=sys.stderr, flush=True)


def positive(text: str) -> int:
    """The positive whole number that the text is."""
    if not text.isascii() or not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def sources_of(given: argparse.Namespace) -> list[Segments]:
    """The segments of each file, or the built-in ones."""
    if not given.data:
        return [hard_segments(given.segments)]
    check_paths(*given.data)
    keys = Keys(given.prediction_key, tuple(given.reference_key))
    sources = []
    for path in files_in(given.data, []):
        files = Files(path, [], None, keys)
        files.check()
        read = read_segments(files)
        places = spaced(len(read.predictions), given.segments)
        sources.append(
            Segments(path, [read.predictions[place] for place in places], [read.references[place] for place in places])
        )
    return sources


def spaced(count: int, most: int) -> list[int]:
    """At most `most` places below `count`, evenly spaced."""
    number = min(count, most)
    return [place * count // number for place in range(number)]


def print_all(outcomes: Sequence[Outcome], sources: Sequence[Segments], form: str) -> None:
    """Prints the table, the first differences, the versions, the checksums of the data and the verdict."""
    facts = facts_of(sources)
    if form == "json":
        print(json.dumps({**facts, "outcomes": [outcome._asdict() for outcome in outcomes]}, indent=2))
        return
    lines = [f"{own.metric} {own.options}: {own.data}: {own.first}" for own in outcomes if own.first]
    lines += [f"{name}: {value}" for name, value in facts.items()]
    missing = dict.fromkeys(outcome.compared_with.split()[0] for outcome in outcomes if outcome.values is None)
    if missing:
        lines.append(f"not compared, because they are not installed: {', '.join(missing)}")
    lines.append(f"{sum(own.differ for own in outcomes)} of {sum(own.values or 0 for own in outcomes)} values differ")
    lines = [visible(line) for line in lines]
    if form == "latex":
        print(as_latex(table(outcomes), tuple(lines)))
    elif form == "markdown":
        print(as_markdown(table(outcomes)), "", *(f"- {escaped(line)}" for line in lines), sep="\n")
    else:
        print(as_text(table(outcomes)), *lines, sep="\n")


def facts_of(sources: Sequence[Segments]) -> dict[str, str]:
    """The versions, the processor, and a checksum of each source's texts, by name."""
    facts = {
        "tricolore": __version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}, numpy {np.__version__}",
        "system": platform.platform(),
    }
    for data in sources:
        texts = json.dumps([data.predictions, data.references]).encode()
        facts[f"SHA-256 of {len(data.predictions)} segments of {data.source}"] = sha256(texts).hexdigest()
    return facts


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each comparison."""
    rows = [
        (
            outcome.metric,
            outcome.options or "defaults",
            outcome.data,
            outcome.compared_with,
            str(outcome.segments),
            "" if outcome.values is None else str(outcome.values),
            "" if outcome.values is None else str(outcome.differ),
        )
        for outcome in outcomes
    ]
    return table_of(("metric", "options", "data", "compared with", "segments", "values", "differ"), rows)


if __name__ == "__main__":
    sys.exit(main())
