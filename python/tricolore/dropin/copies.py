"""Copies of rouge_score inside other packages, such as azure-ai-evaluation's and evalscope's.

A copy is found by its module `rouge_scorer`, and recognized by the code of this module and of those that it imports.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .forms import ROLES, is_known_form
from .groups import Group
from .sources import source_of

__all__ = ["SCORER", "copy_of", "may_be_a_copy"]

ORIGINAL = "rouge_score"
SCORER = "rouge_scorer"
OURS = "tricolore.compat.rouge_score"


def may_be_a_copy(name: str) -> bool:
    """True if a module of this name may be the scorer of a copy. Asked at every import, so nothing is read."""
    if not name.endswith(SCORER):
        return False
    package, _, last = name.rpartition(".")
    return last == SCORER and package not in (ORIGINAL, OURS)


def copy_of(name: str) -> Group | None:
    """Returns the group of a copy whose module `rouge_scorer` has this name and is imported; None for other code.

    A copy may take some modules from rouge_score itself. They belong to rouge_score's own group.
    """
    scorer = sys.modules[name]
    tokenizers = getattr(scorer, "tokenizers", None)
    parts = (scorer, getattr(scorer, "scoring", None), getattr(tokenizers, "tokenize", None), tokenizers)
    own = []
    for role, module in zip(ROLES, parts, strict=True):
        if not isinstance(module, ModuleType):
            return None
        package, _, last = module.__name__.rpartition(".")
        source = source_of(module.__name__) if last == role else None
        if source is None or not is_known_form(role, source[0]):
            return None
        if package != ORIGINAL:
            own.append(module.__name__)
    package = name.rpartition(".")[0]
    return Group(f"rouge_score in {package or SCORER}", package or name, (ORIGINAL,), tuple(own), (), "rouge_score")
