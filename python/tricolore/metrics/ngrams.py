"""N-grams of a text, and the n-grams that a prediction shares with its references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ..reference.rouge import Counts
from ..reference.rouge import ngrams as ngrams_of_tokens
from ..support.options import true_or_false
from ..texts.inputs import single_expected, texts_of
from ..texts.types import SegmentReferences
from .rouge import ROUGE

__all__ = ["ngram_overlap", "ngrams"]


def ngrams(
    text: str, n: int, tokenizer: str | Callable[[str], list[str]] = "default", use_stemmer: bool = False
) -> list[tuple[str, ...]]:
    """The n-grams of a text in order of appearance, as tuples of tokens.

    `tokenizer` and `use_stemmer` are the options of `ROUGE`. The default tokenizer lower-cases; `"whitespace"` keeps
    the text as it is. Raises ValueError for an `n` below 1.

    >>> ngrams("Large Language Models are awesome", n=3)
    [('large', 'language', 'models'), ('language', 'models', 'are'), ('models', 'are', 'awesome')]
    >>> ngrams("Large Language Models", n=2, tokenizer="whitespace")
    [('Large', 'Language'), ('Language', 'Models')]
    """
    if not isinstance(text, str):
        raise TypeError(f"text is not a str but of type {type(text).__name__}")
    return ngrams_of_tokens(ROUGE(("rouge1",), use_stemmer, tokenizer).tokenize(text), order(n))


def ngram_overlap(
    prediction: str,
    references: SegmentReferences[str],
    n: int = 1,
    clip: bool = True,
    tokenizer: str | Callable[[str], list[str]] = "default",
    use_stemmer: bool = False,
) -> Counts:
    """The number of the prediction's n-grams that occur in its references, with both totals.

    With `clip`, an n-gram counts at most as often as it occurs in any one reference, as in BLEU (Papineni et al.,
    2002, section 2.1). Without it, every occurrence in the prediction counts if any reference has the n-gram. The
    reference total is the sum of the largest counts; for one reference it is the number of its n-grams.

    >>> ngram_overlap("cold cold cold cold", "It is cold outside", clip=False)
    Counts(matches=4, prediction_total=4, reference_total=4)
    >>> ngram_overlap("cold cold cold cold", "It is cold outside")
    Counts(matches=1, prediction_total=4, reference_total=4)
    """
    if not isinstance(prediction, str):
        raise single_expected(prediction)
    true_or_false("clip", clip)
    texts = texts_of(references)
    if not texts:
        raise ValueError("references is empty: a segment needs a reference")
    for i, reference in enumerate(texts):
        if not isinstance(reference, str):
            raise TypeError(f"references[{i}] is not a str but of type {type(reference).__name__}")
    metric = ROUGE(("rouge1",), use_stemmer, tokenizer)
    counts, *in_references = (
        Counter(ngrams_of_tokens(metric.tokenize(text), order(n))) for text in (prediction, *texts)
    )
    most: Counter[tuple[str, ...]] = Counter()
    for other in in_references:
        most |= other
    if clip:
        matches = (counts & most).total()
    else:
        matches = sum(count for ngram, count in counts.items() if ngram in most)
    return Counts(matches, counts.total(), most.total())


def order(n: int) -> int:
    """`n`, if it is a valid order of n-grams. Raises TypeError or ValueError otherwise."""
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"n is {n!r}: it must be an int")
    if n < 1:
        raise ValueError(f"n is {n}: it must be at least 1")
    return n
