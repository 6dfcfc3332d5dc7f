"""The specification: every metric of tricolore in pure Python, written to be read.

This code is slow. It imports neither the rest of the package nor the tools whose scores it reproduces. Tests check that
this code, the compiled module and the original tools agree bit for bit.
"""

from .bleu import bleu, bleu_row, bleu_score
from .bleu_tokenizers import bleu_tokens
from .chrf import chrf, chrf_row, chrf_score, chrf_words
from .edit_distance import anls, cer, edit_similarity, error_rates, levenshtein, wer
from .gleu import gleu, gleu_row, gleu_score
from .porter import porter_stem
from .rouge import Counts, Measures, count, measure, rouge
from .squad import exact_match, squad_tokens, token_f1, token_f1_row, token_f1_score
from .ter import ter, ter_reference_tokens, ter_row, ter_score, ter_search, ter_tokens
from .tokenizers import tokenize

__all__ = [
    "Counts",
    "Measures",
    "anls",
    "bleu",
    "bleu_row",
    "bleu_score",
    "bleu_tokens",
    "cer",
    "chrf",
    "chrf_row",
    "chrf_score",
    "chrf_words",
    "count",
    "edit_similarity",
    "error_rates",
    "exact_match",
    "gleu",
    "gleu_row",
    "gleu_score",
    "levenshtein",
    "measure",
    "porter_stem",
    "rouge",
    "squad_tokens",
    "ter",
    "ter_reference_tokens",
    "ter_row",
    "ter_score",
    "ter_search",
    "ter_tokens",
    "token_f1",
    "token_f1_row",
    "token_f1_score",
    "tokenize",
    "wer",
]
