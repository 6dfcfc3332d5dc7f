"""How often a segment is in a replicate of the bootstrap in one pass: draws from Poisson(1), each a function of
the seed, the segment's id and the replicate's number.

The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

__all__ = ["draws", "number_of", "philox"]

WORD = 2**32
# Counters that follow each other; of each come four replicates, so many apart.
LANES = 32


def thresholds() -> list[int]:
    """2^32 times the chance of at most 0, 1, ..., 11 events where one is expected, rounded."""
    e = sum(Fraction(1, factorial(k)) for k in range(40))
    return [round(WORD * sum(Fraction(1, factorial(k)) for k in range(most + 1)) / e) for most in range(12)]


THRESHOLDS = thresholds()


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four words of 32 bits that depend on all bits of counter and key."""
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        high, low = divmod(0xD2511F53 * a, WORD)
        other_high, other_low = divmod(0xCD9E8D57 * c, WORD)
        a, b, c, d = other_high ^ b ^ k, other_low, high ^ d ^ m, low
        k, m = (k + 0x9E3779B9) % WORD, (m + 0xBB67AE85) % WORD
    return a, b, c, d


def number_of(segment: int | str) -> int:
    """The number that stands for an id: of an integer itself, in two's complement of 64 bits; of a text the hash
    FNV-1a of its UTF-8 (Fowler, Noll, Vo)."""
    if isinstance(segment, int):
        return segment % 2**64
    number = 0xCBF29CE484222325
    for byte in segment.encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return number


def draws(segment: int | str, replicates: int, seed: int) -> list[int]:
    """How often a segment is in each replicate.

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
