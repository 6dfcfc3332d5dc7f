# Every verb that people and CI use. `just --list` lists them.

# An environment with everything, the package editable in it.
setup:
    python -m venv .venv
    .venv/bin/python -m pip install maturin
    .venv/bin/python -m pip install -e '.[test,lint,bench,cli]'

# Builds the wheel.
build:
    python -m maturin build --release

# The README's test command.
test:
    python -m pip install '.[test]' && python -m pytest

# Formats, lints, types, the stub.
lint:
    .ci/lint

# The answers of the benchmarks, then their times beside the peers.
bench *ARGS:
    python -m pytest benches --benchmark-disable
    python benches/side_by_side.py {{ARGS}}

# The examples of the README, docs/ and docstrings.
docs:
    python -m pytest tests/integration/test_docs.py

# Writes the tables of the unicode tokenizer again.
tables:
    python tools/unicode_tables.py
