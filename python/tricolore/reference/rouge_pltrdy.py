"""ROUGE as the packages rouge 1.0.1, by pltrdy, and rouge_chinese 1.0.3 compute it.

Line numbers refer to rouge's rouge_score.py, unless a package or a file is named. Both texts must have a sentence; the
packages raise a ValueError otherwise (:239, :370).
"""

import re
from collections import Counter
from collections.abc import Sequence

from .rouge import Counts, Measures, lcs, ngrams

__all__ = ["count", "measure", "rouge", "sentences"]

# A newline goes between the two groups (rouge_chinese, rouge.py:91-94).
CHINESE_ENDS = [
    r"([。！？?])([^”’])",
    r"(\.{6})([^”’])",
    r"(…{2})([^”’])",
    r"([。！？?][”’])([^，。！？?])",
]


def rouge(
    prediction: str,
    reference: str,
    types: Sequence[str] = ("rouge-1", "rouge-2", "rouge-l"),
    exclusive: bool = True,
    chinese: bool = False,
) -> dict[str, Measures]:
    """Returns the scores of one prediction and one reference by type.

    Args:
        prediction: the text to score.
        reference: the text to compare it with.
        types: `rouge-1` to `rouge-5`, and `rouge-l`.
        exclusive: True if each n-gram or word counts once, False if every occurrence counts.
        chinese: True for the rules of rouge_chinese, False for those of rouge.
    """
    return {name: measure(count(name, prediction, reference, exclusive, chinese)) for name in types}


def measure(counts: Counts) -> Measures:
    """Returns precision, recall and F-measure (:270-283)."""
    precision = counts.matches / counts.prediction_total if counts.prediction_total else 0.0
    recall = counts.matches / counts.reference_total if counts.reference_total else 0.0
    return Measures(precision, recall, 2.0 * ((precision * recall) / (precision + recall + 1e-8)))


def count(name: str, prediction: str, reference: str, exclusive: bool = True, chinese: bool = False) -> Counts:
    """Returns the counts of one type for one prediction and one reference."""
    once = set if exclusive else list
    prediction_sentences, reference_sentences = sentences(prediction, chinese), sentences(reference, chinese)
    p, r = ([word for words in side for word in words] for side in (prediction_sentences, reference_sentences))
    if name == "rouge-l" and chinese:
        # The sentences are joined, and every occurrence counts (rouge_chinese, :374-388).
        return Counts(len(lcs(p, r)), len(p), len(r))
    if name == "rouge-l":
        # Each sentence of the reference with each of the prediction (:316-319, :386-391). Of several LCSs, the way back
        # of :185-192 decides: it is that of rouge_score with the sides exchanged.
        in_lcs = [x[i] for x in reference_sentences for y in prediction_sentences for i, _ in lcs(x, y)]
        return Counts(len(once(in_lcs)), len(once(p)), len(once(r)))
    n = int(name.removeprefix("rouge-"))
    of_prediction, of_reference = Counter(once(ngrams(p, n))), Counter(once(ngrams(r, n)))
    return Counts((of_prediction & of_reference).total(), of_prediction.total(), of_reference.total())


def sentences(text: str, chinese: bool = False) -> list[list[str]]:
    """Returns the words of each sentence (rouge.py:115). A sentence of white space has one word, the empty one."""
    if chinese:
        for pattern in CHINESE_ENDS:
            text = re.sub(pattern, r"\1\n\2", text)
        parts = text.rstrip().split("\n")
    else:
        parts = text.split(".")
    return [part.split() or [""] for part in parts if part]
