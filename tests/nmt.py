"""The definition of tensorflow/nmt's BLEU, which evaluate calls "bleu", after its paper and source."""

import math
from collections import Counter


def nmt(predictions, references, order, smooth):
    """Returns the BLEU of tokenized predictions, as a dict with the keys of evaluate's "bleu"."""
    grams = lambda tokens, n: Counter(zip(*(tokens[i:] for i in range(n)), strict=False))  # noqa: E731
    precisions = []
    for n in range(1, order + 1):
        matched = total = 0
        for tokens, own in zip(predictions, references, strict=True):
            most = Counter()
            for reference in own:
                most |= grams(reference, n)
            matched += (grams(tokens, n) & most).total()
            total += max(0, len(tokens) - n + 1)
        if smooth:
            precisions.append((matched + 1.0) / (total + 1.0))
        else:
            precisions.append(matched / total if total else 0.0)
    length, shortest = sum(map(len, predictions)), sum(min(map(len, own)) for own in references)
    ratio = length / shortest
    penalty = 1.0 if ratio > 1.0 else math.exp(1 - 1.0 / ratio)
    mean = math.exp(sum(1.0 / order * math.log(p) for p in precisions)) if min(precisions) > 0 else 0
    return {
        "bleu": mean * penalty,
        "precisions": precisions,
        "brevity_penalty": penalty,
        "length_ratio": ratio,
        "translation_length": length,
        "reference_length": shortest,
    }
