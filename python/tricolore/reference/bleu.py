"""BLEU.

The metric of Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002, as
sacreBLEU 2.6.0 computes it. Line numbers refer to sacreBLEU's metrics/bleu.py.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .bleu_tokenizers import bleu_tokens

__all__ = ["BLEUFigures", "bleu", "bleu_row", "bleu_score", "clipped"]

DEFAULT_VALUES = {"none": None, "floor": 0.1, "add-k": 1, "exp": None}


class BLEUFigures(NamedTuple):
    """The score of a row, with its parts."""

    score: float
    """From 0 to 100."""
    counts: list[float]
    """The clipped matches by order. Above order 1, add-k smoothing has added its value to them."""
    totals: list[float]
    """The n-grams of the prediction by order. Above order 1, add-k smoothing has added its value to them."""
    precisions: list[float]
    """The smoothed precisions by order, from 0 to 100."""
    bp: float
    """The brevity penalty."""
    sys_len: int
    """The number of tokens of the prediction."""
    ref_len: int
    """The number of tokens of the closest reference."""


def bleu(
    prediction: str,
    references: Sequence[str],
    tokenize: str = "13a",
    lowercase: bool = False,
    max_ngram_order: int = 4,
    smooth_method: str = "exp",
    smooth_value: float | None = None,
    effective_order: bool = True,
) -> BLEUFigures:
    """Returns BLEU of one segment.

    >>> round(bleu("The cat sat on the mat.", ["The cat sat on a mat."]).score, 4)
    48.8923
    """
    tokens = bleu_tokens(prediction, tokenize, lowercase)
    row = bleu_row(tokens, [bleu_tokens(text, tokenize, lowercase) for text in references], max_ngram_order)
    return bleu_score(row, smooth_method, smooth_value, effective_order)


def bleu_row(prediction: Sequence[str], references: Sequence[Sequence[str]], max_ngram_order: int = 4) -> list[int]:
    """Returns the lengths of the prediction and of the closest reference, then the matches and the totals by order."""
    # Of two references that are equally close, the shorter one counts (:342).
    closest = min((abs(len(r) - len(prediction)), len(r)) for r in references)[1]
    orders = range(1, max_ngram_order + 1)
    matches = [sum(clipped(prediction, references, n).values()) for n in orders]
    totals = [max(0, len(prediction) - n + 1) for n in orders]
    return [len(prediction), closest, *matches, *totals]


def clipped(prediction: Sequence[str], references: Sequence[Sequence[str]], n: int) -> Counter[tuple[str, ...]]:
    """Returns the n-grams of the prediction, each counted at most as often as it occurs in any one reference."""
    most: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        most |= ngram_counts(reference, n)
    return ngram_counts(prediction, n) & most


def ngram_counts(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def bleu_score(
    row: Sequence[int],
    smooth_method: str = "exp",
    smooth_value: float | None = None,
    effective_order: bool = False,
) -> BLEUFigures:
    """Returns the score of a segment's row, or of the sum of the rows of a corpus (:240-293).

    The logarithms are added by the `sum` of the running interpreter, which compensates rounding errors since Python
    3.12.
    """
    order = (len(row) - 2) // 2
    sys_len, ref_len = row[:2]
    counts: list[float] = list(row[2 : 2 + order])
    totals: list[float] = list(row[2 + order :])
    value = DEFAULT_VALUES[smooth_method] if smooth_value is None else smooth_value
    bp = 1.0
    if sys_len < ref_len:
        bp = math.exp(1 - ref_len / sys_len) if sys_len > 0 else 0.0
    precisions = [0.0] * order
    if not any(counts):
        return BLEUFigures(0.0, counts, totals, precisions, bp, sys_len, ref_len)
    halves = 1.0
    effective = order
    for n in range(order):
        if smooth_method == "add-k" and n > 0:
            assert value is not None
            counts[n] += value
            totals[n] += value
        if totals[n] == 0:
            break
        if effective_order:
            effective = n + 1
        if counts[n] > 0:
            precisions[n] = 100.0 * counts[n] / totals[n]
        elif smooth_method == "exp":
            halves *= 2
            precisions[n] = 100.0 / (halves * totals[n])
        elif smooth_method == "floor":
            assert value is not None
            precisions[n] = 100.0 * value / totals[n]
    # sacreBLEU takes this int for the logarithm of zero (:33).
    logs = [math.log(p) if p else -9999999999 for p in precisions[:effective]]
    return BLEUFigures(bp * math.exp(sum(logs) / effective), counts, totals, precisions, bp, sys_len, ref_len)
