# Every command that people and CI use. `just --list` lists them; each part of CI is a script in `.ci/`, which runs
# without `just` too.

# Makes an environment with everything, the package editable in it.
setup:
    python -m venv .venv
    .venv/bin/python -m pip install maturin
    .venv/bin/python -m pip install -e '.[test,lint,bench,cli]'

# Builds the wheel.
build:
    python -m maturin build --release

# Builds and checks the source distribution and the wheel of a release in dist/.
wheels *PARTS:
    .ci/wheels dist {{PARTS}}

# Fuzzes a target of rust/fuzz or tests/fuzz, such as counts, for some seconds. Needs cargo-fuzz.
fuzz TARGET SECONDS="60":
    .ci/fuzz {{TARGET}} {{SECONDS}}

# Runs tests under AddressSanitizer and ThreadSanitizer, or under one of them. Needs root.
sanitizers *NAMES:
    .ci/sanitizers {{NAMES}}

# Runs all that CI runs.
ci:
    .ci/run

# Runs the README's two commands in a new environment.
test:
    .ci/test

# Compares every score with the originals' and the definitions'.
parity:
    .ci/parity

# Runs the tests of Spark and Ray.
engines:
    .ci/engines

# Runs the tests with evaluate and lm-evaluation-harness.
frameworks:
    .ci/frameworks

# Tests the drop-in beside each known release of the originals, or beside one release of sacreBLEU.
originals *RELEASE:
    .ci/originals {{RELEASE}}

# Runs the tests of the Python code on another interpreter, such as 3.13.
interpreter VERSION:
    .ci/interpreter {{VERSION}}

# Runs the kernels' tests with other instruction sets.
instruction-sets *SETS:
    .ci/instruction-sets {{SETS}}

# Tests the core as 64-bit Arm processors run it, under qemu, in a folder of its own.
aarch64 FOLDER *TEXTS:
    .ci/aarch64 {{FOLDER}} {{TEXTS}}

# Checks formats, lints, types, the stub and the direction of imports, in the environment at hand.
lint *CHECKS:
    .ci/lint {{CHECKS}}

# Builds the documentation site strictly, in the environment at hand.
site:
    .ci/docs

# Checks the answers of the benchmarks, then times them beside the peers, in the environment at hand.
bench *ARGS:
    python -m pytest benches --benchmark-disable
    python benches/side_by_side.py {{ARGS}}

# Runs the examples of the README, docs/ and docstrings.
docs:
    python -m pytest tests/integration/test_docs.py

# Writes the tables of the unicode tokenizer again.
tables:
    python tools/unicode_tables.py
