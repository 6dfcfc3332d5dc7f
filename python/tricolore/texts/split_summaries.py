"""The option `split_summaries`: the sentences of a text, as lines, which ROUGE-Lsum compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from .. import _core
from .callable_tokenizers import TokenizerCallable, callable_name, spaced, tokens_of
from .translated import Kind, TranslatedTexts

__all__ = [
    "LSUM",
    "OneLineWarning",
    "SplitSummaries",
    "checked_split",
    "lines_of",
    "rouge_of_translated",
    "split_field",
    "with_newlines",
]

LSUM = "rougeLsum"


class OneLineWarning(UserWarning):
    """Warns that ROUGE-Lsum is asked for but no text has more than one line."""


SplitSummaries: TypeAlias = str | Callable[[str], Iterable[str]] | None
"""None to split at newlines, a separator that stands for a newline, or a callable that returns sentences."""


def checked_split(split: SplitSummaries, tokenizer: object) -> SplitSummaries:
    """The value of the option, if it is valid. Raises TypeError or ValueError otherwise."""
    if split is None:
        return None
    if not callable(split) and not isinstance(split, str):
        raise TypeError(f"split_summaries is {split!r}: it must be None, a separator or a callable")
    if split == "":
        raise ValueError("split_summaries is empty: give a separator such as '<n>', or None for newlines")
    if tokenizer == "pretokenized":
        raise ValueError("split_summaries is for texts: with the tokenizer 'pretokenized' a text is one line")
    return split


def with_newlines(text: str, split: SplitSummaries) -> str:
    """The text as all types but ROUGE-Lsum see it: a newline replaces each separator."""
    return text.replace(split, "\n") if isinstance(split, str) else text


def lines_of(text: str, split: SplitSummaries) -> list[str]:
    """The sentences of a text that are not empty."""
    if not callable(split):
        return [line for line in with_newlines(text, split).split("\n") if line]
    sentences = split(text)
    if isinstance(sentences, str) or not isinstance(sentences, Iterable):
        raise TypeError(
            f"split_summaries gave a {type(sentences).__name__} for {text!r:.60}: it must give a list of str"
        )
    lines = list(sentences)
    for line in lines:
        if not isinstance(line, str):
            raise TypeError(f"split_summaries gave {line!r} as a sentence of {text!r:.60}: sentences must be str")
    return [line for line in lines if line]


def split_field(split: SplitSummaries) -> str:
    """The field of a signature for the option."""
    if split is None:
        return ""
    if callable(split):
        return f"split:{callable_name(split)}"
    # Bars separate the fields of a signature.
    return f"split:{split.encode('unicode_escape').decode().replace('|', chr(92) + 'x7c')}"


def rouge_of_translated(
    types: tuple[str, ...],
    tokenizer: str | TokenizerCallable,
    use_stemmer: bool,
    multi_reference: str,
    split: SplitSummaries,
) -> TranslatedTexts:
    """ROUGE over texts that a callable splits into tokens or lines, or in which a separator stands for newlines."""
    name = tokenizer if isinstance(tokenizer, str) else "whitespace"

    def compiled(places: list[int]) -> _core.Metric:
        return _core.Metric.rouge([types[i] for i in places], name, use_stemmer, multi_reference, [])

    def whole(text: str) -> str:
        text = with_newlines(text, split)
        return text if isinstance(tokenizer, str) else spaced(tokens_of(tokenizer, text))

    def by_line(text: str) -> str:
        lines = lines_of(text, split)
        if isinstance(tokenizer, str):
            # Named tokenizers treat a newline like other white space.
            return "\n".join(line.replace("\n", " ") for line in lines)
        return "\n".join(spaced(tokens_of(tokenizer, line)) for line in lines)

    everything = list(range(len(types)))
    metric = compiled(everything)
    if isinstance(tokenizer, str) and isinstance(split, str):
        kinds = [Kind(everything, metric, whole)]
    else:
        groups = [([i for i in everything if types[i] == LSUM], by_line)]
        groups.append(([i for i in everything if types[i] != LSUM], whole))
        kinds = [Kind(places, compiled(places), translate) for places, translate in groups if places]

    def tokenize(text: str) -> list[str]:
        text = with_newlines(text, split)
        return metric.tokenize(text) if isinstance(tokenizer, str) else tokens_of(tokenizer, text)

    return TranslatedTexts(kinds, metric, tokenize)
