"""files2rouge 2.1.0 without Perl: two files with a summary a line, scored by ROUGE-1.5.5.

    python -m tricolore.compat.rouge155.files2rouge references.txt summaries.txt

The original's WordNet database is empty, so `exceptions="none"` is what it computes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from time import time
from typing import Any

from .evaluations import Evaluation
from .pyrouge import see, system_output

__all__ = ["main", "run"]

DEFAULT_ARGUMENTS = "-c 95 -r 1000 -n 2 -a"


def run(
    summ_path: str,
    ref_path: str,
    rouge_args: str | Sequence[object] | None = None,
    verbose: bool = False,
    saveto: str | None = None,
    eos: str = ".",
    ignore_empty_reference: bool = False,
    ignore_empty_summary: bool = False,
    stemming: bool = True,
) -> None:
    """Prints the lines of the script for the summaries and references of two files, line by line.

    Args:
        summ_path, ref_path: the files.
        rouge_args: flags of the script, instead of `-c 95 -r 1000 -n 2 -a`.
        verbose: the original shows its log; there is none here.
        saveto: a file to which the lines of the script are written too.
        eos: the mark that ends a sentence, with a space before it.
        ignore_empty_reference, ignore_empty_summary: True to leave out lines whose reference or summary is empty.
        stemming: True to stem (`-m`).

    Raises ValueError for files of different lengths and for an empty line that is not to be ignored, naming it.
    """
    started = time()
    print("Preparing documents...", end=" ")
    summaries, references = lines_of(summ_path), lines_of(ref_path)
    if len(summaries) != len(references):
        raise ValueError(
            f"{summ_path} has {len(summaries)} lines and {ref_path} has {len(references)}: they must have as many"
        )
    kept = []
    for number, (summary, reference) in enumerate(zip(summaries, references, strict=True)):
        empty = [(summ_path, summary, ignore_empty_summary), (ref_path, reference, ignore_empty_reference)]
        without_text = [(path, ignored) for path, line, ignored in empty if not line.strip()]
        for path, ignored in without_text:
            if not ignored:
                raise ValueError(
                    f"{path}:{number + 1} is empty: ignore_empty_summary or ignore_empty_reference skips it"
                )
        if not without_text:
            kept.append((f"s.{number}.txt", sentences(summary, eos), sentences(reference, eos)))
    print(f"{len(summaries) - len(kept)} line(s) ignored")
    print("Running ROUGE...")
    # The original names a file by the number of its line, and evaluates files in the order of their names.
    kept.sort()
    evaluations = [
        Evaluation(str(number), "SEE", {"1": see(summary)}, [see(reference)])
        for number, (_, summary, reference) in enumerate(kept, start=1)
    ]
    given: Any = rouge_args or DEFAULT_ARGUMENTS
    arguments = given.split() if isinstance(given, str) else [str(argument) for argument in given]
    output = system_output([*arguments, *["-m"] * stemming, "--exceptions", "none"], evaluations, "1")
    print(output)
    if saveto is not None:
        from ...support.atomic_file import write_whole

        with write_whole(saveto, "wb") as file:
            file.write(f"{output}\n".encode())
    print(f"Elapsed time: {time() - started:.3f} seconds")


def lines_of(path: str) -> list[str]:
    """The lines of a file with their ends."""
    with open(path, encoding="utf-8") as file:
        return [*file]


def sentences(line: str, eos: str) -> str:
    """The sentences of a line, one a line."""
    return " .\n".join(line.split(f" {eos}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line of files2rouge and returns its exit status."""
    parser = argparse.ArgumentParser(prog="files2rouge", description="ROUGE-1.5.5 of two files, line by line")
    parser.add_argument("reference", help="the file of references")
    parser.add_argument("summary", help="the file of summaries")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the log")
    parser.add_argument("-a", "--args", help="flags of ROUGE-1.5.5")
    parser.add_argument("-s", "--saveto", help="a file for the scores")
    parser.add_argument("-e", "--eos", default=".", help="the mark that ends a sentence; default: .")
    parser.add_argument("-m", "--no_stemming", action="store_true", help="do not stem")
    parser.add_argument("-i", "--ignore_empty", action="store_true", help="leave out lines that are empty on a side")
    given = parser.parse_args(arguments)
    run(
        given.summary,
        given.reference,
        given.args,
        given.verbose,
        given.saveto,
        given.eos,
        given.ignore_empty,
        given.ignore_empty,
        not given.no_stemming,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
