"""The explanation of a ROUGE score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import accumulate
from typing import Any, NamedTuple

from .. import _core
from ..reference.rouge import Counts, measure, ngrams
from ..scores.rouge import ROUGEScore
from ..texts.split_summaries import LSUM, SplitSummaries, lines_of
from .ngram_matches import NgramMatch, in_line, ngram_matches, numbered, rows_of

__all__ = ["Aligned", "PairExplanation", "ROUGEExplanation", "explain_rouge"]

SIDES = ("prediction", "reference")


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

    def marked(self) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
        """The tokens of the prediction and of the reference, each with True if it is part of a match."""
        in_prediction = {aligned.prediction_place for aligned in self.alignment}
        in_reference = {aligned.reference_place for aligned in self.alignment}
        matched = {match.ngram for match in self.ngrams}
        n = len(self.ngrams[0].ngram) if self.ngrams else 1
        for tokens, places in ((self.prediction_tokens, in_prediction), (self.reference_tokens, in_reference)):
            for i, ngram in enumerate(ngrams(tokens, n)):
                if ngram in matched:
                    places.update(range(i, i + n))
        return (
            [(token, i in in_prediction) for i, token in enumerate(self.prediction_tokens)],
            [(token, i in in_reference) for i, token in enumerate(self.reference_tokens)],
        )

    def head(self) -> str:
        """The figures in one line."""
        return (
            f"{self.type}: precision {self.matches}/{self.prediction_total} = {self.precision:.4f}, "
            f"recall {self.matches}/{self.reference_total} = {self.recall:.4f}, F {self.fmeasure:.4f}"
        )

    def facts(self) -> list[tuple[str, str]]:
        """The matches, each as a name and a remark."""
        if self.alignment:
            kind = {"rougeL": "subsequence", "rougeLsum": "union", "rougeLsubstr": "run"}[self.type]
            return [(kind, " ".join(aligned.token for aligned in self.alignment))]
        return [(" ".join(match.ngram), str(match)) for match in self.ngrams]


class ROUGEExplanation(NamedTuple):
    """The result of `ROUGE.explain`: `pairs`, one for each type and reference, and the score.

    With several references, `multi_reference="best"` shows the best reference of each type, and `"average"` shows all
    references.
    """

    score: ROUGEScore
    pairs: tuple[PairExplanation, ...]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dicts, lists and numbers: `scores` under flat names, and `pairs`."""
        pairs = [
            {
                **pair._asdict(),
                "prediction_tokens": list(pair.prediction_tokens),
                "reference_tokens": list(pair.reference_tokens),
                "alignment": [aligned._asdict() for aligned in pair.alignment],
                "ngrams": [match.to_dict() for match in pair.ngrams],
            }
            for pair in self.pairs
        ]
        return {"scores": self.score.to_dict(), "pairs": pairs}

    def __str__(self) -> str:
        out = []
        for pair in self.pairs:
            rows = [*zip(SIDES, texts(pair), strict=True), *pair.facts()]
            out += [f"{pair.head()}{self._which(pair)}", *in_line(rows)]
        return "\n".join(out)

    def _repr_html_(self) -> str:
        out = []
        for pair in self.pairs:
            rows = [*zip(SIDES, map(html, pair.marked()), strict=True)]
            rows += [(escape(name), escape(remark)) for name, remark in pair.facts()]
            cells = "".join(f"<tr><th>{name}</th><td>{remark}</td></tr>" for name, remark in rows)
            out.append(f"<p>{escape(pair.head() + self._which(pair))}</p><table>{cells}</table>")
        return "".join(out)

    def _which(self, pair: PairExplanation) -> str:
        return f" (references[{pair.reference}])" if self.score.nrefs.most > 1 else ""


def texts(pair: PairExplanation) -> list[str]:
    """The tokens of the prediction and of the reference; aligned tokens are in brackets."""
    if not pair.alignment:
        return [" ".join(tokens) for tokens in (pair.prediction_tokens, pair.reference_tokens)]
    return [" ".join(f"[{token}]" if matched else token for token, matched in tokens) for tokens in pair.marked()]


def html(tokens: list[tuple[str, bool]]) -> str:
    """Tokens as HTML, with matches marked."""
    return " ".join(f"<mark>{escape(token)}</mark>" if matched else escape(token) for token, matched in tokens)


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
    tokenize: Callable[[str], list[str]],
    prediction: str,
    references: Sequence[str],
    score: ROUGEScore,
) -> ROUGEExplanation:
    """Explains a score.

    Args:
        types: the ROUGE types.
        average: True if the score is the average over references; otherwise each type takes its best reference.
        split_summaries, tokenize: the metric's option and its tokenizer.
        prediction, references: the texts.
        score: the score of the segment.
    """
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
    return ROUGEExplanation(score, tuple(pair for name in types for pair in pairs[name]))


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
