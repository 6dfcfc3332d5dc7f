"""Results that are tables: their forms as text, Markdown, LaTeX, CSV, HTML, JSON and dataframes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from ..support.notebook import framed
from ..support.tables.html import as_html, safe
from ..support.tables.latex import as_latex
from ..support.tables.markdown import as_markdown, escaped
from ..support.tables.table import BEST, Table
from ..support.tables.text import as_text
from ..support.visible import visible
from .figures import Figure, signature_line
from .scored_segments import ScoredSegments

if TYPE_CHECKING:
    from typing import Self

__all__ = ["FORMS", "Tabular", "named", "rows_by_group"]


class Row(Protocol):
    """A row of a result."""

    @property
    def group(self) -> Hashable: ...
    @property
    def score(self) -> float: ...
    def _replace(self, *, metric: str) -> Self: ...
    def _asdict(self) -> dict[str, Any]: ...


RowT = TypeVar("RowT", bound=Row)


def rows_by_group(rows: Iterable[RowT]) -> dict[Hashable, list[RowT]]:
    """The rows of each group, in order. A dict finds a label that is NaN, which is not equal to itself."""
    groups: dict[Hashable, list[RowT]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return groups


def named(rows: Sequence[RowT], figures: Sequence[Figure]) -> tuple[RowT, ...]:
    """The rows under the names of their figures. In each group, the rows of a figure follow each other."""
    each = len(rows) // (len(rows_by_group(rows)) * len(figures))
    return tuple(row._replace(metric=figures[place // each % len(figures)].name) for place, row in enumerate(rows))


class Tabular(ABC):
    """A result that prints as tables and gives its numbers as rows.

    Results are equal if their fields are: all attributes but `segments`. They are not dataclasses, because importing
    `dataclasses` takes a fifth of the time of `import tricolore`.
    """

    __slots__ = ("figures", "rows", "segments")

    rows: tuple[Any, ...]
    figures: tuple[Figure, ...]
    segments: ScoredSegments | None
    fields: ClassVar[tuple[str, ...]] = ("rows", "figures")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.fields)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the fields. The texts stay behind: a pickled result has no `segments` and writes no report."""
        return type(self), tuple(getattr(self, name) for name in self.fields)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.fields)})"

    def rows_as_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts with every digit. A label is a str, and None stands for all segments."""
        return [{**row._asdict(), "group": None if row.group is None else str(row.group)} for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """The rows without `details`: dicts of plain values, all with the same keys."""
        return [{name: value for name, value in row.items() if name != "details"} for row in self.rows_as_dicts()]

    @abstractmethod
    def tables(self) -> list[Table]:
        """The tables that people read, with rounded numbers."""

    @abstractmethod
    def notes(self) -> list[str]:
        """The meaning of the marks in the tables, a line each."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The result as plain dicts, lists and numbers."""

    @property
    def signatures(self) -> dict[str, str]:
        """The signature of each figure, by flat name."""
        return {figure.name: figure.signature for figure in self.figures}

    def to_text(self, width: int | None = None, bold: Callable[[str], str] | None = None) -> str:
        """The tables as plain text, with a line of signatures.

        Args:
            width: the columns of the terminal. A table that needs more is printed row by row. None for no limit.
            bold: a function that makes a text stand out, for the best values. None puts a mark before them.
        """
        tables = self.tables()
        marked = bold is None and any(cell.best for table in tables for row in table.rows for cell in row)
        lines = [*[f"{BEST} best"] * marked, *map(visible, self.notes()), signature_line(self.figures)]
        return "\n".join(["\n\n".join(as_text(table, width, bold) for table in tables), *lines])

    def to_markdown(self) -> str:
        """The tables in Markdown, with a line of signatures. The best values are bold."""
        tables = [as_markdown(table) for table in self.tables()]
        lines = [*map(escaped, self.notes()), f"`{signature_line(self.figures)}`"]
        return "\n\n".join([*tables, "\\\n".join(lines)])

    def to_latex(self) -> str:
        """The tables in LaTeX, for a document that loads the package booktabs. The best values are bold."""
        notes = (*self.notes(), signature_line(self.figures))
        first, *others = self.tables()
        return "\n\n".join([as_latex(first, notes), *map(as_latex, others)])

    def to_html(self) -> str:
        """The tables as HTML that carries its own style."""
        notes = "".join(f'<p class="note">{safe(line)}</p>' for line in [*self.notes(), signature_line(self.figures)])
        return framed("".join(map(as_html, self.tables())) + notes)

    def to_csv(self) -> str:
        """The numbers as CSV, with every digit: a line for each row, after a line of names."""
        import csv
        import io

        records = self.records()
        out = io.StringIO()
        writer = csv.DictWriter(out, records[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
        return out.getvalue()

    def to_json(self) -> str:
        """`to_dict()` as JSON, indented by two spaces."""
        import json

        return json.dumps(self.to_dict(), indent=2)

    def to_pandas(self) -> Any:
        """The numbers as a `pandas.DataFrame`. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame(self.records())

    def to_polars(self) -> Any:
        """The numbers as a `polars.DataFrame`. Raises ImportError without polars."""
        import polars

        return polars.DataFrame(self.records(), infer_schema_length=None)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()


FORMS: Mapping[str, Callable[[Tabular], str]] = {
    "markdown": Tabular.to_markdown,
    "latex": Tabular.to_latex,
    "csv": lambda result: result.to_csv().rstrip("\n"),
    "html": Tabular.to_html,
    "json": Tabular.to_json,
}
"""The forms of a result by name, besides text, which depends on the terminal."""
