"""Unchanged frameworks, run offline, give the same numbers with and without the drop-in.

    python -m pip install '.[test,frameworks]'

Each framework runs in a separate process. The tests of a framework that is not installed are skipped.
"""

import doctest
import importlib.util
import json
import re
import textwrap
from pathlib import Path

import pytest
from nmt import nmt
from process import run
from texts import RETOLD, STORY

ROOT = Path(__file__).parents[2]
LINES = [line for line in (STORY + "\n" + RETOLD).split("\n") if line]
needs_evaluate = pytest.mark.skipif(importlib.util.find_spec("evaluate") is None, reason="evaluate is not installed")
needs_harness = pytest.mark.skipif(importlib.util.find_spec("lm_eval") is None, reason="lm_eval is not installed")


def offline(folder, *arguments):
    made = run(
        *("-W", "ignore", *arguments),
        cwd=folder,
        HF_HOME=str(folder / "hf"),
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
        HF_EVALUATE_OFFLINE="1",
        TRICOLORE_DROPIN_STRICT="1",
    )
    assert made.returncode == 0, made.stderr
    return made.stdout, made.stderr


def without_and_with(folder, *functions):
    """Returns the output of a program, which must be the same with and without the drop-in.

    Ours must answer every call to the given functions.
    """
    plain, _ = offline(folder, "program.py")
    replaced, said = offline(folder, "-m", "tricolore.dropin", "--status", "program.py")
    assert replaced == plain
    rows = [line.split() for line in said.splitlines()]
    for name in functions:
        (row,) = (row for row in rows if row and row[0].endswith(name))
        assert int(row[1]) > 0, row
        assert row[2] == "0", row
    verified, verdict = offline(folder, "-m", "tricolore.dropin", "--verify", "program.py")
    assert verified == plain
    assert " 0 differ;" in verdict
    # pytest -rA shows this line, which says how the time of scoring changed.
    print(verdict.splitlines()[-1])
    return plain


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), "utf-8")


OWN_METRIC = """
    import datasets
    import evaluate
    from rouge_score import rouge_scorer, scoring
    from sacrebleu import CHRF, TER, corpus_bleu

    class Own(evaluate.Metric):
        def _info(self):
            text = datasets.Value("string")
            features = datasets.Features({"predictions": text, "references": text})
            return evaluate.MetricInfo(description="", citation="", inputs_description="", features=features)

        def _compute(self, predictions, references):
            scorer = rouge_scorer.RougeScorer(["rouge1", "rougeLsum"], use_stemmer=True)
            aggregator = scoring.BootstrapAggregator()
            for prediction, reference in zip(predictions, references):
                aggregator.add_scores(scorer.score(reference, prediction))
            made = {name: float(bounds.mid.fmeasure).hex() for name, bounds in aggregator.aggregate().items()}
            made["bleu"] = corpus_bleu(predictions, [references]).score.hex()
            made["chrf"] = CHRF(word_order=2).corpus_score(predictions, [references]).score.hex()
            made["ter"] = TER().corpus_score(predictions, [references]).score.hex()
            return made
    """


@needs_evaluate
def test_evaluate_with_a_metric_on_the_originals(tmp_path):
    write(tmp_path, "own/own.py", OWN_METRIC)
    write(
        tmp_path,
        "program.py",
        f"""
        import evaluate
        lines = {LINES!r}
        metric = evaluate.load("./own", seed=5)
        print(metric.compute(predictions=lines, references=lines[3:] + lines[:3]))
        """,
    )
    without_and_with(
        tmp_path, "RougeScorer.score", "BootstrapAggregator._bootstrap_resample", "_extract_corpus_statistics"
    )


