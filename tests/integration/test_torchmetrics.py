"""The classes of `tricolore.torchmetrics`, in training loops and in two processes, against the scores of one machine."""

import copy
import io
import math
import pickle
import subprocess
import sys

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


@pytest.mark.parametrize("apart", ["by process", "by segment"])
def test_two_processes_with_gloo(tmp_path, apart):
    parts = [slice(0, 20), slice(20, None)] if apart == "by process" else [slice(0, None, 2), slice(1, None, 2)]
    context = torch.multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(rank, parts[rank], tmp_path)) for rank in range(len(parts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    for rank in range(len(parts)):
        found = pickle.loads((tmp_path / str(rank)).read_bytes())
        for name, (computed, before, after, score, step) in found.items():
            metric = MAKE[name]()
            whole = corpus(metric)
            own = corpus(metric, PREDICTIONS[parts[rank]], REFERENCES[parts[rank]])
            assert same(computed, whole, metric)
            assert (score, score.signature) == (whole, whole.signature)
            # The state of the process is as it was before the exchange.
            assert before == after == own
            assert same(step, corpus(metric, PREDICTIONS[:1] * 2, REFERENCES[:1] * 2), metric)


def work(rank, part, folder):
    """Scores a part of the corpus in a process of a group of two."""
    torch.distributed.init_process_group("gloo", f"file://{folder}/store", rank=rank, world_size=2)
    found = {}
    for name, make in MAKE.items():
        metric = make()
        metric.update(PREDICTIONS[part], REFERENCES[part])
        local = make(sync_on_compute=False)
        local.update(PREDICTIONS[part], REFERENCES[part])
        before = local.score()
        computed, score = metric.compute(), metric.score()
        metric.sync()
        assert metric.score() == score
        metric.unsync()
        metric.sync_on_compute = metric._to_sync = False
        after = metric.score()
        step = make(dist_sync_on_step=True)(PREDICTIONS[0], REFERENCES[0])
        found[name] = computed, before, after, score, step
    (folder / str(rank)).write_bytes(pickle.dumps(found))
    torch.distributed.destroy_process_group()
