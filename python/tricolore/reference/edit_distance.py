"""Edit distances: WER and CER as jiwer 4.0 computes them, edit similarity as rapidfuzz 3 does, and ANLS.

WER goes back to Levenshtein, Soviet Physics Doklady 1966. MER, WIL and WIP are those of Morris et al., "From WER and
RIL to MER and WIL", Interspeech 2004. ANLS is the metric of Biten et al., "Scene text visual question answering", ICCV
2019, as the script of DocVQA computes it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = [
    "ErrorRates",
    "alignment",
    "anls",
    "cer",
    "cer_tokens",
    "edit_similarity",
    "error_rates",
    "errors_row",
    "levenshtein",
    "similarity",
    "wer",
    "wer_tokens",
]

# rapidfuzz splits a pair if the bits of its table would take this many bytes, unless a text is short.
MOST_STORED = 1 << 20
FEWEST_REFERENCE, FEWEST_PREDICTION = 65, 10


class ErrorRates(NamedTuple):
    """The four measures of jiwer, each from the same numbers of hits and errors."""

    wer: float
    mer: float
    wil: float
    wip: float


def wer(prediction: str, references: Sequence[str]) -> float:
    """Returns the word error rate of one segment: that of the reference with the lowest rate.

    >>> wer("the cat sat on mat", ["the cat sat on the mat"])
    0.16666666666666666
    """
    return min(error_rates(errors_row(wer_tokens(prediction), wer_tokens(text))).wer for text in references)


def cer(prediction: str, references: Sequence[str]) -> float:
    """Returns the character error rate of one segment: that of the reference with the lowest rate.

    >>> cer("cart ", ["cat"])
    0.3333333333333333
    """
    return min(error_rates(errors_row(cer_tokens(prediction), cer_tokens(text))).wer for text in references)


def wer_tokens(text: str) -> list[str]:
    """Returns the words of a text by jiwer's default transform. A single tab or line end belongs to a word.

    >>> wer_tokens(" a  b\\tc d")
    ['a', 'b\\tc', 'd']
    """
    return [word for word in re.sub(r"\s\s+", " ", text).strip().split(" ") if word]


def cer_tokens(text: str) -> list[str]:
    """Returns the characters of a text without white space at its ends."""
    return list(text.strip())


def errors_row(prediction: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Returns the numbers of hits, substitutions, deletions and insertions."""
    steps = alignment(prediction, reference)
    return [steps.count(" "), steps.count("s"), steps.count("d"), steps.count("i")]


def error_rates(row: Sequence[int]) -> ErrorRates:
    """Returns the measures of a row, or of the sum of the rows of a corpus (process.py:231-255)."""
    hits, substitutions, deletions, insertions = row
    errors = substitutions + deletions + insertions
    reference, prediction = hits + substitutions + deletions, hits + substitutions + insertions
    if not reference:
        # An empty reference has no rate: jiwer counts the words of the prediction.
        wip = 0.0 if prediction else 1.0
        return ErrorRates(float(insertions), 1 - wip, 1 - wip, wip)
    wip = (hits / reference) * (hits / prediction) if prediction else 0.0
    return ErrorRates(errors / reference, errors / (hits + errors), 1 - wip, wip)


def alignment(prediction: Sequence[str], reference: Sequence[str], most: int | None = None) -> str:
    """Returns the steps of the alignment that rapidfuzz takes: a space for a hit, or `s`, `d` or `i` for an error.

    Among alignments of equal cost, the way back through the table takes a deletion before an insertion, and an
    insertion before a pair of tokens. `most` is the highest cost that the caller knows of. Large tables are split at
    the middle of the prediction (rapidfuzz-cpp, `levenshtein_align_hirschberg`).

    >>> alignment("the cat sat".split(), "a cat sat down".split())
    's  d'
    """
    start = 0
    while start < min(len(prediction), len(reference)) and prediction[start] == reference[start]:
        start += 1
    prediction, reference = prediction[start:], reference[start:]
    end = 0
    while end < min(len(prediction), len(reference)) and prediction[-1 - end] == reference[-1 - end]:
        end += 1
    prediction, reference = prediction[: len(prediction) - end], reference[: len(reference) - end]
    longest = max(len(prediction), len(reference))
    most = longest if most is None else min(most, longest)
    stored = min(len(reference), 2 * most + 1) * len(prediction) // 4
    long = len(reference) >= FEWEST_REFERENCE and len(prediction) >= FEWEST_PREDICTION
    steps = split(prediction, reference) if long and stored >= MOST_STORED else way_back(prediction, reference)
    return " " * start + steps + " " * end


