"""Predictions and references read from files, all at once or in batches."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from ..error import CommandError
from .formats import form_by_name, form_of
from .keys import Keys, Record, as_label, id_of, label_of, text_of, texts_of
from .records import START, Place, Source, columns_of, open_parquet, parquet_from, records_of

__all__ = ["Batch", "Files", "Segments", "check_all", "read_batches", "read_segments", "read_systems"]

# The characters of text in a batch: enough work for all threads, little memory.
BATCH = 1 << 22
DEFAULTS = Keys("prediction", ("references",))


class Segments(NamedTuple):
    """Predictions and references, an item per segment."""

    predictions: list[str]
    references: list[list[str]]
    groups: list[str] | None


class Files(NamedTuple):
    """A file of predictions, and the files of its references if its records do not have them."""

    predictions: str
    references: list[str]
    form: str | None
    """The format of files whose names do not tell it."""
    keys: Keys
    encoding: str = "utf-8"
    """The encoding of text, under its name in `codecs.lookup`."""
    nulls: str = "error"
    """The treatment of null texts: a value of --nulls."""

    @property
    def paths(self) -> list[str]:
        """The paths of all files."""
        return [self.predictions, *self.references]

    def check(self) -> None:
        """Raises CommandError for files that cannot be read together."""
        if self.paths.count("-") > 1:
            raise CommandError("standard input can be read once: '-' was given twice")
        form = form_of(self.predictions, self.form)
        for path in self.references:
            form_of(path, self.form)
        if form.name == "txt" and not self.references:
            raise CommandError(f"{self.predictions} has no references: give files of references with -r")
        for what, option, key in (("groups", "--group-key", self.keys.group), ("ids", "--id-key", self.keys.ids)):
            if form.name == "txt" and key is not None:
                raise CommandError(f"{self.predictions} has no {what}: {option} is for files of records, not of text")

    def source(self, path: str) -> Source:
        """Returns one of the files as a source."""
        return Source(path, form_of(path, self.form), self.encoding)

    def size(self, path: str) -> int | None:
        """Returns the bytes of one of the files; None if it is compressed, where places count decompressed bytes."""
        return None if form_of(path, self.form).compression else Path(path).stat().st_size


def check_all(systems: list[Files]) -> None:
    """Raises CommandError for files that cannot be read, and for an option that no file uses."""
    files = systems[0]
    predictions = [own.predictions for own in systems]
    given = [*predictions, *files.references]
    forms = {path: form_of(path, files.form).name for path in given}
    if files.form is not None and not any(path == "-" or form_by_name(path)[0] is None for path in given):
        for path, form in forms.items():
            if form != files.form:
                raise CommandError(
                    f"{path} is read as {form}, by its ending, and --format {files.form} would not change that: to "
                    f"read it as {files.form}, give - in its place and add < {path}"
                )
    for own in systems:
        own.check()
    with_references = files.references or predictions
    for option, keys, paths, default in (
        ("--prediction-key", (files.keys.prediction,), predictions, (DEFAULTS.prediction,)),
        ("--reference-key", files.keys.references, with_references, DEFAULTS.references),
    ):
        if keys != default and all(forms[path] == "txt" for path in paths):
            raise CommandError(f"{paths[0]} is text with one segment per line: {option} is for files of records")
    if files.encoding != "utf-8" and all(form == "parquet" for form in forms.values()):
        raise CommandError(f"{given[0]} is Parquet, which tells its encoding: --encoding is for files of text")


class Batch(NamedTuple):
    """Consecutive segments."""

    predictions: Any
    """Texts in a form that metrics accept."""
    references: Any
    groups: list[str] | None
    ids: Any
    after: list[Place]
    """The places where the next batch starts, in the file of predictions and in each file of references."""
    share: float
    """The share of the file of predictions that has been read, from 0 to 1; 0 if it is unknown."""


def read_systems(systems: dict[str, Files]) -> dict[str, Segments]:
    """Returns all segments of several systems by name. Files of references are read only once: they may be pipes."""
    read: dict[str, Segments] = {}
    for name, files in systems.items():
        if not files.references or not read:
            read[name] = read_segments(files)
            continue
        path, references = files.predictions, next(iter(read.values())).references
        own = Segments([], references, None if files.keys.group is None else [])
        with closing(records_of(files.source(path), files.keys.of_predictions())) as records:
            for record in records:
                own.predictions.append(text_of(record, files.keys, files.nulls))
                if own.groups is not None and files.keys.group is not None:
                    own.groups.append(label_of(record, files.keys.group))
        if len(own.predictions) != len(references):
            count = len(own.predictions)
            raise CommandError(f"{path} has {count} segments and {files.references[0]} has {len(references)}")
        read[name] = own
    return read


def read_segments(files: Files) -> Segments:
    """Returns all segments."""
    read = Segments([], [], None if files.keys.group is None else [])
    for batch in batches(files, [START] * (1 + len(files.references))):
        read.predictions.extend(batch.predictions)
        read.references.extend(batch.references)
        if read.groups is not None:
            read.groups.extend(batch.groups or [])
    if not read.predictions:
        raise CommandError(f"{files.predictions} has no segments")
    return read


def read_batches(files: Files, start: list[Place] | None = None) -> Generator[Batch]:
    """Yields all segments from a place on, some megabytes of text at a time.

    In text files each line is a text. In other files each record has a prediction (a string) or references (a string or
    a list). Without files of references, the records of predictions have the references too.
    """
    form = form_of(files.predictions, files.form)
    places = start or [START] * (1 + len(files.references))
    if form.name == "parquet" and not files.references:
        yield from parquet_batches(files, places[0])
    else:
        yield from batches(files, places)


def batches(files: Files, places: list[Place]) -> Iterator[Batch]:
    """Yields batches of str from records."""
    keys = files.keys
    sources = [files.source(path) for path in (files.predictions, *files.references)]
    whole = {**keys.of_predictions(), **keys.of_references()}
    wanted = [keys.of_predictions() if files.references else whole, *[keys.of_references()] * len(files.references)]
    # An error would otherwise keep the files open, for as long as its traceback lives.
    with ExitStack() as opened:
        own, *others = (
            Counted(opened.enter_context(closing(records_of(source, fields, place))), place)
            for source, fields, place in zip(sources, wanted, places, strict=True)
        )
        yield from batches_of(files, sources[0], own, others)


def batches_of(files: Files, source: Source, own: Counted, others: list[Counted]) -> Iterator[Batch]:
    """Yields batches from the records of predictions and of references."""
    keys = files.keys
    predictions: list[str] = []
    references: list[list[str]] = []
    groups: list[str] = []
    ids: list[int | str] = []
    size = 0

    def batch() -> Batch:
        return Batch(
            predictions,
            references,
            groups if keys.group is not None else None,
            ids if keys.ids is not None else None,
            [records.after for records in (own, *others)],
            source.share,
        )

    for record, *rest in zip_longest(own, *others):
        if record is None or None in rest:
            raise unequal(files, own, others)
        predictions.append(text_of(record, keys, files.nulls))
        if others:
            references.append([text for other in rest for text in texts_of(other, keys.references, files.nulls)])
        else:
            references.append(texts_of(record, keys.references, files.nulls))
        if keys.group is not None:
            groups.append(label_of(record, keys.group))
        if keys.ids is not None:
            ids.append(id_of(record, keys.ids))
        size += len(predictions[-1]) + sum(map(len, references[-1]))
        if size >= BATCH:
            yield batch()
            predictions, references, groups, ids, size = [], [], [], [], 0
    if predictions:
        yield batch()


class Counted:
    """Records that are counted while they are read."""

    def __init__(self, records: Iterator[Record], start: Place) -> None:
        self._records = records
        self.start = start
        self.after = start
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        record = next(self._records)
        self.count += 1
        self.after = record.after
        return record


def unequal(files: Files, own: Counted, others: list[Counted]) -> CommandError:
    """Returns the error for files with different numbers of segments."""
    for records in (own, *others):
        # Read the rest here to count it: the files may be pipes, which cannot be read again.
        for _ in records:
            pass
    path, count = next((p, o.count) for p, o in zip(files.references, others, strict=True) if o.count != own.count)
    more = " after the checkpoint" if own.start != START else ""
    return CommandError(f"{files.predictions} has {own.count} segments{more} and {path} has {count}")


def parquet_batches(files: Files, start: Place) -> Iterator[Batch]:
    """Yields batches of a Parquet file as Arrow columns, without making str objects of columns of plain texts."""
    path, keys = files.predictions, files.keys
    done = start.number
    with open_parquet(files.source(path)) as file:
        wanted = columns_of(path, file, {**keys.of_predictions(), **keys.of_references()})
        total = file.metadata.num_rows
        for rows in parquet_from(file, done, wanted):
            # Split rows whose texts are long into several batches.
            step = max(1, len(rows) * BATCH // max(rows.nbytes, 1))
            for first in range(0, len(rows), step):
                part = rows.slice(first, step)
                predictions, references, groups, ids = arrow_columns(part, keys) or str_columns(part, done, files)
                done += len(part)
                yield Batch(predictions, references, groups, ids, [Place(0, done)], done / total)


Columns = tuple[Any, Any, "list[str] | None", Any]
"""Predictions, references, labels and ids."""


def arrow_columns(rows: Any, keys: Keys) -> Columns | None:
    """Returns the columns as they are if metrics accept them, else None."""
    names = rows.schema.names
    if len(keys.references) > 1 or not all(key in names for key in keys.all()):
        return None
    predictions, references = rows[keys.prediction], rows[keys.references[0]]
    if not (is_plain(predictions, False) and is_plain(references, True)):
        return None
    ids = None if keys.ids is None else rows[keys.ids]
    if ids is not None and not is_id(ids):
        return None
    groups = None
    if keys.group is not None:
        labels = rows[keys.group].to_pylist()
        if any(isinstance(label, (list, dict)) for label in labels):
            return None
        groups = [as_label("", keys.group, label) for label in labels]
    return predictions, references, groups, ids


def str_columns(rows: Any, before: int, files: Files) -> Columns:
    """Returns columns of str made from rows. Raises the error of the first row that is not a segment."""
    path, keys = files.predictions, files.keys
    records = [Record(f"{path}:{before + place}", row, START) for place, row in enumerate(rows.to_pylist(), start=1)]
    predictions, references, groups, ids = [], [], [], []
    for record in records:
        predictions.append(text_of(record, keys, files.nulls))
        references.append(texts_of(record, keys.references, files.nulls))
        if keys.group is not None:
            groups.append(label_of(record, keys.group))
        if keys.ids is not None:
            ids.append(id_of(record, keys.ids))
    return predictions, references, None if keys.group is None else groups, None if keys.ids is None else ids


def is_id(column: Any) -> bool:
    """True if a column holds only valid ids: strings or 64-bit integers, no nulls."""
    from pyarrow import types

    kind = column.type
    integer = types.is_integer(kind) and not types.is_uint64(kind)
    return not column.null_count and bool(integer or types.is_string(kind) or types.is_large_string(kind))


def is_plain(column: Any, or_lists: bool) -> bool:
    """True if a column holds only strings or, if `or_lists`, only lists of at least one string."""
    from pyarrow import compute, types

    kind = column.type
    if column.null_count:
        return False
    if or_lists and (types.is_list(kind) or types.is_large_list(kind)):
        return compute.min(compute.list_value_length(column)).as_py() > 0 and is_plain(column.flatten(), False)
    return bool(types.is_string(kind) or types.is_large_string(kind))
