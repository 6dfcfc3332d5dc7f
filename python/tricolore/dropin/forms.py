"""Fingerprints of code whatever its layout: they recognize a module that was copied into another package.

Who copies a module adapts its imports, and often its licence, layout and docstrings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from .known_sources import KNOWN_FORMS

__all__ = ["ROLES", "SCRIPTS", "form_of", "is_known_form", "release_of"]

ROLES = ("rouge_scorer", "scoring", "tokenize", "tokenizers")
"""The modules of rouge_score."""
SCRIPTS = ("nmt_bleu", "compute_score")
"""The modules of the scripts that evaluate loads."""
# Fields that not all versions of Python have, or that are the same for the same source.
IGNORED = ("ctx", "kind", "type_comment", "type_ignores", "type_params")


def release_of(role: str) -> str:
    """Returns the release that the known forms of a module compute as: rouge_score's, or evaluate's."""
    return "0.4.6" if role in SCRIPTS else "0.1.2"


def is_known_form(role: str, source: str) -> bool:
    """True if a source has the code of this module of rouge_score or of a known copy, or of this script."""
    return form_of(source) in KNOWN_FORMS[role]


def form_of(source: str) -> str:
    """Returns the fingerprint of a module's code.

    Layout, comments, docstrings, `__future__` imports, the order of imports and the package from which the modules of
    rouge_score are imported make no difference. Raises SyntaxError for a source that is no Python.
    """
    tree = ast.parse(source)
    imports: set[tuple[str, str, str]] = set()
    rest: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            imports.update(imported_by(statement))
        else:
            rest.append(statement)
    written = repr((sorted(imports), plain(without_docstring(rest))))
    return sha256(written.encode()).hexdigest()[:16]


def imported_by(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, str]]:
    """Yields the module, the name and the local name of each thing that a statement imports."""
    module = "." * statement.level + (statement.module or "") if isinstance(statement, ast.ImportFrom) else "import"
    for alias in statement.names:
        if module != "__future__":
            sibling = alias.name in ROLES and module != "import"
            yield "" if sibling else module, alias.name, alias.asname or ""


def plain(value: Any) -> Any:
    """Returns a part of a syntax tree as tuples of str."""
    if isinstance(value, list):
        return tuple(map(plain, value))
    if not isinstance(value, ast.AST):
        return repr(value)
    if isinstance(value, (ast.FunctionDef, ast.ClassDef)):
        value.body = without_docstring(value.body)
    fields = ((name, own) for name, own in ast.iter_fields(value) if name not in IGNORED)
    return type(value).__name__, *((name, plain(own)) for name, own in fields if own is not None and own != [])


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Returns the statements without a docstring; `pass` alone counts as nothing, too."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        body = body[1:]
    return [] if len(body) == 1 and isinstance(body[0], ast.Pass) else body
