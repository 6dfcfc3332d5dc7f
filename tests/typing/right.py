"""Calls that a type checker must accept."""

from collections.abc import Iterator
from typing import Literal, assert_type

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import tricolore as tc
import tricolore.dropin
import tricolore.duckdb
from tricolore.polars import TricoloreNamespace
from tricolore.texts.split_summaries import SplitSummaries

rouge = tc.ROUGE(types=["rouge1"], use_stemmer=True, tokenizer="default", multi_reference="best")
tc.ROUGE(tokenizer=str.split)


def stream() -> Iterator[str]:
    yield "a"


score = rouge.score("a", "b")
rouge.score("a", ["b", "c"])
rouge.score("a", ("b", "c"))
assert_type(score, tc.ROUGEScore)
assert_type(score["rouge1"].fmeasure, float)
scores = rouge.score_each(stream(), [["a"], ["b", "c"]], num_threads=2)
assert_type(scores[0], tc.ROUGEScore)
assert_type(scores["rouge1_recall"], npt.NDArray[np.float64])
assert_type(scores.to_dict(), dict[str, npt.NDArray[np.float64]])
assert_type(scores[:3], tc.ROUGEScores)
assert_type(scores[::-1][[0, 1]][np.array([True, False])], tc.ROUGEScores)
assert_type(scores[np.array([1, 0])][0], tc.ROUGEScore)
assert_type(np.asarray(scores), npt.NDArray[np.float64])
assert_type(np.asarray(scores, np.float32), npt.NDArray[np.float32])
assert_type(rouge.score_each(["a"], ["b"], progress=lambda done, total: print(done / total))[0], tc.ROUGEScore)
bleus = tc.BLEU().score_each(["a"], ["b"], progress=print)
assert_type(bleus[:1], tc.SegmentScores[tc.BLEUScore])
assert_type(bleus[[0]][0], tc.BLEUScore)
assert_type(list(bleus), list[tc.BLEUScore])
assert_type(np.asarray(bleus), npt.NDArray[np.float64])
rouge.corpus(("a", "b"), stream())
statistics = rouge.statistics(["a"], ["b"])
assert_type(statistics + statistics, tc.Statistics)
# Typeshed adds 0, the sum of an empty list, to the type of every sum.
assert_type(sum([statistics, statistics]), tc.Statistics | Literal[0])
assert_type(sum([statistics], start=statistics), tc.Statistics)
assert_type(rouge.from_statistics(statistics), tc.ROUGEScore)
assert_type(rouge.explain("a", "b").pairs[0].matches, int)
assert_type(tc.ROUGE155().explain("a", "b").pairs[0].recall, float)
assert_type(tc.from_streams(["a"], ["b", None], stream()), list[list[str]])
assert_type(tc.ngrams("a b", 2), list[tuple[str, ...]])
assert_type(tc.ngram_overlap("a", ["b"], n=2, clip=False).matches, int)
assert_type(tc.porter_stem("a"), str)

ter = tc.TER(normalized=True, no_punct=False, asian_support=True, case_sensitive=False)
assert_type(ter.score("a", ["b"]).num_edits, int)
assert_type(ter.corpus(stream(), [["a"]]).ref_length, float)
assert_type(ter.score_each(["a"], ["b"])[0], tc.TERScore)
assert_type(ter.explain("a", "b").moves[0].saved, int)
assert_type(tc.BLEU(tokenize="13a", smooth_value=None).score("a", "b").precisions, tuple[float, ...])
assert_type(tc.CHRF(word_order=2).score("a", "b").score, float)
assert_type(tc.ExactMatch("squad").corpus(["a"], ["b"]).matches, int)
assert_type(tc.TokenF1().score("a", "b").recall, float)

