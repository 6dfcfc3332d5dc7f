"""The page of a report: its parts put together."""

from __future__ import annotations

import os
from importlib import resources

from .. import _core
from ..explanations.marks import STYLES
from ..support.atomic_file import write_whole
from ..support.tables.html import safe
from .charts import differences, distributions, groups, lengths, scatter
from .content import Content, Series
from .data import packed_segments
from .marks import LEGEND, LONGEST

__all__ = ["page", "write_page"]


def write_page(content: Content, path: str | os.PathLike[str]) -> None:
    """Writes the page to a file, as a whole or not at all."""
    whole = page(content)
    with write_whole(path) as file:
        file.write(whole)


def page(content: Content) -> str:
    """The page as HTML. No text of the segments stands in it as markup: the script puts texts in as text."""
    packed, count = packed_segments(content)
    files = resources.files(__package__)
    shown = {
        "title": safe(content.title),
        "about": safe(about(content)),
        "tables": "".join(
            f'<div class="wide" tabindex="0" role="region" aria-label="Table {number}">{own}</div>'
            for number, own in enumerate(content.tables, start=1)
        ),
        "notes": "".join(f"<p class=note>{safe(note)}</p>" for note in content.notes),
        "figures": "".join(
            f"<option value={place}>{safe(own.head)}</option>" for place, own in enumerate(content.series)
        ),
        "charts": "".join(section(content, own, place) for place, own in enumerate(content.series)),
        "sampled": safe(sampled(content, count)),
        "legend": legend(),
        "style": files.joinpath("report.css").read_text("utf-8"),
        "script": files.joinpath("report.js").read_text("utf-8"),
        "data": packed,
        "version": safe(_core.__version__),
    }
    template = files.joinpath("report.html").read_text("utf-8")
    parts = template.split("{{")
    return parts[0] + "".join(shown[name] + rest for name, rest in (part.split("}}", 1) for part in parts[1:]))


def about(content: Content) -> str:
    """The size of the corpus in a sentence."""
    systems = len(content.systems)
    labels = f", {len(set(content.labels))} groups" if content.labels else ""
    which = f"{systems} systems, {content.systems[0]} is the baseline" if systems > 1 else content.systems[0]
    return f"{len(content)} segments{labels}; {which}"


def section(content: Content, series: Series, place: int) -> str:
    """The charts of one figure."""
    charts = [chart(content, series) for chart in (distributions, differences, scatter, lengths, groups)]
    return (
        f'<section class="charts" data-figure="{place}" aria-label="{safe(series.title)}">{"".join(charts)}</section>'
    )


def sampled(content: Content, count: int) -> str:
    """The sentence that says which segments the page has."""
    if count == len(content):
        sentence = f"The page has all {count} segments." if count > 1 else "The page has the only segment."
    else:
        what = "gains and losses" if len(content.systems) > 1 else "highest and lowest scores"
        sentence = (
            f"The page has a sample of {count} of {len(content)} segments: the largest {what} of each metric, and "
            "others drawn at random. Tables and distributions are of all segments."
        )
    texts = [text for own in (*content.predictions, *content.references) for text in own]
    if any(len(text) > LONGEST for text in texts):
        sentence += f" Texts of more than {LONGEST:,} characters are cut."
    sizes = [sum(map(len, own)) for own in content.references]
    if any(len(text) + size > LONGEST for own in content.predictions for text, size in zip(own, sizes, strict=True)):
        sentence += (
            f" A prediction that has more than {LONGEST:,} characters together with its references has no marks."
        )
    return sentence


def legend() -> str:
    """The meaning of the marks."""
    return "".join(
        f'<li><{STYLES[kind].tag} class="m{letter}">{safe(meaning)}</{STYLES[kind].tag}></li>'
        for letter, kind, meaning in LEGEND
    )
