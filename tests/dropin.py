"""Helpers of the drop-in's tests: a call without the drop-in and with it."""

import os
from contextlib import contextmanager

import tricolore.dropin
from hypothesis import settings
from tricolore.dropin.same import difference

# Names of functions in `status`.
EXTRACT = "sacrebleu.metrics.base.Metric._extract_corpus_statistics"
SCORE = "rouge_score.rouge_scorer.RougeScorer.score"

# Each example also runs the original in several ways, which is slow. A run that asks for 100 examples gets them.
examples = settings.default.max_examples
fewer = settings(max_examples=examples if examples >= 100 else max(10, examples // 3))


@contextmanager
def strictly():
    """Installs the drop-in so that a fallback to the original that is not documented raises an error."""
    os.environ["TRICOLORE_DROPIN_STRICT"] = "1"
    try:
        with tricolore.dropin.installed():
            yield
    finally:
        del os.environ["TRICOLORE_DROPIN_STRICT"]


def outcome(call):
    """Returns the value of a call, or the type and arguments of the exception it raises."""
    try:
        return call()
    except Exception as error:
        return type(error), error.args


def assert_same(call):
    """Checks that a call has the same value, type and exception without the drop-in and with it. Returns its status."""
    assert tricolore.dropin.status().versions == {}
    expected = outcome(call)
    with strictly():
        made = outcome(call)
        status = tricolore.dropin.status()
    assert difference(expected, made) is None, (expected, made)
    return status


def served(status, *names):
    """True if our functions answered every call of these originals."""
    for name in names:
        found = [full for full in status.served if full.endswith(name)]
        assert len(found) == 1, (name, list(status.served))
        if not status.served[found[0]] or found[0] in status.fallbacks:
            return False
    return True
