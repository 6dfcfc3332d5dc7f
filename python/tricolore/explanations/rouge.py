"""The explanation of a ROUGE score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

from .. import _core
from ..reference.rouge import Counts, measure
from ..scores.rouge import ROUGEScore
from ..texts.split_summaries import LSUM, SplitSummaries, lines_of
from .located import Span, located, written
from .marks import Kind, MarkedText, marked, ngram_kinds
from .ngram_matches import NgramMatch, ngram_matches, numbered, rows_of
from .shown import Fact, Part, Shown, f_measure

__all__ = ["Aligned", "PairExplanation", "PairsShown", "ROUGEExplanation", "explain_rouge"]


class Aligned(NamedTuple):
    """A token of a common subsequence or run, with its position in both texts."""

    token: str
    prediction_place: int
    reference_place: int


class PairExplanation(NamedTuple):
    """One ROUGE type computed for the prediction and one reference."""

    type: str
    reference: int
    """The number of the reference, from 0."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: int
    prediction_total: int
    reference_total: int
    precision: float
    recall: float
    fmeasure: float
    ngrams: tuple[NgramMatch, ...]
    """For `rouge1`, `rouge2` and so on: the matched n-grams, in the order of the prediction."""
    alignment: tuple[Aligned, ...]
    """For the other types: the aligned tokens. For `rougeLsum` this is the union LCS: each token of the reference is
    aligned with the first line of the prediction that matches it. `matches` may be smaller, because a token counts at
    most as often as the prediction has it."""

    def head(self) -> str:
        """The figures in one line."""
        counts = self.matches, self.prediction_total, self.reference_total
        return f"{self.type}: {f_measure(*counts, self.fmeasure)}"


class HasPairs(Protocol):
    """The fields that `PairsShown` reads; each class that derives from it has types of its own for them."""

    @property
    def score(self) -> Any: ...
    @property
    def pairs(self) -> Sequence[Any]: ...
    @property
    def marked(self) -> tuple[tuple[MarkedText, MarkedText], ...]: ...
    @property
    def shown(self) -> dict[tuple[str, ...], str]: ...


