"""TER: the number of edits needed to turn the prediction into the reference, divided by the reference's length.

The metric of Snover et al., "A study of translation edit rate with targeted human annotation", AMTA 2006, as sacreBLEU
2.6.0 computes it. An edit inserts, deletes or substitutes a token, or moves a run of tokens. Line numbers refer to
sacreBLEU's metrics/lib_ter.py, unless a file is named.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

__all__ = [
    "TERMove",
    "TERSearch",
    "move",
    "ter",
    "ter_reference_tokens",
    "ter_row",
    "ter_score",
    "ter_search",
    "ter_tokens",
]

# The least half-width of the beam of the edit distance.
BEAM = 25
# The most tokens that one move takes.
MOST_MOVED = 10
# The greatest distance between the place of a moved run in the prediction and its place in the reference.
FARTHEST = 50
# The search stops after this many candidate moves in total, across all rounds.
MOST_TRIED = 1000


class TERMove(NamedTuple):
    """A move that the search makes. Its places refer to the tokens right before the move."""

    start: int
    """The place of the first token that is moved."""
    length: int
    """The number of tokens that are moved."""
    target: int
    """The place of the token that the run is moved before; the number of tokens if it is moved to the end."""
    saved: int
    """The number of other edits that the move saves."""


class TERSearch(NamedTuple):
    """The edits that the search finds."""

    moves: list[TERMove]
    """The moves, in the order in which they are made."""
    tokens: list[str]
    """The tokens of the prediction after all moves."""
    trace: str
    """The edits that turn these tokens into the reference, in order: a blank keeps a token, `s` substitutes one, `d`
    deletes one of the prediction and `i` inserts one of the reference."""

    @property
    def edits(self) -> int:
        """The number of edits, moves included."""
        return len(self.moves) + len(self.trace) - self.trace.count(" ")


def ter(
    prediction: str,
    references: Sequence[str],
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
) -> float:
    """Returns TER of one segment as a percentage: 0 for a prediction equal to the reference; it may exceed 100.

    >>> ter("on the mat the cat sat", ["the cat sat on the mat"])
    16.666666666666664
    """
    options = (normalized, no_punct, asian_support, case_sensitive)
    row = ter_row(ter_tokens(prediction, *options), [ter_reference_tokens(text, *options) for text in references])
    return ter_score(row[0], row[1] / row[2])


def ter_row(prediction: list[str], references: Sequence[list[str]]) -> list[int]:
    """Returns the fewest edits to any reference, the sum of the references' lengths, and the number of references."""
    edits = min(ter_search(prediction, reference).edits for reference in references)
    return [edits, sum(map(len, references)), len(references)]


def ter_score(edits: float, length: float) -> float:
    """Returns the score of a segment, or of a corpus whose edits and lengths are summed (ter.py:129-146)."""
    return 100 * (edits / length if length > 0 else 1.0 if edits > 0 else 0.0)


def ter_search(prediction: list[str], reference: list[str]) -> TERSearch:
    """Makes the move that saves the most edits, again and again until no move saves any (:39-76)."""
    moves: list[TERMove] = []
    tokens, tried = prediction, 0
    while True:
        trace = beam_trace(tokens, reference)
        # In the round that reaches the limit, no move is made (:70).
        found = list(islice(find_moves(tokens, reference, trace), MOST_TRIED - tried))
        tried += len(found)
        if not found or tried >= MOST_TRIED:
            return TERSearch(moves, tokens, trace)
        measured = []
        for length, start, target in found:
            moved = move(tokens, start, length, target)
            saved = count_edits(trace) - count_edits(beam_trace(moved, reference))
            measured.append((saved, length, -start, -target, moved))
        saved, length, start, target, moved = max(measured)
        if saved <= 0:
            return TERSearch(moves, tokens, trace)
        moves.append(TERMove(-start, length, outside(tokens, -start, length, -target), saved))
        tokens = moved


def find_moves(prediction: list[str], reference: list[str], trace: str) -> Iterator[tuple[int, int, int]]:
    """Yields the length, start and target of each candidate move (:79-147, :181-207)."""
    # `prefixes` has the number of tokens of the prediction that align with each prefix of the reference. `wrong` and
    # `missed` are True for tokens of the prediction and of the reference without a match.
    prefixes, wrong, missed = [0], [], []
    for edit in trace:
        if edit != "i":
            wrong.append(edit != " ")
        if edit != "d":
            missed.append(edit != " ")
            prefixes.append(len(wrong))
    for start in range(len(prediction)):
        for place in range(max(0, start - FARTHEST), min(len(reference), start + FARTHEST + 1)):
            for length in range(1, 1 + min(MOST_MOVED, len(prediction) - start, len(reference) - place)):
                end = start + length
                if prediction[end - 1] != reference[place + length - 1]:
                    break
                within = start < prefixes[place + 1] <= end
                if any(wrong[start:end]) and any(missed[place : place + length]) and not within:
                    targets = sorted(set(prefixes[place : place + length + 1]))
                    yield from ((length, start, target) for target in targets)


