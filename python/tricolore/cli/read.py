"""Predictions and references from files, all at once or in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from .error import CommandError
from .records import Record, columns_of, form_of, open_parquet, records_of

__all__ = ["Batch", "Files", "Keys", "Segments", "read_batches", "read_segments", "read_systems"]

# Text of a batch, in characters: large enough for all threads, small beside any memory.
BATCH = 1 << 22
# Rows of Parquet that are read at once, at most.
ROWS = 1 << 16


class Segments(NamedTuple):
    """What is to be scored, a segment an item."""

    predictions: list[str]
    references: list[list[str]]


class Keys(NamedTuple):
    """The names under which a record has its texts."""

    prediction: str
    references: str
    group: str | None = None


class Files(NamedTuple):
    """What a command line names."""

    predictions: str
    references: list[str]
    form: str | None
    keys: Keys

    def check(self) -> str:
        """The format of the predictions; refuses what cannot be read."""
        if [self.predictions, *self.references].count("-") > 1:
            raise CommandError("standard input can be read once: '-' was given twice")
        kind = form_of(self.predictions, self.form)
        self.forms()
        if kind == "txt" and not self.references:
            raise CommandError(f"{self.predictions} has no references: give files of them with -r")
        if kind == "txt" and self.keys.group is not None:
            raise CommandError(f"{self.predictions} has no groups: --group-key is for .jsonl, .csv and .parquet")
        return kind

    def forms(self) -> list[str]:
        """The formats of the references."""
        # What was given for standard input is not of files whose endings tell theirs.
        form = self.form if self.predictions != "-" else None
        return [form_of(path, self.form if path == "-" else form) for path in self.references]


class Batch(NamedTuple):
    """Segments that follow those of the batch before."""

    predictions: Any
    """As a metric takes them."""
    references: Any
    groups: list[str] | None
    done: int
    """How far the file of predictions has been read, in the unit of `size_of`."""


def read_systems(paths: list[str], files: Files) -> dict[str, Segments]:
    """All segments of several systems, by path. Files of references are read once: they may be pipes."""
    if [*paths, *files.references].count("-") > 1:
        raise CommandError("standard input can be read once: '-' was given twice")
    systems: dict[str, Segments] = {}
    for path in dict.fromkeys(paths):
        own = files._replace(predictions=path)
        kind = own.check()
        if not files.references or not systems:
            systems[path] = read_segments(own)
            continue
        references = systems[paths[0]].references
        texts = [text_of(record, files.keys.prediction) for record in records_of(path, kind, [files.keys.prediction])]
        if len(texts) != len(references):
            raise CommandError(f"{path} has {len(texts)} segments and {files.references[0]} has {len(references)}")
        systems[path] = Segments(texts, references)
    return systems


def read_segments(files: Files) -> Segments:
    """All of them."""
    predictions: list[str] = []
    references: list[list[str]] = []
    for batch in batches(files, files.check()):
        predictions += batch.predictions
        references += batch.references
    if not predictions:
        raise CommandError(f"{files.predictions} has no segments")
    return Segments(predictions, references)


def read_batches(files: Files) -> Iterator[Batch]:
    """All of them, some megabytes of text at a time.

    In text files each line is a segment. In JSON Lines each line is an object with a prediction and
    references, a str or a list; in CSV and Parquet each row has these in columns; without reference files,
    the predictions' own records have them.
    """
    kind = files.check()
    any_segment = False
    for batch in parquet_batches(files) if kind == "parquet" and not files.references else batches(files, kind):
        any_segment = True
        yield batch
    if not any_segment:
        raise CommandError(f"{files.predictions} has no segments")


def batches(files: Files, kind: str) -> Iterator[Batch]:
    """Batches of str from records."""
    path, keys = files.predictions, files.keys
    others = [
        Counted(records_of(other, form, [keys.references]))
        for other, form in zip(files.references, files.forms(), strict=True)
    ]
    wanted = [keys.prediction] + [keys.references] * (not others) + [keys.group] * (keys.group is not None)
    own = Counted(records_of(path, kind, [key for key in wanted if key is not None]))
    predictions: list[str] = []
    references: list[list[str]] = []
    groups: list[str] = []
    size = done = 0
    for record, *rest in zip_longest(own, *others):
        if record is None or None in rest:
            raise unequal(files, own, others)
        predictions.append(text_of(record, keys.prediction))
        if others:
            references.append([text for other in rest for text in texts_of(other, keys.references)])
        else:
            references.append(texts_of(record, keys.references))
        if keys.group is not None:
            groups.append(label_of(record.where, keys.group, value_of(record, keys.group)))
        done = record.done
        size += len(predictions[-1]) + sum(map(len, references[-1]))
        if size >= BATCH:
            yield Batch(predictions, references, groups if keys.group is not None else None, done)
            predictions, references, groups, size = [], [], [], 0
    if predictions:
        yield Batch(predictions, references, groups if keys.group is not None else None, done)


class Counted:
    """Records that are counted as they are read."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        record = next(self._records)
        self.count += 1
        return record


