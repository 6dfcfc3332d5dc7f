"""Marks in a text: the parts that matched, were clipped or moved, or are wrong, in the text as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from ..support.visible import visible
from .alignments import AlignmentChunk
from .located import Span
from .ngram_matches import NgramMatch

__all__ = ["Kind", "Mark", "MarkedText", "Style", "chunk_kinds", "legend", "marked", "ngram_kinds"]

# An n-gram of two tokens or more is underlined, so that phrases stand out from single words.
PHRASE_CSS, PHRASE_ANSI = ";text-decoration:underline", ";4"


class Style(NamedTuple):
    """The look of a kind of mark."""

    plain: str
    """The characters before and after the part."""
    ansi: str
    """The parameters of the terminal's escape sequence (ECMA-48, SGR)."""
    tag: str
    """The element in HTML."""
    css: str
    meaning: str

    def in_plain(self, part: str) -> str:
        """The part between the characters of this style."""
        return part.join(self.plain)

    def in_ansi(self, part: str, phrase: bool = False) -> str:
        """The part between the escape sequences of this style, underlined for a phrase."""
        return f"\x1b[{self.ansi}{PHRASE_ANSI * phrase}m{part}\x1b[0m"

    def in_html(self, part: str, phrase: bool = False) -> str:
        """The part as an element with this style, underlined for a phrase."""
        css = f"color:inherit;border-radius:.2em;{self.css}{PHRASE_CSS * phrase}"
        return f'<{self.tag} style="{css}" title="{self.meaning}">{escape(part)}</{self.tag}>'


STYLES = {
    "match": Style("[]", "32", "mark", "background:rgba(46,160,67,.28)", "matched"),
    "clipped": Style("~~", "9;33", "s", "background:rgba(210,140,0,.22)", "clipped: the reference has it less often"),
    "moved": Style("{}", "36", "mark", "background:rgba(56,139,253,.28)", "matched after a move"),
    "substituted": Style("//", "35", "mark", "background:rgba(163,113,247,.25)", "another word in its place"),
    "extra": Style("++", "31", "ins", "background:rgba(248,81,73,.22);text-decoration:none", "not in the reference"),
    "missing": Style("--", "4;31", "mark", "background:none;text-decoration:underline dotted", "not in the prediction"),
}
"""The kinds of marks. Colours let the page behind them show through, so they suit light and dark pages."""


class Mark(NamedTuple):
    """A part of a text. The parts of a text do not overlap."""

    kind: str
    """One of `"match"`, `"clipped"`, `"moved"`, `"substituted"`, `"extra"` and `"missing"`."""
    start: int
    end: int
    order: int = 1
    """The order of the longest matched n-gram here, for a metric of n-grams; otherwise 1."""

    @property
    def is_phrase(self) -> bool:
        """True for a match of more than one token."""
        return self.kind == "match" and self.order > 1


class MarkedText(NamedTuple):
    """A text as it was written, with its marks in order."""

    name: str
    """`"prediction"` or `"reference"`."""
    text: str
    marks: tuple[Mark, ...]

    def parts(self) -> Iterator[tuple[str, Mark | None]]:
        """Yields the text in parts: those with a mark, and those between."""
        at = 0
        for mark in self.marks:
            if at < mark.start:
                yield self.text[at : mark.start], None
            yield self.text[mark.start : mark.end], mark
            at = mark.end
        if at < len(self.text):
            yield self.text[at:], None

    def plain(self) -> str:
        """The text in one line, with a character before and after each marked part."""
        simple = self._replace(marks=joined(self.text, ((m.start, m.end, (m.kind, 1)) for m in self.marks)))
        parts = (part if mark is None else STYLES[mark.kind].in_plain(part) for part, mark in simple.parts())
        return one_line("".join(parts))

    def ansi(self) -> str:
        """The text in one line, with the escape sequences of a terminal around each marked part.

        Characters that would control the terminal are shown as escapes.
        """
        parts = ((visible(one_line(part)), mark) for part, mark in self.parts())
        return "".join(
            part if mark is None else STYLES[mark.kind].in_ansi(part, mark.is_phrase) for part, mark in parts
        )

    def html(self) -> str:
        """The text as HTML, with an element around each marked part."""
        return "".join(
            escape(part) if mark is None else STYLES[mark.kind].in_html(part, mark.is_phrase)
            for part, mark in self.parts()
        )

    def to_dict(self) -> dict[str, object]:
        """The text and its marks as plain values."""
        return {**self._asdict(), "marks": [mark._asdict() for mark in self.marks]}


