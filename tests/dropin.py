"""Helpers for the drop-in's tests, which run a call without the drop-in and with it."""

import os
import warnings
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

import tricolore.dropin
from tricolore.dropin.same import difference

# Names of functions in `status`.
EXTRACT = "sacrebleu.metrics.base.Metric._extract_corpus_statistics"
SCORE = "rouge_score.rouge_scorer.RougeScorer.score"


def has_rouge(package):
    """True if the package rouge or rouge_chinese is installed.

    The wheel of rouge_chinese also has a folder `rouge`, whose `Rouge` is that of rouge_chinese.
    """
    if find_spec(package) is None:
        return False
    with warnings.catch_warnings():
        # The source of rouge_chinese has invalid escapes.
        warnings.simplefilter("ignore")
        return import_module(package).Rouge.__module__ == f"{package}.rouge"


@contextmanager
def strictly(only=tricolore.dropin.ORIGINALS):
    """Installs the drop-in so that a fallback to the original that is not documented raises an error."""
    os.environ["TRICOLORE_DROPIN_STRICT"] = "1"
    try:
        with tricolore.dropin.installed(only):
            yield
    finally:
        del os.environ["TRICOLORE_DROPIN_STRICT"]


def outcome(call):
    """Returns the value of a call, or the type and arguments of the exception it raises."""
    try:
        return call()
    except Exception as error:
        return type(error), error.args


def assert_same(call, only=tricolore.dropin.ORIGINALS):
    """Checks that a call has the same outcome with and without the drop-in. Returns the status of the drop-in.

    Installing every original would take longer than most calls, so a property names those that it needs.
    """
    assert tricolore.dropin.status().versions == {}
    expected = outcome(call)
    with strictly(only):
        made = outcome(call)
        status = tricolore.dropin.status()
    assert difference(expected, made) is None, (expected, made)
    return status


def served(status, *names):
    """True if our functions answered every call to these originals."""
    for name in names:
        found = [full for full in status.served if full.endswith(name)]
        assert len(found) == 1, (name, list(status.served))
        if not status.served[found[0]] or found[0] in status.fallbacks:
            return False
    return True
