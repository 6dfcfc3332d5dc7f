"""Calls that a type checker must refuse: the error expected of each line stands behind it."""

import tricolore as tc

rouge = tc.ROUGE(types=[1])  # E: list-item
tc.ROUGE(use_stemmer="yes")  # E: arg-type
tc.ROUGE(tokenizer=3)  # E: arg-type
tc.ROUGE(stemmer=True)  # E: call-arg
rouge.score(["a"], "b")  # E: arg-type
rouge.score("a", None)  # E: arg-type
rouge.score("a", [1])  # E: list-item
rouge.score(b"a", "b")  # E: arg-type
rouge.score_each([b"a"], ["b"])  # E: list-item
rouge.score_each(["a"], 3)  # E: arg-type
rouge.score_each(["a"], ["b"], num_threads="2")  # E: arg-type
rouge.score_each(["a"], ["b"])[1.5]  # E: call-overload
rouge.score_each(["a"], [[1]])  # E: list-item
rouge.types = ()  # E: misc
rouge.from_statistics([1])  # E: arg-type
rouge.statistics(["a"], ["b"]) + 1  # E: operator
tc.ngrams(3, 1)  # E: arg-type
tc.ngrams("a", "1")  # E: arg-type
tc.ngram_overlap(["a"], "b")  # E: arg-type
tc.from_streams([1])  # E: list-item
tc.porter_stem(b"a")  # E: arg-type
tc.TER(normalized="yes")  # E: arg-type
tc.TER().score(["a"], "b")  # E: arg-type
tc.BLEU(max_ngram_order="4")  # E: arg-type
tc.CHRF(beta=None)  # E: arg-type
tc.ExactMatch(squad=True)  # E: call-arg
tc.TokenF1().score_each([b"a"], ["b"])  # E: list-item
