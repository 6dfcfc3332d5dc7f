"""One integer row a segment: what scores, corpora and everything else are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

__all__ = ["ONE_EACH", "NRefs", "Statistics", "join_signature", "nrefs_between", "nrefs_field", "with_field"]

FORMAT = 2


class NRefs(NamedTuple):
    """How many references segments have."""

    fewest: int
    most: int
    dropped: int = 0
    """Segments beside them that were left out, for they have none."""

    @classmethod
    def union(cls, parts: Iterable[NRefs]) -> NRefs:
        """The numbers of several parts together, and no segment beside them."""
        fewest, most, _ = zip(*parts, strict=True)
        return cls(min(fewest), max(most))

    @classmethod
    def of(cls, counts: npt.NDArray[np.int64]) -> NRefs:
        """The numbers of segments of so many references each."""
        return cls(int(counts.min()), int(counts.max()))


ONE_EACH = NRefs(1, 1)


def nrefs_field(nrefs: NRefs) -> str:
    """The part of a signature that says how many references the segments have, and how many segments were left out."""
    fewest, most, dropped = nrefs
    return f"nrefs:{fewest if fewest == most else 'var'}{f'|dropped:{dropped}' if dropped else ''}"


def nrefs_between(starts: npt.NDArray[np.int64] | None, dropped: int = 0) -> NRefs:
    """The numbers of references, from where the references of each segment start; None is one each."""
    if starts is None or len(starts) < 2:
        return ONE_EACH._replace(dropped=dropped)
    return NRefs.of(starts[1:] - starts[:-1])._replace(dropped=dropped)


def join_signature(*fields: str) -> str:
    """Fields as one signature."""
    return "|".join(field for field in fields if field)


def with_field(signature: str, field: str) -> str:
    """A signature with a field behind those that the data decide."""
    nrefs, _, rest = signature.partition("|")
    dropped, _, others = rest.partition("|") if rest.startswith("dropped:") else ("", "", rest)
    return join_signature(nrefs, dropped, field, others)


def without_version(options: str) -> str:
    """What must agree for rows to mean the same."""
    return options.rpartition("|version:")[0]


class Statistics:
    """The integer rows of some segments, with what made them.

    `rows` is a read-only int32 array of shape (number of rows, `len(columns)`). There is one row a
    segment, or, where a metric averages over references, one for each reference; then `offsets`, a
    read-only int64 array of shape (segments + 1,), says where each segment's rows start, and is
    None otherwise. `columns` names the numbers of a row.

    `a + b` are the segments of `a` followed by those of `b`, and `sum` adds any number. Statistics are made by a
    metric's `statistics` and read by its `from_statistics`.
    """

    __slots__ = ("_metric", "_nrefs", "_options", "columns", "offsets", "rows")

    rows: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64] | None
    columns: tuple[str, ...]

    def __init__(
        self,
        rows: npt.NDArray[np.int32],
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
        self._nrefs = nrefs
        self._options = options
        # The name of the metric's class.
        self._metric = metric

    @property
    def options(self) -> str:
        """The signature of the metric that made them."""
        return self._options

    @property
    def signature(self) -> str:
        """The signature of the metric with what the data decide."""
        return join_signature(nrefs_field(self._nrefs), self._options)

    @property
    def dropped(self) -> int:
        """How many segments `nulls="drop_segment"` left out, for they have no reference."""
        return self._nrefs.dropped

    def __len__(self) -> int:
        return len(self.rows) if self.offsets is None else len(self.offsets) - 1

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
        return Statistics, (self.rows, self.offsets, self.columns, self._nrefs, self._options, self._metric)

    def _with(self, rows: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64] | None, nrefs: NRefs) -> Statistics:
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
        # Without segments there is no number of references to differ from.
        known = [statistics._nrefs for statistics in (self, other) if len(statistics)] or [self._nrefs]
        nrefs = NRefs.union(known)._replace(dropped=self.dropped + other.dropped)
        return self._with(np.concatenate([self.rows, other.rows]), offsets, nrefs)

    def __radd__(self, other: int) -> Statistics:
        """These statistics, for `sum`, which starts from 0."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def take(self, segments: npt.NDArray[np.integer[Any]]) -> Statistics:
        """The statistics of these segments, by their numbers, in this order."""
        import numpy as np

        nrefs = self._nrefs._replace(dropped=0)
        if self.offsets is None:
            return self._with(self.rows[segments], None, nrefs)
        starts, ends = self.offsets[:-1][segments], self.offsets[1:][segments]
        rows = np.concatenate([self.rows[:0], *(self.rows[a:b] for a, b in zip(starts, ends, strict=True))])
        offsets = np.concatenate([[0], np.cumsum(ends - starts)]).astype(np.int64)
        return self._with(rows, offsets, nrefs)

    def __getitem__(self, segments: slice) -> Statistics:
        import numpy as np

        if not isinstance(segments, slice):
            raise TypeError(f"statistics take a slice of segments, not {segments!r}")
        return self.take(np.arange(len(self))[segments])

    def sum(self) -> dict[str, float]:
        """The sums that a corpus score is made of, by name: those of the columns, of TER the edits and the
        mean lengths of references.

        Raises ValueError for metrics whose corpus score is a mean of segments' scores: no sum has it.
        """
        from ..metrics.registry import CLASSES

        return CLASSES[self._metric]._summed(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A table with an int32 column for each number of a row, by the Arrow PyCapsule protocol; its schema
        carries the signature. Where a segment has several rows, a first int64 column `segment` says whose
        each is."""
        import numpy as np

        from ..support.arrow_out import arrow_stream

        columns: dict[str, npt.NDArray[Any]] = {}
        if self.offsets is not None:
            columns["segment"] = np.repeat(np.arange(len(self)), np.diff(self.offsets))
        columns.update((name, self.rows[:, i]) for i, name in enumerate(self.columns))
        return arrow_stream(columns, self.signature)

    def of(self, options: str) -> bool:
        """Whether these statistics were made with options of this signature."""
        return without_version(options) == without_version(self._options)

    def require(self, options: str) -> None:
        """Raises ValueError unless these statistics were made with the same options."""
        if not self.of(options):
            raise ValueError(f"these statistics are of different options: {self._options} and {options}")

    def require_of(self, options: str, columns: tuple[str, ...]) -> None:
        """Raises ValueError unless a corpus score with these options can be made of them."""
        self.require(options)
        if self.columns != columns:
            raise ValueError(f"these statistics have other columns than their options say: {self.columns}")
        if not len(self):
            raise ValueError("there is no segment: a score of none is not defined")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes one file in numpy's npz format. What was there is replaced only by the whole."""
        import json

        import numpy as np

        from ..support.atomic_file import write_whole

        about = {
            "format": FORMAT,
            "metric": self._metric,
            "columns": self.columns,
            "nrefs": self._nrefs,
            "options": self._options,
        }
        arrays: dict[str, Any] = {"rows": self.rows, "about": np.array(json.dumps(about))}
        if self.offsets is not None:
            arrays["offsets"] = self.offsets
        with write_whole(path, "wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Statistics:
        """Reads what `save` wrote. Raises ValueError for any other file."""
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
                if rows.dtype != np.int32 or rows.ndim != 2 or rows.shape[1] != len(columns):
                    raise ValueError(f"its rows are {rows.dtype} of shape {rows.shape}")
                if rows.size and rows.min() < 0:
                    raise ValueError("its rows have a number below 0, which counts nothing")
                if offsets is not None and not (
                    offsets.dtype == np.int64
                    and offsets.ndim == 1
                    and len(offsets) > 0
                    and offsets[0] == 0
                    and offsets[-1] == len(rows)
                    and bool((np.diff(offsets) > 0).all())
                ):
                    raise ValueError("its offsets do not fit its rows")
                from ..metrics.registry import CLASSES

                if about["metric"] not in CLASSES:
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
