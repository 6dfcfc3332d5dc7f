from collections.abc import Callable
from typing import Any, TypeAlias, final

import numpy.typing as npt
from typing_extensions import Buffer

__all__ = [
    "UNICODE_VERSION",
    "Column",
    "MalformedArrowError",
    "Metric",
    "Pairs",
    "Prepared",
    "Rows",
    "Run",
    "Samples",
    "TERSteps",
    "__version__",
    "alignment",
    "arrow_stream",
    "batch",
    "check",
    "extended_edit_distance",
    "forked",
    "lcs_union",
    "longest_run",
    "poisson_sums",
    "porter",
    "segment_ids",
    "shared_ngrams",
    "sum_columns",
    "ter_search",
]

__version__: str
UNICODE_VERSION: str

_Numbers: TypeAlias = Buffer | npt.NDArray[Any]
_Texts: TypeAlias = list[Any] | tuple[Any, ...] | Column
_Progress: TypeAlias = Callable[[int, int], object]

def alignment(prediction: list[int], reference: list[int], /) -> str: ...
def arrow_stream(columns: list[tuple[str, _Numbers]], metadata: dict[str, str], /) -> object: ...
def batch(
    metrics: list[Metric], predictions: _Texts, references: _Texts | Prepared, num_threads: int, /
) -> list[Rows]: ...
def check(predictions: _Texts, references: _Texts | Prepared, /) -> None: ...
def extended_edit_distance(
    prediction: str, reference: str, jump: float, deletion: float, insertion: float, /
) -> tuple[float, int]: ...
def forked() -> None: ...
def lcs_union(
    prediction: list[int], prediction_ends: list[int], reference: list[int], reference_ends: list[int], /
) -> bytes: ...
def longest_run(prediction: list[int], reference: list[int], /) -> Run: ...
def poisson_sums(
    ids: _Numbers, rows: _Numbers, width: int, seed: int, replicates: int, num_threads: int, /
) -> bytes: ...
def porter(word: str, /) -> str: ...
def segment_ids(ids: _Texts, /) -> bytes: ...
def shared_ngrams(prediction: list[int], references: list[list[int]], orders: list[int], /) -> list[bytes]: ...
def sum_columns(matrix: _Numbers, width: int, /) -> list[bytes]: ...
def ter_search(prediction: list[int], reference: list[int], most_moved: int, /) -> TERSteps: ...

class MalformedArrowError(ValueError): ...

@final
class Column:
    def __new__(cls, exported: object, name: str, nulls: str, /) -> Column: ...
    def __len__(self) -> int: ...
    def without_reference(self, tokens: bool, /) -> list[int]: ...
    def tolist(self, name: str, tokens: bool, /) -> list[Any]: ...

@final
class Pairs:
    def block(self, start: int, stop: int, others: bool, num_threads: int, /) -> list[bytes]: ...

@final
class Prepared:
    def __len__(self) -> int: ...
    def slice(self, start: int, stop: int, /) -> Prepared: ...

@final
class Rows:
    @property
    def rows(self) -> bytes: ...
    @property
    def scores(self) -> bytes: ...
    @property
    def starts(self) -> bytes | None: ...
    @property
    def emptied(self) -> int: ...
    @property
    def filled(self) -> int: ...
    @property
    def lined(self) -> int: ...
    def __new__(
        cls, rows: bytes, scores: bytes, starts: bytes | None, emptied: int, filled: int, lined: int
    ) -> Rows: ...

@final
class Run:
    @property
    def prediction(self) -> int: ...
    @property
    def reference(self) -> int: ...
    @property
    def length(self) -> int: ...

@final
class TERSteps:
    @property
    def moves(self) -> bytes: ...
    @property
    def places(self) -> bytes: ...
    @property
    def trace(self) -> str: ...

@final
class Samples:
    def __new__(cls, rows: _Numbers, width: int, double: bool, /) -> Samples: ...
    def drawn(self, draws: _Numbers, in_order: bool, /) -> bytes: ...
    def drawn_by_perl(self, samples: int, /) -> bytes: ...
    def selected(self, selections: _Numbers, /) -> bytes: ...

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
        ignore_ids: list[int],
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
    def edit_similarity(tokenizer: str, lowercase: bool, substitutions: bool, threshold: float, /) -> Metric: ...
    @staticmethod
    def error_rate(tokenizer: str, ignore_ids: list[int], /) -> Metric: ...
    @staticmethod
    def exact_match(squad: bool, /) -> Metric: ...
    @staticmethod
    def gleu(tokenize: str, lowercase: bool, min_len: int, max_len: int, ignore_ids: list[int], /) -> Metric: ...
    @staticmethod
    def rouge(
        types: list[str], tokenizer: str, use_stemmer: bool, multi_reference: str, ignore_ids: list[int], /
    ) -> Metric: ...
    @staticmethod
    def rouge_pltrdy(types: list[str], chinese: bool, exclusive: bool, /) -> Metric: ...
    @staticmethod
    def rouge155(
        types: list[str],
        stemming: str,
        stop_words: list[str],
        words: int | None,
        bytes: int | None,
        best: bool,
        alpha: float,
        /,
    ) -> Metric: ...
    @staticmethod
    def ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool, /) -> Metric: ...
    @staticmethod
    def token_f1() -> Metric: ...
    def score(self, prediction: str, references: str | list[str] | tuple[str, ...], /) -> bytes: ...
    def value(self, prediction: str, references: str | list[str] | tuple[str, ...], /) -> float: ...
    def bleu_fields(
        self, prediction: str, references: str | list[str] | tuple[str, ...], rest: tuple[object, ...], /
    ) -> tuple[Any, ...]: ...
    def plain_row(self, prediction: object, references: object, /) -> list[int] | None: ...
    def batch(
        self,
        predictions: _Texts,
        references: _Texts | Prepared,
        num_threads: int,
        with_scores: bool,
        progress: _Progress | None = None,
        /,
    ) -> Rows: ...
    def scores(self, rows: _Numbers, starts: _Numbers | None, /) -> bytes: ...
    def prepare(self, references: _Texts, /) -> Prepared: ...
    def pairs(self, predictions: _Texts, references: _Texts, /) -> Pairs: ...
    def tokenize(self, text: str, /) -> list[str]: ...
