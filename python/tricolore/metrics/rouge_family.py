"""The half that metrics of the ROUGE family share: the names of types, a warning, and the layout of rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from struct import pack
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..corpus.averaged_scores import AveragedScores
from ..corpus.exact_sums import exact_means
from ..corpus.statistics import Statistics
from ..scores.rouge import ROUGEScore, flat_names
from ..support.options import unknown
from ..texts.inputs import sequence
from ..texts.nrefs import ONE_EACH, NRefs
from ..texts.reader import CompiledMetric

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..resampling.bootstrap import Interval
    from ..texts.read import Read

__all__ = ["TypedRows", "checked_types", "warning_about_tokens"]

COUNTS = ("matches", "prediction_total", "reference_total")

ScoreT = TypeVar("ScoreT", bound=ROUGEScore)


def checked_types(types: Iterable[str], known: str, examples: Sequence[str]) -> tuple[str, ...]:
    """The types as a tuple. `known` is the pattern of their names.

    Raises ValueError or TypeError for an invalid one.
    """
    types = tuple(sequence("types", types))  # type: ignore[arg-type]
    if not types:
        raise ValueError("types is empty: name at least one, such as 'rouge1'")
    for name in types:
        if not isinstance(name, str):
            raise TypeError(f"types holds {name!r}, which is not a str")
        if not re.fullmatch(known, name, re.ASCII):
            raise unknown("a type", name, examples)
    if len(set(types)) < len(types):
        raise ValueError(f"types names one twice: {types}")
    return types


def warning_about_tokens(tokenizer: str, read: Read) -> list[UserWarning]:
    """A warning if a tokenizer for ASCII leaves nothing of more than half of the predictions, else none."""
    if 2 * read.emptied <= read.filled:
        return []
    return [
        UserWarning(
            f"{tokenizer} knows only ASCII letters and digits: it leaves nothing of {read.emptied} of {read.filled} "
            'predictions, which score 0; for other scripts use ROUGE(tokenizer="unicode")'
        )
    ]


class TypedRows(AveragedScores[ScoreT]):
    """Three counts for each type, in a row per segment or in a row per reference."""

    __slots__ = ("_columns", "_compiled", "_rows_per_reference", "_types")

    score_type: ClassVar[type[Any]]

    def __init__(
        self, types: tuple[str, ...], rows_per_reference: bool, compiled: CompiledMetric, signature: str
    ) -> None:
        self._types = types
        self._rows_per_reference = rows_per_reference
        self._compiled = compiled
        self.signature = signature
        self._columns = tuple(f"{name}_{count}" for name in types for count in COUNTS)

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    @property
    def names(self) -> tuple[str, ...]:
        return flat_names(self._types)

    @property
    def pair_figures(self) -> tuple[str, ...]:
        return self._types

    def pairwise_result(self, by_name: dict[str, Any]) -> Any:
        return by_name

    def offsets(self, starts: npt.NDArray[np.int64] | None, rows: int) -> npt.NDArray[np.int64] | None:
        import numpy as np

        if not self._rows_per_reference:
            return None
        return np.arange(rows + 1, dtype=np.int64) if starts is None else starts

    def score(self, data: bytes, nrefs: NRefs) -> ScoreT:
        made: ScoreT = self.score_type(self._types, data, nrefs, self.signature)
        return made

    def pair_scorer(self, compiled: CompiledMetric) -> Callable[[str, str], ScoreT]:
        scorer: Callable[[str, str], ScoreT] = self.score_type.pair_scorer(
            compiled.score, self._types, ONE_EACH, self.signature
        )
        return scorer

    def packed(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        """Rows of statistics as the compiled module has them: the inverse of `unpacked`."""
        return rows

    def score_in(self, statistics: Statistics, values: npt.NDArray[np.float64], segment: int) -> ScoreT:
        nrefs = statistics.nrefs._replace(dropped=0)
        rows = statistics.rows[segment : segment + 1 or None]
        if statistics.offsets is not None:
            place = range(len(statistics))[segment]
            start, end = statistics.offsets[place : place + 2].tolist()
            nrefs = NRefs(end - start, end - start)
            rows = statistics.rows[start:end]
        return self.score(values[segment].tobytes() + self.packed(rows).tobytes(), nrefs)

    def figures_of(self, score: ScoreT) -> list[float]:
        return score.figures()

    def segment_figures(self, statistics: Statistics) -> npt.NDArray[np.float64]:
        import numpy as np

        figures = np.frombuffer(self._compiled.scores(self.packed(statistics.rows), statistics.offsets))
        return figures.reshape(-1, len(self.figures))

    def corpus_score(self, sums: list[Any], segments: int, nrefs: NRefs) -> ScoreT:
        return self.score_of_figures(exact_means(sums, segments), nrefs)

    def score_of_figures(self, figures: list[float], nrefs: NRefs) -> ScoreT:
        """The score with these figures."""
        return self.score(pack(f"={len(figures)}d", *figures), nrefs)

    def with_intervals(self, score: ScoreT, intervals: list[Interval], signature: str) -> ScoreT:
        return score.with_intervals(tuple(intervals), signature)