class PairsShown(Shown):
    """The forms of an explanation that has a score and `pairs`, each of a type and a reference."""

    __slots__ = ()

    def to_dict(self: HasPairs) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers: `scores` under flat names, and `pairs`."""
        pairs = [
            {
                **pair._asdict(),
                "prediction_tokens": list(pair.prediction_tokens),
                "reference_tokens": list(pair.reference_tokens),
                "alignment": [aligned._asdict() for aligned in pair.alignment],
                "ngrams": [match.to_dict() for match in pair.ngrams],
                "marked": [text.to_dict() for text in marked],
            }
            for pair, marked in zip(self.pairs, self.marked, strict=True)
        ]
        return {"scores": self.score.to_dict(), "pairs": pairs}

    def parts(self: HasPairs) -> list[Part]:
        """A part for each pair."""
        several = self.score.nrefs.most > 1
        parts = []
        for pair, texts in zip(self.pairs, self.marked, strict=True):
            facts: list[Fact] = [(text.name, text) for text in texts]
            facts += [(self.shown.get(match.ngram) or " ".join(match.ngram), str(match)) for match in pair.ngrams]
            parts.append(Part(pair.head() + f" (references[{pair.reference}])" * several, facts))
        return parts


class ROUGEFields(NamedTuple):
    """The fields of `ROUGEExplanation`."""

    score: ROUGEScore
    pairs: tuple[PairExplanation, ...]
    marked: tuple[tuple[MarkedText, MarkedText], ...]
    """For each pair, the prediction and the reference as they were written, with marks."""
    shown: dict[tuple[str, ...], str]
    """Each n-gram of the prediction as the prediction writes it, not stemmed."""


class ROUGEExplanation(PairsShown, ROUGEFields):
    """The result of `ROUGE.explain`: `pairs`, one for each type and reference, and the score.

    With several references, `multi_reference="best"` shows the best reference of each type, and `"average"` shows all
    references.
    """

    __slots__ = ()


class Lines(NamedTuple):
    """The tokens of a text, with the ends of its lines."""

    tokens: list[str]
    ends: list[int]
    """For each line, the number of tokens up to its end."""


def lines(tokenize: Callable[[str], list[str]], texts: list[str]) -> Lines:
    """The tokens of a text that is given line by line."""
    each = [tokenize(line) for line in texts]
    return Lines([token for line in each for token in line], [*accumulate(map(len, each))])


def explain_rouge(
    types: Sequence[str],
    average: bool,
    split_summaries: SplitSummaries,
    tokenizers: tuple[Callable[[str], list[str]], Callable[[str], list[str]] | None],
    prediction: str,
    references: Sequence[str],
    score: ROUGEScore,
) -> ROUGEExplanation:
    """Explains a score.

    Args:
        types: the ROUGE types.
        average: True if the score is the average over references; otherwise each type takes its best reference.
        split_summaries: the metric's option.
        tokenizers: the metric's tokenizer, and the same if it may be called for each word.
        prediction, references: the texts.
        score: the score of the segment.
    """
    tokenize, by_word = tokenizers
    pairs: dict[str, list[PairExplanation]] = {name: [] for name in types}
    for by_line in (False, True):
        names = [name for name in types if (name == LSUM) == by_line]
        if not names:
            continue

        def read(text: str, by_line: bool = by_line) -> Lines:
            return lines(tokenize, lines_of(text, split_summaries) if by_line else [text])

        ours = read(prediction)
        for index, reference in enumerate(references):
            for pair in explain_pair(names, index, ours, read(reference)):
                kept = pairs[pair.type]
                if average or not kept:
                    kept.append(pair)
                # Of equal candidates, the first is kept.
                elif pair.fmeasure > kept[0].fmeasure:
                    kept[0] = pair
    every = tuple(pair for name in types for pair in pairs[name])
    spans: dict[tuple[str, tuple[str, ...]], list[Span]] = {}

    def located_once(text: str, tokens: tuple[str, ...]) -> list[Span]:
        # Most types see the same tokens.
        if (text, tokens) not in spans:
            spans[text, tokens] = located(text, tokens, by_word)
        return spans[text, tokens]

    marks, shown = [], {}
    for pair in every:
        ours_kinds, theirs_kinds = kinds_of(pair)
        reference = references[pair.reference]
        own = located_once(prediction, pair.prediction_tokens)
        other = located_once(reference, pair.reference_tokens)
        marks.append(
            (marked("prediction", prediction, own, ours_kinds), marked("reference", reference, other, theirs_kinds))
        )
        if pair.ngrams:
            shown.update(written(prediction, own, pair.prediction_tokens, len(pair.ngrams[0].ngram)))
    return ROUGEExplanation(score, every, tuple(marks), shown)


def kinds_of(pair: PairExplanation) -> tuple[list[Kind], list[Kind]]:
    """The kinds of the tokens of the prediction and of the reference."""
    ours, theirs = pair.prediction_tokens, pair.reference_tokens
    if not pair.type.startswith("rougeL"):
        # A matched n-gram is the metric's unit, so its tokens are no phrase.
        return unit(ngram_kinds(ours, pair.ngrams, True)), unit(ngram_kinds(theirs, pair.ngrams, False))
    own: list[Kind] = [None] * len(ours)
    other: list[Kind] = [None] * len(theirs)
    available = Counter(ours)
    for token, in_prediction, in_reference in pair.alignment:
        # rougeLsum: a token counts at most as often as the prediction has it.
        available[token] -= 1
        own[in_prediction] = ("match", 1)
        other[in_reference] = ("match", 1) if available[token] >= 0 else None
    return own, other


def unit(kinds: list[Kind]) -> list[Kind]:
    """The kinds with order 1."""
    return [kind and (kind[0], 1) for kind in kinds]


def explain_pair(names: Sequence[str], index: int, ours: Lines, theirs: Lines) -> Iterator[PairExplanation]:
    """Yields the explanation of one pair for each type. The types see the same tokens."""
    p, r = ours.tokens, theirs.tokens
    numbers = numbered(p, r)
    orders = {name: int(name.removeprefix("rouge")) for name in names if not name.startswith("rougeL")}
    matched = dict(zip(orders, ngram_matches(p, [r], [*orders.values()]), strict=True))
    for name in names:
        alignment = tuple(Aligned(p[i], i, j) for i, j in aligned(name, numbers, ours.ends, theirs.ends))
        if name in orders:
            matches = sum(match.matches for match in matched[name])
        elif name == LSUM:
            # A token counts at most as often as the prediction has it.
            matches = (Counter(token for token, _, _ in alignment) & Counter(p)).total()
        else:
            matches = len(alignment)
        less = orders.get(name, 1) - 1
        counts = Counts(matches, *(max(0, len(tokens) - less) for tokens in (p, r)))
        yield PairExplanation(
            name,
            index,
            tuple(p),
            tuple(r),
            *counts,
            *measure(counts),
            ngrams=matched.get(name, ()),
            alignment=alignment,
        )


def aligned(
    name: str, numbers: Sequence[list[int]], prediction_ends: list[int], reference_ends: list[int]
) -> Iterator[tuple[int, ...]]:
    """The alignment of a type: the positions in the prediction and in the reference."""
    prediction, reference = numbers
    if name == "rougeLsubstr":
        run = _core.longest_run(prediction, reference)
        places = (range(start, start + run.length) for start in (run.prediction, run.reference))
        return zip(*places, strict=True)
    if name in ("rougeL", LSUM):
        # For texts of one line, the union is the LCS.
        return rows_of(_core.lcs_union(prediction, prediction_ends, reference, reference_ends), 2)
    return iter(())
