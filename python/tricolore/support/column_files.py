"""Files of columns, written batch by batch: CSV, JSON Lines and Parquet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

__all__ = ["COLUMN_FILES", "ColumnFile", "ending_of"]


class ColumnFile(ABC):
    """A file that columns are written to. All batches have the same columns."""

    mode = "w"

    def __init__(self, file: IO[Any], has_head: bool = False) -> None:
        """`has_head` is True if the file already holds rows."""
        self._file = file
        self._has_head = has_head

    def write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Writes the next rows. A column is a list or an array; all have the same length.

        Raises ValueError for a text with a lone surrogate, which only JSON can hold, naming its column and row.
        """
        try:
            self._write(columns)
        except UnicodeEncodeError:
            raise unwritable(columns) from None

    @abstractmethod
    def _write(self, columns: Mapping[str, Sequence[Any]]) -> None: ...

    def close(self) -> None:  # noqa: B027
        """Writes the end of the file, where a format has one. The file stays open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class CSVFile(ColumnFile):
    """Comma-separated values. A list of texts is a cell with JSON, which the command line reads as that list."""

    def _write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        import csv
        import json

        writer = csv.writer(self._file, lineterminator="\n")
        if not self._has_head:
            writer.writerow(columns)
            self._has_head = True
        writer.writerows(
            [json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in row]
            for row in rows_of(columns)
        )


class JSONLinesFile(ColumnFile):
    """A JSON object on each line."""

    def _write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        import json

        self._file.writelines(f"{json.dumps(dict(zip(columns, row, strict=True)))}\n" for row in rows_of(columns))


class ParquetFile(ColumnFile):
    """Apache Parquet, by pyarrow. A batch is a row group."""

    mode = "wb"

    def __init__(self, file: IO[Any], has_head: bool = False) -> None:
        super().__init__(file, has_head)
        self._writer: Any = None

    def _write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError as error:
            raise ImportError("Parquet needs pyarrow: python -m pip install 'tricolore[parquet]'") from error
        table = pyarrow.table(dict(columns))
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table.cast(self._writer.schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


COLUMN_FILES: Mapping[str, type[ColumnFile]] = {".jsonl": JSONLinesFile, ".csv": CSVFile, ".parquet": ParquetFile}
"""The kinds of files by their endings."""


def ending_of(path: Path) -> str:
    """The ending of a path, one of `COLUMN_FILES`. Raises ValueError for another."""
    ending = path.suffix.lower()
    if ending not in COLUMN_FILES:
        *most, last = COLUMN_FILES
        raise ValueError(f"{path}: the ending does not tell the format; valid endings are {', '.join(most)} and {last}")
    return ending


def rows_of(columns: Mapping[str, Sequence[Any]]) -> Any:
    """The rows of columns. Numbers of arrays become Python's."""
    lists = [column.tolist() if hasattr(column, "tolist") else column for column in columns.values()]
    return zip(*lists, strict=True)


def unwritable(columns: Mapping[str, Sequence[Any]]) -> ValueError:
    """The error for the first text that UTF-8 cannot encode."""
    for name, column in columns.items():
        for number, cell in enumerate(column, start=1):
            text = "".join(cell) if isinstance(cell, list) else str(cell)
            if any("\ud800" <= character <= "\udfff" for character in f"{name}{text}"):
                where = f"column {name!a}, row {number} of its batch"
                return ValueError(f"{where}: a lone surrogate, which only .jsonl can hold")
    return ValueError("a text has a lone surrogate, which only .jsonl can hold")
