"""The segments behind a table: their texts, labels and scores."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from ..metrics.registry import AnyMetric
from ..support.atomic_file import write_whole
from ..support.column_files import COLUMN_FILES, ending_of
from ..texts.prepared import PreparedReferences
from .batch import Batch
from .groups import shown_labels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["ScoredSegments"]


class ScoredSegments(NamedTuple):
    """The segments that were scored, for one or several systems."""

    metrics: Sequence[AnyMetric]
    batches: dict[str, Batch]
    """The texts and rows of each system."""
    groups: Sequence[Hashable] | None
    """The label of each segment; None without groups."""

    def __len__(self) -> int:
        return len(next(iter(self.batches.values())))

    def predictions(self, system: str) -> list[Any]:
        """The predictions of a system."""
        texts: list[Any] = listed("predictions", self.batches[system].segments.predictions)
        return texts

    def references(self) -> list[list[Any]]:
        """The references of each segment."""
        given: Any = next(iter(self.batches.values())).segments.references
        texts = given.texts if isinstance(given, PreparedReferences) else given
        return [[own] if isinstance(own, str) else list(own) for own in listed("references", texts)]

    def numbers(self) -> Sequence[int]:
        """The number of each segment among all that were given, from 1."""
        segments = next(iter(self.batches.values())).segments
        kept = range(segments.given) if segments.kept is None else segments.kept.tolist()
        return [number + 1 for number in kept]

    def side_by_side(self, texts: bool = False) -> dict[str, Any]:
        """The columns of all systems: labels, with `texts` the texts, and the scores under `system.name`.

        With one system, names have no prefix.
        """
        columns: dict[str, Any] = {} if self.groups is None else {"group": shown_labels(self.groups)}

        def named(system: str, name: str) -> str:
            return name if len(self.batches) == 1 else f"{system}.{name}"

        if texts:
            columns |= {named(system, "prediction"): self.predictions(system) for system in self.batches}
            columns["references"] = self.references()
        for system in self.batches:
            columns |= {named(system, name): column for name, column in self.columns(system).items()}
        return columns

    def write(self, path: str | os.PathLike[str], texts: bool = False) -> None:
        """Writes a row per segment to a .csv, .jsonl or .parquet file: its number, from 1, and its scores.

        Args:
            path: the file. An existing file is replaced, as a whole or not at all.
            texts: True to write the predictions and references too.

        Raises ValueError for another ending, and ImportError for Parquet without pyarrow.
        """
        form = COLUMN_FILES[ending_of(Path(path))]
        with write_whole(path, form.mode) as file, form(file) as columns:
            columns.write({"segment": list(self.numbers()), **self.side_by_side(texts)})

    def columns(self, system: str) -> dict[str, npt.NDArray[np.float64]]:
        """The scores of a system's segments by flat name. A name that occurs again gets a number, as in `ter (2)`."""
        batch = self.batches[system]
        columns: dict[str, npt.NDArray[np.float64]] = {}
        for metric, values in zip(batch.metrics, batch.values(), strict=True):
            for place, name in enumerate(metric.layout.figures):
                again = sum(known.partition(" (")[0] == name for known in columns)
                columns[f"{name} ({again + 1})" if again else name] = values[:, place]
        return columns


def listed(name: str, texts: Any) -> Any:
    """Texts as a list."""
    return texts.tolist(name, False) if isinstance(texts, _core.Column) else texts