def split(prediction: Sequence[str], reference: Sequence[str]) -> str:
    """Returns the steps of the two halves of a pair. The first column of lowest cost divides the reference."""
    middle = len(prediction) // 2
    left = levenshtein_row(prediction[:middle], reference)
    right = levenshtein_row(prediction[middle:][::-1], reference[::-1])[::-1]
    column = min(range(len(left)), key=lambda column: left[column] + right[column])
    return alignment(prediction[:middle], reference[:column], left[column]) + alignment(
        prediction[middle:], reference[column:], right[column]
    )


def way_back(prediction: Sequence[str], reference: Sequence[str]) -> str:
    """Returns the steps of the alignment of a pair, read back from its table."""
    table = [list(range(len(reference) + 1))]
    for token in prediction:
        table.append(next_row(table[-1], token, reference))
    i, j, steps = len(prediction), len(reference), ""
    while i or j:
        if not i or (j and table[i][j] == table[i][j - 1] + 1):
            j, step = j - 1, "d"
        elif not j or (i > 1 and table[i - 1][j] == table[i - 1][j - 1] - 1):
            i, step = i - 1, "i"
        else:
            i, j = i - 1, j - 1
            step = " " if prediction[i] == reference[j] else "s"
        steps = step + steps
    return steps


def levenshtein(prediction: Sequence[str], reference: Sequence[str]) -> int:
    """Returns the fewest insertions, deletions and substitutions that turn one text into the other.

    >>> levenshtein("kitten", "sitting")
    3
    """
    return levenshtein_row(prediction, reference)[-1]


def levenshtein_row(prediction: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Returns the distance of the prediction to each prefix of the reference."""
    row = list(range(len(reference) + 1))
    for token in prediction:
        row = next_row(row, token, reference)
    return row


def next_row(above: list[int], token: str, reference: Sequence[str]) -> list[int]:
    """Returns the row of the table after one more token of the prediction."""
    row = [above[0] + 1]
    for j, other in enumerate(reference):
        row.append(min(above[j] + (token != other), above[j + 1] + 1, row[j] + 1))
    return row


def indel(prediction: Sequence[str], reference: Sequence[str]) -> int:
    """Returns the fewest insertions and deletions that turn one text into the other."""
    row = list(range(len(reference) + 1))
    for token in prediction:
        above, row = row, [row[0] + 1]
        for j, other in enumerate(reference):
            row.append(above[j] if token == other else min(above[j + 1], row[j]) + 1)
    return row[-1]


def edit_similarity(prediction: str, references: Sequence[str], substitutions: bool = True) -> float:
    """Returns one minus the edit distance over the highest possible distance: that of the most similar reference.

    >>> edit_similarity("kitten", ["sitting"]), edit_similarity("kitten", ["sitting"], substitutions=False)
    (0.5714285714285714, 0.6153846153846154)
    """
    if substitutions:
        rows = ([levenshtein(prediction, text), max(len(prediction), len(text))] for text in references)
    else:
        rows = ([indel(prediction, text), len(prediction) + len(text)] for text in references)
    return max(similarity(row) for row in rows)


def anls(prediction: str, references: Sequence[str], threshold: float = 0.5) -> float:
    """Returns ANLS of one segment: the similarity of the best reference, or 0 below the threshold.

    >>> anls(" The  Nile", ["the nile.", "Nil"]), anls("Congo", ["Nile"])
    (0.8888888888888888, 0.0)
    """
    texts = [" ".join(text.lower().split()) for text in (prediction, *references)]
    best = edit_similarity(texts[0], texts[1:])
    return best if best >= threshold else 0.0


def similarity(row: Sequence[int]) -> float:
    """Returns the similarity of a row: one minus the distance over the highest possible distance."""
    distance, most = row
    return 1 - (distance / most if most else 0.0)
