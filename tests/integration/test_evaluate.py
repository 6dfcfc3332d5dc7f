"""Several metrics in one table give the same scores as each metric alone."""

import json
import re

import pytest
import tricolore as tc

PREDICTIONS = ["the cat sat on a mat", "it rained", "nobody came", "we left early", "one two", "two one"]
REFERENCES = [["the cat sat on the mat", "a cat"], ["it rained"], ["no one came"], ["we left"], ["one"], ["one two"]]
LABELS = ["pets", "weather", "people", "people", 1, 1]
METRICS = ["bleu", "chrf++", tc.ROUGE(["rouge1", "rougeL"]), "ter", "exact_match", "token_f1"]


@pytest.mark.parametrize("confidence", [None, 0.9])
def test_rows(confidence):
    table = tc.evaluate(iter(PREDICTIONS), iter(REFERENCES), METRICS, LABELS, confidence, 50, 3)
    assert [row.group for row in table.rows[::7]] == [None, "pets", "weather", "people", 1]
    names = ["bleu", "chrf++", "rouge1_fmeasure", "rougeL_fmeasure", "ter", "exact_match", "token_f1"]
    assert [row.metric for row in table.rows] == names * 5
    assert list(table.signatures) == names
    for label in (None, *dict.fromkeys(LABELS)):
        which = [i for i, own in enumerate(LABELS) if label in (None, own)]
        texts = [PREDICTIONS[i] for i in which], [REFERENCES[i] for i in which]
        chrf = tc.CHRF(word_order=2).corpus(*texts, confidence, 50, 3)
        rouge = tc.ROUGE(["rouge1", "rougeL"]).corpus(*texts, confidence, 50, 3)
        rows = {row.metric: row for row in table.rows if row.group == label}
        bounds = chrf.confidence_interval or (None, None)
        assert rows["chrf++"][2:6] == (chrf.score, *bounds, len(which))
        bounds = rouge.confidence_interval["rougeL"].fmeasure if confidence else (None, None)
        assert rows["rougeL_fmeasure"][2:6] == (rouge["rougeL"].fmeasure, *bounds, len(which))
        assert rows["rougeL_fmeasure"].details == rouge["rougeL"]._asdict()
        if label is None:
            assert table.signatures["chrf++"] == chrf.signature
            assert table.signatures["rouge1_fmeasure"] == rouge.signature
    head = re.split("  +", str(table).splitlines()[0].strip())
    assert head[:4] == ["group", "segments", "BLEU ↑", "chrF++ ↑"]
    assert head[6:] == ["TER ↓", "exact match ↑", "token F1 ↑"]
    assert table._repr_html_().count("<tr>") == 6
    json.dumps(table.to_dict())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"metrics": "bleu"}, TypeError, "wrap it in a list"),
        ({"metrics": ["rogue"]}, ValueError, "did you mean 'rouge'"),
        ({"groups": ["a"]}, ValueError, "2 segments, but groups has 1 labels"),
        ({"confidence": 2}, ValueError, "confidence is 2"),
    ],
)
def test_what_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        tc.evaluate(["a", "b"], ["a", "b"], **options)
    with pytest.raises(ValueError, match="there is no segment"):
        tc.evaluate([], [])
