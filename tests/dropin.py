"""What the tests of the drop-in share: a call without it and with it."""

import os
from contextlib import contextmanager

import tricolore.dropin
from hypothesis import settings
from tricolore.dropin.same import difference

# Functions as `status` names them.
EXTRACT = "sacrebleu.metrics.base.Metric._extract_corpus_statistics"
SCORE = "rouge_score.rouge_scorer.RougeScorer.score"

# Each example also runs the original in several ways, which is slow. A run that asks for 100 examples gets them.
examples = settings.default.max_examples
fewer = settings(max_examples=examples if examples >= 100 else max(10, examples // 3))


@contextmanager
def strictly():
    """Installed, and an error where the original answers though the documentation does not say so."""
    os.environ["TRICOLORE_DROPIN_STRICT"] = "1"
    try:
        with tricolore.dropin.installed():
            yield
    finally:
        del os.environ["TRICOLORE_DROPIN_STRICT"]


def outcome(call):
    """What a call gives, or what it raises."""
    try:
        return call()
    except Exception as error:
        return type(error), error.args


def assert_same(call):
    """Equal without and with, in value, type and exception. Gives what `status` then says."""
    assert tricolore.dropin.status().versions == {}
    expected = outcome(call)
    with strictly():
        made = outcome(call)
        status = tricolore.dropin.status()
    assert difference(expected, made) is None, (expected, made)
    return status


def served(status, *names):
    """Whether each of these functions was answered by ours, every time."""
    for name in names:
        found = [full for full in status.served if full.endswith(name)]
        assert len(found) == 1, (name, list(status.served))
        if not status.served[found[0]] or found[0] in status.fallbacks:
            return False
    return True
