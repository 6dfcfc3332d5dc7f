"""The Porter stemmer as NLTK runs it by default (NLTK_EXTENSIONS).

The algorithm of Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Comments that start with "NLTK" mark
NLTK's changes, with the lines of nltk/stem/porter.py 3.10.4.
"""

import re
from collections.abc import Callable

__all__ = ["porter_stem"]

# NLTK: irregular forms (:103).
IRREGULAR = {
    **dict.fromkeys(["sky", "skies"], "sky"),
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "news": "news",
    **dict.fromkeys(["inning", "innings"], "inning"),
    **dict.fromkeys(["outing", "outings"], "outing"),
    **dict.fromkeys(["canning", "cannings"], "canning"),
    "howe": "howe",
    "proceed": "proceed",
    "exceed": "exceed",
    "succeed": "succeed",
}

# A step ends at the first suffix that the word has, even if the stem does not meet the condition.
STEP_2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
]  # fmt: skip
STEP_3 = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
]  # fmt: skip
STEP_4 = (
    "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
).split()  # fmt: skip


def porter_stem(word: str) -> str:
    """Returns the stem of a word, in lower case."""
    stem = word.lower()
    if stem in IRREGULAR:
        return IRREGULAR[stem]
    if len(word) <= 2:
        return stem
    for step in (step_1a, step_1b, step_1c, step_2, step_3, step_4, step_5a, step_5b):
        stem = step(stem)
    return stem


def shape(word: str) -> str:
    """Returns `c` for each consonant and `v` for each vowel. The letter y is a vowel after a consonant."""
    out = ""
    for letter in word:
        vowel = out.endswith("c") if letter == "y" else letter in "aeiou"
        out += "v" if vowel else "c"
    return out


def m(stem: str) -> int:
    """Returns Porter's measure: the number of times that a consonant follows a vowel."""
    return shape(stem).count("vc")


def ends_double_consonant(word: str) -> bool:
    return word[-1:] == word[-2:-1] and shape(word).endswith("c")


def ends_cvc(word: str) -> bool:
    # NLTK also accepts a word of one vowel and one consonant (:259).
    return shape(word) == "vc" or (shape(word).endswith("cvc") and word[-1] not in "wxy")


def replace(word: str, rules: list[tuple[str, str]], passes: Callable[[str], bool]) -> str:
    for suffix, replacement in rules:
        if word.endswith(suffix):
            stem = word.removesuffix(suffix)
            return stem + replacement if passes(stem) else word
    return word


def step_1a(word: str) -> str:
    if re.fullmatch(".ies", word, re.DOTALL):  # NLTK (:318)
        return word[:-1]
    return replace(word, [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")], lambda _: True)


def step_1b(word: str) -> str:
    if word.endswith("ied"):  # NLTK (:364)
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return replace(word, [("eed", "ee")], lambda stem: m(stem) > 0)
    stem = replace(word, [("ed", ""), ("ing", "")], lambda stem: "v" in shape(stem))
    if stem == word:
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if ends_double_consonant(stem):
        return stem if stem[-1] in "lsz" else stem[:-1]
    return stem + "e" if m(stem) == 1 and ends_cvc(stem) else stem


def step_1c(word: str) -> str:
    # NLTK (:425)
    return replace(word, [("y", "i")], lambda stem: len(stem) > 1 and shape(stem).endswith("c"))


def step_2(word: str) -> str:
    if word.endswith("alli") and m(word[:-4]) > 0:  # NLTK (:490)
        return step_2(word[:-2])
    if word.endswith("logi"):  # NLTK (:532)
        return word[:-1] if m(word[:-3]) > 0 else word
    return replace(word, STEP_2, lambda stem: m(stem) > 0)


def step_3(word: str) -> str:
    return replace(word, STEP_3, lambda stem: m(stem) > 0)


def step_4(word: str) -> str:
    for suffix in STEP_4:
        if word.endswith(suffix):
            stem = word.removesuffix(suffix)
            return stem if m(stem) > 1 and (suffix != "ion" or stem[-1] in "st") else word
    return word


def step_5a(word: str) -> str:
    return replace(word, [("e", "")], lambda stem: m(stem) > 1 or (m(stem) == 1 and not ends_cvc(stem)))


def step_5b(word: str) -> str:
    return word[:-1] if word.endswith("ll") and m(word[:-1]) > 1 else word
