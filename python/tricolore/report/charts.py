"""The charts of a report, as SVG.

The charts are made here and not by a library. Those that can be inlined within two megabytes draw on a canvas, which a
screen reader cannot read and a printer gets as pixels, or need a megabyte of code. These shapes follow the page's style
sheet in light, dark and print, and are there without scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..resampling.bootstrap import sums_of_draws
from ..support.tables.html import safe
from .content import Content, Series
from .svg import Axis, axis_for, axis_lines, bars, line, picture, shown, text

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["differences", "distributions", "groups", "lengths", "scatter"]

WIDTH = 460.0
LEFT, RIGHT = 10.0, 450.0
ROW = 78.0
TALL = 94.0
BAR = 15.0
# The number of colours of systems in the style sheet.
COLOURS = 10
BINS = 40
SAMPLES, SEED = 1000, 12345
# The number of classes of length.
CLASSES = 6
# The most groups in a chart.
MOST_GROUPS = 40


def short(name: str, most: int = 24) -> str:
    """The name, or its end if it is longer than `most`: paths differ at the end."""
    return name if len(name) <= most else f"…{name[1 - most :]}"


def figure(caption: str, drawn: str) -> str:
    """A chart with its caption."""
    return f"<figure><figcaption>{caption}</figcaption>{drawn}</figure>"


def distributions(content: Content, series: Series) -> str:
    """The distribution of the scores of the segments, a histogram for each system over one axis."""
    import numpy as np

    low = min(float(own.min()) for own in series.scores)
    high = max(float(own.max()) for own in series.scores)
    axis = axis_for(min(low, 0.0), max(high, series.most), LEFT, RIGHT)
    foot = ROW * len(content.systems)
    parts = [axis_lines(axis, 0, foot, f"{series.title} of a segment")]
    told = []
    for system, (name, values) in enumerate(zip(map(short, content.systems), series.scores, strict=True)):
        bottom = ROW * (system + 1)
        mean, median = float(values.mean()), float(np.median(values))
        about = f"{name}: mean {mean:.{series.digits}f}, median {median:.{series.digits}f}"
        (spans,) = histograms([values], axis, bottom - ROW + 24, bottom)
        parts += [
            bars(spans, bottom, f"fill s{system % COLOURS}"),
            line(LEFT, bottom, RIGHT, bottom, "axis"),
            line(axis.at(mean), bottom - ROW + 24, axis.at(mean), bottom, "mean"),
            text(LEFT, bottom - ROW + 16, about),
        ]
        told.append(about)
    title = f"Distribution of {series.title}"
    drawn = picture(WIDTH, foot + 38, title, "; ".join(told), "".join(parts))
    return figure("Scores of the segments; the line is their mean", drawn)


def differences(content: Content, series: Series) -> str:
    """The distribution of the differences from the baseline, with the interval of their mean."""
    import numpy as np

    if len(content.systems) < 2:
        return ""
    all_differences = [own - series.scores[0] for own in series.scores[1:]]
    largest = max(float(np.abs(own).max()) for own in all_differences) or series.most / 100
    axis = axis_for(-largest, largest, LEFT, RIGHT)
    foot = TALL * len(all_differences)
    baseline = content.systems[0]
    parts = [axis_lines(axis, 0, foot, f"{series.title} minus that of {short(baseline)}")]
    told = []
    for place, values in enumerate(all_differences):
        name, bottom = short(content.systems[place + 1]), TALL * (place + 1)
        gains = content.better(series, place + 1)
        low, high = interval_of_mean(values)
        d = series.digits
        mean = f"{name}: mean {values.mean():+.{d}f}, 95 % interval {low:+.{d}f} to {high:+.{d}f}"
        better, worse, equal = (int(which.sum()) for which in (gains > 0, gains < 0, gains == 0))
        counted = f"better {better}, worse {worse}, equal {equal}"
        told.append(f"{mean}; {counted}")
        top, over = bottom - TALL + 50, bottom - TALL + 42
        counts = [values[gains == 0], values[gains > 0], values[gains < 0]]
        parts += [text(LEFT, bottom - TALL + 14, mean), text(LEFT, bottom - TALL + 30, counted)]
        parts += [
            bars(part, bottom, f"fill {kind}")
            for part, kind in zip(histograms(counts, axis, top, bottom), ("equal", "gain", "loss"), strict=True)
        ]
        parts += [
            line(LEFT, bottom, RIGHT, bottom, "axis"),
            line(axis.at(0), over, axis.at(0), bottom, "zero"),
            line(axis.at(low), over, axis.at(high), over, "interval"),
            line(axis.at(float(values.mean())), over - 5, axis.at(float(values.mean())), over + 5, "mean"),
        ]
    title = f"Differences of {series.title} from {baseline}"
    drawn = picture(WIDTH, foot + 38, title, "; ".join(told), "".join(parts))
    return figure(f"Differences from {safe(baseline)}; the bar above is the 95 % interval of their mean", drawn)


def histograms(
    parts: list[npt.NDArray[Any]], axis: Axis, top: float, foot: float
) -> list[list[tuple[float, float, float]]]:
    """The bars of several sets of values, on one scale of counts."""
    import numpy as np

    counted = [np.histogram(values, BINS, (axis.low, axis.high)) for values in parts]
    most = max(1, *(int(counts.max()) for counts, _ in counted))
    return [
        [
            (axis.at(left) + 0.5, axis.at(right) - 0.5, foot - (foot - top) * count / most)
            for count, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
            if count
        ]
        for counts, edges in counted
    ]


def interval_of_mean(values: npt.NDArray[Any]) -> tuple[float, float]:
    """The 95 % percentile interval of the mean, over corpora resampled from the segments."""
    import numpy as np

    means = np.sort(sums_of_draws(np.ascontiguousarray(values[:, None]), SAMPLES, SEED)[:, 0] / len(values))
    cut = int(SAMPLES * 0.025)
    return float(means[cut]), float(means[SAMPLES - 1 - cut])


def scatter(content: Content, series: Series) -> str:
    """The frame of the scatter of one system against another. The page's script draws the points."""
    if len(content.systems) < 2:
        return ""
    low = min(float(own.min()) for own in series.scores)
    high = max(float(own.max()) for own in series.scores)
    size, margin = 420.0, 46.0
    across = axis_for(min(low, 0.0), max(high, series.most), margin, size - 10)
    up = across._replace(start=size - margin, end=10.0)
    parts = [axis_lines(across, 10, size - margin, "")]
    for tick in up.ticks:
        parts += [
            line(margin, up.at(tick), size - 10, up.at(tick), "grid"),
            text(margin - 6, up.at(tick) + 4, shown(tick), "end"),
        ]
    parts += [
        line(margin, 10, margin, size - margin, "axis"),
        line(across.at(across.low), up.at(up.low), across.at(across.high), up.at(up.high), "zero"),
        text((margin + size) / 2, size - 8, "", "middle", "label across"),
        f'<g transform="translate(12 {size / 2:.0f}) rotate(-90)">{text(0, 0, "", "middle", "label up")}</g>',
        '<g class="points"></g>',
    ]
    data = (
        f'<svg class="scatter" viewBox="0 0 {size:.0f} {size:.0f}" role="img" tabindex="0" '
        f'data-low="{across.low}" data-high="{across.high}" data-start="{margin}" data-end="{size - 10}" '
        f'data-foot="{size - margin}" data-top="10" '
        f'aria-label="{series.title} of each segment by two systems. Arrow keys move through the points, Enter opens '
        f'the segment.">{"".join(parts)}</svg>'
    )
    return f'<figure class="needs-script"><figcaption></figcaption><div class="choose"></div>{data}</figure>'


