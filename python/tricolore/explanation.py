"""Why a segment has the ROUGE that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .explained import NgramMatch
from .reference.rouge import Counts, lcs, longest_run, measure, ngrams, union
from .reference.tokenizers import lines

if TYPE_CHECKING:
    from .rouge import ROUGE
    from .scores import ROUGEScore

__all__ = ["Aligned", "PairExplanation", "ROUGEExplanation", "explain_rouge"]


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
        return [
            (
                " ".join(match.ngram),
                str(match),
            )
            for match in self.ngrams
        ]


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
            rows = [("prediction", text(pair, 0)), ("reference", text(pair, 1)), *pair.facts()]
            width = max(len(name) for name, _ in rows)
            out += [f"{pair.head()}{self._which(pair)}", *(f"  {name:{width}}  {what}".rstrip() for name, what in rows)]
        return "\n".join(out)

    def _repr_html_(self) -> str:
        from html import escape

        out = []
        for pair in self.pairs:
            rows = [("prediction", html(pair.marked()[0])), ("reference", html(pair.marked()[1]))]
            rows += [(escape(name), escape(what)) for name, what in pair.facts()]
            cells = "".join(f"<tr><th>{name}</th><td>{what}</td></tr>" for name, what in rows)
            out.append(f"<p>{escape(pair.head() + self._which(pair))}</p><table>{cells}</table>")
        return "".join(out)

    def _which(self, pair: PairExplanation) -> str:
        return f" (references[{pair.reference}])" if self.score._nrefs[1] > 1 else ""


def text(pair: PairExplanation, side: int) -> str:
    """A text's tokens; those of an alignment in brackets."""
    if not pair.alignment:
        return " ".join((pair.prediction_tokens, pair.reference_tokens)[side])
    return " ".join(f"[{token}]" if matched else token for token, matched in pair.marked()[side])


def html(tokens: list[tuple[str, bool]]) -> str:
    """Tokens with those that match marked."""
    from html import escape

    return " ".join(f"<mark>{escape(token)}</mark>" if matched else escape(token) for token, matched in tokens)


def explain_rouge(metric: ROUGE, prediction: str, references: Sequence[str], score: ROUGEScore) -> ROUGEExplanation:
    """Explains a score that `metric` gave."""
    pairs = []
    for name in metric.types:
        each = [explain_pair(metric, name, prediction, reference, i) for i, reference in enumerate(references)]
        if metric.multi_reference == "best":
            # The first of equals.
            each = [max(each, key=lambda pair: pair.fmeasure)]
        pairs += each
    return ROUGEExplanation(score, tuple(pairs))


def explain_pair(metric: ROUGE, name: str, prediction: str, reference: str, index: int) -> PairExplanation:
    """Explains one type on one pair."""
    matched: list[NgramMatch] = []
    if name == "rougeLsum":
        prediction_lines, reference_lines = (
            [metric.tokenize(line) for line in lines(side) if line] for side in (prediction, reference)
        )
        p, r = ([token for line in side for token in line] for side in (prediction_lines, reference_lines))
        places = union(prediction_lines, reference_lines)
        matches = (Counter(r[j] for _, j in places) & Counter(p)).total()
        totals = len(p), len(r)
    else:
        p, r = metric.tokenize(prediction), metric.tokenize(reference)
        totals = len(p), len(r)
        places = []
        if name in ("rougeL", "rougeLsubstr"):
            places = lcs(p, r) if name == "rougeL" else longest_run(p, r)
            matches = len(places)
        else:
            n = int(name.removeprefix("rouge"))
            of_p, of_r = Counter(ngrams(p, n)), Counter(ngrams(r, n))
            matched = [NgramMatch(g, c, of_r[g], min(c, of_r[g])) for g, c in of_p.items() if g in of_r]
            matches = sum(match.matches for match in matched)
            totals = of_p.total(), of_r.total()
    counts = Counts(matches, *totals)
    alignment = tuple(Aligned(p[i], i, j) for i, j in places)
    return PairExplanation(
        name, index, tuple(p), tuple(r), *counts, *measure(counts), ngrams=tuple(matched), alignment=alignment
    )
