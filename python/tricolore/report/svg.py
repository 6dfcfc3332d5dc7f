"""Parts of charts as SVG: an axis, and shapes placed on it. Colours come from the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..support.tables.html import safe

__all__ = ["Axis", "axis_for", "axis_lines", "bars", "line", "picture", "shown", "text"]


class Axis(NamedTuple):
    """A linear scale from values to positions."""

    low: float
    high: float
    start: float
    end: float
    """The positions of `low` and `high`."""
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The position of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def axis_for(low: float, high: float, start: float, end: float, count: int = 5) -> Axis:
    """An axis whose ends are round numbers around these values, with about `count` ticks."""
    if not low < high:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(number * step, 12) for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], start, end, ticks)


def shown(value: float) -> str:
    """A number of an axis in its shortest form."""
    return f"{value:g}".replace("-", "−")


def number(position: float) -> str:
    """A position with a tenth of a pixel."""
    return f"{position:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    """A line with a class."""
    return f'<line class="{name}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"/>'


def text(x: float, y: float, content: str, anchor: str = "start", name: str = "") -> str:
    """A text. `anchor` is the part of the text at `x`: start, middle or end."""
    classes = f' class="{name}"' if name else ""
    return f'<text{classes} x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{safe(content)}</text>'


def bars(spans: Sequence[tuple[float, float, float]], foot: float, name: str) -> str:
    """Bars from `foot` up, each given by its left, right and top, as one path."""
    path = "".join(
        f"M{number(left)} {number(foot)}V{number(top)}H{number(right)}V{number(foot)}Z" for left, right, top in spans
    )
    return f'<path class="{name}" d="{path}"/>'


def axis_lines(axis: Axis, top: float, foot: float, label: str) -> str:
    """The ticks and the grid of a horizontal axis between two heights, and its label below."""
    parts = [line(axis.start, foot, axis.end, foot, "axis")]
    for tick in axis.ticks:
        parts += [
            line(axis.at(tick), top, axis.at(tick), foot, "grid"),
            text(axis.at(tick), foot + 14, shown(tick), "middle"),
        ]
    return "".join([*parts, text((axis.start + axis.end) / 2, foot + 30, label, "middle", "label")])


def picture(width: float, height: float, title: str, description: str, body: str) -> str:
    """A picture, with a title and a description for readers who do not see it."""
    return (
        f'<svg viewBox="0 0 {number(width)} {number(height)}" role="img" aria-label="{safe(title)}. '
        f'{safe(description)}">{body}</svg>'
    )
