"""Metrics by name: from Python and on the command line."""

import pytest
import tricolore as tc
from tricolore.cli.arguments import metrics_of
from tricolore.cli.options import parser
from tricolore.metrics.registry import METRICS


def test_every_metric_has_a_name():
    public = {one for one in map(tc.__dict__.get, tc.__all__) if isinstance(one, type) and issubclass(one, tc.Metric)}
    assert {type(tc.metric(name)) for name in tc.metric_names()} == public - {tc.Metric}


def test_options():
    assert tc.metric("rouge", types=["rouge2"], use_stemmer=True) == tc.ROUGE(["rouge2"], use_stemmer=True)
    assert tc.metric("bleu", tokenizer="zh", max_ngram_order=2) == tc.BLEU("zh", max_ngram_order=2)
    assert tc.metric("chrf", word_order=1) == tc.CHRF(word_order=1)
    options = {"char_order": 5, "beta": 3, "lowercase": True, "whitespace": True, "eps_smoothing": True}
    assert tc.metric("chrf++", **options) == tc.CHRF(word_order=2, **options)
    assert tc.metric("exact_match", normalization="squad") == tc.ExactMatch("squad")


@pytest.mark.parametrize("name", METRICS)
def test_wrong_options_are_named_with_the_right_ones(name):
    # The options of a metric are those by which it compares; "chrf++" fixes one of them.
    options = set(tc.metric(name)._options()) - ({"word_order"} if name == "chrf++" else set())
    expected = "an option of .* is 'nonsense', which is none of" if options else "has no options, and 'nonsense'"
    with pytest.raises(ValueError, match=expected) as caught:
        tc.metric(name, nonsense=1)
    assert all(repr(option) in str(caught.value) for option in options)


def test_wrong_names():
    for given in ("BLEU", "blue", "", None, ["bleu"], 3):
        with pytest.raises(ValueError, match="a metric is") as caught:
            tc.metric(given)
        assert all(repr(name) in str(caught.value) for name in tc.metric_names())
    with pytest.raises(ValueError, match="did you mean 'bleu'"):
        tc.metric("BLEU")
    with pytest.raises(ValueError, match="'word_order', which is none of 'char_order', 'beta'"):
        tc.metric("chrf++", word_order=1)
    with pytest.raises(ValueError, match="smooth_method is 'no'"):
        tc.metric("bleu", smooth_method="no")


@pytest.mark.parametrize("name", METRICS)
def test_the_command_line_has_every_name(name):
    given = parser().parse_args(["score", "a.txt", "-r", "b.txt", "-m", name])
    assert metrics_of(given) == {name: tc.metric(name)}
