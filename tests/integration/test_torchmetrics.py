"""The classes of `tricolore.torchmetrics`, in training loops and two processes, against the scores of one machine."""

import copy
import io
import math
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import markup

torch = pytest.importorskip("torch", reason="torch is optional, with an environment of its own")
pytest.importorskip("torchmetrics")
tt = pytest.importorskip("tricolore.torchmetrics")
MetricCollection = sys.modules["torchmetrics"].MetricCollection
pytestmark = pytest.mark.filterwarnings("ignore")

MAKE = {
    "bleu": lambda **kwargs: tt.BLEU(lowercase=True, smooth_method="floor", **kwargs),
    "chrf++": lambda **kwargs: tt.CHRF(word_order=2, **kwargs),
    "ter": lambda **kwargs: tt.TER(normalized=True, **kwargs),
    "rouge": lambda **kwargs: tt.ROUGE(("rouge1", "rougeLsum"), use_stemmer=True, **kwargs),
    "mean of references": lambda **kwargs: tt.ROUGE(("rouge2",), multi_reference="average", **kwargs),
    "exact_match": lambda **kwargs: tt.ExactMatch("squad", **kwargs),
    "token_f1": lambda **kwargs: tt.TokenF1(**kwargs),
    "wer": lambda **kwargs: tt.WER(**kwargs),
    "cer": lambda **kwargs: tt.CER(**kwargs),
    "edit_similarity": lambda **kwargs: tt.EditSimilarity(**kwargs),
    "anls": lambda **kwargs: tt.ANLS(**kwargs),
    "gleu": lambda **kwargs: tt.GLEU(**kwargs),
}
WORDS = "The cat sat on a mat . Its name was Tom".split()
PREDICTIONS = [" ".join(WORDS[i % 7 : i % 5 + 5]) for i in range(75)]
REFERENCES = [[" ".join(WORDS[i % 3 : i % 4 + 6]), " ".join(WORDS[i % 6 :])][: 1 + i % 2] for i in range(75)]
BATCHES = [(PREDICTIONS[i : i + 16], REFERENCES[i : i + 16]) for i in range(0, 75, 16)]


@pytest.fixture(params=MAKE)
def make(request):
    return MAKE[request.param]


def corpus(metric, predictions=PREDICTIONS, references=REFERENCES):
    return metric.metric.corpus(predictions, references)


def same(computed, score, metric):
    """True if the tensors of `compute` hold the figures of a score."""
    names, figures = metric.metric.layout.figures, metric.metric.layout.figures_of(score)
    tensors = computed if isinstance(computed, dict) else dict(zip(names, [computed], strict=True))
    assert all(tensor.shape == () and tensor.dtype == torch.float64 for tensor in tensors.values())
    return {name: tensor.item() for name, tensor in tensors.items()} == dict(zip(names, figures, strict=True))


def test_a_training_loop(make):
    metric = make()
    for _ in range(2):
        with torch.inference_mode():
            for predictions, references in BATCHES:
                assert same(metric(predictions, references), corpus(metric, predictions, references), metric)
        assert same(metric.compute(), corpus(metric), metric)
        assert metric.score() == corpus(metric)
        assert metric.score().signature == corpus(metric).signature
        assert len(metric.accumulator()) == 75
        metric.reset()
        for predictions, references in BATCHES:
            metric.update(predictions, target=references)
        assert same(metric.compute(), corpus(metric), metric)
        metric.reset()


@pytest.mark.parametrize("make_one", [tt.BLEU, tt.CHRF, tt.TER, tt.ROUGE, tt.TokenF1])
@given(
    segments=st.lists(st.tuples(markup, st.lists(markup, min_size=1, max_size=2), st.integers(0, 2)), min_size=1),
)
def test_any_split_over_processes(make_one, segments):
    """Three processes, simulated: `dist_sync_fn` gathers their states as `torch.distributed` would."""
    processes = [make_one() for _ in range(3)]
    for prediction, references, place in segments:
        processes[place].update([prediction], [references])
    states = [process.metric_state for process in processes]

    def gather(state, group):
        (name,) = [name for name, own in states[0].items() if own.shape == state.shape]
        return [state[name] for state in states]

    whole = corpus(processes[0], [p for p, _, _ in segments], [r for _, r, _ in segments])
    for process in processes:
        process.dist_sync_fn, process.distributed_available_fn = gather, lambda: True
        assert same(process.compute(), whole, process)
        assert (process.score(), process.score().signature) == (whole, whole.signature)
    for process, state in zip(processes, states, strict=True):
        assert all(torch.equal(process.metric_state[name], own) for name, own in state.items())