def one_line(text: str) -> str:
    """The text with a space in place of each newline."""
    return text.replace("\n", " ")


def legend(texts: Iterable[MarkedText]) -> list[Style]:
    """The styles of the marks in these texts."""
    kinds = {mark.kind for text in texts for mark in text.marks}
    return [style for kind, style in STYLES.items() if kind in kinds]


Kind = tuple[str, int] | None
"""The kind and the order of a token's mark; None for a token without a mark."""


def marked(name: str, text: str, spans: Sequence[Span], kinds: Sequence[Kind]) -> MarkedText:
    """A text with its marks, given the place and the kind of each token."""
    parts = ((start, end, kind) for (start, end), kind in zip(spans, kinds, strict=True) if kind and start < end)
    return MarkedText(name, text, joined(text, parts))


def joined(text: str, parts: Iterable[tuple[int, int, tuple[str, int]]]) -> tuple[Mark, ...]:
    """The marks of a text, given parts in order, each with its kind and order.

    Neighbours that are alike, with at most white space between them, are one mark. A part that begins before the end of
    another is left out: lower-casing makes two tokens of some letters.
    """
    out: list[tuple[int, int, tuple[str, int]]] = []
    first, last, alike = 0, -1, ("", 0)
    for start, end, kind in parts:
        if start < last:
            continue
        if kind == alike and (start == last or text[last:start].isspace()):
            out[-1] = first, end, kind
        else:
            out.append((start, end, kind))
            first, alike = start, kind
        last = end
    return tuple(Mark(kind, start, end, order) for start, end, (kind, order) in out)


def ngram_kinds(tokens: Sequence[str], matches: Iterable[NgramMatch], clip: bool) -> list[Kind]:
    """The kind of each token, given the matched n-grams. The first occurrences of an n-gram are those that count.

    With `clip`, a token that is only in further occurrences is marked as clipped: this is for predictions.
    """
    by_order: dict[int, dict[tuple[str, ...], int]] = {}
    for match in matches:
        by_order.setdefault(len(match.ngram), {})[match.ngram] = match.matches
    longest, clipped = [0] * len(tokens), [0] * len(tokens)
    found, before = set(range(len(tokens))), 0
    for n, allowed in sorted(by_order.items()):
        # An n-gram is shared only if both parts of it that lack one token are.
        possible = (
            [place for place in sorted(found) if place + 1 in found] if n == before + 1 > 1 else range(len(tokens))
        )
        seen: Counter[tuple[str, ...]] = Counter()
        found, before = set(), n
        for place in possible:
            ngram = tuple(tokens[place : place + n])
            if ngram in allowed:
                found.add(place)
                seen[ngram] += 1
                reached = longest if seen[ngram] <= allowed[ngram] else clipped
                reached[place : place + n] = [n] * n
    return [
        ("match", order) if order else ("clipped", cut) if clip and cut else None
        for order, cut in zip(longest, clipped, strict=True)
    ]


def chunk_kinds(chunks: Iterable[AlignmentChunk]) -> tuple[list[Kind], list[Kind]]:
    """The kinds of the tokens of the prediction and of the reference, given the chunks of their alignment."""
    ours: list[Kind] = []
    theirs: list[Kind] = []
    for kind, start, end, own, until in chunks:
        both = {"equal": ("match", 1), "substitute": ("substituted", 1)}.get(kind)
        ours += [both or ("extra", 1)] * (until - own)
        theirs += [both or ("missing", 1)] * (end - start)
    return ours, theirs
