"""The rooms of the package take nothing from `tricolore` itself but the compiled module.

`lint-imports` holds the order of the rooms. It cannot tell `from .. import _core` from an import of the public API,
because the compiled module is no Python file, so it ignores both; this test tells them apart.
"""

import ast
from pathlib import Path

import pytest
import tricolore

PACKAGE = Path(tricolore.__file__).parent
# These rooms are built on the public API.
ABOVE = ("__main__.py", "cli", "compat", "dropin", "huggingface")
BELOW = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in ABOVE)


def taken_from_the_package(path: Path) -> set[str]:
    """The names that a file imports from `tricolore` itself, lazy and type-checking imports included."""
    depth = len(path.relative_to(PACKAGE).parts)
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in (None, "tricolore") and node.level in (0, depth):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names if alias.name.split(".")[0] == "tricolore")
    return names


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_import_the_compiled_module_alone(path):
    assert taken_from_the_package(path) <= {"_core"}


def test_public_names():
    assert set(dir(tricolore)) == set(tricolore.__all__)
