"""Calls that a type checker must refuse: the error expected of each line stands behind it."""

import tricolore as tc
import tricolore.dropin

rouge = tc.ROUGE(types=[1])  # E: list-item
tc.ROUGE(use_stemmer="yes")  # E: arg-type
tc.ROUGE(tokenizer=3)  # E: arg-type
tc.ROUGE(stemmer=True)  # E: call-arg
tc.ROUGE(split_summaries=3)  # E: arg-type
tc.ROUGE(ignore_ids="0")  # E: arg-type
tc.BLEU(ignore_ids=3)  # E: arg-type
tc.BLEU(tokenizer=3)  # E: arg-type
tc.evaluate(["a"], ["b"], nulls=None)  # E: arg-type
tc.compare({"a": ["a"], "b": ["b"]}, ["a"], family=3)  # E: arg-type
rouge.score(["a"], "b")  # E: type-var
rouge.score("a", None)  # E: type-var
rouge.score("a", [1])  # E: type-var
rouge.score(b"a", "b")  # E: type-var
rouge.score_each([b"a"], ["b"])  # E: type-var
rouge.score_each(["a"], 3)  # E: arg-type
rouge.score_each(["a"], ["b"], num_threads="2")  # E: arg-type
rouge.score_each(["a"], ["b"])[1.5]  # E: call-overload
rouge.score_each(["a"], ["b"])[["rouge1_recall"]]  # E: index
rouge.score_each(["a"], ["b"])[{1}]  # E: call-overload
rouge.score_each(["a"], ["b"], progress=3)  # E: arg-type
rouge.score_each(["a"], ["b"], progress=len)  # E: arg-type
"a" + rouge.accumulator()  # E: operator
rouge.score_each(["a"], [[1]])  # E: type-var
rouge.types = ()  # E: misc
rouge.from_statistics([1])  # E: arg-type
rouge.statistics(["a"], ["b"]) + 1  # E: operator
tc.ngrams(3, 1)  # E: arg-type
tc.ngrams("a", "1")  # E: arg-type
tc.ngram_overlap(["a"], "b")  # E: arg-type
tc.from_streams([1])  # E: list-item
tc.porter_stem(b"a")  # E: arg-type
tc.TER(normalized="yes")  # E: arg-type
tc.TER().score(["a"], "b")  # E: type-var
tc.BLEU(max_ngram_order="4")  # E: arg-type
tc.CHRF(beta=None)  # E: arg-type
tc.ExactMatch(squad=True)  # E: call-arg
tc.TokenF1().score_each([b"a"], ["b"])  # E: type-var
tc.BLEU("pretokenized").score_each([[1, 2]], ["a b"])  # E: type-var
tc.BLEU("pretokenized").score([1, 2], ["1"])  # E: arg-type
tc.CHRF().prepare(3)  # E: arg-type
tc.CHRF().pairwise(["a"], ["b"], progress=3)  # E: arg-type
tc.mbr(["a", "b"], 3)  # E: arg-type
tc.batches(3)  # E: arg-type
tc.batches("bleu", keep=3)  # E: arg-type
rouge.accumulator(confidence="0.95")  # E: arg-type
rouge.accumulator(seed=None)  # E: arg-type
rouge.accumulator(0.95).update(["a"], ["b"], ids=[1.5])  # E: arg-type
tc.Accumulator.from_bytes(rouge, "a")  # E: arg-type
tc.metric_folder(3)  # E: arg-type
tricolore.dropin.install(only=3)  # E: arg-type
tricolore.dropin.uninstall("nltk")  # E: call-arg
tc.Metric()  # E: abstract
