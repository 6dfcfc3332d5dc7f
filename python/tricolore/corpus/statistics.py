"""Statistics: the integer rows of segments, from which scores, corpora, intervals and tests are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..support.arrow_out import arrow_stream
from ..support.tables.notebook import columns_html
from ..texts.nrefs import NRefs
from .signature import with_nrefs, without_version

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

__all__ = ["SUMS", "Statistics"]

FORMAT = 2

SUMS: dict[str, Callable[[Statistics], dict[str, float]]] = {}
"""The implementation of `Statistics.sum` for each class of metrics, by its name. `metrics.registry` fills it."""


class Statistics:
    """The integer rows of some segments, with the signature of the metric that made them.

    `rows` is a read-only int32 array of shape (number of rows, `len(columns)`), and `columns` names the numbers of a
    row. (With ROUGE-W, whose counts are weighted, the array is of float64.) A segment has one row; if the metric keeps
    references apart, as ROUGE does to average over them, a segment has one row per reference. In that case
    `offsets`, a read-only int64 array of shape (segments + 1,), gives the first row of each segment. Otherwise
    `offsets` is None.

    `a + b` holds the segments of `a` followed by those of `b`; the builtin `sum` adds any number of statistics.
    `Metric.statistics` makes statistics and `Metric.from_statistics` scores them.
    """

    __slots__ = ("_metric", "_options", "columns", "nrefs", "offsets", "rows")

    rows: npt.NDArray[Any]
    offsets: npt.NDArray[np.int64] | None
    columns: tuple[str, ...]
    nrefs: NRefs
    """The range of the number of references per segment, and the number of dropped segments."""

    def __init__(
        self,
        rows: npt.NDArray[Any],
        offsets: npt.NDArray[np.int64] | None,
        columns: tuple[str, ...],
        nrefs: NRefs,
        options: str,
        metric: str,
    ) -> None:
        rows.flags.writeable = False
        if offsets is not None:
            offsets.flags.writeable = False
        self.rows = rows
        self.offsets = offsets
        self.columns = columns
        self.nrefs = nrefs
        self._options = options
        # The name of the metric's class.
        self._metric = metric

    @property
    def options(self) -> str:
        """The signature of the metric that made the rows: the part that its options decide."""
        return self._options

    @property
    def signature(self) -> str:
        """The full signature: `options`, preceded by the fields that the data decide (`nrefs`, `dropped`)."""
        return with_nrefs(self.nrefs, self._options)

    @property
    def dropped(self) -> int:
        """The number of segments that `nulls="drop_segment"` left out because they have no reference."""
        return self.nrefs.dropped

    def __len__(self) -> int:
        return len(self.rows) if self.offsets is None else len(self.offsets) - 1

    def _repr_html_(self) -> str:
        columns = {name: self.rows[:, place] for place, name in enumerate(self.columns)}
        return columns_html(f"{len(self)} segments", columns, self.signature)

    def __repr__(self) -> str:
        return f"Statistics({len(self)} segments, {self.signature})"

    def __eq__(self, other: object) -> bool:
        import numpy as np

        if not isinstance(other, Statistics):
            return NotImplemented
        same = self.signature == other.signature and np.array_equal(self.rows, other.rows)
        if self.offsets is None or other.offsets is None:
            return same and self.offsets is other.offsets
        return same and np.array_equal(self.offsets, other.offsets)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Statistics], tuple[Any, ...]]:
        return Statistics, (self.rows, self.offsets, self.columns, self.nrefs, self._options, self._metric)

    def with_rows(self, rows: npt.NDArray[Any], offsets: npt.NDArray[np.int64] | None, nrefs: NRefs) -> Statistics:
        """Statistics of the same metric with other rows."""
        return Statistics(rows, offsets, self.columns, nrefs, self._options, self._metric)

    def __add__(self, other: Statistics) -> Statistics:
        import numpy as np

        if not isinstance(other, Statistics):
            return NotImplemented
        self.require(other.options)
        if self.columns != other.columns:
            raise ValueError(f"these statistics have different columns: {self.columns} and {other.columns}")
        offsets = None
        if self.offsets is not None and other.offsets is not None:
            offsets = np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]])
        # Empty statistics have no number of references that could differ.
        known = [statistics.nrefs for statistics in (self, other) if len(statistics)] or [self.nrefs]
        nrefs = NRefs.union(known)._replace(dropped=self.dropped + other.dropped)
        return self.with_rows(np.concatenate([self.rows, other.rows]), offsets, nrefs)

    def __radd__(self, other: int) -> Statistics:
        """These statistics, for `sum`, which starts from 0."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def take(self, segments: npt.NDArray[np.integer[Any]], nrefs: NRefs | None = None) -> Statistics:
        """The statistics of the segments with these numbers, in this order.

        `nrefs` is the range of their numbers of references where it is known; otherwise the range of all segments
        stands, with no dropped segment.
        """
        import numpy as np

        nrefs = self.nrefs._replace(dropped=0) if nrefs is None else nrefs
        if self.offsets is None:
            return self.with_rows(self.rows[segments], None, nrefs)
        starts, ends = self.offsets[:-1][segments], self.offsets[1:][segments]
        rows = np.concatenate([self.rows[:0], *(self.rows[a:b] for a, b in zip(starts, ends, strict=True))])
        offsets = np.concatenate([[0], np.cumsum(ends - starts)]).astype(np.int64)
        return self.with_rows(rows, offsets, nrefs)

    def __getitem__(self, segments: slice) -> Statistics:
        import numpy as np

        if not isinstance(segments, slice):
            raise TypeError(f"statistics take a slice of segments, not {segments!r}")
        return self.take(np.arange(len(self))[segments])

    def sum(self) -> dict[str, float]:
        """The sums behind a corpus score, by column name; for TER the edits and the mean reference lengths.

        Raises ValueError for a metric whose corpus score is the mean of its segments' scores, since no sum of rows
        determines it.
        """
        return SUMS[self._metric](self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A table by the Arrow PyCapsule protocol: an int32 column for each number of a row.

        The schema carries the signature. If segments have several rows, a first column `segment` (int64) gives the
        segment of each row.
        """
        import numpy as np

        columns: dict[str, npt.NDArray[Any]] = {}
        if self.offsets is not None:
            columns["segment"] = np.repeat(np.arange(len(self)), np.diff(self.offsets))
        columns.update((name, self.rows[:, i]) for i, name in enumerate(self.columns))
        return arrow_stream(columns, self.signature)

    def of(self, options: str) -> bool:
        """True if these statistics were made with the options of this signature."""
        return without_version(options) == without_version(self._options)

    def require(self, options: str) -> None:
        """Raises ValueError unless these statistics were made with the same options."""
        if not self.of(options):
            raise ValueError(f"these statistics have different options: {self._options} and {options}")

    def require_of(self, options: str, columns: tuple[str, ...]) -> None:
        """Raises ValueError unless a metric with these options and columns can compute a corpus score from the rows."""
        self.require(options)
        if self.columns != columns:
            raise ValueError(f"these statistics have other columns than their options say: {self.columns}")
        if not len(self):
            raise ValueError("there is no segment: the score of an empty corpus is not defined")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes one file in numpy's npz format. An existing file is replaced only when the new one is complete."""
        import json

        import numpy as np

        from ..support.atomic_file import write_whole

        about = {
            "format": FORMAT,
            "metric": self._metric,
            "columns": self.columns,
            "nrefs": self.nrefs,
            "options": self._options,
        }
        arrays: dict[str, Any] = {"rows": self.rows, "about": np.array(json.dumps(about))}
        if self.offsets is not None:
            arrays["offsets"] = self.offsets
        with write_whole(path, "wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Statistics:
        """Reads a file that `save` wrote. Raises ValueError for any other file."""
        import json

        import numpy as np

        try:
            with open(path, "rb") as source, np.load(source, allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                if about["format"] != FORMAT:
                    raise ValueError(f"its format is {about['format']}, and this release reads {FORMAT}")
                rows = file["rows"]
                offsets = file["offsets"] if "offsets" in file else None
                columns = tuple(about["columns"])
                if not all(isinstance(name, str) for name in columns):
                    raise ValueError(f"its columns are {columns}")
                # The counts of ROUGE-W are weighted.
                weighted = np.array([name.startswith("rougeW") for name in columns], bool)
                dtype = np.float64 if weighted.any() else np.int32
                if rows.dtype != dtype or rows.ndim != 2 or rows.shape[1] != len(columns):
                    raise ValueError(f"its rows are {rows.dtype} of shape {rows.shape}")
                counts = rows[:, ~weighted]
                whole = dtype == np.int32 or bool(((counts == np.floor(counts)) & (counts < 2**31)).all())
                if not (whole and np.isfinite(rows).all() and (rows >= 0).all()):
                    raise ValueError("its rows have a number below 0, or one that is no count")
                if offsets is not None and not (
                    offsets.dtype == np.int64
                    and offsets.ndim == 1
                    and len(offsets) > 0
                    and offsets[0] == 0
                    and offsets[-1] == len(rows)
                    and bool((np.diff(offsets) > 0).all())
                ):
                    raise ValueError("its offsets do not fit its rows")
                if about["metric"] not in SUMS:
                    raise ValueError(f"its metric is {about['metric']!r}, which this release does not know")
                nrefs = NRefs(*about["nrefs"])
                whole = all(type(number) is int for number in nrefs)
                if not whole or not 1 <= nrefs.fewest <= nrefs.most or nrefs.dropped < 0:
                    raise ValueError(f"its numbers of references are {about['nrefs']}")
                return cls(rows, offsets, columns, nrefs, str(about["options"]), str(about["metric"]))
        except (FileNotFoundError, PermissionError, IsADirectoryError):
            raise
        except Exception as error:
            raise ValueError(f"{path} is not a file of tricolore statistics: {error}") from error
