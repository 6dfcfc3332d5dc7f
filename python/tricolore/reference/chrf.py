"""chrF and chrF++.

The metrics of Popovic, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015, and "chrF++: words
helping character n-grams", WMT 2017, as sacreBLEU 2.6.0 computes them. Line numbers refer to sacreBLEU's
metrics/chrf.py.
"""

from collections import Counter
from collections.abc import Sequence
from string import punctuation
from typing import Any

__all__ = ["chrf", "chrf_row", "chrf_score", "chrf_words"]

EPS = 1e-16


def chrf(
    prediction: str,
    references: Sequence[str],
    char_order: int = 6,
    word_order: int = 0,
    beta: float = 2,
    lowercase: bool = False,
    whitespace: bool = False,
    eps_smoothing: bool = False,
) -> float:
    """Returns chrF of one segment, from 0 to 100: the score of the reference that scores best.

    >>> round(chrf("The cat sat on the mat.", ["The cat sat on a mat."]), 4)
    71.4225
    """
    if lowercase:
        prediction, references = prediction.lower(), [text.lower() for text in references]
    rows = [chrf_row(prediction, text, char_order, word_order, whitespace) for text in references]
    return max(chrf_score(row, beta, eps_smoothing) for row in rows)


def chrf_row(prediction: str, reference: str, char_order: int, word_order: int, whitespace: bool = False) -> list[int]:
    """Returns three counts per order, characters before words: n-grams of the prediction, of the reference, matches."""
    row: list[int] = []
    for n in range(1, char_order + 1):
        texts = (text if whitespace else "".join(text.split()) for text in (prediction, reference))
        row += figures(*(ngram_counts(text, n) for text in texts))
    for n in range(1, word_order + 1):
        row += figures(*(ngram_counts(chrf_words(text), n) for text in (prediction, reference)))
    return row


def figures(prediction: Counter[Any], reference: Counter[Any]) -> tuple[int, int, int]:
    """Returns the n-grams of the prediction, those of the reference, and the matches.

    The prediction's n-grams count as 0 if the reference has none of this order (:126).
    """
    return (prediction.total() if reference else 0), reference.total(), (prediction & reference).total()


def ngram_counts(units: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1))


def chrf_words(text: str) -> list[str]:
    """Returns the words. One ASCII punctuation mark is split off each, the last or else the first (:134-155)."""
    words = []
    for word in text.split():
        if len(word) > 1 and word[-1] in punctuation:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in punctuation:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words


def chrf_score(row: Sequence[int], beta: float = 2, eps_smoothing: bool = False) -> float:
    """Returns the score of a segment's row, or of the sum of the rows of a corpus (:168-206)."""
    factor = beta**2
    score = precisions = recalls = 0.0
    effective = 0
    orders = [row[i : i + 3] for i in range(0, len(row), 3)]
    for prediction, reference, matches in orders:
        precision = matches / prediction if prediction > 0 else EPS
        recall = matches / reference if reference > 0 else EPS
        denominator = factor * precision + recall
        score += (1 + factor) * precision * recall / denominator if denominator > 0 else EPS
        if prediction > 0 and reference > 0:
            precisions += precision
            recalls += recall
            effective += 1
    if eps_smoothing:
        return 100 * score / len(orders)
    if not precisions + recalls:
        return 0.0
    precisions /= effective
    recalls /= effective
    return 100 * ((1 + factor) * precisions * recalls / (factor * precisions + recalls))