PARTS = {"halves": [slice(0, 20), slice(20, None)], "in turn": [slice(0, None, 2), slice(1, None, 2)]}


def test_two_processes_with_gloo(tmp_path):
    program = "import sys, test_torchmetrics; test_torchmetrics.work(int(sys.argv[1]), sys.argv[2])"
    search = os.pathsep.join([*map(str, Path(__file__).parents[:2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    workers = [
        subprocess.Popen([sys.executable, "-c", program, str(rank), tmp_path], env=os.environ | {"PYTHONPATH": search})
        for rank in range(2)
    ]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    for rank in range(2):
        answers = pickle.loads((tmp_path / str(rank)).read_bytes())
        for (name, division), (computed, score, before, after, step) in answers.items():
            metric, part = MAKE[name](), PARTS[division][rank]
            whole = corpus(metric)
            assert same(computed, whole, metric)
            assert (score, score.signature) == (whole, whole.signature)
            # The state of the process is as it was before the exchange.
            assert before == after == corpus(metric, PREDICTIONS[part], REFERENCES[part])
            assert same(step, corpus(metric, PREDICTIONS[:2], REFERENCES[:2]), metric)


def work(rank, folder):
    """Scores a part of the corpus in a process of a group of two."""
    torch.distributed.init_process_group("gloo", f"file://{folder}/store", rank=rank, world_size=2)
    answers = {}
    for name, make in MAKE.items():
        for division, parts in PARTS.items():
            metric, alone = make(), make(sync_on_compute=False)
            for one in (metric, alone):
                one.update(PREDICTIONS[parts[rank]], REFERENCES[parts[rank]])
            before, computed, score = alone.score(), metric.compute(), metric.score()
            metric.sync()
            assert metric.score() == score
            metric.unsync()
            alone.load_state_dict({**metric.metric_state})
            step = make(dist_sync_on_step=True)(PREDICTIONS[rank], REFERENCES[rank])
            answers[name, division] = computed, score, before, alone.score(), step
    Path(folder, str(rank)).write_bytes(pickle.dumps(answers))
    torch.distributed.destroy_process_group()


def test_states_are_saved_copied_and_moved(make):
    metric = make()
    metric.update(*BATCHES[0])
    metric.persistent(True)
    file = io.BytesIO()
    torch.save(metric.state_dict(), file)
    file.seek(0)
    loaded = make()
    loaded.load_state_dict(torch.load(file, weights_only=True))
    module = torch.nn.ModuleDict({"metric": make()})
    module["metric"].persistent(True)
    module.load_state_dict(torch.nn.ModuleDict({"metric": metric}).state_dict())
    copies = [metric.clone(), copy.copy(metric), pickle.loads(pickle.dumps(metric)), loaded, module["metric"]]
    copies += [metric.clone().half(), metric.clone().double(), metric.clone().set_dtype(torch.float16)]
    copies += [torch.nn.ModuleList([metric.clone()]).to(torch.bfloat16)[0], metric.clone().to("cpu")]
    for one in copies:
        for batch in BATCHES[1:]:
            one.update(*batch)
        assert same(one.compute(), corpus(metric), metric)
        assert one.score() == corpus(metric)
    assert metric.score() == corpus(metric, *BATCHES[0])


def test_the_state_follows_the_device():
    # A tensor on the device "meta" has no data, so a sum with a tensor on another device is an error.
    metric = tt.TER().to("meta")
    metric.update(*BATCHES[0])
    assert {state.device.type for state in metric.metric_state.values()} == {"meta"}


def test_states_of_processes_are_merged(make):
    first, second = make(), make()
    first.update(*BATCHES[0])
    second.update(*BATCHES[1])
    first.merge_state(second)
    assert first.score() == corpus(first, PREDICTIONS[:32], REFERENCES[:32])


def test_a_state_of_other_options_is_refused():
    metric = tt.BLEU(lowercase=True)
    metric.persistent(True)
    with pytest.raises(RuntimeError, match="Unexpected key"):
        tt.BLEU().load_state_dict(metric.state_dict())


def test_a_collection_keeps_metrics_apart():
    # The first batch has the same sums with either option, and torchmetrics shares states that look alike.
    metrics = {"cased": tt.BLEU(), "lowered": tt.BLEU(lowercase=True), "rouge": tt.ROUGE(["rouge1"])}
    collection = MetricCollection(metrics, prefix="val_")
    batches = [(["a b c d e"], ["a b c d e"]), (["The cat sat on it"], ["the cat sat on it"])]
    for predictions, references in batches:
        collection.update(predictions, target=references)
    found = collection.compute()
    predictions, references = ([text for (text,) in texts] for texts in zip(*batches, strict=True))
    for name in ("cased", "lowered"):
        assert same(found[f"val_{name}"], corpus(metrics[name], predictions, references), metrics[name])
    assert found["val_cased"] < found["val_lowered"]
    assert found["val_rouge1_fmeasure"] == 1.0
    collection.reset()
    again = collection(*batches[1])
    assert same(again["val_lowered"], corpus(metrics["lowered"], *batches[1]), metrics["lowered"])


@pytest.mark.parametrize(
    ("preds", "target", "predictions", "references"),
    [
        ("a b", "a c", ["a b"], ["a c"]),
        ("a b", ["a c", "a b"], ["a b"], [["a c", "a b"]]),
        ("a b", ("a c", "a b"), ["a b"], [["a c", "a b"]]),
        ("a b", [["a c", "a b"]], ["a b"], [["a c", "a b"]]),
        (["a b", "c"], ["a c", "c"], ["a b", "c"], ["a c", "c"]),
        (["a b", "c"], [["a c"], ["c", "d"]], ["a b", "c"], [["a c"], ["c", "d"]]),
        (("a b",), (("a c",),), ["a b"], ["a c"]),
    ],
)
def test_forms_of_texts(preds, target, predictions, references):
    metric = tt.ROUGE(["rouge1"])
    assert same(metric(preds, target), corpus(metric, predictions, references), metric)
    assert metric.score().signature == corpus(metric, predictions, references).signature


def test_columns_tokens_and_prepared_references():
    column = pytest.importorskip("pyarrow").array(PREDICTIONS)
    metric = tt.TextMetric(tc.CHRF(char_order=3))
    metric.update(column, metric.metric.prepare(REFERENCES))
    assert metric.score() == corpus(metric)
    tokens = tt.BLEU("pretokenized", ignore_ids=[-100])
    tokens.update([[1, 2, 3, 4, -100]], [[[1, 2, 3, 5]]])
    assert same(tokens.compute(), tc.BLEU("none").corpus(["1 2 3 4"], ["1 2 3 5"]), tokens)


@pytest.mark.parametrize("text", [None, 3, float("nan")])
def test_a_batch_that_is_refused_changes_nothing(make, text):
    metric = make()
    metric.update(*BATCHES[0])
    for call in (metric.update, metric):
        with pytest.raises(TypeError, match=r"references\[1\]"):
            call(["a", "b"], ["a", text])
        with pytest.raises(ValueError, match="1 predictions, but references for 2"):
            call(["a"], ["a", "b"])
        assert metric.score() == corpus(metric, *BATCHES[0])
    metric(*BATCHES[1])
    assert metric.score() == corpus(metric, PREDICTIONS[:32], REFERENCES[:32])


def test_no_segments(make):
    metric = make()
    metric.update([], [])
    for computed in (metric([], []), metric.compute()):
        tensors = computed.values() if isinstance(computed, dict) else [computed]
        assert all(math.isnan(tensor) for tensor in tensors)
    with pytest.raises(ValueError, match="there is no segment"):
        metric.score()
    metric.update(*BATCHES[0])
    assert metric.score().signature == corpus(metric, *BATCHES[0]).signature


def test_options():
    assert tt.CHRF(4, word_order=2, dist_sync_on_step=True).metric == tc.CHRF(4, word_order=2)
    assert tt.CHRF(dist_sync_on_step=True).dist_sync_on_step is True
    with pytest.raises(ValueError, match=r"Unexpected keyword arguments: `word_orders`"):
        tt.CHRF(word_orders=2)
    with pytest.raises(ValueError, match="tokenize"):
        tt.BLEU("13b")
    for name, make in MAKE.items():
        assert make().higher_is_better is (name not in ("ter", "wer", "cer"))
        assert (make().is_differentiable, make().full_state_update) == (False, False)


def test_lightning_logs_the_score_of_all_batches(tmp_path):
    lightning = pytest.importorskip("pytorch_lightning")

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.bleu, self.rouge = tt.BLEU(), tt.ROUGE(["rouge1"])

        def validation_step(self, batch, place):
            self.bleu(*batch)
            self.rouge.update(*batch)
            self.log("bleu", self.bleu)

        def on_validation_epoch_end(self):
            self.log_dict(self.rouge.compute())
            self.rouge.reset()

    model = Model()
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = lightning.Trainer(accelerator="cpu", default_root_dir=tmp_path, **quiet)
    for _ in range(2):
        (logged,) = trainer.validate(model, torch.utils.data.DataLoader(BATCHES, batch_size=None), verbose=False)
        assert logged["bleu"] == corpus(model.bleu).score
        assert logged["rouge1_fmeasure"] == corpus(model.rouge)["rouge1"].fmeasure
