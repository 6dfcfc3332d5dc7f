"""sacreBLEU's tokenizers, called directly or by a metric."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import tricolore as tc
from tricolore.reference.bleu_tokenizers import CHINESE

from .answers import NotServedError
from .guard import Guard

__all__ = ["REPLACED", "codes_hold", "know_tokenizer", "spaced_by", "tercom"]

PACKAGE = "sacrebleu.tokenizers.tokenizer_"
CALL = ("__call__",)


class KnownTokenizer(NamedTuple):
    """A class of tokenizers as imported."""

    name: str
    """The name in tricolore; "" if the original calls a library and must run first."""
    guard: Guard
    patterns: Any
    """The substitutions that an instance holds, or None if it holds nothing that affects results."""


KNOWN: dict[type, KnownTokenizer] = {}

CLASSES = {
    "13a": ("Tokenizer13a", "13a"),
    "char": ("TokenizerChar", "char"),
    "intl": ("TokenizerV14International", "intl"),
    "ja_mecab": ("TokenizerJaMecab", ""),
    "ko_mecab": ("TokenizerKoMecab", ""),
    "none": ("NoneTokenizer", "none"),
    "spm": ("TokenizerSPM", ""),
    "ter": ("TercomTokenizer", "tercom"),
    "zh": ("TokenizerZh", "zh"),
}
"""The class and the name in tricolore, by the end of the module's name."""
# Constants are given by value, because other code may have changed them before.
PASSED_BY: dict[str, tuple[tuple[str, Any], ...]] = {
    "zh": ((f"{PACKAGE}zh:TokenizerZh", ("_is_chinese_char",)), (f"{PACKAGE}zh", {"_UCODE_RANGES": list(CHINESE)})),
    "ter": (
        (
            f"{PACKAGE}ter:TercomTokenizer",
            {
                "ASIAN_PUNCT": r"([\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb])",
                "FULL_WIDTH_PUNCT": r"([\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09])",
            },
        ),
        (
            f"{PACKAGE}ter",
            (
                *("_normalize_general_and_western", "_normalize_asian", "_remove_punct", "_remove_asian_punct"),
                *("TercomTokenizer", "re.sub"),
            ),
        ),
    ),
}


def know_tokenizer(module: str) -> None:
    """Records the tokenizer of a module as imported."""
    ending = module.removeprefix(PACKAGE)
    if ending not in CLASSES:
        return
    name, ours = CLASSES[ending]
    cls = getattr(sys.modules[module], name)
    hooks = [(f"{module}:{name}", CALL), *PASSED_BY.get(ending, ())]
    patterns = None
    if ending in ("13a", "zh", "intl"):
        patterns = patterns_of(cls())
        assert patterns
    if ending in ("13a", "zh"):
        hooks.append((f"{PACKAGE}re:TokenizerRegexp", CALL))
    guard = Guard(*hooks)
    classes = [cls]
    if ending == "spm":
        # Its subclasses differ only in the model that they load.
        classes += [v for v in vars(sys.modules[module]).values() if isinstance(v, type) and v.__base__ is cls]
    for each in classes:
        KNOWN[each] = KnownTokenizer(ours, guard, patterns)


def patterns_of(tokenizer: Any) -> Any:
    """Returns the substitutions of a tokenizer that has only the attributes that its class sets, else None."""
    own = vars(tokenizer)
    if "_post_tokenizer" in own:
        post = own["_post_tokenizer"]
        if type(post).__module__ != f"{PACKAGE}re":
            return None
        inner = vars(post)
        return inner["_re"] if len(own) == len(inner) == 1 and "_re" in inner else None
    return own["_re"] if len(own) == 1 and "_re" in own else None


def codes_hold(tokenizer: Any) -> bool:
    """True if the functions of a known tokenizer have the original's code."""
    return KNOWN[type(tokenizer)].guard.codes_hold()


def spaced_by(tokenizer: Any) -> str:
    """Returns the name of the tokenizer in tricolore, or "" if the original must run first."""
    known = KNOWN.get(type(tokenizer))
    if known is None or not known.guard.holds():
        raise NotServedError("hook")
    if known.patterns is None:
        if "__call__" in vars(tokenizer):
            raise NotServedError("hook")
    elif patterns_of(tokenizer) != known.patterns:
        raise NotServedError("hook")
    if known.name == "intl" and not classes_are_ours():
        raise NotServedError("option")
    return known.name


@lru_cache(maxsize=1)
def classes_are_ours() -> bool:
    """True if the installed `regex` has the same punctuation, symbols and numbers as our tables."""
    import regex

    from tricolore.reference.intl_tables import CLASSES as OURS
    from tricolore.reference.intl_tables import STARTS

    every = "".join(map(chr, range(0x110000)))
    runs, end = [], 0
    for run in regex.finditer(r"(\p{N}+)|(\p{P}+)|(\p{S}+)", every):
        runs += [(end, 0)] * (run.start() > end) + [(run.start(), run.lastindex)]
        end = run.end()
    return [*runs, (end, 0)] == list(zip(STARTS, OURS, strict=True))


@lru_cache(maxsize=64)
def tercom(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> tc.TER:
    """Returns TER with the options of a tokenizer."""
    return tc.TER(normalized, no_punct, asian_support, case_sensitive)


BLEU = {name: tc.BLEU(name) for name in ("13a", "intl", "zh")}


def tokenized(self: Any, line: Any) -> str:
    """`__call__` of the tokenizers of BLEU."""
    # Tricolore strips the end of a line, which sacreBLEU's metric does before it calls a tokenizer.
    if type(line) is not str or line[-1:].isspace():
        raise NotServedError("input")
    return " ".join(BLEU[spaced_by(self)].tokens(line))


def normalized(self: Any, sent: Any) -> str:
    """`__call__` of the tokenizer of TER."""
    if type(sent) is not str or sent[-1:].isspace():
        raise NotServedError("input")
    spaced_by(self)
    flags = (self._normalized, self._no_punct, self._asian_support, self._case_sensitive)
    return " ".join(tercom(*map(bool, flags)).tokens(sent))


REPLACED: dict[str, dict[str, Callable[..., Any]]] = {
    f"{PACKAGE}13a": {"Tokenizer13a.__call__": tokenized},
    f"{PACKAGE}intl": {"TokenizerV14International.__call__": tokenized},
    f"{PACKAGE}zh": {"TokenizerZh.__call__": tokenized},
    f"{PACKAGE}ter": {"TercomTokenizer.__call__": normalized},
}
