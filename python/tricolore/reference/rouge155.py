"""ROUGE as Lin's Perl script computes it, release 1.5.5: ROUGE-N, L, W, S and SU, with its averages and bounds.

Lin, "ROUGE: a package for automatic evaluation of summaries", 2004. The script departs from the paper; comments mark
where. Line numbers (L) refer to ROUGE-1.5.5.pl. Texts are bytes, as the script reads them.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .rouge155_stemmer import rouge155_stem

__all__ = [
    "Average",
    "Counts",
    "Measures",
    "Read",
    "Rules",
    "average",
    "counts",
    "draws",
    "flat_units",
    "grams",
    "is_weighted",
    "item",
    "measure",
    "printed_counts",
    "read",
    "tokens",
    "united",
    "units",
    "weight",
    "with_best_recall",
]

Tokens = Sequence[str]


class Rules(NamedTuple):
    """The options that decide the tokens of a text."""

    stem: bool = False
    exceptions: Mapping[str, str] = {}
    stop_words: Collection[str] = ()
    words: int | None = None
    bytes: int | None = None


PLAIN = Rules()


class Read(NamedTuple):
    """The tokens of a text, in the two ways in which the script reads it."""

    flat: Tokens
    """The tokens of all units joined, which N and S count, and to whose counts L and W clip (L1816)."""
    units: Sequence[Tokens]
    """The tokens of each unit, which L and W compare (L2020). A limit in bytes cuts them elsewhere."""


class Counts(NamedTuple):
    """The counts of one type for a prediction and a reference.

    Of ROUGE-W, the matches and the reference's total are sums of lengths to the power of the weight, and so floats.
    """

    matches: float
    prediction_total: float
    reference_total: float


class Measures(NamedTuple):
    """Precision, recall and F-measure, from 0 to 1, rounded to five places."""

    precision: float
    recall: float
    fmeasure: float


class Average(NamedTuple):
    """The mean of the means of all samples, and the bounds of the means."""

    mean: float
    low: float
    high: float


def item(
    prediction: bytes,
    references: Sequence[bytes],
    types: Sequence[str] = ("rouge1", "rouge2", "rouge3", "rouge4", "rougeL"),
    rules: Rules = PLAIN,
    best: bool = False,
    alpha: float = 0.5,
) -> dict[str, Measures]:
    """Returns the scores of one segment by type, as the script prints them with -d.

    >>> item(b"It is very cold outside", [b"It is cold outside."], ["rougeL", "rougeS4"])["rougeS4"]
    Measures(precision=0.6, recall=1.0, fmeasure=0.75)
    """
    ours, theirs = read(prediction, rules), [read(one, rules) for one in references]
    return {name: measure([counts(name, ours, one) for one in theirs], name, best, alpha) for name in types}


def measure(each: Sequence[Counts], name: str, best: bool, alpha: float) -> Measures:
    """Returns the scores from the counts with each reference.

    Release 1.5.5 does not jackknife (L103). It adds counts over references (L1167), or takes the reference with the
    highest recall.
    """
    if best:
        each = [with_best_recall(each, name)]
    matches, found, wanted = printed_counts(each, name)
    p, r = (rounded((matches / total) ** (1 / weight(name)) if total else 0.0) for total in (found, wanted))
    # F comes from the rounded precision and recall (L1210).
    divisor = (1 - alpha) * p + alpha * r
    return Measures(p, r, rounded(p * r / divisor) if divisor > 0 else 0.0)


def with_best_recall(each: Sequence[Counts], name: str) -> Counts:
    """Returns the first of the counts with the highest recall (L1172), which is rounded first, except in L and W."""
    exact = name == "rougeL" or is_weighted(name)
    return max(each, key=lambda one: share(one) if exact else rounded(share(one)))


def printed_counts(each: Sequence[Counts], name: str) -> Counts:
    """Returns the sums of counts as the script prints them with -t 1: those of ROUGE-W are weighted again (L1562)."""
    w = weight(name)
    return Counts(
        added(one.matches for one in each),
        added(one.prediction_total**w for one in each),
        added(one.reference_total**w for one in each),
    )


def added(numbers: Iterable[float]) -> float:
    """Returns the sum, adding from left to right. The builtin `sum` has corrected its rounding since Python 3.12."""
    total: float = 0
    for number in numbers:
        total += number
    return total


def share(one: Counts) -> float:
    return one.matches / one.reference_total if one.reference_total else 0.0


def rounded(value: float) -> float:
    """Returns the value as `%7.5f` prints it."""
    return float(f"{value:.5f}")


def counts(name: str, prediction: Read, reference: Read) -> Counts:
    """Returns the counts of a type. Raises ZeroDivisionError for ROUGE-W if the reference has no token (L2450)."""
    if name == "rougeL" or is_weighted(name):
        return subsequence_counts(name, prediction, reference)
    found, wanted = grams(name, prediction.flat), grams(name, reference.flat)
    return Counts((found & wanted).total(), found.total(), wanted.total())


def is_weighted(name: str) -> bool:
    return name.startswith("rougeW")


def weight(name: str) -> float:
    return float(name.removeprefix("rougeW")) if is_weighted(name) else 1


def grams(name: str, tokens: Tokens) -> Counter[tuple[str, ...]]:
    """Returns the count of each n-gram, or of each skip-bigram."""
    skip = re.fullmatch(r"rougeS(U?)(\d+|\*)", name)
    if not skip:
        n = int(name.removeprefix("rouge"))
        return Counter(tuple(tokens[place : place + n]) for place in range(len(tokens) - n + 1))
    unigrams, distance = skip.groups()
    furthest = len(tokens) if distance == "*" else int(distance) + 1
    found: Counter[tuple[str, ...]] = Counter()
    # The last token never counts as a unigram, so a text of one token has none (L2658).
    for place, token in enumerate(tokens[:-1]):
        found.update([(token,)] if unigrams else [])
        found.update((token, other) for other in tokens[place + 1 : place + 1 + furthest])
    return found


def subsequence_counts(name: str, prediction: Read, reference: Read) -> Counts:
    """Returns the counts of ROUGE-L or ROUGE-W: of the united subsequences, clipped to the unigrams of both texts."""
    w = weight(name)
    found, wanted = Counter(prediction.flat), Counter(reference.flat)
    matches: float = 0
    for unit, marked in zip(reference.units, united(name, prediction, reference), strict=True):
        run = 0
        for place, token in enumerate(unit):
            # A token that is clipped does not count, and the run goes on after it. At the end of the unit, a run that
            # did not count yet is lost.
            if place not in marked or not found[token] or not wanted[token]:
                continue
            found[token] -= 1
            wanted[token] -= 1
            run += 1
            if name == "rougeL":
                matches += 1
            elif place + 1 not in marked:
                matches += run**w
                run = 0
    total = added(len(unit) ** w for unit in reference.units)
    if is_weighted(name) and not total:
        raise ZeroDivisionError("a reference has no token")
    return Counts(matches, len(prediction.flat), total)


def united(name: str, prediction: Read, reference: Read) -> list[dict[int, tuple[int, int]]]:
    """Returns, for each unit of the reference, its places on a subsequence with any unit of the prediction.

    Each place comes with the first such unit and the place in it.
    """
    every = []
    for unit in reference.units:
        places: dict[int, tuple[int, int]] = {}
        for number, other in enumerate(prediction.units):
            for place, own in subsequence(unit, other, weight(name)):
                places.setdefault(place, (number, own))
        every.append(places)
    return every


def subsequence(unit: Tokens, other: Tokens, w: float) -> list[tuple[int, int]]:
    """Returns the places of one common subsequence in both units; the longest if `w` is 1 (L2275, L2383)."""
    best = [[0.0] * (len(other) + 1) for _ in range(len(unit) + 1)]
    runs = [[0] * (len(other) + 1) for _ in range(len(unit) + 1)]
    for i, token in enumerate(unit, 1):
        for j, match in enumerate(other, 1):
            if token == match:
                k = runs[i - 1][j - 1]
                best[i][j] = best[i - 1][j - 1] + (k + 1) ** w - k**w
                runs[i][j] = k + 1
            else:
                best[i][j] = max(best[i - 1][j], best[i][j - 1])
    places, i, j = [], len(unit), len(other)
    while i and j:
        if unit[i - 1] == other[j - 1]:
            i, j = i - 1, j - 1
            places.append((i, j))
        elif best[i - 1][j] >= best[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return places


def read(text: bytes, rules: Rules) -> Read:
    """Returns the tokens of a text."""
    return Read(
        [token for unit in flat_units(text, rules.words, rules.bytes) for token in tokens(unit, rules)],
        [tokens(unit, rules) for unit in units(text, rules.words, rules.bytes)],
    )


def tokens(unit: bytes, rules: Rules) -> list[str]:
    """Returns the tokens of a unit: lower-case runs of ASCII letters and digits, without stop words (L1925, L2618).

    >>> tokens("Naïve state-of-the-art".encode(), Rules(stop_words={"of", "the"}))
    ['na', 've', 'state', 'art']
    """
    found = [word.decode() for word in re.findall(b"[a-z0-9]+", unit.lower())]
    kept = [word for word in found if word not in rules.stop_words]
    return [stemmed(word, rules.exceptions) for word in kept] if rules.stem else kept


def stemmed(word: str, exceptions: Mapping[str, str]) -> str:
    """Returns the exception or the stem of a word of more than three characters (L2577)."""
    if len(word) <= 3:
        return word
    return exceptions.get(word) or rouge155_stem(word)


def lines(text: bytes) -> list[bytes]:
    """Returns the units of a text: its lines, except empty ones (L1849)."""
    return [line for line in text.split(b"\n") if line]


def units(text: bytes, most_words: int | None = None, most_bytes: int | None = None) -> list[bytes]:
    """Returns the units that ROUGE-L and W compare, cut to a limit (L2020)."""
    if most_bytes is None:
        return flat_units(text, most_words)
    kept = []
    for line in lines(text):
        # The script never adds up the bytes of units (L2089).
        kept.append(line[:most_bytes])
        if len(line) >= most_bytes:
            break
    return kept


def flat_units(text: bytes, most_words: int | None = None, most_bytes: int | None = None) -> list[bytes]:
    """Returns the units of which the flat text consists, cut to a limit (L1867, L1896)."""
    most = most_words if most_bytes is None else most_bytes
    if most is None:
        return lines(text)
    kept: list[bytes] = []
    so_far = 0
    for line in lines(text):
        length = len(words(line)) if most_bytes is None else len(line)
        if so_far + length >= most:
            left = most - so_far
            kept.append(b" ".join(words(line)[:left]) if most_bytes is None else line[:left])
            break
        kept.append(line)
        so_far += length
    return kept


def words(line: bytes) -> list[bytes]:
    """Returns the words of a line as Perl's `split(/\\s+/)` does: one is empty if the line starts with a blank."""
    found = re.split(rb"[ \t\n\r\f\v]+", line)
    while found and not found[-1]:
        found.pop()
    return found


