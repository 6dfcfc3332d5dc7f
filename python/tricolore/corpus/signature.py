"""Signatures: the text that says how a score was made, as fields between bars (`nrefs:1|case:mixed|...`)."""

from __future__ import annotations

import re
from functools import lru_cache

from ..texts.nrefs import NRefs

__all__ = ["join_signature", "nrefs_field", "with_field", "with_nrefs", "without_minor", "without_version"]


def join_signature(*fields: str) -> str:
    """One signature from its fields. Empty fields are left out."""
    return "|".join(field for field in fields if field)


def nrefs_field(nrefs: NRefs) -> str:
    """The field for the number of references per segment, followed by the number of dropped segments if any."""
    fewest, most, dropped = nrefs
    return f"nrefs:{fewest if fewest == most else 'var'}{f'|dropped:{dropped}' if dropped else ''}"


@lru_cache(maxsize=256)
def with_nrefs(nrefs: NRefs, options: str) -> str:
    """The signature for these numbers of references and these options.

    The result is cached, because joining the fields takes longer than scoring a sentence.
    """
    return join_signature(nrefs_field(nrefs), options)


def with_field(signature: str, field: str) -> str:
    """The signature with `field` inserted after the fields that depend on the data (`nrefs`, `dropped`)."""
    nrefs, _, rest = signature.partition("|")
    dropped, _, others = rest.partition("|") if rest.startswith("dropped:") else ("", "", rest)
    return join_signature(nrefs, dropped, field, others)


def without_minor(options: str) -> str:
    """The signature with only the first number of tricolore's version: releases that share it may share statistics.

    >>> without_minor("match:tokens|version:tricolore.1.2.0rc1-unicode.18.0.0")
    'match:tokens|version:tricolore.1-unicode.18.0.0'
    """
    return re.sub(r"\b(tricolore\.\d+)\.[^-|]*", r"\1", options, count=1)


def without_version(options: str) -> str:
    """The signature up to its version: rows with an equal part have the same meaning and may be added."""
    return options.rpartition("|version:")[0]
