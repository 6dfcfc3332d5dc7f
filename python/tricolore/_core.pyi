from typing import Any, final

__all__ = [
    "UNICODE_VERSION",
    "Column",
    "Metric",
    "Pairs",
    "Prepared",
    "Samples",
    "__version__",
    "arrow_stream",
    "batch",
    "check",
    "forked",
    "porter",
    "sum_columns",
]

__version__: str
UNICODE_VERSION: str

def arrow_stream(columns: list[tuple[str, Any]], metadata: dict[str, str], /) -> object: ...
def batch(
    metrics: list[Metric], predictions: Any, references: Any, num_threads: int, /
) -> list[tuple[bytes, bytes, bytes | None, tuple[int, int]]]: ...
def check(predictions: Any, references: Any, /) -> bytes | None: ...
def forked() -> None: ...
def porter(word: str, /) -> str: ...
def sum_columns(matrix: Any, width: int, /) -> list[bytes]: ...

@final
class Column:
    def __new__(cls, exported: Any, name: str, nulls_are_empty: bool, /) -> Column: ...
    def __len__(self) -> int: ...
    def tolist(self, name: str, tokens: bool, /) -> list[Any]: ...

@final
class Pairs:
    def block(self, start: int, stop: int, others: bool, num_threads: int, /) -> list[bytes]: ...

@final
class Prepared:
    def __len__(self) -> int: ...
    def slice(self, start: int, stop: int, /) -> Prepared: ...

@final
class Samples:
    def __new__(cls, rows: Any, width: int, double: bool, /) -> Samples: ...
    def drawn(self, draws: Any, in_order: bool, /) -> bytes: ...
    def selected(self, selections: Any, /) -> bytes: ...

@final
class Metric:
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
    ) -> Metric: ...
    @staticmethod
    def chrf(
        char_order: int,
        word_order: int,
        factor: float,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
        /,
    ) -> Metric: ...
    @staticmethod
    def exact_match(squad: bool, /) -> Metric: ...
    @staticmethod
    def rouge(types: list[str], tokenizer: str, use_stemmer: bool, multi_reference: str, /) -> Metric: ...
    @staticmethod
    def ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool, /) -> Metric: ...
    @staticmethod
    def token_f1() -> Metric: ...
    def score(self, prediction: Any, references: Any, /) -> bytes: ...
    def batch(
        self, predictions: Any, references: Any, num_threads: int, with_scores: bool, /
    ) -> tuple[bytes, bytes, bytes | None, tuple[int, int]]: ...
    def scores(self, rows: Any, offsets: Any, /) -> bytes: ...
    def prepare(self, references: Any, /) -> Prepared: ...
    def pairs(self, predictions: Any, references: Any, /) -> Pairs: ...
    def tokenize(self, text: str, /) -> list[str]: ...