@needs_evaluate
def test_metrics_that_come_with_the_package(tmp_path):
    import jiwer
    import numpy as np
    import sacrebleu
    from nltk.translate.gleu_score import corpus_gleu
    from rouge_score import rouge_scorer, scoring

    references = [[b, c] for b, c in zip(LINES[1:] + LINES[:1], LINES[2:] + LINES[:2], strict=True)]
    write(
        tmp_path,
        "program.py",
        f"""
        import json, evaluate, tricolore as tc
        lines, references = {LINES!r}, {references!r}
        one = [own[0] for own in references]
        def compute(name, references=references, **options):
            metric = evaluate.load(tc.metric_folder(name), seed=5)
            return metric.compute(predictions=lines, references=references, **options)
        print(json.dumps({{
            "rouge": compute("rouge"),
            "rouge one": compute("rouge", one, rouge_types=["rougeL"], use_stemmer=True),
            "rouge each": compute("rouge", one, use_aggregator=False, tokenizer=str.split),
            "sacrebleu": compute("sacrebleu"),
            "sacrebleu one": compute(
                "sacrebleu", one, smooth_method="add-k", lowercase=True, tokenize="intl", force=True),
            "chrf": compute("chrf"), "chrf one": compute("chrf", one, word_order=2, lowercase=True, eps_smoothing=True),
            "wer": compute("wer", one), "wer together": compute("wer", one, concatenate_texts=True),
            "cer": compute("cer", one),
            "google_bleu": compute("google_bleu"),
            "google_bleu one": compute("google_bleu", one, min_len=2, max_len=3, tokenizer=str.split),
            "ter": compute("ter"),
            "ter one": compute("ter", one, normalized=True, ignore_punct=True, case_sensitive=True),
            "bleu": compute("bleu"),
            "bleu smooth": compute("bleu", one, smooth=True, max_order=3, tokenizer=str.split),
        }}))
        for wrong in ("bleu", "sacrebleu", "wer"):
            try:
                print(compute(wrong, [["a"], *references[1:]] if wrong == "sacrebleu" else [""] * len(lines)))
            except Exception as error:
                print(type(error).__name__)
        """,
    )
    out = offline(tmp_path, "program.py")[0].splitlines()
    made = json.loads(out[0])
    assert out[1:] == ["ZeroDivisionError", "ValueError", "ZeroDivisionError"]
    one, streams = [own[0] for own in references], [list(stream) for stream in zip(*references, strict=True)]

    def rouge(types, multi, **options):
        scorer, aggregator = rouge_scorer.RougeScorer(types, **options), scoring.BootstrapAggregator()
        for line, own in zip(LINES, references, strict=True):
            aggregator.add_scores(scorer.score_multi(own, line) if multi else scorer.score(own[0], line))
        np.random.seed(5)  # noqa: NPY002
        return {name: bounds.mid.fmeasure for name, bounds in aggregator.aggregate().items()}

    def bleu(score):
        names = ("score", "counts", "totals", "precisions", "bp", "sys_len", "ref_len")
        return {name: getattr(score, name) for name in names}

    def tokens(text):
        return sacrebleu.BLEU().tokenizer(text).split()

    assert made["rouge"] == rouge(["rouge1", "rouge2", "rougeL", "rougeLsum"], True)
    assert made["rouge one"] == rouge(["rougeL"], False, use_stemmer=True)
    split = type("Split", (), {"tokenize": lambda self, text: text.split()})()
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], tokenizer=split)
    each = [scorer.score(reference, line) for reference, line in zip(one, LINES, strict=True)]
    assert made["rouge each"] == {name: [scores[name].fmeasure for scores in each] for name in each[0]}
    assert made["sacrebleu"] == bleu(sacrebleu.corpus_bleu(LINES, streams))
    own = sacrebleu.corpus_bleu(LINES, [one], smooth_method="add-k", lowercase=True, tokenize="intl", force=True)
    assert made["sacrebleu one"] == bleu(own)
    chrf = sacrebleu.CHRF().corpus_score(LINES, streams).score
    assert made["chrf"] == {"score": chrf, "char_order": 6, "word_order": 0, "beta": 2}
    chrf = sacrebleu.CHRF(word_order=2, lowercase=True, eps_smoothing=True).corpus_score(LINES, [one]).score
    assert made["chrf one"] == {"score": chrf, "char_order": 6, "word_order": 2, "beta": 2}
    for name, ter, given in (
        ("ter", sacrebleu.TER(), streams),
        ("ter one", sacrebleu.TER(normalized=True, no_punct=True, case_sensitive=True), [one]),
    ):
        score = ter.corpus_score(LINES, given)
        assert made[name] == {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
    assert made["bleu"] == nmt(
        [tokens(line) for line in LINES], [[tokens(text) for text in own] for own in references], 4, False
    )
    assert made["wer"] == made["wer together"] == jiwer.wer(one, LINES)
    assert made["cer"] == jiwer.cer(one, LINES)
    gleu = corpus_gleu([[tokens(text) for text in own] for own in references], [tokens(line) for line in LINES])
    assert made["google_bleu"] == {"google_bleu": gleu}
    gleu = corpus_gleu([[text.split()] for text in one], [line.split() for line in LINES], 2, 3)
    assert made["google_bleu one"] == {"google_bleu": gleu}
    assert made["bleu smooth"] == nmt([line.split() for line in LINES], [[text.split()] for text in one], 3, True)


QUESTIONS = """
    import json, random, re, sys
    import evaluate, tricolore as tc

    generator = random.Random(7)
    words = "the a The, cat cat? sat. 3 \u00c9t\u00e9 ! .".split()
    def text(most=5):
        return " ".join(generator.choices(words, k=generator.randrange(most)))

    def load(name):
        return evaluate.load(tc.metric_folder(name))
    questions, given = [], []
    for i in range(60):
        answers = [text() for _ in range(generator.randrange(1, 4))]
        questions.append({"id": str(i % 57), "answers": {"text": answers, "answer_start": [0] * len(answers)}})
        given.append({"id": str(i), "prediction_text": generator.choice([text(), answers[0]])})
    none = {"text": [], "answer_start": []}
    second = [own if i % 4 else {**own, "answers": none} for i, own in enumerate(questions)]
    rated = [{**own, "no_answer_probability": generator.random()} for own in given]
    texts = [text() for _ in range(40)], [text() for _ in range(40)]
    options = [
        {}, {"ignore_case": True}, {"ignore_punctuation": True, "ignore_numbers": True},
        {"regexes_to_ignore": ["the ", "[ac]"], "ignore_case": True}, {"regexes_to_ignore": []},
    ]
    """


@needs_evaluate
@needs_harness
def test_questions_and_exact_match(tmp_path):
    """SQuAD's second script is that of transformers, exact match that of the harness, both copies of evaluate's."""
    write(
        tmp_path,
        "program.py",
        QUESTIONS
        + """
    from types import SimpleNamespace
    from lm_eval.api.metrics import exact_match_hf_evaluate
    from transformers.data.metrics.squad_metrics import squad_evaluate
    from tricolore.reference.squad import squad_tokens, token_f1_row, token_f1_score

    def exact(predictions, references, **options):
        made = load("exact_match").compute(predictions=predictions, references=references, **options)
        return float(made["exact_match"])
    for own in options:
        assert exact(*texts, **own) == float(exact_match_hf_evaluate(*texts, **own)["exact_match"]), own
    # numpy's arrays keep their width, and ignore a NUL at the end.
    odd = ["\\u0130a", "b\\0", "c"], ["i\\u0307", "b", "C"]
    for own in options:
        assert exact(*odd, **own) == float(exact_match_hf_evaluate(*odd, **own)["exact_match"]), own

    def peer(given, questions, probabilities, threshold):
        examples = [
            SimpleNamespace(qas_id=own["id"], answers=[{"text": text} for text in own["answers"]["text"]])
            for own in questions
        ]
        texts = {own["id"]: own["prediction_text"] for own in given}
        return dict(squad_evaluate(examples, texts, probabilities, threshold))

    for threshold in (0.5, 1.0):
        made = load("squad_v2").compute(predictions=rated, references=second, no_answer_threshold=threshold)
        # evaluate keeps probabilities as float32.
        import numpy as np
        probabilities = {own["id"]: float(np.float32(own["no_answer_probability"])) for own in rated}
        expected = peer(given, second, probabilities, threshold)
        assert list(made.items()) == list(expected.items()), (made, expected)
        assert set(map(type, made.values())) == {int, float}
        answerable = load("squad_v2").compute(predictions=rated, references=questions, no_answer_threshold=threshold)
        assert answerable == peer(given, questions, probabilities, threshold)
        assert "NoAns_f1" not in answerable

    def first_script(given, questions):
        texts = {own["id"]: own["prediction_text"] for own in given}
        exact = f1 = 0
        for own in questions:
            if own["id"] in texts:
                tokens = squad_tokens(texts[own["id"]])
                answers = [squad_tokens(answer) for answer in own["answers"]["text"]]
                exact += tokens in answers
                rows = [token_f1_row(tokens, answer) for answer in answers]
                f1 += max(token_f1_score(row)[2] if row[0] else 0 for row in rows)
        return {"exact_match": 100.0 * exact / len(questions), "f1": 100.0 * f1 / len(questions)}
    given, questions = given[:50], questions[:50]
    assert load("squad").compute(predictions=given, references=questions) == first_script(given, questions)
    assert 0 < first_script(given, questions)["f1"] < 100
    # An answer without tokens counts in the first script only, and two of them do not match.
    nothing = {"id": "x", "answers": {"text": ["the", "cat"], "answer_start": [0, 0]}}
    blank = [{"id": "x", "prediction_text": "."}]
    assert load("squad").compute(predictions=blank, references=[nothing]) == {"exact_match": 100.0, "f1": 0.0}
    blank[0]["no_answer_probability"] = 0.0
    assert load("squad_v2").compute(predictions=blank, references=[nothing])["exact"] == 0.0
    print("done")
    """,
    )
    out, error = offline(tmp_path, "program.py")[:2]
    assert out.splitlines()[-1] == "done", error


TEXTS = """
    lines = {lines!r}
    pairs = [(a, b) for a, b in zip(lines, lines[1:] + lines[:1])] * 3

    def show(name, *values):
        print(name, *(value.hex() if isinstance(value, float) else value for value in values))
    """
# For each framework that CI does not install: a program, and the functions that ours answer. nltk's model of sentences
# would have to be downloaded, so words are split at white space.
PROGRAMS = {
    "deepeval": (
        """
        import nltk.tokenize
        nltk.tokenize.word_tokenize = str.split
        from deepeval.scorer import Scorer
        for a, b in pairs:
            show("deepeval", *(Scorer.rouge_score(b, a, kind) for kind in ("rouge1", "rouge2", "rougeL")))
            show("deepeval", *(Scorer.sentence_bleu_score([b, a[:9]], a[3:], f"bleu{n}") for n in (1, 2, 3, 4)))
        """,
        ("RougeScorer.score", "bleu_score.corpus_bleu"),
    ),
    "opik": (
        """
        from opik.evaluation.metrics import ROUGE, ChrF, CorpusBLEU, GLEU, SentenceBLEU
        metrics = [ROUGE(rouge_type="rougeL", use_stemmer=True, track=False), GLEU(track=False), ChrF(track=False)]
        metrics += [SentenceBLEU(track=False), SentenceBLEU(n_grams=2, smoothing_method="method2", track=False)]
        for metric in metrics:
            show(metric.name, *(float(metric.score(output=a, reference=b).value) for a, b in pairs))
        corpus = CorpusBLEU(track=False).score(output=[a for a, _ in pairs], reference=[[b] for _, b in pairs])
        show("corpus", float(corpus.value))
        """,
        ("RougeScorer.score", "bleu_score.corpus_bleu", "gleu_score.corpus_gleu", "chrf_score.corpus_chrf"),
    ),
    "azure.ai.evaluation": (
        """
        from azure.ai.evaluation import BleuScoreEvaluator, GleuScoreEvaluator, RougeScoreEvaluator, RougeType
        from azure.ai.evaluation._evaluators._bleu import _bleu
        from azure.ai.evaluation._evaluators._gleu import _gleu
        _bleu.nltk_tokenize = _gleu.nltk_tokenize = str.split
        evaluators = [BleuScoreEvaluator(), GleuScoreEvaluator()]
        evaluators += [RougeScoreEvaluator(rouge_type=kind) for kind in (RougeType.ROUGE_2, RougeType.ROUGE_L)]
        for evaluator in evaluators:
            for a, b in pairs:
                made = evaluator(response=a, ground_truth=b)
                show(type(evaluator).__name__, *(value for value in made.values() if isinstance(value, float)))
        """,
        ("_vendor.rouge_score.rouge_scorer.RougeScorer.score", "bleu_score.corpus_bleu", "gleu_score.corpus_gleu"),
    ),
    "lighteval": (
        """
        import nltk
        nltk.download = lambda *more, **options: True
        from lighteval.metrics import metrics_sample
        from lighteval.metrics.metrics_corpus import CorpusLevelTranslationMetric
        from lighteval.models.model_output import ModelResponse
        from lighteval.tasks.requests import Doc
        metrics_sample.word_tokenize = str.split
        docs = [Doc(query="q", choices=[b], gold_index=0) for _, b in pairs]
        answers = [ModelResponse(text=[a]) for a, _ in pairs]
        metrics = [metrics_sample.ROUGE(methods=["rouge1", "rougeL"]), metrics_sample.BLEU(4)]
        metrics += [metrics_sample.StringDistance(["edit_distance", "edit_similarity"])]
        for metric in metrics:
            for doc, answer in zip(docs, answers):
                made = metric.compute(doc=doc, model_response=answer)
                made = made if isinstance(made, dict) else {"score": made}
                show(type(metric).__name__, *(float(value) for value in made.values()))
        from lighteval.metrics.metrics_corpus import GenerativeCorpusMetricInput
        items = [GenerativeCorpusMetricInput(golds=[b], preds=[a]) for a, b in pairs]
        for kind in ("bleu", "chrf", "ter"):
            show(kind, float(CorpusLevelTranslationMetric(kind).compute_corpus(items)))
        """,
        ("RougeScorer.score", "bleu_score.corpus_bleu", "distance.edit_distance", "_extract_corpus_statistics"),
    ),
    "ignite": (
        """
        from ignite.metrics.nlp import Bleu, Rouge
        from torchmetrics.text import CHRFScore, WordErrorRate
        for metric in (Bleu(ngram=4, smooth="smooth1"), Rouge(variants=["L", 2])):
            metric.update(([a.split() for a, _ in pairs], [[b.split()] for _, b in pairs]))
            show(type(metric).__name__, metric.compute())
        for metric in (CHRFScore(), WordErrorRate()):
            metric.update([a for a, _ in pairs], [b for _, b in pairs])
            show(type(metric).__name__, metric.compute().item())
        """,
        # ignite counts by its own code, so a loop with it gains by torchmetrics' metrics beside it.
        ("chrf._chrf_score_update", "wer._wer_update"),
    ),
}


def is_there(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


@pytest.mark.parametrize("name", PROGRAMS)
def test_frameworks_that_ci_does_not_install(name, tmp_path):
    if not is_there(name):
        pytest.skip(f"{name} is not installed: CONTRIBUTING has the command")
    program, functions = PROGRAMS[name]
    write(tmp_path, "program.py", textwrap.dedent(TEXTS.format(lines=LINES)) + textwrap.dedent(program))
    without_and_with(tmp_path, *functions)


@needs_evaluate
def test_columns_of_datasets(tmp_path):
    write(
        tmp_path,
        "program.py",
        f"""
        import datasets
        import tricolore as tc
        from tricolore import _core
        from tricolore.texts.inputs import items_of

        lines = {LINES!r}
        rows = datasets.Dataset.from_dict({{
            "prediction": lines,
            "references": [[line, "a"][: 1 + place % 2] for place, line in enumerate(reversed(lines))],
            "pair": [{{"en": line, "inner": {{"de": line[::-1]}}}} for line in lines],
            "ids": [[place, 7] for place in range(len(lines))],
            "label": [place % 2 for place in range(len(lines))],
            "hole": [None, *lines[1:]],
        }})
        rows = rows.cast_column("label", datasets.ClassLabel(names=["a", "b"]))

        def is_read_as_arrow(column):
            read = items_of("x", column, "error")
            return isinstance(read, _core.Column) and read.tolist("x", False) == list(column)

        rows.save_to_disk("saved")
        views = [
            rows, rows.shuffle(seed=1), rows.select([3, 1, 2]), rows.filter(lambda row: len(row["prediction"]) % 2),
            rows.shuffle(seed=2).select(range(5)).sort("prediction"), rows.select([]), rows.shard(3, 1),
            datasets.concatenate_datasets([rows, rows.shuffle(seed=3)]), datasets.load_from_disk("saved"),
        ]
        for view in views:
            for column in ("prediction", "references", "ids"):
                assert is_read_as_arrow(view[column]), (view, column)
            assert is_read_as_arrow(view["pair"]["en"]), view
            assert is_read_as_arrow(view["pair"]["inner"]["de"]), view
        assert is_read_as_arrow(rows.with_format("numpy")["prediction"])

        # Rows with a transform, and rows of a feature that decodes its storage, are read one by one.
        louder = rows.with_transform(lambda batch: {{name: [f"{{x}}!" for x in own] for name, own in batch.items()}})
        assert items_of("x", louder["prediction"], "error") == [line + "!" for line in lines]
        assert items_of("x", rows["label"], "error") == list(rows["label"])
        streamed = rows.to_iterable_dataset()["prediction"]
        assert tc.CHRF().corpus(streamed, lines) == tc.CHRF().corpus(lines, lines)

        shuffled = rows.shuffle(seed=4)
        for metric in (tc.BLEU(), tc.ROUGE(tokenizer=str.split)):
            columns = shuffled["prediction"], shuffled["references"]
            assert metric.statistics(*columns) == metric.statistics(*map(list, columns))
            assert len(metric.statistics(rows["hole"], lines, nulls="empty")) == len(lines)
            try:
                metric.corpus(rows["hole"], lines)
            except TypeError as error:
                assert str(error).startswith("predictions[0] is null"), error
            else:
                raise AssertionError
        accumulator = tc.BLEU().accumulator(0.9, samples=10)
        accumulator.update(rows["prediction"], rows["references"], ids=rows.add_column("id", range(len(lines)))["id"])
        print("done")
        """,
    )
    assert offline(tmp_path, "program.py")[0].endswith("done\n")


TASK = """
    task: {name}
    dataset_path: json
    dataset_kwargs:
      data_files:
        test: data.jsonl
    test_split: test
    output_type: generate_until
    doc_to_text: "{{{{question}}}}"
    doc_to_target: "{{{{answer}}}}"
    generation_kwargs:
      until: ["\\n"]
    """


ORIGINAL_UTILS = """
    from rouge_score import rouge_scorer, scoring

    def process_results(doc, results):
        scorer = rouge_scorer.RougeScorer(["rougeL"])
        aggregator = scoring.BootstrapAggregator()
        aggregator.add_scores(scorer.score(doc["summary"], results[0]))
        return {"rougeL": float(aggregator.aggregate()["rougeL"].mid.fmeasure)}
    """


@needs_harness
def test_the_evaluation_harness(tmp_path):
    rows = [{"question": f"{i}: what?", "answer": LINES[(i + 1) % len(LINES)]} for i in range(24)]
    write(tmp_path, "data.jsonl", "\n".join(map(json.dumps, rows)))
    metrics = "".join(
        f"\n  - metric: {m}\n    aggregation: {m}\n    higher_is_better: true" for m in ("bleu", "chrf", "ter")
    )
    write(tmp_path, "tasks/translated.yaml", textwrap.dedent(TASK.format(name="translated")) + "metric_list:" + metrics)
    # The task of docs/training-loops.md, which calls tricolore directly, and the same task with rouge_score.
    page = (ROOT / "docs" / "training-loops.md").read_text("utf-8")
    task = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]
    examples = doctest.DocTestParser().get_examples(page[page.index("```yaml") :])
    source = "".join(example.source for example in examples if not example.want)
    rows = [{"story": row["question"], "summary": row["answer"]} for row in rows]
    write(tmp_path, "retold.jsonl", "\n".join(map(json.dumps, rows)))
    for name, utils in (("retold", source), ("original", ORIGINAL_UTILS)):
        write(tmp_path, f"{name}/task.yaml", task.replace("task: retold", f"task: {name}"))
        write(tmp_path, f"{name}/utils.py", utils)
    write(
        tmp_path,
        "program.py",
        f"""
        import logging
        import lm_eval
        from lm_eval.api.model import LM
        from lm_eval.tasks import TaskManager

        class Replay(LM):
            def generate_until(self, requests, **more):
                lines = {LINES!r}
                return [lines[i % len(lines)] for i, _ in enumerate(requests)]
            def loglikelihood(self, requests, **more):
                raise NotImplementedError
            loglikelihood_rolling = loglikelihood

        if __name__ == "__main__":
            logging.disable(logging.CRITICAL)
            made = lm_eval.simple_evaluate(
                Replay(), tasks=["translated", "retold", "original"], bootstrap_iters=60,
                task_manager=TaskManager(include_path=".", include_defaults=False), log_samples=False,
            )
            for task, scores in sorted(made["results"].items()):
                for name, score in sorted(scores.items()):
                    print(task, name, float(score).hex() if isinstance(score, float) else score)
        """,
    )
    out = without_and_with(tmp_path, "RougeScorer.score", "_extract_corpus_statistics")
    assert "translated bleu,none 0x" in out
    of = dict(re.findall(r"^(\w+) rougeL,none (0x.*)$", out, re.MULTILINE))
    assert of["retold"] == of["original"]
