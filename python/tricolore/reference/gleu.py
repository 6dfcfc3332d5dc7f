"""GLEU as NLTK 3.10 computes it: Wu et al., "Google's neural machine translation system", arXiv 2016.

Line numbers refer to NLTK's `translate/gleu_score.py`.
"""

from collections import Counter
from collections.abc import Sequence

from .bleu_tokenizers import bleu_tokens

__all__ = ["gleu", "gleu_row", "gleu_score"]


def gleu(
    prediction: str, references: Sequence[str], tokenize: str = "13a", min_len: int = 1, max_len: int = 4
) -> float:
    """Returns GLEU of one segment, from 0 to 1.

    >>> gleu("the the the the the the the", ["the cat is on the mat"])
    0.09090909090909091
    """
    texts = [bleu_tokens(text, tokenize) for text in (prediction, *references)]
    return gleu_score(gleu_row(texts[0], texts[1:], min_len, max_len))


def gleu_row(prediction: Sequence[str], references: Sequence[Sequence[str]], min_len: int, max_len: int) -> list[int]:
    """Returns the matches and the n-grams of the longer text, for the reference with the best share (:173)."""
    ours = every_ngram(prediction, min_len, max_len)
    rows = []
    for reference in references:
        theirs = every_ngram(reference, min_len, max_len)
        rows.append([(ours & theirs).total(), max(ours.total(), theirs.total())])
    return max((row for row in rows if row[1]), key=gleu_score, default=[0, 0])


def every_ngram(tokens: Sequence[str], min_len: int, max_len: int) -> Counter[tuple[str, ...]]:
    """Returns the count of each n-gram of these orders."""
    return Counter(
        tuple(tokens[place : place + n])
        for n in range(min_len, min(max_len, len(tokens)) + 1)
        for place in range(len(tokens) - n + 1)
    )


def gleu_score(row: Sequence[int]) -> float:
    """Returns the score of a row, or of the sum of the rows of a corpus (:179)."""
    matches, total = row
    return matches / total if total else 0.0
