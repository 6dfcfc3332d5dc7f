"""A warning for references that are given to sacreBLEU transposed: a list for each segment.

sacreBLEU takes a list for each reference position, with a text for every segment. It pairs the lists with `zip`
(base.py, `_cache_references` and `_extract_corpus_statistics`), so it drops the segments beyond the shortest list in
silence. The result stays sacreBLEU's.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

__all__ = ["TransposedWarning", "shape_of", "warn_if_transposed"]

LISTS = (list, tuple)
warned: set[tuple[str, int]] = set()
"""The places of calls that were warned about."""


class TransposedWarning(UserWarning):
    """References seem to be transposed."""


class Shape(tuple[int, ...]):
    """The length of each list of references, for references that a metric has cached."""


def shape_of(references: Any) -> Shape:
    """Returns the shape of references, which is empty if they are not lists in a list."""
    if type(references) not in LISTS or not all(type(own) in LISTS for own in references):
        return Shape()
    return Shape(map(len, references))


def warn_if_transposed(hypotheses: Any, references: Any) -> None:
    """Warns if there are as many lists of references as hypotheses, and sacreBLEU drops texts.

    Args:
        hypotheses: the hypotheses of a corpus.
        references: the references, or their shape.
    """
    if type(hypotheses) not in LISTS or type(references) not in (*LISTS, Shape):
        return
    count = len(hypotheses)
    if len(references) != count:
        return
    # A single segment, which must be fast, ends here.
    if count == 1 and type(references[0]) is list and len(references[0]) == 1:
        return
    lengths = references if type(references) is Shape else shape_of(references)
    if not all(lengths) or set(lengths) <= {count}:
        return
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(("tricolore.", "sacrebleu.")):
        frame = frame.f_back
    place = frame.f_code.co_filename, frame.f_lineno
    if place in warned:
        return
    warned.add(place)
    least, most = min(lengths), max(lengths)
    texts = f"{least}" if least == most else f"{least} to {most}"
    message = (
        f"the references look transposed: hypotheses: {count}, lists of references: {count}, texts in a list: {texts}. "
        "sacrebleu takes a list for each reference position, with a text for every hypothesis. It scores segments: "
        f"{min(least, count)}, and drops the rest. If each list has the references of one hypothesis, pass "
        "list(itertools.zip_longest(*references))"
    )
    module, registry = frame.f_globals.get("__name__"), frame.f_globals.setdefault("__warningregistry__", {})
    try:
        warnings.warn_explicit(message, TransposedWarning, *place, module, registry)
    except Warning:
        # If warnings are errors, this one must not end a program that runs without the drop-in.
        print("{}:{}: {}".format(*place, message), file=sys.stderr)
