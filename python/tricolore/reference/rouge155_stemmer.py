"""The Porter stemmer of ROUGE-1.5.5, a Perl release of Porter's with another step 4.

Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Line numbers (L) refer to ROUGE-1.5.5.pl.
"""

import re
from collections.abc import Sequence

__all__ = ["rouge155_stem"]

# A run of consonants and a run of vowels. The letter y begins either, and continues neither (L3271).
C, V = "[^aeiou][^aeiouy]*", "[aeiouy][aeiou]*"
M_ABOVE_0 = re.compile(f"({C})?{V}{C}")
M_IS_1 = re.compile(f"({C})?{V}{C}({V})?$")
M_ABOVE_1 = re.compile(f"({C})?{V}{C}{V}{C}")
HAS_VOWEL = re.compile(f"({C})?[aeiouy]")
CVC = re.compile(f"{C}[aeiouy][^aeiouwxy]$")

STEP_2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
]  # fmt: skip
STEP_3 = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
]  # fmt: skip
STEP_4 = [
    (suffix, "") for suffix in "al ance ence er ic able ible ant ement ou ism ate iti ous ive ize".split()
]  # fmt: skip


def rouge155_stem(word: str) -> str:
    """Returns the stem of a word of lower-case ASCII letters and digits (L3203).

    >>> [rouge155_stem(word) for word in ("always", "agreement", "argument", "conditioner")]
    ['alwai', 'agreem', 'argum', 'condit']
    """
    if len(word) < 3:
        return word
    # A first y is a consonant.
    stem = "Y" + word[1:] if word[0] == "y" else word
    for step in (step_1a, step_1b, step_1c, step_2, step_3, step_4, step_5):
        stem = step(stem)
    return "y" + stem[1:] if word[0] == "y" else stem


def replaced(word: str, rules: Sequence[tuple[str, str]], condition: re.Pattern[str]) -> str:
    """Returns the word with its longest suffix among the rules replaced, if the stem before it meets the condition."""
    for suffix, replacement in sorted(rules, key=lambda rule: -len(rule[0])):
        stem = word.removesuffix(suffix)
        if stem != word and stem:
            return stem + replacement if condition.match(stem) else word
    return word


def step_1a(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if re.search("[^s]s$", word) else word


def step_1b(word: str) -> str:
    if word.endswith("eed"):
        return replaced(word, [("eed", "ee")], M_ABOVE_0)
    stem = replaced(word, [("ed", ""), ("ing", "")], HAS_VOWEL)
    if stem == word:
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if re.search(r"([^aeiouylsz])\1$", stem):
        return stem[:-1]
    return stem + "e" if CVC.match(stem) else stem


def step_1c(word: str) -> str:
    return replaced(word, [("y", "i")], HAS_VOWEL)


def step_2(word: str) -> str:
    return replaced(word, STEP_2, M_ABOVE_0)


def step_3(word: str) -> str:
    return replaced(word, STEP_3, M_ABOVE_0)


def step_4(word: str) -> str:
    # Each rule applies to the result of the rules before it, against the comment in the script: agreement loses
    # nothing to "ement", then "ent".
    word = replaced(word, STEP_4, M_ABOVE_1)
    word = replaced(word, [("ment", "")], M_ABOVE_1)
    if word.endswith("ent"):
        return replaced(word, [("ent", "")], M_ABOVE_1)
    return replaced(word, [("ion", "")], M_ABOVE_1) if word.endswith(("sion", "tion")) else word


def step_5(word: str) -> str:
    if word.endswith("e"):
        stem = word[:-1]
        if M_ABOVE_1.match(stem) or (M_IS_1.match(stem) and not CVC.match(stem)):
            word = stem
    return word[:-1] if word.endswith("ll") and M_ABOVE_1.match(word) else word
