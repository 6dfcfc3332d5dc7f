"""Code that has no package of its own: copies of rouge_score, and the scripts that evaluate loads.

A copy of rouge_score, such as azure-ai-evaluation's and evalscope's, is found by its module `rouge_scorer`, and
recognized by the code of this module and of those that it imports. A script is found by its name too.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .forms import ROLES, SCRIPTS, is_known_form
from .groups import Group
from .sources import source_of

__all__ = ["SCORER", "copy_of", "may_be_a_copy"]

ORIGINAL = "rouge_score"
SCORER = "rouge_scorer"
NAMES = (SCORER, *SCRIPTS)
"""The last part of the name of a scorer or of a script."""
OURS = "tricolore.compat.rouge_score"
HUGGING_FACE = "tricolore.huggingface"


def may_be_a_copy(name: str) -> bool:
    """True if a module of this name may be the scorer of a copy, or a script. Asked at every import, so nothing is
    read."""
    if not name.endswith(NAMES):
        return False
    package, _, last = name.rpartition(".")
    return last in NAMES and package not in (ORIGINAL, OURS, HUGGING_FACE)


def copy_of(name: str) -> Group | None:
    """Returns the group of a script of this name, or of a copy whose module `rouge_scorer` has it; None for other code.

    The module must be imported. A copy may take some modules from rouge_score itself. They belong to rouge_score's own
    group.
    """
    package, _, last = name.rpartition(".")
    if last != SCORER:
        source = source_of(name)
        if source is None or not is_known_form(last, source[0]):
            return None
        return Group(f"{last} in {package or last}", name, ("evaluate",), (name,), (), "evaluate_scripts")
    scorer = sys.modules[name]
    tokenizers = getattr(scorer, "tokenizers", None)
    parts = (scorer, getattr(scorer, "scoring", None), getattr(tokenizers, "tokenize", None), tokenizers)
    own = []
    for role, module in zip(ROLES, parts, strict=True):
        if not isinstance(module, ModuleType):
            return None
        folder, _, own_name = module.__name__.rpartition(".")
        source = source_of(module.__name__) if own_name == role else None
        if source is None or not is_known_form(role, source[0]):
            return None
        if folder != ORIGINAL:
            own.append(module.__name__)
    return Group(f"rouge_score in {package or SCORER}", package or name, (ORIGINAL,), tuple(own), (), "rouge_score")