def lengths(content: Content, series: Series) -> str:
    """The mean score by length of the first reference, in classes of about as many segments."""
    import numpy as np

    sizes = np.array([len(own[0]) for own in content.references])
    edges = np.unique(np.quantile(sizes, np.linspace(0, 1, CLASSES + 1)))
    if len(edges) < 3:
        return ""
    classes = np.clip(np.searchsorted(edges, sizes, "right") - 1, 0, len(edges) - 2)
    used = [number for number in range(len(edges) - 1) if (classes == number).any()]
    means = [[float(own[classes == number].mean()) for number in used] for own in series.scores]
    low, high = min(map(min, means)), max(map(max, means))
    top, foot, start, end = 14.0, 200.0, 40.0, RIGHT
    up = axis_for(low, high, foot, top, 4)
    places = [start + (end - start) * (place + 0.5) / len(used) for place in range(len(used))]
    parts = [line(start, foot, end, foot, "axis")]
    for tick in up.ticks:
        parts += [
            line(start, up.at(tick), end, up.at(tick), "grid"),
            text(start - 6, up.at(tick) + 4, shown(tick), "end"),
        ]
    for number, place in zip(used, places, strict=True):
        least, most = sizes[classes == number].min(), sizes[classes == number].max()
        parts.append(text(place, foot + 14, f"{least}–{most}" if least < most else f"{least}", "middle"))
    parts.append(text((start + end) / 2, foot + 30, "characters of the first reference", "middle", "label"))
    told = []
    for system, (name, own) in enumerate(zip(content.systems, means, strict=True)):
        points = " ".join(f"{place:.1f},{up.at(value):.1f}" for place, value in zip(places, own, strict=True))
        parts.append(f'<polyline class="stroke s{system % COLOURS}" points="{points}"/>')
        parts += [
            f'<circle class="fill s{system % COLOURS}" cx="{place:.1f}" cy="{up.at(value):.1f}" r="3.5"/>'
            for place, value in zip(places, own, strict=True)
        ]
        told.append(f"{name}: {own[0]:.{series.digits}f} for the shortest, {own[-1]:.{series.digits}f} for the longest")
    title = f"Mean {series.title} by length"
    drawn = picture(WIDTH, foot + 38, title, "; ".join(told), "".join(parts))
    return figure(f"Mean {series.title} by length{legend(content)}", drawn)