def move(tokens: list[str], start: int, length: int, target: int) -> list[str]:
    """Returns the tokens after a move (:155-176)."""
    end, target = start + length, outside(tokens, start, length, target)
    if target < start:
        return tokens[:target] + tokens[start:end] + tokens[target:start] + tokens[end:]
    return tokens[:start] + tokens[end:target] + tokens[start:end] + tokens[target:]


def outside(tokens: list[str], start: int, length: int, target: int) -> int:
    """Returns the target of a move. A target inside the moved run is shifted by the length of the run."""
    return min(target + length, len(tokens)) if start <= target <= start + length else target


def count_edits(trace: str) -> int:
    """Returns the number of edits in a trace."""
    return len(trace) - trace.count(" ")


def beam_trace(prediction: list[str], reference: list[str]) -> str:
    """Returns the edits of the shortest path within a beam around the diagonal (:307-397), as `TERSearch.trace`."""
    ratio = len(reference) / len(prediction) if prediction else 1
    beam = math.ceil(ratio / 2 + BEAM) if ratio / 2 > BEAM else BEAM
    # Cells outside the beam cost infinity, and so does the cell left of the first, which index -1 reads.
    outside = [math.inf] * (len(reference) + 2)
    above = [*range(len(reference) + 1), math.inf]
    rows = [["i"] * (len(reference) + 1)]
    for i, token in enumerate(prediction, start=1):
        diagonal = math.floor(i * ratio)
        end = len(reference) + 1 if i == len(prediction) else min(len(reference) + 1, diagonal + beam)
        row, edits = outside.copy(), [""] * (len(reference) + 1)
        for j in range(max(0, diagonal - beam), end):
            kept = j > 0 and token == reference[j - 1]
            # Of edits with one cost, the first counts.
            cost, edit = above[j - 1] + (not kept), " " if kept else "s"
            if above[j] + 1 < cost:
                cost, edit = above[j] + 1, "d"
            if row[j - 1] + 1 < cost:
                cost, edit = row[j - 1] + 1, "i"
            row[j], edits[j] = cost, edit
        above = row
        rows.append(edits)
    i, j, trace = len(prediction), len(reference), ""
    while i or j:
        edit = rows[i][j]
        trace = edit + trace
        i -= edit != "i"
        j -= edit != "d"
    return trace


ASIAN_MARK = (
    "[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]"
)
# The last range ends at U+3F22 because it does in tokenizer_ter.py:77.
IDEOGRAPH = "[\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f\u3200-\u3f22]"


def ter_tokens(
    text: str,
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
) -> list[str]:
    """Returns the tokens of `text` as Tercom splits it (ter.py:126, tokenizer_ter.py)."""
    text = text.rstrip()
    if not case_sensitive:
        text = text.lower()
    if normalized:
        text = western(text)
        if asian_support:
            text = re.sub(f"({IDEOGRAPH}|{ASIAN_MARK})", r" \1 ", text)
    if no_punct:
        text = re.sub(r"[.,?:;!\"()]", "", text)
        if asian_support:
            text = re.sub(ASIAN_MARK, "", text)
    return text.split()


def ter_reference_tokens(text: str, *options: bool) -> list[str]:
    """Returns the tokens of a reference, which sacreBLEU tokenizes twice (base.py:346, ter.py:193).

    With `normalized`, the second pass can split more: once the first pass has separated a full stop, a possessive
    before the full stop is followed by a space.

    >>> ter_reference_tokens("Intel's.", True), ter_tokens("Intel's.", True)
    (['intel', "'s", '.'], ["intel's", '.'])
    """
    return ter_tokens(" ".join(ter_tokens(text, *options)), *options)


def western(text: str) -> str:
    """Puts spaces around punctuation (tokenizer_ter.py:21-57). Matches of one pattern do not overlap."""
    text = text.replace("\n-", "").replace("\n", " ")
    text = text.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    text = re.sub(r"([ -&(-+/:-@[-`{-~])", r" \1 ", f" {text} ")
    text = text.replace("'s ", " 's ")
    text = re.sub(r"([^0-9])([.,])", r"\1 \2 ", text)
    text = re.sub(r"([.,])([^0-9])", r" \1 \2", text)
    return re.sub(r"([0-9])-", r"\1 - ", text)
