"""The figures that tables show: their titles, which way is better, their digits, and their signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..metrics.registry import AnyMetric
from ..scores.bleu import BLEUScore
from ..scores.rouge import ROUGEScore

__all__ = ["Figure", "compared_figures", "details_of", "figures_of", "signature_line", "told_apart"]

TITLES = {
    "bleu": "BLEU",
    "chrf": "chrF",
    "chrf+": "chrF+",
    "chrf++": "chrF++",
    "ter": "TER",
    "wer": "WER",
    "cer": "CER",
    "gleu": "GLEU",
    "anls": "ANLS",
    "token_f1": "token F1",
}


# The fields of scores that tables and rows give themselves.
NO_DETAIL = ("score", "signature", "confidence_interval", "bootstrap_mean", "half_width")


class Figure(NamedTuple):
    """A figure of a metric as tables show it."""

    name: str
    """The flat name."""
    title: str
    lower_is_better: bool
    digits: int
    """The digits after the point: 2 on a scale to 100, as sacreBLEU prints, and 4 on a scale to 1."""
    signature: str

    @property
    def head(self) -> str:
        """The title with an arrow towards the better values."""
        return f"{self.title} {'↓' if self.lower_is_better else '↑'}"


def compared_figures(metric: AnyMetric) -> list[str]:
    """The figures of a metric that are compared. For ROUGE these are the F-measures."""
    return [name for name in metric.layout.figures if not name.endswith(("_precision", "_recall"))]


def figures_of(metric: AnyMetric, signature: str) -> list[Figure]:
    """The compared figures of a metric."""
    layout = metric.layout
    digits = 2 if layout.most == 100 else 4
    return [
        Figure(name, title_of(name), layout.lower_is_better, digits, signature) for name in compared_figures(metric)
    ]


def told_apart(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, where those of one name are numbered: two TERs with different options are TER (1) and TER (2).

    The flat name of the first one stays as it is: `ter` and `ter (2)`.
    """
    names = [figure.name for figure in figures]
    out = []
    for place, figure in enumerate(figures):
        number = names[: place + 1].count(figure.name)
        if names.count(figure.name) > 1:
            name = f"{figure.name} ({number})" if number > 1 else figure.name
            figure = figure._replace(name=name, title=f"{figure.title} ({number})")
        out.append(figure)
    return tuple(out)


def details_of(name: str, score: Any) -> dict[str, Any]:
    """The other numbers of the score that has this figure, without its signature and interval.

    These are the numbers of sacreBLEU's `verbose_score` for its three metrics, and precision and recall for ROUGE.
    """
    if isinstance(score, ROUGEScore):
        return score[name.removesuffix("_fmeasure")]._asdict()
    others = {field: value for field, value in score._asdict().items() if field not in NO_DETAIL}
    return {**others, "ratio": score.ratio} if isinstance(score, BLEUScore) else others


def title_of(name: str) -> str:
    """The title of the figure with this flat name, as papers write it."""
    short = name.removesuffix("_fmeasure")
    if short.startswith("rouge"):
        return f"ROUGE-{short.removeprefix('rouge')}"
    return TITLES.get(short, short.replace("_", " "))


def signature_line(figures: Iterable[Figure]) -> str:
    """The signatures of all figures in one line. Fields that all signatures have are given once."""
    by_signature: dict[str, list[str]] = {}
    for figure in figures:
        by_signature.setdefault(figure.signature, []).append(figure.title)
    fields = {signature: signature.split("|") for signature in by_signature}
    first, *others = fields.values()
    if not others:
        return f"signature: {'|'.join(first)}"
    shared = [field for field in first if all(field in own for own in others)]
    parts = ["|".join(shared)] if shared else []
    for signature, titles in by_signature.items():
        own = "|".join(field for field in fields[signature] if field not in shared)
        parts.append(f"{', '.join(titles)} {own}".rstrip())
    return f"signatures: {'; '.join(parts)}"
