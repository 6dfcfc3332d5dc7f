"""Exact match and token F1, as used in question answering.

The metrics of Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension of text", EMNLP 2016, and "Know
what you don't know", ACL 2018. The functions follow `normalize_answer`, `compute_exact`, `compute_f1` and
`get_raw_scores` of SQuAD 2.0's evaluation script. The script of SQuAD 1.1 differs only for empty texts: it gives two
empty texts an F1 of 0, and does not ignore an empty reference beside others.
"""

from collections import Counter
from collections.abc import Sequence
from string import punctuation

from .tokenizers import SINGLE, WORD, class_of

__all__ = ["exact_match", "squad_tokens", "token_f1", "token_f1_row", "token_f1_score"]


def squad_tokens(text: str) -> list[str]:
    """Returns the lowercase tokens of `text`, without ASCII punctuation and articles."""
    kept, word = "", ""
    for character in f"{text.lower()} ":
        if character in punctuation:
            continue
        # The letters and numbers that `\\w` of `re` matches, by the tables of one Unicode version.
        if is_letter_or_number(character):
            word += character
        else:
            kept += (" " if word in ("a", "an", "the") else word) + character
            word = ""
    return kept.split()


def is_letter_or_number(character: str) -> bool:
    """True if the character is a letter or a number."""
    return class_of(character) in (WORD, SINGLE)


def exact_match(prediction: str, references: Sequence[str], normalization: str = "none") -> float:
    """Returns 1.0 if the prediction equals one of the references, else 0.0.

    >>> exact_match("The Nile.", ["nile"]), exact_match("The Nile.", ["nile"], "squad")
    (0.0, 1.0)
    """
    if normalization == "squad":
        return float(squad_tokens(prediction) in squad_answers(references))
    return float(prediction in references)


def token_f1(prediction: str, references: Sequence[str]) -> float:
    """Returns token F1 of one segment, from 0 to 1: the score of the reference that scores best.

    >>> token_f1("on the river Nile", ["the Nile"])
    0.5
    """
    tokens = squad_tokens(prediction)
    return max(token_f1_score(token_f1_row(tokens, answer))[2] for answer in squad_answers(references))


def squad_answers(references: Sequence[str]) -> list[list[str]]:
    """Returns the tokens of each reference that has tokens, or of one empty reference if none has."""
    return [tokens for tokens in map(squad_tokens, references) if tokens] or [[]]


def token_f1_row(prediction: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Returns the number of common tokens, of tokens of the prediction and of tokens of the reference."""
    return [(Counter(prediction) & Counter(reference)).total(), len(prediction), len(reference)]


def token_f1_score(row: Sequence[int]) -> tuple[float, float, float]:
    """Returns precision, recall and F1 of a row. All are 1 for two empty texts."""
    matches, prediction, reference = row
    if not matches:
        agree = float(prediction == reference == 0)
        return agree, agree, agree
    precision, recall = matches / prediction, matches / reference
    return precision, recall, (2 * precision * recall) / (precision + recall)
