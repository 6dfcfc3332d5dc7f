"""The explanation of a score of ROUGE155."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from ..reference.rouge155 import Read, counts, flat_units, grams, is_weighted, measure, printed_counts, united, units
from ..scores.rouge155 import ROUGE155Score
from .located import located, written
from .marks import Kind, MarkedText, marked
from .ngram_matches import NgramMatch
from .rouge import Aligned, PairsShown

__all__ = ["ROUGE155Explanation", "ROUGE155Pair", "explain_rouge155"]


class ROUGE155Pair(NamedTuple):
    """One type computed for the prediction and one reference."""

    type: str
    reference: int
    """The number of the reference, from 0."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: float
    prediction_total: float
    reference_total: float
    """Of ROUGE-W, the three as the script weights them."""
    precision: float
    recall: float
    fmeasure: float
    ngrams: tuple[NgramMatch, ...]
    """For ROUGE-N, S and SU: the matched n-grams, pairs and tokens, in the order of the prediction."""
    alignment: tuple[Aligned, ...]
    """For ROUGE-L and W: each token of the reference on a subsequence, with the first sentence of the prediction that
    has it. `matches` may be smaller, because a token counts at most as often as both texts have it."""

    def head(self) -> str:
        """The figures in one line."""
        matches, prediction, reference = (f"{number:g}" for number in self[4:7])
        root = f", each to the power of 1/{self.type.removeprefix('rougeW')}" if is_weighted(self.type) else ""
        p, r, f = (f"{number:.5f}" for number in self[7:10])
        return f"{self.type}: P = {matches}/{prediction} = {p}, R = {matches}/{reference} = {r}{root}, F = {f}"


class ROUGE155Fields(NamedTuple):
    """The fields of `ROUGE155Explanation`."""

    score: ROUGE155Score
    pairs: tuple[ROUGE155Pair, ...]
    marked: tuple[tuple[MarkedText, MarkedText], ...]
    """For each pair, the prediction and the reference as they were written, with marks."""
    shown: dict[tuple[str, ...], str]
    """Each n-gram of ROUGE-N as the prediction writes it, not stemmed."""


class ROUGE155Explanation(PairsShown, ROUGE155Fields):
    """The result of `ROUGE155.explain`: the score, and `pairs`, one for each type and reference."""

    __slots__ = ()


def explain_rouge155(
    types: Sequence[str],
    tokenize: Callable[[str], list[str]],
    limits: tuple[int | None, int | None],
    multi_reference: tuple[bool, float],
    prediction: str,
    references: Sequence[str],
    score: ROUGE155Score,
) -> ROUGE155Explanation:
    """Explains a score.

    Args:
        types: the types of ROUGE.
        tokenize: the tokenizer, without limits.
        limits: the most words and the most bytes.
        multi_reference: True if the best reference counts, and the weight of precision in F.
        prediction, references: the texts.
        score: the score of the segment.
    """
    best, alpha = multi_reference

    def kept(text: str, kind: str) -> str:
        split = units if kind == "rougeL" or is_weighted(kind) else flat_units
        return part_of(text, split(as_bytes(text), *limits))

    def read(text: str) -> Read:
        data = as_bytes(text)
        # The bytes of a character that a limit cuts are no part of any token.
        flat, own = (
            [tokenize(unit.decode("utf-8", "replace")) for unit in split(data, *limits)]
            for split in (flat_units, units)
        )
        return Read([token for unit in flat for token in unit], own)

    ours, theirs = read(prediction), [read(reference) for reference in references]
    pairs, marks = [], []
    shown: dict[tuple[str, ...], str] = {}
    for name in types:
        for index, (text, other) in enumerate(zip(references, theirs, strict=True)):
            pair = explain_pair(name, index, ours, other, best, alpha)
            pairs.append(pair)
            kinds = kinds_of(pair)
            tokens = pair.prediction_tokens, pair.reference_tokens
            own, theirs_ = (
                located(kept(whole, name), read_, tokenize)
                for whole, read_ in zip((prediction, text), tokens, strict=True)
            )
            marks.append(
                (marked("prediction", prediction, own, kinds[0]), marked("reference", text, theirs_, kinds[1]))
            )
            order = name.removeprefix("rouge")
            if order.isdigit():
                shown.update(written(prediction, own, tokens[0], int(order)))
    return ROUGE155Explanation(score, tuple(pairs), tuple(marks), shown)


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def part_of(text: str, kept: Sequence[bytes]) -> str:
    """The start of a text that consists of these units, of which the last may be cut."""
    end, data = 0, as_bytes(text)
    for unit in kept:
        while data[end : end + 1] == b"\n":
            end += 1
        if data.startswith(unit, end):
            end += len(unit)
            continue
        # The words of a unit that is cut are joined by one blank, whatever was between them.
        words = re.split(rb"[ \t\r\f\v]+", unit)
        found = re.compile(rb"[ \t\r\f\v]+".join(map(re.escape, words))).match(data, end)
        assert found, "a unit is the start of a line"
        end = found.end()
    # Bytes after the first of a character are from 0x80 to 0xBF.
    return text[: sum(byte & 0xC0 != 0x80 for byte in data[:end])]


def explain_pair(name: str, index: int, ours: Read, theirs: Read, best: bool, alpha: float) -> ROUGE155Pair:
    """The explanation of one type for one reference."""
    found = counts(name, ours, theirs)
    ngrams: list[NgramMatch] = []
    alignment: list[Aligned] = []
    tokens: tuple[Sequence[str], Sequence[str]] = ours.flat, theirs.flat
    if name == "rougeL" or is_weighted(name):
        own, other = ([token for unit in read.units for token in unit] for read in (ours, theirs))
        tokens = own, other
        starts, other_starts = ([0, *accumulate(map(len, read.units))] for read in (ours, theirs))
        for start, places in zip(other_starts, united(name, ours, theirs), strict=False):
            for place, (unit, there) in sorted(places.items()):
                alignment.append(Aligned(other[start + place], starts[unit] + there, start + place))
    else:
        own_grams, other_grams = grams(name, ours.flat), grams(name, theirs.flat)
        for gram, count in own_grams.items():
            if gram in other_grams:
                ngrams.append(NgramMatch(gram, count, other_grams[gram], min(count, other_grams[gram])))
    return ROUGE155Pair(
        name,
        index,
        tuple(tokens[0]),
        tuple(tokens[1]),
        *printed_counts([found], name),
        *measure([found], name, best, alpha),
        ngrams=tuple(ngrams),
        alignment=tuple(alignment),
    )


def kinds_of(pair: ROUGE155Pair) -> tuple[list[Kind], list[Kind]]:
    """The kinds of the tokens of the prediction and of the reference."""
    if pair.type == "rougeL" or is_weighted(pair.type):
        places = [{aligned.prediction_place for aligned in pair.alignment}]
        places.append({aligned.reference_place for aligned in pair.alignment})
        lengths = len(pair.prediction_tokens), len(pair.reference_tokens)
        own, other = (
            [("match", 1) if place in taken else None for place in range(length)]
            for taken, length in zip(places, lengths, strict=True)
        )
        return own, other
    # A token is marked if it is in a match. An n-gram of ROUGE-N is a run, and a pair of ROUGE-S is not.
    matched = {token for match in pair.ngrams for token in match.ngram}
    return in_match(pair.prediction_tokens, matched), in_match(pair.reference_tokens, matched)


def in_match(tokens: Sequence[str], matched: set[str]) -> list[Kind]:
    """The kinds of tokens, of which those that are in a match are given."""
    return [("match", 1) if token in matched else None for token in tokens]
