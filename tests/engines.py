"""A small corpus for the tests of engines, and its scores. The scores must not depend on the partitions."""

import functools
import random
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import tricolore as tc

METRICS = {
    "rouge": tc.ROUGE(["rouge1", "rouge2", "rougeL", "rougeLsum"]),
    "mean of references": tc.ROUGE(["rouge1"], multi_reference="average"),
    "bleu": tc.BLEU(),
    "characters": tc.BLEU("char", smooth_method="add-k"),
    "chrf": tc.CHRF(),
    "chrf++": tc.CHRF(word_order=2),
    "ter": tc.TER(),
    "exact_match": tc.ExactMatch(),
    "token_f1": tc.TokenF1(),
    "wer": tc.WER(),
}
DRAWING = {"confidence": 0.9, "samples": 100, "seed": 7}
PARTITIONS = (1, 2, 7, 40)
SIZE = 500


def corpus():
    """Returns a table of ids, two systems, one or two references per segment, and group labels (some are null)."""
    generator = random.Random(6)

    def noisy(text):
        return " ".join(generator.choice("pqß漢") if generator.random() < 0.2 else word for word in text.split())

    texts = [" ".join(generator.choices("the cat sat on a mat . Its name was Tom".split(), k=9)) for _ in range(SIZE)]
    return pa.table(
        {
            "id": pa.array(range(SIZE)),
            "prediction": [noisy(text) for text in texts],
            "other": [noisy(text) for text in texts],
            "references": [[text, noisy(text)][: 1 + place % 2] for place, text in enumerate(texts)],
            "group": [["de", "en", None][place % 3] for place in range(SIZE)],
        }
    )


@functools.cache
def expected(name, column="prediction", group=...):
    """Returns one metric's accumulator over one system, computed on one machine, for one group or all segments."""
    table = corpus()
    labels = table["group"].to_pylist()
    table = table.take([place for place, label in enumerate(labels) if group is ... or label == group])
    accumulator = METRICS[name].accumulator(**DRAWING)
    accumulator.update(table[column], table["references"], ids=table["id"])
    score = METRICS[name].corpus(table[column].to_pylist(), table["references"].to_pylist())
    assert score.to_dict().items() <= accumulator.compute().to_dict().items()
    return accumulator


def check_scores(scores):
    """Checks a dict of scores with intervals by metric against the scores computed on one machine."""
    assert list(scores) == list(METRICS)
    for name, score in scores.items():
        assert score == expected(name).compute()
        assert repr(score.confidence_interval) == repr(expected(name).compute().confidence_interval)
        assert score.signature == expected(name).compute().signature


def check_groups(rows):
    """Checks rows of BLEU and its interval, one row per group, against the rows computed on one machine."""
    assert [row["group"] for row in rows] == ["de", "en", None]
    for row in rows:
        score = expected("bleu", group=row["group"]).compute()
        assert row == {
            "group": row["group"],
            "segments": len(expected("bleu", group=row["group"])),
            "bleu": score.score,
            "bleu_low": score.confidence_interval[0],
            "bleu_high": score.confidence_interval[1],
            "bleu_signature": score.signature,
        }


def check_comparison(comparison, confidence=0.95):
    """Checks the paired test of the systems, whose intervals have this confidence, against that of one machine."""
    table = corpus()
    systems = {}
    for name, column in SYSTEMS.items():
        accumulator = METRICS["bleu"].accumulator(**{**DRAWING, "confidence": confidence})
        accumulator.update(table[column], table["references"], ids=table["id"])
        systems[name] = accumulator
    assert comparison == tc.compare(systems, metrics=["bleu"], baseline="tuned", family="systems")
    assert [row.identical for row in comparison.rows] == [None, False, True]


SYSTEMS = {"base": "prediction", "tuned": "other", "copy": "other"}


def example(engine, folder):
    """Returns the program that the page on engines shows for an engine, changed to read its corpus from a folder."""
    page = (Path(__file__).parents[1] / "docs" / "past-one-machine.md").read_text("utf-8")
    (found,) = [
        block for block in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S) if f"tricolore.{engine}" in block
    ]
    (folder / "corpus").mkdir()
    pq.write_table(corpus().rename_columns({"group": "language"}), folder / "corpus" / "a.parquet")
    return found.replace("s3:/", str(folder))
