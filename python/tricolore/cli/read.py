"""Predictions and references from files, all at once or in batches."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from .error import CommandError
from .records import FORMATS, START, Place, Record, columns_of, form_of, open_parquet, parquet_from, records_of

__all__ = ["Batch", "Files", "Keys", "Segments", "files_in", "read_batches", "read_segments", "read_systems"]

# Of what a folder has, lines of text have no references.
WITH_REFERENCES = tuple(f".{name}" for name in FORMATS if name != "txt")
# Text of a batch, in characters: large enough for all threads, small beside any memory.
BATCH = 1 << 22


class Segments(NamedTuple):
    """What is to be scored, a segment an item."""

    predictions: list[str]
    references: list[list[str]]


class Keys(NamedTuple):
    """The names under which a record has its texts."""

    prediction: str
    references: str
    group: str | None = None
    ids: str | None = None

    def of_a_record(self) -> list[str]:
        """Those beside the texts."""
        return [key for key in (self.group, self.ids) if key is not None]


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
        for what, option, key in (("groups", "--group-key", self.keys.group), ("ids", "--id-key", self.keys.ids)):
            if kind == "txt" and key is not None:
                raise CommandError(f"{self.predictions} has no {what}: {option} is for .jsonl, .csv and .parquet")
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
    ids: Any
    behind: list[Place]
    """Where the next one starts: in the file of predictions, and in each of references."""
    share: float
    """How much of the file of predictions has been read, from 0 to 1, where that is known."""


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


def files_in(paths: list[str], leave_out: list[str]) -> list[str]:
    """The files that paths name: of a folder those in it and below that are of segments, by name, but for what this
    command writes. As engines write them, names that start with a dot or an underscore are left out too."""
    own = {Path(path).resolve() for path in leave_out}
    out = []
    for path in paths:
        if path == "-" or not Path(path).is_dir():
            out.append(path)
            continue
        found = [str(file) for file in sorted(files_below(Path(path), set())) if file.resolve() not in own]
        if not found:
            raise CommandError(f"{path} has no file that ends in one of {', '.join(WITH_REFERENCES)}")
        out += found
    return out


def files_below(folder: Path, above: set[Path]) -> Iterator[Path]:
    """The files in a folder and below that hold references too. Links are followed, but not in a circle."""
    above = {*above, folder.resolve()}
    for path in folder.iterdir():
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            if path.resolve() not in above:
                yield from files_below(path, above)
        elif path.suffix.lower() in WITH_REFERENCES:
            yield path


def read_batches(files: Files, start: list[Place] | None = None) -> Generator[Batch]:
    """All of them from a place on, some megabytes of text at a time.

    In text files each line is a segment. In JSON Lines each line is an object with a prediction and
    references, a str or a list; in CSV and Parquet each row has these in columns; without reference files,
    the predictions' own records have them.
    """
    kind = files.check()
    places = start or [START] * (1 + len(files.references))
    if kind == "parquet" and not files.references:
        yield from parquet_batches(files, places[0])
    else:
        yield from batches(files, kind, places)


def batches(files: Files, kind: str, places: list[Place] | None = None) -> Iterator[Batch]:
    """Batches of str from records."""
    path, keys = files.predictions, files.keys
    first, *rest_places = places or [START] * (1 + len(files.references))
    others = [
        Counted(records_of(other, form, [keys.references], place), place)
        for other, form, place in zip(files.references, files.forms(), rest_places, strict=True)
    ]
    wanted = [keys.prediction] + [keys.references] * (not others) + keys.of_a_record()
    own = Counted(records_of(path, kind, wanted, first), first)
    size_of_file = size_of(path)
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
            [records.behind for records in (own, *others)],
            own.behind.bytes / size_of_file if size_of_file else 0.0,
        )

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
        if keys.ids is not None:
            ids.append(id_of(record, keys.ids))
        size += len(predictions[-1]) + sum(map(len, references[-1]))
        if size >= BATCH:
            yield batch()
            predictions, references, groups, ids, size = [], [], [], [], 0
    if predictions:
        yield batch()


def size_of(path: str) -> int | None:
    """The bytes of a file, where it has a size."""
    return Path(path).stat().st_size if path != "-" and Path(path).is_file() else None


class Counted:
    """Records that are counted as they are read."""

    def __init__(self, records: Iterator[Record], start: Place) -> None:
        self._records = records
        self.start = start
        self.behind = start
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        record = next(self._records)
        self.count += 1
        self.behind = record.behind
        return record


def unequal(files: Files, own: Counted, others: list[Counted]) -> CommandError:
    """The error for files of different lengths."""
    for records in (own, *others):
        # To the end: the files may be pipes, which are not read again.
        for _ in records:
            pass
    path, count = next((p, o.count) for p, o in zip(files.references, others, strict=True) if o.count != own.count)
    more = " behind the checkpoint" if own.start != START else ""
    return CommandError(f"{files.predictions} has {own.count} segments{more} and {path} has {count}")


def parquet_batches(files: Files, start: Place) -> Iterator[Batch]:
    """Batches of a Parquet file as Arrow columns, of which no str is made."""
    path, keys = files.predictions, files.keys
    done = start.number
    with open_parquet(path) as file:
        wanted = columns_of(path, file, [keys.prediction, keys.references, *keys.of_a_record()])
        total = file.metadata.num_rows
        for rows in parquet_from(file, done, wanted):
            # Parts of a batch, as the texts in it are long.
            step = max(1, len(rows) * BATCH // max(rows.nbytes, 1))
            for first in range(0, len(rows), step):
                part = rows.slice(first, step)
                predictions, references = part[keys.prediction], part[keys.references]
                if not (is_plain(predictions, False) and is_plain(references, True)):
                    check(part, path, done, keys)
                groups = None
                if keys.group is not None:
                    labels = enumerate(part[keys.group].to_pylist(), start=done + 1)
                    groups = [label_of(f"{path}:{number}", keys.group, label) for number, label in labels]
                ids = None if keys.ids is None else part[keys.ids]
                if ids is not None and not is_id(ids):
                    for number, row in enumerate(part.to_pylist(), start=done + 1):
                        id_of(Record(f"{path}:{number}", row, START), str(keys.ids))
                done += len(part)
                yield Batch(predictions, references, groups, ids, [Place(0, done)], done / total)


def is_id(column: Any) -> bool:
    """Whether a column holds nothing but strings or integers that are ids."""
    from pyarrow import types

    kind = column.type
    integer = types.is_integer(kind) and not types.is_uint64(kind)
    return not column.null_count and bool(integer or types.is_string(kind) or types.is_large_string(kind))


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
        record = Record(f"{path}:{number}", row, START)
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


def id_of(record: Record, key: str) -> int | str:
    """The id of a record: a string or an integer of 64 bits."""
    value = value_of(record, key)
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value):
        return value
    raise CommandError(f"{record.where}: {key!r} is {value!r}: an id is a string, without lone surrogates, or an int64")


def label_of(where: str, key: str, label: Any) -> str:
    """A label as text: 1 and "1" are one label, and so is what is missing."""
    if isinstance(label, str):
        return label
    if isinstance(label, (list, dict)):
        raise CommandError(f"{where}: {key!r} is of type {type(label).__name__}: it must be a label")
    return json.dumps(label) if label is None or isinstance(label, bool) else str(label)