prepared = rouge.prepare([["a", "b"], ["c"]])
assert_type(prepared, tc.PreparedReferences)
assert_type(rouge.score_each(["a", "b"], prepared).columns, tuple[str, ...])
assert_type(rouge.score("a", prepared[0]), tc.ROUGEScore)
assert_type(prepared[1:], tc.PreparedReferences)
tc.CHRF().prepare("a")
assert_type(tc.ROUGE(split_summaries="<n>").split_summaries, SplitSummaries)
tc.ROUGE(split_summaries=str.splitlines, ignore_ids=())
tc.BLEU(str.split, trg_lang="ja")
tc.BLEU(tokenizer="zh", ignore_ids={0, -100})
assert_type(ter.reference_tokens("a"), list[str])
assert_type(tc.from_streams(["a"], [None], nulls="drop_segment"), list[list[str]])
assert_type(statistics.dropped, int)
tc.evaluate(["a"], [["b", "c"]], nulls="drop")
tc.compare({"a": ["a"], "b": ["b"]}, ["a"], test="paired_ar", family="systems", nulls="drop_segment")
tokens = tc.BLEU("pretokenized")
assert_type(tokens.score([1, 2], [1, 3]), tc.BLEUScore)
assert_type(tokens.score(["a", "b"], [["a"], ["b"]]), tc.BLEUScore)
tokens.score_each([[1, 2], [3]], [[[1], [2]], [[3]]], nulls="error")
tokens.corpus([np.arange(3), np.arange(2)], [np.arange(3), np.arange(2)])
rouge.accumulator().update(["a"], ["b"])
drawing = rouge.accumulator(0.95, samples=10, seed=1)
assert_type(drawing, tc.Accumulator[tc.ROUGEScore])
assert_type(sum([drawing, drawing]), tc.Accumulator[tc.ROUGEScore] | Literal[0])
assert_type(sum([drawing, drawing], start=rouge.accumulator(0.95)).compute(), tc.ROUGEScore)
drawing.update(["a", "b"], ["b", "c"], ids=["x", "y"])
drawing.update(["a"], ["b"], ids=np.array([3]))
assert_type(tc.Accumulator.from_bytes(rouge, drawing.to_bytes()).compute(), tc.ROUGEScore)
assert_type(tc.compare({"a": drawing, "b": [drawing]}, metrics=[rouge]), tc.Comparison)
tc.batches({"mine": tc.BLEU(), "chrf": "chrf"}, keep=["id"], num_threads=None)
tc.batches(["bleu", tc.TER()], prediction="a", references="b", nulls="empty")
tc.mbr(["a", "b"], "chrf", progress=lambda done, total: None)
tc.self_score(stream(), tc.BLEU())
tricolore.dropin.install()
tricolore.dropin.install(["nltk"])
with tricolore.dropin.installed("sacrebleu"):
    assert_type(tricolore.dropin.status(), tricolore.dropin.Status)
assert_type(tricolore.dropin.status().served, dict[str, int])
assert_type(tc.metric_folder("rouge"), str)


def column(texts: pl.Series) -> None:
    rouge.score_each(texts, texts, nulls="empty")
    tc.evaluate(texts, texts)


def any_metric(metric: tc.Metric[tc.BLEUScore]) -> float:
    """Calls the public methods through the base class."""
    assert_type(metric.score("a", "b"), tc.BLEUScore)
    assert_type(metric.score_each(["a"], ["b"]), tc.SegmentScores[tc.BLEUScore])
    assert_type(metric.from_statistics(metric.statistics(["a"], ["b"])), tc.BLEUScore)
    assert_type(metric.accumulator(), tc.Accumulator[tc.BLEUScore])
    metric.explain("a", "b")
    metric.pairwise(["a"], metric.prepare(["b"]).texts)
    return metric.corpus(["a"], ["b"], confidence=0.95).score


assert_type(TricoloreNamespace(pl.col("a")).bleu("b", tokenize="zh"), pl.Expr)
assert_type(TricoloreNamespace(pl.col("a")).corpus(tc.BLEU(), pl.col("b"), nulls="drop"), pl.Expr)
tricolore.duckdb.register(duckdb.connect(), {"zh": tc.BLEU("zh")}, num_threads=None)
assert_type(tc.metric("bleu", tokenize="zh").score_each(["a"], ["b"]).to_dict(), dict[str, npt.NDArray[np.float64]])
assert_type(tc.metric_names(), tuple[str, ...])