def unequal(files: Files, own: Counted, others: list[Counted]) -> CommandError:
    """The error for files of different lengths."""
    for records in (own, *others):
        # To the end: the files may be pipes, which are not read again.
        for _ in records:
            pass
    path, count = next((p, o.count) for p, o in zip(files.references, others, strict=True) if o.count != own.count)
    return CommandError(f"{files.predictions} has {own.count} segments and {path} has {count}")


def parquet_batches(files: Files) -> Iterator[Batch]:
    """Batches of a Parquet file as Arrow columns, of which no str is made."""
    path, keys = files.predictions, files.keys
    wanted = [keys.prediction, keys.references] + ([] if keys.group is None else [keys.group])
    done = 0
    with open_parquet(path) as file:
        for rows in file.iter_batches(ROWS, columns=columns_of(path, file, wanted)):
            # Parts of a batch, as the texts in it are long.
            step = max(1, len(rows) * BATCH // max(rows.nbytes, 1))
            for start in range(0, len(rows), step):
                part = rows.slice(start, step)
                predictions, references = part[keys.prediction], part[keys.references]
                if not (is_plain(predictions, False) and is_plain(references, True)):
                    check(part, path, done, keys)
                groups = None
                if keys.group is not None:
                    labels = enumerate(part[keys.group].to_pylist(), start=done + 1)
                    groups = [label_of(f"{path}:{number}", keys.group, label) for number, label in labels]
                done += len(part)
                yield Batch(predictions, references, groups, done)


def is_plain(column: Any, or_lists: bool) -> bool:
    """Whether a column holds nothing but strings, or lists of at least one."""
    from pyarrow import compute, types

    kind = column.type
    if column.null_count:
        return False
    if or_lists and (types.is_list(kind) or types.is_large_list(kind)):
        return compute.min(compute.list_value_length(column)).as_py() > 0 and is_plain(column.flatten(), False)
    return bool(types.is_string(kind) or types.is_large_string(kind))


def check(part: Any, path: str, before: int, keys: Keys) -> None:
    """Raises the error of the first row that is no segment, by its number."""
    for number, row in enumerate(part.to_pylist(), start=before + 1):
        record = Record(f"{path}:{number}", row, number)
        text_of(record, keys.prediction)
        texts_of(record, keys.references)


def value_of(record: Record, key: str) -> Any:
    """What a record has under a key."""
    row = record.value
    assert isinstance(row, dict)
    if key not in row:
        has = ", ".join(map(repr, row)) or "none"
        raise CommandError(f"{record.where}: no key {key!r}; its keys are {has}")
    return row[key]


def text_of(record: Record, key: str) -> str:
    """The text of a record, or that under a key of it."""
    if isinstance(record.value, str):
        return record.value
    text = value_of(record, key)
    if not isinstance(text, str):
        raise CommandError(f"{record.where}: {key!r} is of type {type(text).__name__}: it must be a string")
    return text


def texts_of(record: Record, key: str) -> list[str]:
    """The text of a record, or those under a key of it: a string, or a list of them."""
    if isinstance(record.value, str):
        return [record.value]
    value = value_of(record, key)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise CommandError(f"{record.where}: {key!r} must be a string or a list of strings")
    if not texts:
        raise CommandError(f"{record.where}: {key!r} is empty: a segment needs a reference")
    return texts


def label_of(where: str, key: str, label: Any) -> str:
    """A label as text: 1 and "1" are one label, and so is what is missing."""
    if isinstance(label, str):
        return label
    if isinstance(label, (list, dict)):
        raise CommandError(f"{where}: {key!r} is of type {type(label).__name__}: it must be a label")
    return json.dumps(label) if label is None or isinstance(label, bool) else str(label)
