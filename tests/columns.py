"""Columns of texts and their scores, for the tests of dataframes and databases."""

import pytest
import tricolore as tc
from texts import RETOLD, STORY
from tricolore.metrics.registry import METRICS

PREDICTIONS = [STORY, "", "the lamp", "漢字 and İstanbul", RETOLD, "a" * 20, "𝒳 ß ﬁ\n\x00", "b c d e"]
REFERENCES = [RETOLD, "a", "the Lamp!", "漢字", STORY, "b c", "𝒳 ss fi", "b c d e"]
LISTS = [[RETOLD, "x"], ["a"], ["the Lamp!", "the lamp", ""], ["漢字"], [STORY], ["b c", "d"], ["ß"], ["b c d e"]]
GROUPS = [1, 2, 2, 1, 3, 2, 1, 4]

by_name = pytest.mark.parametrize("name", METRICS)
OPTIONS = [
    tc.ROUGE(["rouge1"], multi_reference="average"),
    tc.ROUGE(["rouge2", "rougeL"], tokenizer=str.split),
    tc.BLEU("char", smooth_method="add-k"),
    tc.CHRF(word_order=1, lowercase=True),
]
by_option = pytest.mark.parametrize("metric", OPTIONS, ids=repr)
# The default tokenizer of ROUGE leaves nothing of some texts. Columns never warn, but `score_each` does.
quietly = pytest.mark.filterwarnings("ignore:the .*tokenizer")


def identifier(name):
    return {"chrf++": "chrfpp"}.get(name, name)


def row_scores(metric, predictions, references, nulls="error"):
    """Returns the scores of `score_each`, as a float or a dict of floats for each row."""
    return valued(metric.score_each(predictions, references, nulls=nulls))


def valued(scores):
    columns = {name: scores[name].tolist() for name in scores.columns}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return rows if len(columns) > 1 else [value for row in rows for value in row.values()]


def corpus_score(metric, predictions, references, nulls="error"):
    """Returns the score of `corpus`, as a float or a dict of floats."""
    # Without an interval, ROUGE155 has the plain means too, as in a database.
    numbers = metric.layout.figures_of(metric.corpus(predictions, references, None, nulls=nulls))
    return numbers[0] if len(numbers) == 1 else dict(zip(metric.layout.figures, numbers, strict=True))


def of_group(group, values):
    return [value for value, own in zip(values, GROUPS, strict=True) if own == group]
