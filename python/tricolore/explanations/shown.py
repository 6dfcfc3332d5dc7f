"""Explanations as text, as text for a terminal, and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from ..support.notebook import framed
from ..support.visible import visible
from .marks import MarkedText, Style, legend

__all__ = ["Fact", "Part", "Shown", "f_measure"]

Fact = tuple[str, "str | MarkedText"]
"""A name and a remark, or a name and a text with its marks."""
# Longer names do not widen the column of names: otherwise every line would be as long as the longest name.
WIDEST = 60


class Part(NamedTuple):
    """A part of an explanation: a figure with its facts."""

    head: str
    facts: Sequence[Fact]


class Shown:
    """An explanation that prints as text and as HTML.

    A subclass has a `score` and defines `facts`, or `parts` if it explains several figures.
    """

    __slots__ = ()

    score: Any

    def facts(self) -> list[Fact]:
        """The parts of the score, each as a name and a remark."""
        return []

    def parts(self) -> list[Part]:
        """The score with its facts."""
        return [Part(str(self.score), self.facts())]

    def to_text(self, color: bool = False) -> str:
        """The explanation in lines: each part's figure, then its facts.

        Marks are characters before and after the marked part, or with `color` the colours of a terminal. With `color`,
        characters that would control the terminal are shown as escapes.
        """
        safe = visible if color else str
        out = []
        for head, facts in self.parts():
            width = min(max((len(name) for name, _ in facts), default=0), WIDEST)
            out.append(safe(head))
            for name, remark in facts:
                if isinstance(remark, MarkedText):
                    shown = remark.ansi() if color else remark.plain()
                else:
                    shown = safe(remark)
                out.append(f"  {safe(name):{width}}  {shown}".rstrip())
            styles = legend_of(facts)
            if styles:
                marks = ((style.in_ansi if color else style.in_plain)(style.meaning) for style in styles)
                out.append(f"  {'':{width}}  {', '.join(marks)}")
        return "\n".join(out)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        out = []
        for head, facts in self.parts():
            rows = "".join(
                f"<tr><th>{escape(name)}</th>"
                f"<td>{remark.html() if isinstance(remark, MarkedText) else escape(remark)}</td></tr>"
                for name, remark in facts
            )
            marks = ", ".join(style.in_html(style.meaning) for style in legend_of(facts))
            out.append(f'<p>{escape(head)}</p><table>{rows}</table><p class="note">{marks}</p>')
        return framed("".join(out))


def f_measure(matches: int, prediction_total: int, reference_total: int, value: float) -> str:
    """The formula of an F-measure with its numbers: precision, recall, and their harmonic mean."""
    shares = ((name, matches, total) for name, total in (("P", prediction_total), ("R", reference_total)))
    both = ", ".join(f"{name} = {count}/{total} = {count / total if total else 0:.4f}" for name, count, total in shares)
    return f"{both}, F = 2PR/(P+R) = {value:.4f}"


def legend_of(facts: Sequence[Fact]) -> list[Style]:
    """The styles of the marks in the texts of these facts."""
    return legend(remark for _, remark in facts if isinstance(remark, MarkedText))
