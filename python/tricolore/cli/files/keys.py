"""Texts, labels and ids of a record, by their keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tricolore.texts.nulls import is_missing

from ..error import CommandError
from .cells import list_in

__all__ = ["Keys", "Record", "as_label", "first_part", "id_of", "label_of", "no_key", "text_of", "texts_of"]

PREDICTION, REFERENCE, GROUP, ID = "--prediction-key", "--reference-key", "--group-key", "--id-key"
# Names that other programs give to what an option looks for.
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
    """A segment's part of a file."""

    where: str
    """For errors: the file and the number of the line, row or object, from 1."""
    value: str | dict[str, Any]
    """A text, or texts and whatever else by name."""
    behind: Any
    """The place where the next record starts."""
    cells: bool = False
    """True if the values are text that may stand for a list."""


class Keys(NamedTuple):
    """The names under which a record has its texts."""

    prediction: str
    references: tuple[str, ...]
    """Several, where a segment's references are in several columns."""
    group: str | None = None
    ids: str | None = None

    def all(self) -> tuple[str, ...]:
        """All that a record of its own must have."""
        return (self.prediction, *self.references, *self.of_a_record())

    def of_references(self) -> dict[str, str]:
        """The keys of references, each with the option that names it."""
        return dict.fromkeys(self.references, REFERENCE)

    def of_a_record(self) -> dict[str, str]:
        """The keys of labels and ids."""
        return {key: option for key, option in ((self.group, GROUP), (self.ids, ID)) if key is not None}

    def of_predictions(self) -> dict[str, str]:
        """The keys of predictions, and of labels and ids beside them."""
        return {self.prediction: PREDICTION, **self.of_a_record()}


def first_part(value: Any, key: str) -> tuple[str, str | None] | None:
    """The first part of `key` that a record or a table has, and the rest, if there is one: a key that is there as it
    stands, or of `a.b` what is under `a`."""
    if key in value:
        return key, None
    at = key.find(".")
    while at >= 0:
        if key[:at] in value:
            return key[:at], key[at + 1 :]
        at = key.find(".", at + 1)
    return None


def under(value: Any, key: str) -> Any:
    """The value under a key, or MISSING. For a list, the values that its items have, in one list."""
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
    """The error for a key, or a column, that is not there: which option names another, and which that may be."""
    names = list(names)
    stems: dict[str, list[str]] = {}
    for name in names:
        # ref1 and ref_2 are columns of references.
        stems.setdefault(name.lower() if option != REFERENCE else name.lower().rstrip("_0123456789"), []).append(name)
    near = next((stems[stem] for stem in COMMON[option] if stem in stems), [])
    such = f", such as {' '.join(f'{option} {name}' for name in near)}" if near else ""
    return CommandError(
        f"{where}: no {what} {key!r}; its {what}s are {', '.join(map(repr, names)) or 'none'}: "
        f"name another with {option}{such}"
    )


def value_of(record: Record, key: str, option: str) -> Any:
    """The value of a record under a key, which an option names."""
    row = record.value
    assert isinstance(row, dict)
    value = row[key] if key in row else under(row, key)
    if value is MISSING:
        raise no_key(record.where, "key", key, option, row)
    return value


def text_or_list(record: Record, key: str, option: str) -> Any:
    """The value of a record under a key, where a cell of CSV may hold a list."""
    value = value_of(record, key, option)
    return list_in(record.where, key, value) if record.cells and "[" in value else value


def text_of(record: Record, key: str, nulls: str) -> str:
    """The text of a record, or that under a key of it: a string, or a list of one, however deep."""
    if isinstance(record.value, str):
        return record.value
    text = text_or_list(record, key, PREDICTION)
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
    """The text of a record, or those under keys of it: strings, or lists of them. Where segments without a reference
    are left out, none for one."""
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
    """The id of a record: a string or an integer of 64 bits."""
    value = value_of(record, key, ID)
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value):
        return value
    raise CommandError(f"{record.where}: {key!r} is {value!r}: an id is a string, without lone surrogates, or an int64")


def label_of(record: Record, key: str) -> str:
    """The label of a record."""
    return as_label(record.where, key, value_of(record, key, GROUP))


def as_label(where: str, key: str, label: Any) -> str:
    """A label as text: 1 and "1" are one label, and so is what is missing."""
    if isinstance(label, str):
        return label
    if isinstance(label, (list, dict)):
        raise CommandError(f"{where}: {key!r} is of type {type(label).__name__}: it must be a label")
    return json.dumps(label) if label is None or isinstance(label, bool) else str(label)