def legend(content: Content) -> str:
    """The names of the systems in their colours, as HTML."""
    if len(content.systems) < 2:
        return ""
    names = (
        f'<span class="key s{system % COLOURS}">{safe(name)}</span>' for system, name in enumerate(content.systems)
    )
    return f": {' '.join(names)}"


def groups(content: Content, series: Series) -> str:
    """The score of each label, or for several systems the difference of each label from the baseline."""
    if not series.groups:
        return ""
    several = len(content.systems) > 1
    sign = -1 if series.lower_is_better else 1
    sign_of = "+" if several else ""
    rows = [
        (own.label, [score - own.scores[0] for score in own.scores[1:]] if several else list(own.scores))
        for own in series.groups
    ]
    rows.sort(key=lambda row: sign * row[1][0])
    left_out = len(rows) - MOST_GROUPS
    if left_out > 0:
        rows = rows[: MOST_GROUPS // 2] + rows[-(MOST_GROUPS - MOST_GROUPS // 2) :]
    values = [value for _, own in rows for value in own]
    axis = axis_for(min(0.0, *values), max(0.0, *values), 120.0, RIGHT - 90, 4)
    each = BAR * len(rows[0][1]) + 10
    foot = each * len(rows) + 6
    label = f"{series.title} minus that of {short(content.systems[0])}" if several else series.title
    parts = [axis_lines(axis, 0, foot, label), line(axis.at(0), 0, axis.at(0), foot, "zero")]
    told = []
    for place, (name, own) in enumerate(rows):
        top = 6 + each * place
        parts.append(text(112, top + each / 2, short(name, 17), "end"))
        for number, value in enumerate(own):
            y = top + 4 + BAR * number
            kind = f"s{number % COLOURS}" if not several else "gain" if sign * value > 0 else "loss"
            edges = sorted((axis.at(0), axis.at(value)))
            parts.append(bars([(edges[0], edges[1], y)], y + 10, f"fill {kind}"))
            shown_value = f"{value:{sign_of}.{series.digits}f}"
            system = f" {short(content.systems[number + 1], 12)}" if len(own) > 1 else ""
            parts.append(text(edges[1] + 4, y + 9, shown_value + system))
        told.append(f"{name}: {', '.join(f'{value:{sign_of}.{series.digits}f}' for value in own)}")
    title = f"{series.title} by group"
    drawn = picture(WIDTH, foot + 38, title, "; ".join(told), "".join(parts))
    rest = f"; {left_out} groups between are not shown" if left_out > 0 else ""
    return figure(f"{'Differences' if several else 'Scores'} by group, the worst first{rest}", drawn)
