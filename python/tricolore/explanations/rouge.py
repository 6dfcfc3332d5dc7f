"""Why a segment has the ROUGE that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..reference.rouge import Counts, measure, ngrams
from ..texts.split_summaries import LSUM, lines_of
from .ngram_matches import NgramMatch, in_line, ngram_matches, numbered, rows_of

if TYPE_CHECKING:
    from ..metrics.rouge import ROUGE
    from ..scores.rouge import ROUGEScore

__all__ = ["Aligned", "PairExplanation", "ROUGEExplanation", "explain_rouge"]

SIDES = ("prediction", "reference")


class Aligned(NamedTuple):
    """A token of a common subsequence or run, with its places among the tokens of both texts."""

    token: str
    prediction_place: int
    reference_place: int


class PairExplanation(NamedTuple):
    """One type on the prediction and one reference."""

    type: str
    reference: int
    """Which reference, from 0."""
    prediction_tokens: tuple[str, ...]
    reference_tokens: tuple[str, ...]
    matches: int
    prediction_total: int
    reference_total: int
    precision: float
    recall: float
    fmeasure: float
    ngrams: tuple[NgramMatch, ...]
    """For `rouge1`, `rouge2` and so on: what matched, in order of the prediction."""
    alignment: tuple[Aligned, ...]
    """For the rest: what is aligned. For `rougeLsum` that is the union, each token of the reference
    with the first line of the prediction that takes it; `matches` may be fewer, for no token counts
    more often than the prediction has it."""

    def marked(self) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
        """The tokens of both texts, each with whether it is part of a match."""
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
        """The figures in a line."""
        return (
            f"{self.type}: precision {self.matches}/{self.prediction_total} = {self.precision:.4f}, "
            f"recall {self.matches}/{self.reference_total} = {self.recall:.4f}, F {self.fmeasure:.4f}"
        )

    def facts(self) -> list[tuple[str, str]]:
        """What matched, as a name and a remark each."""
        if self.alignment:
            what = {"rougeL": "subsequence", "rougeLsum": "union", "rougeLsubstr": "run"}[self.type]
            return [(what, " ".join(aligned.token for aligned in self.alignment))]
        return [(" ".join(match.ngram), str(match)) for match in self.ngrams]


class ROUGEExplanation(NamedTuple):
    """What `ROUGE.explain` gives: `pairs`, one a type and reference, and the `score` they make.

    With several references, `multi_reference="best"` shows the reference that counts for each type
    and `"average"` shows them all.
    """

    score: ROUGEScore
    pairs: tuple[PairExplanation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers: `scores` under flat names, and `pairs`."""
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
            rows += [(escape(name), escape(what)) for name, what in pair.facts()]
            cells = "".join(f"<tr><th>{name}</th><td>{what}</td></tr>" for name, what in rows)
            out.append(f"<p>{escape(pair.head() + self._which(pair))}</p><table>{cells}</table>")
        return "".join(out)

    def _which(self, pair: PairExplanation) -> str:
        return f" (references[{pair.reference}])" if self.score._nrefs[1] > 1 else ""


def texts(pair: PairExplanation) -> list[str]:
    """The tokens of both texts; those of an alignment in brackets."""
    if not pair.alignment:
        return [" ".join(tokens) for tokens in (pair.prediction_tokens, pair.reference_tokens)]
    return [" ".join(f"[{token}]" if matched else token for token, matched in tokens) for tokens in pair.marked()]


def html(tokens: list[tuple[str, bool]]) -> str:
    """Tokens with those that match marked."""
    return " ".join(f"<mark>{escape(token)}</mark>" if matched else escape(token) for token, matched in tokens)


class Side(NamedTuple):
    """A text as a type sees it."""

    tokens: list[str]
    ends: list[int]
    """For each line, how many tokens it and those before it have."""


def read(metric: ROUGE, text: str, by_line: bool) -> Side:
    """A text as `rougeLsum` sees it, or as the other types do."""
    lines = lines_of(text, metric.split_summaries) if by_line else [text]
    each = [metric.tokenize(line) for line in lines]
    return Side([token for line in each for token in line], [*accumulate(map(len, each))])


def explain_rouge(metric: ROUGE, prediction: str, references: Sequence[str], score: ROUGEScore) -> ROUGEExplanation:
    """Explains a score that `metric` gave."""
    pairs: dict[str, list[PairExplanation]] = {name: [] for name in metric.types}
    for by_line in (False, True):
        names = [name for name in metric.types if (name == LSUM) == by_line]
        if not names:
            continue
        ours = read(metric, prediction, by_line)
        for index, reference in enumerate(references):
            for pair in explain_pair(names, index, ours, read(metric, reference, by_line)):
                kept = pairs[pair.type]
                if metric.multi_reference == "average" or not kept:
                    kept.append(pair)
                # The first of equals.
                elif pair.fmeasure > kept[0].fmeasure:
                    kept[0] = pair
    return ROUGEExplanation(score, tuple(pair for name in metric.types for pair in pairs[name]))


def explain_pair(names: Sequence[str], index: int, ours: Side, theirs: Side) -> Iterator[PairExplanation]:
    """Explains some types, all of which see texts alike, on one pair."""
    p, r = ours.tokens, theirs.tokens
    numbers = numbered(p, r)
    orders = {name: int(name.removeprefix("rouge")) for name in names if not name.startswith("rougeL")}
    matched = dict(zip(orders, ngram_matches(p, [r], [*orders.values()]), strict=True))
    for name in names:
        alignment = tuple(Aligned(p[i], i, j) for i, j in aligned(name, numbers, ours.ends, theirs.ends))
        if name in orders:
            matches = sum(match.matches for match in matched[name])
        elif name == LSUM:
            # No token counts more often than the prediction has it.
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
    """The alignment of a type: places in the prediction and in the reference."""
    prediction, reference = numbers
    if name == "rougeLsubstr":
        run = _core.longest_run(prediction, reference)
        places = (range(start, start + run.length) for start in (run.prediction, run.reference))
        return zip(*places, strict=True)
    if name in ("rougeL", LSUM):
        # Of texts of one line the union is the LCS.
        return rows_of(_core.lcs_union(prediction, prediction_ends, reference, reference_ends), 2)
    return iter(())
