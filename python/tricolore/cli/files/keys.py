"""The texts, labels and ids of records, found by their keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tricolore.texts.nulls import is_missing

from ..error import CommandError
from .cells import list_in

__all__ = ["Keys", "Record", "as_label", "first_part", "id_of", "label_of", "no_key", "text_of", "texts_of"]

PREDICTION, REFERENCE, GROUP, ID = "--prediction-key", "--reference-key", "--group-key", "--id-key"
# Names that other programs use for the keys that these options name: an error suggests them.
COMMON = {
    PREDICTION: (
        "prediction predictions pred hypothesis hypotheses hyp candidate output outputs generated generated_text "
        "generation response completion model_output system_output filtered_resps resps translation mt"
    ).split(),
    REFERENCE: (
        "references reference refs ref target targets gold label labels summary highlights answer answers expected "
        "ground_truth"
    ).split(),
    GROUP: [],
    ID: ["id", "doc_id"],
}
MISSING = object()
LEAVE_OUT = "--nulls drop_segment leaves out segments without a reference"
CHOICES = f"--nulls drop leaves out such references, {LEAVE_OUT} too, --nulls empty takes them as empty texts"


class Record(NamedTuple):
    """The part of a file that belongs to one segment."""

    where: str
    """The file and the number of the line, row or object, from 1, for errors."""
    value: str | dict[str, Any]
    """A text, or a mapping from keys to texts and other values."""
    after: Any
    """The place (`records.Place`) where the next record starts."""
    cells: bool = False
    """True if the values are cells, whose text may stand for a list."""


class Keys(NamedTuple):
    """The keys under which a record has its texts, label and id."""

    prediction: str
    references: tuple[str, ...]
    """Several keys if the references of a segment are in several columns."""
    group: str | None = None
    ids: str | None = None
    prediction_option: str = PREDICTION
    """The option that sets `prediction`, for errors."""

    def all(self) -> tuple[str, ...]:
        """The keys that a record with its own references must have."""
        return (self.prediction, *self.references, *self.of_a_record())

    def of_references(self) -> dict[str, str]:
        """The keys of references, each with the option that sets it."""
        return dict.fromkeys(self.references, REFERENCE)

    def of_a_record(self) -> dict[str, str]:
        """The keys of labels and ids, each with the option that sets it."""
        return {key: option for key, option in ((self.group, GROUP), (self.ids, ID)) if key is not None}

    def of_predictions(self) -> dict[str, str]:
        """The keys of predictions, labels and ids, each with the option that sets it."""
        return {self.prediction: self.prediction_option, **self.of_a_record()}


def first_part(value: Any, key: str) -> tuple[str, str | None] | None:
    """Returns the part of `key` that a record or table has, and the rest of it, or None if it has no part.

    A key that exists as it stands has no rest; otherwise `a.b` is the key `b` of the value under `a`.
    """
    if key in value:
        return key, None
    at = key.find(".")
    while at >= 0:
        if key[:at] in value:
            return key[:at], key[at + 1 :]
        at = key.find(".", at + 1)
    return None


def under(value: Any, key: str) -> Any:
    """Returns the value under a key, or MISSING. For a list, returns the values of all its items in one list."""
    if isinstance(value, list):
        found = [under(item, key) for item in value]
        if any(item is MISSING for item in found):
            return MISSING
        return [text for item in found for text in (item if isinstance(item, list) else [item])]
    parts = first_part(value, key) if isinstance(value, dict) else None
    if parts is None:
        return MISSING
    first, rest = parts
    return value[first] if rest is None else under(value[first], rest)


def no_key(where: str, what: str, key: str, option: str, names: Iterable[str]) -> CommandError:
    """Returns the error for a missing key or column: it names the option to set, and values that may be meant."""
    names = list(names)
    stems: dict[str, list[str]] = {}
    for name in names:
        # ref1 and ref_2 are both columns of references.
        stems.setdefault(name.lower() if option != REFERENCE else name.lower().rstrip("_0123456789"), []).append(name)
    near = next((stems[stem] for stem in COMMON.get(option, ()) if stem in stems), [])
    such = f", such as {' '.join(f'{option} {name}' for name in near)}" if near else ""
    return CommandError(
        f"{where}: no {what} {key!r}; its {what}s are {', '.join(map(repr, names)) or 'none'}: "
        f"name another with {option}{such}"
    )


def value_of(record: Record, key: str, option: str) -> Any:
    """Returns the value of a record under a key, which `option` sets."""
    row = record.value
    assert isinstance(row, dict)
    value = row[key] if key in row else under(row, key)
    if value is MISSING:
        raise no_key(record.where, "key", key, option, row)
    return value


def text_or_list(record: Record, key: str, option: str) -> Any:
    """Returns the value of a record under a key, as a list if it is a cell that holds one."""
    value = value_of(record, key, option)
    return list_in(record.where, key, value) if record.cells and "[" in value else value


def text_of(record: Record, keys: Keys, nulls: str) -> str:
    """Returns the text of a record, or its prediction: a string, or a list of one string at any depth."""
    if isinstance(record.value, str):
        return record.value
    key = keys.prediction
    text = text_or_list(record, key, keys.prediction_option)
    while isinstance(text, list) and len(text) == 1:
        (text,) = text
    if is_missing(text):
        if nulls != "empty":
            raise CommandError(f"{record.where}: {key!r} is null: --nulls empty takes it as an empty text")
        return ""
    if not isinstance(text, str):
        kind = f"a list of {len(text)}" if isinstance(text, list) else f"of type {type(text).__name__}"
        raise CommandError(f"{record.where}: {key!r} is {kind}: it must be a string, or a list of one")
    return text


def texts_of(record: Record, keys: Sequence[str], nulls: str) -> list[str]:
    """Returns the text of a record, or the texts under its keys, each a string or a list of strings.

    The result is empty only for a segment without references that is to be left out.
    """
    if isinstance(record.value, str):
        return [record.value]
    texts: list[str] = []
    for key in keys:
        value = text_or_list(record, key, REFERENCE)
        own = [value] if isinstance(value, str) or is_missing(value) else value
        if not isinstance(own, list) or not all(isinstance(text, str) or is_missing(text) for text in own):
            raise CommandError(f"{record.where}: {key!r} must be a string or a list of strings")
        if not own and nulls in ("error", "empty"):
            raise CommandError(f"{record.where}: {key!r} is empty: a segment needs a reference")
        for text in own:
            if isinstance(text, str):
                texts.append(text)
            elif nulls == "empty":
                texts.append("")
            elif nulls == "error":
                raise CommandError(f"{record.where}: {key!r} has a null: {CHOICES}")
    if not texts and nulls == "drop":
        raise CommandError(f"{record.where}: {keys[0]!r} has no reference that is not null: {LEAVE_OUT}")
    return texts


def id_of(record: Record, key: str) -> int | str:
    """Returns the id of a record: a string or a 64-bit integer."""
    value = value_of(record, key, ID)
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value):
        return value
    raise CommandError(f"{record.where}: {key!r} is {value!r}: an id is a string, without lone surrogates, or an int64")


def label_of(record: Record, key: str) -> str:
    """Returns the label of a record."""
    return as_label(record.where, key, value_of(record, key, GROUP))


def as_label(where: str, key: str, label: Any) -> str:
    """Returns a label as text: 1 and "1" are the same label, and a missing label is "null"."""
    if isinstance(label, str):
        return label
    if isinstance(label, (list, dict)):
        raise CommandError(f"{where}: {key!r} is of type {type(label).__name__}: it must be a label")
    return json.dumps(label) if label is None or isinstance(label, bool) else str(label)
