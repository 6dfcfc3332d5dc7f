"""ROUGE.

The metric of Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, as rouge_score 0.1.2 computes it.
Line numbers refer to rouge_score's rouge_scorer.py, unless a file is named.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .tokenizers import lines as newline_lines
from .tokenizers import tokenize

__all__ = ["Counts", "Measures", "count", "lcs", "longest_run", "measure", "ngrams", "rouge", "union"]

Tokens = Sequence[str]


class Counts(NamedTuple):
    """The counts of one type for one prediction and one reference."""

    matches: int
    prediction_total: int
    reference_total: int


class Measures(NamedTuple):
    """Precision, recall and F-measure of one type, from 0 to 1."""

    precision: float
    recall: float
    fmeasure: float


def rouge(
    prediction: str,
    references: Sequence[str],
    types: Sequence[str] = ("rouge1", "rouge2", "rougeL", "rougeLsum"),
    use_stemmer: bool = False,
    tokenizer: str | Callable[[str], list[str]] = "default",
    multi_reference: str = "best",
    split_summaries: str | Callable[[str], Sequence[str]] | None = None,
) -> dict[str, Measures]:
    """Returns the scores of one segment by type."""
    options = use_stemmer, tokenizer, split_summaries
    scores = {}
    for name in types:
        each = [measure(count(name, prediction, reference, *options)) for reference in references]
        if multi_reference == "best":
            # The first of the references with the highest F-measure (:80).
            scores[name] = max(each, key=lambda measures: measures.fmeasure)
        else:
            scores[name] = Measures(*(math.fsum(figure) / len(each) for figure in zip(*each, strict=True)))
    return scores


def measure(counts: Counts) -> Measures:
    """Returns precision, recall and F-measure (scoring.py:164, :330)."""
    precision = counts.matches / max(counts.prediction_total, 1)
    recall = counts.matches / max(counts.reference_total, 1)
    if precision + recall > 0:
        return Measures(precision, recall, 2 * precision * recall / (precision + recall))
    return Measures(precision, recall, 0.0)


def count(
    name: str,
    prediction: str,
    reference: str,
    use_stemmer: bool = False,
    tokenizer: str | Callable[[str], list[str]] = "default",
    split_summaries: str | Callable[[str], Sequence[str]] | None = None,
) -> Counts:
    """Returns the counts of one type for one prediction and one reference."""
    if isinstance(split_summaries, str):
        # A separator is treated like a newline.
        prediction, reference = (text.replace(split_summaries, "\n") for text in (prediction, reference))

    def tokens(text: str) -> list[str]:
        return tokenize(text, tokenizer, use_stemmer) if isinstance(tokenizer, str) else tokenizer(text)

    if name == "rougeLsum":
        # (:134-144)
        lines = split_summaries if callable(split_summaries) else newline_lines
        prediction_lines = [tokens(line) for line in lines(prediction) if line]
        reference_lines = [tokens(line) for line in lines(reference) if line]
        p, r = ([token for line in side for token in line] for side in (prediction_lines, reference_lines))
        # A token counts at most as often as it occurs in the prediction (:271).
        in_union = Counter(r[j] for _, j in union(prediction_lines, reference_lines))
        return Counts((in_union & Counter(p)).total(), len(p), len(r))
    p, r = tokens(prediction), tokens(reference)
    if name == "rougeL":
        return Counts(len(lcs(p, r)), len(p), len(r))
    if name == "rougeLsubstr":
        return Counts(len(longest_run(p, r)), len(p), len(r))
    n = int(name.removeprefix("rouge"))
    of_prediction, of_reference = Counter(ngrams(p, n)), Counter(ngrams(r, n))
    return Counts((of_prediction & of_reference).total(), of_prediction.total(), of_reference.total())


def ngrams(tokens: Tokens, n: int) -> list[tuple[str, ...]]:
    """Returns the n-grams in order of appearance."""
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def lcs(prediction: Tokens, reference: Tokens) -> list[tuple[int, int]]:
    """Returns a longest common subsequence, as pairs of places in the prediction and in the reference.

    Of several, the backtracking of rouge_score (:216) decides: it takes a match where there is one. Otherwise it steps
    back in the prediction if that keeps a strictly greater length, else in the reference.
    """
    t = [[0] * (len(prediction) + 1)]
    for r in reference:
        above, row = t[-1], [0]
        for j, p in enumerate(prediction):
            longer = above[j + 1] if above[j + 1] > row[j] else row[j]
            row.append(above[j] + 1 if r == p else longer)
        t.append(row)
    i, j = len(reference), len(prediction)
    pairs = []
    while i > 0 and j > 0:
        if reference[i - 1] == prediction[j - 1]:
            pairs.append((j - 1, i - 1))
            i, j = i - 1, j - 1
        elif t[i][j - 1] > t[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return pairs[::-1]


def union(prediction_lines: Sequence[Tokens], reference_lines: Sequence[Tokens]) -> list[tuple[int, int]]:
    """Returns the union of the LCSs of each line of the reference with all lines of the prediction.

    See section 3.2 of Lin's paper. The result has pairs of places in the prediction and in the reference, both counted
    through all lines. A place in the reference is paired by the first line of the prediction that matches it.
    """
    pairs = []
    reference_start = 0
    for reference in reference_lines:
        first: dict[int, int] = {}
        prediction_start = 0
        for prediction in prediction_lines:
            for i, j in lcs(prediction, reference):
                first.setdefault(reference_start + j, prediction_start + i)
            prediction_start += len(prediction)
        reference_start += len(reference)
        pairs += [(first[j], j) for j in sorted(first)]
    return pairs


def longest_run(prediction: Tokens, reference: Tokens) -> list[tuple[int, int]]:
    """Returns the first longest contiguous run of common tokens, as pairs of places like those of `lcs`."""
    length = end = shift = 0
    before = [0] * (len(reference) + 1)
    for i, p in enumerate(prediction, start=1):
        row = [0] + [before[j] + 1 if p == r else 0 for j, r in enumerate(reference)]
        if max(row) > length:
            length, end = max(row), i
            shift = row.index(length) - i
        before = row
    return [(i, i + shift) for i in range(end - length, end)]
