"""Exact match and the F1 of tokens, as question answering has them.

Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension of text", EMNLP 2016, and "Know
what you don't know", ACL 2018: `normalize_answer`, `compute_exact`, `compute_f1` and `get_raw_scores` of
the evaluation script of SQuAD 2.0. It differs from that of 1.1 in empty texts alone: there two of them
have F1 0, and an empty reference counts beside others.
"""

from collections import Counter
from collections.abc import Sequence
from string import punctuation

from .tokenizers import SINGLE, WORD, class_of

__all__ = ["exact_match", "squad_tokens", "token_f1", "token_f1_row", "token_f1_score"]


def squad_tokens(text: str) -> list[str]:
    """Tokens of `text` without case, ASCII punctuation and articles."""
    kept, word = "", ""
    for character in f"{text.lower()} ":
        if character in punctuation:
            continue
        # What `\\w` of `re` takes, by the tables of one Unicode version.
        if is_letter_or_number(character):
            word += character
        else:
            kept += (" " if word in ("a", "an", "the") else word) + character
            word = ""
    return kept.split()


def is_letter_or_number(character: str) -> bool:
    """Whether it is a part of a word."""
    return class_of(character) in (WORD, SINGLE)


def exact_match(prediction: str, references: Sequence[str], normalization: str = "none") -> float:
    """1.0 if the prediction is one of the references, 0.0 if not.

    >>> exact_match("The Nile.", ["nile"]), exact_match("The Nile.", ["nile"], "squad")
    (0.0, 1.0)
    """
    if normalization == "squad":
        return float(squad_tokens(prediction) in squad_answers(references))
    return float(prediction in references)


def token_f1(prediction: str, references: Sequence[str]) -> float:
    """F1 of the tokens of both, from 0 to 1; of several references the best.

    >>> token_f1("on the river Nile", ["the Nile"])
    0.5
    """
    tokens = squad_tokens(prediction)
    return max(token_f1_score(token_f1_row(tokens, answer))[2] for answer in squad_answers(references))


def squad_answers(references: Sequence[str]) -> list[list[str]]:
    """The tokens of each reference that has some; of one that has none if all are such."""
    return [tokens for tokens in map(squad_tokens, references) if tokens] or [[]]


def token_f1_row(prediction: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Tokens that both have, of the prediction, of the reference."""
    return [(Counter(prediction) & Counter(reference)).total(), len(prediction), len(reference)]


def token_f1_score(row: Sequence[int]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a row: two empty texts agree in all."""
    matches, prediction, reference = row
    if not matches:
        agree = float(prediction == reference == 0)
        return agree, agree, agree
    precision, recall = matches / prediction, matches / reference
    return precision, recall, (2 * precision * recall) / (precision + recall)