def draws(seed: int, items: int) -> Iterator[int]:
    """Yields the numbers of the items that a sample takes: Perl's `srand(seed)`, then `int(items * rand())`."""
    state = (seed << 16) + 0x330E
    for _ in range(items):
        state = (state * 0x5DEECE66D + 0xB) % 2**48
        yield int(items * (state / 2**48))


def average(values: Sequence[float], confidence: float = 95, samples: int = 1000) -> Average:
    """Returns the average that the script prints for the values of a figure, with its bounds (L802).

    Items are drawn in the order of their names as strings: 1, 10, 100, 2, ... The printed average is the mean of the
    means of all samples, not the mean of the items (L932). A bound lies between two sorted means; a mean past the last
    counts as 0.
    """
    items = [values[int(name) - 1] for name in sorted(str(number + 1) for number in range(len(values)))]
    means = []
    for seed in range(samples):
        means.append(added(items[place] for place in draws(seed, len(items))) / len(items))
    means.sort()
    delta = samples * ((100 - confidence) / 2) / 100
    upper = int(samples - delta - 1)
    share = samples - delta - 1 - upper

    def bound(place: int) -> float:
        low, high = (means[at] if at < samples else 0.0 for at in (place, place + 1))
        return low + (high - low) * share

    return Average(added(means) / samples, bound(int(delta)), bound(upper))
