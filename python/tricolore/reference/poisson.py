"""The draws of the Poisson bootstrap: how often a segment appears in each replicate.

Each draw is from Poisson(1) and depends only on the seed, the segment's id and the number of the replicate, so that a
corpus can be resampled in one pass, in any order. The generator is Philox4x32-10 (Salmon et al., "Parallel random
numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

__all__ = ["draws", "number_of", "philox"]

WORD = 2**32
# Replicates are drawn in blocks of 4 * LANES: counter i of a block gives the replicates i, i + LANES, i + 2 * LANES and
# i + 3 * LANES of the block.
LANES = 32


def thresholds() -> list[int]:
    """Returns 2^32 times the probability that a Poisson(1) draw is at most 0, 1, ..., 11, rounded."""
    e = sum(Fraction(1, factorial(k)) for k in range(40))
    return [round(WORD * sum(Fraction(1, factorial(k)) for k in range(most + 1)) / e) for most in range(12)]


THRESHOLDS = thresholds()


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Returns four 32-bit words that depend on all bits of counter and key."""
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        high, low = divmod(0xD2511F53 * a, WORD)
        other_high, other_low = divmod(0xCD9E8D57 * c, WORD)
        a, b, c, d = other_high ^ b ^ k, other_low, high ^ d ^ m, low
        k, m = (k + 0x9E3779B9) % WORD, (m + 0xBB67AE85) % WORD
    return a, b, c, d


def number_of(segment: int | str) -> int:
    """Returns the 64-bit number of an id: an integer in two's complement, or the FNV-1a hash (Fowler, Noll, Vo) of a
    text's UTF-8."""
    if isinstance(segment, int):
        return segment % 2**64
    number = 0xCBF29CE484222325
    for byte in segment.encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return number


def draws(segment: int | str, replicates: int, seed: int) -> list[int]:
    """Returns how often a segment appears in each replicate.

    >>> draws("a segment's id", 12, 12345)
    [1, 1, 1, 1, 2, 0, 0, 0, 0, 1, 3, 0]
    """
    high, low = divmod(number_of(segment), WORD)
    key = seed % WORD, seed // WORD
    out = []
    for replicate in range(replicates):
        group, place = divmod(replicate, 4 * LANES)
        word, lane = divmod(place, LANES)
        bits = philox((LANES * group + lane, 0, low, high), key)[word]
        out.append(sum(bits >= threshold for threshold in THRESHOLDS))
    return out
