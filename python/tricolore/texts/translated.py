"""Texts that Python code translates before the compiled module reads them: into tokens or into lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from .blocks import in_blocks
from .inputs import listed, lists, require_texts, sequence

if TYPE_CHECKING:
    from .blocks import Progress

__all__ = ["Kind", "TranslatedTexts"]


class Kind(NamedTuple):
    """The types of a metric that see the same translation of a text."""

    places: list[int]
    """The positions of these types among the types of the metric."""
    metric: _core.Metric
    translate: Callable[[str], str]


class TranslatedTexts:
    """A compiled metric over translated texts, with the methods of `_core.Metric`.

    There are two kinds if ROUGE-Lsum sees another translation than the other types, and otherwise one.
    """

    def __init__(self, kinds: list[Kind], whole: _core.Metric, tokenize: Callable[[str], list[str]]) -> None:
        """`whole` is the compiled metric of all types, and `tokenize` returns the tokens of a text."""
        self._kinds = kinds
        self._whole = whole
        self._tokenize = tokenize
        self._types = sum(len(kind.places) for kind in kinds)

    def score(self, prediction: Any, references: Any) -> bytes:
        # Arguments are checked before any tokenizer runs.
        own = [references] if isinstance(references, str) else sequence("references", references)
        try:
            _core.check([prediction], [own])
        except (TypeError, ValueError):
            # Raises the same error with the names of this method's arguments.
            self._whole.score(prediction, references)
            raise
        read = self.batch([prediction], [own], 1, True)
        return read.scores + read.rows

    def batch(
        self,
        predictions: Any,
        references: Any,
        num_threads: int,
        with_scores: bool,
        progress: Progress | None = None,
        /,
    ) -> _core.Rows:
        # Copies, because a tokenizer or another thread may change the lists. Texts are checked before translation.
        predictions = listed("predictions", predictions)
        if isinstance(references, _core.Prepared):
            kind = self._only_kind()
            require_texts("predictions", predictions)
            alike = len(references) == len(predictions)
            if not alike and len(references) != 1:
                # All predictions are read in one block, so that the error states their number.
                progress = None

            def prepared_block(start: int, stop: int) -> _core.Rows:
                texts = [kind.translate(text) for text in predictions[start:stop]]
                others = references.slice(start, stop) if alike else references
                return kind.metric.batch(texts, others, num_threads, with_scores)

            return in_blocks(prepared_block, len(predictions), progress)
        references = lists("references", references)
        _core.check(predictions, references)

        def block(start: int, stop: int) -> _core.Rows:
            return self._block(predictions[start:stop], references[start:stop], num_threads, with_scores)

        return in_blocks(block, len(predictions), progress)

    def _block(self, predictions: list[str], references: list[Any], num_threads: int, with_scores: bool) -> _core.Rows:
        import numpy as np

        parts = []
        for kind in self._kinds:
            texts = [kind.translate(text) for text in predictions]
            parts.append(kind.metric.batch(texts, translated_references(kind, references), num_threads, with_scores))
        # If there are two kinds, the first reads lines and the last whole texts.
        last = parts[-1]
        if len(parts) == 1:
            return last
        return _core.Rows(
            rows=self._together([part.rows for part in parts], np.int32),
            scores=self._together([part.scores for part in parts], np.float64),
            starts=last.starts,
            emptied=last.emptied,
            filled=last.filled,
            lined=parts[0].lined,
        )

    def _together(self, parts: list[bytes], dtype: type) -> bytes:
        """The figures of all types, given the figures of each kind."""
        import numpy as np

        columns: list[Any] = [
            np.frombuffer(part, dtype).reshape(-1, len(kind.places), 3)
            for kind, part in zip(self._kinds, parts, strict=True)
        ]
        out: Any = np.empty((len(columns[0]), self._types, 3), dtype)
        for kind, column in zip(self._kinds, columns, strict=True):
            out[:, kind.places] = column
        together: bytes = out.tobytes()
        return together

    def prepare(self, references: Any) -> _core.Prepared | None:
        """The prepared references. None for two kinds: references are then translated whenever they are scored."""
        references = lists("references", references)
        _core.check([""] * len(references), references)
        if len(self._kinds) > 1:
            return None
        (kind,) = self._kinds
        return kind.metric.prepare(translated_references(kind, references))

    def _only_kind(self) -> Kind:
        if len(self._kinds) > 1:
            raise ValueError("references were prepared by a metric that sees other tokens: prepare them by this one")
        return self._kinds[0]

    def pairs(self, predictions: Any, references: Any) -> TranslatedPairs:
        sides = listed("predictions", predictions), listed("references", references)
        kinds = []
        for kind in self._kinds:
            texts = [
                translated(kind, name, own) for name, own in zip(("predictions", "references"), sides, strict=True)
            ]
            kinds.append((kind.places, kind.metric.pairs(*texts)))
        return TranslatedPairs(kinds, self._types)

    def scores(self, rows: Any, offsets: Any) -> bytes:
        return self._whole.scores(rows, offsets)

    def tokenize(self, text: str) -> list[str]:
        if not isinstance(text, str):
            # Raises the compiled module's error.
            self._whole.tokenize(text)
        return self._tokenize(text)


class TranslatedPairs:
    """Pairs of translated texts, with the methods of `_core.Pairs`."""

    def __init__(self, kinds: list[tuple[list[int], _core.Pairs]], types: int) -> None:
        self._kinds = kinds
        self._types = types

    def block(self, start: int, stop: int, others: bool, num_threads: int) -> list[bytes]:
        made = [b""] * self._types
        for places, pairs in self._kinds:
            for place, figures in zip(places, pairs.block(start, stop, others, num_threads), strict=True):
                made[place] = figures
        return made


def translated(kind: Kind, name: str, texts: list[Any]) -> list[str]:
    """The translation of each text. Raises TypeError for a text that is not a str."""
    require_texts(name, texts)
    return [kind.translate(text) for text in texts]


def translated_references(kind: Kind, references: list[Any]) -> list[Any]:
    """The translation of each segment's references."""
    translate = kind.translate
    return [translate(own) if isinstance(own, str) else [translate(text) for text in own] for own in references]
