from typing import Any, final

__all__ = [
    "UNICODE_VERSION",
    "Rouge",
    "RowMetric",
    "Samples",
    "__version__",
    "check",
    "forked",
    "porter",
    "sum_columns",
]

__version__: str
UNICODE_VERSION: str

def check(predictions: Any, references: Any, /) -> bytes | None: ...
def forked() -> None: ...
def porter(word: str, /) -> str: ...
def sum_columns(matrix: Any, width: int, /) -> list[bytes]: ...

@final
class Rouge:
    def __new__(cls, types: list[str], tokenizer: str, use_stemmer: bool, multi_reference: str, /) -> Rouge: ...
    def score(self, prediction: Any, references: Any, /) -> bytes: ...
    def batch(
        self, predictions: Any, references: Any, num_threads: int, /
    ) -> tuple[bytes, bytes, bytes | None, tuple[int, int]]: ...
    def scores(self, rows: Any, offsets: Any, /) -> bytes: ...
    def tokenize(self, text: str, /) -> list[str]: ...

@final
class Samples:
    def __new__(cls, rows: Any, width: int, double: bool, /) -> Samples: ...
    def drawn(self, draws: Any, in_order: bool, /) -> bytes: ...
    def selected(self, selections: Any, /) -> bytes: ...

@final
class RowMetric:
    @staticmethod
    def bleu(
        tokenize: str,
        lowercase: bool,
        max_ngram_order: int,
        smooth_method: str,
        smooth_value: float,
        effective_order: bool,
        compensated: bool,
        /,
    ) -> RowMetric: ...
    @staticmethod
    def chrf(
        char_order: int,
        word_order: int,
        factor: float,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
        /,
    ) -> RowMetric: ...
    @staticmethod
    def exact_match(squad: bool, /) -> RowMetric: ...
    @staticmethod
    def ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool, /) -> RowMetric: ...
    @staticmethod
    def token_f1() -> RowMetric: ...
    def score(self, prediction: Any, references: Any, /) -> bytes: ...
    def batch(
        self, predictions: Any, references: Any, num_threads: int, with_scores: bool, /
    ) -> tuple[bytes, bytes, bytes | None, tuple[int, int]]: ...
    def tokenize(self, text: str, /) -> list[str]: ...
