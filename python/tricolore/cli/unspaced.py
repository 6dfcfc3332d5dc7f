"""Texts in scripts without spaces between words, which BLEU's default tokenizer does not split."""

from __future__ import annotations

import re
from typing import Any

from tricolore import BLEU
from tricolore.metrics.metric import Metric

__all__ = ["warning_of"]

# The approximate number of texts that are examined in a batch.
SAMPLE = 200
# A string, which `re` compiles at its first use: that takes milliseconds, and few commands need them.
# Thai and Lao, Tibetan, Myanmar, Khmer, Kana, Han. Korean has spaces.
LETTERS = (
    "[\u0e01-\u0edf\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
# More letters than this between spaces are no word.
LONGEST_WORD = 6


def warning_of(metric: Metric[Any], predictions: Any) -> str | None:
    """A warning if the metric may not suit these predictions (a list or an Arrow column), or None."""
    if not (isinstance(metric, BLEU) and "|tok:13a|" in metric.signature):
        return None
    items = [predictions[place] for place in range(0, len(predictions), len(predictions) // SAMPLE + 1)]
    texts = [item if isinstance(item, str) else item.as_py() for item in items]
    if 2 * sum(map(is_unspaced, texts)) <= len(texts):
        return None
    return (
        "most predictions are in a script without spaces, which 13a does not split into words: give --tokenize zh, "
        "ja-mecab, char or flores200"
    )


def is_unspaced(text: str) -> bool:
    """True if most letters are of such a script, and spaces do not set its words apart."""
    letters = len(re.findall(LETTERS, text))
    others = sum(map(str.isalpha, re.sub(LETTERS, "", text)))
    words = len(text.split())
    return letters > others and (words == 1 or letters > LONGEST_WORD * words)
