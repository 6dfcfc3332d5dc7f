"""The tokenizers of BLEU, as in sacreBLEU 2.6.0. File names and line numbers refer to its source."""

import re
from bisect import bisect_right

__all__ = ["bleu_tokens"]

OTHER, NUMBER, PUNCTUATION, SYMBOL = range(4)


def bleu_tokens(text: str, tokenize: str = "13a", lowercase: bool = False) -> list[str]:
    """Returns the tokens of `text` by the tokenizer with this name (bleu.py:299-303)."""
    if lowercase:
        text = text.lower()
    text = text.rstrip()
    match tokenize:
        case "13a":
            return western(f" {without_markup(text)} ")
        case "zh":
            return western("".join(f" {c} " if is_chinese(c) else c for c in text.strip()))
        case "intl":
            return international(text)
        case "char":
            return " ".join(text).split()
        case "none":
            return text.split()
    raise ValueError(f"no such tokenizer: {tokenize!r}")


def without_markup(text: str) -> str:
    """Returns the text without markup (tokenizer_13a.py:24-32). The order turns `&amp;lt;` into `<`."""
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    return text.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def western(text: str) -> list[str]:
    """Returns the tokens of mteval-v13a (tokenizer_re.py:13-22). Matches of one pattern do not overlap."""
    # ASCII punctuation except the apostrophe, the hyphen, the period and the comma.
    text = re.sub(r"([ -&(-+/:-@[-`{-~])", r" \1 ", text)
    text = re.sub(r"([^0-9])([.,])", r"\1 \2 ", text)
    text = re.sub(r"([.,])([^0-9])", r" \1 \2", text)
    text = re.sub(r"([0-9])-", r"\1 - ", text)
    return text.split()


def international(text: str) -> list[str]:
    """Returns the tokens of mteval-v14 (tokenizer_intl.py:37-44). Categories come from one Unicode version."""
    # `kinds` has a letter for the category of each character, on which the patterns work.
    kinds = "".join("oNPS"[category(c)] for c in text)
    text, kinds = spaced(text, kinds, "([^N])(P)", (1, 1))
    text, kinds = spaced(text, kinds, "(P)([^N])", (1, 0))
    return "".join(f" {c} " if kind == "S" else c for c, kind in zip(text, kinds, strict=True)).split()


def spaced(text: str, kinds: str, pattern: str, where: tuple[int, int]) -> tuple[str, str]:
    """Inserts spaces at each pair of characters whose kinds match `pattern`, in the text and in its kinds.

    `(1, 1)` inserts one inside the pair and one after it, `(1, 0)` one before the pair and one inside.
    """
    around = {(1, 1): "{} {} ", (1, 0): " {} {}"}[where]
    out, out_kinds, start = [], [], 0
    for match in re.finditer(pattern, kinds):
        i = match.start()
        out += [text[start:i], around.format(text[i], text[i + 1])]
        out_kinds += [kinds[start:i], around.replace(" ", "o").format(kinds[i], kinds[i + 1])]
        start = match.end()
    return "".join([*out, text[start:]]), "".join([*out_kinds, kinds[start:]])


def category(character: str) -> int:
    """Returns the category of a character: OTHER, NUMBER, PUNCTUATION or SYMBOL."""
    # Imported here because the tables are large and no other tokenizer of BLEU needs them.
    from .intl_tables import CLASSES, STARTS

    return CLASSES[bisect_right(STARTS, ord(character)) - 1]


def is_chinese(character: str) -> bool:
    """True if sacreBLEU takes the character for Chinese (tokenizer_zh.py:46-69).

    sacreBLEU writes bounds above U+FFFF as strings of two characters, and compares strings.
    """
    return any(first <= character <= last for first, last in CHINESE)


CHINESE = (
    ("\u3400", "\u4db5"),
    ("\u4e00", "\u9fa5"),
    ("\u9fa6", "\u9fbb"),
    ("\uf900", "\ufa2d"),
    ("\ufa30", "\ufa6a"),
    ("\ufa70", "\ufad9"),
    ("\u2000" + "0", "\u2a6d" + "6"),
    ("\u2f80" + "0", "\u2fa1" + "d"),
    ("\uff00", "\uffef"),
    ("\u2e80", "\u2eff"),
    ("\u3000", "\u303f"),
    ("\u31c0", "\u31ef"),
    ("\u2f00", "\u2fdf"),
    ("\u2ff0", "\u2fff"),
    ("\u3100", "\u312f"),
    ("\u31a0", "\u31bf"),
    ("\ufe10", "\ufe1f"),
    ("\ufe30", "\ufe4f"),
    ("\u2600", "\u26ff"),
    ("\u2700", "\u27bf"),
    ("\u3200", "\u32ff"),
    ("\u3300", "\u33ff"),
)
